//! A recogniser behind core's trait: the scheduler in front, supervised threads behind.

use super::scheduler::{Scheduler, Stop, Ticket};
use crate::SpeechError;
use crate::worker::{Engine, WorkerSpec, Workers};
use rosie_core::engine::{EngineInfo, SpeechToText, SttDone, SttJob, Transcript};
use rosie_core::{CancelFlag, ErrorCode, Failure};
use std::sync::Arc;
use std::time::Instant;

/// Turns audio into text on one thread.
pub trait Recognizer {
    /// Transcribes `job`, looking at `signal` often.
    ///
    /// # Errors
    /// `stt-no-text-recognized` where nobody spoke words; any answer when it was stopped.
    fn recognize(&mut self, job: &SttJob, signal: &Signal) -> Result<Transcript, Failure>;

    /// Why it serves otherwise than configured, if it does.
    fn degraded(&self) -> Option<String> {
        None
    }

    /// Nobody has spoken for a while: as [`Engine::rest`].
    fn rest(&mut self) {}

    /// Why it cannot serve any more, if the last job showed so.
    fn lost(&mut self) -> Option<String> {
        None
    }
}

/// Whether work should end: its caller cancelled it, or something more urgent needs the thread.
pub struct Signal {
    cancel: CancelFlag,
    stop: Arc<Stop>,
}

impl Signal {
    pub fn stopped(&self) -> bool {
        self.cancel.is_cancelled() || self.stop.asked()
    }

    /// Runs `work`, calling `interrupt` from another thread when it should stop for something more urgent.
    pub fn interruptible<T>(&self, interrupt: impl Fn() + Send + 'static, work: impl FnOnce() -> T) -> T {
        self.stop.interruptible(interrupt, work)
    }
}

/// How a recogniser is run.
#[derive(Debug, Clone)]
pub struct SttService {
    /// As in [`EngineInfo::engine`].
    pub engine: &'static str,
    /// As in [`EngineInfo::model`].
    pub model: String,
    /// Utterances transcribed at the same time.
    pub workers: usize,
    /// Jobs that may wait.
    pub queue: usize,
}

/// A running recogniser.
pub struct SttEngine {
    service: SttService,
    scheduler: Arc<Scheduler>,
    threads: Workers,
}

impl SttEngine {
    /// Starts the threads `rosie-stt`; `load` makes the recogniser of each, on its own thread.
    ///
    /// # Errors
    /// Only when the system gives no thread.
    pub fn start<R, L>(service: SttService, load: L) -> Result<Self, SpeechError>
    where
        R: Recognizer,
        L: Fn(usize) -> Result<R, SpeechError> + Send + Sync + 'static,
    {
        let workers = service.workers.max(1);
        let scheduler = Arc::new(Scheduler::new(workers, service.queue));
        let spec = WorkerSpec {
            threads: workers,
            ..WorkerSpec::new("rosie-stt", ErrorCode::SttUnavailable)
        };
        let threads = Workers::start(spec, scheduler.clone(), move |index| load(index).map(Listener))?;
        Ok(Self {
            service,
            scheduler,
            threads,
        })
    }
}

impl SpeechToText for SttEngine {
    fn info(&self) -> EngineInfo {
        let (queue_depth, dropped) = self.scheduler.load();
        EngineInfo {
            engine: self.service.engine.to_owned(),
            model: self.service.model.clone(),
            health: self.threads.health(),
            queue_depth,
            dropped,
            restarts: self.threads.restarts(),
        }
    }

    fn submit(&self, job: SttJob, done: SttDone) {
        self.scheduler.submit(job, done);
    }
}

struct Listener<R>(R);

impl<R: Recognizer> Engine for Listener<R> {
    type Job = Ticket;

    fn run(&mut self, ticket: &mut Ticket) {
        let started = Instant::now();
        let signal = Signal {
            cancel: ticket.job.cancel.clone(),
            stop: ticket.stop.clone(),
        };
        let result = if signal.stopped() {
            Err(stopped(&signal))
        } else {
            self.0.recognize(&ticket.job, &signal)
        };
        let result = match result {
            // What came of work that was told to stop means nothing.
            _ if signal.stopped() => Err(stopped(&signal)),
            Ok(transcript) => Ok(Transcript {
                compute_ms: started.elapsed().as_millis() as u64,
                ..transcript
            }),
            Err(failure) => Err(failure),
        };
        ticket.answer(result);
    }

    fn degraded(&self) -> Option<String> {
        self.0.degraded()
    }

    fn rest(&mut self) {
        self.0.rest();
    }

    fn lost(&mut self) -> Option<String> {
        self.0.lost()
    }
}

fn stopped(signal: &Signal) -> Failure {
    if signal.cancel.is_cancelled() {
        Failure::new(ErrorCode::SttUnavailable, "cancelled")
    } else {
        Failure::new(ErrorCode::Busy, "put aside for more urgent work")
    }
}
