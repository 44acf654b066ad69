//! What waits to sound: put in by whoever speaks, taken out by the loudspeaker's thread.

use rosie_core::TurnId;
use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Sound that may wait to be played, in seconds. Speech is made about 15 s ahead, and one sentence more.
const KEPT_S: usize = 180;

#[derive(Default)]
pub(crate) struct Sounding {
    kept: Mutex<Kept>,
    woken: Condvar,
}

#[derive(Default)]
struct Kept {
    samples: VecDeque<i16>,
    /// Samples that may wait; 0: there is no loudspeaker.
    room_for: usize,
    /// All samples of this turn are in.
    end: Option<TurnId>,
    /// What is in the card shall not sound either.
    flush: bool,
    dropped: u64,
    percent: u8,
}

/// What the loudspeaker's thread has to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// So many samples were put into its buffer.
    Play(usize),
    /// There is no more of this turn: tell when what is in the card has sounded.
    Finish(TurnId),
    /// Throw away what is in the card.
    Flush,
    Wait,
}

impl Sounding {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self, change: impl FnOnce(&mut Kept)) {
        change(&mut self.kept());
        self.woken.notify_one();
    }

    /// There is a loudspeaker, of this rate.
    pub fn open(&self, rate: u32) {
        self.wake(|kept| {
            kept.samples.clear();
            kept.room_for = rate as usize * KEPT_S;
        });
    }

    /// There is none any more. Gives the turn that would have been told of.
    pub fn close(&self) -> Option<TurnId> {
        let mut kept = self.kept();
        kept.samples.clear();
        kept.room_for = 0;
        kept.end.take()
    }

    /// More to sound. What there is no room for is lost.
    pub fn play(&self, samples: &[i16]) {
        self.wake(|kept| {
            let fits = samples.len().min(kept.room_for.saturating_sub(kept.samples.len()));
            kept.samples.extend(&samples[..fits]);
            kept.dropped += u64::from(fits < samples.len() && kept.room_for > 0);
        });
    }

    /// All of a turn is in. True: it is not told of later, for there is no loudspeaker.
    pub fn finish(&self, turn: TurnId) -> bool {
        let mut silent = false;
        self.wake(|kept| match kept.room_for {
            0 => silent = true,
            _ => kept.end = Some(turn),
        });
        silent
    }

    /// Nothing of what waits sounds.
    pub fn flush(&self) {
        self.wake(|kept| {
            kept.samples.clear();
            kept.end = None;
            kept.flush = true;
        });
    }

    /// 0 to 100.
    pub fn volume(&self, percent: u8) {
        self.kept().percent = percent.min(100);
    }

    /// Pieces of a reply that were lost because too much waited.
    pub fn dropped(&self) -> u64 {
        self.kept().dropped
    }

    pub fn nudge(&self) {
        self.woken.notify_one();
    }

    /// Whether what is in the card is to be thrown away: asked in between.
    pub fn shall_flush(&self) -> bool {
        self.kept().flush
    }

    /// What to do now; waits for something, at most so long. Allocates nothing.
    pub fn next(&self, buffer: &mut [i16], limit: Duration) -> Task {
        let idle = |kept: &mut Kept| kept.samples.is_empty() && kept.end.is_none() && !kept.flush;
        let (mut kept, _) = self
            .woken
            .wait_timeout_while(self.kept(), limit, idle)
            .unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut kept.flush) {
            return Task::Flush;
        }
        let count = kept.samples.len().min(buffer.len());
        if count == 0 {
            return kept.end.take().map_or(Task::Wait, Task::Finish);
        }
        let gain = gain(kept.percent);
        for (place, sample) in buffer.iter_mut().zip(kept.samples.drain(..count)) {
            *place = ((i32::from(sample) * gain) >> 14) as i16;
        }
        Task::Play(count)
    }
}

/// Loudness goes with the square, as on Rosie's page; 16384 is 1.
pub(crate) fn gain(percent: u8) -> i32 {
    let percent = i32::from(percent);
    percent * percent * 16_384 / 10_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_full_volume() -> Sounding {
        let sounding = Sounding::default();
        sounding.open(100);
        sounding.volume(100);
        sounding
    }

    #[test]
    fn a_turn_sounds_to_its_end_and_is_told_of_then() {
        let sounding = at_full_volume();
        let mut buffer = [0; 4];
        sounding.play(&[1, -2, 3, i16::MIN, 5]);
        assert!(!sounding.finish(TurnId(9)));
        assert_eq!(sounding.next(&mut buffer, Duration::ZERO), Task::Play(4));
        assert_eq!(buffer, [1, -2, 3, i16::MIN]);
        assert_eq!(sounding.next(&mut buffer, Duration::ZERO), Task::Play(1));
        assert_eq!(sounding.next(&mut buffer, Duration::ZERO), Task::Finish(TurnId(9)));
        assert_eq!(sounding.next(&mut buffer, Duration::ZERO), Task::Wait);
    }

    #[test]
    fn what_was_stopped_does_not_sound_and_is_not_told_of() {
        let sounding = at_full_volume();
        let mut buffer = [0; 4];
        sounding.play(&[1; 10]);
        sounding.finish(TurnId(9));
        sounding.flush();
        assert!(sounding.shall_flush());
        // The next turn's sound is none of what was thrown away.
        sounding.play(&[7; 2]);
        assert_eq!(sounding.next(&mut buffer, Duration::ZERO), Task::Flush);
        assert_eq!(sounding.next(&mut buffer, Duration::ZERO), Task::Play(2));
        assert_eq!(buffer[..2], [7, 7]);
        assert_eq!(sounding.next(&mut buffer, Duration::ZERO), Task::Wait);
    }

    #[test]
    fn the_volume_is_a_square_and_nothing_at_nothing() {
        for (percent, sample) in [(100, 10_000), (50, 2_500), (10, 100), (0, 0)] {
            let sounding = at_full_volume();
            sounding.volume(percent);
            sounding.play(&[10_000]);
            let mut buffer = [1];
            assert_eq!(sounding.next(&mut buffer, Duration::ZERO), Task::Play(1));
            assert!((buffer[0] - sample).abs() <= 1, "{percent}: {}", buffer[0]);
        }
    }

    #[test]
    fn without_a_loudspeaker_turns_end_at_once_and_too_much_is_counted() {
        let sounding = Sounding::default();
        sounding.play(&[1]);
        assert!(sounding.finish(TurnId(1)) && sounding.dropped() == 0);
        sounding.open(1);
        sounding.play(&[1; KEPT_S + 1]);
        assert_eq!(sounding.dropped(), 1);
        assert!(!sounding.finish(TurnId(2)));
        assert_eq!(sounding.close(), Some(TurnId(2)));
    }
}
