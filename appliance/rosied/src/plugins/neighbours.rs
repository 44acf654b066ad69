//! Who of this machine is at the other end of a connection: plugins run as users of their own, and may not ask Rosie herself.
//!
//! Format: `/proc/net/tcp` and `tcp6` of Linux (Documentation/networking/proc_net_tcp.rst): addresses in hexadecimal, words of
//! four bytes in the machine's order; the owner's user and the inode, which is 0 once nobody holds the socket any more.

use super::launch::is_of_a_plugin;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Who is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    User(u32),
    /// Of this machine, and gone already: nobody knows who it was.
    Gone,
    /// Another machine.
    Elsewhere,
}

/// Whether the other end of a connection may be a plugin's process. `here`: our end.
pub fn may_be_a_plugin(peer: SocketAddr, here: SocketAddr) -> bool {
    match owner(peer, here) {
        Owner::User(user) => is_of_a_plugin(user),
        Owner::Gone => true,
        Owner::Elsewhere => false,
    }
}

fn owner(peer: SocketAddr, here: SocketAddr) -> Owner {
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let Ok(text) = std::fs::read_to_string(table) else {
            continue;
        };
        if let Some(found) = text.lines().skip(1).find_map(|line| of_line(line, peer, here)) {
            return found;
        }
    }
    // Only an address of this machine can be bound to.
    match peer.ip().is_loopback() || UdpSocket::bind((peer.ip(), 0)).is_ok() {
        true => Owner::Gone,
        false => Owner::Elsewhere,
    }
}

/// `sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode …`
fn of_line(line: &str, peer: SocketAddr, here: SocketAddr) -> Option<Owner> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let (local, remote) = (address(fields.next()?)?, address(fields.next()?)?);
    if local != plain(peer) || remote != plain(here) {
        return None;
    }
    let user = fields.nth(4)?.parse().ok()?;
    let inode: u64 = fields.nth(1)?.parse().ok()?;
    Some(match inode {
        0 => Owner::Gone,
        _ => Owner::User(user),
    })
}

/// An IPv4 address that is written as IPv6 is the IPv4 address.
fn plain(address: SocketAddr) -> (IpAddr, u16) {
    (address.ip().to_canonical(), address.port())
}

fn address(text: &str) -> Option<(IpAddr, u16)> {
    let (address, port) = text.split_once(':')?;
    let words: Option<Vec<u8>> = (0..address.len() / 8)
        .map(|i| u32::from_str_radix(address.get(i * 8..i * 8 + 8)?, 16).ok())
        .map(|word| word.map(u32::to_ne_bytes))
        .collect::<Option<Vec<_>>>()
        .map(|words| words.concat());
    let bytes = words?;
    let ip = match <[u8; 4]>::try_from(bytes.as_slice()) {
        Ok(four) => IpAddr::V4(Ipv4Addr::from(four)),
        Err(_) => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes.as_slice()).ok()?)),
    };
    Some((ip.to_canonical(), u16::from_str_radix(port, 16).ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn the_other_end_is_known_and_one_that_is_gone_is_not() {
        for (listen, connect) in [
            ("127.0.0.1:0", "127.0.0.1"),
            ("[::1]:0", "::1"),
            ("[::]:0", "127.0.0.1"),
        ] {
            // A machine without IPv6 has nothing to look at.
            let Ok(listener) = TcpListener::bind(listen) else {
                continue;
            };
            let port = listener.local_addr().unwrap().port();
            let client = TcpStream::connect((connect, port)).unwrap();
            let (stream, peer) = listener.accept().unwrap();
            let here = stream.local_addr().unwrap();
            let own = nix::unistd::getuid().as_raw();
            assert_eq!(owner(peer, here), Owner::User(own), "{listen}");
            assert!(!may_be_a_plugin(peer, here));
            drop(client);
            assert_eq!(owner(peer, here), Owner::Gone, "{listen}");
            assert!(may_be_a_plugin(peer, here));
        }
        let elsewhere = "192.0.2.7:5000".parse().unwrap();
        assert_eq!(owner(elsewhere, "192.0.2.1:8000".parse().unwrap()), Owner::Elsewhere);
    }

    #[test]
    fn lines_of_the_kernel() {
        let line =
            "   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  5373953        0 77 1 x";
        let (peer, here) = ("127.0.0.1:8080".parse().unwrap(), "127.0.0.1:50000".parse().unwrap());
        if cfg!(target_endian = "little") {
            assert_eq!(of_line(line, peer, here), Some(Owner::User(5_373_953)));
            assert_eq!(of_line(&line.replace(" 77 ", " 0 "), peer, here), Some(Owner::Gone));
        }
        assert_eq!(of_line(line, here, peer), None);
        assert_eq!(of_line("nonsense", peer, here), None);
    }
}
