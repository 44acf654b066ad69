//! Times of something steady that are known only roughly, evened out.

use std::time::{Duration, Instant};

/// A time that is wrong by more was told by a thread that had to wait, or it is another time altogether.
const BELIEVED: Duration = Duration::from_millis(8);
/// So many of those in a row are another time.
const ANOTHER_AFTER: u32 = 3;

#[derive(Default)]
pub(super) struct Steady {
    at: Option<Instant>,
    told: u32,
    off: u32,
}

impl Steady {
    /// The time of the next of it, `after` the one before by its own clock, when it was `told` so; each is worth one of `of` once there
    /// were so many.
    pub fn next(&mut self, after: Duration, told: Instant, of: u32) -> Instant {
        let Some(expected) = self.at.map(|at| at + after) else {
            return self.begin(told);
        };
        let (late, early) = (
            told.saturating_duration_since(expected),
            expected.saturating_duration_since(told),
        );
        if late.max(early) > BELIEVED {
            self.off += 1;
            if self.off >= ANOTHER_AFTER {
                return self.begin(told);
            }
            self.at = Some(expected);
            return expected;
        }
        (self.off, self.told) = (0, (self.told + 1).min(of));
        let at = expected + late / self.told;
        let at = at.checked_sub(early / self.told).unwrap_or(at);
        self.at = Some(at);
        at
    }

    fn begin(&mut self, told: Instant) -> Instant {
        (self.at, self.told, self.off) = (Some(told), 1, 0);
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn times_even_out_and_another_one_is_taken() {
        let (start, mut steady) = (Instant::now(), Steady::default());
        // A quarter of a millisecond off, this way and that; and one that is far off.
        for number in 0..200u32 {
            let off = if number % 2 == 0 { 1_250 } else { 750 };
            let told = start
                + 20 * MS * number
                + Duration::from_micros(off)
                + if number == 70 { 30 * MS } else { Duration::ZERO };
            let at = steady.next(20 * MS, told, 50);
            let wrong = at.duration_since(start + 20 * MS * number).abs_diff(MS);
            assert!(number < 20 || wrong < Duration::from_micros(20), "{number}: {wrong:?}");
        }
        let later = start + 5_000 * MS;
        let at: Vec<Instant> = (0..3u32)
            .map(|number| steady.next(20 * MS, later + 20 * MS * number, 50))
            .collect();
        assert_eq!(at[2], later + 40 * MS);
        assert_ne!(at[1], later + 20 * MS);
    }
}
