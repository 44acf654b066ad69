//! What can go wrong with the store, said so that the owner knows what to do.

use rosie_core::{ErrorCode, Failure};
use std::{io::ErrorKind, path::PathBuf, sync::Arc};

#[derive(Debug, Clone, thiserror::Error)]
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
    Io { path: PathBuf, source: Arc<std::io::Error> },
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
    /// Asked for something that cannot be: the caller's mistake.
    #[error("{0}")]
    BadRequest(String),
    #[error("the memory is busy: too much is waiting to be done, ask again in a moment")]
    Busy,
    #[error("the memory is still being read after the start ({done} of {all} so far): ask again in a moment")]
    Loading { done: u64, all: u64 },
    #[error("the memory has been shut down")]
    Ended,
    /// From the model that makes vectors, or from the index.
    #[error("meanings cannot be used: {0}")]
    Meaning(String),
    #[error("the document cannot be read: {0}")]
    Document(String),
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
            _ => Self::Io {
                path,
                source: Arc::new(source),
            },
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

    /// True where the disk or the file is to blame, not what was asked: the same may work later.
    pub(crate) fn is_of_the_disk(&self) -> bool {
        matches!(
            self,
            Self::InUse { .. }
                | Self::Damaged { .. }
                | Self::TooNew { .. }
                | Self::OldFormat { .. }
                | Self::NotWritable { .. }
                | Self::DiskFull { .. }
                | Self::Io { .. }
                | Self::Database { .. }
        )
    }

    /// True where the file itself is to blame: that does not pass by itself.
    pub(crate) fn is_of_the_file(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. } | Self::TooNew { .. } | Self::OldFormat { .. }
        )
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
        let code = match &error {
            MemoryError::BadRequest(_) | MemoryError::TooLong { .. } | MemoryError::Document(_) => {
                ErrorCode::BadRequest
            }
            MemoryError::Busy => ErrorCode::Busy,
            _ => ErrorCode::MemoryUnavailable,
        };
        Failure::new(code, error.to_string())
    }
}
