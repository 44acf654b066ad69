//! The engine: thread `rosie-turn-end`, one model for all streams.

use super::model::Model;
use crate::{
    SpeechError,
    runtime::Runtime,
    worker::{Engine, Job, Queue, WorkerSpec, Workers},
};
use rosie_core::{
    ErrorCode, Failure,
    engine::{EngineHealth, EngineInfo, TurnEndDone, TurnEndEngine},
};
use std::{path::PathBuf, sync::Arc};

/// A judgement is worth nothing a quarter of a second later, so that few wait.
const WAITING: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnEndConfig {
    /// `libonnxruntime.so`.
    pub runtime: PathBuf,
    /// The ONNX file.
    pub model: PathBuf,
}

/// Smart Turn for any number of streams.
pub struct SmartTurn {
    queue: Arc<Queue<Asked>>,
    workers: Workers,
}

impl SmartTurn {
    /// Starts the thread; loading goes on in the background.
    ///
    /// # Errors
    /// Only when the system gives no thread.
    pub fn start(config: TurnEndConfig) -> Result<Self, SpeechError> {
        let queue = Arc::new(Queue::new(WAITING));
        let spec = WorkerSpec::new("rosie-turn-end", ErrorCode::VadUnavailable);
        let workers = Workers::start(spec, queue.clone(), move |_| {
            Model::load(Runtime::get(&config.runtime)?, &config.model).map(Judge)
        })?;
        Ok(Self { queue, workers })
    }
}

impl TurnEndEngine for SmartTurn {
    fn info(&self) -> EngineInfo {
        EngineInfo {
            engine: "smart-turn".into(),
            model: "smart-turn-v3.2".into(),
            health: match self.workers.health() {
                // Nobody is worse off than before there was this.
                EngineHealth::Unavailable { reason } => EngineHealth::Degraded {
                    reason: format!("only silence and words tell when somebody has finished: {reason}"),
                },
                health => health,
            },
            queue_depth: self.queue.depth(),
            dropped: self.queue.refused(),
            restarts: self.workers.restarts(),
        }
    }

    fn judge(&self, audio: Arc<[f32]>, done: TurnEndDone) {
        let asked = Asked {
            audio,
            done: Some(done),
        };
        let health = self.workers.health();
        let refused = match health.serves() {
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
    done: Option<TurnEndDone>,
}

impl Asked {
    fn answer(mut self, finished: Option<f32>) {
        self.done.take().into_iter().for_each(|done| done(finished));
    }
}

impl Job for Asked {
    fn fail(self, failure: Failure) {
        tracing::warn!(detail = %failure.detail, "it cannot be judged whether somebody has finished");
        self.answer(None);
    }
}

struct Judge(Model);

impl Engine for Judge {
    type Job = Asked;

    fn run(&mut self, asked: &mut Asked) {
        let judged = self.0.finished(&asked.audio);
        let judged =
            judged.inspect_err(|error| tracing::warn!(%error, "it cannot be judged whether somebody has finished"));
        if let Some(done) = asked.done.take() {
            done(judged.ok());
        }
    }
}
