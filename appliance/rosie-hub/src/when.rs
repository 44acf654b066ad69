//! The time of day that an alarm or a reminder was asked for, and when that is next.

use crate::Arguments;
use jiff::{ToSpan, Zoned, civil::Date};
use rosie_core::store::Repeat;

/// What is answered to a day that is in no calendar, whatever was asked for on it.
pub(crate) const NO_DAY: &str = "RosieSetAlarm/no_day";
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
    /// The same, but not today: "next Friday".
    NextWeekday(i64),
    /// "The fifth", of a month (January is 1) or of any.
    OfMonth(i8, Option<i8>),
}

impl Day {
    /// `day`, `weekday` with `next`, `date_day` with `date_month`.
    pub(crate) fn of(arguments: &Arguments<'_>) -> Option<Self> {
        let small = |key: &str| whole(arguments, key, 31.0).and_then(|n| i8::try_from(n).ok());
        let day = whole(arguments, "day", FARTHEST_DAY).map(Self::FromToday);
        day.or_else(|| small("date_day").map(|day| Self::OfMonth(day, small("date_month"))))
            .or_else(|| {
                let weekday = whole(arguments, "weekday", 6.0)?;
                Some(match whole(arguments, "next", 1.0) {
                    Some(1) => Self::NextWeekday(weekday),
                    _ => Self::Weekday(weekday),
                })
            })
    }

    /// The next date that it is, today where that may be meant.
    pub(crate) fn date(self, today: Date) -> Option<Date> {
        let from_now = match self {
            Self::FromToday(days) => days,
            Self::Weekday(weekday) => until(weekday, today),
            Self::NextWeekday(weekday) => 1 + until(weekday - 1, today),
            Self::OfMonth(day, month) => return dated(day, month, today),
        };
        today.checked_add(from_now.days()).ok()
    }

    /// The one after that: where its time has passed on the first.
    fn date_after(self, today: Date) -> Option<Date> {
        let first = self.date(today)?;
        match self {
            Self::FromToday(_) => first.tomorrow().ok(),
            Self::Weekday(_) | Self::NextWeekday(_) => first.checked_add(7.days()).ok(),
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

    /// The next time this is; `None` where the day is in no calendar.
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
mod tests;
