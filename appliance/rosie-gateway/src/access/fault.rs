//! What cannot be done about people, tokens and endpoints, in words.

use super::secret::NoRandom;
use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("there is an owner already")]
    Owned,
    #[error("no owner was made yet, so the house is open")]
    NoOwner,
    #[error("there is somebody or something of this name already")]
    Taken,
    #[error("there is none of this name")]
    Unknown,
    #[error("there must be one owner at least")]
    LastOwner,
    #[error("as many are kept as there may be")]
    Full,
    #[error("{0}")]
    Rule(&'static str),
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
    #[error("the password could not be hashed: {0}")]
    Hash(argon2::password_hash::Error),
    #[error("it could not be kept: {0}")]
    Disk(#[from] io::Error),
    #[error("it could not be kept: {0}")]
    Written(#[from] serde_json::Error),
}

/// The file of people and keys cannot be used: without it nobody would know who may come in, so Rosie does not start.
#[derive(Debug, thiserror::Error)]
#[error(
    "{path} cannot be read ({why}): bring it back from a backup, or move it away and make a new owner with \
     `rosied access reset-owner` before Rosie starts, because without it the house is open"
)]
pub struct AccessError {
    pub(super) path: PathBuf,
    pub(super) why: String,
}
