//! A bounded first-in-first-out queue, for engines that serve in order.

use super::{Job, Next, Source};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub struct Queue<J> {
    inner: Mutex<Inner<J>>,
    changed: Condvar,
    limit: usize,
    refused: AtomicU64,
}

struct Inner<J> {
    jobs: VecDeque<J>,
    closed: bool,
}

impl<J: Job> Queue<J> {
    /// Room for `limit` waiting jobs.
    pub fn new(limit: usize) -> Self {
        Self {
            inner: Mutex::new(Inner {
                jobs: VecDeque::new(),
                closed: false,
            }),
            changed: Condvar::new(),
            limit,
            refused: AtomicU64::new(0),
        }
    }

    /// Adds a job, or gives it back when the queue is full (counted) or closed.
    ///
    /// # Errors
    /// The job itself.
    pub fn push(&self, job: J) -> Result<(), J> {
        let mut inner = self.lock();
        if inner.closed {
            return Err(job);
        }
        if inner.jobs.len() >= self.limit {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(job);
        }
        inner.jobs.push_back(job);
        drop(inner);
        self.changed.notify_one();
        Ok(())
    }

    pub fn depth(&self) -> usize {
        self.lock().jobs.len()
    }

    /// Jobs that were given back because the queue was full.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Inner<J>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<J: Job> Source for Queue<J> {
    type Job = J;

    fn next(&self, wait: Duration) -> Next<J> {
        let until = Instant::now() + wait;
        let mut inner = self.lock();
        loop {
            if let Some(job) = inner.jobs.pop_front() {
                return Next::Job(job);
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
        self.lock().closed = true;
        self.changed.notify_all();
    }
}
/// Waits for `changed` until a point in time; gives the guard back when woken, `None` when the time has come.
pub fn wait_until<'a, T>(changed: &Condvar, guard: MutexGuard<'a, T>, until: Instant) -> Option<MutexGuard<'a, T>> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return None;
    }
    let (guard, _) = changed
        .wait_timeout(guard, left)
        .unwrap_or_else(PoisonError::into_inner);
    Some(guard)
}
