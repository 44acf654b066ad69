//! What a voice is like, so that people can be told apart.

use super::EngineInfo;
use crate::speakers::VoiceHeard;
use std::sync::Arc;

/// Told what the voice of an utterance is like; `None` where that could not be found out.
pub type SpeakerDone = Box<dyn FnOnce(Option<VoiceHeard>) + Send>;

pub trait SpeakerEngine: Send + Sync {
    fn info(&self) -> EngineInfo;
    /// Listens to an utterance (16 kHz mono, `[-1, 1)`). Never blocks; where nothing can be found out soon, `done` is called at once.
    fn listen(&self, audio: Arc<[f32]>, done: SpeakerDone);
}
