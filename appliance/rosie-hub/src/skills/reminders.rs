//! Reminders by voice: "remind me to call mum at six", said at that time where it was asked; or in a room, when somebody
//! next speaks there. Listed, cancelled; and asked back where neither a time nor a room was given.

use super::ClockSkill;
use crate::{
    Arguments, HubError, Rooms, Skill, Timers,
    home_assistant::alike,
    questions::Questions,
    rooms::plain,
    skill::said,
    timers::{Kind, NewTimer, TimerError, TimerView, next_repeat, time_of_day, unix_ms},
    when::{Bare, Day, NO_DAY, When, days},
};
use jiff::Zoned;
use rosie_core::{
    BoxFuture, CallContext, EndpointId, ToolCall, ToolOutcome,
    store::{Reminder, Repeat, Ring},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Characters of what somebody is reminded of; a wildcard may have caught a speech.
const LONGEST: usize = 300;
/// Letters of a word that may tell one reminder from another.
const TELLING: usize = 4;

pub(crate) struct ReminderSkill {
    timers: Timers,
    clock: Arc<ClockSkill>,
    questions: Arc<Questions>,
    rooms: Rooms,
}

/// When it is said.
enum Due {
    At {
        unix_ms: u64,
        repeat: Option<Repeat>,
        /// It was said how long from now.
        in_ms: Option<u64>,
    },
    /// When somebody speaks in its room.
    Waiting,
}

impl ReminderSkill {
    /// What is asked where neither a time nor a room was given.
    pub(crate) const ASKED: &'static str = "reminder";

    pub(crate) fn new(timers: Timers, clock: Arc<ClockSkill>, questions: Arc<Questions>, rooms: Rooms) -> Self {
        Self {
            timers,
            clock,
            questions,
            rooms,
        }
    }

    async fn carry_out(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        match call.name.as_str() {
            "RosieRemind" => self.set(call, context).await,
            "RosieAnswerReminder" => match self.questions.answered(Self::ASKED, call, context) {
                Some(call) => self.set(&call, context).await,
                None => Ok(said("not_asked", json!({}))),
            },
            "RosieCancelReminder" => self.cancel(call).await,
            _ => self.status().await,
        }
    }

    async fn set(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let arguments = Arguments::of(call);
        let wrong = |reason: &str| HubError::BadArguments {
            call: call.name.clone(),
            reason: reason.to_owned(),
        };
        let text = arguments.text("text").ok_or_else(|| wrong("it has no words"))?;
        if arguments.text("monthly").is_some() {
            return Ok(said("monthly", json!({})));
        }
        let now = self.clock.now()?;
        let room = match (arguments.text("area"), arguments.text("here")) {
            (Some(area), _) => match self.rooms.find(&area) {
                Some(room) => Some(room.id.clone()),
                None => return Ok(said("no_room", json!({ "rooms": self.room_names() }))),
            },
            (None, Some(_)) => Some(context.room.clone()),
            (None, None) => None,
        };
        let due = match due(&arguments, &now) {
            Some(Some(due)) => due,
            Some(None) => return Ok(said(NO_DAY, json!({}))),
            None if room.is_some() => Due::Waiting,
            None => {
                return Ok(self.questions.ask_back(Self::ASKED, call, context));
            }
        };
        // In another room there is no endpoint that is meant more than the others.
        let elsewhere = room.as_ref().is_some_and(|room| *room != context.room);
        let (alarm_unix_ms, repeat, in_ms) = match due {
            Due::At { unix_ms, repeat, in_ms } => (Some(unix_ms), repeat, in_ms),
            Due::Waiting => (None, None, None),
        };
        let timer = NewTimer {
            name: None,
            endpoint: match elsewhere {
                true => EndpointId(String::new()),
                false => context.endpoint.clone(),
            },
            room: room.clone().unwrap_or_else(|| context.room.clone()),
            language: context.language.clone(),
            duration_ms: alarm_unix_ms.map_or(0, |due| due.saturating_sub(unix_ms(&now))),
            alarm_unix_ms,
            ring: Ring {
                repeat,
                everywhere: arguments.text("everywhere").is_some(),
                snoozed: false,
                reminder: Some(Reminder {
                    text: text.chars().take(LONGEST).collect(),
                    form: arguments.text("form"),
                }),
                later: None,
            },
        };
        match self.timers.with(move |book, now| book.start(timer, now)).await? {
            Ok(view) => {
                let mut reminder = self.data(&view, &now);
                reminder["in_seconds"] = json!(in_ms.map(|ms| ms / 1000));
                reminder["placed"] = json!(room.is_some());
                Ok(said("default", json!({ "reminder": reminder })))
            }
            Err(TimerError::TooMany) => Ok(said("too_many", json!({}))),
            Err(_) => Ok(said("too_far", json!({}))),
        }
    }

    async fn cancel(&self, call: &ToolCall) -> ToolOutcome {
        let arguments = Arguments::of(call);
        let all = arguments.text("all").is_some();
        let text = arguments.text("text");
        let when = When::of(&arguments);
        let now = self.clock.now()?;
        let date = Day::of(&arguments).and_then(|day| day.date(now.date()));
        let zone = now.time_zone().clone();
        let cancelled = self.timers.with(move |book, at| {
            let mut reminders = book.views(at);
            reminders.retain(|view| view.kind() == Kind::Reminder);
            let fits = |view: &&TimerView| {
                let due = view.due(&zone);
                let on = |date| due.as_ref().is_some_and(|due| due.date() == date);
                let at = |when: When| {
                    due.as_ref()
                        .is_some_and(|due| when.may_be(i64::from(due.hour()), i64::from(due.minute())))
                };
                when.is_none_or(at) && date.is_none_or(on)
            };
            let mut meant: Vec<TimerView> = reminders.iter().filter(fits).cloned().collect();
            if let Some(text) = &text {
                meant = about(text, meant);
            }
            if meant.len() == 1 || all {
                meant.retain(|view| book.cancel(view.record.id, at).is_ok());
                Ok(meant)
            } else {
                Err((meant, reminders))
            }
        });
        let list = |views: &[TimerView]| json!({ "reminders": self.list(views, &now) });
        Ok(match cancelled.await? {
            Ok(gone) => match gone.as_slice() {
                [] => said("none", json!({})),
                [one] => said("default", json!({ "reminder": self.data(one, &now) })),
                several => said("all", json!({ "count": several.len() })),
            },
            Err((_, all)) if all.is_empty() => said("none", json!({})),
            Err((meant, all)) if meant.is_empty() => said("not_found", list(&all)),
            Err((meant, _)) => said("ambiguous", list(&meant)),
        })
    }

    async fn status(&self) -> ToolOutcome {
        let now = self.clock.now()?;
        let mut reminders = self.timers.views().await?;
        reminders.retain(|view| view.kind() == Kind::Reminder);
        let key = if reminders.is_empty() { "none" } else { "default" };
        Ok(said(key, json!({ "reminders": self.list(&reminders, &now) })))
    }

    fn room_names(&self) -> Vec<&str> {
        self.rooms.all().iter().map(|room| room.name.as_str()).collect()
    }

    /// As a template sees it: `alarm` where it has a time, else `room`.
    fn data(&self, view: &TimerView, now: &Zoned) -> Value {
        let reminder = view.record.ring.reminder.as_ref();
        json!({
            "id": view.record.id,
            "text": reminder.map(|reminder| &reminder.text),
            "form": reminder.and_then(|reminder| reminder.form.as_ref()),
            "alarm": time_of_day(&view.record, unix_ms(now), now.time_zone()),
            "room": self.rooms.name(view.room()),
            "everywhere": view.record.ring.everywhere,
        })
    }

    fn list(&self, views: &[TimerView], now: &Zoned) -> Vec<Value> {
        views.iter().map(|view| self.data(view, now)).collect()
    }
}

/// When it was asked for; `None`: nothing of it was said, `Some(None)`: there is no such day.
fn due(arguments: &Arguments<'_>, now: &Zoned) -> Option<Option<Due>> {
    let now_ms = unix_ms(now);
    if let Some(ms) = arguments.duration_ms("").filter(|&ms| ms > 0) {
        return Some(Some(Due::At {
            unix_ms: now_ms.saturating_add(ms),
            repeat: None,
            in_ms: Some(ms),
        }));
    }
    let days = days(arguments);
    let day = Day::of(arguments);
    let when = When::of(arguments).or_else(|| {
        // "Tomorrow", "every Monday": without a time of day it is in the morning, unless another part of it was said.
        let half = arguments.text("half");
        let hour = match half.as_deref() {
            Some("pm") => 18,
            Some("afternoon") => 15,
            Some("night") => 21,
            Some("am") => 9,
            _ if day == Some(Day::FromToday(0)) => return None,
            _ => 9,
        };
        (days.is_some() || day.is_some() || half.is_some()).then(|| When::exactly(hour, arguments))
    })?;
    let once = |unix_ms| Due::At {
        unix_ms,
        repeat: None,
        in_ms: None,
    };
    let Some(days) = days else {
        return Some(when.next(now, Bare::Waking).map(|due| once(unix_ms(&due))));
    };
    let repeat = when.again(days, Bare::Waking)?;
    Some(next_repeat(&repeat, now_ms, now.time_zone()).map(|unix_ms| Due::At {
        unix_ms,
        repeat: Some(repeat),
        in_ms: None,
    }))
}

/// Those that the words are about: as they stand, else the likest.
pub(super) fn about(text: &str, views: Vec<TimerView>) -> Vec<TimerView> {
    let of = |view: &TimerView| {
        let reminder = view.record.ring.reminder.as_ref();
        reminder.map(|reminder| plain(&reminder.text)).unwrap_or_default()
    };
    let said = plain(text);
    let holding: Vec<TimerView> = views.iter().filter(|view| of(view).contains(&said)).cloned().collect();
    if !holding.is_empty() {
        return holding;
    }
    let texts: Vec<String> = views.iter().map(of).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    if let Some(at) = alike::closest(&said, &texts) {
        return vec![views[at].clone()];
    }
    let telling = |text: &&str| text.chars().count() >= TELLING;
    let words: Vec<&str> = said.split(' ').filter(telling).collect();
    let shared = |text: &str| text.split(' ').filter(|word| words.contains(word)).count();
    let most = texts.iter().map(|text| shared(text)).max().unwrap_or(0);
    let likest = views.into_iter().zip(texts.iter().map(|text| shared(text)));
    likest
        .filter(|(_, count)| most > 0 && *count == most)
        .map(|(view, _)| view)
        .collect()
}

impl Skill for ReminderSkill {
    fn name(&self) -> &str {
        "reminders"
    }

    fn calls(&self) -> &[&str] {
        &[
            "RosieRemind",
            "RosieAnswerReminder",
            "RosieCancelReminder",
            "RosieReminderStatus",
        ]
    }

    fn handle<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(async move { self.timers.surely(self.carry_out(call, context).await) })
    }
}
