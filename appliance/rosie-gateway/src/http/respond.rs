//! Answers: JSON, text, and one form for every error.

use super::pieces::AnswerBody;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use rosie_core::{ErrorCode, Failure, Language, appliance::ConfigMistake};
use serde::Serialize;
use std::time::Duration;

pub(crate) type Answer = Response<AnswerBody>;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// A refusal or a failure as the API tells it: `{code, message, hint}`, with every mistake where there are several.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code}: {message}")]
pub(crate) struct ApiError {
    pub status: StatusCode,
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    pub mistakes: Vec<ConfigMistake>,
    /// Methods of the route, where the method was wrong.
    pub allow: Option<String>,
    /// When it may be tried again.
    pub retry_after_s: Option<u16>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    code: &'a str,
    message: &'a str,
    hint: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    mistakes: &'a [ConfigMistake],
}

impl ApiError {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            hint: hint.into(),
            mistakes: Vec::new(),
            allow: None,
            retry_after_s: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(2),
        }
    }

    /// Too often, or too often wrong: not before this time has passed.
    pub fn later(code: &'static str, message: &'static str, wait: Duration) -> Self {
        let seconds = wait.as_secs_f64().ceil() as u16;
        let error = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            code,
            message,
            format!("wait {seconds} s"),
        );
        Self {
            retry_after_s: Some(seconds),
            ..error
        }
    }

    pub fn header_timeout() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "header-timeout",
            "the head of the request did not arrive in time",
            "send the whole request at once",
        )
    }

    pub fn too_many_connections() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too-many-connections",
            "as many connections are open as the appliance serves",
            "close some, or try again in a moment",
        )
    }

    pub fn not_admitted() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "not-admitted",
            "plugins may not ask the appliance that runs them",
            "answer the calls of the plugin's tools instead",
        )
    }

    pub fn not_secure() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "https-expected",
            "this port speaks https",
            "write https:// in front of the address",
        )
    }

    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the request could not be answered because of a fault in Rosie",
            "the log tells more; please report it",
        )
    }

    /// The memory cannot be had; `detail` says why and what to do.
    pub fn memory_unavailable(detail: impl Into<String>) -> Self {
        let code = ErrorCode::MemoryUnavailable;
        let sentence = code.spoken(&Language::default());
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code.as_str(), sentence, detail)
    }

    /// The status that fits what failed.
    pub fn from_failure(failure: Failure, hint: &str) -> Self {
        let status = match failure.code {
            ErrorCode::BadRequest | ErrorCode::NotRemembered => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, failure.code.as_str(), failure.detail, hint)
    }

    pub fn body(&self) -> Bytes {
        let body = ErrorBody {
            code: self.code,
            message: &self.message,
            hint: &self.hint,
            mistakes: &self.mistakes,
        };
        serde_json::to_vec(&body).map(Bytes::from).unwrap_or_default()
    }

    pub fn into_answer(self) -> Answer {
        let mut answer = answer(self.status, JSON, self.body());
        if let Some(allow) = self.allow.as_deref().and_then(|a| HeaderValue::from_str(a).ok()) {
            answer.headers_mut().insert(header::ALLOW, allow);
        }
        if let Some(seconds) = self.retry_after_s {
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // Not `Basic`: browsers would ask for a password in a window of their own.
            let bearer = HeaderValue::from_static("Bearer realm=\"rosie\"");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
        }
        answer
    }
}

/// A configuration, or a part of it, that cannot be used: every mistake at once.
pub(crate) fn refused_config(mistakes: Vec<ConfigMistake>) -> ApiError {
    let count = match mistakes.len() {
        1 => "a mistake".to_owned(),
        n => format!("{n} mistakes"),
    };
    let message = format!("the configuration has {count}; nothing was changed");
    let hint = "each entry of `mistakes` names the key and what would be right";
    let error = ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "config-refused", message, hint);
    ApiError { mistakes, ..error }
}

/// Something the API answers with; never cached.
pub(crate) fn answer(status: StatusCode, content_type: HeaderValue, body: Bytes) -> Answer {
    let mut answer = Response::new(AnswerBody::from(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, content_type);
    answer.headers_mut().insert(header::CACHE_CONTROL, NO_STORE);
    answer
}

pub(crate) fn json<T: Serialize>(status: StatusCode, value: &T) -> Result<Answer, ApiError> {
    let body = serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        ApiError::internal()
    })?;
    Ok(answer(status, JSON, Bytes::from(body)))
}
