//! The wake word engine: thread `rosie-wake`, one front end, a memory a stream.

use super::front::{FrontEnd, PIECE};
use super::head::{Head, built_in};
use super::stream::{Heard, Silence};
use crate::SpeechError;
use crate::runtime::Runtime;
use crate::streams::{Event, FrameJob, Streams};
use crate::worker::{Engine, WorkerSpec, Workers};
use rosie_core::engine::{
    EngineHealth, EngineInfo, WakeEngine, WakeEvent, WakeSettings, WakeSink, WakeStream, WakeWord,
};
use rosie_core::{AudioFrame, ErrorCode, Failure, SampleRate};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WakeConfig {
    /// `libonnxruntime.so`.
    pub runtime: PathBuf,
    /// `embedding.onnx`; `melspectrogram.onnx` lies beside it.
    pub model: PathBuf,
    /// Audio a stream may have waiting before its oldest is dropped, in milliseconds.
    pub queue_ms: u64,
}

impl WakeConfig {
    /// With a queue of 8 s: a satellite sends what it heard before it began to stream at once.
    pub fn new(runtime: impl Into<PathBuf>, model: impl Into<PathBuf>) -> Self {
        Self {
            runtime: runtime.into(),
            model: model.into(),
            queue_ms: 8_000,
        }
    }
}

/// Rosie's wake words for any number of streams.
pub struct WakeWords {
    streams: Arc<Streams<WakeEvent>>,
    settings: Arc<Settings>,
    words: Vec<WakeWord>,
    workers: Workers,
}

/// Of the streams that are open.
#[derive(Default)]
struct Settings(Mutex<BTreeMap<u64, WakeSettings>>);

impl Settings {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, WakeSettings>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WakeWords {
    /// Starts the thread; loading goes on in the background.
    ///
    /// # Errors
    /// Only when the system gives no thread.
    pub fn start(config: WakeConfig) -> Result<Self, SpeechError> {
        let streams = Arc::new(Streams::new(PIECE, SampleRate::HEARING.samples(config.queue_ms)));
        let settings = Arc::new(Settings::default());
        let words = built_in().iter().map(Head::word).collect();
        let spec = WorkerSpec::new("rosie-wake", ErrorCode::WakeUnavailable);
        let (open, known) = (streams.clone(), settings.clone());
        let workers = Workers::start(spec, streams.clone(), move |_| {
            let spectrum = config.model.with_file_name("melspectrogram.onnx");
            let mut front = FrontEnd::load(Runtime::get(&config.runtime)?, &spectrum, &config.model)?;
            // Also proves that the files are these models.
            let silence = Silence::of(&mut front)?;
            let heads = built_in();
            if !heads.iter().all(|head| head.fits(&silence.row)) {
                return Err(SpeechError::Damaged {
                    what: "the wake words' embedding model",
                    path: config.model.clone(),
                    reason: "it is another one than the wake words were trained with".to_owned(),
                });
            }
            Ok(Listener {
                front,
                silence,
                heads,
                heard: HashMap::new(),
                streams: open.clone(),
                settings: known.clone(),
            })
        })?;
        Ok(Self {
            streams,
            settings,
            words,
            workers,
        })
    }
}

impl WakeEngine for WakeWords {
    fn info(&self) -> EngineInfo {
        let (queue_depth, dropped) = self.streams.load();
        EngineInfo {
            engine: "speech-embedding".into(),
            model: "speech-embedding".into(),
            health: self.workers.health(),
            queue_depth,
            dropped,
            restarts: self.workers.restarts(),
        }
    }

    fn words(&self) -> Vec<WakeWord> {
        self.words.clone()
    }

    fn open(&self, settings: WakeSettings, sink: WakeSink) -> Result<Box<dyn WakeStream>, Failure> {
        let unavailable = |reason: String| Failure::new(ErrorCode::WakeUnavailable, reason);
        if let EngineHealth::Unavailable { reason } = self.workers.health() {
            return Err(unavailable(reason));
        }
        let known = |name: &String| self.words.iter().any(|word| word.name == *name);
        if !settings.words.is_empty() && !settings.words.iter().any(known) {
            let names: Vec<_> = self.words.iter().map(|word| word.name.as_str()).collect();
            let detail = format!(
                "no wake word {}: there are {}",
                settings.words.join(", "),
                names.join(", ")
            );
            return Err(Failure::new(ErrorCode::BadRequest, detail));
        }
        let id = self
            .streams
            .open(sink)
            .ok_or_else(|| unavailable("shutting down".to_owned()))?;
        self.settings.lock().insert(id, settings);
        Ok(Box::new(Stream {
            id,
            streams: self.streams.clone(),
            settings: self.settings.clone(),
            pushed: 0,
        }))
    }
}

impl Event for WakeEvent {
    fn failed(failure: Failure) -> Self {
        WakeEvent::Failed(failure)
    }

    fn is_failure(&self) -> bool {
        matches!(self, WakeEvent::Failed(_))
    }
}

struct Stream {
    id: u64,
    streams: Arc<Streams<WakeEvent>>,
    settings: Arc<Settings>,
    pushed: u64,
}

impl WakeStream for Stream {
    fn push(&mut self, frame: &AudioFrame) {
        self.streams.push(self.id, frame);
        self.pushed += frame.samples.len() as u64 / u64::from(frame.channels.max(1));
    }

    fn pushed(&self) -> u64 {
        self.pushed
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.streams.remove(self.id);
        self.settings.lock().remove(&self.id);
    }
}

/// The thread's side: the front end and what it remembers of each stream.
struct Listener {
    front: FrontEnd,
    silence: Silence,
    heads: Vec<Head>,
    heard: HashMap<u64, Heard>,
    streams: Arc<Streams<WakeEvent>>,
    settings: Arc<Settings>,
}

impl Engine for Listener {
    type Job = FrameJob<WakeEvent>;

    fn run(&mut self, job: &mut FrameJob<WakeEvent>) {
        if !self.heard.contains_key(&job.stream) {
            self.heard.retain(|id, _| self.streams.is_open(*id));
            // Closed meanwhile.
            let Some(settings) = self.settings.lock().get(&job.stream).cloned() else {
                return;
            };
            let heard = Heard::new(settings, &self.silence, self.heads.len());
            self.heard.insert(job.stream, heard);
        }
        let Some(heard) = self.heard.get_mut(&job.stream) else {
            return;
        };
        match heard.take(&job.samples, job.end_sample, &mut self.front, &self.heads) {
            Ok(found) => {
                if let Some(detection) = found {
                    job.answer(WakeEvent::Heard(detection));
                }
                job.answer(WakeEvent::Listened {
                    end_sample: job.end_sample,
                });
            }
            Err(error) => {
                self.heard.remove(&job.stream);
                job.answer(WakeEvent::Failed(error.failure(ErrorCode::WakeUnavailable)));
            }
        }
    }
}
