//! What rings: from being due to being stopped, told or put off, and on to the next time of what comes again.

use super::{
    RingingTimer, TimerError, TimerEvent, TimerView,
    book::{Book, Change, NewTimer},
    entry::{Entry, Now, Phase, by_alarm, lateness, telling},
    event::WORTH_MENTIONING_MS,
    repeat,
};
use jiff::tz::TimeZone;
use rosie_core::{
    session::TimerCount,
    store::{Ring, TimerRecord, TimerState},
};

/// An alarm that is due so late wakes nobody any more: that it could not ring is told.
pub(crate) const MISSED_MS: u64 = 2 * 3_600_000;
/// What ended may be put off for so long.
const JUST_NOW_MS: u64 = 5 * 60_000;
/// Nothing that comes again is farther ahead: where it seems so the clock is wrong.
const FARTHEST_REPEAT_MS: u64 = 9 * 24 * 3_600_000;

impl Book {
    /// The house's time zone. Where it is another one, what comes again moves to its times of day there.
    pub(crate) fn set_zone(&mut self, zone: TimeZone, now: Now) {
        self.zone = zone;
        for (id, entry) in &mut self.entries {
            let (TimerState::Alarm { rings_at_unix_ms }, Some(again), Phase::Running { .. }) =
                (&mut entry.record.state, &entry.record.ring.repeat, entry.phase)
            else {
                continue;
            };
            let left_ms = rings_at_unix_ms.saturating_sub(now.unix_ms);
            if entry.record.ring.snoozed || left_ms == 0 || left_ms > FARTHEST_REPEAT_MS {
                continue;
            }
            if let Some(at) = repeat::next(again, now.unix_ms, &self.zone).filter(|at| at != rings_at_unix_ms) {
                *rings_at_unix_ms = at;
                entry.phase = by_alarm(at, now);
                self.changes.insert(*id, Change::Put(entry.record.clone()));
            }
        }
    }

    /// Stops what rings there. Returns how many rang.
    pub(crate) fn silence(&mut self, fits: impl Fn(&TimerRecord) -> bool, now: Now) -> usize {
        let ids = self.ringing(|record| record.ring.everywhere || fits(record));
        ids.iter().for_each(|&id| self.finish(id, false, now));
        ids.len()
    }

    fn ringing(&self, fits: impl Fn(&TimerRecord) -> bool) -> Vec<u64> {
        let rings = |entry: &&Entry| entry.phase.rings() && fits(&entry.record);
        let all = self.entries.values().filter(rings);
        all.map(|entry| entry.record.id).collect()
    }

    /// What rings there, or else ended there just now, rings again after so long. `None`: nothing did.
    pub(crate) fn snooze(&mut self, fits: impl Fn(&TimerRecord) -> bool, ms: u64, now: Now) -> Option<TimerView> {
        let fits = |record: &TimerRecord| record.ring.everywhere || fits(record);
        let ringing = self.ringing(fits);
        if let Some(&id) = ringing.first() {
            return self.change(id, ms as i64, now).ok().flatten();
        }
        self.ended.retain(|(since, _)| now.mono_ms - since < JUST_NOW_MS);
        let at = self.ended.iter().rposition(|(_, record)| fits(record))?;
        let (_, record) = self.ended.remove(at);
        if record.ring.later.is_some() {
            return None;
        }
        let is_timer = record.ring.reminder.is_none() && matches!(record.state, TimerState::Running { .. });
        let again = NewTimer {
            name: record.name,
            endpoint: record.endpoint,
            room: record.room,
            language: record.language,
            duration_ms: ms,
            alarm_unix_ms: (!is_timer).then_some(now.unix_ms + ms),
            ring: Ring {
                repeat: None,
                snoozed: true,
                ..record.ring
            },
        };
        self.start(again, now).ok()
    }

    /// What waits in a room is said there now: somebody spoke in a turn that began then.
    pub(crate) fn spoken_in(&mut self, fits: impl Fn(&TimerRecord) -> bool, turn_began_unix_ms: u64, now: Now) {
        for entry in self.entries.values_mut() {
            let TimerState::Waiting { since_unix_ms } = entry.record.state else {
                continue;
            };
            // A clock that was ahead when it was asked must not keep it for ever.
            let later = turn_began_unix_ms > since_unix_ms || since_unix_ms > now.unix_ms;
            if entry.phase == Phase::Waiting && later && fits(&entry.record) {
                entry.phase = telling(now);
            }
        }
    }

    /// Somebody was there when it was told.
    pub(crate) fn told(&mut self, id: u64, now: Now) {
        if let Some(entry) = self.entries.get(&id)
            && matches!(entry.phase, Phase::Telling { .. })
        {
            self.finish(id, false, now);
        }
    }

    /// Rings what is due, repeats, gives up. Call at (or after) [`Book::next_wake`].
    pub(crate) fn advance(&mut self, now: Now) {
        let ids: Vec<u64> = self.entries.keys().copied().collect();
        for id in ids {
            let Some(entry) = self.entries.get_mut(&id) else {
                continue;
            };
            match entry.phase {
                Phase::Running { deadline_mono, by_wall } if deadline_mono <= now.mono_ms => {
                    let late_ms = if by_wall {
                        lateness(&entry.record, now)
                    } else {
                        now.mono_ms - deadline_mono
                    };
                    if entry.record.ring.later.is_some() {
                        self.begin(id, late_ms, now);
                        continue;
                    }
                    let missed = matches!(entry.record.state, TimerState::Alarm { .. }) && late_ms >= MISSED_MS;
                    if missed || entry.record.ring.reminder.is_some() {
                        self.tell(id, 1, late_ms, now);
                    } else {
                        self.sound(id, now.mono_ms, 1, late_ms, now);
                    }
                }
                Phase::Telling {
                    next_mono,
                    times,
                    late_ms,
                } if next_mono <= now.mono_ms => self.tell(id, times.saturating_add(1), late_ms, now),
                Phase::Ringing { since_mono, .. } if now.mono_ms - since_mono >= self.ring_for_ms => {
                    self.finish(id, true, now);
                }
                Phase::Ringing {
                    since_mono,
                    next_mono,
                    times,
                    late_ms,
                } if next_mono <= now.mono_ms => {
                    self.sound(id, since_mono, times.saturating_add(1), late_ms, now);
                }
                _ => {}
            }
        }
    }

    /// Rings once, and again until it is stopped or gives up.
    fn sound(&mut self, id: u64, since_mono: u64, times: u32, late_ms: u64, now: Now) {
        let next_mono = now.mono_ms + self.ring_every_ms;
        let phase = Phase::Ringing {
            since_mono,
            next_mono,
            times,
            late_ms,
        };
        // What says how long ago it ended says a new number each time; what rang in time has only ended.
        let by_now = match late_ms >= WORTH_MENTIONING_MS {
            true => late_ms.saturating_add(now.mono_ms.saturating_sub(since_mono)),
            false => late_ms,
        };
        self.heard(id, phase, (by_now, times, false), now);
    }

    /// Is said once, as soon as anybody is there: tried again until then.
    pub(super) fn tell(&mut self, id: u64, times: u32, late_ms: u64, now: Now) {
        let next_mono = now.mono_ms + self.ring_every_ms;
        let phase = Phase::Telling {
            next_mono,
            times,
            late_ms,
        };
        self.heard(id, phase, (late_ms, times, true), now);
    }

    fn heard(&mut self, id: u64, phase: Phase, (late_ms, times, once): (u64, u32, bool), now: Now) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        entry.phase = phase;
        let mut ringing = RingingTimer::of(&entry.record, late_ms, times);
        ringing.once = once;
        ringing.due = super::time_of_day(&entry.record, now.unix_ms, &self.zone);
        self.events.push(TimerEvent::Ringing(ringing));
    }

    /// On the monotonic clock; `None`: nothing to wait for.
    pub(crate) fn next_wake(&self) -> Option<u64> {
        let wake = |entry: &Entry| match entry.phase {
            Phase::Running { deadline_mono, .. } => Some(deadline_mono),
            Phase::Ringing {
                since_mono, next_mono, ..
            } => Some(next_mono.min(since_mono + self.ring_for_ms)),
            Phase::Telling { next_mono, .. } => Some(next_mono),
            Phase::Paused { .. } | Phase::Waiting | Phase::Doing { .. } => None,
        };
        self.entries.values().filter_map(wake).min()
    }

    /// It is over for this time: gone, or on to its next.
    pub(super) fn finish(&mut self, id: u64, gave_up: bool, now: Now) {
        if let Some(entry) = self.entries.get(&id).filter(|entry| entry.record.ring.later.is_none()) {
            self.ended.retain(|(since, _)| now.mono_ms - since < JUST_NOW_MS);
            self.ended.push((now.mono_ms, entry.record.clone()));
        }
        if self.skip(id, gave_up, now).is_none() {
            self.remove(id, gave_up);
        }
    }

    /// What comes again goes on to the time after this one. `None`: it does not come again.
    pub(crate) fn skip(&mut self, id: u64, gave_up: bool, now: Now) -> Option<TimerView> {
        let record = &self.entries.get(&id)?.record;
        let due = match record.state {
            // Put off: its own time is behind it.
            TimerState::Alarm { rings_at_unix_ms } if !record.ring.snoozed => rings_at_unix_ms,
            _ => 0,
        };
        let at = repeat::next(record.ring.repeat.as_ref()?, due.max(now.unix_ms), &self.zone)?;
        self.stop_ringing(id, gave_up);
        let entry = self.entries.get_mut(&id)?;
        entry.record.state = TimerState::Alarm { rings_at_unix_ms: at };
        entry.record.ring.snoozed = false;
        entry.phase = by_alarm(at, now);
        self.changes.insert(id, Change::Put(entry.record.clone()));
        Some(entry.view(now))
    }

    pub(super) fn set(&mut self, id: u64, phase: Phase, now: Now) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        entry.phase = phase;
        let is_alarm = matches!(entry.record.state, TimerState::Alarm { .. });
        entry.record.state = match phase {
            // "Five more minutes" to an alarm that rings: it is still an alarm.
            Phase::Running { deadline_mono, .. } if is_alarm => {
                let rings_at_unix_ms = now.unix_ms + deadline_mono.saturating_sub(now.mono_ms);
                entry.phase = by_alarm(rings_at_unix_ms, now);
                entry.record.ring.snoozed = true;
                TimerState::Alarm { rings_at_unix_ms }
            }
            Phase::Paused { left_ms } => TimerState::Paused { left_ms },
            Phase::Running { deadline_mono, .. } => TimerState::Running {
                rings_at_unix_ms: now.unix_ms + deadline_mono.saturating_sub(now.mono_ms),
            },
            Phase::Ringing { .. } | Phase::Telling { .. } | Phase::Waiting | Phase::Doing { .. } => {
                entry.record.state.clone()
            }
        };
        self.changes.insert(id, Change::Put(entry.record.clone()));
    }

    pub(super) fn remove(&mut self, id: u64, gave_up: bool) {
        self.stop_ringing(id, gave_up);
        if let Some(entry) = self.entries.remove(&id) {
            self.changes.insert(id, Change::Delete);
            if !entry.phase.rings() {
                self.counts(&entry.record, TimerCount::Cancelled);
            }
        }
    }

    pub(super) fn stop_ringing(&mut self, id: u64, gave_up: bool) {
        if let Some(Entry { record, phase }) = self.entries.get(&id)
            && phase.rings()
        {
            let (endpoint, room) = (record.endpoint.clone(), record.room.clone());
            self.events.push(TimerEvent::Stopped {
                id,
                endpoint,
                room,
                everywhere: record.ring.everywhere,
                gave_up,
            });
        }
    }
}

impl Book {
    /// One by its id, when it still is there.
    pub(crate) fn cancel(&mut self, id: u64, now: Now) -> Result<TimerView, TimerError> {
        let view = self.view(id, now).ok_or(TimerError::Gone)?;
        self.remove(id, false);
        Ok(view)
    }
}
