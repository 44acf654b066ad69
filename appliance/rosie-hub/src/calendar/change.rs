//! Changes of the calendar: a new event, another time, none any more.

use super::{
    GoogleCalendar,
    event::{Event, Times},
    find,
    span::{self, Wish},
};
use crate::{Arguments, HubError, skill::said};
use jiff::{SignedDuration, ToSpan, Zoned};
use rosie_core::{CallContext, Failure, ToolCall, ToolOutcome};
use serde_json::{Value, json};

/// How long an event is where nobody says it.
const USUAL: SignedDuration = SignedDuration::from_hours(1);
/// Last words of what is switched, not entered.
const SWITCHES: [&str; 8] = ["on", "off", "up", "down", "an", "aus", "auf", "zu"];
/// The longest title, characters.
const LONGEST: usize = 200;

impl GoogleCalendar {
    /// "Put dentist on Tuesday at three."
    pub(super) async fn create(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let now = self.now()?;
        let arguments = Arguments::of(call);
        let title = title(&arguments, call)?;
        // "Put the lights on tomorrow at eight" is no appointment with the lights.
        let last = title.rsplit(' ').next().unwrap_or_default().to_lowercase();
        if SWITCHES.contains(&last.as_str()) {
            return Err(HubError::NotSupported {
                call: call.name.clone(),
            }
            .into());
        }
        let Some(wish) = span::wish(&arguments, None, &now) else {
            return Ok(said("when", json!({ "title": title })));
        };
        let length = match arguments.duration_ms("") {
            Some(ms) => SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX).min(DAY_MS)),
            None => USUAL,
        };
        let (times, event) = self.timed(&title, &wish, length, &now)?;
        let calendar = self.google.for_new(&self.config.new_events).await?;
        let done = self.google.insert(&calendar, &title, times).await;
        self.written(call, context, "calendar.create", &event, done.as_ref().err());
        done?;
        Ok(said("default", json!({ "event": event.data(&now) })))
    }

    /// "Move the dentist to Wednesday at four."
    pub(super) async fn reschedule(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let now = self.now()?;
        let arguments = Arguments::of(call);
        title(&arguments, call)?;
        let found = self.named(&arguments, &now).await?;
        let [event] = found.as_slice() else {
            return Ok(several(&found, &now));
        };
        let date = event.begins(now.time_zone()).map(|begins| begins.date());
        let Some(wish) = span::wish(&arguments, date, &now) else {
            return Ok(said("when", json!({ "event": event.data(&now) })));
        };
        let (length, wish) = match (&event.times, wish) {
            // "To Wednesday" keeps the time of day.
            (Times::Span(from, to), Wish::Day(date)) => {
                let same = from.with().date(date).build().map_err(|_| self.clock_is_off())?;
                (from.duration_until(to), Wish::At(same))
            }
            (Times::Span(from, to), wish) => (from.duration_until(to), wish),
            (Times::Days(..), wish) => (USUAL, wish),
        };
        let (times, mut moved) = self.timed(&event.title, &wish, length, &now)?;
        // A stay of several days stays as long.
        let times = match (&event.times, &mut moved.times) {
            (Times::Days(first, end), Times::Days(new, last)) => {
                let days = (*end - *first).get_days();
                *last = new.checked_add(days.days()).map_err(|_| self.clock_is_off())?;
                json!({ "start": { "date": new.to_string() }, "end": { "date": last.to_string() } })
            }
            _ => times,
        };
        let done = self.google.reschedule(event, times).await;
        self.written(call, context, "calendar.move", event, done.as_ref().err());
        done?;
        Ok(said("default", json!({ "event": moved.data(&now) })))
    }

    /// "Cancel the dentist." The person has said yes.
    pub(super) async fn cancel(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let now = self.now()?;
        title(&Arguments::of(call), call)?;
        let found = self.meant(call, &now).await?;
        let [event] = found.as_slice() else {
            return Ok(several(&found, &now));
        };
        let done = self.google.delete(event).await;
        self.written(call, context, "calendar.cancel", event, done.as_ref().err());
        done?;
        Ok(said("default", json!({ "event": event.data(&now) })))
    }

    /// The event to be moved: the day in the call is where it goes, not where it is.
    async fn named(&self, arguments: &Arguments<'_>, now: &Zoned) -> Result<Vec<Event>, Failure> {
        let to = now
            .checked_add(super::read::AHEAD_DAYS.days())
            .map_err(|_| self.clock_is_off())?;
        let events = self.google.events(now, &to).await?;
        Ok(find::meant(events, &arguments.text("title").unwrap_or_default()))
    }

    /// The times as the API takes them, and the event as it will be.
    fn timed(&self, title: &str, wish: &Wish, length: SignedDuration, now: &Zoned) -> Result<(Value, Event), Failure> {
        let event = |times| Event {
            calendar: String::new(),
            id: String::new(),
            etag: String::new(),
            uid: String::new(),
            title: title.to_owned(),
            times,
        };
        match wish {
            Wish::Day(date) => {
                let next = date.tomorrow().map_err(|_| self.clock_is_off())?;
                let times = json!({ "start": { "date": date.to_string(), "dateTime": null }, "end": { "date": next.to_string(), "dateTime": null } });
                Ok((times, event(Times::Days(*date, next))))
            }
            Wish::At(from) => {
                let to = from.checked_add(length).map_err(|_| self.clock_is_off())?;
                let time = |time: &Zoned| {
                    json!({
                        "dateTime": time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
                        "timeZone": now.time_zone().iana_name(),
                        "date": null,
                    })
                };
                let times = json!({ "start": time(from), "end": time(&to) });
                Ok((times, event(Times::Span(from.clone(), to))))
            }
        }
    }
}

const DAY_MS: i64 = 24 * 3_600_000;

fn title(arguments: &Arguments<'_>, call: &ToolCall) -> Result<String, HubError> {
    // "A meeting with Ben" is called so, and not "Ben".
    let title = arguments.text("title").map(|title| match arguments.text("kind") {
        Some(kind) => format!("{kind} {title}"),
        None => title,
    });
    let title = title.filter(|title| title.chars().count() <= LONGEST);
    title.ok_or_else(|| HubError::BadArguments {
        call: call.name.clone(),
        reason: "it names no event, or one too long".to_owned(),
    })
}

/// None of them, or which?
fn several(found: &[Event], now: &Zoned) -> rosie_core::ToolResult {
    let key = if found.is_empty() { "not_found" } else { "which" };
    let events: Vec<Value> = found.iter().take(3).map(|event| event.data(now)).collect();
    said(key, json!({ "events": events, "more": found.len().saturating_sub(3) }))
}
