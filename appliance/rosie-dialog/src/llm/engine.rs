//! Chooses the model that answers: local, network, cloud, the first that serves; and goes on to the next when one
//! fails before its first word.

use super::{
    Limits, LlmConfig, LlmError, LocalModel, Message, RemoteModel,
    client::Request,
    server::ManagedServer,
    tier::{TierModel, reason},
};
use rosie_core::{
    CancelFlag,
    dialog::Tier,
    engine::{EngineHealth, EngineInfo},
};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// All models of the house. Lives until the `cancel` it was started with.
pub struct LlmEngine {
    tiers: Vec<TierModel>,
    limits: Limits,
    in_flight: AtomicUsize,
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
    Word(&'a str),
}

impl LlmEngine {
    /// Starts probing, and the managed server where there is one. Nothing configured is fine: asking it says so.
    /// Must be called inside a tokio runtime.
    pub fn start(config: LlmConfig, tracker: &TaskTracker, cancel: &CancellationToken) -> Result<Self, LlmError> {
        let limits = config.limits;
        let remote = |tier, model: RemoteModel, first_token: Duration| {
            TierModel::remote(tier, model, (limits.connect, first_token), tracker, cancel.clone())
        };
        let mut tiers = Vec::new();
        match config.local {
            Some(LocalModel::Managed(server)) => {
                let model = server
                    .model
                    .file_stem()
                    .map_or_else(String::new, |s| s.to_string_lossy().into_owned());
                let server = ManagedServer::start(server, limits.connect, tracker, cancel.clone())?;
                tiers.push(TierModel::managed(server, model, limits.first_token_local));
            }
            Some(LocalModel::Address(model)) => tiers.push(remote(Tier::Local, model, limits.first_token_local)?),
            None => {}
        }
        if let Some(model) = config.network {
            tiers.push(remote(Tier::Network, model, limits.first_token_network)?);
        }
        if let Some(model) = config.cloud.filter(|_| config.cloud_allowed) {
            tiers.push(remote(Tier::Cloud, model, limits.first_token_cloud)?);
        }
        Ok(Self {
            tiers,
            limits,
            in_flight: AtomicUsize::new(0),
        })
    }

    /// None at all.
    pub fn none() -> Self {
        Self {
            tiers: Vec::new(),
            limits: Limits::default(),
            in_flight: AtomicUsize::new(0),
        }
    }

    pub fn is_configured(&self) -> bool {
        !self.tiers.is_empty()
    }

    /// For health: the model that would answer now.
    pub fn info(&self) -> EngineInfo {
        let serving = self.tiers.iter().position(|tier| tier.health().serves());
        let shown = serving
            .or_else(|| (!self.tiers.is_empty()).then_some(0))
            .map(|i| &self.tiers[i]);
        let health = match (serving, self.tiers.first()) {
            (_, None) => EngineHealth::Unavailable {
                reason: LlmError::NotConfigured.to_string(),
            },
            (Some(0), Some(first)) => first.health(),
            (Some(_), Some(first)) => EngineHealth::Degraded {
                reason: reason(&first.health()),
            },
            (None, Some(first)) => first.health(),
        };
        EngineInfo {
            engine: shown.map_or_else(|| "none".to_owned(), |tier| tier.provider.clone()),
            model: shown.map_or_else(String::new, |tier| tier.model.clone()),
            health,
            queue_depth: self.in_flight.load(Ordering::Relaxed),
            dropped: 0,
            restarts: self.tiers.iter().map(TierModel::restarts).sum(),
        }
    }

    /// Streams an answer to `messages`. Once a word was passed on, no other model is asked.
    pub(crate) async fn answer(
        &self,
        messages: &[Message],
        cancel: &CancelFlag,
        step: &mut (dyn FnMut(Step<'_>) + Send),
    ) -> Result<LlmAnswer, LlmError> {
        let _counted = InFlight::count(&self.in_flight);
        let mut why = "it comes first".to_owned();
        let mut last = LlmError::NotConfigured;
        for tier in self.order() {
            let client = match tier.client() {
                Ok(client) => client,
                Err(error) => {
                    why = format!("{:?} cannot answer: {error}", tier.tier);
                    last = error;
                    continue;
                }
            };
            step(Step::Chosen {
                tier: tier.tier,
                model: &tier.model,
                reason: why,
            });
            let mut said = false;
            let request = Request {
                model: &tier.model,
                messages,
                limits: &self.limits,
                first_token: tier.first_token,
                cancel,
            };
            let word = |text: &str| {
                said = true;
                step(Step::Word(text));
            };
            let done = client.chat(request, word).await;
            tier.learn(done.as_ref().map(|_| ()));
            match done {
                Ok(()) => {
                    return Ok(LlmAnswer {
                        tier: tier.tier,
                        model: tier.model.clone(),
                    });
                }
                Err(error) if said || error == LlmError::Cancelled => return Err(error),
                Err(error) => {
                    tracing::warn!(tier = ?tier.tier, %error, "language model failed");
                    why = format!("{:?} failed: {error}", tier.tier);
                    last = error;
                }
            }
        }
        Err(last)
    }

    /// In order; those that seem ill only after those that do not.
    fn order(&self) -> impl Iterator<Item = &TierModel> {
        let ill = |tier: &&TierModel| matches!(tier.health(), EngineHealth::Unavailable { .. });
        let (late, early): (Vec<_>, Vec<_>) = self.tiers.iter().partition(ill);
        early.into_iter().chain(late)
    }
}

/// Counts a request for as long as it lives, however it ends.
struct InFlight<'a>(&'a AtomicUsize);

impl<'a> InFlight<'a> {
    fn count(counter: &'a AtomicUsize) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Self(counter)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
