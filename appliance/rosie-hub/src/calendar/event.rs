//! An event as Calendar API v3 gives it, and as answers get it.

use jiff::{Timestamp, ToSpan, Zoned, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

/// A long title is cut when it is said.
const SPOKEN_TITLE: usize = 80;

/// When an event is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Times {
    /// The last day is not in it any more.
    Days(Date, Date),
    Span(Zoned, Zoned),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Event {
    /// Of the calendar it is in.
    pub calendar: String,
    pub id: String,
    pub etag: String,
    /// The same in every calendar that it is in.
    pub uid: String,
    pub title: String,
    pub times: Times,
}

impl Event {
    /// `None`: cancelled, declined, or not in the form of the API's reference.
    pub fn read(value: &Value, calendar: &str, zone: &TimeZone) -> Option<Self> {
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let declined = value["attendees"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|one| one["self"] == true && one["responseStatus"] == "declined");
        if value["status"] == "cancelled" || declined {
            return None;
        }
        Some(Self {
            calendar: calendar.to_owned(),
            id: Some(text("id")).filter(|id| !id.is_empty())?,
            etag: text("etag"),
            uid: text("iCalUID"),
            title: text("summary").split_whitespace().collect::<Vec<_>>().join(" "),
            times: times(value, zone)?,
        })
    }

    /// Its first moment.
    pub fn begins(&self, zone: &TimeZone) -> Option<Zoned> {
        match &self.times {
            Times::Days(first, _) => first.to_zoned(zone.clone()).ok(),
            Times::Span(from, _) => Some(from.clone()),
        }
    }

    /// `title` (empty where it has none), `all_day`, and the day and time: those of now where it has begun already.
    pub fn data(&self, now: &Zoned) -> Value {
        let begun = self.begins(now.time_zone()).is_some_and(|begins| begins <= *now);
        let (date, hour, minute) = match &self.times {
            Times::Days(first, _) => ((*first).max(if begun { now.date() } else { *first }), 0, 0),
            Times::Span(from, _) => (from.date(), from.hour(), from.minute()),
        };
        let mut data = moment(date, now);
        data["title"] = json!(self.title.chars().take(SPOKEN_TITLE).collect::<String>());
        data["all_day"] = json!(matches!(self.times, Times::Days(..)));
        data["begun"] = json!(begun);
        data["hour"] = json!(hour);
        data["minute"] = json!(minute);
        data
    }
}

/// A day as answers get it: `offset` in days from today, `weekday` (0 is Monday), `date`.
pub(super) fn moment(date: Date, now: &Zoned) -> Value {
    let weekday = date.weekday().to_monday_zero_offset();
    json!({
        "offset": (date - now.date()).get_days(),
        "weekday": weekday,
        "date": { "year": date.year(), "month": date.month(), "day": date.day(), "weekday": weekday },
    })
}

fn times(value: &Value, zone: &TimeZone) -> Option<Times> {
    let (start, end) = (&value["start"], &value["end"]);
    let day = |value: &Value| value["date"].as_str()?.parse::<Date>().ok();
    if let Some(first) = day(start) {
        let next = first.checked_add(1.day()).ok()?;
        return Some(Times::Days(first, day(end).filter(|end| *end > first).unwrap_or(next)));
    }
    let time = |value: &Value| {
        let stamp = value["dateTime"].as_str()?.parse::<Timestamp>().ok()?;
        Some(stamp.to_zoned(zone.clone()))
    };
    let from = time(start)?;
    let to = time(end).filter(|to| *to >= from).unwrap_or_else(|| from.clone());
    Some(Times::Span(from, to))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn events_are_read_in_the_houses_zone() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let now: Zoned = "2026-01-05T14:30[Europe/Berlin]".parse().unwrap();
        let read = |value: Value| Event::read(&value, "primary", &zone);
        let dentist = read(json!({
            "id": "a", "summary": " Dentist \n", "start": { "dateTime": "2026-01-06T09:00:00-05:00" },
            "end": { "dateTime": "2026-01-06T10:00:00-05:00" },
        }));
        let data = dentist.unwrap().data(&now);
        assert_eq!(
            (&data["title"], &data["hour"], &data["offset"]),
            (&json!("Dentist"), &json!(15), &json!(1))
        );
        let trip = read(json!({ "id": "b", "start": { "date": "2026-01-04" }, "end": { "date": "2026-01-08" } }));
        let data = trip.unwrap().data(&now);
        assert_eq!(
            (&data["all_day"], &data["offset"], &data["begun"]),
            (&json!(true), &json!(0), &json!(true))
        );
        assert_eq!(read(json!({ "id": "c", "status": "cancelled" })), None);
        let declined = json!({ "id": "d", "start": { "date": "2026-01-04" }, "attendees": [{ "self": true, "responseStatus": "declined" }] });
        assert_eq!(read(declined), None);
        assert_eq!(read(json!({ "id": "e", "start": { "dateTime": "soon" } })), None);
    }
}
