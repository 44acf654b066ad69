//! What the threads of an engine are doing, readable by anyone at any time.

use rosie_core::engine::EngineHealth;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

const LOADING: u8 = 0;
const READY: u8 = 1;
const DEGRADED: u8 = 2;
const UNAVAILABLE: u8 = 3;

/// Shared between an engine's threads and whoever asks for its health.
#[derive(Debug)]
pub struct Status {
    threads: Vec<AtomicU8>,
    /// The last thing that was wrong; written on change of state only.
    reason: Mutex<String>,
    restarts: AtomicU64,
    closing: AtomicBool,
}

impl Status {
    pub(super) fn new(threads: usize) -> Self {
        Self {
            threads: (0..threads).map(|_| AtomicU8::new(LOADING)).collect(),
            reason: Mutex::new(String::new()),
            restarts: AtomicU64::new(0),
            closing: AtomicBool::new(false),
        }
    }

    /// The best any of the threads can offer.
    pub fn health(&self) -> EngineHealth {
        let any = |state: u8| self.threads.iter().any(|t| t.load(Ordering::Acquire) == state);
        if any(READY) {
            EngineHealth::Ready
        } else if any(DEGRADED) {
            EngineHealth::Degraded {
                reason: self.reason().clone(),
            }
        } else if any(LOADING) {
            EngineHealth::Loading
        } else {
            EngineHealth::Unavailable {
                reason: self.reason().clone(),
            }
        }
    }

    pub fn restarts(&self) -> u64 {
        self.restarts.load(Ordering::Relaxed)
    }

    /// True from the moment the engine is being dropped: long work should stop.
    pub fn closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::Release);
    }

    /// No thread serves or is about to: waiting jobs have nobody to wait for.
    pub(super) fn nobody_serves(&self) -> bool {
        self.threads.iter().all(|t| t.load(Ordering::Acquire) == UNAVAILABLE)
    }

    pub(super) fn set_loading(&self, index: usize) {
        self.threads[index].store(LOADING, Ordering::Release);
    }

    pub(super) fn set_serving(&self, index: usize, degraded: Option<String>) {
        let state = if let Some(reason) = degraded {
            *self.reason() = reason;
            DEGRADED
        } else {
            READY
        };
        self.threads[index].store(state, Ordering::Release);
    }

    pub(super) fn set_unavailable(&self, index: usize, reason: String) {
        *self.reason() = reason;
        self.threads[index].store(UNAVAILABLE, Ordering::Release);
    }

    pub(super) fn count_restart(&self) {
        self.restarts.fetch_add(1, Ordering::Relaxed);
    }

    fn reason(&self) -> MutexGuard<'_, String> {
        self.reason.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
