//! Time, date and day of the week, in the house's time zone.

use crate::{
    Arguments, Clock, HubError, Skill,
    clock::{now_in, zone},
    skill::said,
};
use jiff::{ToSpan, Zoned, tz::TimeZone};
use rosie_core::{BoxFuture, CallContext, ToolCall, ToolOutcome};
use serde_json::{Value, json};
use std::sync::Arc;

/// Days from today that may be asked for.
const FARTHEST_DAY: f64 = 3660.0;

pub(crate) struct ClockSkill {
    clock: Arc<dyn Clock>,
    zone: TimeZone,
}

impl ClockSkill {
    pub(crate) fn new(clock: Arc<dyn Clock>, time_zone: Option<&str>) -> Result<Self, HubError> {
        let zone = zone(time_zone)?;
        Ok(Self { clock, zone })
    }

    pub(crate) fn zone(&self) -> TimeZone {
        self.zone.clone()
    }

    pub(crate) fn now(&self) -> Result<Zoned, HubError> {
        now_in(&self.zone, &*self.clock)
    }

    fn answer(&self, call: &ToolCall) -> ToolOutcome {
        let now = self.now()?;
        let arguments = Arguments::of(call);
        if call.name == "HassGetCurrentTime" {
            return Ok(said(
                "default",
                json!({ "time": { "hour": now.hour(), "minute": now.minute() } }),
            ));
        }
        if call.name == "RosieWorldTime" {
            let place = arguments.text("place").unwrap_or_default();
            let place = place.trim_end_matches(['?', '.', '!']);
            let there = super::places::zone_of(place).map(|zone| now.with_time_zone(zone));
            return Ok(match there {
                Some(there) => said(
                    "default",
                    json!({
                        "time": { "hour": there.hour(), "minute": there.minute() },
                        "place": place,
                        "offset": (there.date() - now.date()).get_days(),
                    }),
                ),
                None => said("unknown", json!({})),
            });
        }
        let offset = arguments
            .number("offset")
            .unwrap_or(0.0)
            .clamp(-FARTHEST_DAY, FARTHEST_DAY) as i64;
        let day = now.checked_add(offset.days()).map_err(|e| HubError::BadArguments {
            call: call.name.clone(),
            reason: e.to_string(),
        })?;
        let part = arguments
            .text("part")
            .filter(|part| ["month", "year", "week"].contains(&part.as_str()));
        let data = json!({
            "date": date(&day),
            "offset": offset,
            "week": day.date().iso_week_date().week(),
        });
        Ok(said(part.as_deref().unwrap_or("default"), data))
    }
}

/// Weekday 0 is Monday.
fn date(day: &Zoned) -> Value {
    json!({
        "year": day.year(),
        "month": day.month(),
        "day": day.day(),
        "weekday": day.weekday().to_monday_zero_offset(),
    })
}

impl Skill for ClockSkill {
    fn name(&self) -> &str {
        "clock"
    }

    fn calls(&self) -> &[&str] {
        &[
            "HassGetCurrentTime",
            "RosieWorldTime",
            "HassGetCurrentDate",
            "RosieDayOfWeek",
            "RosieDate",
        ]
    }

    fn handle<'a>(&'a self, call: &'a ToolCall, _context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(async move { self.answer(call) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    struct Fixed(u64);

    impl Clock for Fixed {
        fn unix_ms(&self) -> u64 {
            self.0
        }
        fn monotonic_ms(&self) -> u64 {
            0
        }
    }

    fn ask(unix_s: u64, zone: &str, name: &str, arguments: Value) -> rosie_core::ToolResult {
        let skill = ClockSkill::new(Arc::new(Fixed(unix_s * 1000)), Some(zone)).unwrap();
        skill
            .answer(&ToolCall {
                name: name.to_owned(),
                arguments,
            })
            .unwrap()
    }

    /// 2026-01-05 23:35:10 UTC, a Monday.
    const MONDAY_NIGHT: u64 = 1_767_656_110;

    #[test]
    fn the_zone_decides() {
        for (zone, hour, day, weekday) in [
            ("UTC", 23, 5, 0),
            ("Europe/Berlin", 0, 6, 1),
            ("America/Los_Angeles", 15, 5, 0),
            ("Asia/Kolkata", 5, 6, 1),
        ] {
            let time = ask(MONDAY_NIGHT, zone, "HassGetCurrentTime", json!({})).data;
            assert_eq!(time["time"]["hour"], hour, "{zone}");
            let date = ask(MONDAY_NIGHT, zone, "HassGetCurrentDate", json!({})).data;
            assert_eq!(
                date["date"],
                json!({ "year": 2026, "month": 1, "day": day, "weekday": weekday }),
                "{zone}"
            );
        }
        assert_eq!(
            ask(MONDAY_NIGHT, "Asia/Kolkata", "HassGetCurrentTime", json!({})).data["time"]["minute"],
            5
        );
    }

    #[test]
    fn summer_time_is_kept() {
        // 2026-03-29 01:30 UTC: Berlin has just gone from 2 to 3.
        let time = ask(1_774_747_800, "Europe/Berlin", "HassGetCurrentTime", json!({})).data;
        assert_eq!(time["time"], json!({ "hour": 3, "minute": 30 }));
        let tomorrow = ask(1_774_747_800, "Europe/Berlin", "RosieDayOfWeek", json!({ "offset": 1 })).data;
        assert_eq!(
            tomorrow["date"],
            json!({ "year": 2026, "month": 3, "day": 30, "weekday": 0 })
        );
    }

    #[test]
    fn days_and_parts() {
        let yesterday = ask(MONDAY_NIGHT, "UTC", "RosieDayOfWeek", json!({ "offset": "-1" }));
        assert_eq!(
            (
                yesterday.data["date"]["weekday"].as_i64(),
                yesterday.data["offset"].as_i64()
            ),
            (Some(6), Some(-1))
        );
        let week = ask(MONDAY_NIGHT, "UTC", "RosieDate", json!({ "part": "week" }));
        assert_eq!((week.response.as_str(), week.data["week"].as_i64()), ("week", Some(2)));
        assert_eq!(
            ask(MONDAY_NIGHT, "UTC", "RosieDate", json!({ "part": "nonsense" })).response,
            "default"
        );
        let far = ask(MONDAY_NIGHT, "UTC", "RosieDate", json!({ "offset": 1e300 }));
        assert_eq!(far.data["date"]["year"], 2036);
    }

    #[test]
    fn wrong_zones_and_clocks_are_errors() {
        let clock = Arc::new(Fixed(u64::MAX));
        assert!(ClockSkill::new(clock.clone(), Some("Mars/Olympus")).is_err());
        assert!(ClockSkill::new(clock, Some("UTC")).unwrap().now().is_err());
    }
}
