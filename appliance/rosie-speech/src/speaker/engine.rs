//! The engine: thread `rosie-speaker`, one model for all streams.

use super::model::Model;
use crate::{
    SpeechError,
    runtime::Runtime,
    worker::{Engine, Job, Queue, WorkerSpec, Workers},
};
use rosie_core::{
    ErrorCode, Failure,
    engine::{EngineHealth, EngineInfo, SpeakerDone, SpeakerEngine},
    speakers::VoiceHeard,
};
use std::{path::PathBuf, sync::Arc};

/// An answer does not wait for whose voice it was for long, so that few wait.
const WAITING: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeakerConfig {
    /// `libonnxruntime.so`.
    pub runtime: PathBuf,
    /// The ONNX file.
    pub model: PathBuf,
}

/// Resemblyzer's voice encoder for any number of streams.
pub struct VoiceEncoder {
    queue: Arc<Queue<Asked>>,
    workers: Workers,
}

impl VoiceEncoder {
    /// Starts the thread; loading goes on in the background.
    ///
    /// # Errors
    /// Only when the system gives no thread.
    pub fn start(config: SpeakerConfig) -> Result<Self, SpeechError> {
        let queue = Arc::new(Queue::new(WAITING));
        let spec = WorkerSpec::new("rosie-speaker", ErrorCode::SttUnavailable);
        let workers = Workers::start(spec, queue.clone(), move |_| {
            Model::load(Runtime::get(&config.runtime)?, &config.model).map(Listener)
        })?;
        Ok(Self { queue, workers })
    }
}

impl SpeakerEngine for VoiceEncoder {
    fn info(&self) -> EngineInfo {
        EngineInfo {
            engine: "resemblyzer".into(),
            model: "resemblyzer".into(),
            health: match self.workers.health() {
                // Everything is done as for somebody whose voice is not known.
                EngineHealth::Unavailable { reason } => EngineHealth::Degraded {
                    reason: format!("nobody is known by voice: {reason}"),
                },
                health => health,
            },
            queue_depth: self.queue.depth(),
            dropped: self.queue.refused(),
            restarts: self.workers.restarts(),
        }
    }

    fn listen(&self, audio: Arc<[f32]>, done: SpeakerDone) {
        let asked = Asked {
            audio,
            done: Some(done),
        };
        let refused = match self.workers.health().serves() {
            true => self.queue.push(asked).err(),
            false => Some(asked),
        };
        if let Some(asked) = refused {
            asked.answer(None);
        }
    }
}

struct Asked {
    audio: Arc<[f32]>,
    done: Option<SpeakerDone>,
}

impl Asked {
    fn answer(mut self, heard: Option<VoiceHeard>) {
        if let Some(done) = self.done.take() {
            done(heard);
        }
    }
}

impl Job for Asked {
    fn fail(self, failure: Failure) {
        tracing::warn!(detail = %failure.detail, "it cannot be told who speaks");
        self.answer(None);
    }
}

struct Listener(Model);

impl Engine for Listener {
    type Job = Asked;

    fn run(&mut self, asked: &mut Asked) {
        let heard = self.0.heard(&asked.audio);
        let heard = heard.inspect_err(|error| tracing::warn!(%error, "it cannot be told who speaks"));
        if let Some(done) = asked.done.take() {
            done(heard.ok().flatten());
        }
    }
}
