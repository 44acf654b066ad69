//! `rosied network`, as root: looks after the network, opens the access point when there is none, and joins what the owner names.
//! What it knows it writes into /run/rosie/network; what it is asked it finds in /run/rosie/ask.

use super::{
    ASKED, SHOWN,
    iwd::{self, View},
    machine::Addresses,
    plan::{self, Facts, Phase, Step},
    radio::{self, AccessPoint},
    wish,
};
use rosie_core::network::{DOOR, JoinFault, JoinNetwork, JoinProblem, Link, NetworkState, SeenNetwork};
use std::{
    fs,
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

const MACHINE: &str = "/data/machine";
/// Between two looks for what the owner asks.
const TICK: Duration = Duration::from_secs(1);
/// Between two looks at the network: while one is there, and while there is none.
const CALM: u32 = 10;
const BUSY: u32 = 2;
/// So long the page may hear that a network is tried before the access point goes.
const FAREWELL: Duration = Duration::from_secs(3);
/// So long a network that could not be joined is told of while there is another.
const REMEMBERED: Duration = Duration::from_secs(10 * 60);
/// None that is longer is asked.
const LONGEST: u64 = 4096;

struct Keeper {
    began: Instant,
    phase: Phase,
    access_point: Option<AccessPoint>,
    seen: Vec<SeenNetwork>,
    problem: Option<JoinProblem>,
    /// When that was.
    failed: Duration,
    shown: Option<NetworkState>,
}

/// # Errors
/// Only where its own place cannot be written.
pub fn keep() -> io::Result<()> {
    let mut keeper = Keeper {
        began: Instant::now(),
        phase: Phase::Waiting {
            since: Duration::ZERO,
            lost: false,
        },
        access_point: None,
        seen: vec![],
        problem: None,
        failed: Duration::ZERO,
        shown: None,
    };
    // That of an earlier life.
    radio::shut();
    let place = Path::new("/").join(ASKED);
    let mut wait = 0;
    loop {
        if place.symlink_metadata().is_ok() {
            let wanted = asked(&place);
            if let Some(wanted) = &wanted {
                keeper.begin(wanted)?;
            }
            forget(&place);
            if let Some(wanted) = &wanted {
                keeper.join(wanted);
            }
            wait = 0;
        }
        if wait == 0 {
            keeper.turn()?;
            wait = if keeper.phase == Phase::Online { CALM } else { BUSY };
        }
        wait -= 1;
        sleep(TICK);
    }
}

/// What lies there. It was written by the daemon, who is believed nothing.
fn asked(path: &Path) -> Option<JoinNetwork> {
    let read = || -> io::Result<String> {
        // A link would have root read another file, and a pipe would have it wait.
        let mut open = fs::OpenOptions::new();
        let file = open
            .read(true)
            .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
            .open(path)?;
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text)?;
        Ok(text)
    };
    let text = read().unwrap_or_default();
    let wanted = serde_json::from_str::<JoinNetwork>(&text).ok();
    let wanted = wanted.filter(|wanted| wish::check(wanted).is_ok());
    if wanted.is_none() {
        tracing::warn!("what was asked is not understood");
    }
    wanted
}

fn forget(path: &Path) {
    let is_folder = path.symlink_metadata().is_ok_and(|meta| meta.is_dir());
    let gone = if is_folder {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    if let Err(error) = gone {
        tracing::error!(%error, "what was asked cannot be taken away");
    }
}

impl Keeper {
    fn turn(&mut self) -> io::Result<()> {
        let (view, addresses) = (iwd::look(), Addresses::read());
        let facts = self.facts(&view, &addresses);
        let (phase, step) = plan::next(self.phase, facts, self.began.elapsed());
        self.phase = phase;
        match step {
            Step::Rest => {
                if self.phase == Phase::Online && self.began.elapsed() > self.failed + REMEMBERED {
                    self.problem = None;
                }
                self.see(iwd::found(&view).into_iter().map(|found| found.seen).collect());
                return self.show(None, &view, &addresses);
            }
            Step::Open => self.open(),
            Step::Close => self.close(),
        }
        self.show(None, &iwd::look(), &Addresses::read())
    }

    fn facts(&mut self, view: &View, addresses: &Addresses) -> Facts {
        let radio = view.radio.as_ref();
        let open = radio.is_some_and(|radio| radio.open) && self.access_point.as_mut().is_some_and(AccessPoint::works);
        Facts {
            wired: addresses.wired().is_some(),
            joined: radio.is_some_and(|radio| radio.ssid.is_some() && addresses.at(&radio.interface).is_some()),
            radio: radio.is_some(),
            open,
            known: view.known > 0,
            guests: open && radio.is_some_and(iwd::guests),
        }
    }

    fn see(&mut self, seen: Vec<SeenNetwork>) {
        if !seen.is_empty() {
            self.seen = seen;
        }
    }

    fn open(&mut self) {
        self.close();
        // An access point does not look around: this is what its page offers.
        let seen = radio::scan().into_iter().map(|found| found.seen);
        self.see(seen.collect());
        match radio::open() {
            Ok(opened) => {
                tracing::info!(ssid = opened.ssid, address = %DOOR, "the access point is open");
                self.access_point = Some(opened);
            }
            Err(problem) => {
                tracing::warn!(problem, "the access point cannot be opened; it is tried again");
                self.phase = Phase::Waiting {
                    since: self.began.elapsed(),
                    lost: false,
                };
            }
        }
    }

    fn close(&mut self) {
        if let Some(open) = self.access_point.take() {
            open.close();
            tracing::info!("the access point is closed");
        }
    }

    fn begin(&mut self, wanted: &JoinNetwork) -> io::Result<()> {
        tracing::info!(
            ssid = wanted.ssid,
            country = wanted.country,
            hidden = wanted.hidden,
            "a network is tried"
        );
        self.problem = None;
        self.show(Some(&wanted.ssid), &iwd::look(), &Addresses::read())
    }

    fn join(&mut self, wanted: &JoinNetwork) {
        sleep(FAREWELL);
        self.close();
        match radio::join(wanted, Path::new(MACHINE)) {
            Ok(address) => {
                tracing::info!(ssid = wanted.ssid, %address, "the network is joined");
                self.phase = Phase::Online;
            }
            Err(fault) => self.fail(fault, &wanted.ssid),
        }
    }

    /// Whoever named it is waiting: the access point comes back at once, unless there is another way to her.
    fn fail(&mut self, fault: JoinFault, ssid: &str) {
        let message = wish::told(fault, ssid);
        tracing::warn!(message, "the network is not joined");
        let facts = self.facts(&iwd::look(), &Addresses::read());
        if !facts.wired && facts.radio {
            self.phase = Phase::Open {
                since: self.began.elapsed(),
            };
            self.open();
        }
        self.failed = self.began.elapsed();
        self.problem = Some(JoinProblem {
            fault,
            ssid: ssid.to_owned(),
            message,
        });
    }

    /// `tried`: the network that is tried just now.
    fn show(&mut self, tried: Option<&str>, view: &View, addresses: &Addresses) -> io::Result<()> {
        let radio = view.radio.as_ref();
        let joined = radio.and_then(|radio| radio.ssid.clone().zip(addresses.at(&radio.interface)));
        let strength = joined.as_ref().and_then(|(ssid, _)| {
            let seen = self.seen.iter().find(|seen| seen.ssid == *ssid);
            seen.map(|seen| seen.strength)
        });
        let (link, ssid, address) = match (tried, addresses.wired(), joined, &self.access_point) {
            (Some(ssid), ..) => (Link::Joining, ssid.to_owned(), None),
            (_, wired @ Some(_), joined, _) => (Link::Wired, joined.map(|(ssid, _)| ssid).unwrap_or_default(), wired),
            (.., Some((ssid, address)), _) => (Link::Wifi, ssid, Some(address)),
            (.., Some(open)) => (Link::AccessPoint, open.ssid.clone(), Some(DOOR)),
            _ => (Link::None, String::new(), None),
        };
        let text = |path: &Path| fs::read_to_string(path).unwrap_or_default().trim().to_owned();
        let state = NetworkState {
            managed: true,
            name: text(Path::new("/proc/sys/kernel/hostname")),
            link,
            wifi: radio.is_some(),
            ssid,
            address,
            strength,
            country: text(&Path::new(MACHINE).join("country")),
            seen: self.seen.clone(),
            problem: self.problem.clone(),
        };
        if self.shown.as_ref() != Some(&state) {
            put(&Path::new("/").join(SHOWN), &state)?;
            self.shown = Some(state);
        }
        Ok(())
    }
}

/// Whole or not at all; everybody may read it.
fn put(path: &Path, state: &NetworkState) -> io::Result<()> {
    let new = path.with_extension("new");
    fs::write(&new, serde_json::to_vec(state)?)?;
    fs::rename(new, path)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_taken_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("network");
        let good = r#"{"ssid": "Home", "password": "s3cr3t-word", "country": "DE", "hidden": false}"#;
        assert!(asked(&path).is_none());
        fs::write(&path, good).unwrap();
        assert_eq!(asked(&path).unwrap().ssid, "Home");
        forget(&path);
        assert!(asked(&path).is_none() && !path.exists());
        for bad in [
            "",
            "{",
            r#"{"ssid": "Home", "password": "short", "country": "DE"}"#,
            &good.replace("Home", &"x".repeat(9000)),
        ] {
            fs::write(&path, bad).unwrap();
            assert!(asked(&path).is_none(), "{bad}");
        }
        forget(&path);
        let other = folder.path().join("other");
        fs::write(&other, good).unwrap();
        std::os::unix::fs::symlink(&other, &path).unwrap();
        assert!(asked(&path).is_none(), "root reads another file for her");
        forget(&path);
        assert!(path.symlink_metadata().is_err() && other.exists());
        fs::create_dir(&path).unwrap();
        assert!(asked(&path).is_none());
        forget(&path);
        assert!(!path.exists());
    }
}
