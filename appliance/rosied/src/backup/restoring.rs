//! Bringing a backup back, in two steps. First all of it is read, unpacked beside what is there and tried; whatever is wrong,
//! nothing was changed. Then, at the next start and before anything is opened, it takes the place of what is there, which is
//! kept aside in `before-restore`. Each step of that is one rename, so a power cut leaves it to be finished.

use super::{
    BackupError, Tell, archive,
    keeping::{clear, private_file, private_folder},
    parts,
};
use crate::{config, secrets::Secrets};
use rosie_core::backup::{BackupInfo, BackupPart};
use rosie_memory::Store;
use std::{
    fs::{self, File},
    io,
    os::unix::fs::{MetadataExt, chown},
    path::Path,
};

const STAGED: &str = "restore.new";
/// What is to be brought back at the next start, with the list of its parts.
const READY: &str = "restore.ready";
const PARTS: &str = "parts.json";
/// What the last restore replaced.
pub const BEFORE: &str = "before-restore";

/// Reads a backup, and lays these parts of it ready for the next start.
pub fn stage(
    file: File,
    passphrase: &str,
    wanted: &[BackupPart],
    data: &Path,
    tell: Tell,
) -> Result<BackupInfo, BackupError> {
    let staged = data.join(STAGED);
    clear(&staged)?;
    private_folder(&staged)?;
    let laid = || -> Result<BackupInfo, BackupError> {
        let unpack = |entry: &archive::Entry, source: &mut dyn io::Read| -> Result<(), BackupError> {
            if !parts::of(&entry.path).is_some_and(|part| wanted.contains(&part)) {
                return Ok(());
            }
            let path = staged.join(&entry.path);
            private_folder(path.parent().unwrap_or(&staged))?;
            let mut out = private_file(&path).map_err(BackupError::at(&path))?;
            io::copy(source, &mut out).map_err(BackupError::at(&path))?;
            out.sync_all().map_err(BackupError::at(&path))
        };
        let info = archive::read(file, passphrase, unpack, tell)?.info();
        let parts: Vec<_> = info
            .parts
            .iter()
            .filter(|part| wanted.contains(part))
            .copied()
            .collect();
        if parts.is_empty() {
            return Err(BackupError::refused(
                "none of the parts that are wanted is in this backup",
            ));
        }
        try_it(&staged, &parts, data)?;
        let list = staged.join(PARTS);
        fs::write(
            &list,
            serde_json::to_vec(&parts).map_err(|e| BackupError::at(&list)(e.into()))?,
        )
        .map_err(BackupError::at(&list))?;
        own(&staged, data)?;
        Ok(info)
    };
    let info = laid().inspect_err(|_| drop(clear(&staged)))?;
    let ready = data.join(READY);
    clear(&ready)?;
    clear(&data.join(BEFORE))?;
    fs::rename(&staged, &ready).map_err(BackupError::at(&ready))?;
    sync(data).map_err(BackupError::at(data))?;
    Ok(info)
}

/// A daemon that cannot start with it would be no use to anybody: so its store is opened and its configuration read now.
fn try_it(staged: &Path, parts: &[BackupPart], data: &Path) -> Result<(), BackupError> {
    if parts.contains(&BackupPart::Memory) {
        Store::open(staged)?.contents()?;
    }
    if parts.contains(&BackupPart::Configuration) {
        let keys = match parts.contains(&BackupPart::Keys) {
            true => staged,
            false => data,
        };
        config::load_with(None, staged, &Secrets::of(keys)).map_err(|bad| BackupError::Configuration(bad.mistakes))?;
    }
    Ok(())
}

/// By whomever it was unpacked, the daemon's user must be able to read and write it.
fn own(folder: &Path, data: &Path) -> Result<(), BackupError> {
    let owner = data.metadata().map_err(BackupError::at(data))?;
    if folder.metadata().map_err(BackupError::at(folder))?.uid() == owner.uid() {
        return Ok(());
    }
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        chown(&path, Some(owner.uid()), Some(owner.gid())).map_err(BackupError::at(&path))?;
        if path.is_dir() {
            let entries = fs::read_dir(&path).map_err(BackupError::at(&path))?;
            waiting.extend(entries.filter_map(Result::ok).map(|entry| entry.path()));
        }
    }
    Ok(())
}

/// Puts in its place what was laid ready, or goes on where a power cut ended that. To be called before anything of the data
/// folder is opened. What was brought back; `None`: nothing was.
pub fn take(data: &Path) -> Result<Option<Vec<BackupPart>>, BackupError> {
    let ready = data.join(READY);
    if !ready.exists() {
        return Ok(None);
    }
    let list = ready.join(PARTS);
    let read = fs::read(&list).map_err(BackupError::at(&list))?;
    let taken: Vec<BackupPart> = serde_json::from_slice(&read).map_err(|e| BackupError::at(&list)(e.into()))?;
    let before = data.join(BEFORE);
    private_folder(&before)?;
    for name in taken.iter().flat_map(|part| parts::names(*part)) {
        replace(&ready.join(name), &data.join(name), &before.join(name))?;
    }
    sync(data).map_err(BackupError::at(data))?;
    fs::remove_dir_all(&ready).map_err(BackupError::at(&ready))?;
    Ok(Some(taken))
}

/// What is here goes aside once; then what is new takes its place. What is new is missing where the backup has none of it,
/// or where it has its place already: in the second case what is here stays.
fn replace(new: &Path, here: &Path, aside: &Path) -> Result<(), BackupError> {
    let done = aside.with_extension("was-nothing");
    if !aside.exists() && !done.exists() {
        match fs::rename(here, aside) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                File::create(&done).map_err(BackupError::at(&done))?;
            }
            Err(error) => return Err(BackupError::at(here)(error)),
        }
        let folder = aside.parent().unwrap_or(aside);
        sync(folder).map_err(BackupError::at(folder))?;
    }
    match fs::rename(new, here) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BackupError::at(here)(error)),
        _ => Ok(()),
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
