//! Wake words: the moment at which one was said.

use super::EngineInfo;
use crate::{AudioFrame, Failure};

/// A word that an engine can hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WakeWord {
    /// `hey_rosie`
    pub name: String,
    /// As a person says it: `Hey Rosie`.
    pub phrase: String,
}

/// How one endpoint listens.
#[derive(Debug, Clone, PartialEq)]
pub struct WakeSettings {
    /// Names of words; empty: every word of the engine.
    pub words: Vec<String>,
    /// 0 (hears it only when it is very sure) to 1.
    pub sensitivity: f32,
    /// Pieces of 80 ms in a row that must hear the word.
    pub patience: u32,
    /// After a word none is heard for so long; milliseconds.
    pub cool_down_ms: u64,
}

impl Default for WakeSettings {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            sensitivity: 0.5,
            patience: 2,
            cool_down_ms: 2_000,
        }
    }
}

/// A word was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    pub word: WakeWord,
    /// 0 to 1.
    pub score: f32,
    /// It had been said by here, in 16 kHz samples pushed since the stream was opened.
    pub end_sample: u64,
}

/// What is told of one stream.
#[derive(Debug, Clone, PartialEq)]
pub enum WakeEvent {
    Heard(Detection),
    /// Everything up to here was listened to.
    Listened {
        end_sample: u64,
    },
    /// The stream is dead: open another.
    Failed(Failure),
}

pub type WakeSink = Box<dyn FnMut(WakeEvent) + Send>;

pub trait WakeEngine: Send + Sync {
    fn info(&self) -> EngineInfo;
    /// The words that it can hear.
    fn words(&self) -> Vec<WakeWord>;
    /// Opens a stream; `sink` is called on the engine's thread.
    ///
    /// # Errors
    /// The engine cannot serve, or knows none of the words.
    fn open(&self, settings: WakeSettings, sink: WakeSink) -> Result<Box<dyn WakeStream>, Failure>;
}

/// One endpoint's microphone. Dropping it closes it.
pub trait WakeStream: Send {
    /// Queues 16 kHz mono audio; never blocks. When the queue is full the oldest audio is dropped.
    fn push(&mut self, frame: &AudioFrame);
    /// Samples pushed so far; as many have been listened to at the end, but for less than 80 ms.
    fn pushed(&self) -> u64;
}
