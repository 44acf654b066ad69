//! The weather of Home Assistant's weather entity: its state, and its forecasts by the response of a service.

use super::{
    Shared,
    execute::{response, service},
    house::{Entity, House, State},
    link::Link,
};
use crate::{
    clock::now_in,
    weather::{
        answer,
        report::{Condition, Day, Hour, Now, Report},
    },
};
use jiff::{Timestamp, Zoned, tz::TimeZone};
use rosie_core::{ErrorCode, Failure, ToolCall, ToolOutcome};
use serde_json::{Value, json};

/// What an entity can forecast: bits of its `supported_features`.
const DAILY: u64 = 1;
const HOURLY: u64 = 2;

/// The first that is there, the one called `home` before others.
pub(super) fn entity(house: &House) -> Option<&Entity> {
    let all = house.registry.entities.values();
    let there = all.filter(|entity| entity.domain() == "weather" && house.is_available(entity));
    there.min_by_key(|entity| (!entity.id.contains("home"), entity.id.as_str()))
}

pub(super) async fn weather(link: &Link, house: &House, call: &ToolCall, now: &Zoned) -> ToolOutcome {
    let (Some(entity), zone) = (entity(house), now.time_zone()) else {
        return Err(Failure::new(
            ErrorCode::DeviceUnavailable,
            "no weather entity of Home Assistant is available",
        ));
    };
    let none = State::default();
    let state = house.state(entity).unwrap_or(&none);
    let can = state
        .attributes
        .get("supported_features")
        .and_then(Value::as_u64)
        .unwrap_or(0);
    let forecast = async |kind: &str, bit: u64| -> Result<Vec<Value>, Failure> {
        if can & bit == 0 {
            return Ok(Vec::new());
        }
        let asked = service("weather", "get_forecasts", &entity.id, json!({ "type": kind }));
        let mut told = response(link, &asked).await?;
        Ok(match super::take(&mut told, "forecast") {
            Value::Array(all) => all,
            _ => Vec::new(),
        })
    };
    let (daily, hourly) = tokio::try_join!(forecast("daily", DAILY), forecast("hourly", HOURLY))?;
    let report = report(state, &daily, &hourly, zone);
    Ok(answer(call, &report, 0, now))
}

fn number(value: &Value, key: &str) -> Option<f64> {
    value[key].as_f64()
}

/// By the house's clock.
fn local(value: &Value, zone: &TimeZone) -> Option<Zoned> {
    let at: Timestamp = value["datetime"].as_str()?.parse().ok()?;
    Some(at.to_zoned(zone.clone()))
}

fn condition(value: &Value) -> Option<Condition> {
    value["condition"].as_str().and_then(Condition::of_home)
}

fn report(state: &State, daily: &[Value], hourly: &[Value], zone: &TimeZone) -> Report {
    let attribute = |name: &str| state.attributes.get(name).and_then(Value::as_f64);
    let unit = |name: &str, usual: &str| state.text(name).unwrap_or(usual).to_owned();
    let hour = |value: &Value| {
        Some(Hour {
            at: local(value, zone)?.datetime(),
            condition: condition(value),
            amount: number(value, "precipitation"),
            chance: number(value, "precipitation_probability"),
        })
    };
    let day = |value: &Value| {
        Some(Day {
            date: local(value, zone)?.date(),
            condition: condition(value),
            high: number(value, "temperature"),
            low: number(value, "templow"),
            amount: number(value, "precipitation"),
            chance: number(value, "precipitation_probability"),
            wind: number(value, "wind_speed"),
        })
    };
    Report {
        now: Some(Now {
            condition: Condition::of_home(&state.value),
            temperature: attribute("temperature"),
            wind: attribute("wind_speed"),
        }),
        hours: hourly.iter().filter_map(hour).collect(),
        days: daily.iter().filter_map(day).collect(),
        wind_unit: unit("wind_speed_unit", "km/h"),
        amount_unit: unit("precipitation_unit", "mm"),
    }
}

impl Shared {
    /// The moment by the house's clock.
    pub(super) fn moment(&self) -> Result<Zoned, Failure> {
        Ok(now_in(&self.config.zone, &*self.clock)?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Shapes as in Home Assistant's documentation of `weather.get_forecasts`.
    #[test]
    fn a_forecast_of_home_assistant_is_a_report() {
        let mut state = State {
            value: "partlycloudy".to_owned(),
            ..State::default()
        };
        for (key, value) in [
            ("temperature", json!(17.4)),
            ("wind_speed", json!(12)),
            ("wind_speed_unit", json!("mph")),
            ("precipitation_unit", json!("in")),
        ] {
            state.attributes.insert(key.to_owned(), value);
        }
        let daily = [
            json!({ "condition": "pouring", "datetime": "2026-01-05T22:30:00+00:00", "precipitation": 0.4,
                "precipitation_probability": 70, "temperature": 50.0, "templow": 41.2, "wind_speed": 20 }),
            json!({ "condition": "sunny" }),
        ];
        let hourly = [json!({ "condition": "rainy", "datetime": "2026-01-05T15:00:00+01:00", "precipitation": 0.1 })];
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let report = report(&state, &daily, &hourly, &zone);
        assert_eq!((report.days.len(), report.hours.len()), (1, 1));
        assert_eq!(report.days[0].date.to_string(), "2026-01-05");
        assert_eq!((report.days[0].high, report.days[0].low), (Some(50.0), Some(41.2)));
        assert_eq!(report.hours[0].at.hour(), 15);
        assert_eq!((report.wind_unit.as_str(), report.amount_unit.as_str()), ("mph", "in"));
        assert_eq!(report.now.unwrap().temperature, Some(17.4));
    }
}
