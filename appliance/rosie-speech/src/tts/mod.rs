//! Text to speech.
//!
//! The road of a text: [`text`] cleans it and finds its sentences, [`normalize`] reads numbers and the like out in
//! words, [`ssml`] understands markup; together they make the [`plan`]. [`dispatch`] looks it up among kept phrases
//! ([`cache`]) or hands it as a [`request`] to a voice: [`piper`] (whose [`phonemes`] come from [`espeak`]), or
//! espeak-ng itself. [`queue`] decides whose turn it is. [`Router`] is the whole behind core's `TextToSpeech`.

mod cache;
mod config;
mod dispatch;
mod espeak;
pub mod normalize;
mod phonemes;
pub mod piper;
mod plan;
mod queue;
mod request;
mod router;
pub mod ssml;
pub mod text;
mod voices;

pub use cache::PhraseCacheConfig;
pub use config::{TtsConfig, VoiceConfig};
pub use espeak::{Espeak, EspeakConfig};
pub use router::Router;
pub use text::SentenceSplitter;
