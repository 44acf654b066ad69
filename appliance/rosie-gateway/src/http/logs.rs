//! The last lines of the log, and the one file with which somebody else can tell what is wrong: without keys, and without what was
//! said.

use super::{
    ApiError, action,
    respond::{Answer, json},
    transfer,
};
use crate::{clock, server::Shared};
use bytes::Bytes;
use http::StatusCode;
use rosie_core::{
    ErrorCode,
    logs::{LogLevel, LogLine, redacted_value},
    record::TurnRecord,
};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Lines of an answer where nothing else is asked for, and at most.
const PAGE: usize = 200;
const MAX_PAGE: usize = 1000;

/// What a route of the logs does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogAction {
    Lines,
    Bundle,
}

#[derive(Serialize)]
struct Lines {
    /// Newest first.
    lines: Vec<LogLine>,
    /// Of which there are lines.
    parts: BTreeSet<String>,
}

#[derive(Serialize)]
struct Bundle {
    /// Version of this form.
    rosie_support: u32,
    made_unix_ms: u64,
    version: String,
    uptime_s: u64,
    system: &'static str,
    processor: &'static str,
    cpu_percent: f32,
    memory_bytes: u64,
    temperature_celsius: Option<f64>,
    disk_free_bytes: Option<u64>,
    languages: Vec<String>,
    rooms: usize,
    sessions: usize,
    turns_total: u64,
    health: Value,
    models: Value,
    config: Value,
    /// Of the last turns, by stage.
    latency: BTreeMap<&'static str, Latency>,
    outcomes: BTreeMap<&'static str, usize>,
    logs: Vec<LogLine>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Latency {
    count: usize,
    p50_ms: u64,
    p95_ms: u64,
}

pub(super) async fn run(shared: &Shared, action: LogAction, query: Option<&str>) -> Result<Answer, ApiError> {
    match action {
        LogAction::Lines => lines(shared, query),
        LogAction::Bundle => bundle(shared).await,
    }
}

/// `level=warn&part=speech&limit=200`, all optional.
fn lines(shared: &Shared, query: Option<&str>) -> Result<Answer, ApiError> {
    let (mut least, mut part, mut limit) = (LogLevel::Trace, None, PAGE);
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let number = value.parse::<usize>().ok();
        match (&*name, LogLevel::named(&value), number) {
            ("level", Some(level), _) => least = level,
            ("part", ..) if !value.is_empty() => part = Some(value.into_owned()),
            ("limit", _, Some(number)) if (1..=MAX_PAGE).contains(&number) => limit = number,
            _ => {
                return Err(ApiError::new(
                    StatusCode::BAD_REQUEST,
                    ErrorCode::BadRequest.as_str(),
                    "that cannot be asked of the log",
                    "level is error, warn, info, debug or trace, part one of `parts`, limit a number from 1 to 1000; nothing else is known",
                ));
            }
        }
    }
    let all = shared.appliance.logs();
    let parts = all.iter().map(|line| line.part.clone()).collect();
    let wanted = |line: &LogLine| line.level <= least && part.as_ref().is_none_or(|part| line.part == *part);
    let lines = all.into_iter().filter(wanted).take(limit).collect();
    json(StatusCode::OK, &Lines { lines, parts })
}

async fn bundle(shared: &Shared) -> Result<Answer, ApiError> {
    let appliance = &shared.appliance;
    let (status, turns) = (appliance.status(), appliance.turns());
    let told = |value: Result<Value, serde_json::Error>| value.unwrap_or_default();
    // What engines say of themselves may name addresses with a password in them.
    let health = told(serde_json::to_value(action::health(appliance.parts())));
    let models = match appliance.models() {
        Some(models) => {
            let listed = tokio::task::spawn_blocking(move || models.models()).await;
            told(serde_json::to_value(
                listed.ok().and_then(Result::ok).unwrap_or_default(),
            ))
        }
        None => Value::Null,
    };
    let bundle = Bundle {
        rosie_support: 1,
        made_unix_ms: clock::now() * 1000,
        version: status.version,
        uptime_s: status.uptime_s,
        system: std::env::consts::OS,
        processor: std::env::consts::ARCH,
        cpu_percent: status.cpu_percent,
        memory_bytes: status.memory_bytes,
        temperature_celsius: status.temperature_celsius,
        disk_free_bytes: status.disk_free_bytes,
        languages: status.languages,
        rooms: status.rooms.len(),
        sessions: status.sessions.len(),
        turns_total: status.turns_total,
        health: redacted_value("", health),
        models: redacted_value("", models),
        config: redacted_value("", appliance.config()),
        latency: latency(&turns),
        outcomes: outcomes(&turns),
        logs: appliance.logs(),
    };
    let body = serde_json::to_vec_pretty(&bundle).map_err(|_| ApiError::internal())?;
    let mut answer = transfer::attached("application/json", "rosie-support.json")?;
    *answer.body_mut() = Bytes::from(body).into();
    Ok(answer)
}

fn latency(turns: &[TurnRecord]) -> BTreeMap<&'static str, Latency> {
    let mut times: BTreeMap<&'static str, Vec<u64>> = BTreeMap::new();
    for timing in turns.iter().flat_map(|turn| &turn.stages) {
        times.entry(timing.stage.as_str()).or_default().push(timing.duration_ms);
    }
    let quantiles = |(stage, mut times): (&'static str, Vec<u64>)| {
        times.sort_unstable();
        let at = |percent: usize| times[(times.len() * percent).div_ceil(100).saturating_sub(1)];
        let latency = Latency {
            count: times.len(),
            p50_ms: at(50),
            p95_ms: at(95),
        };
        (stage, latency)
    };
    times.into_iter().map(quantiles).collect()
}

fn outcomes(turns: &[TurnRecord]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for turn in turns {
        *counts.entry(turn.outcome.as_str()).or_default() += 1;
    }
    counts
}
