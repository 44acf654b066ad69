//! The order in which texts are spoken: whoever's listener runs out of audio first goes first.
//!
//! Work is done a chunk at a time and the rest put back, so a long text delays another's first audio by one chunk at
//! most. A text that has not begun is due since it was submitted; one that has is due when what was delivered ends;
//! idle work (warming the cache) is never due and done only when nothing else waits.

use crate::worker::{Job, Next, Source, wait_until};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Something with a time by which its next piece is wanted.
pub trait Due {
    /// `None`: whenever there is nothing else to do.
    fn due(&self) -> Option<Instant>;
}

/// Idle jobs that may wait besides the due ones.
const IDLE_LIMIT: usize = 256;

/// A bounded queue ordered by [`Due`].
pub struct DueQueue<J> {
    inner: Mutex<Inner<J>>,
    changed: Condvar,
    limit: usize,
    refused: AtomicU64,
}

struct Inner<J> {
    jobs: Vec<J>,
    closed: bool,
}

impl<J: Job + Due> DueQueue<J> {
    /// Room for `limit` due jobs (and some idle ones).
    pub fn new(limit: usize) -> Self {
        let inner = Mutex::new(Inner {
            jobs: Vec::new(),
            closed: false,
        });
        Self {
            inner,
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
        let idle = job.due().is_none();
        let waiting = inner.jobs.iter().filter(|j| j.due().is_none() == idle).count();
        if inner.closed || waiting >= if idle { IDLE_LIMIT } else { self.limit } {
            self.refused.fetch_add(u64::from(!inner.closed), Ordering::Relaxed);
            return Err(job);
        }
        inner.jobs.push(job);
        drop(inner);
        self.changed.notify_one();
        Ok(())
    }

    /// Puts the rest of a job that was taken back; there is always room for it.
    pub fn put_back(&self, job: J) {
        self.lock().jobs.push(job);
        self.changed.notify_one();
    }

    /// Takes out all that someone waits for, for another to do it.
    pub fn take_due(&self) -> Vec<J> {
        let mut inner = self.lock();
        let (due, idle) = std::mem::take(&mut inner.jobs)
            .into_iter()
            .partition(|job| job.due().is_some());
        inner.jobs = idle;
        due
    }

    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Texts that someone waits for.
    pub fn depth(&self) -> usize {
        self.lock().jobs.iter().filter(|j| j.due().is_some()).count()
    }

    /// Jobs that were given back because the queue was full.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Inner<J>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<J: Job + Due> Source for DueQueue<J> {
    type Job = J;

    fn next(&self, wait: Duration) -> Next<J> {
        let until = Instant::now() + wait;
        let mut inner = self.lock();
        loop {
            let first = inner.jobs.iter().enumerate().min_by_key(|(_, j)| {
                let due = j.due();
                (due.is_none(), due)
            });
            if let Some((index, _)) = first {
                return Next::Job(inner.jobs.remove(index));
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

#[cfg(test)]
mod tests {
    use super::*;
    use rosie_core::Failure;

    struct Piece(&'static str, Option<Instant>);

    impl Job for Piece {
        fn fail(self, _: Failure) {}
    }

    impl Due for Piece {
        fn due(&self) -> Option<Instant> {
            self.1
        }
    }

    fn order(queue: &DueQueue<Piece>) -> Vec<&'static str> {
        std::iter::from_fn(|| match queue.next(Duration::ZERO) {
            Next::Job(piece) => Some(piece.0),
            _ => None,
        })
        .collect()
    }

    #[test]
    fn the_soonest_due_goes_first_and_idle_work_last() {
        let queue = DueQueue::new(3);
        let now = Instant::now();
        for piece in [
            Piece("idle", None),
            Piece("plays for 5 s yet", Some(now + Duration::from_secs(5))),
            Piece("waits for a second", Some(now)),
        ] {
            assert!(queue.push(piece).is_ok());
        }
        queue.put_back(Piece("waits longest", Some(now - Duration::from_secs(1))));
        assert!(queue.push(Piece("too many", Some(now))).is_err());
        assert_eq!((queue.depth(), queue.refused()), (3, 1));
        assert_eq!(
            order(&queue),
            ["waits longest", "waits for a second", "plays for 5 s yet", "idle"]
        );
    }

    #[test]
    fn what_somebody_waits_for_can_be_taken_elsewhere() {
        let queue = DueQueue::new(3);
        let now = Instant::now();
        for piece in [Piece("idle", None), Piece("a", Some(now)), Piece("b", Some(now))] {
            assert!(queue.push(piece).is_ok());
        }
        let taken: Vec<&str> = queue.take_due().iter().map(|piece| piece.0).collect();
        assert_eq!(taken, ["a", "b"]);
        assert_eq!((queue.depth(), order(&queue)), (0, vec!["idle"]));
    }

    #[test]
    fn a_closed_queue_hands_out_what_it_has() {
        let queue = DueQueue::new(4);
        queue.put_back(Piece("left", None));
        queue.close();
        assert_eq!(order(&queue), ["left"]);
        assert!(matches!(queue.next(Duration::from_secs(9)), Next::Closed));
        assert!(queue.push(Piece("late", None)).is_err());
        assert_eq!(queue.refused(), 0);
    }
}
