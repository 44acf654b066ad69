//! What tells one provider's interface from another's: how a request is written, and how its answer is read. No
//! connection, no clock.

mod anthropic;
mod calls;
pub(super) use calls::fresh_id;
mod gemini;
pub(super) use gemini::retry_delay;
mod ollama;
mod openai;

use super::{
    Address, ChatEvent, ChatRequest, FinishReason, Limits, ModelInfo, ProviderKind, Secret, Usage, frames::Framing,
};
use reqwest::{
    Url,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::Value;
use std::time::Duration;

/// Where a chat request goes, and what it says.
pub(super) struct Call {
    pub url: Url,
    pub body: Value,
}

pub(super) trait Dialect: Send + Sync {
    fn framing(&self) -> Framing {
        Framing::Events
    }

    fn call(&self, address: &Address, model: &str, request: &ChatRequest, limits: &Limits) -> Call;

    /// Of every request. `None`: the key cannot be sent in a header.
    fn headers(&self, key: Option<&Secret>) -> Option<HeaderMap>;

    fn reader(&self) -> Box<dyn Reader>;

    /// What a `GET` of tells whether it would answer.
    fn probe(&self, address: &Address, model: &str) -> Url;

    /// False where the answer to the probe shows that the model is not there.
    fn has_model(&self, _probed: &Value, _model: &str) -> bool {
        true
    }

    fn models_url(&self, address: &Address) -> Url;

    fn models(&self, body: &Value) -> Vec<ModelInfo>;

    /// Whether models behind it may write tool calls as text.
    fn calls_as_text(&self) -> bool {
        false
    }

    /// Whether this refusal means that the model cannot be given tools, so that they must be told in words.
    fn refuses_tools(&self, _status: u16, _said: &str) -> bool {
        false
    }
}

/// Reads the frames of one answer.
pub(super) trait Reader: Send {
    /// One frame; or the whole body, where the server did not stream. True when it brought something of the answer.
    fn take(&mut self, frame: &[u8], out: &mut dyn FnMut(ChatEvent)) -> Result<bool, Problem>;

    /// The frames are over: what was collected is passed on.
    fn end(&mut self, _out: &mut dyn FnMut(ChatEvent)) {}

    fn state(&self) -> Read;
}

/// How far an answer is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Read {
    /// Why it ended, if it did.
    pub reason: Option<FinishReason>,
    /// Nothing more comes that matters.
    pub done: bool,
    pub usage: Usage,
}

/// What is wrong with a frame.
#[derive(Debug, PartialEq)]
pub(super) enum Problem {
    NotJson,
    /// The server says that it failed, with the HTTP status that this would have been, where it can be told.
    Reported {
        said: String,
        status: Option<u16>,
        after: Option<Duration>,
    },
}

pub(super) fn json(frame: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(frame).map_err(|_| Problem::NotJson)
}

/// The words of an error, in the shape of any provider.
pub(super) fn error_text(body: &Value) -> Option<&str> {
    // Gemini wraps the error of a stream in an array.
    let body = body.get(0).unwrap_or(body);
    let error = body.get("error").unwrap_or(body);
    error.as_str().or_else(|| error.get("message").and_then(Value::as_str))
}

pub(super) fn dialect(kind: ProviderKind, context: u32) -> Box<dyn Dialect> {
    match kind {
        ProviderKind::Ollama => Box::new(ollama::Ollama { context }),
        ProviderKind::Gemini => Box::new(gemini::Gemini),
        ProviderKind::Anthropic => Box::new(anthropic::Anthropic),
        _ => Box::new(openai::OpenAi { kind }),
    }
}

/// A header whose value is a secret.
fn secret_header(name: HeaderName, prefix: &str, key: Option<&Secret>) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    if let Some(key) = key {
        let mut value = HeaderValue::from_str(&format!("{prefix}{}", key.expose())).ok()?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Some(headers)
}

fn count(value: &Value, pointer: &str) -> Option<u32> {
    value
        .pointer(pointer)?
        .as_u64()
        .map(|n| n.min(u64::from(u32::MAX)) as u32)
}

/// The arguments of a call as an object, for providers that take no text.
fn arguments(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Value::Object(object),
        _ => Value::Object(Default::default()),
    }
}
