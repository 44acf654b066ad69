//! One timer: what is stored of it, and what it does at the moment.

use super::{TimerView, book::LONGEST_MS};
use rosie_core::store::{TimerRecord, TimerState};

/// A stored timer with this much more left than it was set for means a wall clock that is far behind.
const CLOCK_IS_BEHIND_MS: u64 = LONGEST_MS;

/// One moment on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Now {
    pub mono_ms: u64,
    pub unix_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// `by_wall`: loaded from the store.
    Running {
        deadline_mono: u64,
        by_wall: bool,
    },
    Paused {
        left_ms: u64,
    },
    Ringing {
        since_mono: u64,
        next_mono: u64,
        times: u32,
        late_ms: u64,
    },
    /// Said every now and then until somebody is there.
    Telling {
        next_mono: u64,
        times: u32,
        late_ms: u64,
    },
    /// For somebody to speak in its room.
    Waiting,
    /// Its command is being carried out.
    Doing {
        due_mono: u64,
    },
}

impl Phase {
    pub fn rings(self) -> bool {
        matches!(self, Phase::Ringing { .. } | Phase::Telling { .. })
    }
}

#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub record: TimerRecord,
    pub phase: Phase,
}

impl Entry {
    pub fn view(&self, now: Now) -> TimerView {
        let left_ms = match self.phase {
            Phase::Running { deadline_mono, .. } => deadline_mono.saturating_sub(now.mono_ms),
            Phase::Paused { left_ms } => left_ms,
            Phase::Ringing { .. } | Phase::Telling { .. } | Phase::Doing { .. } => 0,
            Phase::Waiting => u64::MAX,
        };
        TimerView {
            record: self.record.clone(),
            left_ms,
            paused: matches!(self.phase, Phase::Paused { .. }),
            ringing: self.phase.rings(),
        }
    }
}

/// To be told at once, and until somebody is there.
pub(super) fn telling(now: Now) -> Phase {
    Phase::Telling {
        next_mono: now.mono_ms,
        times: 0,
        late_ms: 0,
    }
}

pub(super) fn running(left_ms: u64, now: Now) -> Phase {
    Phase::Running {
        deadline_mono: now.mono_ms + left_ms,
        by_wall: false,
    }
}

/// When a timer of the wall clock is due on the monotonic one. Where the wall clock is plainly wrong (more is left
/// than the timer can have), its whole duration from now, until the clock is set.
pub(super) fn by_wall(rings_at_unix_ms: u64, duration_ms: u64, now: Now) -> u64 {
    let left_ms = rings_at_unix_ms.saturating_sub(now.unix_ms);
    let plausible = left_ms <= duration_ms.saturating_add(CLOCK_IS_BEHIND_MS);
    now.mono_ms
        .saturating_add(if plausible { left_ms } else { duration_ms })
}

/// When an alarm is due on the monotonic clock. It has no duration to fall back on: with a wrong clock it waits.
pub(super) fn by_alarm(rings_at_unix_ms: u64, now: Now) -> Phase {
    Phase::Running {
        deadline_mono: now.mono_ms.saturating_add(rings_at_unix_ms.saturating_sub(now.unix_ms)),
        by_wall: true,
    }
}

pub(super) fn lateness(record: &TimerRecord, now: Now) -> u64 {
    match record.state {
        TimerState::Running { rings_at_unix_ms } | TimerState::Alarm { rings_at_unix_ms } => {
            now.unix_ms.saturating_sub(rings_at_unix_ms)
        }
        TimerState::Paused { .. } | TimerState::Waiting { .. } => 0,
    }
}
