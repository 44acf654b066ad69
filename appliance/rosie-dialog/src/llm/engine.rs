//! All models of the house, and the plainest way to choose among them: local, network, cloud, the first that serves;
//! and on to the next when one fails before its first word.

use super::{
    ChatEvent, ChatRequest, LlmConfig, LlmError, LocalModel, Provider, RemoteModel, TierState, tier::TierModel,
};
use rosie_core::{
    CancelFlag,
    dialog::Tier,
    engine::{EngineHealth, EngineInfo},
};
use std::{sync::Arc, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Lives until the `cancel` it was started with.
pub struct LlmEngine {
    tiers: Vec<TierModel>,
}

/// Who answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LlmAnswer {
    pub tier: Tier,
    pub model: String,
}

/// What happens while a model answers.
pub(crate) enum Step<'a> {
    Chosen { tier: Tier, model: &'a str, reason: String },
    Event(ChatEvent),
}

impl LlmEngine {
    /// Starts probing, and the managed server where there is one. Nothing configured is fine: asking it says so.
    /// Must be called inside a tokio runtime.
    pub fn start(config: LlmConfig, tracker: &TaskTracker, cancel: &CancellationToken) -> Result<Self, LlmError> {
        let remote = |tier, model: RemoteModel| TierModel::remote(tier, model, tracker, cancel.clone());
        let mut tiers = Vec::new();
        match config.local {
            Some(LocalModel::Managed(server)) => tiers.push(TierModel::managed(server, tracker, cancel.clone())?),
            Some(LocalModel::Address(model)) => tiers.push(remote(Tier::Local, model)?),
            None => {}
        }
        if let Some(model) = config.network {
            tiers.push(remote(Tier::Network, model)?);
        }
        if let Some(model) = config.cloud.filter(|_| config.cloud_allowed) {
            tiers.push(remote(Tier::Cloud, model)?);
        }
        Ok(Self { tiers })
    }

    /// None at all.
    pub fn none() -> Self {
        Self { tiers: Vec::new() }
    }

    /// With providers of one's own, taken to be ready, in this order; nobody probes them.
    pub fn of(providers: impl IntoIterator<Item = (Tier, Arc<dyn Provider>)>) -> Self {
        let tier = |(tier, provider)| TierModel::of(tier, provider).ready();
        Self {
            tiers: providers.into_iter().map(tier).collect(),
        }
    }

    pub fn is_configured(&self) -> bool {
        !self.tiers.is_empty()
    }

    /// Those that may be asked: local, network, cloud.
    pub fn tiers(&self) -> &[TierModel] {
        &self.tiers
    }

    /// For health: the model that would answer now.
    pub fn info(&self) -> EngineInfo {
        let health = |tier: &TierModel| tier.kept_health().as_engine();
        let serving = self.tiers.iter().find(|tier| health(tier).serves());
        let first = self.tiers.first();
        let shown = serving.or(first).map(TierModel::describe);
        let health = match (first.map(health), serving) {
            (None, _) => EngineHealth::Unavailable {
                reason: LlmError::NotConfigured.to_string(),
            },
            (Some(first), None) => first,
            (Some(first), Some(_)) if first.serves() => first,
            (Some(_), Some(_)) => EngineHealth::Degraded {
                reason: first.map_or_else(String::new, |first| first.kept_health().why()),
            },
        };
        EngineInfo {
            engine: shown
                .as_ref()
                .map_or_else(|| "none".to_owned(), |shown| shown.provider.clone()),
            model: shown.map_or_else(String::new, |shown| shown.model),
            health,
            queue_depth: self.tiers.iter().map(TierModel::in_flight).sum(),
            dropped: 0,
            restarts: self.tiers.iter().map(|tier| tier.kept_health().restarts()).sum(),
        }
    }

    /// Streams an answer. Once a word or a call was passed on, no other model is asked.
    pub(crate) async fn answer(
        &self,
        request: &ChatRequest,
        cancel: &CancelFlag,
        step: &mut (dyn FnMut(Step<'_>) + Send),
    ) -> Result<LlmAnswer, LlmError> {
        let mut why = "it comes first".to_owned();
        let mut last = LlmError::NotConfigured;
        for tier in self.order() {
            let model = tier.describe().model;
            step(Step::Chosen {
                tier: tier.tier(),
                model: &model,
                reason: why,
            });
            let mut said = false;
            let mut heard = |event: ChatEvent| {
                said |= matches!(event, ChatEvent::Text(_) | ChatEvent::ToolCall { .. });
                step(Step::Event(event));
            };
            match tier.chat(request, cancel, &mut heard).await {
                Ok(()) => {
                    return Ok(LlmAnswer {
                        tier: tier.tier(),
                        model,
                    });
                }
                Err(error) if said || error == LlmError::Cancelled => return Err(error),
                Err(error) => {
                    tracing::warn!(tier = ?tier.tier(), %error, "language model failed");
                    why = format!("{:?} failed: {error}", tier.tier());
                    last = error;
                }
            }
        }
        Err(last)
    }

    /// In order; those that seem ill, or asked to be left alone, only after those that did not.
    fn order(&self) -> impl Iterator<Item = &TierModel> {
        let now = Instant::now();
        let late = |tier: &&TierModel| {
            let health = tier.health();
            health.state == TierState::Unavailable || health.available_from.is_some_and(|from| from > now)
        };
        let (late, early): (Vec<_>, Vec<_>) = self.tiers.iter().partition(late);
        early.into_iter().chain(late)
    }
}
