//! Updates of the image, as far as they are the daemon's: she may not touch the system, so she shows what the scripts of
//! overlays/common/usr/lib/rosie have written down, and lays what her owner asks for where systemd sees it
//! (rosie-update-asked.path).

mod files;
mod telling;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use files::{Lines, number};
use rosie_core::{
    ErrorCode, Failure,
    update::{
        OtherSlot, UpdateAdmin, UpdateMode, UpdateOffer, UpdateOutcome, UpdateProgress, UpdateResult, UpdateState,
        UpdateStep,
    },
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
pub use telling::tell;

/// Where the system's files are looked for instead of at `/`; for tests.
const ROOT: &str = "ROSIE_SYSTEM_ROOT";
/// Longest address of a channel.
const LONGEST: usize = 300;
/// What the scripts take of an address (update-asked), and no more.
const OF_ADDRESS: &str = ":/._~%@+=,-";

pub struct Updates {
    root: PathBuf,
}

impl Default for Updates {
    fn default() -> Self {
        Self { root: system_root() }
    }
}

pub fn system_root() -> PathBuf {
    std::env::var_os(ROOT).map_or_else(|| "/".into(), PathBuf::from)
}

impl Updates {
    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    fn lines(&self, path: &str) -> Lines {
        Lines::read(&self.at(path))
    }

    fn asked(&self) -> PathBuf {
        self.at("run/rosie/ask/update")
    }

    /// The image has made the place where she may ask.
    fn is_managed(&self) -> bool {
        self.at("usr/lib/rosie/board").exists() && self.at("run/rosie/ask").is_dir()
    }

    fn slot(&self) -> String {
        let told = fs::read_to_string(self.at("proc/cmdline")).unwrap_or_default();
        let mut named = told
            .split_whitespace()
            .filter_map(|word| word.strip_prefix("rauc.slot="));
        named.next_back().unwrap_or_default().to_owned()
    }

    fn running(&self) -> Option<UpdateProgress> {
        let told = self.lines("run/rosie/update/state");
        let step = match told.get("step") {
            "looking" => UpdateStep::Looking,
            "fetching" => UpdateStep::Fetching,
            "installing" => UpdateStep::Installing,
            "restarting" => UpdateStep::Restarting,
            _ if self.asked().exists() => {
                return Some(UpdateProgress {
                    step: UpdateStep::Waiting,
                    percent: None,
                    version: String::new(),
                });
            }
            _ => return None,
        };
        let percent = match step {
            UpdateStep::Fetching => {
                let there = fs::metadata(self.at("data/update/offer.raucb.part")).map_or(0, |part| part.len());
                number(told.get("bytes"))
                    .filter(|all| *all > 0)
                    .map(|all| there.saturating_mul(100) / all)
            }
            UpdateStep::Installing => number(told.get("percent")),
            _ => None,
        };
        Some(UpdateProgress {
            step,
            percent: percent.map(|percent| percent.min(100) as u8),
            version: told.get("version").to_owned(),
        })
    }

    fn last(&self) -> Option<UpdateResult> {
        let told = self.lines("data/update/result");
        let outcome = match told.get("outcome") {
            "updated" => UpdateOutcome::Updated,
            "returned" => UpdateOutcome::Returned,
            _ => return None,
        };
        Some(UpdateResult {
            outcome,
            version: told.get("version").to_owned(),
            before: told.get("before").to_owned(),
            reason: told.get("reason").to_owned(),
        })
    }

    /// What the last install wrote down of the system that does not run.
    fn other(&self, slot: &str, last: Option<&UpdateResult>) -> Option<OtherSlot> {
        let other = match slot {
            "A" => "B",
            "B" => "A",
            _ => return None,
        };
        let pending = self.lines("data/update/pending");
        let waits = pending.get("to") == other;
        let taken_back = !waits && last.is_some_and(|last| last.outcome == UpdateOutcome::Returned);
        let version = match (waits, last) {
            (true, _) => Some(pending.get("version").to_owned()),
            // The new one runs and has not proved itself yet.
            (false, None) if pending.get("to") == slot => Some(pending.get("before").to_owned()),
            (false, None) => None,
            (false, Some(last)) if taken_back => Some(last.version.clone()),
            (false, Some(last)) => Some(last.before.clone()),
        };
        Some(OtherSlot {
            slot: other.into(),
            version,
            waits,
            taken_back,
        })
    }

    fn ask(&self, words: &str) -> Result<(), Failure> {
        if !self.is_managed() {
            return Err(refused(
                "this Rosie was not started from her image, so she cannot update the system: update her the way she was installed",
            ));
        }
        if let Some(running) = self.running() {
            let what = match running.step {
                UpdateStep::Restarting => "the machine is being restarted",
                UpdateStep::Waiting | UpdateStep::Looking => "an update is being looked for",
                UpdateStep::Fetching | UpdateStep::Installing => "an update is being installed",
            };
            let told = format!("{what} already: wait until that is done");
            return Err(Failure::new(ErrorCode::Busy, told));
        }
        tracing::info!(words, "the system is asked for an update");
        put(&self.asked(), words).map_err(|error| {
            let told = format!("the system cannot be asked ({error}); restarting the machine makes its place anew");
            Failure::new(ErrorCode::Internal, told)
        })
    }
}

impl UpdateAdmin for Updates {
    fn state(&self) -> UpdateState {
        if !self.is_managed() {
            return UpdateState {
                version: env!("CARGO_PKG_VERSION").into(),
                ..UpdateState::default()
            };
        }
        let settings = self.lines("run/rosie/update/settings");
        let looked = self.lines("data/update/looked");
        let offer = self.lines("data/update/available");
        let (slot, last) = (self.slot(), self.last());
        let running = self.running();
        UpdateState {
            managed: true,
            version: files::line(&self.at("usr/lib/rosie/version")),
            board: files::line(&self.at("usr/lib/rosie/board")),
            other: self.other(&slot, last.as_ref()),
            slot,
            mode: match settings.get("mode") {
                "notify" => UpdateMode::Notify,
                "automatic" => UpdateMode::Automatic,
                _ => UpdateMode::Off,
            },
            channel: settings.get("channel").to_owned(),
            available: (!offer.get("version").is_empty()).then(|| UpdateOffer {
                version: offer.get("version").to_owned(),
                bytes: number(offer.get("bytes")).unwrap_or_default(),
                notes: offer.get("notes").to_owned(),
            }),
            looked_unix_ms: number(looked.get("looked")).map(|seconds| seconds.saturating_mul(1000)),
            // That of an earlier time does not stand beside what goes on now.
            problem: Some(looked.get("problem").to_owned()).filter(|told| !told.is_empty() && running.is_none()),
            running,
            last,
        }
    }

    fn look(&self) -> Result<(), Failure> {
        if self.is_managed() && self.state().channel.is_empty() {
            return Err(refused(
                "no channel of updates is set: give its address first, https://…",
            ));
        }
        self.ask("look")
    }

    fn install(&self, version: &str) -> Result<(), Failure> {
        let state = self.state();
        match &state.available {
            Some(offer) if offer.version == version => self.ask("install"),
            _ if !state.managed => self.ask("install"),
            Some(offer) => Err(refused(format!(
                "the channel has {}, not {version}: look again, then install that one",
                offer.version
            ))),
            None => Err(refused("the channel has nothing newer: look again")),
        }
    }

    fn set(&self, mode: UpdateMode, channel: &str) -> Result<(), Failure> {
        let channel = channel.trim().trim_end_matches('/');
        let plain = |c: char| c.is_ascii_alphanumeric() || OF_ADDRESS.contains(c);
        let host = channel.strip_prefix("https://").unwrap_or_default();
        if channel.is_empty() && mode != UpdateMode::Off {
            return Err(refused("give the channel's address, https://…, or turn updates off"));
        }
        if !channel.is_empty() && (host.is_empty() || channel.len() > LONGEST || !channel.chars().all(plain)) {
            return Err(refused(
                "a channel is the address of a folder, https://updates.example.org/rosie, without spaces and at most 300 characters",
            ));
        }
        let channel = if channel.is_empty() { "-" } else { channel };
        self.ask(&format!("set {} {channel}", mode.as_str()))
    }
}

fn refused(message: impl Into<String>) -> Failure {
    Failure::new(ErrorCode::BadRequest, message)
}

/// There whole or not at all: systemd looks as soon as it is.
fn put(path: &Path, words: &str) -> io::Result<()> {
    let new = path.with_extension("new");
    fs::write(&new, format!("{words}\n"))?;
    fs::rename(new, path)
}
