//! Alarms by voice: a timer that rings at a time of day, once or again and again. Set, asked for, cancelled, put off; and
//! asked back where no time was given.

use super::ClockSkill;
use crate::{
    Arguments, Skill, Timers,
    questions::Questions,
    rooms::plain,
    skill::said,
    timers::{Kind, NewTimer, TimerError, TimerView, is_there, next_repeat, time_of_day, unix_ms},
    when::{Bare, Day, NO_DAY, When, days},
};
use jiff::{ToSpan, Zoned};
use rosie_core::{
    BoxFuture, CallContext, Effect, ToolCall, ToolOutcome, ToolResult,
    store::{Repeat, Ring},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// "Snooze" without saying how long.
const SNOOZE_MS: u64 = 10 * 60_000;
/// The longest time that is still a snooze.
const LONGEST_SNOOZE_MS: u64 = 12 * 3_600_000;
/// Characters of a name.
const LONGEST_NAME: usize = 60;

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
            "RosieAnswerAlarm" => match self.questions.answered(Self::ASKED, call, context) {
                Some(call) => self.set(&call, context).await,
                None => Ok(said("not_asked", json!({}))),
            },
            "RosieCancelAlarm" => self.cancel(call, context).await,
            "RosieMoveAlarm" => self.shift(call).await,
            "RosieSnooze" => self.snooze(call, context).await,
            _ => self.status().await,
        }
    }

    async fn set(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let arguments = Arguments::of(call);
        let Some(when) = When::of(&arguments) else {
            return Ok(self.questions.ask_back(Self::ASKED, call, context));
        };
        let now = self.clock.now()?;
        // What comes again and is not said otherwise is in the morning: it is for getting up.
        let repeat = days(&arguments).and_then(|days| when.again(days, Bare::Morning));
        // Where the clock has twelve hours, seven is the next seven; but nobody is woken in the evening.
        let twelve_hours = context.language.primary() == "en" && arguments.text("wake").is_none();
        let bare = if twelve_hours { Bare::Sooner } else { Bare::Morning };
        let due_ms = match &repeat {
            Some(repeat) => next_repeat(repeat, unix_ms(&now), now.time_zone()),
            None => when.next(&now, bare).map(|due| unix_ms(&due)),
        };
        let Some(due_ms) = due_ms else {
            return Ok(said(NO_DAY, json!({})));
        };
        let timer = NewTimer {
            name: arguments
                .text("name")
                .map(|name| name.chars().take(LONGEST_NAME).collect()),
            endpoint: context.endpoint.clone(),
            room: context.room.clone(),
            language: context.language.clone(),
            duration_ms: due_ms.saturating_sub(unix_ms(&now)),
            alarm_unix_ms: Some(due_ms),
            ring: Ring {
                repeat,
                everywhere: arguments.text("everywhere").is_some(),
                ..Ring::default()
            },
        };
        match self.timers.with(move |book, now| book.start(timer, now)).await? {
            Ok(view) => Ok(said("default", json!({ "alarm": alarm(&view, &now) }))),
            Err(TimerError::TooMany) => Ok(said("too_many", json!({}))),
            Err(_) => Ok(said("too_far", json!({}))),
        }
    }

    async fn snooze(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let given = Arguments::of(call).duration_ms("").filter(|&ms| ms > 0);
        let ms = given.unwrap_or(SNOOZE_MS).min(LONGEST_SNOOZE_MS);
        let (endpoint, room) = (context.endpoint.clone(), context.room.clone());
        let snoozed = self
            .timers
            .with(move |book, now| book.snooze(|record| is_there(record, &endpoint, Some(&room)), ms, now));
        Ok(match snoozed.await? {
            Some(_) => said("default", json!({ "seconds": ms / 1000 })),
            None => said("nothing_rings", json!({})),
        })
    }

    async fn cancel(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let arguments = Arguments::of(call);
        let all = arguments.text("all").is_some();
        let now = self.clock.now()?;
        let meant = Meant::of(&arguments, &now);
        // "Turn the alarm off" to one that rings, whatever it is.
        if !all && meant.is_any() && self.timers.silence(&context.endpoint, Some(&context.room)).await? > 0 {
            let effects = vec![Effect::Silence];
            return Ok(ToolResult {
                effects,
                ..said("silenced", json!({}))
            });
        }
        let zone = now.clone();
        let cancelled = self.timers.with(move |book, at| {
            let views = book.views(at);
            let of = |kind| views.iter().filter(move |view| view.kind() == kind).cloned();
            let (alarms, timers): (Vec<_>, Vec<_>) = (of(Kind::Alarm).collect(), of(Kind::Timer).collect());
            let mut fitting: Vec<TimerView> = alarms.iter().filter(|view| meant.fits(view, &zone)).cloned().collect();
            // A kitchen timer is called an alarm, too.
            if alarms.is_empty() && timers.len() == 1 && meant.is_any() {
                fitting = timers;
            }
            // "Not tomorrow" to one that comes again leaves out that day.
            if let [one] = fitting.as_slice()
                && meant.is_one_day_of(one)
            {
                return Done::Skipped(match meant.is_next_of(one, &zone) {
                    true => book.skip(one.record.id, false, at),
                    false => None,
                });
            }
            if fitting.len() == 1 || all {
                fitting.retain(|view| book.cancel(view.record.id, at).is_ok());
                Done::Cancelled(fitting)
            } else {
                Done::Unclear(fitting, alarms)
            }
        });
        Ok(match cancelled.await? {
            Done::Skipped(Some(next)) => {
                // This one time is meant now, not all of them.
                let mut next = alarm(&next, &now);
                next["days"] = Value::Null;
                said("skipped", json!({ "alarm": next }))
            }
            Done::Skipped(None) => said("only_next", json!({})),
            Done::Cancelled(gone) => match gone.as_slice() {
                [] => said("no_alarm", json!({})),
                [one] if one.kind() == Kind::Timer => said("timer", json!({ "timer": one.data("") })),
                [one] => said("default", json!({ "alarm": alarm(one, &now) })),
                several => said("all", json!({ "count": several.len() })),
            },
            Done::Unclear(_, alarms) if alarms.is_empty() => said("no_alarm", json!({})),
            Done::Unclear(fitting, alarms) if fitting.is_empty() => {
                said("not_found", json!({ "alarms": list(&alarms, &now) }))
            }
            Done::Unclear(fitting, _) => said("ambiguous", json!({ "alarms": list(&fitting, &now) })),
        })
    }

    /// "Move the alarm from six to half past six": the one that `from_hour` and its like mean, or the only one, to the time nearest
    /// to its own. What it is called, where it rings and on which days it comes again stays.
    async fn shift(&self, call: &ToolCall) -> ToolOutcome {
        let now = self.clock.now()?;
        let arguments = Arguments::of(call);
        let Some(when) = When::of(&arguments) else {
            return Ok(said("to_when", json!({})));
        };
        let from = ToolCall {
            name: call.name.clone(),
            arguments: ["hour", "minute", "minutes_to", "half", "named"]
                .into_iter()
                .filter_map(|key| Some((key.to_owned(), call.arguments.get(format!("from_{key}"))?.clone())))
                .collect(),
        };
        let meant = Meant {
            when: When::of(&Arguments::of(&from)),
            name: None,
            date: None,
            days: None,
        };
        let zone = now.clone();
        let moved = self.timers.with(move |book, at| {
            let alarms: Vec<TimerView> = book
                .views(at)
                .into_iter()
                .filter(|view| view.kind() == Kind::Alarm)
                .collect();
            let fitting: Vec<TimerView> = alarms.iter().filter(|view| meant.fits(view, &zone)).cloned().collect();
            let [one] = fitting.as_slice() else {
                return Err((fitting, alarms));
            };
            let record = &one.record;
            let due = one.due(zone.time_zone());
            let day_before = due
                .and_then(|due| due.checked_sub(6.hours()).ok())
                .unwrap_or_else(|| zone.clone());
            let from = if day_before < zone { zone.clone() } else { day_before };
            let Some(due) = when.next(&from, Bare::Sooner) else {
                return Err((fitting.clone(), alarms));
            };
            let repeat = record.ring.repeat.map(|repeat| Repeat {
                hour: u8::try_from(due.hour()).unwrap_or(repeat.hour),
                minute: u8::try_from(due.minute()).unwrap_or(repeat.minute),
                ..repeat
            });
            let timer = NewTimer {
                name: record.name.clone(),
                endpoint: record.endpoint.clone(),
                room: record.room.clone(),
                language: record.language.clone(),
                duration_ms: unix_ms(&due).saturating_sub(unix_ms(&zone)),
                alarm_unix_ms: Some(unix_ms(&due)),
                ring: Ring {
                    repeat,
                    ..record.ring.clone()
                },
            };
            // The new one first: a failure leaves the old one.
            let started = book.start(timer, at).map_err(|_| (fitting.clone(), alarms))?;
            let _gone = book.cancel(record.id, at);
            Ok(started)
        });
        Ok(match moved.await? {
            Ok(view) => said("default", json!({ "alarm": alarm(&view, &now) })),
            Err((_, alarms)) if alarms.is_empty() => said("RosieCancelAlarm/no_alarm", json!({})),
            Err((fitting, alarms)) if fitting.is_empty() => {
                said("RosieCancelAlarm/not_found", json!({ "alarms": list(&alarms, &now) }))
            }
            Err((fitting, _)) => said("RosieCancelAlarm/ambiguous", json!({ "alarms": list(&fitting, &now) })),
        })
    }

    async fn status(&self) -> ToolOutcome {
        let now = self.clock.now()?;
        let mut alarms = self.timers.views().await?;
        alarms.retain(|view| view.kind() == Kind::Alarm);
        let key = if alarms.is_empty() { "no_alarm" } else { "default" };
        Ok(said(key, json!({ "alarms": list(&alarms, &now) })))
    }
}

enum Done {
    Cancelled(Vec<TimerView>),
    /// The alarm as it goes on; `None`: another time than its next was meant.
    Skipped(Option<TimerView>),
    /// What fits, and all there are.
    Unclear(Vec<TimerView>, Vec<TimerView>),
}

/// Which alarm was said.
struct Meant {
    when: Option<When>,
    name: Option<String>,
    date: Option<jiff::civil::Date>,
    days: Option<u8>,
}

impl Meant {
    fn of(arguments: &Arguments<'_>, now: &Zoned) -> Self {
        Self {
            when: When::of(arguments),
            name: arguments.text("name").map(|name| plain(&name)),
            date: Day::of(arguments).and_then(|day| day.date(now.date())),
            days: days(arguments),
        }
    }

    fn is_any(&self) -> bool {
        self.when.is_none() && self.name.is_none() && self.date.is_none() && self.days.is_none()
    }

    fn fits(&self, view: &TimerView, now: &Zoned) -> bool {
        let Some(due) = view.due(now.time_zone()) else {
            return false;
        };
        let repeat = view.record.ring.repeat;
        let (hour, minute) = repeat.map_or((i64::from(due.hour()), i64::from(due.minute())), |repeat| {
            (i64::from(repeat.hour), i64::from(repeat.minute))
        });
        let on = |date: &jiff::civil::Date| match repeat {
            Some(repeat) => repeat.days & (1 << date.weekday().to_monday_zero_offset()) != 0,
            None => due.date() == *date,
        };
        let called = |name: &String| view.record.name.as_deref().is_some_and(|known| plain(known) == *name);
        self.when.is_none_or(|when| when.may_be(hour, minute))
            && self.name.as_ref().is_none_or(called)
            && self.date.as_ref().is_none_or(on)
            && self
                .days
                .is_none_or(|days| repeat.is_some_and(|repeat| repeat.days == days))
    }

    fn is_one_day_of(&self, view: &TimerView) -> bool {
        self.date.is_some() && view.record.ring.repeat.is_some()
    }

    fn is_next_of(&self, view: &TimerView, now: &Zoned) -> bool {
        let next = view.due(now.time_zone()).map(|due| due.date());
        next.is_some() && next == self.date
    }
}

fn list(views: &[TimerView], now: &Zoned) -> Vec<Value> {
    views.iter().map(|view| alarm(view, now)).collect()
}

/// An alarm as a template sees it.
fn alarm(view: &TimerView, now: &Zoned) -> Value {
    time_of_day(&view.record, unix_ms(now), now.time_zone())
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
            "RosieMoveAlarm",
            "RosieAlarmStatus",
            "RosieSnooze",
        ]
    }

    fn handle<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(async move { self.timers.surely(self.carry_out(call, context).await) })
    }
}
