//! The network of the image. The daemon may not touch it: she shows what [`keep`], which runs as root in a service of its own
//! (rosie-network.service), has written down, and lays what her owner asks for where it looks (decision 0068).

mod iwd;
mod keeper;
mod machine;
mod plan;
mod radio;
mod telling;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod wish;

pub use keeper::keep;
pub use telling::tell;

use crate::updates::system_root;
use rosie_core::{
    ErrorCode, Failure,
    engine::{EngineHealth, EngineInfo},
    network::{JoinNetwork, Link, NetworkAdmin, NetworkState},
};
use std::{
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

const SHOWN: &str = "run/rosie/network/state.json";
const ASKED: &str = "run/rosie/ask/network";
/// It is not longer.
const LONGEST: u64 = 256 << 10;

pub struct Network {
    root: PathBuf,
}

impl Default for Network {
    fn default() -> Self {
        Self { root: system_root() }
    }
}

impl Network {
    /// `None` where nobody looks after the network.
    pub fn health(&self) -> Option<EngineInfo> {
        let state = self.state();
        let health = match (state.link, &state.problem) {
            _ if !state.managed => return None,
            (Link::Wired | Link::Wifi, _) => EngineHealth::Ready,
            (Link::Joining, _) => EngineHealth::Loading,
            (_, Some(problem)) => EngineHealth::Unavailable {
                reason: problem.message.clone(),
            },
            (Link::AccessPoint, None) => EngineHealth::NotSetUp {
                reason: format!("no network; the access point \"{}\" is open for the set-up", state.ssid),
            },
            (Link::None, None) => EngineHealth::Unavailable {
                reason: "no network".into(),
            },
        };
        Some(EngineInfo {
            engine: "network".into(),
            model: String::new(),
            health,
            queue_depth: 0,
            dropped: 0,
            restarts: 0,
        })
    }
}

impl NetworkAdmin for Network {
    fn state(&self) -> NetworkState {
        let mut state = read(&self.root.join(SHOWN)).unwrap_or_default();
        if self.root.join(ASKED).exists() {
            // Asked for, and not begun yet.
            state.link = Link::Joining;
            state.problem = None;
        }
        state
    }

    fn join(&self, wanted: &JoinNetwork) -> Result<(), Failure> {
        let refused = |message: &str| Failure::new(ErrorCode::BadRequest, message);
        let state = self.state();
        if !state.managed {
            return Err(refused(
                "this Rosie was not started from her image, so she cannot choose the network: set it where the system has it set",
            ));
        }
        if !state.wifi {
            return Err(refused(
                "this machine has no Wi-Fi radio that works: use a network cable",
            ));
        }
        wish::check(wanted).map_err(|message| refused(&message))?;
        if state.link == Link::Joining {
            let told = "a network is being joined already: wait until that is done";
            return Err(Failure::new(ErrorCode::Busy, told));
        }
        put(&self.root.join(ASKED), wanted).map_err(|error| {
            let told = format!("the system cannot be asked ({error}); restarting the machine makes its place anew");
            Failure::new(ErrorCode::Internal, told)
        })
    }
}

fn read(path: &Path) -> Option<NetworkState> {
    let mut text = String::new();
    fs::File::open(path)
        .ok()?
        .take(LONGEST)
        .read_to_string(&mut text)
        .ok()?;
    serde_json::from_str(&text).ok()
}

/// There whole or not at all, and for nobody else: there is a password in it.
fn put(path: &Path, wanted: &JoinNetwork) -> io::Result<()> {
    let new = path.with_extension("new");
    let _ = fs::remove_file(&new);
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&new)?;
    file.write_all(&serde_json::to_vec(wanted)?)?;
    fs::rename(new, path)
}
