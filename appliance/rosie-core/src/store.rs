//! What must survive a power cut, as traits; redb is behind them (`rosie-memory`).

use crate::{EndpointId, Failure, Language, RoomId, ToolCall, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A timer as stored. Wall-clock milliseconds since the Unix epoch, so that it survives a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerRecord {
    pub id: u64,
    pub name: Option<String>,
    pub endpoint: EndpointId,
    pub room: RoomId,
    pub language: Language,
    /// As first asked for, in milliseconds.
    pub duration_ms: u64,
    pub state: TimerState,
    /// What is more to it than to ring once where it was set. Records from before it was known have none of it.
    #[serde(default, skip_serializing_if = "Ring::is_plain")]
    pub ring: Ring,
}

/// How a timer rings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ring {
    /// An alarm or a reminder that comes again.
    pub repeat: Option<Repeat>,
    /// In all rooms.
    pub everywhere: bool,
    /// Put off for some minutes: due at another time than its own.
    pub snoozed: bool,
    /// Said instead of rung.
    pub reminder: Option<Reminder>,
    /// Done instead of rung; the reminder beside it says in words what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub later: Option<Box<Later>>,
}

impl Ring {
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// At one time of day, on some days of the week; in the house's time zone, whatever its offset is that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// Monday is bit 0.
    pub days: u8,
    pub hour: u8,
    pub minute: u8,
}

/// What somebody wants to be reminded of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    pub text: String,
    /// How it stood in the wish, for languages that say it otherwise then (`an`, `zu`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
}

/// A command for the home that is carried out when it is due, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    pub calls: Vec<ToolCall>,
    /// Who wants it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    #[serde(default)]
    pub stage: LaterStage,
}

/// How far a command at a later time is. It is written down before anything is done, so that nothing is done twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum LaterStage {
    #[default]
    Waiting,
    /// Found so after a start: whether it was done is not known.
    Begun,
    /// In words, in the record's language.
    Failed { reason: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum TimerState {
    Running {
        rings_at_unix_ms: u64,
    },
    Paused {
        left_ms: u64,
    },
    /// An alarm: due at a time of day, whatever happens to the clock meanwhile.
    Alarm {
        rings_at_unix_ms: u64,
    },
    /// A reminder without a time: said when somebody next speaks to Rosie in its room, in a turn that began later than
    /// this.
    Waiting {
        since_unix_ms: u64,
    },
}

/// Blocking; every write is durable when it returns.
pub trait TimerStore: Send + Sync {
    fn load_timers(&self) -> Result<Vec<TimerRecord>, Failure>;
    fn put_timer(&self, timer: &TimerRecord) -> Result<(), Failure>;
    fn delete_timer(&self, id: u64) -> Result<(), Failure>;
}

/// Small things to keep over restarts that are not configuration (`volume/kitchen`). Blocking; durable on return.
pub trait SettingStore: Send + Sync {
    fn get_setting(&self, key: &str) -> Result<Option<Value>, Failure>;
    fn put_setting(&self, key: &str, value: &Value) -> Result<(), Failure>;
}
