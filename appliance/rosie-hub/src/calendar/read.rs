//! Questions about the calendar: what there is, what comes next, whether one is free.

use super::{GoogleCalendar, event::Event, find, span};
use crate::{Arguments, skill::said};
use jiff::{ToSpan, Zoned};
use rosie_core::{Failure, ToolCall, ToolOutcome};
use serde_json::{Value, json};

/// Events that are said; of more only how many.
const SAID: usize = 3;
/// How far ahead an event is looked for.
pub(super) const AHEAD_DAYS: i64 = 90;
/// How far ahead the next event is looked for first.
const SOON_DAYS: i64 = 14;

/// `events` (the first three), `more` (how many besides).
fn told(events: &[Event], now: &Zoned) -> Value {
    json!({
        "events": events.iter().take(SAID).map(|event| event.data(now)).collect::<Vec<_>>(),
        "more": events.len().saturating_sub(SAID),
    })
}

impl GoogleCalendar {
    /// "What's on my calendar today?"
    pub(super) async fn events(&self, call: &ToolCall) -> ToolOutcome {
        let now = self.now()?;
        let Some(span) = span::span(&Arguments::of(call), &now) else {
            return Ok(said("no_such_time", json!({})));
        };
        // Of today only what is not over.
        let from = span.from.clone().max(now.clone().min(span.to.clone()));
        let events = self.google.events(&from, &span.to).await?;
        let mut data = told(&events, &now);
        data["span"] = span.data;
        data["days"] = json!(span.days);
        let key = if events.is_empty() { "none" } else { "default" };
        Ok(said(key, data))
    }

    /// "What's my next appointment?"
    pub(super) async fn next(&self) -> ToolOutcome {
        let now = self.now()?;
        for days in [SOON_DAYS, AHEAD_DAYS] {
            let events = self.ahead(&now, days).await?;
            let begins = |event: &Event| event.begins(now.time_zone());
            // What lasts all day is today's frame, not what comes next.
            let next = events
                .iter()
                .find(|event| begins(event).is_some_and(|begins| begins > now));
            if let Some(event) = next {
                return Ok(said("default", json!({ "event": event.data(&now) })));
            }
        }
        Ok(said("none", json!({})))
    }

    /// "When is the dentist?"
    pub(super) async fn find(&self, call: &ToolCall) -> ToolOutcome {
        let now = self.now()?;
        let events = self.meant(call, &now).await?;
        let key = if events.is_empty() { "none" } else { "default" };
        Ok(said(key, told(&events, &now)))
    }

    /// "Am I free on Friday afternoon?"
    pub(super) async fn free(&self, call: &ToolCall) -> ToolOutcome {
        let now = self.now()?;
        let Some(span) = span::span(&Arguments::of(call), &now) else {
            return Ok(said("no_such_time", json!({})));
        };
        let from = span.from.clone().max(now.clone().min(span.to.clone()));
        let busy = self.google.busy(&from, &span.to).await?;
        let whole = matches!(busy.as_slice(), [(begin, end)] if *begin <= from && *end >= span.to);
        let times = busy.iter().take(SAID).map(|(begin, end)| {
            // Only what lies within the question is said.
            let (begin, end) = (begin.clone().max(from.clone()), end.clone().min(span.to.clone()));
            let mut data = super::event::moment(begin.date(), &now);
            data["hour"] = json!(begin.hour());
            data["minute"] = json!(begin.minute());
            data["end_hour"] = json!(end.hour());
            data["end_minute"] = json!(end.minute());
            data
        });
        let key = match (busy.is_empty(), whole) {
            (true, _) => "default",
            (false, true) => "busy",
            (false, false) => "partly",
        };
        let data = json!({
            "span": span.data,
            "days": span.days,
            "busy": times.collect::<Vec<_>>(),
            "more": busy.len().saturating_sub(SAID),
        });
        Ok(said(key, data))
    }

    /// Events that are not over, of so many days.
    async fn ahead(&self, now: &Zoned, days: i64) -> Result<Vec<Event>, Failure> {
        let to = now.checked_add(days.days()).map_err(|_| self.clock_is_off())?;
        self.google.events(now, &to).await
    }

    /// The events that the words and the day of a call mean.
    pub(super) async fn meant(&self, call: &ToolCall, now: &Zoned) -> Result<Vec<Event>, Failure> {
        let arguments = Arguments::of(call);
        let title = arguments.text("title").unwrap_or_default();
        let events = match span::is_named(&arguments)
            .then(|| span::span(&arguments, now))
            .flatten()
        {
            Some(span) => {
                self.google
                    .events(&span.from.clone().max(now.clone()), &span.to)
                    .await?
            }
            None => self.ahead(now, AHEAD_DAYS).await?,
        };
        Ok(find::meant(events, &title))
    }
}
