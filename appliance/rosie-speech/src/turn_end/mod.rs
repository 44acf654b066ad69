//! Whether a person has finished, by how it was said: Smart Turn in ONNX Runtime, one thread for all streams.

mod engine;
mod mel;
mod model;

pub use engine::{SmartTurn, TurnEndConfig};
pub use mel::{BANDS, FRAMES, LogMel, SAMPLES};
pub use model::Model;
