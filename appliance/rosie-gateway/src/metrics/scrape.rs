//! What others count (engines, sessions, the system), read at the moment somebody asks.

use super::{Metrics, process::Process};
use prometheus::{Counter, Gauge, GaugeVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder, core::Collector};
use rosie_core::{appliance::Status, engine::EngineInfo};
use std::collections::BTreeMap;

impl Metrics {
    /// Everything in the Prometheus text format.
    pub(crate) fn scrape(
        &self,
        status: &Status,
        parts: &BTreeMap<String, EngineInfo>,
    ) -> Result<String, prometheus::Error> {
        let moment = Moment {
            registry: Registry::new(),
        };
        moment.engines(parts)?;
        moment.sessions(status)?;
        moment.process(status)?;
        let mut families = self.registry.gather();
        families.extend(moment.registry.gather());
        TextEncoder::new().encode_to_string(&families)
    }
}

/// Values that are only true now.
struct Moment {
    registry: Registry,
}

impl Moment {
    fn add<C: Collector + Clone + 'static>(&self, collector: C) -> Result<C, prometheus::Error> {
        self.registry.register(Box::new(collector.clone()))?;
        Ok(collector)
    }

    fn by_engine(&self, name: &str, help: &str) -> Result<IntGaugeVec, prometheus::Error> {
        self.add(IntGaugeVec::new(Opts::new(name, help), &["engine"])?)
    }

    fn engines(&self, parts: &BTreeMap<String, EngineInfo>) -> Result<(), prometheus::Error> {
        let up = self.by_engine("rosie_engine_up", "Whether the engine can be asked for work.")?;
        let depth = self.by_engine("rosie_engine_queue_depth", "Jobs waiting for the engine.")?;
        let counters = |name: &str, help: &str| self.add(IntCounterVec::new(Opts::new(name, help), &["engine"])?);
        let dropped = counters(
            "rosie_engine_dropped_total",
            "Jobs or frames dropped because a queue was full.",
        )?;
        let restarts = counters("rosie_engine_restarts_total", "Times the engine was started again.")?;
        for (name, part) in parts {
            let name = [name.as_str()];
            up.with_label_values(&name).set(i64::from(part.health.serves()));
            depth.with_label_values(&name).set(part.queue_depth as i64);
            dropped.with_label_values(&name).inc_by(part.dropped);
            restarts.with_label_values(&name).inc_by(part.restarts);
        }
        Ok(())
    }

    fn sessions(&self, status: &Status) -> Result<(), prometheus::Error> {
        let opts = Opts::new("rosie_sessions", "Sessions by whether their endpoint is connected.");
        let sessions = self.add(IntGaugeVec::new(opts, &["connected"])?)?;
        let connected = status.sessions.iter().filter(|session| session.connected).count();
        sessions.with_label_values(&["true"]).set(connected as i64);
        sessions
            .with_label_values(&["false"])
            .set((status.sessions.len() - connected) as i64);
        let help = "Audio frames dropped by the sessions that are open.";
        let dropped = self.add(Gauge::new("rosie_session_dropped_frames", help)?)?;
        dropped.set(
            status
                .sessions
                .iter()
                .map(|session| session.dropped_frames as f64)
                .sum(),
        );
        Ok(())
    }

    fn process(&self, status: &Status) -> Result<(), prometheus::Error> {
        let process = Process::read();
        let set = |name: &str, help: &str, value: f64| -> Result<(), prometheus::Error> {
            self.add(Gauge::new(name, help)?)?.set(value);
            Ok(())
        };
        self.add(Counter::new("process_cpu_seconds_total", "Processor time used.")?)?
            .inc_by(process.cpu_seconds);
        set(
            "process_resident_memory_bytes",
            "Memory in use.",
            process.resident_bytes as f64,
        )?;
        set("process_threads", "Threads.", process.threads as f64)?;
        set("process_open_fds", "Open file descriptors.", process.open_fds as f64)?;
        let started = status.started_unix_ms as f64 / 1000.0;
        set(
            "process_start_time_seconds",
            "When the process started, in Unix time.",
            started,
        )?;
        let opts = Opts::new("rosie_build_info", "The version that runs.");
        let build = self.add(GaugeVec::new(opts, &["version"])?)?;
        build.with_label_values(&[status.version.as_str()]).set(1.0);
        Ok(())
    }
}
