//! One model of one tier: its client, and its health as kept in the background, never probed inside a turn.

use super::{ChatClient, LlmError, RemoteModel, server::ManagedServer};
use rosie_core::{dialog::Tier, engine::EngineHealth};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const PROBE_LIMIT: Duration = Duration::from_secs(5);
const PROBE_WHEN_ILL: Duration = Duration::from_secs(10);
const PROBE_WHEN_WELL: Duration = Duration::from_secs(30);
/// Each probe of the cloud is a request that somebody counts.
const PROBE_CLOUD: Duration = Duration::from_secs(300);

pub(crate) struct TierModel {
    pub tier: Tier,
    pub provider: String,
    pub model: String,
    pub first_token: Duration,
    source: Source,
}

enum Source {
    Remote {
        client: ChatClient,
        health: watch::Sender<EngineHealth>,
    },
    Managed(ManagedServer),
}

impl TierModel {
    pub(crate) fn remote(
        tier: Tier,
        config: RemoteModel,
        (connect, first_token): (Duration, Duration),
        tracker: &TaskTracker,
        cancel: CancellationToken,
    ) -> Result<Self, LlmError> {
        let client = ChatClient::new(config.address, config.api_key, connect)?;
        let health = watch::Sender::new(EngineHealth::Loading);
        tracker.spawn(keep_probing(tier, client.clone(), health.clone(), cancel));
        let source = Source::Remote { client, health };
        Ok(Self {
            tier,
            provider: config.provider,
            model: config.model,
            first_token,
            source,
        })
    }

    pub(crate) fn managed(server: ManagedServer, model: String, first_token: Duration) -> Self {
        let source = Source::Managed(server);
        Self {
            tier: Tier::Local,
            provider: "llama.cpp".to_owned(),
            model,
            first_token,
            source,
        }
    }

    pub(crate) fn health(&self) -> EngineHealth {
        match &self.source {
            Source::Remote { health, .. } => health.borrow().clone(),
            Source::Managed(server) => server.state().health,
        }
    }

    pub(crate) fn restarts(&self) -> u64 {
        match &self.source {
            Source::Remote { .. } => 0,
            Source::Managed(server) => server.state().restarts,
        }
    }

    /// The client to ask, or why there is none. A remote one can be asked even when it seemed ill.
    pub(crate) fn client(&self) -> Result<ChatClient, LlmError> {
        match &self.source {
            Source::Remote { client, .. } => Ok(client.clone()),
            Source::Managed(server) => {
                let state = server.state();
                state.client.ok_or_else(|| LlmError::NotReady {
                    reason: reason(&state.health),
                })
            }
        }
    }

    /// What a turn found out counts at once.
    pub(crate) fn learn(&self, outcome: Result<(), &LlmError>) {
        if let Source::Remote { health, .. } = &self.source {
            match outcome {
                Ok(()) => note(self.tier, health, Ok(())),
                Err(error) if error.is_ill() => note(self.tier, health, Err(error)),
                Err(_) => {}
            }
        }
    }
}

/// Why a model does not serve, in words.
pub(crate) fn reason(health: &EngineHealth) -> String {
    match health {
        EngineHealth::Unavailable { reason } | EngineHealth::Degraded { reason } => reason.clone(),
        EngineHealth::Loading => "it is still loading".to_owned(),
        EngineHealth::Ready => "it is ready".to_owned(),
    }
}

async fn keep_probing(tier: Tier, client: ChatClient, health: watch::Sender<EngineHealth>, cancel: CancellationToken) {
    loop {
        let found = tokio::select! {
            biased;
            () = cancel.cancelled() => return,
            found = client.probe(PROBE_LIMIT) => found,
        };
        note(tier, &health, found.as_ref().map(|_| ()));
        let wait = match (tier, found) {
            (Tier::Cloud, _) => PROBE_CLOUD,
            (_, Ok(())) => PROBE_WHEN_WELL,
            (_, Err(_)) => PROBE_WHEN_ILL,
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

fn note(tier: Tier, health: &watch::Sender<EngineHealth>, found: Result<(), &LlmError>) {
    let new = match found {
        Ok(()) => EngineHealth::Ready,
        Err(error) => EngineHealth::Unavailable {
            reason: error.to_string(),
        },
    };
    health.send_if_modified(|old| {
        if *old == new {
            return false;
        }
        match &new {
            EngineHealth::Unavailable { reason } => tracing::warn!(?tier, reason, "language model unavailable"),
            _ => tracing::info!(?tier, "language model ready"),
        }
        *old = new.clone();
        true
    });
}
