//! Bringing a backup back, the first of two steps: all of it is read, unpacked beside what is there and tried; whatever is
//! wrong, nothing was changed. What was found right lies ready for the second step (`taking.rs`).

use super::{
    BackupError, Tell, archive,
    disk::{clear, private_file, private_folder, sync},
    parts,
    taking::{self, PARTS, READY, STAGED},
};
use crate::{config, secrets::Secrets};
use rosie_core::backup::{BackupInfo, BackupPart};
use rosie_memory::Store;
use std::{
    fs::{self, File},
    io::{Read, Write},
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::Path,
};

const PIECE: usize = 64 << 10;

/// Reads a backup, and lays these parts of it ready for the next start.
pub fn stage(
    file: File,
    passphrase: &str,
    wanted: &[BackupPart],
    data: &Path,
    tell: Tell,
) -> Result<BackupInfo, BackupError> {
    taking::end_what_was_begun(data)?;
    let staged = data.join(STAGED);
    clear(&staged)?;
    private_folder(&staged)?;
    let laid = || -> Result<BackupInfo, BackupError> {
        let unpack = |entry: &archive::Entry, source: &mut dyn Read| -> Result<(), BackupError> {
            match parts::of(&entry.path).is_some_and(|part| wanted.contains(&part)) {
                true => unpack(entry, source, &staged),
                false => Ok(()),
            }
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
        let text = serde_json::to_vec(&parts).map_err(|e| BackupError::at(&list)(e.into()))?;
        let mut out = private_file(&list).map_err(BackupError::at(&list))?;
        out.write_all(&text)
            .and_then(|()| out.sync_all())
            .map_err(BackupError::at(&list))?;
        settle(&staged, data)?;
        Ok(info)
    };
    let info = laid().inspect_err(|_| drop(clear(&staged)))?;
    taking::let_go(data)?;
    let ready = data.join(READY);
    fs::rename(&staged, &ready).map_err(BackupError::at(&ready))?;
    sync(data).map_err(BackupError::at(data))?;
    Ok(info)
}

/// What cannot be read is the backup's fault, what cannot be written the disk's.
fn unpack(entry: &archive::Entry, source: &mut dyn Read, staged: &Path) -> Result<(), BackupError> {
    let path = staged.join(&entry.path);
    private_folder(path.parent().unwrap_or(staged))?;
    let mut out = private_file(&path).map_err(BackupError::at(&path))?;
    let mut piece = vec![0; PIECE];
    loop {
        match source.read(&mut piece).map_err(archive::broken)? {
            0 => break,
            count => out.write_all(&piece[..count]).map_err(BackupError::at(&path))?,
        }
    }
    let runs = || out.set_permissions(fs::Permissions::from_mode(0o700));
    if entry.runs {
        runs().map_err(BackupError::at(&path))?;
    }
    out.sync_all().map_err(BackupError::at(&path))
}

/// A daemon that cannot start with it would be no use to anybody: so its store is opened and its configuration read now, with
/// the keys that it will have.
fn try_it(staged: &Path, parts: &[BackupPart], data: &Path) -> Result<(), BackupError> {
    if parts.contains(&BackupPart::Memory) {
        Store::open(staged)?.contents()?;
    }
    let from = |part| if parts.contains(&part) { staged } else { data };
    let (configuration, keys) = (from(BackupPart::Configuration), from(BackupPart::Keys));
    if configuration == staged || keys == staged {
        config::load_with(None, configuration, &Secrets::of(keys))
            .map_err(|bad| BackupError::Configuration(bad.mistakes))?;
    }
    Ok(())
}

/// By whomever it was unpacked, the daemon's user must be able to read and write it; and all of it is on the disk, so that a
/// power cut leaves no empty files behind names that are there.
fn settle(folder: &Path, data: &Path) -> Result<(), BackupError> {
    let owner = data.metadata().map_err(BackupError::at(data))?;
    let foreign = folder.metadata().map_err(BackupError::at(folder))?.uid() != owner.uid();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        if foreign {
            chown(&path, Some(owner.uid()), Some(owner.gid())).map_err(BackupError::at(&path))?;
        }
        if path.is_dir() {
            let entries = fs::read_dir(&path).map_err(BackupError::at(&path))?;
            waiting.extend(entries.filter_map(Result::ok).map(|entry| entry.path()));
            sync(&path).map_err(BackupError::at(&path))?;
        }
    }
    Ok(())
}
