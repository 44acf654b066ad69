//! Which files of the data folder belong in a backup, and to which part of it. What is not named here (models, caches, other
//! backups) can be had again.

use super::BackupError;
use rosie_core::backup::BackupPart;
use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

/// Files and folders of the data folder that are this part.
pub fn names(part: BackupPart) -> &'static [&'static str] {
    match part {
        BackupPart::Memory => &[rosie_memory::FILE_NAME],
        BackupPart::Configuration => &["config.yaml", crate::config::PAGE_FILE],
        // With the authority, devices that trust it need not be told anew; with the access, people and endpoints are known again.
        BackupPart::Keys => &["secrets.json", crate::config::TLS_FOLDER, crate::config::ACCESS_FOLDER],
        BackupPart::Deeds => &["audit.jsonl", "audit.1.jsonl"],
        BackupPart::Plugins => &["plugins"],
        BackupPart::Sentences => &["intents"],
    }
}

/// The part that a path of a backup belongs to. `None`: none, or a path that leads out of the data folder.
pub fn of(path: &str) -> Option<BackupPart> {
    let plain = Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let first = path.split('/').next().unwrap_or_default();
    let part = BackupPart::ALL.into_iter().find(|part| names(*part).contains(&first));
    part.filter(|_| plain)
}

/// Copies what there is of these parts beside the memory's file from one folder to another; relative paths of all that was
/// copied, in order.
pub fn copy(from: &Path, to: &Path, parts: &[BackupPart]) -> Result<Vec<String>, BackupError> {
    let mut copied = Vec::new();
    for part in parts.iter().filter(|part| **part != BackupPart::Memory) {
        for name in names(*part) {
            copy_any(from, to, Path::new(name), &mut copied)?;
        }
    }
    Ok(copied)
}

/// Links, sockets and the like are left out: they mean something on one machine only.
fn copy_any(from: &Path, to: &Path, path: &Path, copied: &mut Vec<String>) -> Result<(), BackupError> {
    let (source, target) = (from.join(path), to.join(path));
    let kind = match fs::symlink_metadata(&source) {
        Ok(found) => found.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(BackupError::at(&source)(error)),
    };
    if kind.is_dir() {
        fs::create_dir_all(&target).map_err(BackupError::at(&target))?;
        for name in listed(&source)? {
            copy_any(from, to, &path.join(name), copied)?;
        }
    } else if kind.is_file() {
        match path.to_str() {
            Some(plain) => {
                fs::copy(&source, &target).map_err(BackupError::at(&source))?;
                copied.push(plain.to_owned());
            }
            None => tracing::warn!(path = %path.display(), "a file whose name is not UTF-8 is in no backup"),
        }
    }
    Ok(())
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let entries = fs::read_dir(folder).map_err(BackupError::at(folder))?;
    let names = entries.map(|entry| entry.map(|entry| PathBuf::from(entry.file_name())));
    let mut names = names.collect::<io::Result<Vec<_>>>().map_err(BackupError::at(folder))?;
    names.sort();
    Ok(names)
}
