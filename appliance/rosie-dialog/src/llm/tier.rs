//! One tier: its model, and its health as kept in the background, never probed inside a turn.

use super::{
    ChatEvent, ChatRequest, ChatSink, LlmError, Provider, ProviderInfo, RemoteModel, ServerConfig, TierHealth,
    TierState,
    health::Health,
    remote::{Remote, http},
    server::ManagedServer,
};
use rosie_core::{CancelFlag, dialog::Tier};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const PROBE_LIMIT: Duration = Duration::from_secs(5);
const PROBE_WHEN_ILL: Duration = Duration::from_secs(10);
const PROBE_WHEN_WELL: Duration = Duration::from_secs(30);
/// Each probe of the cloud is a request that somebody counts.
const PROBE_CLOUD: Duration = Duration::from_secs(300);

/// A model that can be asked.
pub struct TierModel {
    tier: Tier,
    provider: Arc<dyn Provider>,
    health: Health,
    /// What a turn found out is its health; a server of our own is watched more closely than that.
    learns: bool,
    in_flight: AtomicUsize,
}

impl TierModel {
    pub(super) fn remote(
        tier: Tier,
        model: RemoteModel,
        tracker: &TaskTracker,
        cancel: CancellationToken,
    ) -> Result<Self, LlmError> {
        let http = http(model.limits.connect)?;
        let provider: Arc<dyn Provider> = Arc::new(Remote::new(model, http)?);
        let made = Self::of(tier, provider.clone());
        tracker.spawn(keep_probing(tier, provider, made.health.clone(), cancel));
        Ok(made)
    }

    pub(super) fn managed(
        server: ServerConfig,
        tracker: &TaskTracker,
        cancel: CancellationToken,
    ) -> Result<Self, LlmError> {
        let health = Health::new(name(Tier::Local));
        let provider = Arc::new(ManagedServer::start(server, health.clone(), tracker, cancel)?);
        Ok(Self {
            health,
            learns: false,
            ..Self::of(Tier::Local, provider)
        })
    }

    /// One that nobody probes; what turns find out is all that is known.
    pub(super) fn of(tier: Tier, provider: Arc<dyn Provider>) -> Self {
        Self {
            tier,
            provider,
            health: Health::new(name(tier)),
            learns: true,
            in_flight: AtomicUsize::new(0),
        }
    }

    pub(super) fn ready(self) -> Self {
        self.health.set(TierState::Ready, None);
        self
    }

    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// Provider, model and address, for people.
    pub fn describe(&self) -> ProviderInfo {
        self.provider.describe()
    }

    /// What is known now; asks nobody.
    pub fn health(&self) -> TierHealth {
        self.health.get()
    }

    pub(super) fn kept_health(&self) -> &Health {
        &self.health
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// As [`Provider::chat`], with this tier's limits; what it finds out becomes the tier's health.
    pub async fn chat(
        &self,
        request: &ChatRequest,
        cancel: &CancelFlag,
        sink: &mut ChatSink<'_>,
    ) -> Result<(), LlmError> {
        let _counted = InFlight::count(&self.in_flight);
        let began = Instant::now();
        let mut first = None;
        let mut heard = |event: ChatEvent| {
            first.get_or_insert_with(|| began.elapsed());
            sink(event);
        };
        let done = self.provider.chat(request, cancel, &mut heard).await;
        if let Some(first) = first {
            self.health.first_event(first);
        }
        if self.learns {
            self.health
                .learn(done.as_ref().map(|_| ()), self.provider.available_from());
        }
        done
    }
}

fn name(tier: Tier) -> &'static str {
    match tier {
        Tier::Local => "local",
        Tier::Network => "network",
        Tier::Cloud => "cloud",
    }
}

async fn keep_probing(tier: Tier, provider: Arc<dyn Provider>, health: Health, cancel: CancellationToken) {
    loop {
        let began = Instant::now();
        let found = tokio::select! {
            biased;
            () = cancel.cancelled() => return,
            found = provider.probe(PROBE_LIMIT) => found,
        };
        let rest = provider.available_from();
        if found.is_ok() {
            health.latency(began.elapsed());
        }
        health.learn(found.as_ref().map(|_| ()), rest);
        let wait = match (tier, found) {
            (Tier::Cloud, _) => PROBE_CLOUD,
            (_, Ok(())) => PROBE_WHEN_WELL,
            (_, Err(_)) => PROBE_WHEN_ILL,
        };
        let rest = rest.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()));
        tokio::select! {
            biased;
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(wait.max(rest)) => {}
        }
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
