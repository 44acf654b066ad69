//! The models of this machine, as her owner sees them: the seam between those who ask and the daemon.

use crate::Failure;
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelPresence {
    Absent,
    /// Some files are missing, damaged or outdated.
    Incomplete,
    Ready,
}

/// A model that is brought here now, or waits for its turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelFetch {
    /// What is done at the moment: a file by name. Empty while it waits.
    pub doing: String,
    /// Bytes of that file.
    pub done: u64,
    pub total: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelEntry {
    pub id: String,
    /// `whisper`, `piper`, …
    pub kind: String,
    /// What it is for.
    pub purpose: String,
    pub licence: String,
    /// Bytes when it is whole, as far as that is known.
    pub bytes: u64,
    pub bytes_here: u64,
    pub presence: ModelPresence,
    /// The configuration names it, or nothing works without it.
    pub in_use: bool,
    pub fetch: Option<ModelFetch>,
    /// Why the last fetch of it came to nothing.
    pub problem: Option<String>,
}

/// What the owner may do about models. Looks at many files: not on a thread that must not wait.
pub trait ModelAdmin: Send + Sync {
    /// # Errors
    /// It cannot be known which there are.
    fn models(&self) -> Result<Vec<ModelEntry>, Failure>;
    /// Begins to bring a model here; [`Self::models`] tells how far it is. What uses it takes it up by itself.
    ///
    /// # Errors
    /// [`crate::ErrorCode::BadRequest`]: there is none of this name. [`crate::ErrorCode::Busy`]: it is brought already.
    fn fetch(&self, id: &str) -> Result<(), Failure>;
    /// Ends what [`Self::fetch`] began, a moment later. What came already is kept, and goes on from there another time.
    ///
    /// # Errors
    /// [`crate::ErrorCode::BadRequest`]: none of this name is brought here.
    fn cancel(&self, id: &str) -> Result<(), Failure>;
}
