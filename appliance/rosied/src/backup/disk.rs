//! Files and folders that nobody else may read.

use super::BackupError;
use rosie_memory::Store;
use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

pub fn private_folder(folder: &Path) -> Result<(), BackupError> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(BackupError::at(folder))
}

pub fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

/// What was renamed in it stays so when the power goes.
pub fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Takes a scratch folder away, and the memory in it so that its bytes are gone.
pub fn clear(folder: &Path) -> Result<(), BackupError> {
    Store::wipe_copy(folder);
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BackupError::at(folder)(error)),
        _ => Ok(()),
    }
}
