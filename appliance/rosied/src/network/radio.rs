//! Root's side: the radio, as what the keeper does with it. Programs of the system are called by their names.

use super::{
    iwd::{self, Found, Radio, Refusal, View},
    machine::{Addresses, access_point_name},
    wish,
};
use rosie_core::network::{DOOR, DOOR_PASSWORD, JoinFault, JoinNetwork, Security};
use std::{
    net::IpAddr,
    path::Path,
    process::{Child, Command},
    thread::sleep,
    time::{Duration, Instant},
};

/// Between two looks at what something has come to.
const LOOK: Duration = Duration::from_millis(500);
/// For a look at the networks around.
const SCAN: Duration = Duration::from_secs(12);
/// For a radio that is started anew, or changes what it does.
const TURN: Duration = Duration::from_secs(20);
/// For a password to be taken or not.
const CONNECT: Duration = Duration::from_secs(40);
/// For an address in a network that is joined.
const ADDRESS: Duration = Duration::from_secs(30);
/// A network that was not found is looked for as often.
const LOOKS: u32 = 3;

/// An access point that is open; closed with [`AccessPoint::close`].
pub struct AccessPoint {
    pub ssid: String,
    /// Gives addresses, and answers every name with her own.
    dnsmasq: Child,
}

/// Waits for `condition`, at most `limit`.
fn until<T>(limit: Duration, mut condition: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        match condition() {
            Some(found) => return Some(found),
            None if Instant::now() >= end => return None,
            None => sleep(LOOK),
        }
    }
}

/// Whether it went well; what it prints goes into the journal.
fn run(program: &str, words: &[&str]) -> bool {
    match Command::new(program).args(words).status() {
        Ok(status) => status.success(),
        Err(error) => {
            tracing::warn!(program, %error, "a program of the system cannot be started");
            false
        }
    }
}

/// A radio that can look for networks.
fn station() -> Option<(View, Radio)> {
    let ready = || {
        let view = iwd::look();
        let radio = view.radio.clone()?;
        radio.station.then_some((view, radio))
    };
    if let Some(ready) = ready() {
        return Some(ready);
    }
    until(TURN, || {
        if let Some(radio) = iwd::look().radio {
            // Refused while iwd is about to do it.
            let _ = iwd::set_mode(&radio, "station");
        }
        ready()
    })
}

/// Looks for networks anew.
pub fn scan() -> Vec<Found> {
    let Some((_, radio)) = station() else { return vec![] };
    // One that is under way is as good.
    let _ = iwd::scan(&radio);
    sleep(LOOK);
    until(SCAN, || {
        let view = iwd::look();
        let scanning = view.radio.as_ref().is_none_or(|radio| radio.scanning);
        (!scanning).then(|| iwd::found(&view))
    })
    .unwrap_or_default()
}

/// # Errors
/// What did not work, for the journal. Nothing is left open then.
pub fn open() -> Result<AccessPoint, &'static str> {
    let radio = iwd::look().radio.ok_or("there is no radio")?;
    if !radio.open {
        let _ = iwd::set_mode(&radio, "ap");
        let ssid = access_point_name(&radio.interface);
        until(TURN, || iwd::start(&radio, &ssid, DOOR_PASSWORD).ok()).ok_or("iwd opens no access point")?;
    }
    let opened = serve(&radio);
    if opened.is_err() {
        shut();
    }
    opened
}

fn serve(radio: &Radio) -> Result<AccessPoint, &'static str> {
    let interface = &*radio.interface;
    let there = || (Addresses::read().at(interface) == Some(DOOR)).then_some(());
    // systemd-networkd sees that the radio is an access point now.
    until(TURN, there).ok_or("the access point got no address")?;
    let element = format!("{{ \"{interface}\" }}");
    if !run("nft", &["add", "element", "inet", "rosie", "access_point", &element]) {
        return Err("the firewall does not let the access point's guests in");
    }
    let dnsmasq = Command::new("dnsmasq")
        .args(["--keep-in-foreground", "--conf-file=/etc/rosie/access-point.conf"])
        .arg(format!("--interface={interface}"))
        .spawn();
    Ok(AccessPoint {
        ssid: access_point_name(interface),
        dnsmasq: dnsmasq.map_err(|_| "dnsmasq cannot be started")?,
    })
}

/// Whatever is left of an access point.
pub fn shut() {
    run("nft", &["flush", "set", "inet", "rosie", "access_point"]);
    if iwd::look().radio.is_some_and(|radio| !radio.station) {
        station();
    }
}

impl AccessPoint {
    pub fn works(&mut self) -> bool {
        matches!(self.dnsmasq.try_wait(), Ok(None))
    }

    pub fn close(mut self) {
        let _ = self.dnsmasq.kill();
        let _ = self.dnsmasq.wait();
        shut();
    }
}

/// Joins a network; her access point is closed. What was known before is known again where it fails. Returns her address there.
pub fn join(wanted: &JoinNetwork, machine: &Path) -> Result<IpAddr, JoinFault> {
    let country = std::fs::read_to_string(machine.join("country")).unwrap_or_default();
    let before = wish::begin(wanted, machine).map_err(|error| {
        tracing::error!(%error, "the network cannot be written down");
        JoinFault::System
    })?;
    if country.trim() != wanted.country {
        // iwd takes the country only when it starts.
        run("/usr/lib/rosie/radio", &[]);
        run("systemctl", &["restart", "iwd.service"]);
    }
    let joined = connect(wanted).and_then(|address| match wish::settle(wanted, machine) {
        Ok(()) => Ok(address),
        Err(_) => Err(JoinFault::System),
    });
    if joined.is_err()
        && let Err(error) = before.restore()
    {
        tracing::error!(%error, "the networks that were known before cannot be written down again");
    }
    joined
}

fn connect(wanted: &JoinNetwork) -> Result<IpAddr, JoinFault> {
    station().ok_or(JoinFault::System)?;
    let mut looked = (0..LOOKS).filter_map(|_| scan().into_iter().find(|found| found.seen.ssid == wanted.ssid));
    let found = looked.next().ok_or(JoinFault::NotFound)?;
    match (found.seen.security, wanted.password.is_empty()) {
        (Security::Unsupported, _) => return Err(JoinFault::Unsupported),
        (Security::Password, true) => return Err(JoinFault::NeedsPassword),
        (Security::Open, false) => return Err(JoinFault::NeedsNoPassword),
        _ => {}
    }
    let inside = || {
        iwd::look()
            .radio
            .filter(|radio| radio.ssid.as_ref() == Some(&wanted.ssid))
    };
    let end = Instant::now() + CONNECT;
    let refused = match wanted.password.is_empty() {
        true => JoinFault::Refused,
        false => JoinFault::WrongPassword,
    };
    loop {
        match iwd::connect(&found, CONNECT) {
            Ok(()) => break,
            // It has not read the file yet, or is about to join another network that it knows.
            Err(Refusal::Busy) if Instant::now() < end => sleep(LOOK),
            Err(_) => return Err(refused),
        }
    }
    let address = until(ADDRESS, || match inside() {
        Some(radio) => Addresses::read().at(&radio.interface),
        None => {
            // Let in and sent away again, as a router that is slow does: once more.
            let _ = iwd::connect(&found, CONNECT);
            None
        }
    });
    address.ok_or_else(|| match inside() {
        Some(_) => JoinFault::NoAddress,
        None => refused,
    })
}
