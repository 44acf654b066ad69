//! The folder of backups: making one, listing, removing, and letting the oldest go.

use super::{
    BackupError, EXTENSION, Manifest, SHORTEST_PASSPHRASE, Tell, archive,
    disk::{clear, private_file, private_folder, sync},
    folder,
    names::{is_name, is_own, time_of},
    parts,
};
use rosie_core::backup::{BackupFile, BackupPart};
use rosie_memory::Store;
use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

/// Where a backup is put together, in the data folder: the disk that has room for what it is made of.
pub(super) const SCRATCH: &str = "backup.tmp";
/// What one is called while it is written, and while it is taken in.
const PART: &str = "part";
const INCOMING: &str = "incoming";
/// One that comes in grows; one that did not for so long never will.
const STALE: Duration = Duration::from_secs(600);

/// The backups of one folder.
pub struct Backups {
    folder: PathBuf,
    /// Named by the owner, who has to make it and to mount its disk.
    named: bool,
}

impl Backups {
    /// In `folder`; empty: `backups` of the data folder, which is made when the first one is.
    pub fn of(folder: &str, data: &Path) -> Self {
        Self {
            folder: match folder {
                "" => data.join("backups"),
                folder => PathBuf::from(folder),
            },
            named: !folder.is_empty(),
        }
    }

    /// There, so that something can be put into it.
    fn there(&self) -> Result<(), BackupError> {
        match self.named {
            true => folder::usable(&self.folder),
            false => private_folder(&self.folder),
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Newest first, by name, which is the time.
    pub fn list(&self) -> Result<Vec<BackupFile>, BackupError> {
        if self.named {
            folder::usable(&self.folder)?;
        }
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(BackupError::at(&self.folder)(error)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(BackupError::at(&self.folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_name(&name) && entry.path().is_file() {
                found.push(self.file(name)?);
            }
        }
        found.sort_by(|a, b| b.name.cmp(&a.name));
        Ok(found)
    }

    /// Those that were made here, newest first: what was taken in from elsewhere is not let go of by itself.
    pub fn own(&self) -> Result<Vec<BackupFile>, BackupError> {
        let mut found = self.list()?;
        found.retain(|file| is_own(&file.name));
        Ok(found)
    }

    /// When the newest was made here. One of a time that is still to come was made while the clock was wrong, and says
    /// nothing.
    pub fn newest_until(&self, now_unix_ms: u64) -> Option<u64> {
        let mut made = self.own().ok()?.into_iter().map(|file| file.made_unix_ms);
        made.find(|made| *made <= now_unix_ms)
    }

    /// Removes what a life that was cut off left half written.
    pub fn sweep(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let stem = |kind: &str| name.strip_suffix(kind)?.strip_suffix('.').map(str::to_owned);
            let is_half = stem(PART).is_some_and(|stem| is_own(&format!("{stem}.{EXTENSION}")));
            let old = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
            let is_stale = stem(INCOMING).is_some_and(|stem| is_name(&format!("{stem}.{EXTENSION}")))
                && old().is_some_and(|old| old > STALE);
            if is_half || is_stale {
                tracing::info!(path = %path.display(), "a backup that was broken off is removed");
                let _ = fs::remove_file(path);
            }
        }
    }

    fn file(&self, name: String) -> Result<BackupFile, BackupError> {
        let path = self.folder.join(&name);
        let found = path.metadata().map_err(BackupError::at(&path))?;
        let written = found.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let written = written.map_or(0, |at| at.as_millis() as u64);
        Ok(BackupFile {
            // A copy from disk to disk may have another time than the backup in it.
            made_unix_ms: time_of(&name).unwrap_or(written),
            name,
            bytes: found.len(),
        })
    }

    /// The path of one that is there.
    pub fn path(&self, name: &str) -> Result<PathBuf, BackupError> {
        let path = self.folder.join(name);
        match is_name(name) && path.is_file() {
            true => Ok(path),
            false => Err(BackupError::Refused(format!(
                "there is no backup \"{name}\" in {}",
                self.folder.display()
            ))),
        }
    }

    pub fn remove(&self, name: &str) -> Result<(), BackupError> {
        let path = self.path(name)?;
        fs::remove_file(&path).map_err(BackupError::at(&path))
    }

    /// Makes one of the data folder and its open store, reads it back, and lets those go that are more than `keep`.
    pub fn make(
        &self,
        (data, store): (&Path, &Store),
        passphrase: &str,
        (keys, keep): (bool, usize),
        tell: Tell,
    ) -> Result<BackupFile, BackupError> {
        if passphrase.chars().count() < SHORTEST_PASSPHRASE {
            return Err(BackupError::Refused(format!(
                "a backup needs a passphrase of {SHORTEST_PASSPHRASE} characters or more: `rosied secrets set backup.passphrase`"
            )));
        }
        self.there()?;
        self.sweep();
        let scratch = data.join(SCRATCH);
        clear(&scratch)?;
        private_folder(&scratch)?;
        let made = self.put_together((data, store, &scratch), passphrase, keys, tell);
        let cleared = clear(&scratch);
        let made = self.file(made?)?;
        cleared?;
        for old in self.own()?.into_iter().skip(keep.max(1)) {
            self.remove(&old.name)?;
        }
        Ok(made)
    }

    fn put_together(
        &self,
        (data, store, scratch): (&Path, &Store, &Path),
        passphrase: &str,
        keys: bool,
        tell: Tell,
    ) -> Result<String, BackupError> {
        tell("collecting", 0, 0).map_err(archive::broken)?;
        let contents = store.copy_to(scratch)?;
        let wanted = BackupPart::ALL
            .into_iter()
            .filter(|part| keys || *part != BackupPart::Keys);
        let mut paths = vec![rosie_memory::FILE_NAME.to_owned()];
        paths.extend(parts::copy(data, scratch, &wanted.collect::<Vec<_>>())?);
        let files = paths.into_iter().map(|path| archive::entry(scratch, path, tell));
        let manifest = Manifest::new(machine(), contents, files.collect::<Result<_, _>>()?);
        let (name, part) = self.free_name()?;
        let path = self.folder.join(&name);
        let written = || -> Result<(), BackupError> {
            let out = private_file(&part).map_err(BackupError::at(&part))?;
            archive::write(out, passphrase, &manifest, scratch, tell).map_err(archive::unwritten(&part))?;
            let read = verify(&part, passphrase, &|_, done, all| tell("verifying", done, all))?;
            if read != manifest {
                return Err(BackupError::refused(
                    "what was written is not what was read back: try another disk",
                ));
            }
            fs::rename(&part, &path).map_err(BackupError::at(&path))?;
            sync(&self.folder).map_err(BackupError::at(&self.folder))
        };
        written().inspect_err(|_| drop(fs::remove_file(&part)))?;
        Ok(name)
    }

    /// Of this second, and where it is being written.
    fn free_name(&self) -> Result<(String, PathBuf), BackupError> {
        let now = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC);
        let name = format!("rosie-{}.{EXTENSION}", now.strftime("%Y%m%d-%H%M%S"));
        match self.folder.join(&name).exists() {
            true => Err(BackupError::refused("there is a backup of this very second already")),
            false => Ok((name.clone(), self.folder.join(name).with_extension(PART))),
        }
    }

    /// Takes in a file that was made elsewhere, piece by piece. It is not looked at: that needs its passphrase.
    pub fn add(
        &self,
        name: &str,
        mut source: impl FnMut() -> Option<Result<Vec<u8>, rosie_core::Failure>>,
    ) -> Result<BackupFile, BackupError> {
        if !is_name(name) {
            return Err(BackupError::Refused(format!(
                "\"{name}\" is no name of a backup: letters, digits, - and _, then .{EXTENSION}"
            )));
        }
        self.there()?;
        let path = self.folder.join(name);
        if path.exists() {
            return Err(BackupError::Refused(format!(
                "\"{name}\" is there already: remove it first, or name it otherwise"
            )));
        }
        let part = path.with_extension(INCOMING);
        let out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part);
        let mut out = out.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Refused(format!(
                "\"{name}\" is coming in already: wait until it is there, or name it otherwise"
            )),
            _ => BackupError::at(&part)(error),
        })?;
        let mut taken = || -> Result<(), BackupError> {
            while let Some(piece) = source() {
                let piece = piece.map_err(|failure| BackupError::Refused(failure.detail))?;
                io::Write::write_all(&mut out, &piece).map_err(BackupError::at(&part))?;
            }
            out.sync_all().map_err(BackupError::at(&part))?;
            fs::rename(&part, &path).map_err(BackupError::at(&path))?;
            sync(&self.folder).map_err(BackupError::at(&self.folder))
        };
        taken().inspect_err(|_| drop(fs::remove_file(&part)))?;
        self.file(name.to_owned())
    }
}

/// Reads all of a backup, and what its memory's file says of itself.
pub fn verify(path: &Path, passphrase: &str, tell: Tell) -> Result<Manifest, BackupError> {
    let file = File::open(path).map_err(BackupError::at(path))?;
    archive::read(file, passphrase, |_, _| Ok(()), tell)
}

fn machine() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim().to_owned()
}
