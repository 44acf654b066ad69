//! Answers from reports, without any network.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::weather::report::{Hour, Now};

/// Monday, 5 January 2026, 14:30.
fn now() -> Zoned {
    "2026-01-05T14:30[Europe/Berlin]".parse().unwrap()
}

fn report() -> Report {
    let day = |offset: i64, condition, chance, amount: f64| Day {
        date: now().date().checked_add(offset.days()).unwrap(),
        condition: Some(condition),
        high: Some(10.4 + offset as f64),
        low: Some(2.0),
        amount: Some(amount),
        chance,
        wind: Some(20.0),
    };
    let hour = |hour: i8, chance: f64, amount: f64| Hour {
        at: now().date().at(hour, 0, 0, 0),
        condition: Some(if amount > 0.0 {
            Condition::Rainy
        } else {
            Condition::Cloudy
        }),
        amount: Some(amount),
        chance: Some(chance),
    };
    Report {
        now: Some(Now {
            condition: Some(Condition::Cloudy),
            temperature: Some(8.6),
            wind: Some(12.0),
        }),
        // It rained in the morning, and rains again from five.
        hours: vec![
            hour(9, 90.0, 2.0),
            hour(14, 5.0, 0.0),
            hour(16, 20.0, 0.0),
            hour(17, 80.0, 1.0),
        ],
        days: vec![
            day(0, Condition::Rainy, Some(90.0), 3.0),
            day(1, Condition::Sunny, Some(0.0), 0.0),
            day(2, Condition::PartlyCloudy, Some(40.0), 0.0),
            day(3, Condition::Cloudy, None, 0.0),
            day(4, Condition::Snowy, Some(90.0), 4.0),
            day(5, Condition::Rainy, Some(70.0), 4.0),
            day(6, Condition::Sunny, Some(0.0), 0.0),
        ],
        wind_unit: "km/h".to_owned(),
        amount_unit: "mm".to_owned(),
    }
}

fn ask(arguments: Value) -> ToolResult {
    answer_in(&report(), arguments)
}

fn answer_in(report: &Report, arguments: Value) -> ToolResult {
    let call = ToolCall {
        name: "RosieWeather".to_owned(),
        arguments,
    };
    answer(&call, report, 0, &now())
}

#[test]
fn the_right_response_for_every_question() {
    for (arguments, key) in [
        (json!({}), "now"),
        (json!({ "day": 1 }), "day"),
        (json!({ "weekday": 4 }), "day"),
        (json!({ "day": 9 }), "unknown"),
        (json!({ "span": "weekend" }), "days"),
        (json!({ "span": "week" }), "days"),
        (json!({ "about": "rain" }), "rain_yes"),
        (json!({ "about": "rain", "day": 1 }), "rain_no"),
        (json!({ "about": "rain", "day": 2 }), "rain_maybe"),
        (json!({ "about": "rain", "day": 3 }), "rain_no"),
        (json!({ "about": "umbrella" }), "umbrella_yes"),
        (json!({ "about": "umbrella", "day": 1 }), "umbrella_no"),
        (json!({ "about": "snow", "weekday": 4 }), "snow_yes"),
        (json!({ "about": "snow", "weekday": 5 }), "snow_no"),
        (json!({ "about": "temperature" }), "temperature_now"),
        (json!({ "about": "temperature", "day": 1 }), "temperature"),
        (json!({ "about": "wind" }), "wind_now"),
        (json!({ "about": "wind", "day": 1 }), "wind"),
        (json!({ "about": "sun", "day": 1 }), "sun_yes"),
        (json!({ "about": "sun" }), "sun_no"),
        (json!({ "about": "rain", "span": "weekend" }), "days_rain"),
        (json!({ "about": "snow", "span": "weekend" }), "days_snow"),
    ] {
        let result = ask(arguments.clone());
        assert_eq!(result.response, format!("RosieWeather/{key}"), "{arguments}");
    }
}

#[test]
fn figures_are_whole_and_of_the_time_that_is_left() {
    let at_once = ask(json!({}));
    assert_eq!(
        (&at_once.data["temperature"], &at_once.data["rain_from"]),
        (&json!(9), &json!(17))
    );
    // What rained in the morning is over.
    let rain = ask(json!({ "about": "rain" }));
    assert_eq!(
        (&rain.data["chance"], &rain.data["rain_from"]),
        (&json!(80), &json!(17))
    );
    let weekend = ask(json!({ "span": "weekend", "about": "rain" }));
    assert_eq!(weekend.data["days"].as_array().unwrap().len(), 2);
    assert_eq!(weekend.data["wet"][0]["weekday"], 5);
    assert_eq!(weekend.data["wet"].as_array().unwrap().len(), 1);
}

#[test]
fn a_report_with_holes_says_what_it_knows() {
    let bare = Report {
        now: Some(Now::default()),
        ..Report::default()
    };
    assert_eq!(answer_in(&bare, json!({})).response, "RosieWeather/unknown");
    assert_eq!(
        answer_in(&bare, json!({ "about": "rain" })).response,
        "RosieWeather/unknown"
    );
    let mut holes = report();
    holes.hours.clear();
    holes.now = None;
    for day in &mut holes.days {
        (day.chance, day.amount, day.high, day.low, day.wind) = (None, None, None, None, None);
    }
    assert_eq!(
        answer_in(&holes, json!({ "about": "rain" })).response,
        "RosieWeather/rain_yes"
    );
    assert_eq!(
        answer_in(&holes, json!({ "about": "rain", "day": 1 })).response,
        "RosieWeather/rain_no"
    );
    assert_eq!(answer_in(&holes, json!({})).response, "RosieWeather/day");
    assert_eq!(
        answer_in(&holes, json!({ "about": "wind", "day": 1 })).response,
        "RosieWeather/day"
    );
}

#[test]
fn an_old_report_says_so() {
    let call = ToolCall {
        name: "RosieWeather".to_owned(),
        arguments: json!({}),
    };
    let old = answer(&call, &report(), 2 * 3600 + 10, &now());
    assert_eq!(old.data["old_seconds"], 7200);
    assert_eq!(answer(&call, &report(), 600, &now()).data.get("old_seconds"), None);
}
