//! The section of do not disturb: times in which nothing is announced, and where.

use super::{Config, validate::Findings};
use crate::backup::time;
use jiff::{
    Zoned,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

section! {
    /// When nothing is announced by itself. Timers, alarms and what somebody wanted to be reminded of there are heard all the same, and so
    /// is whatever is answered.
    DoNotDisturb {
        /// Times of the day that come again. The page `/quiet` sets them; an endpoint's own switch goes before them.
        times: Vec<QuietTime> = Vec::new(),
    }
}

/// From one time of the day to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietTime {
    /// When it begins ("22:00").
    pub from: String,
    /// When it ends ("07:00"); not after the beginning: on the next day.
    pub to: String,
    /// Days of the week on which it begins; none: every day.
    #[serde(default)]
    pub days: Vec<Day>,
    /// Rooms, by their ids; none: all of them.
    #[serde(default)]
    pub rooms: Vec<String>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    fn of(date: Date) -> Self {
        match date.weekday() {
            Weekday::Monday => Self::Mon,
            Weekday::Tuesday => Self::Tue,
            Weekday::Wednesday => Self::Wed,
            Weekday::Thursday => Self::Thu,
            Weekday::Friday => Self::Fri,
            Weekday::Saturday => Self::Sat,
            Weekday::Sunday => Self::Sun,
        }
    }
}

impl DoNotDisturb {
    /// Until when a room is left alone, if it is now.
    pub fn until(&self, room: &str, now: &Zoned) -> Option<Zoned> {
        let there = |time: &&QuietTime| time.rooms.is_empty() || time.rooms.iter().any(|known| known == room);
        self.times.iter().filter(there).filter_map(|time| time.until(now)).max()
    }
}

impl QuietTime {
    fn until(&self, now: &Zoned) -> Option<Zoned> {
        let today = now.date();
        let begins = [Some(today), today.yesterday().ok()];
        begins.into_iter().flatten().find_map(|date| self.begun(date, now))
    }

    /// The end of the one that begins on this day, if it is now.
    fn begun(&self, date: Date, now: &Zoned) -> Option<Zoned> {
        if !self.days.is_empty() && !self.days.contains(&Day::of(date)) {
            return None;
        }
        let (from, to) = (time(&self.from)?, time(&self.to)?);
        let last = if to > from { date } else { date.tomorrow().ok()? };
        let at = |date: Date, time| date.to_datetime(time).to_zoned(now.time_zone().clone()).ok();
        let (start, end) = (at(date, from)?, at(last, to)?);
        (start <= *now && *now < end).then_some(end)
    }
}

/// The time on the house's clocks.
pub fn local_time(config: &Config) -> Zoned {
    let zone = TimeZone::get(&config.time_zone).unwrap_or_else(|_| TimeZone::system());
    Zoned::now().with_time_zone(zone)
}

pub(super) fn check(config: &Config, found: &mut Findings) {
    for (n, quiet) in config.do_not_disturb.times.iter().enumerate() {
        for (key, text) in [("from", &quiet.from), ("to", &quiet.to)] {
            if time(text).is_none() {
                let key = format!("do_not_disturb.times[{n}].{key}");
                found.add(key, format!("\"{text}\" is not a time of the day like 22:00"));
            }
        }
        for room in &quiet.rooms {
            if !config.rooms.iter().any(|known| known.id == *room) {
                let rooms: Vec<&str> = config.rooms.iter().map(|room| room.id.as_str()).collect();
                found.add(
                    format!("do_not_disturb.times[{n}].rooms"),
                    format!("there is no room \"{room}\"; the rooms are {}", rooms.join(", ")),
                );
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn quiet(from: &str, to: &str, days: &[Day], rooms: &[&str]) -> DoNotDisturb {
        let time = QuietTime {
            from: from.into(),
            to: to.into(),
            days: days.to_vec(),
            rooms: rooms.iter().map(|&room| room.to_owned()).collect(),
        };
        DoNotDisturb { times: vec![time] }
    }

    /// When it ends, as `day hour:minute`.
    fn until(quiet: &DoNotDisturb, room: &str, now: &str) -> Option<String> {
        let now: Zoned = format!("{now}[Europe/Berlin]").parse().unwrap();
        quiet.until(room, &now).map(|end| end.strftime("%d %H:%M").to_string())
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins() {
        // 2026-11-27 is a Friday.
        let night = quiet("22:00", "07:00", &[Day::Fri], &[]);
        assert_eq!(until(&night, "kitchen", "2026-11-27T21:59"), None);
        assert_eq!(
            until(&night, "kitchen", "2026-11-27T22:00").as_deref(),
            Some("28 07:00")
        );
        assert_eq!(
            until(&night, "kitchen", "2026-11-28T06:59").as_deref(),
            Some("28 07:00")
        );
        assert_eq!(until(&night, "kitchen", "2026-11-28T07:00"), None);
        assert_eq!(until(&night, "kitchen", "2026-11-27T06:00"), None, "Thursday has none");
        let nap = quiet("13:00", "15:00", &[], &["bedroom"]);
        assert_eq!(until(&nap, "bedroom", "2026-11-29T14:00").as_deref(), Some("29 15:00"));
        assert_eq!(until(&nap, "kitchen", "2026-11-29T14:00"), None);
        let always = quiet("00:00", "00:00", &[], &[]);
        assert_eq!(
            until(&always, "kitchen", "2026-11-29T14:00").as_deref(),
            Some("30 00:00")
        );
    }

    #[test]
    fn the_night_in_which_the_clocks_change_ends_in_the_morning() {
        let night = quiet("22:00", "02:30", &[], &[]);
        // That night there is no half past two.
        assert_eq!(
            until(&night, "kitchen", "2026-03-29T01:59").as_deref(),
            Some("29 03:30")
        );
        assert_eq!(until(&night, "kitchen", "2026-03-29T03:31"), None);
    }

    #[test]
    fn what_is_no_time_and_no_room_is_told_with_its_place() {
        let config = Config {
            do_not_disturb: quiet("25:00", "7", &[], &["cellar"]),
            ..Config::default()
        };
        let keys: Vec<String> = super::super::validate::check(&config)
            .into_iter()
            .map(|found| found.key)
            .collect();
        let place = "do_not_disturb.times[0]";
        assert_eq!(
            keys,
            [format!("{place}.from"), format!("{place}.to"), format!("{place}.rooms")]
        );
    }
}
