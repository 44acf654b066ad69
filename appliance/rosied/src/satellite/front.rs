//! What the network may ask of a satellite: how it is, and its log. Everything else is asked of its server.

use super::Satellite;
use crate::{
    config::{Document, masked},
    household, telemetry,
};
use rosie_core::{
    BoxFuture, ErrorCode, Failure,
    appliance::{Appliance, ConfigApplied, ConfigMistake, ConfigRefused, Status},
    engine::EngineInfo,
    logs::LogLine,
    record::TurnRecord,
    session::{EndpointSpec, SessionPort, SessionSink},
};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

/// What who wants more is told.
const ELSEWHERE: &str = "this is a satellite: open the page of the Rosie that it belongs to; /health says which";

/// A satellite as the gateway sees it.
pub struct Front(pub Arc<Satellite>);

impl Appliance for Front {
    fn parts(&self) -> BTreeMap<String, EngineInfo> {
        self.0.health()
    }

    fn status(&self) -> Status {
        let uptime = self.0.started.elapsed();
        let process = rosie_gateway::Process::read();
        Status {
            version: env!("CARGO_PKG_VERSION").into(),
            uptime_s: uptime.as_secs(),
            started_unix_ms: crate::session::unix_ms().saturating_sub(uptime.as_millis() as u64),
            sessions: Vec::new(),
            rooms: Vec::new(),
            engines: self.parts(),
            cpu_percent: (process.cpu_seconds / uptime.as_secs_f64().max(0.001) * 100.0) as f32,
            memory_bytes: process.resident_bytes,
            temperature_celsius: household::temperature(),
            disk_free_bytes: None,
            languages: vec![self.0.parts.language().to_string()],
            turns_total: 0,
        }
    }

    fn open_session(&self, _: EndpointSpec, _: SessionSink) -> Result<Box<dyn SessionPort>, Failure> {
        Err(Failure::new(ErrorCode::NotSupported, ELSEWHERE))
    }

    fn config(&self) -> Value {
        masked(&self.0.parts.config)
    }

    fn apply_config(&self, _: String) -> BoxFuture<'_, Result<ConfigApplied, ConfigRefused>> {
        let mistake = ConfigMistake {
            key: String::new(),
            message: "a satellite is told in its file alone: change that, and start it anew".to_owned(),
        };
        Box::pin(async {
            Err(ConfigRefused {
                mistakes: vec![mistake],
            })
        })
    }

    fn config_schema(&self) -> Value {
        Document::schema().clone()
    }

    fn turns(&self) -> Vec<TurnRecord> {
        Vec::new()
    }

    fn logs(&self) -> Vec<LogLine> {
        telemetry::latest()
    }

    fn set_log_filter(&self, filter: &str) -> Result<(), Failure> {
        telemetry::set_filter(filter)
    }
}
