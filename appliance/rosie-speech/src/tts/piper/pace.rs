//! How many frames to make next: few for the first sound, then as many as surely are ready before it ends.

use std::time::Duration;

/// 0.19 s of sound at 22,050 Hz: enough to play while the next piece is made.
const FIRST: usize = 16;
const SMALLEST: usize = 16;
/// One piece keeps others and a cancellation waiting for its time of making.
const LARGEST: usize = 96;
const LARGEST_WHEN_OTHERS_WAIT: usize = 40;
/// A rest shorter than this is made together with what precedes it.
const CRUMB: usize = 12;
/// Frames that are made a second time with every piece.
const OVERLAP: usize = 20;
/// A piece may take this part of the time that the listener has audio for; the rest is for a machine that gets busy.
const SAFE: f64 = 0.4;

/// What making a frame costs here and now.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    seconds_a_frame: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { seconds_a_frame: 0.001 }
    }
}

impl Pace {
    /// Frames of the next piece, of `left`, when the listener has `ahead` of audio (`None`: the first piece).
    pub fn next(&self, left: usize, ahead: Option<Duration>, others_wait: bool) -> usize {
        let largest = if others_wait { LARGEST_WHEN_OTHERS_WAIT } else { LARGEST };
        let wanted = match ahead {
            None => FIRST,
            Some(ahead) => {
                let affordable = ahead.as_secs_f64() * SAFE / self.seconds_a_frame;
                (affordable as usize).saturating_sub(OVERLAP).clamp(SMALLEST, largest)
            }
        };
        if left < wanted + CRUMB { left } else { wanted }
    }

    /// Learns from a piece of `frames` that took `time`; recent pieces count most.
    pub fn learn(&mut self, frames: usize, time: Duration) {
        let cost = time.as_secs_f64() / (frames + OVERLAP) as f64;
        self.seconds_a_frame = (0.6 * self.seconds_a_frame + 0.4 * cost).clamp(1e-5, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_grow_with_what_is_ahead_and_shrink_on_a_slow_machine() {
        let ms = |n| Some(Duration::from_millis(n));
        let mut pace = Pace::default();
        assert_eq!(pace.next(300, None, false), FIRST);
        assert_eq!(pace.next(300, ms(10), false), SMALLEST);
        assert_eq!(pace.next(300, ms(3_000), false), LARGEST);
        assert_eq!(pace.next(300, ms(3_000), true), LARGEST_WHEN_OTHERS_WAIT);
        let before = pace.next(300, ms(180), false);
        (0..8).for_each(|_| pace.learn(16, Duration::from_millis(200)));
        assert!(pace.next(300, ms(180), false) < before);
    }

    #[test]
    fn no_crumbs_are_left() {
        for left in 1..400 {
            let next = Pace::default().next(left, Some(Duration::from_millis(150)), false);
            assert!(next == left || left - next >= CRUMB, "{left}: {next}");
        }
    }
}
