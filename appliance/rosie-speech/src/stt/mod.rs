//! Speech to text: a fair scheduler in front of supervised recognisers.
//!
//! [`WhisperConfig::start`] runs Whisper here, [`RemoteConfig::start`] asks an OpenAI-compatible address, and
//! [`Fallback`] puts the second behind the first.

mod fallback;
mod remote;
mod scheduler;
mod service;
pub mod speechless;
mod whisper;

pub use fallback::Fallback;
pub use remote::RemoteConfig;
pub use service::{Recognizer, Signal, SttEngine, SttService};
pub use whisper::WhisperConfig;
