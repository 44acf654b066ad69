//! Hearing and speaking: voice activity, wake words, the end of a turn, who speaks, speech to text and text to speech, each on
//! threads it owns, behind the engine traits of `rosie-core`.
//!
//! - [`worker`]: the supervised threads every engine runs on.
//! - [`runtime`]: ONNX Runtime, loaded once a process.
//! - [`vad`], [`wake`], [`turn_end`], [`speaker`], [`stt`], [`tts`]: the engines.
//! - [`resample`]: between the rates of microphones, models and speakers.

mod adviser;
pub mod error;
mod mel;
mod process;
pub mod resample;
pub mod runtime;
pub mod speaker;
mod streams;
pub mod stt;
mod tiles;
pub mod tts;
pub mod turn_end;
pub mod vad;
pub mod wake;
pub mod worker;

pub use error::SpeechError;
pub use process::{prepare_process, release_unused_memory};
