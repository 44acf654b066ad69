//! The time of day that an alarm or a reminder was asked for, and when that is next.

use crate::Arguments;
use jiff::{ToSpan, Zoned, civil::Date};
use rosie_core::store::Repeat;

/// Days ahead that may be named.
const FARTHEST_DAY: f64 = 366.0;

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
    day: Option<Day>,
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
    /// While people are up: from one to six in the afternoon, from seven to eleven whichever comes first.
    Waking,
}

/// Days that were named, without a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    FromToday(i64),
    /// Monday is 0.
    Weekday(i64),
    /// "The fifth", of a month (January is 1) or of any.
    OfMonth(i8, Option<i8>),
}

impl Day {
    /// `day`, `weekday`, `date_day` with `date_month`.
    pub(crate) fn of(arguments: &Arguments<'_>) -> Option<Self> {
        let small = |key: &str| whole(arguments, key, 31.0).and_then(|n| i8::try_from(n).ok());
        let day = whole(arguments, "day", FARTHEST_DAY).map(Self::FromToday);
        day.or_else(|| small("date_day").map(|day| Self::OfMonth(day, small("date_month"))))
            .or_else(|| whole(arguments, "weekday", 6.0).map(Self::Weekday))
    }

    /// The next date that it is.
    pub(crate) fn date(self, today: Date) -> Option<Date> {
        let from_now = match self {
            Self::FromToday(days) => days,
            Self::Weekday(weekday) => until(weekday, today),
            Self::OfMonth(day, month) => return dated(day, month, today),
        };
        today.checked_add(from_now.days()).ok()
    }

    /// The one after that: where its time has passed on the first.
    fn date_after(self, today: Date) -> Option<Date> {
        let first = self.date(today)?;
        match self {
            Self::FromToday(_) => first.tomorrow().ok(),
            Self::Weekday(_) => first.checked_add(7.days()).ok(),
            Self::OfMonth(day, month) => dated(day, month, first.tomorrow().ok()?),
        }
    }
}

/// The next date of that day of a month; `None` where there is none.
pub(crate) fn dated(day: i8, month: Option<i8>, today: Date) -> Option<Date> {
    let (mut year, mut at) = (today.year(), month.unwrap_or(today.month()));
    // The 30th skips February, the 29th of February up to seven years.
    for _ in 0..96 {
        match Date::new(year, at, day) {
            Ok(date) if date >= today => return Some(date),
            _ if month.is_some() || at == 12 => (year, at) = (year.checked_add(1)?, month.unwrap_or(1)),
            _ => at += 1,
        }
    }
    None
}

/// The days of the week on which something is to come again, bit 0 is Monday: `every`, `every_and`, `every_third`, each
/// `day`, `weekday`, `weekend` or a weekday by its number.
pub(crate) fn days(arguments: &Arguments<'_>) -> Option<u8> {
    let one = |key: &str| match arguments.text(key)?.as_str() {
        "day" => Some(0b111_1111),
        "weekday" => Some(0b001_1111),
        "weekend" => Some(0b110_0000),
        number => number.parse::<u8>().ok().filter(|day| *day < 7).map(|day| 1 << day),
    };
    let named = ["every", "every_and", "every_third"].into_iter().filter_map(one);
    named.reduce(|all, day| all | day)
}

fn whole(arguments: &Arguments<'_>, key: &str, most: f64) -> Option<i64> {
    let number = arguments.number(key).filter(|n| (0.0..=most).contains(n));
    number.map(|n| n as i64)
}

/// Days until a weekday, 0 for today.
fn until(weekday: i64, today: Date) -> i64 {
    (weekday - i64::from(today.weekday().to_monday_zero_offset())).rem_euclid(7)
}

impl When {
    /// `hour`, `minute`, `minutes_to`, `half` (`am`, `pm`, `night`), `named` (`noon`, `midnight`), and a [`Day`]; `None` where
    /// no hour is given.
    pub(crate) fn of(arguments: &Arguments<'_>) -> Option<Self> {
        let whole = |key: &str, most: f64| whole(arguments, key, most);
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
            day: Day::of(arguments),
        })
    }

    /// At this hour, on the day that was said.
    pub(crate) fn exactly(hour: i64, arguments: &Arguments<'_>) -> Self {
        Self {
            hour,
            minute: 0,
            minutes_to: 0,
            half: None,
            fixed: true,
            day: Day::of(arguments),
        }
    }

    /// The next time this is; `None` beyond any calendar.
    pub(crate) fn next(&self, now: &Zoned, bare: Bare) -> Option<Zoned> {
        let minutes = self.minutes_of_day(bare);
        let today = now.date();
        // A time that has passed today is meant for tomorrow.
        let day = self.day.unwrap_or(Day::FromToday(0));
        let days = [day.date(today), day.date_after(today)];
        days.into_iter().flatten().find_map(|date| {
            let on_day = minutes.iter().filter_map(|&m| at(date, m, now));
            on_day.filter(|time| time > now).min()
        })
    }

    /// Minutes since midnight, by day where it is not said which half is meant: nobody sees a dentist at three in the night.
    pub(crate) fn by_day(&self) -> i64 {
        let minutes = self.minutes_of_day(Bare::Sooner);
        let by_day = minutes.iter().copied().find(|minute| DAY.contains(minute));
        by_day.or_else(|| minutes.first().copied()).unwrap_or_default()
    }

    /// The same on these days of the week, again and again.
    pub(crate) fn again(&self, days: u8, bare: Bare) -> Option<Repeat> {
        let minutes = *self.minutes_of_day(bare).first()?;
        Some(Repeat {
            days,
            hour: u8::try_from(minutes / 60).ok()?,
            minute: u8::try_from(minutes % 60).ok()?,
        })
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
            None if bare == Bare::Waking && hour < 7 => vec![hour + 12],
            None if bare != Bare::Morning || hour < 5 || hour == 12 => vec![hour, (hour + 12) % 24],
            None => vec![hour],
        };
        let minute = self.minute - self.minutes_to;
        hours
            .into_iter()
            .map(|hour| (hour * 60 + minute).rem_euclid(24 * 60))
            .collect()
    }
}

fn at(date: Date, minutes: i64, now: &Zoned) -> Option<Zoned> {
    let (hour, minute) = (i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?);
    // A time that the change to summer leaves out is an hour later.
    date.at(hour, minute, 0, 0).to_zoned(now.time_zone().clone()).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
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
            // The 24th; today's date, whose time has passed, and one that this month does not come again.
            (json!({ "hour": 8, "date_day": 24 }), Morning, "24 08:00"),
            (
                json!({ "hour": 16, "date_day": 5, "date_month": 1 }),
                Morning,
                "05 16:00",
            ),
            (
                json!({ "hour": 8, "date_day": 29, "date_month": 2 }),
                Morning,
                "29 08:00",
            ),
            (json!({ "hour": 19, "date_day": 3 }), Morning, "03 19:00"),
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
    fn reminders_are_for_people_who_are_up() {
        for (arguments, expected) in [
            (json!({ "hour": 6 }), "05 18:00"),
            (json!({ "hour": 1, "minute": 30 }), "06 13:30"),
            (json!({ "hour": 8 }), "05 20:00"),
            (json!({ "hour": 7, "minutes_to": 15 }), "05 18:45"),
            (json!({ "hour": 12 }), "06 12:00"),
            (json!({ "hour": 6, "half": "am" }), "06 06:00"),
        ] {
            assert_eq!(next(arguments.clone(), Bare::Waking), expected, "{arguments}");
        }
    }

    #[test]
    fn dates_are_the_next_of_their_kind() {
        let date = |arguments: Value, today: &str| {
            let name = String::new();
            let call = ToolCall { name, arguments };
            let today = today.parse().unwrap();
            Day::of(&Arguments::of(&call))
                .and_then(|day| day.date(today))
                .map(|date| date.to_string())
                .unwrap_or_default()
        };
        for (day, month, today, expected) in [
            (24, Some(12), "2026-01-05", "2026-12-24"),
            (24, Some(12), "2026-12-24", "2026-12-24"),
            (24, Some(12), "2026-12-25", "2027-12-24"),
            (31, None, "2026-02-01", "2026-03-31"),
            (29, Some(2), "2026-03-01", "2028-02-29"),
            (30, Some(2), "2026-03-01", ""),
            (0, None, "2026-03-01", ""),
        ] {
            let arguments = json!({ "date_day": day, "date_month": month });
            assert_eq!(date(arguments, today), expected, "{day} {month:?} {today}");
        }
    }

    #[test]
    fn days_of_the_week() {
        let days = |arguments: Value| {
            days(&Arguments::of(&ToolCall {
                name: String::new(),
                arguments,
            }))
        };
        assert_eq!(days(json!({ "every": "weekday" })), Some(0b001_1111));
        assert_eq!(days(json!({ "every": 0, "every_and": "3" })), Some(0b000_1001));
        assert_eq!(days(json!({ "every": "weekend", "every_and": "0" })), Some(0b110_0001));
        assert_eq!(days(json!({ "every": "7" })), None);
        assert_eq!(days(json!({ "hour": 7 })), None);
    }

    proptest! {
        /// Whatever was said: later than now, soon, and at a time of day that the words can mean.
        #[test]
        fn the_next_time_is_one_that_was_named(
            (hour, minute, minutes_to) in (0i64..=24, 0i64..60, prop::sample::select(vec![0i64, 5, 15, 30])),
            half in prop::sample::select(vec![None, Some("am"), Some("pm"), Some("night")]),
            day in prop::option::of(0i64..7), weekday in prop::option::of(0i64..7),
            bare in prop::sample::select(vec![Bare::Morning, Bare::Sooner, Bare::Waking]),
            start in 1_700_000_000i64..1_900_000_000,
            zone in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
        ) {
            let mut arguments = json!({ "hour": hour, "minute": minute, "minutes_to": minutes_to });
            for (key, value) in [("day", day), ("weekday", weekday)] {
                if let Some(value) = value {
                    arguments[key] = json!(value);
                }
            }
            if let Some(half) = half {
                arguments["half"] = json!(half);
            }
            let call = ToolCall { name: String::new(), arguments };
            let when = When::of(&Arguments::of(&call)).unwrap();
            let now = jiff::Timestamp::from_second(start).unwrap().to_zoned(jiff::tz::TimeZone::get(zone).unwrap());
            let next = when.next(&now, bare).unwrap();
            let days = (next.date() - now.date()).get_days();
            prop_assert!(next > now && days <= 14, "{next}");
            if let (Some(weekday), None) = (weekday, day) {
                prop_assert_eq!(i64::from(next.weekday().to_monday_zero_offset()), weekday);
            }
            if let Some(day) = day {
                prop_assert!(i64::from(days) == day || i64::from(days) == day + 1);
            }
            // On the clock's face it is what was said; a clock that is put forward shows an hour more.
            let said = (hour * 60 + minute - minutes_to).rem_euclid(720);
            let is = (i64::from(next.hour()) * 60 + i64::from(next.minute())).rem_euclid(720);
            prop_assert!(said == is || (said + 60) % 720 == is, "{said} {is} {next}");
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
