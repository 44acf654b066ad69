//! What can go wrong with the store, said so that the owner knows what to do.

use rosie_core::{ErrorCode, Failure};
use std::{io::ErrorKind, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    #[error("{path} is in use by another rosied: stop that one, or give this one its own --data folder")]
    InUse { path: PathBuf },
    #[error(
        "{path} is damaged ({reason}): move it away and start again (Rosie makes a new one), or put a backup in its place"
    )]
    Damaged { path: PathBuf, reason: String },
    #[error("{path} was written by a newer Rosie (schema {found}, this one knows {known}): update Rosie")]
    TooNew { path: PathBuf, found: u64, known: u64 },
    #[error(
        "{path} is in redb file format {format}, which this Rosie no longer reads: open it once with the Rosie that wrote it"
    )]
    OldFormat { path: PathBuf, format: u8 },
    #[error(
        "{path} cannot be written, the file system is read-only or not allowed to this user: choose another --data folder, or change its owner"
    )]
    NotWritable { path: PathBuf },
    #[error("no space left for {path}: free some space on its disk")]
    DiskFull { path: PathBuf },
    #[error("cannot use {path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("cannot use {path}: {reason}")]
    Database { path: PathBuf, reason: String },
    #[error("a stored {what} cannot be read ({reason}): the file was changed by something else than Rosie")]
    Unreadable { what: &'static str, reason: String },
    #[error("{what} is too long to keep ({length} bytes, at most {limit})")]
    TooLong {
        what: &'static str,
        length: usize,
        limit: usize,
    },
    #[error("the store in memory is full ({limit} {what}): make the one on disk work again")]
    VolatileFull { what: &'static str, limit: usize },
}

impl MemoryError {
    pub(crate) fn io(path: &std::path::Path, source: std::io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Self::DiskFull { path },
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Self::NotWritable { path },
            ErrorKind::InvalidData | ErrorKind::UnexpectedEof => Self::Damaged {
                path,
                reason: source.to_string(),
            },
            _ => Self::Io { path, source },
        }
    }

    /// From anything redb says; all its errors funnel into one.
    pub(crate) fn redb(path: &std::path::Path, error: impl Into<redb::Error>) -> Self {
        let at = path.to_owned();
        match error.into() {
            redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => Self::InUse { path: at },
            redb::Error::Corrupted(reason) => Self::Damaged { path: at, reason },
            redb::Error::RepairAborted => Self::Damaged {
                path: at,
                reason: "its repair did not finish".to_owned(),
            },
            redb::Error::UpgradeRequired(format) => Self::OldFormat { path: at, format },
            redb::Error::Io(source) => Self::io(path, source),
            other => Self::Database {
                path: at,
                reason: other.to_string(),
            },
        }
    }

    /// True where opening the file anew may help: an earlier write failed and redb refuses until then.
    pub(crate) fn needs_reopen(error: &redb::Error) -> bool {
        matches!(
            error,
            redb::Error::PreviousIo | redb::Error::Io(_) | redb::Error::DatabaseClosed | redb::Error::LockPoisoned(_)
        )
    }
}

impl From<MemoryError> for Failure {
    fn from(error: MemoryError) -> Self {
        Failure::new(ErrorCode::MemoryUnavailable, error.to_string())
    }
}
