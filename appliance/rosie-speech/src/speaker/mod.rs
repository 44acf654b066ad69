//! What a voice is like: Resemblyzer's voice encoder in ONNX Runtime, one thread for all streams.

mod engine;
mod front;
mod model;

pub use engine::{SpeakerConfig, VoiceEncoder};
pub use model::Model;
