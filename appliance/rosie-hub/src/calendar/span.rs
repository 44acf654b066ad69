//! The time that was meant: a day, a part of it, a week, a weekend; a moment for an event.
//!
//! It comes as an intent's slots, or as a model writes it: `day` and `weekday` as numbers, or `day` in a word or a date
//! (`tomorrow`, `friday`, `2026-01-05`, `this week`) and `time` as `15:30`.

use super::event::moment;
use crate::{
    Arguments,
    when::{Day, When, dated},
};
use jiff::{ToSpan, Zoned, civil::Date};
use serde_json::{Value, json};

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
/// Parts of a day, from one hour to another.
const PARTS: [(&str, i64, i64); 4] = [
    ("morning", 5, 12),
    ("afternoon", 12, 18),
    ("evening", 18, 24),
    ("night", 20, 30),
];

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Span {
    pub from: Zoned,
    pub to: Zoned,
    /// More than one day.
    pub days: bool,
    /// For answers: `kind` (`day`, `week`, `weekend`, `ahead`), the day, `part`, `next` (week).
    pub data: Value,
}

/// The days that were meant; `None` where no day is named.
fn day(arguments: &Arguments<'_>, now: &Zoned) -> Option<Date> {
    let today = now.date();
    let ahead = |days: i64| today.checked_add(days.days()).ok();
    let next = arguments.number("next") == Some(1.0);
    let weekday = |weekday: i64| match next {
        true => Day::NextWeekday(weekday).date(today),
        false => Day::Weekday(weekday).date(today),
    };
    if let Some(of_month) = arguments.number("date_day") {
        return dated(of_month as i8, arguments.number("date_month").map(|m| m as i8), today);
    }
    if let Some(number) = arguments.number("weekday").filter(|n| (0.0..7.0).contains(n)) {
        return weekday(number as i64);
    }
    if let Some(number) = arguments.number("day").filter(|n| (-366.0..=3660.0).contains(n)) {
        return ahead(number as i64);
    }
    let word = arguments.text("day")?.to_lowercase();
    match word.as_str() {
        "today" => Some(today),
        "tomorrow" => ahead(1),
        _ => match WEEKDAYS.iter().position(|name| *name == word) {
            Some(number) => weekday(number as i64),
            None => word.parse::<Date>().ok(),
        },
    }
}

fn at(date: Date, minutes: i64, now: &Zoned) -> Option<Zoned> {
    let date = date.checked_add((minutes.div_euclid(1440)).days()).ok()?;
    let minutes = minutes.rem_euclid(1440);
    let time = date.at(i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?, 0, 0);
    // A time that the change to summer leaves out is an hour later.
    time.to_zoned(now.time_zone().clone()).ok()
}

/// Minutes since midnight.
fn time(arguments: &Arguments<'_>) -> Option<i64> {
    if let Some((hour, minute)) = arguments.text("time").as_deref().and_then(|text| text.split_once(':')) {
        let (hour, minute) = (hour.trim().parse::<i64>().ok()?, minute.get(..2)?.parse::<i64>().ok()?);
        return ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute);
    }
    When::of(arguments).map(|when| when.by_day())
}

/// The span that a question is about; today where it names none. `None`: no such time.
pub(super) fn span(arguments: &Arguments<'_>, now: &Zoned) -> Option<Span> {
    let word = arguments.text("day").unwrap_or_default().to_lowercase();
    let week = arguments.text("week").or(match word.as_str() {
        "this week" => Some("0".to_owned()),
        "next week" => Some("1".to_owned()),
        "weekend" | "this weekend" => Some("weekend".to_owned()),
        _ => None,
    });
    let today = now.date();
    let since_monday = i64::from(today.weekday().to_monday_zero_offset());
    let days = |from: i64, to: i64, data: Value| {
        let edge = |days: i64| at(today.checked_add(days.days()).ok()?, 0, now);
        Some(Span {
            from: edge(from)?,
            to: edge(to)?,
            days: true,
            data,
        })
    };
    match week.as_deref() {
        // What is past is not asked for.
        Some("0") => return days(0, 7 - since_monday, json!({ "kind": "week", "next": false })),
        Some("1") => {
            return days(
                7 - since_monday,
                14 - since_monday,
                json!({ "kind": "week", "next": true }),
            );
        }
        Some("weekend") => {
            return days(
                (5 - since_monday).max(0),
                7 - since_monday,
                json!({ "kind": "weekend" }),
            );
        }
        _ => {}
    }
    let date = match day(arguments, now) {
        Some(date) => date,
        None if arguments.text("day").is_some() || arguments.number("date_day").is_some() => return None,
        None => today,
    };
    let mut data = moment(date, now);
    data["kind"] = json!("day");
    if let Some(minutes) = time(arguments) {
        let from = at(date, minutes, now)?;
        data["hour"] = json!(from.hour());
        data["minute"] = json!(from.minute());
        data["at"] = json!(true);
        return Some(Span {
            to: from.checked_add(1.hour()).ok()?,
            from,
            days: false,
            data,
        });
    }
    let part = arguments.text("part");
    let known = PARTS.iter().find(|(name, ..)| Some(*name) == part.as_deref());
    let (first, last) = known.map_or((0, 24), |(_, first, last)| (*first, *last));
    data["part"] = json!(known.map(|(name, ..)| name));
    Some(Span {
        from: at(date, first * 60, now)?,
        to: at(date, last * 60, now)?,
        days: false,
        data,
    })
}

/// Whether any time was named.
pub(super) fn is_named(arguments: &Arguments<'_>) -> bool {
    let keys = ["day", "weekday", "week", "date_day", "part", "hour", "named", "time"];
    keys.iter().any(|key| arguments.text(key).is_some())
}

/// When an event is to be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wish {
    Day(Date),
    At(Zoned),
}

/// `other`: the day where only a time is named. `None`: no time, or none that exists.
pub(crate) fn wish(arguments: &Arguments<'_>, other: Option<Date>, now: &Zoned) -> Option<Wish> {
    let named = day(arguments, now);
    let bad = named.is_none() && (arguments.text("day").is_some() || arguments.number("date_day").is_some());
    if bad {
        return None;
    }
    let Some(minutes) = time(arguments) else {
        return named.map(Wish::Day);
    };
    if let Some(date) = named.or(other) {
        let time = at(date, minutes, now)?;
        // "On Monday at nine", said on a Monday at ten, is the next one.
        let passed = time <= *now && arguments.number("weekday").is_some();
        return match passed {
            true => at(date.checked_add(7.days()).ok()?, minutes, now).map(Wish::At),
            false => Some(Wish::At(time)),
        };
    }
    let today = at(now.date(), minutes, now)?;
    match today > *now {
        true => Some(Wish::At(today)),
        false => at(now.date().tomorrow().ok()?, minutes, now).map(Wish::At),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rosie_core::ToolCall;

    fn with<T>(arguments: Value, read: impl Fn(&Arguments<'_>, &Zoned) -> T) -> T {
        let name = String::new();
        let call = ToolCall { name, arguments };
        // A Wednesday.
        let now: Zoned = "2026-01-07T14:30[Europe/Berlin]".parse().unwrap();
        read(&Arguments::of(&call), &now)
    }

    #[test]
    fn spans() {
        for (arguments, from, to) in [
            (json!({}), "07 00", "08 00"),
            (json!({ "day": 1 }), "08 00", "09 00"),
            (json!({ "day": "tomorrow" }), "08 00", "09 00"),
            (json!({ "weekday": 4, "part": "afternoon" }), "09 12", "09 18"),
            (json!({ "day": "friday", "part": "evening" }), "09 18", "10 00"),
            (json!({ "weekday": 2 }), "07 00", "08 00"),
            (json!({ "weekday": 1 }), "13 00", "14 00"),
            (json!({ "week": 0 }), "07 00", "12 00"),
            (json!({ "day": "next week" }), "12 00", "19 00"),
            (json!({ "week": "weekend" }), "10 00", "12 00"),
            (json!({ "day": 0, "part": "night" }), "07 20", "08 06"),
            (json!({ "weekday": 3, "hour": 3 }), "08 15", "08 16"),
            (json!({ "date_day": 5 }), "05 00", "06 00"),
            (json!({ "day": "2026-02-01" }), "01 00", "02 00"),
        ] {
            let found = with(arguments.clone(), |a, now| span(a, now).unwrap());
            let edge = |time: &Zoned| time.strftime("%d %H").to_string();
            assert_eq!(
                (edge(&found.from).as_str(), edge(&found.to).as_str()),
                (from, to),
                "{arguments}"
            );
        }
        assert_eq!(with(json!({ "day": "someday" }), span), None);
        assert_eq!(with(json!({ "date_day": 31, "date_month": 2 }), span), None);
    }

    #[test]
    fn wishes() {
        let wished = |arguments: Value, other: Option<&str>| {
            let other = other.map(|date| date.parse().unwrap());
            with(arguments, |a, now| match wish(a, other, now) {
                Some(Wish::Day(date)) => date.to_string(),
                Some(Wish::At(time)) => time.strftime("%m-%d %H:%M").to_string(),
                None => "none".to_owned(),
            })
        };
        assert_eq!(wished(json!({ "weekday": 1, "hour": 3 }), None), "01-13 15:00");
        assert_eq!(wished(json!({ "day": 1, "hour": 12 }), None), "01-08 12:00");
        assert_eq!(wished(json!({ "weekday": 2, "hour": 9 }), None), "01-14 09:00");
        assert_eq!(wished(json!({ "hour": 4 }), None), "01-07 16:00");
        assert_eq!(wished(json!({ "hour": 10 }), None), "01-08 10:00");
        assert_eq!(wished(json!({ "hour": 10 }), Some("2026-01-20")), "01-20 10:00");
        assert_eq!(wished(json!({ "day": "friday", "time": "08:15" }), None), "01-09 08:15");
        assert_eq!(wished(json!({ "weekday": 5 }), None), "2026-01-10");
        assert_eq!(wished(json!({ "date_day": 1, "date_month": 1 }), None), "2027-01-01");
        assert_eq!(wished(json!({ "day": "whenever", "hour": 3 }), None), "none");
        assert_eq!(wished(json!({}), None), "none");
    }
}
