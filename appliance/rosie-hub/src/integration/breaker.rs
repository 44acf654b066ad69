//! A circuit breaker: who breaks down three times in a row is left alone for a while, then tried with one call.

use std::time::Duration;
use tokio::time::Instant;

/// Breakdowns in a row that open it.
const TRIES: u32 = 3;
const FIRST_REST: Duration = Duration::from_secs(5);
const LONGEST_REST: Duration = Duration::from_secs(120);

#[derive(Debug)]
pub(super) struct Breaker {
    in_a_row: u32,
    /// Until when nothing is let through, and how long the next rest is.
    until: Option<Instant>,
    rest: Duration,
    /// A call is under way to find out whether it works again.
    trying: bool,
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            in_a_row: 0,
            until: None,
            rest: FIRST_REST,
            trying: false,
        }
    }
}

impl Breaker {
    /// Whether a call may go through.
    pub fn lets_through(&mut self, now: Instant) -> bool {
        match self.until {
            None => true,
            Some(until) if now >= until && !self.trying => {
                self.trying = true;
                true
            }
            Some(_) => false,
        }
    }

    /// Whether it is left alone: a rest that is over may be ended by the next call.
    pub fn rests(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    pub fn worked(&mut self) {
        *self = Self::default();
    }

    /// The call hung or panicked. What fails in an orderly way worked.
    pub fn broke_down(&mut self, now: Instant) {
        self.in_a_row += 1;
        let tried = std::mem::take(&mut self.trying);
        if tried || self.in_a_row >= TRIES {
            self.until = Some(now + self.rest);
            self.rest = (self.rest * 2).min(LONGEST_REST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_breakdowns_then_a_rest_then_one_try() {
        let mut breaker = Breaker::default();
        let mut now = Instant::now();
        for _ in 0..TRIES {
            assert!(breaker.lets_through(now));
            breaker.broke_down(now);
        }
        assert!(!breaker.lets_through(now) && breaker.rests(now));
        now += FIRST_REST;
        assert!(!breaker.rests(now), "the rest is over, whether or not anybody calls");
        assert!(breaker.lets_through(now), "one may try");
        assert!(!breaker.lets_through(now), "and only one");
        breaker.broke_down(now);
        now += FIRST_REST;
        assert!(!breaker.lets_through(now), "the second rest is longer");
        now += FIRST_REST;
        assert!(breaker.lets_through(now));
        breaker.worked();
        assert!(breaker.lets_through(now) && !breaker.rests(now));
        breaker.broke_down(now);
        assert!(breaker.lets_through(now), "one breakdown is not three in a row");
    }
}
