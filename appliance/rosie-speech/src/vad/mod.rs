//! Voice activity: Silero VAD in ONNX Runtime, one thread for all streams.

mod engine;
mod silero;

pub use engine::{SileroVad, VadConfig};
pub use silero::{FRAME, Silero, SileroState};
