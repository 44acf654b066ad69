//! The end of a turn by how it was said, beside what was said and how long nothing was.

use super::EngineInfo;
use std::sync::Arc;

/// Told the probability (0 to 1) that the person has finished; `None` where it could not be judged.
pub type TurnEndDone = Box<dyn FnOnce(Option<f32>) + Send>;

pub trait TurnEndEngine: Send + Sync {
    fn info(&self) -> EngineInfo;
    /// Judges an utterance that a pause follows (16 kHz mono, `[-1, 1)`; the last eight seconds count). Never blocks; where it cannot
    /// be judged soon, `done` is called at once.
    fn judge(&self, audio: Arc<[f32]>, done: TurnEndDone);
}
