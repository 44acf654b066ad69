//! A timer as a template sees it.

use rosie_core::{
    EndpointId, RoomId,
    store::{TimerRecord, TimerState},
};
use serde_json::{Value, json};

/// A timer at one moment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TimerView {
    pub record: TimerRecord,
    /// Zero while it rings.
    pub left_ms: u64,
    pub paused: bool,
    pub ringing: bool,
}

impl TimerView {
    pub(crate) fn endpoint(&self) -> &EndpointId {
        &self.record.endpoint
    }

    /// When an alarm is due; `None` for a timer.
    pub(crate) fn alarm_unix_ms(&self) -> Option<u64> {
        match self.record.state {
            TimerState::Alarm { rings_at_unix_ms } => Some(rings_at_unix_ms),
            TimerState::Running { .. } | TimerState::Paused { .. } => None,
        }
    }

    pub(crate) fn room(&self) -> &RoomId {
        &self.record.room
    }

    /// Rosie's keys first, then those that the templates of `home-assistant-intents` read.
    pub(crate) fn data(&self, room_name: &str) -> Value {
        let total = self.record.duration_ms / 1000;
        let left = spoken_seconds(self.left_ms);
        json!({
            "id": self.record.id,
            "name": self.record.name,
            "seconds_total": total,
            "seconds_left": left,
            "active": !self.paused,
            "ringing": self.ringing,
            "area": room_name,
            "is_active": !self.paused,
            "total_seconds_left": left,
            "rounded_hours_left": left / 3600,
            "rounded_minutes_left": left / 60 % 60,
            "rounded_seconds_left": left % 60,
            "start_hours": total / 3600,
            "start_minutes": total / 60 % 60,
            "start_seconds": total % 60,
        })
    }
}

/// Seconds as a person would say them: to the second below ten minutes, to the minute above.
pub(crate) fn spoken_seconds(ms: u64) -> u64 {
    let seconds = ms.div_ceil(1000);
    if seconds <= 600 {
        seconds
    } else {
        (seconds + 30) / 60 * 60
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_times_are_said_in_minutes() {
        for (ms, expected) in [
            (0, 0),
            (1, 1),
            (421_000, 421),
            (599_900, 600),
            (754_000, 780),
            (749_000, 720),
        ] {
            assert_eq!(spoken_seconds(ms), expected, "{ms}");
        }
    }
}
