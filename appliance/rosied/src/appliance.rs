//! What the network may ask of the daemon (core's `Appliance`).

use crate::{
    config::{Config, Document, masked},
    daemon::Rosie,
    engines::Engines,
    integrations::Integrations,
    pipeline::Parts,
    plugins,
    secrets::Secrets,
    telemetry,
    thinking::{Hands, Mind},
};
use rosie_core::{
    BoxFuture, ErrorCode, Failure, RoomId,
    appliance::{Appliance, ConfigApplied, ConfigMistake, ConfigRefused, RoomStatus, Status},
    audit::Deed,
    engine::EngineInfo,
    lending::{BorrowerSink, LentRoom},
    memory::MemoryAdmin,
    pipeline::Pipeline,
    plugins::{Assistant, PluginAdmin},
    record::TurnRecord,
    session::{EndpointSpec, SessionPort, SessionSink},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    io::Write,
    path::Path,
    sync::{Arc, PoisonError, atomic::Ordering},
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

    fn plugins(&self) -> Option<Arc<dyn PluginAdmin>> {
        let plugins = self.0.plugins.clone()?;
        Some(Arc::new(plugins::Admin(self.0.clone(), plugins)))
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

    fn set_log_filter(&self, filter: &str) -> Result<(), Failure> {
        telemetry::set_filter(filter)
    }
}

fn mistake(message: impl Into<String>) -> Vec<ConfigMistake> {
    vec![ConfigMistake {
        key: String::new(),
        message: message.into(),
    }]
}

impl Rosie {
    /// Validates a whole document, rebuilds what changed, and persists it; or changes nothing.
    async fn apply(&self, text: &str) -> Result<ConfigApplied, Vec<ConfigMistake>> {
        let mut document = Document::parse(text)?;
        document.unmask(&self.document.read().unwrap_or_else(PoisonError::into_inner));
        let config = document.resolve(|name| Secrets::of(&self.folders.data).named(name))?;
        // One change at a time: the mind's lock is held over all of it.
        let mut mind = self.mind.lock().await;
        let house = &self.sessions.house;
        let (before, engines) = (house.config(), house.engines());
        let config = Arc::new(config);
        let rebuilt_engines = Engines::start(config.clone(), self.folders.clone(), Some((before.clone(), engines)))
            .await
            .map_err(|failure| mistake(failure.detail))?;
        let applied = changes(&before, &config);
        let integrations = match Integrations::differ(&before, &config) {
            true => Arc::new(
                Integrations::start(
                    &config,
                    &self.folders.data,
                    (&self.audit, self.doorway.as_ref(), self.plugins.clone()),
                    &self.stopping,
                )
                .map_err(|e| mistake(e.to_string()))?,
            ),
            false => house.integrations(),
        };
        let written = async {
            let new_mind = match applied.rebuilt.iter().any(|part| part == "dialog") {
                true => Some(
                    self.new_mind(&config, &integrations)
                        .await
                        .map_err(|e| mistake(e.to_string()))?,
                ),
                false => None,
            };
            let yaml = document.to_yaml()?;
            persist(&self.folders.data.join("config.yaml"), &yaml).map_err(|e| {
                mistake(format!(
                    "the configuration could not be written and was not applied: {e}"
                ))
            })?;
            Ok(new_mind)
        };
        let written: Result<_, Vec<ConfigMistake>> = written.await;
        // Of the two sets the one that is not in force ends, whatever came of it.
        let unused = match &written {
            Ok(_) => std::mem::replace(
                &mut *house.integrations.write().unwrap_or_else(PoisonError::into_inner),
                integrations.clone(),
            ),
            Err(_) => integrations.clone(),
        };
        if !Arc::ptr_eq(&unused, &house.integrations()) {
            self.tracker.spawn(async move { unused.stop().await });
        }
        let new_mind = written?;
        if let Some(new_mind) = new_mind {
            *house.dialog.write().unwrap_or_else(PoisonError::into_inner) = new_mind.dialog();
            std::mem::replace(&mut *mind, new_mind).stop();
        }
        let replaced = std::mem::replace(
            &mut *house.engines.write().unwrap_or_else(PoisonError::into_inner),
            Arc::new(rebuilt_engines),
        );
        let (remembering, old, new) = (self.remembering.clone(), before.clone(), config.clone());
        if tokio::task::spawn_blocking(move || remembering.apply(&old, &new))
            .await
            .is_err()
        {
            tracing::error!("the memory broke down while its configuration was changed");
        }
        if before.logging != config.logging {
            let _ = telemetry::set_filter(&config.logging.filter);
        }
        *house.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        *self.document.write().unwrap_or_else(PoisonError::into_inner) = document;
        self.sessions.engines_replaced();
        replaced.retire();
        tracing::info!(rebuilt = applied.rebuilt.join(","), "a new configuration is in force");
        Ok(applied)
    }
}

impl Rosie {
    /// A plugin came, went, or was switched: its sentences and tools are those of the house from now on.
    pub async fn plugins_changed(&self) -> Result<(), Failure> {
        let mut mind = self.mind.lock().await;
        let house = &self.sessions.house;
        let new_mind = self.new_mind(&house.config(), &house.integrations()).await;
        let new_mind = new_mind.map_err(|error| Failure::new(ErrorCode::Internal, error.to_string()))?;
        *house.dialog.write().unwrap_or_else(PoisonError::into_inner) = new_mind.dialog();
        std::mem::replace(&mut *mind, new_mind).stop();
        Ok(())
    }

    async fn new_mind(&self, config: &Config, integrations: &Integrations) -> anyhow::Result<Mind> {
        let hands = Hands {
            timers: &self.timers,
            remembering: self.remembering.clone(),
            integrations,
            doorway: self.doorway.as_ref(),
            audit: self.audit.clone(),
        };
        Mind::build(config, &self.folders, hands, (&self.tracker, &self.stopping)).await
    }
}

fn changes(before: &Config, now: &Config) -> ConfigApplied {
    let mut applied = ConfigApplied {
        rebuilt: Vec::new(),
        needs_restart: Vec::new(),
    };
    let mut rebuilt = |part: &str, changed: bool| {
        if changed {
            applied.rebuilt.push(part.to_owned());
        }
    };
    let house = before.rooms != now.rooms || before.languages != now.languages || before.time_zone != now.time_zone;
    rebuilt("vad", before.vad != now.vad);
    rebuilt("stt", before.stt != now.stt || before.vad != now.vad);
    rebuilt(
        "tts",
        before.tts != now.tts || before.languages.first() != now.languages.first(),
    );
    let thinking = before.intents != now.intents || before.llm != now.llm || before.privacy != now.privacy;
    let integrations = Integrations::differ(before, now);
    rebuilt("integrations", integrations);
    rebuilt("dialog", house || thinking || integrations);
    rebuilt("memory", before.memory != now.memory);
    rebuilt("sessions", before.audio != now.audio);
    if before.server != now.server {
        applied.needs_restart.push("server".into());
    }
    if before.wyoming != now.wyoming {
        applied.needs_restart.push("wyoming".into());
    }
    if before.plugins != now.plugins {
        applied.needs_restart.push("plugins".into());
    }
    if before.models != now.models {
        applied.needs_restart.push("models".into());
    }
    if before.logging.format != now.logging.format {
        applied.needs_restart.push("logging.format".into());
    }
    applied
}

/// Replaces a file so that a power cut leaves the old or the new one, never half of either.
fn persist(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let scratch = path.with_extension("yaml.new");
    let mut file = std::fs::File::create(&scratch)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&scratch, path)?;
    std::fs::File::open(folder)?.sync_all()
}
