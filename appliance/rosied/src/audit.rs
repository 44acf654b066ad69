//! The audit log in files: one line of JSON a deed, added to and never changed. When a file is full it becomes the older of
//! two, so years of a busy house fit in some megabytes. Only the owner of the data folder can read it.

use rosie_core::{
    EndpointId, TurnId,
    audit::{AuditLog, Deed},
};
use std::{
    collections::VecDeque,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, mpsc},
};

/// Bytes of one file: about 15,000 deeds.
const FULL: u64 = 4 << 20;
const NAME: &str = "audit.jsonl";
const OLDER: &str = "audit.1.jsonl";
/// Deeds that may wait for the disk.
const WAITING: usize = 1024;
/// Deeds that are told of without reading the files.
const RECENT: usize = 64;

enum Work {
    Add(Vec<Deed>),
    /// Told when all before is written.
    Flush(mpsc::Sender<()>),
}

/// The log of one data folder. Whoever ends the program calls [`Self::flush`] before.
pub struct AuditFile {
    folder: PathBuf,
    work: mpsc::SyncSender<Work>,
    recent: Mutex<VecDeque<Deed>>,
}

impl AuditFile {
    pub fn start(folder: &Path) -> io::Result<AuditFile> {
        let (work, waiting) = mpsc::sync_channel(WAITING);
        let own = folder.to_owned();
        std::thread::Builder::new()
            .name("rosie-audit".to_owned())
            .spawn(move || waiting.into_iter().for_each(|work| write(&own, work)))?;
        Ok(AuditFile {
            folder: folder.to_owned(),
            work,
            recent: Mutex::default(),
        })
    }

    /// Waits until everything that was added is on the disk. Blocking.
    pub fn flush(&self) {
        let (done, written) = mpsc::channel();
        if self.work.send(Work::Flush(done)).is_ok() {
            // An error says that the writer is gone, and with it what could be waited for.
            let _ = written.recv();
        }
    }

    /// The latest deeds, newest first, at most `limit`, those before a moment. Blocking.
    ///
    /// # Errors
    /// A file that is there and cannot be read.
    pub fn latest(&self, limit: usize, before_unix_ms: u64) -> io::Result<Vec<Deed>> {
        let mut found = Vec::new();
        for name in [NAME, OLDER] {
            let text = match fs::read(self.folder.join(name)) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            // A line that a power cut left half is none.
            let lines = text.rsplit(|&byte| byte == b'\n');
            let deeds = lines.filter_map(|line| serde_json::from_slice::<Deed>(line).ok());
            found.extend(
                deeds
                    .filter(|deed| deed.unix_ms < before_unix_ms)
                    .take(limit - found.len()),
            );
        }
        Ok(found)
    }
}

impl AuditLog for AuditFile {
    fn of_turn(&self, endpoint: &EndpointId, turn_id: TurnId) -> Vec<Deed> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let of_turn = |deed: &&Deed| deed.endpoint == *endpoint && deed.turn_id == turn_id;
        recent.iter().filter(of_turn).cloned().collect()
    }

    fn add(&self, deeds: Vec<Deed>) {
        {
            let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
            recent.extend(deeds.iter().cloned());
            let old = recent.len().saturating_sub(RECENT);
            recent.drain(..old);
        }
        if let Err(error) = self.work.try_send(Work::Add(deeds)) {
            tracing::error!(%error, "what was done in the house could not be written down: the disk is too slow");
        }
    }
}

fn write(folder: &Path, work: Work) {
    match work {
        Work::Add(deeds) => {
            if let Err(error) = append(folder, &deeds) {
                tracing::error!(%error, lost = deeds.len(), "what was done in the house could not be written down");
            }
        }
        Work::Flush(done) => drop(done.send(())),
    }
}

fn append(folder: &Path, deeds: &[Deed]) -> io::Result<()> {
    let path = folder.join(NAME);
    let mut file = open(&path)?;
    if file.metadata()?.len() > FULL {
        fs::rename(&path, folder.join(OLDER))?;
        file = open(&path)?;
    }
    let mut text = Vec::new();
    // What a power cut left half ends here, so that it takes no other line with it.
    if !ends_whole(&path)? {
        text.push(b'\n');
    }
    for deed in deeds {
        serde_json::to_writer(&mut text, deed)?;
        text.push(b'\n');
    }
    file.write_all(&text)?;
    file.sync_data()
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

fn ends_whole(path: &Path) -> io::Result<bool> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = File::open(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == [b'\n'])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rosie_core::{CallContext, ErrorCode, Language, TurnId};
    use std::os::unix::fs::PermissionsExt;

    fn deed(at: u64) -> Deed {
        let context = CallContext {
            turn_id: TurnId(at),
            room: "kitchen".into(),
            endpoint: "k1".into(),
            language: Language::default(),
            conversation: "c".into(),
            user: Some("ada".into()),
        };
        Deed {
            targets: vec!["light.kitchen".to_owned()],
            ..Deed::new(at, "HassTurnOn", &context, "light.turn_on".to_owned())
        }
    }

    #[test]
    fn deeds_are_found_newest_first_and_outlive_a_restart_and_a_power_cut() {
        let folder = tempfile::tempdir().unwrap();
        let log = AuditFile::start(folder.path()).unwrap();
        assert_eq!(log.latest(5, u64::MAX).unwrap(), []);
        (1..=3).for_each(|at| log.add(vec![deed(at)]));
        log.flush();
        assert_eq!(log.of_turn(&"k1".into(), TurnId(2)), [deed(2)]);
        assert_eq!(log.of_turn(&"k2".into(), TurnId(2)), []);
        let path = folder.path().join(NAME);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"{\"unix_ms\":4,\"act")
            .unwrap();
        let log = AuditFile::start(folder.path()).unwrap();
        log.add(vec![deed(5).failed(ErrorCode::HomeUnavailable)]);
        log.flush();
        let times =
            |limit, before| -> Vec<u64> { log.latest(limit, before).unwrap().iter().map(|d| d.unix_ms).collect() };
        assert_eq!(times(10, u64::MAX), [5, 3, 2, 1]);
        assert_eq!(times(2, 5), [3, 2]);
        assert_eq!(
            log.latest(1, u64::MAX).unwrap()[0].failed.as_deref(),
            Some("home-unavailable")
        );
    }

    #[test]
    fn a_full_file_becomes_the_older_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), vec![b'\n'; FULL as usize + 1]).unwrap();
        append(folder.path(), &[deed(1)]).unwrap();
        append(folder.path(), &[deed(2)]).unwrap();
        assert!(fs::metadata(folder.path().join(NAME)).unwrap().len() < 1000);
        assert!(fs::metadata(folder.path().join(OLDER)).unwrap().len() > FULL);
    }
}
