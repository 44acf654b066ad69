//! Text before it is read: cleaned of what cannot be said, and cut into sentences. Pure.

mod abbreviations;
mod clean;
mod sentences;

pub use clean::clean;
pub use sentences::{SentenceSplitter, clauses, split};
