//! Inside a transaction: what may go wrong there, and records as JSON.

use crate::MemoryError;
use serde::{Serialize, de::DeserializeOwned};
use std::path::Path;

/// Longest record, in bytes of JSON.
pub(crate) const MAX_RECORD: usize = 256 << 10;

/// Why a transaction did not happen.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The database or its disk.
    Store(Box<redb::Error>),
    /// What was asked for.
    Refused(MemoryError),
}

impl Refusal {
    pub(crate) fn at(self, path: &Path) -> MemoryError {
        match self {
            Self::Store(error) => MemoryError::redb(path, *error),
            Self::Refused(error) => error,
        }
    }
}

impl From<MemoryError> for Refusal {
    fn from(error: MemoryError) -> Self {
        Self::Refused(error)
    }
}

macro_rules! from_redb {
    ($($error:ident),*) => {
        $(impl From<redb::$error> for Refusal {
            fn from(error: redb::$error) -> Self {
                Self::Store(Box::new(error.into()))
            }
        })*
    };
}
from_redb!(
    TableError,
    StorageError,
    CommitError,
    TransactionError,
    SavepointError,
    SetDurabilityError
);

impl From<redb::Error> for Refusal {
    fn from(error: redb::Error) -> Self {
        Self::Store(Box::new(error))
    }
}

pub(crate) fn write_json(what: &'static str, value: &impl Serialize, limit: usize) -> Result<Vec<u8>, MemoryError> {
    let bytes = serde_json::to_vec(value).map_err(|e| MemoryError::Unreadable {
        what,
        reason: e.to_string(),
    })?;
    if bytes.len() > limit {
        return Err(MemoryError::TooLong {
            what,
            length: bytes.len(),
            limit,
        });
    }
    Ok(bytes)
}

/// The reason never quotes the record: it may be private.
pub(crate) fn read_json<T: DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T, MemoryError> {
    serde_json::from_slice(bytes).map_err(|e| MemoryError::Unreadable {
        what,
        reason: format!("{:?} error in column {}", e.classify(), e.column()),
    })
}
