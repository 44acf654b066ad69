//! Timers by voice: from the words of a call to the timer that is meant, and to what the answer has to know.

use crate::{
    Arguments, HubError, Rooms, Skill, Timers,
    questions::Questions,
    skill::said,
    timers::{Found, Kind, NewTimer, Purpose, TimerError, TimerView, Which, find, is_there, matching},
};
use rosie_core::{BoxFuture, CallContext, KnownName, KnownNames, ToolCall, ToolOutcome, ToolResult, ToolSpec};
use serde_json::{Value, json};
use std::sync::Arc;

/// Longest name that is kept, in characters; a wildcard may have caught half a sentence.
const LONGEST_NAME: usize = 60;

pub(crate) struct TimerSkill {
    timers: Timers,
    rooms: Rooms,
    questions: Arc<Questions>,
}

impl TimerSkill {
    /// What is asked where no duration was given.
    pub(crate) const ASKED: &'static str = "timer";

    pub(crate) fn new(timers: Timers, rooms: Rooms, questions: Arc<Questions>) -> Self {
        Self {
            timers,
            rooms,
            questions,
        }
    }

    async fn carry_out(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        match call.name.as_str() {
            "HassStartTimer" => self.start(call, context).await,
            "RosieAnswerDuration" => match self.questions.answered(Self::ASKED, call, context) {
                Some(call) => self.start(&call, context).await,
                None => Ok(said("not_asked", json!({}))),
            },
            "HassCancelAllTimers" => self.cancel_all(call).await,
            "HassTimerStatus" => self.status(call, context).await,
            "HassCancelTimer" => self.act(call, context, Purpose::Cancel).await,
            "HassPauseTimer" => self.act(call, context, Purpose::Pause).await,
            "HassUnpauseTimer" => self.act(call, context, Purpose::Resume).await,
            _ => self.act(call, context, Purpose::Change).await,
        }
    }

    async fn start(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let arguments = Arguments::of(call);
        if arguments.text("conversation_command").is_some() {
            return Err(HubError::NotSupported {
                call: "a command at a later time".to_owned(),
            }
            .into());
        }
        let Some(duration_ms) = arguments.duration_ms("").filter(|&ms| ms > 0) else {
            return Ok(self.questions.ask_back(Self::ASKED, call, context));
        };
        let timer = NewTimer {
            name: arguments
                .text("name")
                .map(|name| name.chars().take(LONGEST_NAME).collect()),
            endpoint: context.endpoint.clone(),
            room: context.room.clone(),
            language: context.language.clone(),
            duration_ms,
            alarm_unix_ms: None,
            ring: Default::default(),
        };
        match self.timers.with(move |book, now| book.start(timer, now)).await? {
            Ok(view) => Ok(said("default", json!({ "timer": self.data(&view) }))),
            Err(error) => Ok(refused(error)),
        }
    }

    /// Cancel, pause, resume, add or take away: the same search, then one thing.
    async fn act(&self, call: &ToolCall, context: &CallContext, purpose: Purpose) -> ToolOutcome {
        let by_ms = match call.name.as_str() {
            "HassIncreaseTimer" => needed_duration(call)?.min(i64::MAX as u64) as i64,
            "HassDecreaseTimer" => -(needed_duration(call)?.min(i64::MAX as u64) as i64),
            _ => 0,
        };
        // Searched and done in one go, so that nothing can come between.
        let which = self.which(call, context);
        let done = self.timers.with(move |book, now| {
            let views = timers_of(book.views(now));
            let found = find(&views, &which, purpose);
            let Found::One(id) = found else {
                return Err((found, views));
            };
            let before = book.view(id, now);
            let key = match purpose {
                Purpose::Cancel => book.cancel(id, now).map(|_| "default"),
                Purpose::Pause => book.pause(id, now).map(|done| if done { "default" } else { "already" }),
                Purpose::Resume => book
                    .resume(id, now)
                    .map(|done| if done { "default" } else { "already" }),
                Purpose::Change => book
                    .change(id, by_ms, now)
                    .map(|v| if v.is_some() { "default" } else { "ended" }),
            };
            Ok((key, book.view(id, now).or(before)))
        });
        match done.await? {
            Ok((Ok(key), view)) => {
                let changed = by_ms.unsigned_abs().div_ceil(1000);
                let timer = view.map(|view| self.data(&view));
                Ok(said(key, json!({ "timer": timer, "changed_seconds": changed })))
            }
            Ok((Err(error), _)) => Ok(refused(error)),
            Err((Found::Ambiguous(views), _)) => Ok(said("ambiguous", json!({ "timers": self.list(&views) }))),
            Err((Found::NoneFits, views)) => Ok(said("not_found", json!({ "timers": self.list(&views) }))),
            Err(_) if call.name == "HassIncreaseTimer" => self.put_off(by_ms.unsigned_abs(), context).await,
            Err(_) => Ok(said("no_timer", json!({ "timers": [] }))),
        }
    }

    /// "Ten more minutes" to an alarm or a reminder that was just stopped.
    async fn put_off(&self, ms: u64, context: &CallContext) -> ToolOutcome {
        let (endpoint, room) = (context.endpoint.clone(), context.room.clone());
        let again = self
            .timers
            .with(move |book, now| book.snooze(|record| is_there(record, &endpoint, Some(&room)), ms, now));
        Ok(match again.await? {
            Some(_) => said("RosieSnooze/default", json!({ "seconds": ms / 1000 })),
            None => said("no_timer", json!({ "timers": [] })),
        })
    }

    async fn cancel_all(&self, call: &ToolCall) -> ToolOutcome {
        let room = Arguments::of(call).text("area").map(|area| self.room(&area));
        let count = self.timers.with(move |book, now| {
            let views = timers_of(book.views(now));
            let meant = views
                .iter()
                .filter(|view| room.as_ref().is_none_or(|room| view.room() == room));
            meant.filter(|view| book.cancel(view.record.id, now).is_ok()).count()
        });
        let count = count.await?;
        let key = if count == 0 { "no_timer" } else { "default" };
        Ok(said(key, json!({ "count": count, "canceled": count, "timers": [] })))
    }

    async fn status(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let which = self.which(call, context);
        let views = timers_of(self.timers.views().await?);
        let meant = matching(&views, &which);
        if views.is_empty() {
            return Ok(said("no_timer", json!({ "timers": [] })));
        }
        if meant.is_empty() && !which.is_any() {
            return Ok(said("not_found", json!({ "timers": self.list(&views) })));
        }
        Ok(said("default", json!({ "timers": self.list(&meant) })))
    }

    fn which(&self, call: &ToolCall, context: &CallContext) -> Which {
        let arguments = Arguments::of(call);
        let mut name = arguments.text("name");
        let mut room = arguments.text("area").map(|area| self.room(&area));
        // "the kitchen timer" may have been taken as a name.
        if let (Some(said), None) = (&name, &room)
            && let Some(known) = self.rooms.find(said)
            && !self
                .timers
                .records()
                .iter()
                .any(|timer| timer.name.as_ref().is_some_and(|name| name == said))
        {
            room = Some(known.id.clone());
            name = None;
        }
        Which {
            name,
            room,
            duration_ms: arguments.duration_ms("start_"),
            here: context.endpoint.clone(),
            here_room: context.room.clone(),
        }
    }

    fn room(&self, area: &str) -> rosie_core::RoomId {
        self.rooms
            .find(area)
            .map_or_else(|| area.into(), |room| room.id.clone())
    }

    fn data(&self, view: &TimerView) -> Value {
        view.data(self.rooms.name(view.room()))
    }

    fn list(&self, views: &[TimerView]) -> Vec<Value> {
        views.iter().map(|view| self.data(view)).collect()
    }
}

/// Without alarms, but with one that rings: "five more minutes" may be said to it.
fn timers_of(mut views: Vec<TimerView>) -> Vec<TimerView> {
    views.retain(|view| match view.kind() {
        Kind::Timer => true,
        Kind::Alarm => view.ringing,
        Kind::Reminder | Kind::Later => false,
    });
    views
}

fn needed_duration(call: &ToolCall) -> Result<u64, HubError> {
    let duration = Arguments::of(call).duration_ms("").filter(|&ms| ms > 0);
    let reason = "it names no duration".to_owned();
    duration.ok_or(HubError::BadArguments {
        call: call.name.clone(),
        reason,
    })
}

fn refused(error: TimerError) -> ToolResult {
    let key = match error {
        TimerError::TooLong => "too_long",
        TimerError::TooMany => "too_many",
        TimerError::Gone => "not_found",
    };
    said(key, json!({ "timers": [] }))
}

impl Skill for TimerSkill {
    fn name(&self) -> &str {
        "timers"
    }

    fn calls(&self) -> &[&str] {
        &[
            "HassStartTimer",
            "RosieAnswerDuration",
            "HassCancelTimer",
            "HassCancelAllTimers",
            "HassIncreaseTimer",
            "HassDecreaseTimer",
            "HassPauseTimer",
            "HassUnpauseTimer",
            "HassTimerStatus",
        ]
    }

    fn handle<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(async move { self.timers.surely(self.carry_out(call, context).await) })
    }

    /// Names of timers, as the list `running_timer`: for the recogniser's bias.
    fn tools(&self) -> Vec<ToolSpec> {
        super::offered::timers()
    }

    fn names(&self) -> KnownNames {
        let entry = |name: String| KnownName {
            spoken: name.clone(),
            value: name,
            context: Default::default(),
        };
        let names: Vec<_> = self
            .timers
            .records()
            .into_iter()
            .filter_map(|timer| timer.name)
            .map(entry)
            .collect();
        if names.is_empty() {
            KnownNames::new()
        } else {
            KnownNames::from([("running_timer".to_owned(), names)])
        }
    }
}
