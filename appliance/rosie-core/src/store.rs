//! What must survive a power cut, as traits; redb is behind them (`rosie-memory`).

use crate::{EndpointId, Failure, Language, RoomId};
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
