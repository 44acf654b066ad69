//! Wake words: one front end for all streams and words, a small trained head for each word (models/wakeword), one thread.

mod engine;
mod front;
mod head;
mod level;
mod stream;

pub use engine::{WakeConfig, WakeWords};
