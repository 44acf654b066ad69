//! What the network may ask of the daemon (core's `Appliance`).

use crate::{
    backup,
    config::{Document, masked},
    daemon::Rosie,
    household,
    integrations::Settings,
    models,
    pipeline::Parts,
    plugins, telemetry,
};
use rosie_core::{
    BoxFuture, ErrorCode, Failure, RoomId,
    appliance::{Appliance, ConfigApplied, ConfigRefused, RoomStatus, Status},
    audit::Deed,
    backup::BackupAdmin,
    engine::{EngineHealth, EngineInfo},
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
use serde_json::Value;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
};

/// The daemon as the gateway sees it.
pub struct Front(pub Arc<Rosie>);

impl Appliance for Front {
    fn parts(&self) -> BTreeMap<String, EngineInfo> {
        let house = &self.0.sessions.house;
        let engines = house.engines();
        let mut parts: BTreeMap<String, EngineInfo> = engines
            .infos()
            .into_iter()
            .map(|(name, info)| (name.to_owned(), info))
            .collect();
        parts.insert("llm".into(), house.dialog().llm());
        parts.insert("memory".into(), self.0.remembering.info());
        parts.extend(house.integrations().infos());
        parts.extend(self.0.network.health().map(|info| ("network".into(), info)));
        parts.extend(self.0.local.health().map(|info| ("device".into(), info)));
        let disk = household::disk_health(&self.0.folders.data);
        parts.extend(disk.map(|info| ("disk".into(), info)));
        parts.extend(self.backup_health().map(|info| ("backup".into(), info)));
        parts
    }

    fn status(&self) -> Status {
        let house = &self.0.sessions.house;
        let config = house.config();
        let uptime = self.0.started.elapsed();
        let process = rosie_gateway::Process::read();
        let rooms = config.rooms.iter().map(|room| RoomStatus {
            id: room.id.clone(),
            name: room.name.clone(),
        });
        Status {
            version: env!("CARGO_PKG_VERSION").into(),
            uptime_s: uptime.as_secs(),
            started_unix_ms: crate::session::unix_ms().saturating_sub(uptime.as_millis() as u64),
            sessions: self.0.sessions.status(),
            rooms: rooms.collect(),
            engines: self.parts(),
            cpu_percent: (process.cpu_seconds / uptime.as_secs_f64().max(0.001) * 100.0) as f32,
            memory_bytes: process.resident_bytes,
            temperature_celsius: household::temperature(),
            disk_free_bytes: household::disk_free(&self.0.folders.data),
            languages: house.languages().iter().map(ToString::to_string).collect(),
            turns_total: house.turns.load(Ordering::Relaxed),
        }
    }

    fn open_session(&self, spec: EndpointSpec, sink: SessionSink) -> Result<Box<dyn SessionPort>, Failure> {
        self.0.sessions.open(spec, sink)
    }

    fn config(&self) -> Value {
        masked(&self.0.sessions.house.config())
    }

    fn apply_config(&self, document: String) -> BoxFuture<'_, Result<ConfigApplied, ConfigRefused>> {
        Box::pin(async move {
            self.0
                .apply(&document)
                .await
                .map_err(|mistakes| ConfigRefused { mistakes })
        })
    }

    fn config_schema(&self) -> Value {
        Document::schema().clone()
    }

    fn turns(&self) -> Vec<TurnRecord> {
        self.0.history.turns()
    }

    fn memory(&self) -> Option<Arc<dyn MemoryAdmin>> {
        self.0.remembering.of_owner()
    }

    fn speakers(&self) -> Option<Arc<dyn Speakers>> {
        Some(self.0.sessions.house.voices.clone())
    }

    fn deeds(&self, limit: usize, before_unix_ms: u64) -> BoxFuture<'_, Result<Vec<Deed>, Failure>> {
        Box::pin(async move {
            let audit = self.0.audit.clone();
            let read = move || {
                audit.flush();
                audit.latest(limit, before_unix_ms)
            };
            let found = tokio::task::spawn_blocking(read).await.map_err(std::io::Error::other);
            let unreadable = |error: std::io::Error| {
                Failure::new(
                    ErrorCode::Internal,
                    format!("the list of deeds cannot be read: {error}"),
                )
            };
            found.and_then(|found| found).map_err(unreadable)
        })
    }

    fn integrations(&self) -> Option<Arc<dyn IntegrationAdmin>> {
        Some(Arc::new(Settings(self.0.clone())))
    }

    fn backups(&self) -> Option<Arc<dyn BackupAdmin>> {
        Some(Arc::new(backup::Admin(self.0.clone())))
    }

    fn updates(&self) -> Option<Arc<dyn UpdateAdmin>> {
        Some(self.0.updates.clone())
    }

    fn models(&self) -> Option<Arc<dyn ModelAdmin>> {
        Some(Arc::new(models::Admin(self.0.clone())))
    }

    fn network(&self) -> Option<Arc<dyn NetworkAdmin>> {
        Some(self.0.network.clone())
    }

    fn plugins(&self) -> Option<Arc<dyn PluginAdmin>> {
        let plugins = self.0.plugins.clone()?;
        Some(Arc::new(plugins::Admin(self.0.clone(), plugins)))
    }

    /// A plugin that may use the network may not use Rosie with it: her API knows no sign-in.
    fn admits(&self, peer: SocketAddr, here: SocketAddr) -> bool {
        let watch = self.0.plugins.as_ref().is_some_and(|plugins| plugins.could_call());
        !watch || !plugins::may_be_a_plugin(peer, here)
    }

    fn assistant(&self) -> Option<Arc<dyn Assistant>> {
        let off = self.0.sessions.house.config().mcp.token.trim().is_empty();
        (!off).then(|| Arc::new(plugins::Outside(self.0.clone())) as Arc<dyn Assistant>)
    }

    fn pipeline(&self) -> Option<Arc<dyn Pipeline>> {
        Some(Arc::new(Parts(self.0.sessions.house.clone())))
    }

    fn lend(&self, room: RoomId, sink: BorrowerSink) -> Result<Box<dyn LentRoom>, Failure> {
        self.0.sessions.lend(room, sink)
    }

    fn account(
        &self,
        name: &str,
        action: &'static str,
        arguments: Value,
    ) -> BoxFuture<'_, Option<Result<Value, Failure>>> {
        let integrations = self.0.sessions.house.integrations();
        let name = name.to_owned();
        Box::pin(async move { integrations.account(&name, action, arguments).await })
    }

    fn logs(&self) -> Vec<LogLine> {
        telemetry::latest()
    }

    fn set_log_filter(&self, filter: &str) -> Result<(), Failure> {
        telemetry::set_filter(filter)
    }
}

impl Front {
    /// `None` where none is made by itself and none failed.
    fn backup_health(&self) -> Option<EngineInfo> {
        let problem = self.0.backups.problem();
        let nightly = !self.0.sessions.house.config().backup.at.is_empty();
        (nightly || problem.is_some()).then(|| EngineInfo {
            engine: "backup".into(),
            model: String::new(),
            health: problem.map_or(EngineHealth::Ready, |problem| EngineHealth::Degraded {
                reason: format!("the last backup: {problem}"),
            }),
            queue_depth: 0,
            dropped: 0,
            restarts: 0,
        })
    }
}
