//! A model that is asked about what was said and that everything works without: one thread for all streams, few wait, and where
//! it cannot tell nobody is worse off.

use crate::{
    SpeechError,
    runtime::Runtime,
    worker::{Engine, Job, Queue, WorkerSpec, Workers},
};
use rosie_core::{
    ErrorCode, Failure,
    engine::{EngineHealth, EngineInfo},
};
use std::{path::PathBuf, sync::Arc};

/// What it says is worth nothing a moment later, so that few wait.
const WAITING: usize = 8;

/// What it is, and how it is told of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    pub thread: &'static str,
    pub code: ErrorCode,
    pub engine: &'static str,
    pub model: &'static str,
    /// How things are without it.
    pub without: &'static str,
    /// What is not known then.
    pub untold: &'static str,
}

/// Where its files are.
pub(crate) struct Files {
    /// `libonnxruntime.so`.
    pub runtime: PathBuf,
    /// The ONNX file.
    pub model: PathBuf,
}

/// What is asked of a model: what it says of some speech, if anything.
pub(crate) trait Adviser: Sized + 'static {
    type Says: Send + 'static;

    fn load(runtime: &Runtime, model: &std::path::Path) -> Result<Self, SpeechError>;

    fn says(&mut self, audio: &[f32]) -> Result<Option<Self::Says>, SpeechError>;
}

pub(crate) type Done<T> = Box<dyn FnOnce(Option<T>) + Send>;

/// The thread of one model.
pub(crate) struct Advice<A: Adviser> {
    about: About,
    queue: Arc<Queue<Asked<A::Says>>>,
    workers: Workers,
}

impl<A: Adviser> Advice<A> {
    /// Starts the thread; loading goes on in the background.
    ///
    /// # Errors
    /// Only when the system gives no thread.
    pub fn start(about: About, files: Files) -> Result<Self, SpeechError> {
        let queue = Arc::new(Queue::new(WAITING));
        let spec = WorkerSpec::new(about.thread, about.code);
        let workers = Workers::start(spec, queue.clone(), move |_| {
            let model = A::load(Runtime::get(&files.runtime)?, &files.model)?;
            Ok(Asking { about, model })
        })?;
        Ok(Self { about, queue, workers })
    }

    pub fn info(&self) -> EngineInfo {
        EngineInfo {
            engine: self.about.engine.into(),
            model: self.about.model.into(),
            health: match self.workers.health() {
                EngineHealth::Unavailable { reason } => EngineHealth::Degraded {
                    reason: format!("{}: {reason}", self.about.without),
                },
                health => health,
            },
            queue_depth: self.queue.depth(),
            dropped: self.queue.refused(),
            restarts: self.workers.restarts(),
        }
    }

    /// `done` is told in any case, of nothing where it cannot say or too many wait.
    pub fn ask(&self, audio: Arc<[f32]>, done: Done<A::Says>) {
        let asked = Asked {
            audio,
            done: Some(done),
            untold: self.about.untold,
        };
        let refused = match self.workers.health().serves() {
            true => self.queue.push(asked).err(),
            false => Some(asked),
        };
        if let Some(mut asked) = refused {
            asked.answer(None);
        }
    }
}

struct Asked<T> {
    audio: Arc<[f32]>,
    done: Option<Done<T>>,
    untold: &'static str,
}

impl<T> Asked<T> {
    fn answer(&mut self, said: Option<T>) {
        if let Some(done) = self.done.take() {
            done(said);
        }
    }
}

impl<T: Send + 'static> Job for Asked<T> {
    fn fail(mut self, failure: Failure) {
        tracing::warn!(detail = %failure.detail, "{}", self.untold);
        self.answer(None);
    }
}

struct Asking<A> {
    about: About,
    model: A,
}

impl<A: Adviser> Engine for Asking<A> {
    type Job = Asked<A::Says>;

    fn run(&mut self, asked: &mut Asked<A::Says>) {
        let said = self.model.says(&asked.audio);
        let said = said.inspect_err(|error| tracing::warn!(%error, "{}", self.about.untold));
        asked.answer(said.ok().flatten());
    }
}
