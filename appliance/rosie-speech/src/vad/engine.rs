//! The VAD engine: thread `rosie-vad`, one model, a state a stream.

use super::silero::{FRAME, Silero, SileroState};
use crate::SpeechError;
use crate::runtime::Runtime;
use crate::streams::{Event, FrameJob, Streams};
use crate::worker::{Engine, WorkerSpec, Workers};
use rosie_core::engine::{EngineHealth, EngineInfo, VadEngine, VadEvent, VadSink, VadStream};
use rosie_core::{AudioFrame, ErrorCode, Failure, SampleRate};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VadConfig {
    /// `libonnxruntime.so`.
    pub runtime: PathBuf,
    /// `silero_vad.onnx`.
    pub model: PathBuf,
    /// Audio a stream may have waiting before its oldest is dropped, in milliseconds.
    pub queue_ms: u64,
}

impl VadConfig {
    /// With a queue of 2 s.
    pub fn new(runtime: impl Into<PathBuf>, model: impl Into<PathBuf>) -> Self {
        Self {
            runtime: runtime.into(),
            model: model.into(),
            queue_ms: 2_000,
        }
    }
}

/// Silero VAD for any number of streams.
pub struct SileroVad {
    streams: Arc<Streams<VadEvent>>,
    workers: Workers,
}

impl SileroVad {
    /// Starts the thread; loading goes on in the background.
    ///
    /// # Errors
    /// Only when the system gives no thread.
    pub fn start(config: VadConfig) -> Result<Self, SpeechError> {
        let streams = Arc::new(Streams::new(FRAME, SampleRate::HEARING.samples(config.queue_ms)));
        let spec = WorkerSpec::new("rosie-vad", ErrorCode::VadUnavailable);
        let open = streams.clone();
        let workers = Workers::start(spec, streams.clone(), move |_| {
            let model = Silero::load(Runtime::get(&config.runtime)?, &config.model)?;
            Ok(Listener {
                model,
                states: HashMap::new(),
                streams: open.clone(),
            })
        })?;
        Ok(Self { streams, workers })
    }
}

impl VadEngine for SileroVad {
    fn info(&self) -> EngineInfo {
        let (queue_depth, dropped) = self.streams.load();
        EngineInfo {
            engine: "silero".into(),
            model: "silero-vad".into(),
            health: self.workers.health(),
            queue_depth,
            dropped,
            restarts: self.workers.restarts(),
        }
    }

    fn open(&self, sink: VadSink) -> Result<Box<dyn VadStream>, Failure> {
        if let EngineHealth::Unavailable { reason } = self.workers.health() {
            return Err(Failure::new(ErrorCode::VadUnavailable, reason));
        }
        let id = self
            .streams
            .open(sink)
            .ok_or_else(|| Failure::new(ErrorCode::VadUnavailable, "shutting down"))?;
        Ok(Box::new(Stream {
            id,
            streams: self.streams.clone(),
        }))
    }
}

impl Event for VadEvent {
    fn failed(failure: Failure) -> Self {
        VadEvent::Failed(failure)
    }

    fn is_failure(&self) -> bool {
        matches!(self, VadEvent::Failed(_))
    }
}

struct Stream {
    id: u64,
    streams: Arc<Streams<VadEvent>>,
}

impl VadStream for Stream {
    fn push(&mut self, frame: &AudioFrame) {
        self.streams.push(self.id, frame);
    }

    fn reset(&mut self) {
        self.streams.reset(self.id);
    }

    fn dropped_frames(&self) -> u64 {
        self.streams.dropped(self.id)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.streams.remove(self.id);
    }
}

/// The thread's side: the model and what it remembers of each stream.
struct Listener {
    model: Silero,
    states: HashMap<u64, (u64, SileroState)>,
    streams: Arc<Streams<VadEvent>>,
}

impl Engine for Listener {
    type Job = FrameJob<VadEvent>;

    fn run(&mut self, job: &mut FrameJob<VadEvent>) {
        if self.states.len() > 64 && !self.states.contains_key(&job.stream) {
            self.states.retain(|id, _| self.streams.is_open(*id));
        }
        let (epoch, state) = self.states.entry(job.stream).or_default();
        if *epoch != job.epoch {
            (*epoch, *state) = (job.epoch, SileroState::default());
        }
        match self.model.probability(state, &job.samples) {
            Ok(probability) => job.answer(VadEvent::Probability {
                probability,
                end_sample: job.end_sample,
            }),
            Err(error) => {
                self.states.remove(&job.stream);
                job.answer(VadEvent::Failed(error.failure(ErrorCode::VadUnavailable)));
            }
        }
    }
}
