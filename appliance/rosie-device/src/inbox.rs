//! What reaches the thread that joins microphone and loudspeaker to the session: sound, and what the session tells.

use rosie_core::{TurnId, session::SessionEvent};
use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Sound that may wait; where more comes the oldest goes.
const KEPT_MS: u64 = 1_000;

#[derive(Default)]
pub(crate) struct Inbox {
    kept: Mutex<Kept>,
    woken: Condvar,
}

#[derive(Default)]
struct Kept {
    /// One channel.
    heard: VecDeque<i16>,
    /// When the last of it was heard.
    ended_at: Option<Instant>,
    rate: u32,
    room_for: usize,
    dropped: u64,
    events: Vec<(u64, SessionEvent)>,
    finished: Vec<TurnId>,
    ended: Option<u64>,
    nudged: bool,
}

/// All that came since the last time.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Mail {
    pub heard: Vec<i16>,
    /// When the last of it was heard, where anything was.
    pub heard_at: Option<Instant>,
    pub rate: u32,
    /// With the session that they are of.
    pub events: Vec<(u64, SessionEvent)>,
    /// Turns whose last sample has sounded.
    pub finished: Vec<TurnId>,
    /// This session is over.
    pub ended: Option<u64>,
}

impl Inbox {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self, change: impl FnOnce(&mut Kept)) {
        let mut kept = self.kept();
        change(&mut kept);
        kept.nudged = true;
        drop(kept);
        self.woken.notify_one();
    }

    /// The microphone is open, and gives so many samples a second. What was heard before is of no use any more.
    pub fn listens_at(&self, rate: u32) {
        let mut kept = self.kept();
        kept.heard.clear();
        kept.rate = rate;
        kept.room_for = (u64::from(rate) * KEPT_MS / 1000) as usize;
        let room = kept.room_for;
        kept.heard.reserve(room);
    }

    /// Takes what the microphone gave, the last of it heard at `ended`. Allocates nothing.
    pub fn hear(&self, samples: &[i16], ended: Instant) {
        self.wake(|kept| {
            kept.ended_at = Some(ended);
            let fits = &samples[samples.len().saturating_sub(kept.room_for)..];
            let over = (kept.heard.len() + fits.len()).saturating_sub(kept.room_for);
            kept.heard.drain(..over);
            kept.heard.extend(fits);
            kept.dropped += u64::from(over > 0 || fits.len() < samples.len());
        });
    }

    pub fn tell(&self, session: u64, event: SessionEvent) {
        self.wake(|kept| kept.events.push((session, event)));
    }

    pub fn ended(&self, session: u64) {
        self.wake(|kept| kept.ended = kept.ended.max(Some(session)));
    }

    pub fn sounded(&self, turn: TurnId) {
        self.wake(|kept| kept.finished.push(turn));
    }

    pub fn nudge(&self) {
        self.wake(|_| {});
    }

    /// Pieces of the microphone's sound that were lost because nobody took them.
    pub fn dropped(&self) -> u64 {
        self.kept().dropped
    }

    /// Waits for something, at most so long.
    pub fn wait(&self, limit: Duration) -> Mail {
        let kept = self.kept();
        let (mut kept, _) = self
            .woken
            .wait_timeout_while(kept, limit, |kept| !kept.nudged)
            .unwrap_or_else(PoisonError::into_inner);
        kept.nudged = false;
        Mail {
            heard: kept.heard.drain(..).collect(),
            heard_at: kept.ended_at.take(),
            rate: kept.rate,
            events: std::mem::take(&mut kept.events),
            finished: std::mem::take(&mut kept.finished),
            ended: kept.ended.take(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_nobody_takes_the_sound_the_oldest_goes_and_is_counted() {
        let inbox = Inbox::default();
        inbox.listens_at(1_000);
        let now = Instant::now();
        inbox.hear(&[1; 600], now);
        assert_eq!(inbox.dropped(), 0);
        inbox.hear(&[2; 600], now);
        assert_eq!(inbox.dropped(), 1);
        let mail = inbox.wait(Duration::ZERO);
        let [ones, twos] = [1, 2].map(|value| mail.heard.iter().filter(|sample| **sample == value).count());
        assert_eq!((ones, twos, mail.heard.len()), (400, 600, 1_000));
        inbox.hear(&[3; 1_500], now);
        assert_eq!((inbox.wait(Duration::ZERO).heard.len(), inbox.dropped()), (1_000, 2));
        // Before a microphone is open there is room for nothing.
        let inbox = Inbox::default();
        inbox.hear(&[1; 10], now);
        assert!(inbox.wait(Duration::ZERO).heard.is_empty());
    }

    #[test]
    fn everything_that_came_is_given_once() {
        let inbox = Inbox::default();
        inbox.tell(7, SessionEvent::Volume { percent: 3 });
        inbox.sounded(TurnId(2));
        inbox.ended(7);
        let mail = inbox.wait(Duration::from_secs(60));
        assert_eq!(mail.events, [(7, SessionEvent::Volume { percent: 3 })]);
        assert_eq!((mail.finished, mail.ended), (vec![TurnId(2)], Some(7)));
        assert_eq!(inbox.wait(Duration::ZERO), Mail::default());
    }
}
