//! For tests only: engines that answer by script instead of by model, and a house to put around them.
//!
//! Invariant: nothing that ships depends on this crate.

#![forbid(unsafe_code)]

mod dialog;
mod stt;
mod tone;
mod tts;
mod vad;
mod wake;

pub use dialog::{FakeDialog, Script};
pub use stt::FakeStt;
pub use tone::{silence, speech};
pub use tts::FakeTts;
pub use vad::LoudnessVad;
pub use wake::SampleWake;

use rosie_core::engine::{EngineHealth, EngineInfo};

fn info(engine: &str) -> EngineInfo {
    EngineInfo {
        engine: engine.into(),
        model: String::new(),
        health: EngineHealth::Ready,
        queue_depth: 0,
        dropped: 0,
        restarts: 0,
    }
}
