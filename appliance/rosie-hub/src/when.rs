//! The time of day that an alarm was asked for, and when that is next.

use crate::Arguments;
use jiff::{ToSpan, Zoned, civil::Date};

/// Said of which half of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Am,
    Pm,
    /// "at night": before midnight or in the small hours.
    Night,
}

/// As it was said. Without a half of the day seven may be two times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct When {
    /// 0 to 24.
    hour: i64,
    minute: i64,
    /// "quarter to".
    minutes_to: i64,
    half: Option<Half>,
    /// Noon, midnight: no other time is meant.
    fixed: bool,
    /// Days from today.
    day: Option<i64>,
    /// Monday is 0.
    weekday: Option<i64>,
}

/// When appointments usually are; minutes since midnight.
const DAY: std::ops::Range<i64> = 7 * 60..19 * 60;

/// How "seven" without more is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bare {
    /// In the morning: people are woken then, and in many languages seven in the evening is nineteen.
    Morning,
    /// Whichever comes first.
    Sooner,
}

impl When {
    /// `hour`, `minute`, `minutes_to`, `half` (`am`, `pm`, `night`), `named` (`noon`, `midnight`), `day`, `weekday`;
    /// `None` where no hour is given.
    pub(crate) fn of(arguments: &Arguments<'_>) -> Option<Self> {
        let whole = |key: &str, most: f64| {
            arguments
                .number(key)
                .filter(|n| (0.0..=most).contains(n))
                .map(|n| n as i64)
        };
        let named = match arguments.text("named").as_deref() {
            Some("noon") => Some(12),
            Some("midnight") => Some(0),
            _ => None,
        };
        let half = match arguments.text("half").as_deref() {
            Some("am") => Some(Half::Am),
            Some("pm") => Some(Half::Pm),
            Some("night") => Some(Half::Night),
            _ => None,
        };
        Some(Self {
            hour: named.or_else(|| whole("hour", 24.0))?,
            minute: whole("minute", 59.0).unwrap_or(0),
            minutes_to: whole("minutes_to", 59.0).unwrap_or(0),
            half: half.filter(|_| named.is_none()),
            fixed: named.is_some(),
            day: whole("day", 7.0),
            weekday: whole("weekday", 6.0),
        })
    }

    /// The next time this is; `None` beyond any calendar.
    pub(crate) fn next(&self, now: &Zoned, bare: Bare) -> Option<Zoned> {
        let minutes = self.minutes_of_day(bare);
        let today = now.date();
        let days: Vec<i64> = match (self.day, self.weekday) {
            // A time that has passed today is meant for tomorrow.
            (Some(day), _) => vec![day, day + 1],
            (None, Some(weekday)) => {
                let from_now = (weekday - i64::from(today.weekday().to_monday_zero_offset())).rem_euclid(7);
                vec![from_now, from_now + 7]
            }
            (None, None) => vec![0, 1],
        };
        days.into_iter().find_map(|day| {
            let on_day = minutes.iter().filter_map(|&m| at(today, day, m, now));
            on_day.filter(|time| time > now).min()
        })
    }

    /// Minutes since midnight, by day where it is not said which half is meant: nobody sees a dentist at three in the night.
    pub(crate) fn by_day(&self) -> i64 {
        let minutes = self.minutes_of_day(Bare::Sooner);
        let by_day = minutes.iter().copied().find(|minute| DAY.contains(minute));
        by_day.or_else(|| minutes.first().copied()).unwrap_or_default()
    }

    /// Whether an alarm at this time of day may be meant.
    pub(crate) fn may_be(&self, hour: i64, minute: i64) -> bool {
        self.minutes_of_day(Bare::Sooner).contains(&(hour * 60 + minute))
    }

    /// Minutes since midnight: one, or two where it is not said which.
    fn minutes_of_day(&self, bare: Bare) -> Vec<i64> {
        let hour = self.hour % 24;
        let hours = match self.half {
            Some(Half::Am) if hour == 12 => vec![0],
            Some(Half::Pm) if hour < 12 => vec![hour + 12],
            Some(Half::Night) if hour == 12 => vec![0],
            Some(Half::Night) if (6..12).contains(&hour) => vec![hour + 12],
            Some(_) => vec![hour],
            None if self.fixed || hour == 0 || hour > 12 => vec![hour],
            // Twelve is noon; nobody sets an alarm for five in the morning by saying so little of "three".
            None if hour == 12 && self.minutes_to == 0 => vec![12],
            None if bare == Bare::Sooner || hour < 5 || hour == 12 => vec![hour, (hour + 12) % 24],
            None => vec![hour],
        };
        let minute = self.minute - self.minutes_to;
        hours
            .into_iter()
            .map(|hour| (hour * 60 + minute).rem_euclid(24 * 60))
            .collect()
    }
}

fn at(today: Date, day: i64, minutes: i64, now: &Zoned) -> Option<Zoned> {
    let date = today.checked_add(day.days()).ok()?;
    let (hour, minute) = (i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?);
    // A time that the change to summer leaves out is an hour later.
    date.at(hour, minute, 0, 0).to_zoned(now.time_zone().clone()).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rosie_core::ToolCall;
    use serde_json::{Value, json};

    /// Monday, 5 January 2026, 14:30 in Berlin.
    fn next(arguments: Value, bare: Bare) -> String {
        let call = ToolCall {
            name: String::new(),
            arguments,
        };
        let now: Zoned = "2026-01-05T14:30[Europe/Berlin]".parse().unwrap();
        let time = When::of(&Arguments::of(&call)).unwrap().next(&now, bare).unwrap();
        time.strftime("%d %H:%M").to_string()
    }

    #[test]
    fn the_next_time_that_is_meant() {
        use Bare::{Morning, Sooner};
        for (arguments, bare, expected) in [
            (json!({ "hour": 7 }), Morning, "06 07:00"),
            (json!({ "hour": 7 }), Sooner, "05 19:00"),
            (json!({ "hour": 7, "half": "pm" }), Morning, "05 19:00"),
            (json!({ "hour": 7, "half": "am" }), Sooner, "06 07:00"),
            (json!({ "hour": 2, "half": "pm" }), Morning, "06 14:00"),
            (json!({ "hour": 3 }), Morning, "05 15:00"),
            (json!({ "hour": 19, "minute": 30 }), Morning, "05 19:30"),
            (json!({ "hour": 7, "minutes_to": 30 }), Morning, "06 06:30"),
            (
                json!({ "hour": 1, "minutes_to": 15, "half": "pm" }),
                Morning,
                "06 12:45",
            ),
            (json!({ "hour": 0, "minutes_to": 15 }), Morning, "05 23:45"),
            (json!({ "hour": 12 }), Sooner, "06 12:00"),
            (json!({ "hour": 12, "half": "am" }), Sooner, "06 00:00"),
            (json!({ "named": "noon" }), Sooner, "06 12:00"),
            (json!({ "named": "midnight", "half": "pm" }), Sooner, "06 00:00"),
            (json!({ "hour": 24 }), Morning, "06 00:00"),
            (json!({ "hour": 11, "half": "night" }), Morning, "05 23:00"),
            (json!({ "hour": 2, "half": "night" }), Morning, "06 02:00"),
            (json!({ "hour": 7, "day": 1 }), Morning, "06 07:00"),
            (json!({ "hour": 5, "day": 0 }), Sooner, "05 17:00"),
            (json!({ "hour": 7, "day": 2, "half": "pm" }), Morning, "07 19:00"),
            // Friday; and a Monday whose time has passed.
            (json!({ "hour": 8, "weekday": 4 }), Morning, "09 08:00"),
            (json!({ "hour": 8, "weekday": 0 }), Morning, "12 08:00"),
            (json!({ "hour": 16, "weekday": 0 }), Morning, "05 16:00"),
        ] {
            assert_eq!(next(arguments.clone(), bare), expected, "{arguments} {bare:?}");
        }
    }

    #[test]
    fn appointments_are_by_day() {
        for (arguments, minutes) in [
            (json!({ "hour": 3 }), 15 * 60),
            (json!({ "hour": 7 }), 7 * 60),
            (json!({ "hour": 9, "minute": 30 }), 9 * 60 + 30),
            (json!({ "hour": 12 }), 12 * 60),
            (json!({ "hour": 7, "half": "pm" }), 19 * 60),
            (json!({ "hour": 1, "minutes_to": 15 }), 12 * 60 + 45),
            (json!({ "hour": 19 }), 19 * 60),
            (json!({ "named": "noon" }), 12 * 60),
            (json!({ "hour": 3, "half": "am" }), 3 * 60),
        ] {
            let call = ToolCall {
                name: String::new(),
                arguments: arguments.clone(),
            };
            assert_eq!(
                When::of(&Arguments::of(&call)).unwrap().by_day(),
                minutes,
                "{arguments}"
            );
        }
    }

    #[test]
    fn summer_time_leaves_no_alarm_out() {
        let call = ToolCall {
            name: String::new(),
            arguments: json!({ "hour": 2, "minute": 30, "half": "am" }),
        };
        let when = When::of(&Arguments::of(&call)).unwrap();
        let now: Zoned = "2026-03-28T23:00[Europe/Berlin]".parse().unwrap();
        let time = when.next(&now, Bare::Morning).unwrap();
        assert_eq!(time.strftime("%d %H:%M").to_string(), "29 03:30");
    }

    #[test]
    fn nonsense_is_no_time() {
        for arguments in [
            json!({}),
            json!({ "hour": 25 }),
            json!({ "hour": -1 }),
            json!({ "minute": 5 }),
        ] {
            let call = ToolCall {
                name: String::new(),
                arguments,
            };
            assert_eq!(When::of(&Arguments::of(&call)), None);
        }
    }
}
