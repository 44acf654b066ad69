//! The seam behind which every language model lives, wherever it runs and whatever it speaks.

use super::{ChatEvent, ChatRequest, LlmError};
use rosie_core::{BoxFuture, CancelFlag, dialog::Fault};
use std::time::{Duration, Instant};

/// Hears the events of one answer, in order.
pub type ChatSink<'a> = dyn FnMut(ChatEvent) + Send + 'a;

/// One model behind one address.
pub trait Provider: Send + Sync {
    /// Streams an answer. What was passed on before an error stays passed on. Cancelling closes the connection within
    /// 50 ms and ends in [`LlmError::Cancelled`].
    fn chat<'a>(
        &'a self,
        request: &'a ChatRequest,
        cancel: &'a CancelFlag,
        sink: &'a mut ChatSink<'_>,
    ) -> BoxFuture<'a, Result<(), LlmError>>;

    /// Whether it would answer: reached, key taken, model there as far as that can be found out without paying for it.
    fn probe(&self, limit: Duration) -> BoxFuture<'_, Result<(), LlmError>>;

    /// What else could be asked there.
    fn models(&self, limit: Duration) -> BoxFuture<'_, Result<Vec<ModelInfo>, LlmError>>;

    fn describe(&self) -> ProviderInfo;

    /// It asked to be left alone until then. A request before that moment fails without being sent.
    fn available_from(&self) -> Option<Instant> {
        None
    }
}

/// For people, and for choosing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderInfo {
    /// As in the configuration (`ollama`, `openai`).
    pub provider: String,
    pub model: String,
    /// Without a key.
    pub address: String,
}

/// A model that a server offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelInfo {
    pub name: String,
    /// On disk, in bytes, where the server tells.
    pub size: Option<u64>,
    /// Tokens that prompt and answer share, where the server tells.
    pub context: Option<u32>,
}

/// Whether a tier would answer, as last found out in the background.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierHealth {
    pub state: TierState,
    /// When it became so.
    pub since: Instant,
    /// Of the last probe that succeeded, there and back.
    pub last_latency: Option<Duration>,
    /// Of the last answer: from the request to its first event.
    pub last_first_event: Option<Duration>,
    /// Not to be asked before this moment.
    pub available_from: Option<Instant>,
    /// Why it does not serve, in words for the owner.
    pub reason: Option<String>,
    /// The same as a person is told of it, where a request found it out.
    pub fault: Option<Fault>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierState {
    /// Nothing is known yet, or it loads its model.
    Loading,
    Ready,
    /// It answers, and was too slow for somebody who waits: others are asked first.
    Slow,
    Unavailable,
}

impl TierHealth {
    pub(super) fn loading() -> Self {
        Self {
            state: TierState::Loading,
            since: Instant::now(),
            last_latency: None,
            last_first_event: None,
            available_from: None,
            reason: None,
            fault: None,
        }
    }

    /// Whether asking now makes sense: it serves, and did not ask to be left alone.
    pub fn can_be_asked(&self, now: Instant) -> bool {
        self.state == TierState::Ready && self.available_from.is_none_or(|from| from <= now)
    }
}
