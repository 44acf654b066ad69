//! What a server says instead of an answer, made into an error that tells the owner what to do: without the key, and
//! without what the person said.

use super::{
    LlmError, Secret,
    dialect::{error_text, retry_delay},
    ear::is_about_the_key,
    remote::{Remote, Turned, bounded_body},
    rest::asked_for,
};
use jiff::Timestamp;
use reqwest::Response;
use serde_json::Value;
use std::time::Duration;

/// Longest body of an error that is read.
const LONGEST: usize = 16 << 10;
/// Shorter lines may stand in anybody's words by chance; in characters.
const SHORTEST_QUOTE: usize = 6;
/// A connection that is refused is refused at once: one more try is enough to survive a restart.
const REFUSED_AGAIN: Duration = Duration::from_millis(300);

pub(super) struct Refusal {
    pub turned: Turned,
    /// It asks to be left alone for so long.
    pub after: Option<Duration>,
}

impl Refusal {
    pub(super) async fn read(remote: &Remote, response: Response, private: &str) -> Self {
        let status = response.status().as_u16();
        let after = asked_for(response.headers(), Timestamp::now());
        let body = tokio::time::timeout(Duration::from_secs(2), bounded_body(response, LONGEST)).await;
        let body: Value = body
            .ok()
            .and_then(|body| serde_json::from_slice(&body).ok())
            .unwrap_or_default();
        let error = body.get(0).unwrap_or(&body).get("error").cloned().unwrap_or_default();
        let after = after
            .or_else(|| retry_delay(&error))
            .filter(|_| matches!(status, 429 | 503 | 529));
        let code = ["code", "type", "status"].map(|key| error.get(key).and_then(Value::as_str).unwrap_or_default());
        let no_credit = code.contains(&"insufficient_quota") || code.contains(&"billing_error");
        let said = error_text(&body).unwrap_or_default();
        let mut turned = remote.refused(status, said, after, private);
        if no_credit || status == 402 {
            turned = LlmError::Quota {
                address: remote.address.to_string(),
                status,
            }
            .into();
        }
        Self { turned, after }
    }
}

impl Remote {
    /// A refusal with this status and these words, told before or inside a stream.
    pub(super) fn refused(&self, status: u16, said: &str, after: Option<Duration>, private: &str) -> Turned {
        let address = self.address.to_string();
        // What a server says of a wrong key may quote it.
        if is_about_the_key(self.kind, status, said) {
            return LlmError::Key { address, status }.into();
        }
        let words = match self.scrub(said, private) {
            words if words.is_empty() => words,
            words => format!(": {words}"),
        };
        let error = match status {
            404 => LlmError::NoModel {
                address,
                model: self.model.clone(),
                said: words,
            },
            429 => self.too_many(after),
            // llama.cpp's server.
            503 if said.contains("Loading model") => LlmError::NotReady {
                reason: "it is still loading".to_owned(),
            },
            500.. => LlmError::Server {
                address,
                status,
                said: words,
            },
            _ => LlmError::Refused {
                address,
                status,
                said: words,
            },
        };
        Turned {
            error,
            again: matches!(status, 429 | 502 | 503 | 529).then_some(after),
            refuses_tools: self.dialect.refuses_tools(status, said),
        }
    }

    /// Somebody else's words: short, without the key, and not at all where they quote a line of what was said.
    pub(super) fn scrub(&self, text: &str, private: &str) -> String {
        let lower = text.to_lowercase();
        let quoted = |line: &str| line.chars().count() >= SHORTEST_QUOTE && lower.contains(&line.to_lowercase());
        if private.lines().map(str::trim).any(quoted) {
            return "its words quote the question and are left out".to_owned();
        }
        let clean = match self.key.as_ref().map(Secret::expose).filter(|key| !key.is_empty()) {
            Some(key) => text.replace(key, "***"),
            None => text.to_owned(),
        };
        clean.chars().filter(|c| !c.is_control()).take(200).collect()
    }

    pub(super) fn unreachable(&self, error: reqwest::Error) -> Turned {
        let reason = if error.is_timeout() {
            "no answer in time".to_owned()
        } else {
            root_cause(&error)
        };
        let again = (error.is_connect() && !error.is_timeout()).then_some(Some(REFUSED_AGAIN));
        let error = LlmError::Unreachable {
            address: self.address.to_string(),
            reason,
        };
        Turned {
            error,
            again,
            refuses_tools: false,
        }
    }

    pub(super) fn too_many(&self, wait: Option<Duration>) -> LlmError {
        LlmError::TooMany {
            address: self.address.to_string(),
            seconds: wait.map(|wait| wait.as_secs_f64().ceil() as u64),
        }
    }

    pub(super) fn slow(&self, what: &'static str, limit: Duration) -> LlmError {
        LlmError::Slow {
            address: self.address.to_string(),
            what,
            seconds: limit.as_secs().max(1),
        }
    }

    pub(super) fn bad(&self, reason: &str) -> LlmError {
        LlmError::BadReply {
            address: self.address.to_string(),
            reason: reason.to_owned(),
        }
    }

    pub(super) fn broken(&self, reason: &str) -> LlmError {
        LlmError::Broken {
            address: self.address.to_string(),
            reason: reason.to_owned(),
        }
    }
}

/// The innermost reason: the outer ones only say that sending failed, and name the address.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
