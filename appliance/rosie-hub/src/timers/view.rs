//! A timer as a template sees it.

use jiff::{Timestamp, Zoned, tz::TimeZone};
use rosie_core::{
    EndpointId, RoomId,
    store::{TimerRecord, TimerState},
};
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Timer,
    Alarm,
    Reminder,
    /// A command at a later time.
    Later,
}

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

    pub(crate) fn kind(&self) -> Kind {
        kind(&self.record)
    }

    /// When an alarm or a reminder is due, where it has a time.
    pub(crate) fn due(&self, zone: &TimeZone) -> Option<Zoned> {
        due(&self.record, zone)
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

pub(super) fn kind(record: &TimerRecord) -> Kind {
    match (&record.ring.reminder, &record.state) {
        _ if record.ring.later.is_some() => Kind::Later,
        (Some(_), _) => Kind::Reminder,
        (None, TimerState::Alarm { .. }) => Kind::Alarm,
        (None, _) => Kind::Timer,
    }
}

fn due(record: &TimerRecord, zone: &TimeZone) -> Option<Zoned> {
    let rings_at_unix_ms = match record.state {
        TimerState::Alarm { rings_at_unix_ms } => rings_at_unix_ms,
        TimerState::Running { rings_at_unix_ms } if record.ring.later.is_some() => rings_at_unix_ms,
        _ => return None,
    };
    let at = Timestamp::from_millisecond(i64::try_from(rings_at_unix_ms).ok()?).ok()?;
    Some(at.to_zoned(zone.clone()))
}

/// An alarm as a template sees it: the time of day, days from today, the weekday (0 is Monday), and on which days it comes
/// again (bit 0 is Monday; null where it does not). Null where it has no time.
pub(crate) fn time_of_day(record: &TimerRecord, now_unix_ms: u64, zone: &TimeZone) -> Value {
    let now = i64::try_from(now_unix_ms).ok();
    let now = now.and_then(|ms| Timestamp::from_millisecond(ms).ok());
    match (due(record, zone), now) {
        (Some(time), Some(now)) => {
            let today = now.to_zoned(zone.clone()).date();
            json!({
                "id": record.id,
                "name": record.name,
                "hour": time.hour(),
                "minute": time.minute(),
                "offset": (time.date() - today).get_days(),
                "weekday": time.weekday().to_monday_zero_offset(),
                "month": time.month(),
                "day": time.day(),
                "days": record.ring.repeat.map(|repeat| repeat.days),
                "everywhere": record.ring.everywhere,
            })
        }
        _ => Value::Null,
    }
}

/// Milliseconds since the epoch, none before it.
pub(crate) fn unix_ms(at: &Zoned) -> u64 {
    u64::try_from(at.timestamp().as_millisecond()).unwrap_or(0)
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
