//! What a language model may fail with, said so that the owner knows what to do. Never holds a key or what people said.

use rosie_core::{ErrorCode, Failure};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LlmError {
    #[error("no language model is configured: set llm.local, llm.network or llm.cloud")]
    NotConfigured,
    #[error("'{address}' is no address of a language model: {reason}")]
    BadAddress { address: String, reason: String },
    #[error("cannot reach the language model at {address} ({reason}): is it running, and is the address right?")]
    Unreachable { address: String, reason: String },
    #[error("{address} refuses the key (HTTP {status}): check api_key of this tier")]
    Key { address: String, status: u16 },
    #[error(
        "{address} does not have the model '{model}' (HTTP 404{said}): pull it there, or name one that it has; or the address lacks its path, often /v1"
    )]
    NoModel {
        address: String,
        model: String,
        said: String,
    },
    #[error("{address} takes no more requests for now (HTTP 429{retry}): wait, or raise the limit there")]
    TooMany { address: String, retry: String },
    #[error("{address} refuses the request (HTTP {status}{said})")]
    Refused { address: String, status: u16, said: String },
    #[error("{address} has trouble of its own (HTTP {status}{said}): see its log")]
    Server { address: String, status: u16, said: String },
    #[error("the answer of {address} is not what an OpenAI-compatible server sends: {reason}")]
    BadReply { address: String, reason: String },
    #[error("{address} broke off in the middle of its answer ({reason})")]
    Broken { address: String, reason: String },
    #[error("{address} did not {what} within {seconds} s: take a smaller model, or raise the limit")]
    Slow {
        address: String,
        what: &'static str,
        seconds: u64,
    },
    #[error("the request was cancelled")]
    Cancelled,
    #[error("the language model is not ready: {reason}")]
    NotReady { reason: String },
    #[error("cannot prepare for TLS: {reason}")]
    Tls { reason: String },
}

impl LlmError {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NotConfigured => ErrorCode::LlmNotConfigured,
            Self::Slow { .. } => ErrorCode::LlmTimeout,
            _ => ErrorCode::LlmUnavailable,
        }
    }

    /// Whether the server itself is to blame, so that it counts as unhealthy.
    pub(crate) fn is_ill(&self) -> bool {
        !matches!(self, Self::Cancelled | Self::NotConfigured | Self::Refused { .. })
    }
}

impl From<LlmError> for Failure {
    fn from(error: LlmError) -> Self {
        Failure::new(error.code(), error.to_string())
    }
}
