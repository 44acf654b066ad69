//! A detector that takes loud for speech: exact, instant, without a thread.

use rosie_core::{
    AudioFrame, ErrorCode, Failure,
    engine::{EngineInfo, VadEngine, VadEvent, VadSink, VadStream},
};
use std::sync::atomic::{AtomicBool, Ordering};

const FRAME: usize = 512;

#[derive(Default)]
pub struct LoudnessVad {
    /// While set, no stream can be opened.
    pub down: AtomicBool,
}

struct Stream {
    sink: VadSink,
    waiting: Vec<i16>,
    end: u64,
}

impl VadEngine for LoudnessVad {
    fn info(&self) -> EngineInfo {
        crate::info("loudness")
    }

    fn open(&self, sink: VadSink) -> Result<Box<dyn VadStream>, Failure> {
        if self.down.load(Ordering::Relaxed) {
            return Err(Failure::new(ErrorCode::VadUnavailable, "switched off by a test"));
        }
        Ok(Box::new(Stream {
            sink,
            waiting: Vec::new(),
            end: 0,
        }))
    }
}

impl VadStream for Stream {
    fn push(&mut self, frame: &AudioFrame) {
        self.waiting.extend(&frame.samples);
        let whole = self.waiting.len() / FRAME * FRAME;
        for samples in self.waiting[..whole].chunks_exact(FRAME) {
            self.end += FRAME as u64;
            let loud = samples.iter().any(|s| s.unsigned_abs() > 1_000);
            let probability = if loud { 0.95 } else { 0.02 };
            (self.sink)(VadEvent::Probability {
                probability,
                end_sample: self.end,
            });
        }
        self.waiting.drain(..whole);
    }

    fn reset(&mut self) {
        self.waiting.clear();
    }

    fn dropped_frames(&self) -> u64 {
        0
    }
}
