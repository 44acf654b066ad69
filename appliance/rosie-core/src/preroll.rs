//! The audio a session keeps: a ring of the last seconds, addressed by absolute sample position.
//!
//! An utterance is a slice of it, so what was said before the wake word fired or before the first speech frame was
//! sure is never lost, and nothing is copied until it is transcribed.

use crate::SampleRate;
use std::collections::VecDeque;

/// The last `capacity` samples of one mono stream.
#[derive(Debug, Clone)]
pub struct PreRoll {
    samples: VecDeque<i16>,
    capacity: usize,
    /// Absolute position one past the newest sample.
    end: u64,
}

impl PreRoll {
    /// Keeps the last `keep_ms` milliseconds of audio at `rate`.
    pub fn new(rate: SampleRate, keep_ms: u64) -> Self {
        let capacity = rate.samples(keep_ms).max(1);
        Self {
            samples: VecDeque::with_capacity(capacity),
            capacity,
            end: 0,
        }
    }

    pub fn push(&mut self, samples: &[i16]) {
        self.end += samples.len() as u64;
        let new = &samples[samples.len().saturating_sub(self.capacity)..];
        let overflow = (self.samples.len() + new.len()).saturating_sub(self.capacity);
        self.samples.drain(..overflow);
        self.samples.extend(new);
    }

    /// Samples pushed since the start; the position of the next one.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// The samples from position `from` to `to`, as far as they are still kept.
    pub fn slice(&self, from: u64, to: u64) -> Vec<i16> {
        let oldest = self.end - self.samples.len() as u64;
        let from = (from.clamp(oldest, self.end) - oldest) as usize;
        let to = (to.clamp(oldest, self.end) - oldest) as usize;
        if from >= to {
            Vec::new()
        } else {
            self.samples.range(from..to).copied().collect()
        }
    }

    /// Throws all audio away (the microphone was muted); positions go on counting.
    pub fn clear(&mut self) {
        self.samples.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slices_are_cut_to_what_is_kept() {
        let mut ring = PreRoll::new(SampleRate(1000), 4);
        ring.push(&[1, 2, 3]);
        ring.push(&[4, 5, 6]);
        assert_eq!(ring.end(), 6);
        assert_eq!(ring.slice(0, 99), [3, 4, 5, 6]);
        assert_eq!(ring.slice(4, 5), [5]);
        assert!(ring.slice(5, 4).is_empty());
        ring.clear();
        assert!(ring.slice(0, 99).is_empty());
        ring.push(&[7]);
        assert_eq!((ring.end(), ring.slice(6, 7)), (7, vec![7]));
    }

    proptest! {
        #[test]
        fn a_ring_is_the_tail_of_everything(
            chunks in prop::collection::vec(prop::collection::vec(any::<i16>(), 0..50), 0..20), from in 0u64..600, to in 0u64..600,
        ) {
            let mut ring = PreRoll::new(SampleRate(1000), 100);
            let mut all = vec![];
            for chunk in &chunks { ring.push(chunk); all.extend_from_slice(chunk); }
            let oldest = all.len().saturating_sub(100);
            let clamp = |p: u64| (p as usize).clamp(oldest, all.len());
            let want = if clamp(from) < clamp(to) { &all[clamp(from)..clamp(to)] } else { &[][..] };
            prop_assert_eq!(ring.slice(from, to), want);
        }
    }
}
