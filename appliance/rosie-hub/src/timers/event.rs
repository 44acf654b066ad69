//! What the rest of the daemon hears of timers.

use crate::skill::said;
use rosie_core::{
    EndpointId, Language, RoomId, ToolResult,
    session::TimerCount,
    store::{LaterStage, Reminder, TimerRecord, TimerState},
};
use serde_json::{Value, json};

/// Later than this a ringing timer says how late it is.
pub(super) const WORTH_MENTIONING_MS: u64 = 30_000;
/// A reminder, later than this.
const REMINDER_LATE_MS: u64 = 10 * 60_000;

/// A timer that sounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingingTimer {
    pub id: u64,
    pub name: Option<String>,
    /// Where it was set, and rings.
    pub endpoint: EndpointId,
    pub room: RoomId,
    /// The language it was set in.
    pub language: Language,
    pub duration_ms: u64,
    /// An alarm that was set for a time of day.
    pub alarm: bool,
    /// How long ago it should have rung; more than a moment only after the daemon was down or the clock was set.
    pub late_ms: u64,
    /// 1 the first time, then counting up with each repeat.
    pub times: u32,
    /// In all rooms, not only where it was set.
    pub everywhere: bool,
    /// What is said instead of ringing.
    pub reminder: Option<Reminder>,
    /// A command that was not carried out as it should.
    pub later: Option<LaterStage>,
    /// To be said once: who heard it tells [`super::Timers::told`].
    pub once: bool,
    /// When an alarm was due, as templates see alarms; null for others.
    pub(crate) due: Value,
}

impl RingingTimer {
    pub(crate) fn of(record: &TimerRecord, late_ms: u64, times: u32) -> Self {
        Self {
            id: record.id,
            name: record.name.clone(),
            endpoint: record.endpoint.clone(),
            room: record.room.clone(),
            language: record.language.clone(),
            duration_ms: record.duration_ms,
            alarm: matches!(record.state, TimerState::Alarm { .. }),
            late_ms,
            times,
            everywhere: record.ring.everywhere,
            reminder: record.ring.reminder.clone(),
            later: record.ring.later.as_ref().map(|later| later.stage.clone()),
            once: false,
            due: Value::Null,
        }
    }

    /// A timer that somebody else kept for a room, and that is over.
    pub fn elsewhere(name: Option<String>, seconds: u64, room: RoomId, language: Language) -> Self {
        Self {
            id: 0,
            name,
            endpoint: EndpointId::from(""),
            room,
            language,
            duration_ms: seconds.saturating_mul(1000),
            alarm: false,
            late_ms: 0,
            times: 1,
            everywhere: false,
            reminder: None,
            later: None,
            once: true,
            due: Value::Null,
        }
    }

    /// The intent whose responses say that a timer rings.
    pub const INTENT: &'static str = "RosieTimerFinished";

    /// What to render for [`RingingTimer::INTENT`]: response `default`, or `late` with `late_seconds`; for an
    /// alarm `alarm` and `alarm_late`, or `alarm_missed` with when it was; `reminder` and `reminder_late`; of a command
    /// `later_missed`, `later_unsure`, `later_failed` with why.
    pub fn result(&self) -> ToolResult {
        let late = self.late_ms >= WORTH_MENTIONING_MS;
        let timer = json!({
            "name": self.name,
            "seconds_total": self.duration_ms / 1000,
            "seconds_left": 0,
            "active": false,
        });
        let late_seconds = super::view::spoken_seconds(self.late_ms);
        let key = match (&self.reminder, self.alarm) {
            _ if self.later.is_some() => match self.later {
                Some(LaterStage::Begun) => "later_unsure",
                Some(LaterStage::Failed { .. }) => "later_failed",
                _ => "later_missed",
            },
            (Some(_), _) if self.late_ms >= REMINDER_LATE_MS => "reminder_late",
            (Some(_), _) => "reminder",
            (None, true) if self.once => "alarm_missed",
            (None, true) if late => "alarm_late",
            (None, true) => "alarm",
            (None, false) if late => "late",
            (None, false) => "default",
        };
        let reminder = self.reminder.as_ref();
        said(
            key,
            json!({
                "timer": timer,
                "alarm": self.due,
                "text": reminder.map(|reminder| &reminder.text),
                "form": reminder.and_then(|reminder| reminder.form.as_ref()),
                "late_seconds": late_seconds,
                "reason": match &self.later {
                    Some(LaterStage::Failed { reason }) => Some(reason),
                    _ => None,
                },
            }),
        )
    }
}

/// Told in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerEvent {
    /// It rings: again and again, until it is stopped.
    Ringing(RingingTimer),
    /// A command is due, and it is on the disk that it is begun: [`super::carry_out`].
    Due(TimerRecord),
    /// It rings no more: somebody stopped it, or it gave up. It is gone.
    Stopped {
        id: u64,
        endpoint: EndpointId,
        room: RoomId,
        everywhere: bool,
        gave_up: bool,
    },
    /// It counts down, for those who show it. Nothing of alarms, reminders and commands.
    Counts {
        id: u64,
        endpoint: EndpointId,
        room: RoomId,
        how: TimerCount,
    },
}

/// Called on the timers' task; must not block.
pub type TimerSink = Box<dyn Fn(TimerEvent) + Send + Sync>;
