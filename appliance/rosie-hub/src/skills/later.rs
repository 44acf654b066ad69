//! Commands for the home at a later time: kept as timers are, listed, cancelled. [`crate::timers`] carries them out.

use super::{ClockSkill, reminders::about};
use crate::{
    Arguments, HubError, Skill, Timers,
    skill::said,
    timers::{Kind, NewTimer, TimerError, TimerView, time_of_day, unix_ms},
    when::{Bare, NO_DAY, When},
};
use jiff::Zoned;
use rosie_core::{
    BoxFuture, CallContext, Effect, ToolCall, ToolOutcome, ToolResult,
    store::{Later, LaterStage, Reminder, Ring},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Characters of a command that are kept, to say it again.
const LONGEST: usize = 200;
/// "Cancel that" means what was planned no longer ago than this.
const JUST_NOW_MS: u64 = 60_000;

pub(crate) struct LaterSkill {
    timers: Timers,
    clock: Arc<ClockSkill>,
}

impl LaterSkill {
    /// When, as alarms and reminders have it; `command`: what, in words; `calls`: the same as calls, in JSON.
    pub(crate) const SET: &'static str = "RosieLater";
    const CANCEL: &'static str = "RosieCancelLater";
    const STATUS: &'static str = "RosieLaterStatus";

    pub(crate) fn new(timers: Timers, clock: Arc<ClockSkill>) -> Self {
        Self { timers, clock }
    }

    /// What a command is made of: of a sentence's it is JSON in a text.
    pub(crate) fn calls_of(call: &ToolCall) -> Option<Vec<ToolCall>> {
        let calls = call.arguments.get("calls")?;
        match calls.as_str() {
            Some(text) => serde_json::from_str(text).ok(),
            None => serde_json::from_value(calls.clone()).ok(),
        }
    }

    async fn carry_out(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        match call.name.as_str() {
            Self::SET => self.set(call, context).await,
            Self::CANCEL => self.cancel(call, context).await,
            _ => self.status().await,
        }
    }

    async fn set(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let arguments = Arguments::of(call);
        let wrong = |reason: &str| HubError::BadArguments {
            call: call.name.clone(),
            reason: reason.to_owned(),
        };
        let calls = Self::calls_of(call).filter(|calls| !calls.is_empty());
        let calls = calls.ok_or_else(|| wrong("it has no calls"))?;
        let words = arguments.text("command").ok_or_else(|| wrong("it has no words"))?;
        let now = self.clock.now()?;
        let in_ms = arguments.duration_ms("").filter(|&ms| ms > 0);
        let alarm_unix_ms = match in_ms {
            Some(_) => None,
            None => {
                let when = When::of(&arguments).ok_or_else(|| wrong("it has no time"))?;
                let Some(at) = when.next(&now, Bare::Sooner) else {
                    return Ok(said(NO_DAY, json!({})));
                };
                Some(unix_ms(&at))
            }
        };
        let timer = NewTimer {
            name: None,
            endpoint: context.endpoint.clone(),
            room: context.room.clone(),
            language: context.language.clone(),
            duration_ms: in_ms.unwrap_or_else(|| alarm_unix_ms.unwrap_or(0).saturating_sub(unix_ms(&now))),
            alarm_unix_ms,
            ring: Ring {
                reminder: Some(Reminder {
                    text: words.chars().take(LONGEST).collect(),
                    form: None,
                }),
                later: Some(Box::new(Later {
                    calls,
                    user: context.user.clone(),
                    stage: LaterStage::Waiting,
                })),
                ..Ring::default()
            },
        };
        match self.timers.with(move |book, now| book.start(timer, now)).await? {
            Ok(view) => {
                let mut later = data(&view, &now);
                later["in_seconds"] = json!(in_ms.map(|ms| ms / 1000));
                Ok(said("default", json!({ "later": later })))
            }
            Err(TimerError::TooMany) => Ok(said("too_many", json!({}))),
            Err(_) => Ok(said("too_far", json!({}))),
        }
    }

    async fn cancel(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let arguments = Arguments::of(call);
        let all = arguments.text("all").is_some();
        let last = arguments.text("last").is_some();
        let undo = arguments.text("undo").is_some();
        let text = arguments.text("text");
        let now = self.clock.now()?;
        let endpoint = context.endpoint.clone();
        let cancelled = self.timers.with(move |book, at| {
            let mut laters = book.views(at);
            laters.retain(|view| view.kind() == Kind::Later);
            let just_now = |view: &&TimerView| {
                *view.endpoint() == endpoint && view.record.duration_ms < view.left_ms + JUST_NOW_MS
            };
            let mut meant = match &text {
                Some(text) => about(text, laters.clone()),
                None => laters.clone(),
            };
            if last {
                meant = laters
                    .iter()
                    .filter(just_now)
                    .max_by_key(|view| view.record.id)
                    .cloned()
                    .into_iter()
                    .collect();
            }
            if meant.len() == 1 || all {
                meant.retain(|view| book.cancel(view.record.id, at).is_ok());
                Ok(meant)
            } else {
                Err((meant, laters))
            }
        });
        let list = |views: &[TimerView]| json!({ "laters": list(views, &now) });
        Ok(match cancelled.await? {
            Ok(gone) => match gone.as_slice() {
                [] => said("none", json!({})),
                [one] => said("default", json!({ "later": data(one, &now) })),
                several => said("all", json!({ "count": several.len() })),
            },
            // What was done is not undone: nobody knows what the person would have back.
            Err(_) if undo => said("undo", json!({})),
            // "Cancel that" where nothing was planned: never mind.
            Err(_) if last => {
                self.timers.silence(&context.endpoint, Some(&context.room)).await?;
                ToolResult {
                    effects: vec![Effect::Silence],
                    ..said("HassNevermind/default", json!({}))
                }
            }
            Err((_, all)) if all.is_empty() => said("none", json!({})),
            Err((meant, all)) if meant.is_empty() => said("not_found", list(&all)),
            Err((meant, _)) => said("ambiguous", list(&meant)),
        })
    }

    async fn status(&self) -> ToolOutcome {
        let now = self.clock.now()?;
        let mut laters = self.timers.views().await?;
        laters.retain(|view| view.kind() == Kind::Later);
        let key = if laters.is_empty() { "none" } else { "default" };
        Ok(said(key, json!({ "laters": list(&laters, &now) })))
    }
}

/// As a template sees it.
fn data(view: &TimerView, now: &Zoned) -> Value {
    json!({
        "id": view.record.id,
        "text": view.record.ring.reminder.as_ref().map(|reminder| &reminder.text),
        "alarm": time_of_day(&view.record, unix_ms(now), now.time_zone()),
    })
}

fn list(views: &[TimerView], now: &Zoned) -> Vec<Value> {
    views.iter().map(|view| data(view, now)).collect()
}

impl Skill for LaterSkill {
    fn name(&self) -> &str {
        "later"
    }

    fn calls(&self) -> &[&str] {
        &[Self::SET, Self::CANCEL, Self::STATUS]
    }

    fn handle<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(async move { self.timers.surely(self.carry_out(call, context).await) })
    }
}
