//! A flag that tells work in progress to stop; readable from a thread that has no runtime.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

#[derive(Debug, Clone, Default)]
pub struct CancelFlag(Arc<AtomicBool>);

impl CancelFlag {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// The raw flag, for callbacks of C libraries that poll an address.
    pub fn as_atomic(&self) -> &AtomicBool {
        &self.0
    }
}
