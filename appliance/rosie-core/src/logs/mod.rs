//! The last lines of the log, kept in memory for the owner to look at and to send to somebody. What could be a key or what somebody
//! said does not get into them, whoever wrote it into the log.

mod redact;

pub use redact::{redacted, redacted_value};

use serde::Serialize;
use serde_json::{Map, Value};
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl LogLevel {
    pub const ALL: [Self; 5] = [Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogLine {
    pub unix_ms: u64,
    pub level: LogLevel,
    /// `speech`, `gateway`, …
    pub part: String,
    pub message: String,
    /// What else the line says.
    pub fields: Map<String, Value>,
}

/// As many lines as there is room for; the oldest goes first.
#[derive(Debug)]
pub struct LogRing {
    lines: Mutex<VecDeque<LogLine>>,
    most: usize,
}

impl LogRing {
    pub const fn new(most: usize) -> Self {
        Self {
            lines: Mutex::new(VecDeque::new()),
            most,
        }
    }

    fn lines(&self) -> MutexGuard<'_, VecDeque<LogLine>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `fields`: as they were logged, the message among them.
    pub fn push(&self, unix_ms: u64, level: LogLevel, part: &str, fields: Map<String, Value>) {
        let clean = |(name, value): (String, Value)| {
            let value = redacted_value(&name, value);
            (name, value)
        };
        let mut fields: Map<String, Value> = fields.into_iter().map(clean).collect();
        let message = match fields.remove("message") {
            Some(Value::String(message)) => message,
            other => other.map(|value| value.to_string()).unwrap_or_default(),
        };
        let mut lines = self.lines();
        while lines.len() >= self.most.max(1) {
            lines.pop_front();
        }
        lines.push_back(LogLine {
            unix_ms,
            level,
            part: part.to_owned(),
            message,
            fields,
        });
    }

    /// Newest first.
    pub fn latest(&self) -> Vec<LogLine> {
        self.lines().iter().rev().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    fn push(ring: &LogRing, unix_ms: u64, fields: Value) {
        ring.push(unix_ms, LogLevel::Warn, "speech", fields.as_object().unwrap().clone());
    }

    #[test]
    fn the_oldest_goes_first() {
        let ring = LogRing::new(3);
        for n in 0..5_u64 {
            push(&ring, n, json!({"message": format!("line {n}"), "n": n}));
        }
        let told: Vec<u64> = ring.latest().iter().map(|line| line.unix_ms).collect();
        assert_eq!(told, [4, 3, 2]);
        assert_eq!(ring.latest()[0].message, "line 4");
        assert_eq!(ring.latest()[0].fields, *json!({"n": 4}).as_object().unwrap());
    }

    #[test]
    fn neither_keys_nor_words_get_in() {
        let ring = LogRing::new(9);
        push(
            &ring,
            1,
            json!({
                "message": "asked http://ada:opensesame@10.0.0.7/x?token=abcdef with Bearer s3cr3t-s3cr3t",
                "text": "what time is it", "transcript": "open the blinds", "api_key": "sk-1", "error": "password: hunter22 is wrong",
                "url": "https://hooks.example.org/services/T0AAAAAAA0AAAAAAAAAA01AAAA", "duration_ms": 7, "room_id": "kitchen",
            }),
        );
        let line = serde_json::to_string(&ring.latest()).unwrap();
        for secret in [
            "opensesame",
            "abcdef",
            "s3cr3t",
            "what time",
            "blinds",
            "sk-1",
            "hunter22",
            "T0AAAAAAA",
        ] {
            assert!(!line.contains(secret), "{secret} in {line}");
        }
        for told in [
            "http://***@10.0.0.7/x",
            "\"duration_ms\":7",
            "kitchen",
            "is wrong",
            "hooks.example.org",
        ] {
            assert!(line.contains(told), "{told} not in {line}");
        }
    }

    #[test]
    fn levels_have_an_order_and_names() {
        assert!(LogLevel::Error < LogLevel::Trace);
        for level in LogLevel::ALL {
            assert_eq!(LogLevel::named(level.as_str()), Some(level));
            assert_eq!(serde_json::to_value(level).unwrap(), level.as_str());
        }
        assert_eq!(LogLevel::named("loud"), None);
    }
}
