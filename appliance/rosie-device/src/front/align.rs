//! Holds what sounds to what is heard: two cards' clocks run apart, and sound lies in each of them for a while.

use super::{FRAME, RATE, filter::Filter, reference::Reference};
use std::time::Instant;

/// So much earlier than it sounds it is given to the canceller, which looks for the echo from 20 ms on and must never find it before.
const LEAD_S: f64 = 0.024;
/// How fast an error in time is made up for: 1/s. The times are known to some tenths of a millisecond, so not faster.
const EAGERNESS: f64 = 0.5;
/// How fast it learns how much faster one clock runs: critically damped.
const LEARNING: f64 = EAGERNESS * EAGERNESS / 4.0;
/// No two cards' clocks are farther apart.
const MOST_DRIFT: f64 = 500e-6;
/// So much the reference may be hurried or slowed, which does not hurt the canceller.
const MOST_HURRY: f64 = 1_000e-6;
/// A single time may be wrong by more than this: the thread had to wait.
const BELIEVED_S: f64 = 0.002;
/// What is wrong by more, for so many frames, is another delay: it is jumped to.
const JUMP_S: f64 = 0.008;
const JUMP_AFTER: u32 = 10;

/// For so many frames after it began or jumped it is moved at once: mostly nothing has sounded by then, and times even out.
const SETTLING: u32 = 15;
const SETTLED_BY: f64 = 0.5;

/// Gives for each frame that was heard the one that sounded then.
pub(super) struct Aligner {
    filter: Filter,
    speaker_rate: f64,
    /// The next place that is read.
    place: i64,
    piece: u64,
    /// How much faster the loudspeaker's clock is than the microphone's.
    drift: f64,
    /// Frames in a row that were far off.
    off: u32,
    /// Frames for which it still settles.
    settles: u32,
}

impl Aligner {
    /// # Errors
    /// A rate that cannot be converted.
    pub fn new(speaker_rate: u32) -> Result<Self, String> {
        Ok(Self {
            filter: Filter::new(speaker_rate, RATE)?,
            speaker_rate: f64::from(speaker_rate),
            place: 0,
            piece: 0,
            drift: 0.0,
            off: 0,
            settles: 0,
        })
    }

    /// The frame that sounded when the microphone heard one that began at `at`.
    pub fn next(&mut self, reference: &Reference, at: Instant, frame: &mut [f32; FRAME]) {
        if let Some((sounds, piece)) = reference.place_at(at) {
            self.steer(sounds + LEAD_S * self.speaker_rate + self.filter.delay(), piece);
        }
        let wanted = self.filter.wanted();
        reference.read(self.place, wanted);
        self.place += wanted.len() as i64;
        self.filter.make(frame);
    }

    fn steer(&mut self, target: f64, piece: u64) {
        let error = (target - self.place as f64) / self.speaker_rate;
        self.off = if error.abs() > JUMP_S { self.off + 1 } else { 0 };
        if piece != self.piece || self.off >= JUMP_AFTER {
            (self.place, self.piece, self.off) = (target.round() as i64, piece, 0);
            self.settles = SETTLING;
            return;
        }
        if self.settles > 0 {
            self.settles -= 1;
            self.place += (SETTLED_BY * error * self.speaker_rate).round() as i64;
            return;
        }
        let error = error.clamp(-BELIEVED_S, BELIEVED_S);
        self.drift += LEARNING * error * FRAME as f64 / f64::from(RATE);
        self.drift = self.drift.clamp(-MOST_DRIFT, MOST_DRIFT);
        let hurry = (EAGERNESS * error + self.drift).clamp(-MOST_HURRY, MOST_HURRY);
        self.filter.hurry(1.0 + hurry);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::time::Duration;

    /// A ramp sounds on a card whose clock is `drift` faster, told of with times that are wrong by up to half a millisecond. Gives how
    /// wrong each frame was, in milliseconds.
    fn errors(drift: f64, seconds: usize, jump: impl Fn(usize) -> f64) -> Vec<f64> {
        const SPEAKER: f64 = 22_050.0;
        let (reference, start) = (Reference::default(), Instant::now());
        reference.open(SPEAKER as u32);
        let mut aligner = Aligner::new(SPEAKER as u32).unwrap();
        let mut noise = 1u32;
        let mut jitter = move || {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(noise >> 8) / f64::from(1 << 24) * 0.001 - 0.0005
        };
        let (mut written, mut all) = ((0.3 * SPEAKER) as usize, Vec::new());
        for number in 0..seconds * 100 {
            let now = 0.3 + number as f64 * 0.01;
            // What has sounded is a ramp over the last second, so that a sample says its place.
            let sounded = (now - jump(number)) * SPEAKER * (1.0 + drift);
            while (written as f64) < sounded + 0.15 * SPEAKER {
                let samples: Vec<i16> = (written..written + 441).map(|at| (at % 20_000) as i16).collect();
                written += samples.len();
                let queued = (written as f64 - sounded) / SPEAKER + jitter();
                reference.wrote(
                    &samples,
                    Some(Duration::from_secs_f64(queued)),
                    start + Duration::from_secs_f64(now),
                );
            }
            let mut frame = [0.0; FRAME];
            aligner.next(&reference, start + Duration::from_secs_f64(now + jitter()), &mut frame);
            let place = f64::from(frame[0]) * 32_768.0;
            let expected = (sounded + LEAD_S * SPEAKER) % 20_000.0;
            // Not where the ramp falls back, and not before the filter is full.
            if (500.0..19_000.0).contains(&expected) && number > 2 {
                all.push((place - expected) / SPEAKER * 1000.0);
            }
        }
        all
    }

    fn worst(errors: &[f64]) -> f64 {
        errors.iter().fold(0.0, |most, error| f64::max(most, error.abs()))
    }

    #[test]
    fn clocks_that_run_apart_are_held_together() {
        for drift in [0.0, 100e-6, -300e-6] {
            let errors = errors(drift, 40, |_| 0.0);
            assert!(worst(&errors) < 1.5, "{drift}: {}", worst(&errors));
            let settled = worst(&errors[errors.len() / 2..]);
            // What is left is always the same, which is as good as nothing.
            assert!(settled < 0.6, "{drift}: {settled}");
        }
    }

    #[test]
    fn another_delay_is_jumped_to() {
        let errors = errors(50e-6, 20, |number| if number < 1_000 { 0.0 } else { 0.06 });
        let after = errors.len() * 52 / 100;
        assert!(worst(&errors) > 50.0, "the jump is one");
        assert!(worst(&errors[after..]) < 1.5, "{}", worst(&errors[after..]));
    }
}
