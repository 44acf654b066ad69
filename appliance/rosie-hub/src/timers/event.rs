//! What the rest of the daemon hears of timers.

use crate::skill::said;
use rosie_core::{
    EndpointId, Language, RoomId, ToolResult,
    store::{TimerRecord, TimerState},
};
use serde_json::json;

/// Later than this a ringing timer says how late it is.
const WORTH_MENTIONING_MS: u64 = 30_000;

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
        }
    }

    /// The intent whose responses say that a timer rings.
    pub const INTENT: &'static str = "RosieTimerFinished";

    /// What to render for [`RingingTimer::INTENT`]: response `default`, or `late` with `late_seconds`; for an
    /// alarm `alarm` and `alarm_late`.
    pub fn result(&self) -> ToolResult {
        let late = self.late_ms >= WORTH_MENTIONING_MS;
        let timer = json!({
            "name": self.name,
            "seconds_total": self.duration_ms / 1000,
            "seconds_left": 0,
            "active": false,
        });
        let late_seconds = super::view::spoken_seconds(self.late_ms);
        said(
            match (self.alarm, late) {
                (false, false) => "default",
                (false, true) => "late",
                (true, false) => "alarm",
                (true, true) => "alarm_late",
            },
            json!({ "timer": timer, "late_seconds": late_seconds }),
        )
    }
}

/// Told in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerEvent {
    /// It rings: again and again, until it is stopped.
    Ringing(RingingTimer),
    /// It rings no more: somebody stopped it, or it gave up. It is gone.
    Stopped {
        id: u64,
        endpoint: EndpointId,
        room: RoomId,
        gave_up: bool,
    },
}

/// Called on the timers' task; must not block.
pub type TimerSink = Box<dyn Fn(TimerEvent) + Send + Sync>;
