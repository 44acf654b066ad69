//! From a report to what is said of it: which response, and the figures for it.

use super::{
    ask::{About, Ask, Span},
    report::{Condition, Day, Report},
};
use crate::{Arguments, skill::said};
use jiff::{
    ToSpan, Zoned,
    civil::{Date, DateTime},
};
use rosie_core::{ToolCall, ToolResult};
use serde_json::{Value, json};

/// From this chance on it is said that it rains, percent.
const LIKELY: f64 = 60.0;
/// From this one, that it may.
const POSSIBLE: f64 = 25.0;
/// Less than this of a day is no rain, millimetres and inches.
const DRY: [(&str, f64); 2] = [("in", 0.01), ("mm", 0.2)];
/// Days that "this week" means.
const WEEK: usize = 7;
/// A report older than this is said to be old.
const OLD_S: u64 = 45 * 60;

/// Answers a call from a report that was taken so long ago.
pub(crate) fn answer(call: &ToolCall, report: &Report, age_s: u64, now: &Zoned) -> ToolResult {
    let ask = Ask::of(&Arguments::of(call), now.datetime());
    let mut result = match (ask.span, ask.about) {
        (Span::Now, about) => at_once(report, about, now.datetime()),
        (Span::Weekend(from), about) => several(report, from, weekend_days(from), about, now),
        (Span::Week(from), about) => several(report, from, WEEK, about, now),
        (Span::Day(date, from), about) => on_day(report, date, from, about, now.datetime()),
    };
    if age_s >= OLD_S {
        result.data["old_seconds"] = json!((age_s + 30) / 60 * 60);
    }
    result.response = format!("RosieWeather/{}", result.response);
    result
}

fn weekend_days(from: Date) -> usize {
    if from.weekday() == jiff::civil::Weekday::Sunday {
        1
    } else {
        2
    }
}

fn at_once(report: &Report, about: About, now: DateTime) -> ToolResult {
    let today = report.days.iter().find(|day| day.date == now.date());
    let Some(current) = &report.now else {
        return match today {
            Some(_) => on_day(report, now.date(), now.hour(), about, now),
            None => said("unknown", json!({})),
        };
    };
    let data = json!({
        "condition": current.condition.map(Condition::as_str),
        "temperature": whole(current.temperature),
        "wind": whole(current.wind),
        "wind_unit": report.wind_unit,
        "day": today.map(|day| told(day, now.date())),
        "rain_from": rain_from(report, now.date(), now.hour()),
    });
    let key = match about {
        About::Wind if current.wind.is_some() => "wind_now",
        _ if current.temperature.is_none() && current.condition.is_none() => "unknown",
        About::Temperature if current.temperature.is_some() => "temperature_now",
        _ => "now",
    };
    said(key, data)
}

fn on_day(report: &Report, date: Date, from: i8, about: About, now: DateTime) -> ToolResult {
    let Some(day) = report.days.iter().find(|day| day.date == date) else {
        return said("unknown", json!({ "days_ahead": report.days.len() }));
    };
    let wet = wetness(report, day, from);
    let data = json!({
        "day": told(day, now.date()),
        "wind_unit": report.wind_unit,
        "chance": whole(wet.chance),
        "rain_from": rain_from(report, date, from).filter(|hour| *hour > i64::from(from) || date != now.date()),
        "tonight": from >= 18 && date == now.date() && now.hour() < from,
        "is_snow": wet.snow,
    });
    let key = match about {
        About::Rain => wet.key(["rain_yes", "rain_maybe", "rain_no"]),
        About::Umbrella => wet.key(["umbrella_yes", "umbrella_maybe", "umbrella_no"]),
        About::Snow if wet.snow => wet.key(["snow_yes", "snow_maybe", "snow_no"]),
        About::Snow => "snow_no",
        About::Sun => match day.condition {
            Some(Condition::Sunny | Condition::ClearNight) => "sun_yes",
            Some(Condition::PartlyCloudy) => "sun_some",
            _ => "sun_no",
        },
        About::Temperature => "temperature",
        About::Wind if day.wind.is_some() => "wind",
        About::Wind | About::All => "day",
    };
    said(key, data)
}

fn several(report: &Report, from: Date, count: usize, about: About, now: &Zoned) -> ToolResult {
    let until = from.checked_add((count as i64).days()).unwrap_or(from);
    let days: Vec<&Day> = report
        .days
        .iter()
        .filter(|day| (from..until).contains(&day.date))
        .collect();
    if days.is_empty() {
        return said("unknown", json!({ "days_ahead": report.days.len() }));
    }
    let from_hour = |day: &Day| if day.date == now.date() { now.hour() } else { 0 };
    let wet: Vec<(&Day, Wet)> = days
        .iter()
        .map(|day| (*day, wetness(report, day, from_hour(day))))
        .collect();
    let falls = |snow: bool| -> Vec<Value> {
        let meant = wet.iter().filter(|(_, wet)| wet.falls && (!snow || wet.snow));
        meant.map(|(day, _)| told(day, now.date())).collect()
    };
    let all: Vec<Value> = days.iter().map(|day| told(day, now.date())).collect();
    let (key, some) = match about {
        About::Rain | About::Umbrella => ("days_rain", falls(false)),
        About::Snow => ("days_snow", falls(true)),
        _ => ("days", Vec::new()),
    };
    said(key, json!({ "days": all, "wet": some }))
}

/// What falls on a day.
struct Wet {
    chance: Option<f64>,
    falls: bool,
    may: bool,
    snow: bool,
}

impl Wet {
    fn key(&self, [yes, maybe, no]: [&'static str; 3]) -> &'static str {
        match (self.falls, self.may) {
            (true, _) => yes,
            (false, true) => maybe,
            (false, false) => no,
        }
    }
}

/// By the hours that are left of it where they are known, else by the day.
fn wetness(report: &Report, day: &Day, from: i8) -> Wet {
    let hours: Vec<_> = report
        .hours
        .iter()
        .filter(|hour| hour.at.date() == day.date && hour.at.hour() >= from)
        .collect();
    let most = |values: &mut dyn Iterator<Item = f64>| {
        values.fold(None, |most: Option<f64>, v| Some(most.map_or(v, |m| m.max(v))))
    };
    let (chance, amount, conditions) = match hours.is_empty() {
        true => (day.chance, day.amount, day.condition.into_iter().collect::<Vec<_>>()),
        false => (
            most(&mut hours.iter().filter_map(|hour| hour.chance)),
            hours.iter().filter_map(|hour| hour.amount).reduce(|all, one| all + one),
            hours.iter().filter_map(|hour| hour.condition).collect(),
        ),
    };
    let enough = amount.map(|amount| amount >= dry(&report.amount_unit));
    let wet = conditions.iter().any(|condition| condition.is_wet());
    let likely = chance.map(|chance| chance >= LIKELY);
    Wet {
        chance,
        // Of three that may be known (how likely, how much, what it looks like) likelihood weighs most.
        falls: match (likely, enough) {
            (Some(likely), Some(enough)) => likely && (enough || wet),
            (Some(likely), None) => likely,
            (None, Some(enough)) => enough,
            (None, None) => wet,
        },
        may: chance.is_some_and(|chance| chance >= POSSIBLE) || wet || enough == Some(true),
        snow: conditions.iter().any(|condition| condition.is_snow()),
    }
}

fn dry(unit: &str) -> f64 {
    DRY.iter()
        .find(|(known, _)| *known == unit)
        .map_or(DRY[1].1, |(_, dry)| *dry)
}

/// The first hour from which it rains.
fn rain_from(report: &Report, date: Date, from: i8) -> Option<i64> {
    let rains = |hour: &&super::report::Hour| {
        hour.at.date() == date
            && hour.at.hour() >= from
            && hour.chance.is_none_or(|chance| chance >= LIKELY)
            && (hour.amount.is_some_and(|amount| amount > 0.0) || hour.condition.is_some_and(Condition::is_wet))
    };
    report.hours.iter().find(rains).map(|hour| i64::from(hour.at.hour()))
}

fn told(day: &Day, today: Date) -> Value {
    json!({
        "offset": (day.date - today).get_days(),
        "weekday": day.date.weekday().to_monday_zero_offset(),
        "condition": day.condition.map(Condition::as_str),
        "high": whole(day.high),
        "low": whole(day.low),
        "chance": whole(day.chance),
        "wind": whole(day.wind),
    })
}

/// Nobody says the tenth of a degree.
fn whole(value: Option<f64>) -> Option<i64> {
    value
        .filter(|value| value.is_finite() && value.abs() < 1e6)
        .map(|value| value.round() as i64)
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
