//! Timers, alarms and dates as the functions of templates are given them: Jinja values to plain ones.

use crate::spoken::{Alarm, Date, Timer};
use minijinja::{Error, ErrorKind, Value};

pub fn timer(value: &Value) -> Timer {
    let part = |name: &str| value.get_attr(name).ok();
    let seconds = |name: &str| {
        part(name)
            .and_then(|v| f64::try_from(v).ok())
            .map_or(0, |n| n.max(0.0).round() as u64)
    };
    Timer {
        name: part("name")
            .and_then(|v| v.as_str().map(str::to_owned))
            .filter(|n| !n.is_empty()),
        seconds_total: seconds("seconds_total"),
        seconds_left: seconds("seconds_left"),
        active: part("active").is_none_or(|v| v.is_undefined() || v.is_true()),
    }
}

/// A whole number by its name; 0 where it is missing.
pub fn number(value: &Value, name: &str) -> i64 {
    let found = value.get_attr(name).ok();
    found.and_then(|v| i64::try_from(v).ok()).unwrap_or(0)
}

pub fn alarm(value: &Value) -> Alarm {
    let part = |name: &str| number(value, name);
    let name = value.get_attr("name").ok();
    Alarm {
        name: name.and_then(|name| name.as_str().map(str::to_owned)),
        hour: part("hour").clamp(0, 23) as u32,
        minute: part("minute").clamp(0, 59) as u32,
        offset: part("offset"),
        weekday: part("weekday").rem_euclid(7) as u32,
        month: part("month").clamp(0, 12) as u32,
        day: part("day").clamp(0, 31) as u32,
        days: part("days").clamp(0, 127) as u8,
    }
}

/// The day of the week of whatever has one, 0 is Monday.
pub fn weekday(value: &Value) -> Result<Date, Error> {
    let weekday = i64::try_from(value.get_attr("weekday")?)
        .map_err(|_| Error::new(ErrorKind::InvalidOperation, "a day without its weekday"))?;
    Ok(Date {
        year: 1,
        month: 1,
        day: 1,
        weekday: weekday.rem_euclid(7) as u32,
    })
}

pub fn date(value: &Value) -> Result<Date, Error> {
    let part = |name: &str| -> Result<i64, Error> {
        i64::try_from(value.get_attr(name)?)
            .map_err(|_| Error::new(ErrorKind::InvalidOperation, format!("a date without its {name}")))
    };
    Ok(Date {
        year: part("year")?,
        month: part("month")?.clamp(1, 12) as u32,
        day: part("day")?.clamp(1, 31) as u32,
        weekday: part("weekday")?.rem_euclid(7) as u32,
    })
}
