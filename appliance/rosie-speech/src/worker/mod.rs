//! Supervised engine threads.
//!
//! A [`Workers`] owns one or more named threads that take jobs from a shared [`Source`] and hand them to an
//! [`Engine`] that was loaded on that very thread. A panic is caught, the job it hit is answered with a failure, and
//! the engine is loaded anew after a pause; a load that fails is reported and tried again until it succeeds, so a
//! model that arrives later is picked up. Starting never waits for loading.

mod queue;
mod status;
mod supervise;

pub use queue::{Queue, wait_until};
pub use status::Status;

use crate::SpeechError;
use rosie_core::engine::EngineHealth;
use rosie_core::{ErrorCode, Failure};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Quiet that lets an engine rest.
pub const REST_AFTER: Duration = Duration::from_secs(10);

/// Something to do, which can always be answered.
pub trait Job: Send + 'static {
    /// Answers with a failure, unless it was answered already.
    fn fail(self, failure: Failure);
}

/// A loaded model, used by one thread.
pub trait Engine {
    type Job: Job;

    /// Does the job. The job stays with the supervisor, so that it can be answered if this panics.
    fn run(&mut self, job: &mut Self::Job);

    /// Why it serves otherwise than configured, if it does.
    fn degraded(&self) -> Option<String> {
        None
    }

    /// Called once when no job has come for [`REST_AFTER`]: what the next job can make anew at little cost may be given
    /// back to the system.
    fn rest(&mut self) {}

    /// Why it cannot serve any more, if the last job showed so: it is then loaded again.
    fn lost(&mut self) -> Option<String> {
        None
    }
}

/// Where the threads of a [`Workers`] take their jobs from.
pub trait Source: Send + Sync + 'static {
    type Job: Job;

    /// The next job, waiting for at most `wait`.
    fn next(&self, wait: Duration) -> Next<Self::Job>;

    /// Takes no more jobs, hands out the remaining ones and then `Closed`, and wakes whoever waits.
    fn close(&self);
}

/// What [`Source::next`] found.
pub enum Next<J> {
    Job(J),
    /// Nothing came in time.
    Idle,
    Closed,
}

/// How to run an engine's threads.
#[derive(Debug, Clone)]
pub struct WorkerSpec {
    /// Thread name (at most 15 bytes are seen by the system); with several threads `-0`, `-1` … is added.
    pub name: &'static str,
    pub threads: usize,
    /// The code of failures that the supervisor answers with.
    pub code: ErrorCode,
    /// Pause between tries to load.
    pub retry: Duration,
}

impl WorkerSpec {
    /// One thread, loading tried again every 2 s.
    pub fn new(name: &'static str, code: ErrorCode) -> Self {
        Self {
            name,
            threads: 1,
            code,
            retry: Duration::from_secs(2),
        }
    }
}

/// The running threads. Dropping it closes the source, fails what still waits, and joins.
pub struct Workers {
    status: Arc<Status>,
    close: Box<dyn Fn() + Send + Sync>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts the threads and returns at once; each calls `load` with its index (0-based).
    ///
    /// # Errors
    /// Only when the system gives no thread.
    pub fn start<S, E, L>(spec: WorkerSpec, source: Arc<S>, load: L) -> Result<Self, SpeechError>
    where
        S: Source,
        E: Engine<Job = S::Job>,
        L: Fn(usize) -> Result<E, SpeechError> + Send + Sync + 'static,
    {
        let status = Arc::new(Status::new(spec.threads.max(1)));
        let load = Arc::new(load);
        let closing = source.clone();
        let mut workers = Self {
            status,
            close: Box::new(move || closing.close()),
            threads: Vec::new(),
        };
        for index in 0..spec.threads.max(1) {
            let name = if spec.threads > 1 {
                format!("{}-{index}", spec.name)
            } else {
                spec.name.to_owned()
            };
            let (spec, source, load, status) = (spec.clone(), source.clone(), load.clone(), workers.status.clone());
            let thread = std::thread::Builder::new()
                .name(name)
                .spawn(move || supervise::supervise(&spec, index, &*source, &*load, &status))
                .map_err(|e| SpeechError::Config {
                    what: "starting an engine thread",
                    reason: e.to_string(),
                })?;
            workers.threads.push(thread);
        }
        Ok(workers)
    }

    pub fn health(&self) -> EngineHealth {
        self.status.health()
    }

    /// Times a thread panicked and loaded its engine anew.
    pub fn restarts(&self) -> u64 {
        self.status.restarts()
    }

    pub fn status(&self) -> &Arc<Status> {
        &self.status
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.status.close();
        (self.close)();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
