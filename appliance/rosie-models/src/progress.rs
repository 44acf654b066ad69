//! How long work is watched: a small observer, and handles that report to it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// One running piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TaskId(pub u64);

/// Watches a fetch. Called from any thread; must not block for long.
pub trait Progress: Send + Sync {
    /// Work begins. `total` is in bytes, where known.
    fn begin(&self, task: TaskId, label: &str, total: Option<u64>);
    /// `done` bytes so far, of `total`.
    fn advance(&self, task: TaskId, done: u64, total: Option<u64>);
    /// The work is over, well or badly.
    fn end(&self, task: TaskId);
    /// A sentence worth knowing: a source that failed, a fallback, a wait.
    fn note(&self, text: &str);
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: TaskId, _: &str, _: Option<u64>) {}
    fn advance(&self, _: TaskId, _: u64, _: Option<u64>) {}
    fn end(&self, _: TaskId) {}
    fn note(&self, _: &str) {}
}

/// A piece of work that tells its observer when it begins, and when it is dropped.
pub(crate) struct Task {
    progress: Arc<dyn Progress>,
    id: TaskId,
    total: Option<u64>,
}

impl Task {
    pub(crate) fn begin(progress: &Arc<dyn Progress>, label: &str, total: Option<u64>) -> Task {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = TaskId(NEXT.fetch_add(1, Ordering::Relaxed));
        progress.begin(id, label, total);
        Task {
            progress: progress.clone(),
            id,
            total,
        }
    }

    pub(crate) fn advance(&self, done: u64) {
        self.progress.advance(self.id, done, self.total);
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.progress.end(self.id);
    }
}
