//! What everything that listens may ask of the daemon behind it.

use crate::{
    BoxFuture, ErrorCode, Failure, RoomId,
    audit::Deed,
    backup::BackupAdmin,
    engine::EngineInfo,
    integrations::IntegrationAdmin,
    lending::{BorrowerSink, LentRoom},
    logs::LogLine,
    memory::MemoryAdmin,
    models::ModelAdmin,
    network::NetworkAdmin,
    pipeline::Pipeline,
    plugins::{Assistant, PluginAdmin},
    record::TurnRecord,
    session::{EndpointSpec, SessionPort, SessionSink},
    speakers::Speakers,
    update::UpdateAdmin,
};
use serde::Serialize;
use serde_json::Value;
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

/// Implemented by `rosied`, used by `rosie-gateway`.
pub trait Appliance: Send + Sync {
    /// `vad`, `stt`, `tts`, `llm` and whatever else has health.
    fn parts(&self) -> BTreeMap<String, EngineInfo>;
    fn status(&self) -> Status;
    fn open_session(&self, spec: EndpointSpec, sink: SessionSink) -> Result<Box<dyn SessionPort>, Failure>;
    /// The effective configuration; secrets shown as `"***"`.
    fn config(&self) -> Value;
    /// Validates a whole configuration (YAML or JSON text), applies it by rebuilding what changed, and persists it.
    fn apply_config(&self, document: String) -> BoxFuture<'_, Result<ConfigApplied, ConfigRefused>>;
    /// JSON schema of the configuration.
    fn config_schema(&self) -> Value;
    /// The last turns, newest first.
    fn turns(&self) -> Vec<TurnRecord>;
    /// The last lines of the log, newest first.
    fn logs(&self) -> Vec<LogLine> {
        Vec::new()
    }
    /// Sets the log filter (`info`, `rosie_speech=debug`).
    fn set_log_filter(&self, filter: &str) -> Result<(), Failure>;
    /// What the owner may do with what is remembered. `None`: nothing is (turned off, or its store could not be opened);
    /// the part `memory` of [`Self::parts`] says why.
    fn memory(&self) -> Option<Arc<dyn MemoryAdmin>> {
        None
    }
    /// What was done in the house, newest first: at most so many, those before a moment.
    fn deeds(&self, _limit: usize, _before_unix_ms: u64) -> BoxFuture<'_, Result<Vec<Deed>, Failure>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    /// What is done with the account of an integration (`account.see`, `account.begin`, `account.finish`, `account.end`), and
    /// how it stands then. `None`: there is no such integration, or it has no account.
    fn account(
        &self,
        _name: &str,
        _action: &'static str,
        _arguments: Value,
    ) -> BoxFuture<'_, Option<Result<Value, Failure>>> {
        Box::pin(async { None })
    }
    /// What the owner may set of integrations. `None`: nothing can be set here.
    fn integrations(&self) -> Option<Arc<dyn IntegrationAdmin>> {
        None
    }
    /// What the owner may do with plugins. `None`: there are none to be had.
    fn plugins(&self) -> Option<Arc<dyn PluginAdmin>> {
        None
    }
    /// What the owner may do with backups. `None`: there are none to be had.
    fn backups(&self) -> Option<Arc<dyn BackupAdmin>> {
        None
    }
    /// What the owner may do with updates of the system. `None`: there are none to be had.
    fn updates(&self) -> Option<Arc<dyn UpdateAdmin>> {
        None
    }
    /// What the owner may do about models. `None`: nothing.
    fn models(&self) -> Option<Arc<dyn ModelAdmin>> {
        None
    }
    /// Whose voices are known, and forgetting one. `None`: nobody is ever known by voice.
    fn speakers(&self) -> Option<Arc<dyn Speakers>> {
        None
    }
    /// What the owner may do about the network. `None`: nothing.
    fn network(&self) -> Option<Arc<dyn NetworkAdmin>> {
        None
    }
    /// Whether a connection is answered at all. `here`: our end of it.
    fn admits(&self, _peer: SocketAddr, _here: SocketAddr) -> bool {
        true
    }
    /// What another assistant may ask. `None`: the owner gave out no token for that.
    fn assistant(&self) -> Option<Arc<dyn Assistant>> {
        None
    }
    /// Hearing and speaking without a session. `None`: there is none to be had.
    fn pipeline(&self) -> Option<Arc<dyn Pipeline>> {
        None
    }
    /// Lends a room to somebody else's voice pipeline, until what is returned is dropped. Who borrowed it before has it no more.
    ///
    /// # Errors
    /// There is no such room, or none to lend.
    fn lend(&self, _room: RoomId, _sink: BorrowerSink) -> Result<Box<dyn LentRoom>, Failure> {
        Err(Failure::new(ErrorCode::NotSupported, "this Rosie lends no rooms"))
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    pub version: String,
    pub uptime_s: u64,
    /// Unix milliseconds.
    pub started_unix_ms: u64,
    pub sessions: Vec<SessionStatus>,
    pub rooms: Vec<RoomStatus>,
    pub engines: BTreeMap<String, EngineInfo>,
    /// Of this process.
    pub cpu_percent: f32,
    pub memory_bytes: u64,
    /// The hottest of the machine's sensors; `None` where it has none.
    pub temperature_celsius: Option<f64>,
    /// Of the disk that the data is on.
    pub disk_free_bytes: Option<u64>,
    pub languages: Vec<String>,
    pub turns_total: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionStatus {
    pub session: String,
    pub endpoint: String,
    pub room: String,
    pub state: crate::session::TurnState,
    pub connected: bool,
    /// Audio frames dropped because a queue was full.
    pub dropped_frames: u64,
    /// Nothing is announced there now: its own switch says so, or a quiet time of the house.
    pub do_not_disturb: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoomStatus {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConfigApplied {
    /// Components rebuilt (`stt`, `tts`, …).
    pub rebuilt: Vec<String>,
    /// Settings that take effect only after a restart.
    pub needs_restart: Vec<String>,
}

/// Every mistake at once; nothing was changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConfigRefused {
    pub mistakes: Vec<ConfigMistake>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConfigMistake {
    /// `stt.model`
    pub key: String,
    /// What is wrong and what would be right.
    pub message: String,
}
