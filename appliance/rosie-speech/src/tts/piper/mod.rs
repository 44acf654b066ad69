//! Piper voices in ONNX Runtime.
//!
//! [`voice`] is a voice's description, [`cut`] takes its model apart, [`parts`] loads it, [`model`] runs it, [`pace`]
//! decides how much to make at a time, [`engine`] is the thread that does it for several texts in turn.

mod cut;
mod engine;
mod model;
mod pace;
mod parts;
mod voice;
mod wire;

pub use engine::{PATIENCE, PiperEngine, PiperSettings};
pub use model::{Model, Utterance};
pub use parts::{Loader, Sessions, fingerprint, hex};
pub use voice::{Inference, PhonemeType, VoiceDescription};
