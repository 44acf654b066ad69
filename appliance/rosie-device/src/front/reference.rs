//! What sounds, and when: written by the loudspeaker's thread, read by whoever takes it out of what the microphone hears.

use super::steady::Steady;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// What sounds lies in the card for 200 ms, and what was heard may wait for a second.
const KEPT_S: usize = 2;
/// Of the times that a card tells the last so many count.
const TIMES: u32 = 50;
/// What a card may be given before it begins, in milliseconds.
const WAITING_MS: usize = 500;

/// The loudspeaker's signal on a line of places, one a sample at the card's rate. What nothing sounded at is silence there, too.
#[derive(Default)]
pub struct Reference(Mutex<Sounded>);

#[derive(Default)]
struct Sounded {
    /// 0: there is no loudspeaker.
    rate: u32,
    /// The last [`KEPT_S`] before `end`; a place is its remainder.
    ring: Vec<i16>,
    end: i64,
    /// A place, and when it sounds.
    known: Option<(i64, Instant)>,
    times: Steady,
    /// Counts the times that the card began to sound; the present one while it does.
    pieces: u64,
    sounds: bool,
    /// Given to the card before it began.
    waiting: Vec<i16>,
}

impl Reference {
    fn sounded(&self) -> MutexGuard<'_, Sounded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// There is a loudspeaker of this rate.
    pub fn open(&self, rate: u32) {
        let mut sounded = self.sounded();
        let (end, pieces) = (sounded.end, sounded.pieces);
        *sounded = Sounded {
            rate,
            ring: vec![0; rate as usize * KEPT_S],
            end,
            pieces,
            waiting: Vec::with_capacity(rate as usize * WAITING_MS / 1000),
            ..Sounded::default()
        };
    }

    /// Of the loudspeaker; 0: there is none.
    pub fn rate(&self) -> u32 {
        self.sounded().rate
    }

    /// The card was given `samples` (of one channel). `queued`: how long until the last of them has sounded; `None`: the card has not
    /// begun. Allocates nothing.
    pub fn wrote(&self, samples: &[i16], queued: Option<Duration>, now: Instant) {
        let mut sounded = self.sounded();
        match queued {
            _ if sounded.rate == 0 => {}
            None if sounded.waiting.len() + samples.len() <= sounded.waiting.capacity() => {
                sounded.waiting.extend_from_slice(samples);
            }
            // One that is given more than it needs to begin, and does not say that it did.
            None => sounded.take(samples, now),
            Some(queued) => sounded.take(samples, now + queued),
        }
    }

    /// What has not sounded by now does not sound.
    pub fn cut(&self, now: Instant) {
        let mut sounded = self.sounded();
        sounded.waiting.clear();
        if let Some(place) = sounded.place_at(now) {
            sounded.end = sounded.end.min(place.ceil() as i64);
        }
        sounded.sounds = false;
    }

    /// The place that sounds at `at`, and the number of the piece; `None` while nothing sounds.
    pub(super) fn place_at(&self, at: Instant) -> Option<(f64, u64)> {
        let sounded = self.sounded();
        let place = sounded.place_at(at).filter(|_| sounded.sounds)?;
        Some((place, sounded.pieces))
    }

    /// What sounds from `place` on. Allocates nothing.
    pub(super) fn read(&self, place: i64, into: &mut [f32]) {
        let sounded = self.sounded();
        let kept = sounded.end - sounded.ring.len() as i64..sounded.end;
        for (place, sample) in (place..).zip(into) {
            *sample = match kept.contains(&place) {
                true => f32::from(sounded.ring[sounded.slot(place)]) / 32_768.0,
                false => 0.0,
            };
        }
    }
}

impl Sounded {
    fn slot(&self, place: i64) -> usize {
        place.rem_euclid(self.ring.len() as i64) as usize
    }

    fn place_at(&self, at: Instant) -> Option<f64> {
        let (place, known) = self.known?;
        let after =
            at.saturating_duration_since(known).as_secs_f64() - known.saturating_duration_since(at).as_secs_f64();
        Some(place as f64 + after * f64::from(self.rate))
    }

    /// More that sounds without a gap until `ends`.
    fn take(&mut self, samples: &[i16], ends: Instant) {
        if !self.sounds {
            (self.sounds, self.pieces) = (true, self.pieces + 1);
            self.times = Steady::default();
            let count = self.waiting.len() + samples.len();
            let begins = self
                .place_at(ends)
                .map_or(self.end, |place| place.round() as i64 - count as i64);
            self.quiet_until(begins);
            let waiting = std::mem::take(&mut self.waiting);
            self.push(&waiting);
            self.waiting = waiting;
            self.waiting.clear();
        }
        self.push(samples);
        let more = Duration::from_secs_f64(samples.len() as f64 / f64::from(self.rate));
        self.known = Some((self.end, self.times.next(more, ends, TIMES)));
    }

    fn quiet_until(&mut self, place: i64) {
        let from = self.end.max(place - self.ring.len() as i64);
        for place in from..place {
            let slot = self.slot(place);
            self.ring[slot] = 0;
        }
        self.end = self.end.max(place);
    }

    fn push(&mut self, samples: &[i16]) {
        for sample in samples {
            let slot = self.slot(self.end);
            self.ring[slot] = *sample;
            self.end += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn read(reference: &Reference, at: Instant, count: usize) -> Vec<i16> {
        let place = reference.sounded().place_at(at).unwrap().round() as i64;
        let mut into = vec![0.0; count];
        reference.read(place, &mut into);
        into.iter().map(|sample| (sample * 32_768.0) as i16).collect()
    }

    #[test]
    fn what_sounds_is_found_by_its_time() {
        let (reference, start) = (Reference::default(), Instant::now());
        reference.open(1_000);
        // The card begins with the second piece, 5 ms after the first was given.
        reference.wrote(&[1; 20], None, start);
        assert_eq!(reference.place_at(start), None);
        reference.wrote(&[2; 20], Some(40 * MS), start + 5 * MS);
        reference.wrote(&[3; 20], Some(40 * MS), start + 25 * MS);
        assert_eq!(read(&reference, start + 23 * MS, 4), [1, 1, 2, 2]);
        assert_eq!(read(&reference, start + 63 * MS, 4), [3, 3, 0, 0]);
        // Before it began there was nothing.
        assert_eq!(read(&reference, start + 3 * MS, 4), [0, 0, 1, 1]);
        assert_eq!(reference.place_at(start).unwrap().1, 1);
    }

    #[test]
    fn what_was_thrown_away_did_not_sound_and_the_next_piece_has_its_own_time() {
        let (reference, start) = (Reference::default(), Instant::now());
        reference.open(1_000);
        reference.wrote(&[1; 100], Some(100 * MS), start);
        reference.cut(start + 30 * MS);
        assert_eq!(reference.place_at(start + 30 * MS), None);
        assert_eq!(read(&reference, start + 28 * MS, 4), [1, 1, 0, 0]);
        reference.wrote(&[2; 10], Some(10 * MS), start + 80 * MS);
        assert_eq!(read(&reference, start + 78 * MS, 4), [0, 0, 2, 2]);
        assert_eq!(read(&reference, start + 28 * MS, 4), [1, 1, 0, 0]);
        assert_eq!(reference.place_at(start).unwrap().1, 2);
        // After an hour nothing of it is heard again.
        reference.cut(start + 90 * MS);
        let later = start + 3_600_000 * MS;
        reference.wrote(&[3; 10], Some(10 * MS), later);
        assert_eq!(read(&reference, later - 2 * MS, 4), [0, 0, 3, 3]);
        assert!(
            read(&reference, later - 1_900 * MS, 1_900)
                .iter()
                .all(|sample| *sample == 0)
        );
    }

    #[test]
    fn a_card_that_never_says_it_began_and_none_at_all_do_no_harm() {
        let (reference, start) = (Reference::default(), Instant::now());
        reference.wrote(&[1; 10], Some(MS), start);
        assert_eq!((reference.rate(), reference.place_at(start)), (0, None));
        reference.open(1_000);
        for _ in 0..WAITING_MS / 10 + 1 {
            reference.wrote(&[1; 10], None, start);
        }
        assert_eq!(read(&reference, start - 2 * MS, 4), [1, 1, 0, 0]);
    }
}
