//! Facts that a language model reads out of what was said, when nothing else is to do.
//!
//! The memory knows what was not read yet and what of an answer is to be believed; whoever has a model asks it.

use crate::{BoxFuture, Failure};
use serde_json::Value;

/// Something to ask a model.
#[derive(Debug, Clone, PartialEq)]
pub struct FactTask {
    /// Which words of whom it is about, for [`FactReading::read`].
    pub message: String,
    pub system: String,
    pub prompt: String,
    /// JSON schema of the answer.
    pub schema: Value,
}

pub trait FactReading: Send + Sync {
    /// The oldest of what a person said and nobody read yet; `None` where there is nothing.
    fn unread(&self) -> BoxFuture<'_, Result<Option<FactTask>, Failure>>;
    /// Keeps the facts of `answer` that can be believed, and that it was read, whatever the answer is. Returns how many
    /// facts were kept; nothing is kept of what was deleted meanwhile.
    fn read<'a>(&'a self, task: FactTask, answer: &'a str) -> BoxFuture<'a, Result<usize, Failure>>;
}
