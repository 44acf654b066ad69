//! The folder of backups: making one, listing, removing, and letting the oldest go.

use super::{BackupError, EXTENSION, Manifest, SHORTEST_PASSPHRASE, Tell, archive, parts};
use rosie_core::backup::{BackupFile, BackupPart};
use rosie_memory::Store;
use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

/// Where a backup is put together, in the data folder: the disk that has room for what it is made of.
const SCRATCH: &str = "backup.tmp";

/// The backups of one folder.
pub struct Backups {
    folder: PathBuf,
}

impl Backups {
    /// In `folder`, which is made when the first one is; empty: `backups` of the data folder.
    pub fn of(folder: &str, data: &Path) -> Self {
        let folder = match folder {
            "" => data.join("backups"),
            folder => PathBuf::from(folder),
        };
        Self { folder }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Newest first, by name, which is the time.
    pub fn list(&self) -> Result<Vec<BackupFile>, BackupError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(BackupError::at(&self.folder)(error)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(BackupError::at(&self.folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_name(&name) {
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

    fn file(&self, name: String) -> Result<BackupFile, BackupError> {
        let path = self.folder.join(&name);
        let found = path.metadata().map_err(BackupError::at(&path))?;
        let written = found.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        Ok(BackupFile {
            name,
            bytes: found.len(),
            made_unix_ms: written.map_or(0, |at| at.as_millis() as u64),
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
        private_folder(&self.folder)?;
        let scratch = data.join(SCRATCH);
        clear(&scratch)?;
        private_folder(&scratch)?;
        let made = self.put_together((data, store, &scratch), passphrase, keys, tell);
        clear(&scratch)?;
        let made = self.file(made?)?;
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
        tell("collecting", 0, 0);
        let contents = store.copy_to(scratch)?;
        let wanted = BackupPart::ALL
            .into_iter()
            .filter(|part| keys || *part != BackupPart::Keys);
        let mut paths = vec![rosie_memory::FILE_NAME.to_owned()];
        paths.extend(parts::copy(data, scratch, &wanted.collect::<Vec<_>>())?);
        let files = paths.into_iter().map(|path| archive::entry(scratch, path));
        let manifest = Manifest::new(machine(), contents, files.collect::<Result<_, _>>()?);
        let (name, part) = self.free_name()?;
        let path = self.folder.join(&name);
        let written = || -> Result<(), BackupError> {
            let out = private_file(&part).map_err(BackupError::at(&part))?;
            archive::write(out, passphrase, &manifest, scratch, tell).map_err(BackupError::at(&part))?;
            let read = verify(&part, passphrase, &|_, done, all| tell("verifying", done, all))?;
            if read != manifest {
                return Err(BackupError::refused(
                    "what was written is not what was read back: try another disk",
                ));
            }
            fs::rename(&part, &path).map_err(BackupError::at(&path))?;
            let folder = File::open(&self.folder).map_err(BackupError::at(&self.folder))?;
            folder.sync_all().map_err(BackupError::at(&self.folder))
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
            false => Ok((name.clone(), self.folder.join(name).with_extension("part"))),
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
        private_folder(&self.folder)?;
        let path = self.folder.join(name);
        if path.exists() {
            return Err(BackupError::Refused(format!(
                "\"{name}\" is there already: remove it first, or name it otherwise"
            )));
        }
        let part = path.with_extension("part");
        let mut taken = || -> Result<(), BackupError> {
            let mut out = private_file(&part).map_err(BackupError::at(&part))?;
            while let Some(piece) = source() {
                let piece = piece.map_err(|failure| BackupError::Refused(failure.detail))?;
                io::Write::write_all(&mut out, &piece).map_err(BackupError::at(&part))?;
            }
            out.sync_all().map_err(BackupError::at(&part))?;
            fs::rename(&part, &path).map_err(BackupError::at(&path))
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

/// A name that is no path.
pub fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let stem = name.strip_suffix(EXTENSION).and_then(|stem| stem.strip_suffix('.'));
    stem.is_some_and(|stem| (1..=100).contains(&stem.len()) && stem.chars().all(plain))
}

/// `rosie-20261128-033000.rosie-backup`
fn is_own(name: &str) -> bool {
    let stem = name
        .strip_prefix("rosie-")
        .and_then(|name| name.strip_suffix(EXTENSION)?.strip_suffix('.'));
    let shape = |(i, c): (usize, char)| if i == 8 { c == '-' } else { c.is_ascii_digit() };
    stem.is_some_and(|stem| stem.len() == 15 && stem.chars().enumerate().all(shape))
}

fn machine() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim().to_owned()
}

pub(super) fn private_folder(folder: &Path) -> Result<(), BackupError> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(BackupError::at(folder))
}

pub(super) fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

/// Takes a scratch folder away, and the memory in it so that its bytes are gone.
pub(super) fn clear(folder: &Path) -> Result<(), BackupError> {
    Store::wipe_copy(folder);
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BackupError::at(folder)(error)),
        _ => Ok(()),
    }
}
