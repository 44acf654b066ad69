//! Voice activity: the probability of speech in each frame.

use super::EngineInfo;
use crate::{AudioFrame, Failure};

/// What a VAD tells about one stream.
#[derive(Debug, Clone, PartialEq)]
pub enum VadEvent {
    /// `probability` of speech (0 to 1) in the frame that ends at `end_sample`, counted in 16 kHz samples pushed
    /// since the stream was opened.
    Probability { probability: f32, end_sample: u64 },
    /// The stream is dead: open another.
    Failed(Failure),
}

pub type VadSink = Box<dyn FnMut(VadEvent) + Send>;

pub trait VadEngine: Send + Sync {
    fn info(&self) -> EngineInfo;
    /// Opens a stream; `sink` is called on the engine's thread for every 32 ms frame.
    fn open(&self, sink: VadSink) -> Result<Box<dyn VadStream>, Failure>;
}

/// One endpoint's microphone. Dropping it closes it.
pub trait VadStream: Send {
    /// Queues 16 kHz mono audio; never blocks. When the queue is full the oldest audio is dropped and counted.
    fn push(&mut self, frame: &AudioFrame);
    /// Forgets what was heard (a new utterance begins); `end_sample` goes on counting.
    fn reset(&mut self);
    /// Frames dropped since it was opened because the detector could not keep up.
    fn dropped_frames(&self) -> u64;
}
