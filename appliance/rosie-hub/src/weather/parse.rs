//! Open-Meteo's answer (`/v1/forecast`, <https://open-meteo.com/en/docs>) as a report. Every field may be missing or null: what
//! is not there is not said.

use super::report::{Condition, Day, Hour, Now, Report};
use jiff::civil::{Date, DateTime};
use serde::Deserialize;

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    current: Option<Current>,
    #[serde(default)]
    hourly: Hourly,
    #[serde(default)]
    daily: Daily,
    #[serde(default)]
    daily_units: Units,
}

#[derive(Deserialize)]
struct Current {
    temperature_2m: Option<f64>,
    weather_code: Option<i64>,
    wind_speed_10m: Option<f64>,
    is_day: Option<i64>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Hourly {
    time: Vec<String>,
    weather_code: Vec<Option<i64>>,
    precipitation: Vec<Option<f64>>,
    precipitation_probability: Vec<Option<f64>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Daily {
    time: Vec<String>,
    weather_code: Vec<Option<i64>>,
    temperature_2m_max: Vec<Option<f64>>,
    temperature_2m_min: Vec<Option<f64>>,
    precipitation_sum: Vec<Option<f64>>,
    precipitation_probability_max: Vec<Option<f64>>,
    wind_speed_10m_max: Vec<Option<f64>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Units {
    wind_speed_10m_max: String,
    precipitation_sum: String,
}

fn at<T: Copy>(values: &[Option<T>], index: usize) -> Option<T> {
    values.get(index).copied().flatten()
}

/// `None`: it is no such answer, or there is nothing in it.
pub(super) fn report(body: &[u8]) -> Option<Report> {
    let answer: Answer = serde_json::from_slice(body).ok()?;
    let Answer { hourly, daily, .. } = &answer;
    let now = answer.current.as_ref().map(|current| Now {
        condition: current
            .weather_code
            .and_then(|code| Condition::of_wmo(code, current.is_day != Some(0))),
        temperature: current.temperature_2m,
        wind: current.wind_speed_10m,
    });
    let hour = |(i, time): (usize, &String)| {
        Some(Hour {
            at: time.parse::<DateTime>().ok()?,
            condition: at(&hourly.weather_code, i).and_then(|code| Condition::of_wmo(code, true)),
            amount: at(&hourly.precipitation, i),
            chance: at(&hourly.precipitation_probability, i),
        })
    };
    let day = |(i, time): (usize, &String)| {
        Some(Day {
            date: time.parse::<Date>().ok()?,
            condition: at(&daily.weather_code, i).and_then(|code| Condition::of_wmo(code, true)),
            high: at(&daily.temperature_2m_max, i),
            low: at(&daily.temperature_2m_min, i),
            amount: at(&daily.precipitation_sum, i),
            chance: at(&daily.precipitation_probability_max, i),
            wind: at(&daily.wind_speed_10m_max, i),
        })
    };
    let report = Report {
        now,
        hours: hourly.time.iter().enumerate().filter_map(hour).collect(),
        days: daily.time.iter().enumerate().filter_map(day).collect(),
        wind_unit: match answer.daily_units.wind_speed_10m_max.as_str() {
            "mp/h" => "mph".to_owned(),
            unit => unit.to_owned(),
        },
        amount_unit: match answer.daily_units.precipitation_sum.as_str() {
            "inch" => "in".to_owned(),
            unit => unit.to_owned(),
        },
    };
    (report.now.is_some() || !report.days.is_empty()).then_some(report)
}

/// Why it refuses, in its own words: `{"error": true, "reason": "…"}`.
pub(super) fn reason(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        reason: String,
    }
    let refusal: Refusal = serde_json::from_slice(body).ok()?;
    Some(refusal.reason.chars().take(200).collect())
}
