//! What the machine's service manager is told: that Rosie listens, and, as long as she answers, that she is alive. A daemon
//! that hangs is not fed and is started anew; where nobody asked to be told, nothing is done.

use sd_notify::NotifyState;
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Tells that start-up is over, then tells of life in time for the manager's watchdog, each time only after an answer over
/// one of `addresses`. Returns at once where no watchdog waits.
pub async fn report(addresses: &[SocketAddr]) {
    tell(NotifyState::Ready);
    let (Some(limit), Some(address)) = (sd_notify::watchdog_enabled(), addresses.first().map(reachable)) else {
        return;
    };
    // Two may be missed, on a machine that is busy.
    let every = limit / 3;
    loop {
        match tokio::time::timeout(every, answers(address)).await {
            Ok(Ok(true)) => tell(NotifyState::Watchdog),
            Ok(Ok(false)) => tracing::error!(%address, "Rosie does not answer herself as she should"),
            Ok(Err(error)) => tracing::error!(%address, %error, "Rosie cannot reach herself"),
            Err(_) => tracing::error!(%address, "Rosie does not answer herself in time"),
        }
        tokio::time::sleep(every).await;
    }
}

fn tell(state: NotifyState) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}

/// Where a daemon that listens on `address` is reached from this machine.
fn reachable(address: &SocketAddr) -> SocketAddr {
    let mut near = *address;
    if address.ip().is_unspecified() {
        near.set_ip(match address {
            SocketAddr::V4(_) => [127, 0, 0, 1].into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    near
}

/// Whether `/health` answers with 200, asked as anybody else would ask.
async fn answers(address: SocketAddr) -> std::io::Result<bool> {
    const STATUS: &[u8] = b"HTTP/1.1 200 ";
    let mut stream = TcpStream::connect(address).await?;
    let question = format!("GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(question.as_bytes()).await?;
    let mut head = [0; STATUS.len()];
    stream.read_exact(&mut head).await?;
    // The rest is read, so that the other side ends as with any other client.
    let mut rest = Vec::new();
    stream.take(64 * 1024).read_to_end(&mut rest).await?;
    Ok(head == STATUS)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tokio::net::TcpListener;

    async fn served(answer: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 1024];
            let length = stream.read(&mut asked).await.unwrap();
            assert!(asked[..length].starts_with(b"GET /health HTTP/1.1\r\n"));
            stream.write_all(answer.as_bytes()).await.unwrap();
        };
        tokio::task::spawn(serving);
        address
    }

    #[tokio::test]
    async fn only_an_answer_counts_as_life() {
        let well = served("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
        assert!(answers(well).await.unwrap());
        let ill = served("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").await;
        assert!(!answers(ill).await.unwrap());
        let cut = served("HTTP/1.1").await;
        assert!(answers(cut).await.is_err());
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert!(answers(nobody).await.is_err());
    }

    #[test]
    fn an_address_of_all_is_asked_on_this_machine() {
        let near = |address: &str| reachable(&address.parse().unwrap()).to_string();
        assert_eq!(near("0.0.0.0:8000"), "127.0.0.1:8000");
        assert_eq!(near("[::]:8000"), "[::1]:8000");
        assert_eq!(near("192.0.2.7:80"), "192.0.2.7:80");
    }
}
