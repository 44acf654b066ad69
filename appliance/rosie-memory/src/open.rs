//! Opening the store so that Rosie goes on in any case.

use crate::{Store, VolatileStore};
use rosie_core::{
    Failure,
    engine::{EngineHealth, EngineInfo},
    store::{SettingStore, TimerStore},
};
use std::{path::Path, sync::Arc};

/// The stores to wire, and why they may forget.
#[derive(Clone)]
pub struct Opened {
    pub timers: Arc<dyn TimerStore>,
    pub settings: Arc<dyn SettingStore>,
    /// `memory-unavailable` where the stores hold only until the daemon ends.
    pub failure: Option<Failure>,
}

impl Opened {
    /// For health: `redb`, or `volatile` and degraded.
    pub fn info(&self) -> EngineInfo {
        let (engine, health) = match &self.failure {
            None => ("redb", EngineHealth::Ready),
            Some(failure) => (
                "volatile",
                EngineHealth::Degraded {
                    reason: failure.detail.clone(),
                },
            ),
        };
        EngineInfo {
            engine: engine.to_owned(),
            model: String::new(),
            health,
            queue_depth: 0,
            dropped: 0,
            restarts: 0,
        }
    }
}

/// [`Store::open`] in `folder`; where that fails, a [`VolatileStore`] and the reason, logged. Blocking.
pub fn open_or_volatile(folder: &Path) -> Opened {
    match Store::open(folder) {
        Ok(store) => {
            let store = Arc::new(store);
            Opened {
                timers: store.clone(),
                settings: store,
                failure: None,
            }
        }
        Err(error) => {
            tracing::error!(%error, "the store cannot be used; timers and settings will be lost at restart");
            let store = Arc::new(VolatileStore::new());
            Opened {
                timers: store.clone(),
                settings: store,
                failure: Some(error.into()),
            }
        }
    }
}
