//! Backups: one encrypted, checksummed file with everything that Rosie has of her own, made while she talks, read back before
//! it counts, and brought back on this machine or another.
//!
//! The file is a gzipped tar inside an age file (age-encryption.org, passphrase): without Rosie `age -d FILE | tar xz` opens
//! it. Its first entry is the [`Manifest`], which names every other one with its size and SHA-256.

mod admin;
mod archive;
mod keeping;
mod nightly;
mod parts;
mod restoring;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use admin::{Admin, Keeper};
pub use archive::Manifest;
pub use keeping::{Backups, verify};
pub use nightly::{nightly, time};
pub use restoring::{stage, take};

use rosie_core::{ErrorCode, Failure, appliance::ConfigMistake};
use rosie_memory::MemoryError;
use std::{io, path::Path};

/// What a backup's name ends with.
pub const EXTENSION: &str = "rosie-backup";
/// Shorter passphrases are refused.
pub const SHORTEST_PASSPHRASE: usize = 10;

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Asked for what cannot be, and what would be right.
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Io(String, #[source] io::Error),
    #[error(transparent)]
    Memory(#[from] MemoryError),
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
        move |error| Self::Io(format!("{path}: {error}"), error)
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

/// Told of each step how far it is: bytes done, and of how many (0: not known).
pub type Tell<'a> = &'a (dyn Fn(&'static str, u64, u64) + Sync);
