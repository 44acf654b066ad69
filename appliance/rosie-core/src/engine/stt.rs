//! Speech to text.

use super::EngineInfo;
use crate::{CancelFlag, Failure, Language, SessionId};
use serde::Serialize;
use std::sync::Arc;

/// Which of the waiting jobs goes first. A later job of the same stream replaces its waiting partial and speculative ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SttPriority {
    /// While the person speaks; done only when nothing else waits.
    Partial,
    /// In the trailing silence, before the end of speech is certain.
    Speculative,
    Final,
}

#[derive(Debug, Clone)]
pub struct SttJob {
    pub stream: SessionId,
    pub priority: SttPriority,
    /// 16 kHz mono, `[-1, 1)`.
    pub audio: Arc<[f32]>,
    /// The languages it may be in. One: taken as given. Several: the likeliest of them is detected. None: any.
    pub languages: Vec<Language>,
    /// Names likely to be said (rooms, entities).
    pub bias: Arc<[String]>,
    pub cancel: CancelFlag,
}

/// The text of an utterance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Transcript {
    pub text: String,
    pub language: Language,
    /// Mean log probability of the tokens; closer to 0 is surer.
    pub avg_logprob: f32,
    pub audio_ms: u64,
    /// From taking the job off the queue to the text.
    pub compute_ms: u64,
}

/// Called once: with the transcript; or with `stt-no-text-recognized` where nobody spoke words; or with why not.
/// A cancelled job's callback is called with `Err` too.
pub type SttDone = Box<dyn FnOnce(Result<Transcript, Failure>) + Send>;

pub trait SpeechToText: Send + Sync {
    fn info(&self) -> EngineInfo;
    /// Queues a job; never blocks. A full queue answers through `done` at once.
    fn submit(&self, job: SttJob, done: SttDone);
}
