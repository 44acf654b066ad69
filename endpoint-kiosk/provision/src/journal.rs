//! What was done to a device and what was there before, so that it can be gone on with and taken back: a file here, and a copy on the
//! device for another computer. Beside it a log, a line an event. No secret stands in either.

use crate::{adb::Device, lever::Lever};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File, TryLockError},
    io::Write,
    path::{Path, PathBuf},
};

const ON_DEVICE: &str = "/data/local/tmp/rosie-kiosk.json";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Written before it is done: after a pulled cable it may be done or not.
    Begun,
    Done,
    Undone,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub step: String,
    pub lever: Lever,
    /// What was there before the first time.
    pub before: Option<String>,
    pub set: String,
    pub state: State,
}

impl Record {
    pub fn holds(&self) -> bool {
        self.state != State::Undone
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    records: Vec<Record>,
}

pub struct Journal {
    file: PathBuf,
    log: PathBuf,
    kept: Kept,
    /// Held while it is open: two who write would forget each other's steps.
    _lock: File,
}

impl Journal {
    /// The journal of a device by the number that it gives itself, wherever it is connected.
    pub fn open(folder: &Path, serial_number: &str) -> Result<Self, String> {
        let told = |error: std::io::Error| format!("the journal in {} cannot be used: {error}", folder.display());
        fs::create_dir_all(folder).map_err(told)?;
        let path = |ending: &str| folder.join(format!("{}.{ending}", file_name(serial_number)));
        let lock = File::create(path("lock")).map_err(told)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err("another rosie-kiosk is at work on this device: wait until it is done".to_owned());
            }
            Err(TryLockError::Error(error)) => return Err(told(error)),
        }
        let file = path("json");
        let kept = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                format!(
                    "{} is damaged ({error}): move it away, and the device's copy is used",
                    file.display()
                )
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Kept::default(),
            Err(error) => return Err(told(error)),
        };
        Ok(Self {
            file,
            log: path("log"),
            kept,
            _lock: lock,
        })
    }

    /// Takes over what another computer did, from the device's copy; what is known here counts more.
    pub fn join(&mut self, copy: &[u8]) {
        let theirs = serde_json::from_slice::<Kept>(copy).unwrap_or_default();
        for record in theirs.records {
            if record.holds() && !self.kept.records.iter().any(|ours| ours.lever == record.lever) {
                self.kept.records.push(record);
            }
        }
    }

    pub fn records(&self) -> &[Record] {
        &self.kept.records
    }

    /// To be called before anything is changed.
    pub fn begin(&mut self, step: &str, lever: &Lever, before: Option<&str>, set: &str) -> Result<(), String> {
        match self.of(lever) {
            Some(record) if record.holds() => {
                set.clone_into(&mut record.set);
                record.state = State::Begun;
            }
            _ => {
                self.kept.records.retain(|record| record.lever != *lever);
                self.kept.records.push(Record {
                    step: step.to_owned(),
                    lever: lever.clone(),
                    before: before.map(str::to_owned),
                    set: set.to_owned(),
                    state: State::Begun,
                });
            }
        }
        self.save()
    }

    pub fn mark(&mut self, lever: &Lever, state: State) -> Result<(), String> {
        if let Some(record) = self.of(lever) {
            record.state = state;
        }
        self.save()
    }

    /// It was done when the cable was pulled.
    pub fn mark_done_if_begun(&mut self, lever: &Lever) -> Result<(), String> {
        match self.of(lever) {
            Some(record) if record.state == State::Begun => {
                record.state = State::Done;
                self.save()
            }
            _ => Ok(()),
        }
    }

    fn of(&mut self, lever: &Lever) -> Option<&mut Record> {
        self.kept.records.iter_mut().find(|record| record.lever == *lever)
    }

    /// Whole or not at all, and on the disk before it counts.
    fn save(&self) -> Result<(), String> {
        let part = self.file.with_extension("part");
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&part)?;
            file.write_all(&self.bytes())?;
            file.sync_all()?;
            fs::rename(&part, &self.file)
        };
        write().map_err(|error| format!("the journal {} cannot be written: {error}", self.file.display()))
    }

    fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(&self.kept).unwrap_or_default()
    }

    /// The copy on the device; away when there is nothing left to take back.
    pub fn copy_to(&self, device: &Device) -> Result<(), crate::adb::AdbError> {
        if self.kept.records.iter().any(Record::holds) {
            return device.push(&self.bytes(), ON_DEVICE);
        }
        device.shell(format!("rm -f {ON_DEVICE}")).map(drop)
    }

    pub fn copy_from(&mut self, device: &Device) -> Result<(), crate::adb::AdbError> {
        match device.pull(ON_DEVICE) {
            Ok(copy) => self.join(&copy),
            Err(error) if error.is_gone() => return Err(error),
            // There is none.
            Err(_) => {}
        }
        Ok(())
    }

    /// A line in the log. It is for people who look for what went wrong, so one that cannot be written stops nothing.
    pub fn note(&self, step: &str, what: &str) {
        let line = serde_json::json!({ "time": jiff::Timestamp::now().to_string(), "step": step, "what": what });
        if let Ok(mut log) = File::options().create(true).append(true).open(&self.log) {
            let _ = writeln!(log, "{line}");
        }
    }
}

pub fn log(folder: &Path, serial_number: &str) -> Option<String> {
    fs::read_to_string(folder.join(format!("{}.log", file_name(serial_number)))).ok()
}

fn file_name(serial_number: &str) -> String {
    let good = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    serial_number.chars().take(100).map(good).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_there_before_is_kept_whatever_is_set_later() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(folder.path(), "G0/../W1").unwrap();
        journal.begin("density", &Lever::Density, None, "160").unwrap();
        journal.begin("density", &Lever::Density, Some("160"), "200").unwrap();
        assert!(Journal::open(folder.path(), "G0/../W1").is_err(), "one at a time");
        drop(journal);
        let mut again = Journal::open(folder.path(), "G0/../W1").unwrap();
        assert_eq!(
            (again.records()[0].before.as_deref(), &*again.records()[0].set),
            (None, "200")
        );
        // Taken back and set anew: what was there then counts.
        again.mark(&Lever::Density, State::Undone).unwrap();
        again.begin("density", &Lever::Density, Some("180"), "160").unwrap();
        assert_eq!(again.records()[0].before.as_deref(), Some("180"));
        assert_eq!(again.records().len(), 1);
    }

    #[test]
    fn a_damaged_journal_is_said_and_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("A.json"), "{").unwrap();
        let said = Journal::open(folder.path(), "A").err().unwrap();
        assert!(said.contains("damaged"), "{said}");
        assert_eq!(fs::read(folder.path().join("A.json")).unwrap(), b"{");
    }
}
