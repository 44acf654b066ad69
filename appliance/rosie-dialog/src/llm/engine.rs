//! All models of the house, one a tier, and what their health is.

use super::{LlmConfig, LlmError, LocalModel, Provider, RemoteModel, tier::TierModel};
use rosie_core::{
    dialog::Tier,
    engine::{EngineHealth, EngineInfo},
};
use std::sync::Arc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Lives until the `cancel` it was started with.
pub struct LlmEngine {
    tiers: Vec<TierModel>,
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
            (None, _) => EngineHealth::NotSetUp {
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
}
