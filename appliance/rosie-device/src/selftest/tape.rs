//! What is recorded, and when what was played and what was heard began.

use super::Recording;
use crate::pcm::Opened;
use std::time::{Duration, Instant};

/// Times that cards tell are evened out over so many.
const TIMES: u32 = 50;

/// When something began, told again and again.
#[derive(Default)]
pub(super) struct Mean {
    first: Option<Instant>,
    /// Seconds beside the first, together.
    sum: f64,
    count: u32,
}

impl Mean {
    /// At `now` so many frames of it were over.
    pub fn add(&mut self, now: Instant, frames: f64, rate: u32) {
        if self.count >= TIMES {
            return;
        }
        let over = frames / f64::from(rate);
        let first = *self.first.get_or_insert(now);
        self.sum += now.duration_since(first).as_secs_f64() - over;
        self.count += 1;
    }

    pub fn mean(&self) -> Option<Instant> {
        let beside = self.sum / f64::from(self.count.max(1));
        let way = Duration::from_secs_f64(beside.abs());
        let first = self.first?;
        if beside < 0.0 {
            first.checked_sub(way)
        } else {
            first.checked_add(way)
        }
    }
}

/// What is recorded.
pub(super) struct Tape {
    rate: u32,
    channels: usize,
    samples: Vec<i16>,
    began: Mean,
    /// The first and the last time that it heard something, with the frames until then.
    times: Option<[(Instant, usize); 2]>,
}

impl Tape {
    pub fn new(opened: &Opened) -> Self {
        Self {
            rate: opened.rate,
            channels: opened.channels,
            samples: Vec::new(),
            began: Mean::default(),
            times: None,
        }
    }

    pub fn hear(&mut self, samples: &[i16], ended: Instant) {
        self.samples.extend_from_slice(samples);
        let frames = self.samples.len() / self.channels;
        self.began.add(ended, frames as f64, self.rate);
        let first = self.times.map_or((ended, frames), |[first, _]| first);
        self.times = Some([first, (ended, frames)]);
    }

    pub fn seconds(&self) -> f64 {
        (self.samples.len() / self.channels) as f64 / f64::from(self.rate)
    }

    pub fn recording(&mut self, sounds: Option<Instant>, gaps: u64) -> Recording {
        let timed = self.times.and_then(|[(first, before), (last, until)]| {
            let seconds = last.duration_since(first).as_secs_f64();
            (seconds > 0.0).then(|| (until - before) as f64 / seconds)
        });
        let begins = self.began.mean().zip(sounds).map(|(began, sounds)| {
            sounds.saturating_duration_since(began).as_secs_f64()
                - began.saturating_duration_since(sounds).as_secs_f64()
        });
        Recording {
            rate: self.rate,
            channels: self.channels,
            samples: std::mem::take(&mut self.samples),
            timed_rate: timed,
            begins_s: begins,
            gaps,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_recording_knows_its_rate_and_when_the_other_card_began() {
        let start = Instant::now();
        let mut sounds = Mean::default();
        for nth in 1..=10u32 {
            sounds.add(start + 10 * MS * nth, f64::from(nth) * 10.0 - 300.0, 1_000);
        }
        // An honest card, and one that gives twice of what it says.
        for frames in [10, 20] {
            let mut tape = Tape {
                rate: 1_000,
                channels: 2,
                samples: Vec::new(),
                began: Mean::default(),
                times: None,
            };
            // Times are off by a millisecond, this way and that.
            for nth in 1..=100u32 {
                let off = if nth % 2 == 0 { MS } else { Duration::ZERO };
                tape.hear(&vec![0; 2 * frames], start + 10 * MS * nth + off);
            }
            let recording = tape.recording(sounds.mean(), 0);
            assert_eq!((recording.channels, recording.samples.len()), (2, 200 * frames));
            let wrong = recording.timed_rate.unwrap() / (100.0 * frames as f64) - 1.0;
            assert!(wrong.abs() < 0.002, "{frames}: {wrong}");
            let begins = recording.begins_s.unwrap();
            assert!(frames > 10 || (begins - 0.2995).abs() < 0.000_1, "{begins}");
        }
        assert_eq!(Mean::default().mean(), None);
    }
}
