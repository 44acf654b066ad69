//! Text to speech.

use super::EngineInfo;
use crate::{AudioFrame, CancelFlag, Failure, Language};

/// What to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpeechText {
    Plain(String),
    /// `speak`, `break`, `phoneme`, `say-as`, `prosody` (rate, volume), `sub`; anything else is refused.
    Ssml(String),
}

#[derive(Debug, Clone)]
pub struct TtsJob {
    pub text: SpeechText,
    pub language: Language,
    /// A voice by name; `None` takes the configured voice of the language.
    pub voice: Option<String>,
    /// Speaking rate, 1 is the voice's own; 0.5 to 2.
    pub rate: f32,
    /// May the audio be kept on disk for the next time? Only for stock phrases: what is said to one person is private.
    pub cacheable: bool,
    pub cancel: CancelFlag,
}

impl TtsJob {
    /// `text` in the configured voice of `language` at its own pace, not kept on disk.
    pub fn plain(text: impl Into<String>, language: Language) -> Self {
        Self {
            text: SpeechText::Plain(text.into()),
            language,
            voice: None,
            rate: 1.0,
            cacheable: false,
            cancel: CancelFlag::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum TtsEvent {
    /// A piece of audio, in order; the first one comes while the rest is still being made.
    Audio(AudioFrame),
    /// All of it was delivered.
    Done {
        audio_ms: u64,
        first_audio_ms: u64,
        compute_ms: u64,
        cached: bool,
    },
    Failed(Failure),
}

/// Called on the engine's thread, in order, ending with `Done` or `Failed`; must not block.
pub type TtsSink = Box<dyn FnMut(TtsEvent) + Send>;

pub trait TextToSpeech: Send + Sync {
    fn info(&self) -> EngineInfo;
    /// Queues a text; never blocks.
    fn submit(&self, job: TtsJob, sink: TtsSink);
    /// Somebody begins to speak, and will be answered in this language: a voice that rests can get ready meanwhile.
    /// Returns at once.
    fn prepare(&self, _language: &Language) {}
}
