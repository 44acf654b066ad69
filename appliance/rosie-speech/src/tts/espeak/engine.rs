//! The thread that speaks with espeak-ng's own voices, a sentence of one text at a time.

use super::{Espeak, EspeakConfig};
use crate::SpeechError;
use crate::tts::plan::{Sentence, Unit};
use crate::tts::queue::{Due, DueQueue};
use crate::tts::request::Request;
use crate::worker::{Engine, Job, Next, Source, WorkerSpec, Workers};
use rosie_core::engine::EngineHealth;
use rosie_core::{ErrorCode, Failure, SampleRate};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Running espeak-ng.
pub struct EspeakEngine {
    queue: Arc<EspeakQueue>,
    workers: Workers,
}

/// Where espeak-ng's work waits; can be held by others without keeping the thread alive.
pub struct EspeakQueue(DueQueue<EspeakJob>);

impl EspeakEngine {
    /// Starts the thread `tts-espeak`; opening the library goes on there.
    ///
    /// # Errors
    /// Only when the system gives no thread.
    pub fn start(config: EspeakConfig, queue_limit: usize) -> Result<Self, SpeechError> {
        let queue = Arc::new(EspeakQueue(DueQueue::new(queue_limit)));
        let for_thread = queue.clone();
        let spec = WorkerSpec::new("tts-espeak", ErrorCode::TtsUnavailable);
        let workers = Workers::start(spec, queue.clone(), move |_| {
            Ok(Speaker {
                espeak: Espeak::get(&config)?,
                queue: for_thread.clone(),
            })
        })?;
        Ok(Self { queue, workers })
    }

    pub fn health(&self) -> EngineHealth {
        self.workers.health()
    }

    pub fn restarts(&self) -> u64 {
        self.workers.restarts()
    }

    pub fn depth(&self) -> usize {
        self.queue.0.depth()
    }

    pub fn refused(&self) -> u64 {
        self.queue.0.refused()
    }

    pub fn submit(&self, request: Request) {
        self.queue.submit(request);
    }

    pub fn queue(&self) -> Arc<EspeakQueue> {
        self.queue.clone()
    }
}

impl EspeakQueue {
    /// Queues a text in the first of its `fallback_voices` that exists; a full queue fails it at once.
    pub fn submit(&self, request: Request) {
        if let Err(job) = self.0.push(EspeakJob { request: Some(request) }) {
            job.fail(Failure::new(ErrorCode::Busy, "too many texts wait to be spoken"));
        }
    }
}

impl Source for EspeakQueue {
    type Job = EspeakJob;

    fn next(&self, wait: Duration) -> Next<EspeakJob> {
        self.0.next(wait)
    }

    fn close(&self) {
        self.0.close();
    }
}

pub struct EspeakJob {
    /// `None` once it was answered or put back.
    request: Option<Request>,
}

impl Job for EspeakJob {
    fn fail(self, failure: Failure) {
        if let Some(request) = self.request {
            request.fail(failure);
        }
    }
}

impl Due for EspeakJob {
    fn due(&self) -> Option<Instant> {
        self.request.as_ref().and_then(Due::due)
    }
}

struct Speaker {
    espeak: &'static Espeak,
    queue: Arc<EspeakQueue>,
}

impl Speaker {
    /// One unit of a request; `true` when all of it is said.
    fn step(&self, request: &mut Request) -> Result<bool, SpeechError> {
        match request.units.pop_front() {
            None => return Ok(true),
            Some(Unit::Pause { ms }) => request.silence(ms, SampleRate(self.espeak.sample_rate())),
            Some(Unit::Speech(sentence)) => self.say(request, &sentence)?,
        }
        Ok(request.units.is_empty())
    }

    fn say(&self, request: &mut Request, sentence: &Sentence) -> Result<(), SpeechError> {
        let voices = &request.fallback_voices;
        let Some(voice) = voices.iter().find(|v| self.espeak.has_voice(v)).cloned() else {
            let reason = format!(
                "there is no voice for {}",
                voices.first().map_or("this language", String::as_str)
            );
            return Err(SpeechError::Config {
                what: "espeak-ng",
                reason,
            });
        };
        let rate = SampleRate(self.espeak.sample_rate());
        self.espeak.speak(
            &voice,
            &sentence.words(),
            sentence.rate,
            sentence.gain,
            &mut |samples| {
                request.audio(samples.to_vec(), rate);
                !request.cancelled()
            },
        )
    }
}

impl Engine for Speaker {
    type Job = EspeakJob;

    fn run(&mut self, job: &mut EspeakJob) {
        let Some(request) = job.request.as_mut() else { return };
        if request.cancelled() {
            return job.request.take().map_or((), Request::abandon);
        }
        let started = Instant::now();
        let outcome = self.step(request);
        request.count_compute(started.elapsed());
        let job = EspeakJob {
            request: job.request.take(),
        };
        match outcome {
            Ok(true) => job
                .request
                .map_or((), |r| if r.cancelled() { r.abandon() } else { r.finish(false) }),
            Ok(false) => self.queue.0.put_back(job),
            Err(error) => job.fail(error.failure(ErrorCode::TtsUnavailable)),
        }
    }
}
