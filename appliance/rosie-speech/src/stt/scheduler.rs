//! Which utterance is transcribed next, and what is put aside for it.
//!
//! - Final before speculative before partial.
//! - Inside a class the streams take turns, so that nobody is starved by somebody who talks a lot.
//! - A new job of a stream replaces its waiting partial and speculative ones.
//! - When urgent work comes and no thread is free, the youngest running partial is stopped for it.

use crate::worker::{Job, Next, Source, wait_until};
use rosie_core::engine::{SttDone, SttJob, SttPriority, Transcript};
use rosie_core::{ErrorCode, Failure, SessionId};
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Tells running work to end.
#[derive(Default)]
pub struct Stop {
    asked: AtomicBool,
    interrupt: Mutex<Option<Box<dyn Fn() + Send>>>,
}

impl Stop {
    /// Asks the work to stop, and interrupts what it is in.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Release);
        if let Some(interrupt) = &*self.lock() {
            interrupt();
        }
    }

    pub fn asked(&self) -> bool {
        self.asked.load(Ordering::Acquire)
    }

    /// Runs `work`, during which [`Stop::ask`] also calls `interrupt`.
    pub fn interruptible<T>(&self, interrupt: impl Fn() + Send + 'static, work: impl FnOnce() -> T) -> T {
        *self.lock() = Some(Box::new(interrupt));
        // Whoever asked in between found nothing to call.
        if self.asked()
            && let Some(interrupt) = &*self.lock()
        {
            interrupt();
        }
        let _clear = Clear(self);
        work()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<dyn Fn() + Send>>> {
        self.interrupt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Clear<'a>(&'a Stop);

impl Drop for Clear<'_> {
    fn drop(&mut self) {
        *self.0.lock() = None;
    }
}

/// A job with its answer.
pub struct Ticket {
    pub job: SttJob,
    pub stop: Arc<Stop>,
    done: Option<SttDone>,
    /// Where it is noted as running; empty while it waits.
    running: Option<(u64, Arc<Mutex<Inner>>)>,
}

impl Ticket {
    pub fn answer(&mut self, result: Result<Transcript, Failure>) {
        self.forget();
        if let Some(done) = self.done.take() {
            done(result);
        }
    }

    /// It does not run any more.
    fn forget(&mut self) {
        if let Some((id, inner)) = self.running.take() {
            lock(&inner).running.retain(|r| r.id != id);
        }
    }
}

impl Job for Ticket {
    fn fail(mut self, failure: Failure) {
        self.answer(Err(failure));
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.forget();
    }
}

/// The waiting and running jobs of one engine.
pub struct Scheduler {
    inner: Arc<Mutex<Inner>>,
    changed: Condvar,
    limit: usize,
    workers: usize,
}

struct Inner {
    /// One for each priority, most urgent first.
    classes: [Class; 3],
    running: Vec<Running>,
    next_id: u64,
    dropped: u64,
    closed: bool,
}

/// Jobs of one priority; `turn` holds each stream that has any, in the order of service.
#[derive(Default)]
struct Class {
    turn: VecDeque<SessionId>,
    jobs: BTreeMap<SessionId, VecDeque<Ticket>>,
}

struct Running {
    id: u64,
    stream: SessionId,
    priority: SttPriority,
    stop: Arc<Stop>,
}

impl Scheduler {
    /// For `workers` threads; `limit` jobs may wait.
    pub fn new(workers: usize, limit: usize) -> Self {
        let inner = Inner {
            classes: Default::default(),
            running: Vec::new(),
            next_id: 0,
            dropped: 0,
            closed: false,
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
            changed: Condvar::new(),
            limit: limit.max(1),
            workers,
        }
    }

    /// Queues a job, answering the ones it replaces. A full queue gives up its last waiting partial, or refuses.
    pub fn submit(&self, job: SttJob, done: SttDone) {
        let mut inner = lock(&self.inner);
        let mut answers: Vec<(Ticket, Failure)> = inner.replaced_by(&job);
        let ticket = Ticket {
            job,
            stop: Arc::default(),
            done: Some(done),
            running: None,
        };
        if inner.closed {
            answers.push((ticket, Failure::new(ErrorCode::SttUnavailable, "shutting down")));
        } else if inner.waiting() >= self.limit && !inner.make_room(ticket.job.priority, &mut answers) {
            inner.dropped += 1;
            answers.push((
                ticket,
                Failure::new(ErrorCode::Busy, "too many utterances wait to be transcribed"),
            ));
        } else {
            inner.stop_for(&ticket.job, self.workers);
            inner.classes[class(ticket.job.priority)].push(ticket);
            self.changed.notify_one();
        }
        drop(inner);
        for (ticket, failure) in answers {
            ticket.fail(failure);
        }
    }

    /// Jobs waiting, and jobs refused since the start because too many waited.
    pub fn load(&self) -> (usize, u64) {
        let inner = lock(&self.inner);
        (inner.waiting(), inner.dropped)
    }
}

impl Inner {
    fn waiting(&self) -> usize {
        self.classes.iter().map(Class::len).sum()
    }

    fn replaced_by(&mut self, job: &SttJob) -> Vec<(Ticket, Failure)> {
        let speculative = self.classes[class(SttPriority::Speculative)].remove(&job.stream);
        let partial = self.classes[class(SttPriority::Partial)].remove(&job.stream);
        let replaced = || Failure::new(ErrorCode::Busy, "replaced by a later job of the same stream");
        speculative
            .into_iter()
            .chain(partial)
            .map(|ticket| (ticket, replaced()))
            .collect()
    }

    /// Gives up the last waiting partial for more urgent work.
    fn make_room(&mut self, priority: SttPriority, answers: &mut Vec<(Ticket, Failure)>) -> bool {
        if priority == SttPriority::Partial {
            return false;
        }
        let Some(ticket) = self.classes[class(SttPriority::Partial)].pop_last() else {
            return false;
        };
        self.dropped += 1;
        answers.push((ticket, Failure::new(ErrorCode::Busy, "put aside for more urgent work")));
        true
    }

    /// Stops what `job` makes pointless, and a partial when `job` is urgent and every thread is taken.
    fn stop_for(&mut self, job: &SttJob, workers: usize) {
        if job.priority == SttPriority::Final {
            for running in self
                .running
                .iter()
                .filter(|r| r.stream == job.stream && r.priority != SttPriority::Final)
            {
                running.stop.ask();
            }
        }
        if job.priority == SttPriority::Partial {
            return;
        }
        // Threads that are being freed already, and the urgent jobs that wait for them.
        let stopping = self.running.iter().filter(|r| r.stop.asked()).count();
        let urgent = self.classes[..2].iter().map(Class::len).sum::<usize>() + 1;
        if workers.saturating_sub(self.running.len()) + stopping < urgent
            && let Some(partial) = self
                .running
                .iter()
                .rev()
                .find(|r| r.priority == SttPriority::Partial && !r.stop.asked())
        {
            partial.stop.ask();
        }
    }

    fn take(&mut self) -> Option<Ticket> {
        self.classes.iter_mut().find_map(Class::pop)
    }
}

impl Class {
    fn push(&mut self, ticket: Ticket) {
        let stream = ticket.job.stream.clone();
        let jobs = self.jobs.entry(stream.clone()).or_default();
        if jobs.is_empty() {
            self.turn.push_back(stream);
        }
        jobs.push_back(ticket);
    }

    fn pop(&mut self) -> Option<Ticket> {
        let stream = self.turn.pop_front()?;
        let jobs = self.jobs.get_mut(&stream)?;
        let ticket = jobs.pop_front();
        if jobs.is_empty() {
            self.jobs.remove(&stream);
        } else {
            self.turn.push_back(stream);
        }
        ticket
    }

    /// The last job of the stream that is served last.
    fn pop_last(&mut self) -> Option<Ticket> {
        let stream = self.turn.back()?.clone();
        let jobs = self.jobs.get_mut(&stream)?;
        let ticket = jobs.pop_back();
        if jobs.is_empty() {
            self.jobs.remove(&stream);
            self.turn.pop_back();
        }
        ticket
    }

    fn remove(&mut self, stream: &SessionId) -> VecDeque<Ticket> {
        self.turn.retain(|s| s != stream);
        self.jobs.remove(stream).unwrap_or_default()
    }

    fn len(&self) -> usize {
        self.jobs.values().map(VecDeque::len).sum()
    }
}

impl Source for Scheduler {
    type Job = Ticket;

    fn next(&self, wait: Duration) -> Next<Ticket> {
        let until = Instant::now() + wait;
        let mut inner = lock(&self.inner);
        loop {
            if let Some(mut ticket) = inner.take() {
                let id = inner.next_id;
                inner.next_id += 1;
                let (stream, priority) = (ticket.job.stream.clone(), ticket.job.priority);
                inner.running.push(Running {
                    id,
                    stream,
                    priority,
                    stop: ticket.stop.clone(),
                });
                ticket.running = Some((id, self.inner.clone()));
                return Next::Job(ticket);
            }
            if inner.closed {
                return Next::Closed;
            }
            match wait_until(&self.changed, inner, until) {
                Some(woken) => inner = woken,
                None => return Next::Idle,
            }
        }
    }

    fn close(&self) {
        let mut inner = lock(&self.inner);
        inner.closed = true;
        for running in &inner.running {
            running.stop.ask();
        }
        drop(inner);
        self.changed.notify_all();
    }
}

fn class(priority: SttPriority) -> usize {
    match priority {
        SttPriority::Final => 0,
        SttPriority::Speculative => 1,
        SttPriority::Partial => 2,
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}
