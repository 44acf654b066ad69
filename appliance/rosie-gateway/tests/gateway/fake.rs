//! An appliance that does nothing but remember what it was asked.

#![allow(clippy::unwrap_used)]

use crate::{
    fake_backups::FakeBackups,
    fake_integrations::{self, FakeIntegrations},
    fake_memory::FakeMemory,
    fake_models::{FakeModels, FakePipeline},
    fake_network::FakeNetwork,
    fake_plugins::{FakeAssistant, FakePlugins},
    fake_record::{FakeLog, turn},
    fake_speakers::FakeSpeakers,
    fake_updates::FakeUpdates,
};
use rosie_core::{
    BoxFuture, CallContext, ErrorCode, Failure, Language, SessionId, TurnId,
    appliance::{Appliance, ConfigApplied, ConfigMistake, ConfigRefused, RoomStatus, SessionStatus, Status},
    audit::Deed,
    backup::BackupAdmin,
    engine::{EngineHealth, EngineInfo},
    integrations::IntegrationAdmin,
    logs::LogLine,
    memory::MemoryAdmin,
    models::ModelAdmin,
    network::{Link, NetworkAdmin},
    pipeline::Pipeline,
    plugins::{Assistant, PluginAdmin},
    record::TurnRecord,
    session::{EndpointSpec, SessionEvent, SessionInput, SessionOpened, SessionPort, SessionSink, TurnState},
    speakers::Speakers,
    update::UpdateAdmin,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

#[derive(Default)]
pub struct Seen {
    pub specs: Vec<EndpointSpec>,
    pub inputs: Vec<SessionInput>,
    pub ended: usize,
    pub dropped: usize,
    pub documents: Vec<String>,
    pub filters: Vec<String>,
    pub memory: FakeMemory,
    pub memory_missing: bool,
    pub assistant_missing: bool,
    /// Instead of those it has otherwise.
    pub parts: Option<BTreeMap<String, EngineInfo>>,
    pub models: FakeModels,
    pub link: Link,
    pub log: FakeLog,
    /// How much audio each of them was heard to send, in frames.
    pub frames: Vec<usize>,
    /// Of everyone who ever connected.
    sinks: Vec<Arc<SessionSink>>,
}

#[derive(Clone, Default)]
pub struct Fake(Arc<Mutex<Seen>>);

impl Fake {
    pub fn seen<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.0.lock().unwrap())
    }

    /// What the appliance remembers.
    pub fn memories(&self) -> FakeMemory {
        self.seen(|seen| seen.memory.clone())
    }

    /// Tells the endpoint that connected last.
    pub fn tell(&self, event: SessionEvent) {
        let sink = self.seen(|seen| seen.sinks.last().cloned()).unwrap();
        sink(event);
    }

    /// Tells every endpoint.
    pub fn tell_all(&self, event: &SessionEvent) {
        for sink in self.seen(|seen| seen.sinks.clone()) {
            sink(event.clone());
        }
    }
}

struct Port {
    fake: Fake,
    /// Among all who ever connected.
    number: usize,
    opened: SessionOpened,
}

impl SessionPort for Port {
    fn opened(&self) -> SessionOpened {
        self.opened.clone()
    }

    fn input(&self, input: SessionInput) -> Result<(), Failure> {
        if input == SessionInput::Text("busy".into()) {
            return Err(Failure::new(ErrorCode::Busy, "the queue is full: speak more slowly"));
        }
        assert_ne!(
            input,
            SessionInput::Text("panic".into()),
            "a fault in the session layer"
        );
        self.fake.seen(|seen| match input {
            SessionInput::Bye => seen.ended += 1,
            SessionInput::Audio(_) => {
                seen.frames[self.number] += 1;
                seen.inputs.push(input);
            }
            input => seen.inputs.push(input),
        });
        Ok(())
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.fake.seen(|seen| seen.dropped += 1);
    }
}

pub fn engine(health: EngineHealth) -> EngineInfo {
    EngineInfo {
        engine: "fake".into(),
        model: "none".into(),
        health,
        queue_depth: 3,
        dropped: 2,
        restarts: 1,
    }
}

impl Appliance for Fake {
    fn parts(&self) -> BTreeMap<String, EngineInfo> {
        if let Some(parts) = self.seen(|seen| seen.parts.clone()) {
            return parts;
        }
        let reason = || "the model is missing: run make models".to_owned();
        BTreeMap::from([
            ("vad".into(), engine(EngineHealth::Ready)),
            ("stt".into(), engine(EngineHealth::Loading)),
            ("tts".into(), engine(EngineHealth::Degraded { reason: reason() })),
            ("llm".into(), engine(EngineHealth::Unavailable { reason: reason() })),
            ("memory".into(), engine(EngineHealth::Ready)),
            ("integrations/home_assistant".into(), engine(EngineHealth::Ready)),
            (
                "integrations/away".into(),
                engine(EngineHealth::Unavailable { reason: reason() }),
            ),
        ])
    }

    fn status(&self) -> Status {
        let session = SessionStatus {
            session: "s1".into(),
            endpoint: "kitchen".into(),
            room: "kitchen".into(),
            state: TurnState::FollowUp,
            connected: true,
            dropped_frames: 4,
            do_not_disturb: true,
        };
        Status {
            version: "9.9.9".into(),
            uptime_s: 12,
            started_unix_ms: 1_700_000_000_000,
            sessions: vec![session],
            rooms: vec![
                RoomStatus {
                    id: "living_room".into(),
                    name: "Living room".into(),
                },
                RoomStatus {
                    id: "kitchen".into(),
                    name: "Kitchen".into(),
                },
            ],
            engines: self.parts(),
            cpu_percent: 1.5,
            memory_bytes: 40 << 20,
            temperature_celsius: Some(51.5),
            disk_free_bytes: None,
            languages: vec!["en".into(), "de".into()],
            turns_total: 7,
        }
    }

    fn deeds(&self, limit: usize, before_unix_ms: u64) -> BoxFuture<'_, Result<Vec<Deed>, Failure>> {
        Box::pin(async move {
            if before_unix_ms == 7 {
                return Err(Failure::new(ErrorCode::Internal, "the disk is gone"));
            }
            let context = CallContext {
                turn_id: TurnId(5),
                room: "kitchen".into(),
                endpoint: "kitchen-1".into(),
                language: Language::default(),
                conversation: "c".into(),
                user: None,
            };
            let deed = Deed::new(1_700_000_000_000, "HassTurnOn", &context, "light.turn_on".to_owned());
            Ok(vec![deed.clone(), deed.failed(ErrorCode::HomeUnavailable)]
                .into_iter()
                .take(limit)
                .collect())
        })
    }

    fn account(
        &self,
        name: &str,
        action: &'static str,
        arguments: Value,
    ) -> BoxFuture<'_, Option<Result<Value, Failure>>> {
        let outcome = fake_integrations::account(name, action, &arguments);
        Box::pin(async move { outcome })
    }

    fn integrations(&self) -> Option<Arc<dyn IntegrationAdmin>> {
        Some(Arc::new(FakeIntegrations))
    }

    fn backups(&self) -> Option<Arc<dyn BackupAdmin>> {
        Some(Arc::new(FakeBackups))
    }

    fn updates(&self) -> Option<Arc<dyn UpdateAdmin>> {
        Some(Arc::new(FakeUpdates))
    }

    fn models(&self) -> Option<Arc<dyn ModelAdmin>> {
        Some(Arc::new(self.seen(|seen| seen.models.clone())))
    }

    fn pipeline(&self) -> Option<Arc<dyn Pipeline>> {
        Some(Arc::new(FakePipeline))
    }

    fn speakers(&self) -> Option<Arc<dyn Speakers>> {
        Some(Arc::new(FakeSpeakers))
    }

    fn network(&self) -> Option<Arc<dyn NetworkAdmin>> {
        Some(Arc::new(FakeNetwork(self.seen(|seen| seen.link))))
    }

    fn plugins(&self) -> Option<Arc<dyn PluginAdmin>> {
        Some(Arc::new(FakePlugins))
    }

    fn assistant(&self) -> Option<Arc<dyn Assistant>> {
        match self.seen(|seen| seen.assistant_missing) {
            true => None,
            false => Some(Arc::new(FakeAssistant)),
        }
    }

    fn open_session(&self, spec: EndpointSpec, sink: SessionSink) -> Result<Box<dyn SessionPort>, Failure> {
        if spec.endpoint.as_str() == "refused" {
            return Err(Failure::new(
                ErrorCode::Busy,
                "20 sessions are open, as many as allowed",
            ));
        }
        let opened = SessionOpened {
            session: SessionId("session-1".into()),
            room: spec.room.clone().unwrap_or_else(|| "living_room".into()),
            language: spec.language.clone().unwrap_or_default(),
            resume_token: "token-1".into(),
            resumed: spec.resume.is_some(),
            volume_percent: 60,
            brightness_percent: 100,
        };
        self.seen(|seen| {
            seen.specs.push(spec);
            seen.sinks.push(Arc::new(sink));
            seen.frames.push(0);
        });
        Ok(Box::new(Port {
            number: self.seen(|seen| seen.frames.len() - 1),
            fake: self.clone(),
            opened,
        }))
    }

    fn config(&self) -> Value {
        json!({"llm": {"cloud": {"api_key": "***"}}})
    }

    fn apply_config(&self, document: String) -> BoxFuture<'_, Result<ConfigApplied, ConfigRefused>> {
        Box::pin(async move {
            assert_ne!(document, "panic", "a fault in the configuration layer");
            if document.contains("wrong") {
                let mistake = |key: &str| ConfigMistake {
                    key: key.into(),
                    message: "no such key".into(),
                };
                return Err(ConfigRefused {
                    mistakes: vec![mistake("wrong"), mistake("stt.wrong")],
                });
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            self.seen(|seen| seen.documents.push(document));
            Ok(ConfigApplied {
                rebuilt: vec!["stt".into()],
                needs_restart: vec!["server.listen".into()],
            })
        })
    }

    fn config_schema(&self) -> Value {
        json!({"type": "object"})
    }

    fn turns(&self) -> Vec<TurnRecord> {
        vec![turn()]
    }

    fn memory(&self) -> Option<Arc<dyn MemoryAdmin>> {
        self.seen(|seen| (!seen.memory_missing).then(|| Arc::new(seen.memory.clone()) as Arc<dyn MemoryAdmin>))
    }

    fn logs(&self) -> Vec<LogLine> {
        self.seen(|seen| seen.log.0.latest())
    }

    fn set_log_filter(&self, filter: &str) -> Result<(), Failure> {
        if filter.contains('!') {
            return Err(Failure::new(ErrorCode::BadRequest, "`!` is not a log filter"));
        }
        self.seen(|seen| seen.filters.push(filter.to_owned()));
        Ok(())
    }
}
