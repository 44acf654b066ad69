//! The two clocks: the one on the wall, which may be set, and the one that only goes forward.

use std::{
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::time::Instant;

pub trait Clock: Send + Sync {
    /// Wall clock: milliseconds since the Unix epoch. May jump when the time is set.
    fn unix_ms(&self) -> u64;
    /// Milliseconds since some start; never jumps. The time that `tokio::time` sleeps by.
    fn monotonic_ms(&self) -> u64;
}

#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn unix_ms(&self) -> u64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| d.as_millis() as u64)
    }

    fn monotonic_ms(&self) -> u64 {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed().as_millis() as u64
    }
}
