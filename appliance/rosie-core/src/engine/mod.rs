//! The traits behind which engines live. Each engine owns its threads; a caller submits work and is told of the
//! outcome through a callback, which runs on the engine's thread and must not block.

mod speaker;
mod stt;
mod tts;
mod turn_end;
mod vad;
mod wake;

pub use speaker::{SpeakerDone, SpeakerEngine};
pub use stt::{SpeechToText, SttDone, SttJob, SttPriority, Transcript};
pub use tts::{SpeechText, TextToSpeech, TtsEvent, TtsJob, TtsSink};
pub use turn_end::{TurnEndDone, TurnEndEngine};
pub use vad::{VadEngine, VadEvent, VadSink, VadStream};
pub use wake::{Detection, WakeEngine, WakeEvent, WakeSettings, WakeSink, WakeStream, WakeWord};

use serde::Serialize;

/// What runs behind a trait, for health, status and the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EngineInfo {
    /// `whisper`, `piper`, `silero`, `espeak-ng`, `remote`.
    pub engine: String,
    /// The model or voice in use, empty where there is none.
    pub model: String,
    pub health: EngineHealth,
    /// Jobs waiting now.
    pub queue_depth: usize,
    /// Jobs or frames thrown away since the start because a queue was full.
    pub dropped: u64,
    /// Times the engine's thread panicked and was started again.
    pub restarts: u64,
}

/// Whether an engine can serve, and if not, what the owner should do.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum EngineHealth {
    Ready,
    Loading,
    /// Serves, but not as configured (a fallback took over).
    Degraded {
        reason: String,
    },
    Unavailable {
        reason: String,
    },
    /// The owner has not set it up, or not to the end: nothing is wrong, and it cannot be used.
    NotSetUp {
        reason: String,
    },
}

impl EngineHealth {
    /// Ready or degraded: can be asked for work.
    pub fn serves(&self) -> bool {
        matches!(self, EngineHealth::Ready | EngineHealth::Degraded { .. })
    }
}
