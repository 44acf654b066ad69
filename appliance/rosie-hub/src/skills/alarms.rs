//! Alarms by voice: a timer that rings at a time of day. Set, asked for, cancelled; and asked back where no time was
//! given.

use super::ClockSkill;
use crate::{
    Arguments, HubError, Skill, Timers,
    questions::{Questions, merged},
    skill::said,
    timers::{NewTimer, TimerError, TimerView},
    when::{Bare, When},
};
use jiff::{Timestamp, Zoned};
use rosie_core::{BoxFuture, CallContext, Effect, ToolCall, ToolOutcome, ToolResult};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) struct AlarmSkill {
    timers: Timers,
    clock: Arc<ClockSkill>,
    questions: Arc<Questions>,
}

impl AlarmSkill {
    /// What is asked where no time was given.
    pub(crate) const ASKED: &'static str = "alarm";

    pub(crate) fn new(timers: Timers, clock: Arc<ClockSkill>, questions: Arc<Questions>) -> Self {
        Self {
            timers,
            clock,
            questions,
        }
    }

    async fn carry_out(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        match call.name.as_str() {
            "RosieSetAlarm" => self.set(call, context).await,
            "RosieAnswerAlarm" => match self.questions.take(&context.endpoint, Self::ASKED) {
                Some(before) => {
                    let arguments = merged(before, &call.arguments);
                    let name = call.name.clone();
                    self.set(&ToolCall { name, arguments }, context).await
                }
                None => Ok(said("not_asked", json!({}))),
            },
            "RosieCancelAlarm" => self.cancel(call, context).await,
            _ => self.status().await,
        }
    }

    async fn set(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let arguments = Arguments::of(call);
        let Some(when) = When::of(&arguments) else {
            self.questions
                .ask(&context.endpoint, Self::ASKED, call.arguments.clone());
            let effects = vec![Effect::FollowUp];
            return Ok(ToolResult {
                effects,
                ..said("ask", json!({}))
            });
        };
        // Where the clock has twelve hours, seven is the next seven; but nobody is woken in the evening.
        let twelve_hours = context.language.primary() == "en" && arguments.text("wake").is_none();
        let bare = if twelve_hours { Bare::Sooner } else { Bare::Morning };
        let now = self.clock.now()?;
        let due = when.next(&now, bare).ok_or(HubError::BadArguments {
            call: call.name.clone(),
            reason: "there is no such time".to_owned(),
        })?;
        let due_ms = due.timestamp().as_millisecond().max(0) as u64;
        let timer = NewTimer {
            name: None,
            endpoint: context.endpoint.clone(),
            room: context.room.clone(),
            language: context.language.clone(),
            duration_ms: due_ms.saturating_sub(now.timestamp().as_millisecond().max(0) as u64),
            alarm_unix_ms: Some(due_ms),
        };
        match self.timers.with(move |book, now| book.start(timer, now)).await? {
            Ok(view) => Ok(said("default", json!({ "alarm": alarm(&view, &now) }))),
            Err(TimerError::TooMany) => Ok(said("too_many", json!({}))),
            Err(_) => Ok(said("too_far", json!({}))),
        }
    }

    async fn cancel(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let arguments = Arguments::of(call);
        let all = arguments.text("all").is_some();
        let when = When::of(&arguments);
        // "Turn the alarm off" to one that rings, whatever it is.
        if !all && when.is_none() && self.timers.silence(&context.endpoint, Some(&context.room)).await? > 0 {
            let effects = vec![Effect::Silence];
            return Ok(ToolResult {
                effects,
                ..said("silenced", json!({}))
            });
        }
        let now = self.clock.now()?;
        let zone = now.clone();
        let cancelled = self.timers.with(move |book, at| {
            let views = book.views(at);
            let (alarms, timers): (Vec<_>, Vec<_>) = views.into_iter().partition(|v| v.alarm_unix_ms().is_some());
            let fits = |view: &TimerView| {
                let time = local(view, &zone);
                when.as_ref().is_none_or(|when| {
                    time.is_some_and(|time| when.may_be(i64::from(time.hour()), i64::from(time.minute())))
                })
            };
            let mut meant: Vec<TimerView> = alarms.iter().filter(|view| fits(view)).cloned().collect();
            // A kitchen timer is called an alarm, too.
            if alarms.is_empty() && timers.len() == 1 && when.is_none() {
                meant = timers;
            }
            if meant.len() == 1 || all {
                meant.retain(|view| book.cancel(view.record.id, at).is_ok());
                Ok(meant)
            } else {
                Err((meant, alarms))
            }
        });
        Ok(match cancelled.await? {
            Ok(gone) if gone.is_empty() => said("no_alarm", json!({})),
            Ok(gone) => match gone.as_slice() {
                [one] if one.alarm_unix_ms().is_none() => said("timer", json!({ "timer": one.data("") })),
                [one] => said("default", json!({ "alarm": alarm(one, &now) })),
                several => said("all", json!({ "count": several.len() })),
            },
            Err((_, alarms)) if alarms.is_empty() => said("no_alarm", json!({})),
            Err((meant, alarms)) if meant.is_empty() => said("not_found", json!({ "alarms": list(&alarms, &now) })),
            Err((meant, _)) => said("ambiguous", json!({ "alarms": list(&meant, &now) })),
        })
    }

    async fn status(&self) -> ToolOutcome {
        let now = self.clock.now()?;
        let views = self.timers.views().await?;
        let alarms: Vec<_> = views.into_iter().filter(|v| v.alarm_unix_ms().is_some()).collect();
        let key = if alarms.is_empty() { "no_alarm" } else { "default" };
        Ok(said(key, json!({ "alarms": list(&alarms, &now) })))
    }
}

fn list(views: &[TimerView], now: &Zoned) -> Vec<Value> {
    views.iter().map(|view| alarm(view, now)).collect()
}

fn local(view: &TimerView, now: &Zoned) -> Option<Zoned> {
    let ms = i64::try_from(view.alarm_unix_ms()?).ok()?;
    Some(Timestamp::from_millisecond(ms).ok()?.to_zoned(now.time_zone().clone()))
}

/// An alarm as a template sees it: the time of day, days from today, the weekday (0 is Monday).
fn alarm(view: &TimerView, now: &Zoned) -> Value {
    let Some(time) = local(view, now) else {
        return Value::Null;
    };
    let days = (time.date() - now.date()).get_days();
    json!({
        "id": view.record.id,
        "hour": time.hour(),
        "minute": time.minute(),
        "offset": days,
        "weekday": time.weekday().to_monday_zero_offset(),
        "ringing": view.ringing,
    })
}

impl Skill for AlarmSkill {
    fn name(&self) -> &str {
        "alarms"
    }

    fn calls(&self) -> &[&str] {
        &[
            "RosieSetAlarm",
            "RosieAnswerAlarm",
            "RosieCancelAlarm",
            "RosieAlarmStatus",
        ]
    }

    fn handle<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(self.carry_out(call, context))
    }
}
