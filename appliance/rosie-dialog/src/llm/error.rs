//! What a language model may fail with, said so that the owner knows what to do. Never holds a key or what people said.

use rosie_core::{ErrorCode, Failure, dialog::Fault};

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
    #[error("{address} takes no more requests for now{}: wait, or raise the limit there", again(.seconds))]
    TooMany { address: String, seconds: Option<u64> },
    #[error("the account at {address} has no credit left (HTTP {status}): top it up, or take the key away")]
    Quota { address: String, status: u16 },
    #[error("{address} declines to answer this")]
    Declined { address: String },
    #[error("{address} refuses the request (HTTP {status}{said})")]
    Refused { address: String, status: u16, said: String },
    #[error("{address} has trouble of its own (HTTP {status}{said}): see its log")]
    Server { address: String, status: u16, said: String },
    #[error("the answer of {address} is not what such a server sends ({reason}): is the provider of this tier right?")]
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
    #[error("{provider} needs a key: set api_key of this tier, best as ${{NAME}} from the environment")]
    NoKey { provider: &'static str },
    #[error("the key of {provider} has a character that no key has: was it copied whole?")]
    OddKey { provider: &'static str },
}

fn again(seconds: &Option<u64>) -> String {
    seconds.map_or_else(String::new, |seconds| format!(" (again in {seconds} s)"))
}

impl LlmError {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NotConfigured => ErrorCode::LlmNotConfigured,
            Self::Slow { .. } => ErrorCode::LlmTimeout,
            _ => ErrorCode::LlmUnavailable,
        }
    }

    /// As a person is told of it.
    pub(crate) fn fault(&self) -> Fault {
        match self {
            Self::Slow { .. } => Fault::Slow,
            Self::Unreachable { .. } => Fault::Unreachable,
            Self::Key { .. } | Self::NoKey { .. } | Self::OddKey { .. } => Fault::Key,
            Self::Quota { .. } => Fault::NoCredit,
            Self::TooMany { .. } => Fault::TooMany,
            Self::NoModel { .. } => Fault::NoModel,
            Self::NotReady { .. } => Fault::NotReady,
            Self::Declined { .. } => Fault::Declined,
            Self::Broken { .. } => Fault::BrokeOff,
            Self::Cancelled => Fault::Stopped,
            Self::NotConfigured
            | Self::BadAddress { .. }
            | Self::Refused { .. }
            | Self::Server { .. }
            | Self::BadReply { .. }
            | Self::Tls { .. } => Fault::Trouble,
        }
    }

    /// Whether the server itself is to blame, so that it counts as unhealthy.
    pub(crate) fn is_ill(&self) -> bool {
        !matches!(
            self,
            Self::Cancelled | Self::NotConfigured | Self::Refused { .. } | Self::Declined { .. }
        )
    }
}

impl From<LlmError> for Failure {
    fn from(error: LlmError) -> Self {
        Failure::new(error.code(), error.to_string())
    }
}
