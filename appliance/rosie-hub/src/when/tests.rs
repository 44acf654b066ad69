//! Times and days as people say them.
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
        // It is Monday: the next one is in a week, the next Friday in four days.
        (json!({ "hour": 16, "weekday": 0, "next": 1 }), Morning, "12 16:00"),
        (json!({ "hour": 8, "weekday": 0, "next": 1 }), Morning, "12 08:00"),
        (json!({ "hour": 8, "weekday": 4, "next": 1 }), Morning, "09 08:00"),
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
