//! What can go wrong with models, said so that the reader knows what to do.

use rosie_core::{ErrorCode, Failure};
use serde::Serialize;
use std::{
    fmt, io,
    path::{Path, PathBuf},
};

/// One place where a file was looked for, and why it did not come from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tried {
    pub place: String,
    pub why: String,
}

/// For messages: one indented line a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TriedList(pub Vec<Tried>);

impl fmt::Display for TriedList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for tried in &self.0 {
            write!(f, "\n  - {}: {}", tried.place, tried.why)?;
        }
        Ok(())
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("the model manifest has mistakes:\n  {}", .0.join("\n  "))]
    Manifest(Vec<String>),

    #[error("there is no model {id:?}; known are: {}", .known.join(", "))]
    UnknownModel { id: String, known: Vec<String> },

    #[error("there is no profile {name:?}; known are: {}", .known.join(", "))]
    UnknownProfile { name: String, known: Vec<String> },

    #[error("{model}/{file} could not be had. Looked in:{tried}")]
    NoSource {
        model: String,
        file: String,
        tried: TriedList,
    },

    #[error("no file of model {model} is at {}; fetch it with: rosied models fetch {model}", .path.display())]
    Missing { model: String, path: PathBuf },

    #[error("{} cannot be used: {reason}", .path.display())]
    Damaged { path: PathBuf, reason: String },

    #[error("no room left on the disk of {} ({doing}); free some and fetch again", .path.display())]
    DiskFull { path: PathBuf, doing: String },

    #[error("{} cannot be written ({doing}): {why}; choose another models folder or change its permissions", .path.display())]
    NotWritable { path: PathBuf, doing: String, why: String },

    #[error("{doing} {}: {source}", .path.display())]
    Io {
        doing: String,
        path: PathBuf,
        source: io::Error,
    },

    #[error("converting {} ({step}): {why}", .path.display())]
    Convert {
        step: &'static str,
        path: PathBuf,
        why: String,
    },
}

impl ModelError {
    /// Sorts an I/O error into the kind a person can act on. `doing` is a verb phrase ("writing").
    pub fn io(doing: &str, path: &Path, source: io::Error) -> Self {
        let (doing, path) = (doing.to_owned(), path.to_owned());
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path, doing },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::NotADirectory => {
                Self::NotWritable {
                    path,
                    doing,
                    why: source.to_string(),
                }
            }
            _ => Self::Io { doing, path, source },
        }
    }

    pub fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }

    /// True when trying another source would meet the same trouble.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::DiskFull { .. } | Self::NotWritable { .. } | Self::Io { .. })
    }

    /// As a failure that a person meets; `code` says which engine suffers.
    pub fn failure(&self, code: ErrorCode) -> Failure {
        Failure::new(code, self.to_string())
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        error.failure(ErrorCode::Internal)
    }
}

pub type Result<T, E = ModelError> = std::result::Result<T, E>;
