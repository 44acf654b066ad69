//! What is counted, for Prometheus. Handles are cheap: counters on hot paths are looked up once.

mod process;

pub use process::Process;
mod scrape;

use http::StatusCode;
use prometheus::{HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry, core::Collector};
use rosie_core::{
    dialog::Tier,
    record::{Stage, TurnObserver, TurnRecord},
};

/// Seconds; fine where a person waits, coarse where they talk.
const STAGE_BUCKETS: &[f64] = &[
    0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 60.0,
];

/// Counters and histograms of the whole appliance. Give it to the session layer as its `TurnObserver`.
pub struct Metrics {
    registry: Registry,
    stages: HistogramVec,
    turns: IntCounterVec,
    http: IntCounterVec,
    alive: IntCounter,
    connections: IntGauge,
    refused: IntCounter,
    streams: IntGauge,
    messages: IntCounterVec,
    bytes: IntCounterVec,
    refusals: IntCounterVec,
}

/// Which way a message of a stream went, and what it was: counted together with its bytes.
pub(crate) struct Traffic {
    messages: IntCounter,
    bytes: IntCounter,
}

impl Traffic {
    pub fn count(&self, bytes: usize) {
        self.messages.inc();
        self.bytes.inc_by(bytes as u64);
    }
}

/// Counts something open for as long as it lives.
pub(crate) struct Open(IntGauge);

impl Open {
    fn new(gauge: &IntGauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// Fails only when two metrics have one name, which a test rules out.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let stage_opts = HistogramOpts::new("rosie_stage_seconds", "How long each stage of a turn took.");
        let stages = HistogramVec::new(stage_opts.buckets(STAGE_BUCKETS.to_vec()), &["stage"])?;
        // Every stage is there from the start, so that a graph of one that has not happened shows nothing, not an error.
        for stage in Stage::ALL {
            stages.with_label_values(&[stage.as_str()]);
        }
        let http = counters(
            "rosie_http_requests_total",
            "Requests by route and status.",
            &["route", "status"],
        )?;
        let metrics = Self {
            stages,
            turns: counters(
                "rosie_turns_total",
                "Finished turns by outcome and tier.",
                &["outcome", "tier"],
            )?,
            alive: http.with_label_values(&["/health", "200"]),
            http,
            connections: IntGauge::new("rosie_http_connections", "Open connections, streams among them.")?,
            refused: IntCounter::new("rosie_http_connections_refused_total", "Connections over the limit.")?,
            streams: IntGauge::new("rosie_ws_connections", "Open streams.")?,
            messages: counters(
                "rosie_ws_messages_total",
                "Messages of streams.",
                &["direction", "kind"],
            )?,
            bytes: counters(
                "rosie_ws_bytes_total",
                "Payload bytes of streams.",
                &["direction", "kind"],
            )?,
            refusals: counters(
                "rosie_ws_refusals_total",
                "Errors told to endpoints, by code.",
                &["code"],
            )?,
            registry,
        };
        metrics.register()?;
        Ok(metrics)
    }

    fn register(&self) -> Result<(), prometheus::Error> {
        let all: [Box<dyn Collector>; 9] = [
            Box::new(self.stages.clone()),
            Box::new(self.turns.clone()),
            Box::new(self.http.clone()),
            Box::new(self.connections.clone()),
            Box::new(self.refused.clone()),
            Box::new(self.streams.clone()),
            Box::new(self.messages.clone()),
            Box::new(self.bytes.clone()),
            Box::new(self.refusals.clone()),
        ];
        all.into_iter()
            .try_for_each(|collector| self.registry.register(collector))
    }

    pub(crate) fn alive_asked(&self) {
        self.alive.inc();
    }

    pub(crate) fn http(&self, route: &str, status: StatusCode) {
        self.http.with_label_values(&[route, status.as_str()]).inc();
    }

    pub(crate) fn connection(&self) -> Open {
        Open::new(&self.connections)
    }

    pub(crate) fn connection_refused(&self) {
        self.refused.inc();
    }

    pub(crate) fn stream(&self) -> Open {
        Open::new(&self.streams)
    }

    /// `direction`: `in` or `out`; `kind`: `control` or `audio`.
    pub(crate) fn traffic(&self, direction: &str, kind: &str) -> Traffic {
        let labels = [direction, kind];
        Traffic {
            messages: self.messages.with_label_values(&labels),
            bytes: self.bytes.with_label_values(&labels),
        }
    }

    pub(crate) fn refusal(&self, code: &str) {
        self.refusals.with_label_values(&[code]).inc();
    }
}

impl TurnObserver for Metrics {
    fn turn_finished(&self, record: &TurnRecord) {
        for timing in &record.stages {
            let seconds = timing.duration_ms as f64 / 1000.0;
            self.stages.with_label_values(&[timing.stage.as_str()]).observe(seconds);
        }
        let tier = match record.tier {
            Some(Tier::Local) => "local",
            Some(Tier::Network) => "network",
            Some(Tier::Cloud) => "cloud",
            None => "none",
        };
        self.turns.with_label_values(&[record.outcome.as_str(), tier]).inc();
    }
}

fn counters(name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec, prometheus::Error> {
    IntCounterVec::new(Opts::new(name, help), labels)
}
