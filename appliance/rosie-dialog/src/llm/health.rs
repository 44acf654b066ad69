//! A tier's health: written by whoever finds something out, read by everybody without waiting.

use super::{LlmError, TierHealth, TierState};
use rosie_core::engine::EngineHealth;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// Cheap to clone; all clones are one.
#[derive(Clone)]
pub(super) struct Health {
    value: Arc<watch::Sender<TierHealth>>,
    restarts: Arc<AtomicU64>,
    /// For the log.
    name: &'static str,
}

impl Health {
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            value: Arc::new(watch::Sender::new(TierHealth::loading())),
            restarts: Arc::default(),
            name,
        }
    }

    pub(super) fn get(&self) -> TierHealth {
        self.value.borrow().clone()
    }

    pub(super) fn set(&self, state: TierState, reason: Option<String>) {
        self.value.send_if_modified(|health| {
            if health.state == state && health.reason == reason {
                return false;
            }
            match (state, &reason) {
                (TierState::Unavailable, Some(reason)) => {
                    tracing::warn!(tier = self.name, reason, "language model unavailable")
                }
                (TierState::Ready, _) => tracing::info!(tier = self.name, "language model ready"),
                _ => {}
            }
            if health.state != state {
                health.since = Instant::now();
            }
            health.state = state;
            health.reason = reason;
            health.fault = None;
            true
        });
    }

    /// It serves no more because Rosie ends it: nothing to warn of.
    pub(super) fn end(&self) {
        self.value.send_modify(|health| {
            health.state = TierState::Unavailable;
            health.reason = Some("the daemon is shutting down".to_owned());
            health.since = Instant::now();
        });
    }

    /// What a probe or a turn found out counts at once.
    pub(super) fn learn(&self, found: Result<(), &LlmError>, available_from: Option<Instant>) {
        match found {
            Ok(()) => self.set(TierState::Ready, None),
            Err(LlmError::NotReady { .. }) => self.set(TierState::Loading, None),
            // It works, and asks for patience.
            Err(LlmError::TooMany { .. }) if available_from.is_some() => {}
            Err(error @ LlmError::Slow { .. }) => self.set(TierState::Slow, Some(error.to_string())),
            Err(error) if error.is_ill() => self.set(TierState::Unavailable, Some(error.to_string())),
            Err(_) => {}
        }
        self.value.send_if_modified(|health| {
            let fault = match found {
                Ok(()) => None,
                Err(error) if error.is_ill() => Some(error.fault()),
                Err(_) => health.fault,
            };
            let changed = (health.available_from, health.fault) != (available_from, fault);
            (health.available_from, health.fault) = (available_from, fault);
            changed
        });
    }

    pub(super) fn latency(&self, latency: Duration) {
        self.value.send_modify(|health| health.last_latency = Some(latency));
    }

    pub(super) fn first_event(&self, latency: Duration) {
        self.value.send_modify(|health| health.last_first_event = Some(latency));
    }

    pub(super) fn restarted(&self) {
        self.restarts.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn restarts(&self) -> u64 {
        self.restarts.load(Ordering::Relaxed)
    }

    /// Why it does not serve, in words.
    pub(super) fn why(&self) -> String {
        let health = self.get();
        let word = match health.state {
            TierState::Loading => "it is still loading",
            TierState::Ready => "it is ready",
            TierState::Slow => "it is slow",
            TierState::Unavailable => "it is unavailable",
        };
        health.reason.unwrap_or_else(|| word.to_owned())
    }

    /// As all engines tell of theirs.
    pub(super) fn as_engine(&self) -> EngineHealth {
        match self.get().state {
            TierState::Loading => EngineHealth::Loading,
            TierState::Ready => EngineHealth::Ready,
            TierState::Slow => EngineHealth::Degraded { reason: self.why() },
            TierState::Unavailable => EngineHealth::Unavailable { reason: self.why() },
        }
    }
}
