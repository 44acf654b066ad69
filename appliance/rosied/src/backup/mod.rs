//! Backups: one encrypted, checksummed file with everything that Rosie has of her own, made while she talks, read back before
//! it counts, and brought back on this machine or another.
//!
//! The file is a gzipped tar inside an age file (age-encryption.org, passphrase): without Rosie `age -d FILE | tar xz` opens
//! it. Its first entry is the [`Manifest`], which names every other one with its size and SHA-256.

mod admin;
mod archive;
mod disk;
mod folder;
mod keeping;
mod names;
mod nightly;
mod parts;
mod reading;
mod restoring;
mod taking;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use admin::{Admin, Keeper};
pub use archive::Manifest;
pub use keeping::{Backups, verify};
pub use nightly::{nightly, time};
pub use restoring::stage;
pub use taking::{take, tidy};

use rosie_core::{ErrorCode, Failure, appliance::ConfigMistake};
use rosie_memory::MemoryError;
use std::{
    io::{self, ErrorKind},
    path::Path,
};

/// What a backup's name ends with.
pub const EXTENSION: &str = "rosie-backup";
/// Shorter passphrases are refused.
pub const SHORTEST_PASSPHRASE: usize = 10;

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Asked for what cannot be, and what would be right.
    #[error("{0}")]
    Refused(String),
    #[error("the passphrase is not the one that it was made with")]
    OtherPassphrase,
    #[error("{0}")]
    Io(String, #[source] io::Error),
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// Of a restore: what is there now is neither the old nor the new.
    #[error("a restore broke off and could not be taken back; it is tried again at the next start: {0}")]
    Half(String),
    #[error("the configuration of the backup cannot be used here: {}", told(.0))]
    Configuration(Vec<ConfigMistake>),
}

fn told(mistakes: &[ConfigMistake]) -> String {
    let each = mistakes
        .iter()
        .map(|mistake| format!("{}: {}", mistake.key, mistake.message));
    each.collect::<Vec<_>>().join("; ")
}

impl BackupError {
    fn refused(message: impl Into<String>) -> Self {
        Self::Refused(message.into())
    }

    /// Of what lies at `path`.
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |error| {
            let hint = match error.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                    ". Make room on that disk, keep fewer backups (backup.keep), or give another backup.folder"
                }
                ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => {
                    ". Rosie may not write there: change its owner or mount it so that she can, or give another backup.folder"
                }
                _ => "",
            };
            Self::Io(format!("{path}: {error}{hint}"), error)
        }
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Memory(error) => error.into(),
            // Also a full disk and a folder that is not there: the message says what would be right.
            error => Failure::new(ErrorCode::BadRequest, error.to_string()),
        }
    }
}

/// Told of each step how far it is: bytes done, and of how many (0: not known). An error of it ends the work.
pub type Tell<'a> = &'a (dyn Fn(&'static str, u64, u64) -> io::Result<()> + Sync);
/// For whoever does not watch.
pub const QUIET: Tell = &|_, _, _| Ok(());

/// The daemon is being stopped: nothing of what was begun counts.
#[derive(Debug, thiserror::Error)]
#[error("Rosie was stopped in the middle of it; nothing was changed")]
pub struct Stopped;
