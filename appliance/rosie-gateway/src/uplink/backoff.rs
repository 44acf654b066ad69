//! How long to wait before connecting again: docs/protocol.md, "Staying connected".

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(15);

/// Doubles with every failure; begin with a new one after a welcome.
#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { next: FIRST }
    }
}

impl Backoff {
    /// A random part of the upper half, so that a house full of endpoints does not come back in one instant.
    pub fn wait(&mut self) -> Duration {
        let wait = self.next.mul_f64(0.5 + chance() / 2.0);
        self.next = (self.next * 2).min(LONGEST);
        wait
    }
}

/// 0 to 1. A system without random numbers has all come back at once, which a server survives.
fn chance() -> f64 {
    let mut bytes = [0_u8; 4];
    let _ = getrandom::fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_are_never_quite_the_same() {
        let mut backoff = Backoff::default();
        for longest in [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000] {
            let wait = backoff.wait().as_millis();
            assert!((longest / 2..=longest).contains(&wait), "{wait} of {longest}");
        }
        let firsts: std::collections::BTreeSet<_> = (0..20).map(|_| Backoff::default().wait()).collect();
        assert!(firsts.len() > 10, "{firsts:?}");
    }
}
