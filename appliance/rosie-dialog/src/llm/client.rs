//! One OpenAI-compatible server: a conversation goes out, the answer's words come in as they are made.

use super::{Address, Limits, LlmError, Message, Role, Secret, stream::LONGEST_ANSWER};
use reqwest::{Response, StatusCode, header};
use rosie_core::CancelFlag;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How often a cancel flag, which cannot be awaited, is looked at.
const CANCEL_POLL: Duration = Duration::from_millis(10);
/// Longest body of an error that is read.
const LONGEST_ERROR: usize = 16 << 10;

/// What is asked of a server.
pub(crate) struct Request<'a> {
    pub model: &'a str,
    pub messages: &'a [Message],
    pub limits: &'a Limits,
    pub first_token: Duration,
    pub cancel: &'a CancelFlag,
}

impl Request<'_> {
    /// What must not get into an error.
    pub(super) fn question(&self) -> &str {
        self.messages.last().map_or("", |message| message.content.trim())
    }
}

/// Speaks to one address. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ChatClient {
    http: reqwest::Client,
    address: Address,
    key: Option<Secret>,
}

impl ChatClient {
    pub fn new(address: Address, key: Option<Secret>, connect: Duration) -> Result<Self, LlmError> {
        // Another part may have installed one already; either is good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .connect_timeout(connect)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("rosie")
            .build()
            .map_err(|e| LlmError::Tls {
                reason: e.without_url().to_string(),
            })?;
        Ok(Self { http, address, key })
    }

    /// The same connections, for a server elsewhere.
    pub(crate) fn at(&self, address: Address) -> Self {
        Self {
            address,
            ..self.clone()
        }
    }

    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Whether the server answers at all, and takes the key. A server without a list of models is fine.
    pub async fn probe(&self, limit: Duration) -> Result<(), LlmError> {
        let request = self
            .authorized(self.http.get(self.address.endpoint("models")))
            .timeout(limit);
        let response = request.send().await.map_err(|e| self.unreachable(e))?;
        match response.status() {
            status if status.is_success() => Ok(()),
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Ok(()),
            status => Err(self.refusal(status, "", response, "").await),
        }
    }

    /// `GET /health` of a llama.cpp server: true when it is ready, false while it loads.
    pub(crate) async fn is_ready(&self, limit: Duration) -> Result<bool, LlmError> {
        let sent = self.http.get(self.address.health()).timeout(limit).send().await;
        Ok(sent.map_err(|e| self.unreachable(e))?.status().is_success())
    }

    /// Streams an answer into `word`. What was passed on before an error stays said. Cancelling drops the request.
    pub(crate) async fn chat(&self, request: Request<'_>, mut word: impl FnMut(&str) + Send) -> Result<(), LlmError> {
        let cancelled = async {
            while !request.cancel.is_cancelled() {
                tokio::time::sleep(CANCEL_POLL).await;
            }
        };
        tokio::select! {
            biased;
            () = cancelled => Err(LlmError::Cancelled),
            done = self.stream(&request, &mut word) => done,
        }
    }

    async fn stream(&self, request: &Request<'_>, word: &mut (impl FnMut(&str) + Send)) -> Result<(), LlmError> {
        let began = Instant::now();
        let first = began + request.first_token;
        let end = began + request.limits.overall;
        let body = json!({
            "model": request.model,
            "messages": request.messages.iter().map(wire).collect::<Vec<_>>(),
            "stream": true,
            "max_tokens": request.limits.max_tokens,
            "temperature": request.limits.temperature,
        });
        let post = self
            .authorized(self.http.post(self.address.endpoint("chat/completions")))
            .json(&body);
        let sent = timeout_at(first.min(end), post.send()).await;
        let response = sent.map_err(|_| self.slow("begin its answer", request.first_token))?;
        let response = response.map_err(|e| self.unreachable(e))?;
        if response.status() != StatusCode::OK {
            return Err(self
                .refusal(response.status(), request.model, response, request.question())
                .await);
        }
        if is_plain_json(&response) {
            let whole = timeout_at(first.min(end), self.bounded_body(response, 2 * LONGEST_ANSWER)).await;
            let body = whole.map_err(|_| self.slow("begin its answer", request.first_token))?;
            return self.whole_answer(&body, word);
        }
        self.read_events(response, request, (first, end), word).await
    }

    fn authorized(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.key {
            Some(key) => request.bearer_auth(key.expose()),
            None => request,
        }
    }

    async fn refusal(&self, status: StatusCode, model: &str, response: Response, question: &str) -> LlmError {
        let address = self.address.to_string();
        let retry = response
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|v| v.to_str().ok());
        let retry = retry
            .and_then(|v| v.parse::<u32>().ok())
            .map(|s| format!(", again in {s} s"))
            .unwrap_or_default();
        // What a server says of a wrong key may quote it.
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return LlmError::Key {
                address,
                status: status.as_u16(),
            };
        }
        let body = tokio::time::timeout(Duration::from_secs(2), self.bounded_body(response, LONGEST_ERROR)).await;
        let body: Option<Value> = body.ok().and_then(|body| serde_json::from_slice(&body).ok());
        let said = body
            .as_ref()
            .and_then(|body| error_text(body.get("error").unwrap_or(body)));
        let said = said
            .map(|said| format!(": {}", self.scrub(said, question)))
            .unwrap_or_default();
        match status.as_u16() {
            404 => LlmError::NoModel {
                address,
                model: model.to_owned(),
                said,
            },
            429 => LlmError::TooMany { address, retry },
            status @ 500.. => LlmError::Server { address, status, said },
            status => LlmError::Refused { address, status, said },
        }
    }

    async fn bounded_body(&self, mut response: Response, limit: usize) -> Vec<u8> {
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() > limit {
                break;
            }
        }
        body
    }

    /// Somebody else's words: short, without the key, and not at all where they quote the question.
    pub(super) fn scrub(&self, text: &str, question: &str) -> String {
        if !question.is_empty() && text.to_lowercase().contains(&question.to_lowercase()) {
            return "its words quote the question and are left out".to_owned();
        }
        let clean = match self.key.as_ref().map(Secret::expose).filter(|key| !key.is_empty()) {
            Some(key) => text.replace(key, "***"),
            None => text.to_owned(),
        };
        clean.chars().filter(|c| !c.is_control()).take(200).collect()
    }

    fn unreachable(&self, error: reqwest::Error) -> LlmError {
        let reason = if error.is_timeout() {
            "no answer in time".to_owned()
        } else {
            root_cause(error.without_url())
        };
        LlmError::Unreachable {
            address: self.address.to_string(),
            reason,
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

fn wire(message: &Message) -> Value {
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
    };
    json!({ "role": role, "content": message.content })
}

fn is_plain_json(response: &Response) -> bool {
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

pub(super) fn error_text(error: &Value) -> Option<&str> {
    error.as_str().or_else(|| error.get("message").and_then(Value::as_str))
}

/// The innermost reason: the outer ones only say that sending failed.
fn root_cause(error: reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
