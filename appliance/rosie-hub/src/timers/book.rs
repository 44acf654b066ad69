//! All timers as plain data: time is passed in, events and changes to store come out.
//!
//! A timer set in this life of the daemon runs by the monotonic clock, so that setting the wall clock does not touch
//! it; what is stored of it is corrected when the wall clock jumps. A timer loaded from the store runs by the wall
//! clock, for on a machine without a battery clock the time is wrong until the network has told it.

use super::{
    TimerEvent, TimerView,
    entry::{Entry, Now, Phase, by_alarm, by_wall, running},
    view::{Kind, kind, spoken_seconds},
};
use jiff::tz::TimeZone;
use rosie_core::{
    EndpointId, Language, RoomId,
    session::TimerCount,
    store::{LaterStage, Ring, TimerRecord, TimerState},
};
use std::collections::BTreeMap;

/// Longest timer.
pub(crate) const LONGEST_MS: u64 = 24 * 3_600_000;
/// An alarm may be set for so far ahead.
pub(crate) const FARTHEST_ALARM_MS: u64 = 8 * 24 * 3_600_000;
/// And a reminder.
pub(crate) const FARTHEST_REMINDER_MS: u64 = 400 * 24 * 3_600_000;

/// What the store has to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Put(TimerRecord),
    Delete,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimerError {
    TooLong,
    TooMany,
    /// It ended in the meantime.
    Gone,
}

pub(crate) struct NewTimer {
    pub name: Option<String>,
    pub endpoint: EndpointId,
    pub room: RoomId,
    pub language: Language,
    /// From now on; of an alarm what it comes to.
    pub duration_ms: u64,
    /// When an alarm or a reminder is due; a reminder without waits in its room.
    pub alarm_unix_ms: Option<u64>,
    pub ring: Ring,
}

#[derive(Debug)]
pub(crate) struct Book {
    pub(super) entries: BTreeMap<u64, Entry>,
    next_id: u64,
    limit: usize,
    pub(super) ring_every_ms: u64,
    pub(super) ring_for_ms: u64,
    /// Of the house: what comes again comes at its times of day.
    pub(super) zone: TimeZone,
    /// What ended a moment ago, and when: it may still be put off.
    pub(super) ended: Vec<(u64, TimerRecord)>,
    /// Commands that are due and are carried out as soon as that is on the disk.
    pub(super) due: Vec<u64>,
    /// By timer id; the latest change wins.
    pub(super) changes: BTreeMap<u64, Change>,
    pub(super) events: Vec<TimerEvent>,
}

impl Book {
    pub(crate) fn new(limit: usize, ring_every_ms: u64, ring_for_ms: u64) -> Self {
        Self {
            entries: BTreeMap::new(),
            next_id: 1,
            limit,
            ring_every_ms: ring_every_ms.max(1),
            ring_for_ms,
            zone: TimeZone::system(),
            ended: Vec::new(),
            due: Vec::new(),
            changes: BTreeMap::new(),
            events: Vec::new(),
        }
    }

    /// Takes over what was stored, beside what there is already: that is newer.
    pub(crate) fn restore(&mut self, records: Vec<TimerRecord>, now: Now) {
        for record in records {
            if self.entries.contains_key(&record.id) || self.changes.contains_key(&record.id) {
                continue;
            }
            let phase = match record.state {
                _ if record
                    .ring
                    .later
                    .as_ref()
                    .is_some_and(|later| later.stage != LaterStage::Waiting) =>
                {
                    super::entry::telling(now)
                }
                TimerState::Paused { left_ms } => Phase::Paused { left_ms },
                TimerState::Running { rings_at_unix_ms } => Phase::Running {
                    deadline_mono: by_wall(rings_at_unix_ms, record.duration_ms, now),
                    by_wall: true,
                },
                TimerState::Alarm { rings_at_unix_ms } => by_alarm(rings_at_unix_ms, now),
                TimerState::Waiting { .. } => Phase::Waiting,
            };
            self.next_id = self.next_id.max(record.id.saturating_add(1));
            self.entries.insert(record.id, Entry { record, phase });
        }
    }

    /// Ids from here on, where those in the store are not known.
    pub(crate) fn number_from(&mut self, id: u64) {
        self.next_id = self.next_id.max(id);
    }

    /// No timers, and nothing left to store.
    pub(crate) fn is_idle(&self) -> bool {
        self.entries.is_empty() && self.changes.is_empty()
    }

    pub(crate) fn view(&self, id: u64, now: Now) -> Option<TimerView> {
        self.entries.get(&id).map(|entry| entry.view(now))
    }

    /// Soonest first; paused ones last.
    pub(crate) fn views(&self, now: Now) -> Vec<TimerView> {
        let mut views: Vec<_> = self.entries.values().map(|entry| entry.view(now)).collect();
        views.sort_by_key(|view| (view.paused, view.left_ms, view.record.id));
        views
    }

    pub(crate) fn start(&mut self, timer: NewTimer, now: Now) -> Result<TimerView, TimerError> {
        let longest = match (&timer.ring.reminder, timer.alarm_unix_ms) {
            (Some(_), _) => FARTHEST_REMINDER_MS,
            (None, Some(_)) => FARTHEST_ALARM_MS,
            (None, None) => LONGEST_MS,
        };
        if timer.duration_ms > longest {
            return Err(TimerError::TooLong);
        }
        if self.entries.len() >= self.limit {
            return Err(TimerError::TooMany);
        }
        let id = self.next_id;
        self.next_id += 1;
        let record = TimerRecord {
            id,
            name: timer.name,
            endpoint: timer.endpoint,
            room: timer.room,
            language: timer.language,
            duration_ms: timer.duration_ms,
            state: match (timer.alarm_unix_ms, &timer.ring.reminder) {
                (Some(rings_at_unix_ms), _) => TimerState::Alarm { rings_at_unix_ms },
                (None, Some(_)) if timer.ring.later.is_none() => TimerState::Waiting {
                    since_unix_ms: now.unix_ms,
                },
                (None, _) => TimerState::Running {
                    rings_at_unix_ms: now.unix_ms + timer.duration_ms,
                },
            },
            ring: timer.ring,
        };
        let phase = match record.state {
            TimerState::Alarm { rings_at_unix_ms } => by_alarm(rings_at_unix_ms, now),
            TimerState::Waiting { .. } => Phase::Waiting,
            _ => running(timer.duration_ms, now),
        };
        let entry = Entry { record, phase };
        let view = entry.view(now);
        self.changes.insert(id, Change::Put(entry.record.clone()));
        self.entries.insert(id, entry);
        let (name, seconds) = (view.record.name.clone(), view.record.duration_ms / 1000);
        self.counts(&view.record, TimerCount::Begun { name, seconds });
        Ok(view)
    }

    /// Tells of a timer that is no alarm, no reminder and no command.
    pub(super) fn counts(&mut self, record: &TimerRecord, how: TimerCount) {
        if kind(record) == Kind::Timer {
            self.events.push(TimerEvent::Counts {
                id: record.id,
                endpoint: record.endpoint.clone(),
                room: record.room.clone(),
                how,
            });
        }
    }

    fn changed(&mut self, id: u64, now: Now) {
        if let Some(view) = self.view(id, now) {
            let seconds_left = spoken_seconds(view.left_ms);
            let active = !view.paused;
            self.counts(&view.record, TimerCount::Changed { seconds_left, active });
        }
    }

    /// Adds (or takes away, where negative) time. One that rings runs again with what was added. `Ok(None)`: nothing
    /// is left, and it is gone without ringing.
    pub(crate) fn change(&mut self, id: u64, by_ms: i64, now: Now) -> Result<Option<TimerView>, TimerError> {
        let entry = self.entries.get(&id).ok_or(TimerError::Gone)?;
        let view = entry.view(now);
        let left_ms = view.left_ms.saturating_add_signed(by_ms);
        if left_ms > LONGEST_MS {
            return Err(TimerError::TooLong);
        }
        if left_ms == 0 {
            self.remove(id, false);
            return Ok(None);
        }
        self.stop_ringing(id, false);
        self.set(
            id,
            if view.paused {
                Phase::Paused { left_ms }
            } else {
                running(left_ms, now)
            },
            now,
        );
        self.changed(id, now);
        Ok(self.view(id, now))
    }

    /// False where it was paused already.
    pub(crate) fn pause(&mut self, id: u64, now: Now) -> Result<bool, TimerError> {
        let entry = self.entries.get(&id).ok_or(TimerError::Gone)?;
        if !matches!(entry.phase, Phase::Running { .. }) {
            return Ok(false);
        }
        // One millisecond at least, or it would be over without having rung.
        let left_ms = entry.view(now).left_ms.max(1);
        self.set(id, Phase::Paused { left_ms }, now);
        self.changed(id, now);
        Ok(true)
    }

    /// False where it was running already.
    pub(crate) fn resume(&mut self, id: u64, now: Now) -> Result<bool, TimerError> {
        let entry = self.entries.get(&id).ok_or(TimerError::Gone)?;
        let Phase::Paused { left_ms } = entry.phase else {
            return Ok(false);
        };
        self.set(id, running(left_ms, now), now);
        self.changed(id, now);
        Ok(true)
    }

    /// The wall clock was set.
    pub(crate) fn clock_jumped(&mut self, now: Now) {
        for (id, entry) in &mut self.entries {
            if let (TimerState::Alarm { rings_at_unix_ms }, Phase::Running { .. }) = (&entry.record.state, entry.phase)
            {
                entry.phase = by_alarm(*rings_at_unix_ms, now);
                continue;
            }
            let (
                TimerState::Running { rings_at_unix_ms },
                Phase::Running {
                    deadline_mono,
                    by_wall: wall,
                },
            ) = (&mut entry.record.state, &mut entry.phase)
            else {
                continue;
            };
            if *wall {
                *deadline_mono = by_wall(*rings_at_unix_ms, entry.record.duration_ms, now);
            } else {
                *rings_at_unix_ms = now.unix_ms + deadline_mono.saturating_sub(now.mono_ms);
                self.changes.insert(*id, Change::Put(entry.record.clone()));
            }
        }
    }

    pub(crate) fn take_changes(&mut self) -> BTreeMap<u64, Change> {
        std::mem::take(&mut self.changes)
    }

    /// Changes that could not be stored, to be tried again; what changed since then wins.
    pub(crate) fn give_back(&mut self, unsaved: BTreeMap<u64, Change>) {
        for (id, change) in unsaved {
            self.changes.entry(id).or_insert(change);
        }
    }

    pub(crate) fn take_events(&mut self) -> Vec<TimerEvent> {
        std::mem::take(&mut self.events)
    }
}
