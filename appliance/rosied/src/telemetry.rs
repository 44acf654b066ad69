//! Logs: JSON lines with the fields of the design (`timestamp, level, component, room_id, message, duration_ms`, then
//! whatever else the event carries), or lines for people on a terminal. The filter can be changed while running.

use crate::config::{LogFormat, Logging};
use rosie_core::{
    ErrorCode, Failure,
    logs::{LogLevel, LogLine, LogRing},
};
use serde_json::{Map, Value};
use std::{fmt, io::IsTerminal, sync::OnceLock};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    layer::{Context, Layer, SubscriberExt},
    registry::LookupSpan,
    reload,
    util::SubscriberInitExt,
};

static FILTER: OnceLock<reload::Handle<Targets, tracing_subscriber::Registry>> = OnceLock::new();

/// The last lines, for the owner to look at.
static KEPT: LogRing = LogRing::new(2000);

/// The last lines, newest first.
pub fn latest() -> Vec<LogLine> {
    KEPT.latest()
}

/// Installs the log. `RUST_LOG` wins over the configuration.
pub fn install(logging: &Logging) {
    let wanted = std::env::var("RUST_LOG")
        .ok()
        .filter(|v| !v.is_empty())
        .unwrap_or_else(|| logging.filter.clone());
    let filter = parse(&wanted).unwrap_or_else(|_| Targets::new().with_default(tracing::Level::INFO));
    let (filter, handle) = reload::Layer::new(filter);
    let json = match logging.format {
        LogFormat::Json => true,
        LogFormat::Human => false,
        LogFormat::Auto => !std::io::stderr().is_terminal(),
    };
    let fmt = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(filter).with(Keep);
    let installed = if json {
        registry.with(fmt.event_format(Json)).try_init()
    } else {
        registry.with(fmt.with_target(true).compact()).try_init()
    };
    // A second daemon inside one process (tests) keeps the first one's log.
    if installed.is_ok() {
        let _ = FILTER.set(handle);
    }
}

/// Changes what is logged.
pub fn set_filter(text: &str) -> Result<(), Failure> {
    let bad = |message: String| Failure::new(ErrorCode::BadRequest, message);
    let filter = parse(text).map_err(bad)?;
    match FILTER.get() {
        Some(handle) => handle.reload(filter).map_err(|e| bad(e.to_string())),
        None => Ok(()),
    }
}

/// Libraries that write whole messages into the log when they may tell all: what people say does not belong there.
const TALKATIVE: [&str; 5] = ["tungstenite", "tokio_tungstenite", "rumqttc", "hyper", "rmcp"];

fn parse(text: &str) -> Result<Targets, String> {
    let wanted: Targets = text
        .parse()
        .map_err(|e| format!("\"{text}\" is not a level or a filter like info,rosie_speech=debug: {e}"))?;
    let most = wanted
        .default_level()
        .unwrap_or(LevelFilter::OFF)
        .min(LevelFilter::WARN);
    Ok(TALKATIVE
        .iter()
        .fold(wanted, |wanted, library| wanted.with_target(*library, most)))
}

/// Keeps what is logged in memory.
struct Keep;

impl<S: Subscriber> Layer<S> for Keep {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields(Map::new());
        event.record(&mut fields);
        let level = match *event.metadata().level() {
            tracing::Level::ERROR => LogLevel::Error,
            tracing::Level::WARN => LogLevel::Warn,
            tracing::Level::INFO => LogLevel::Info,
            tracing::Level::DEBUG => LogLevel::Debug,
            tracing::Level::TRACE => LogLevel::Trace,
        };
        KEPT.push(
            crate::session::unix_ms(),
            level,
            component(event.metadata().target()),
            fields.0,
        );
    }
}

/// One JSON object a line.
struct Json;

impl<S, N> FormatEvent<S, N> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut fields = Fields(Map::new());
        event.record(&mut fields);
        let mut take = |name: &str| fields.0.remove(name).unwrap_or(Value::Null);
        let (message, room_id, duration_ms) = (take("message"), take("room_id"), take("duration_ms"));
        let mut line = Map::new();
        line.insert("timestamp".into(), jiff::Timestamp::now().to_string().into());
        line.insert("level".into(), event.metadata().level().as_str().to_lowercase().into());
        line.insert("component".into(), component(event.metadata().target()).into());
        line.insert("room_id".into(), room_id);
        line.insert("message".into(), message);
        line.insert("duration_ms".into(), duration_ms);
        line.extend(fields.0);
        writeln!(writer, "{}", Value::Object(line))
    }
}

/// `speech` of `rosie_speech::stt::whisper`.
fn component(target: &str) -> &str {
    let krate = target.split("::").next().unwrap_or(target);
    krate.strip_prefix("rosie_").unwrap_or(krate)
}

struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().into(), format!("{value:?}").into());
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().into(), value.into());
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().into(), value.into());
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().into(), value.into());
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.insert(field.name().into(), value.into());
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().into(), value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_is_its_crate_without_the_prefix() {
        assert_eq!(component("rosie_speech::stt::whisper"), "speech");
        assert_eq!(component("rosied::turn"), "rosied");
    }

    #[test]
    fn libraries_that_would_log_what_people_say_are_kept_quiet() {
        for text in ["trace", "info,tungstenite=trace", "debug,hyper=trace"] {
            let filter = parse(text).expect("a filter");
            assert!(
                !filter.would_enable("tungstenite::protocol", &tracing::Level::DEBUG),
                "{text}"
            );
            assert!(!filter.would_enable("hyper::proto", &tracing::Level::TRACE), "{text}");
            assert!(filter.would_enable("rosie_speech", &tracing::Level::INFO), "{text}");
        }
        let silent = parse("error").expect("a filter");
        assert!(!silent.would_enable("tungstenite", &tracing::Level::WARN));
    }

    #[test]
    fn a_bad_filter_is_refused_with_an_example() {
        let failure = set_filter("rosie_speech=loud").expect_err("no such level");
        assert!(failure.detail.contains("rosie_speech=debug"), "{}", failure.detail);
    }
}
