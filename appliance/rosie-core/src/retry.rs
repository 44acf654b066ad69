//! How often, and after which pauses, a request that failed is tried again.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

const FIRST_WAIT: Duration = Duration::from_millis(100);

/// The tries of one request.
#[derive(Debug)]
pub struct Tries {
    left: Duration,
    next: Duration,
}

impl Tries {
    /// All waiting together takes no longer than `budget`.
    pub fn new(budget: Duration) -> Self {
        Self {
            left: budget,
            next: FIRST_WAIT,
        }
    }

    /// How long to wait before another try: what was asked for, or a little more than last time, never quite the same,
    /// so that many clients do not come back at once. `None`: not worth it.
    pub fn wait(&mut self, asked_for: Option<Duration>) -> Option<Duration> {
        let wait = asked_for.unwrap_or_default().max(self.next.mul_f64(0.5 + chance()));
        self.next *= 4;
        self.left = self.left.checked_sub(wait)?;
        Some(wait)
    }
}

/// 0 to 1. Every new state of the standard library's hasher is seeded differently.
fn chance() -> f64 {
    RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_end_and_are_spread() {
        let mut tries = Tries::new(Duration::from_secs(2));
        let waits: Vec<_> = std::iter::from_fn(|| tries.wait(None)).collect();
        assert!(
            (2..=3).contains(&waits.len()) && waits.iter().sum::<Duration>() <= Duration::from_secs(2),
            "{waits:?}"
        );
        assert!(
            waits[0] >= Duration::from_millis(50) && waits[0] <= Duration::from_millis(150),
            "{waits:?}"
        );
        assert_eq!(
            Tries::new(Duration::from_secs(2)).wait(Some(Duration::from_secs(3))),
            None
        );
        assert_eq!(Tries::new(Duration::ZERO).wait(None), None);
        let firsts: std::collections::BTreeSet<_> = (0..20)
            .filter_map(|_| Tries::new(Duration::from_secs(2)).wait(None))
            .collect();
        assert!(firsts.len() > 10);
    }
}
