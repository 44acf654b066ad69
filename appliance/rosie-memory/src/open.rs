//! Opening the store so that Rosie goes on in any case.

use crate::{FILE_NAME, MemoryError, Store, VolatileStore};
use rosie_core::{
    Failure,
    engine::{EngineHealth, EngineInfo},
    store::{SettingStore, TimerStore},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// The stores to wire, and why they may forget.
#[derive(Clone)]
pub struct Opened {
    pub timers: Arc<dyn TimerStore>,
    pub settings: Arc<dyn SettingStore>,
    /// For the memory: open, or trying to be.
    pub store: Arc<Store>,
    /// `memory-unavailable` where the stores hold only until the daemon ends.
    pub failure: Option<Failure>,
    /// Where the damaged file lies now that this one takes the place of.
    pub set_aside: Option<PathBuf>,
}

impl Opened {
    /// For health: `redb`, or `volatile` and degraded.
    pub fn info(&self) -> EngineInfo {
        let (engine, health) = match (&self.failure, &self.set_aside) {
            (None, None) => ("redb", EngineHealth::Ready),
            (None, Some(old)) => (
                "redb",
                EngineHealth::Degraded {
                    reason: format!(
                        "the store was damaged and is set aside as {}; a new one was begun",
                        old.display()
                    ),
                },
            ),
            (Some(failure), _) => (
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

/// [`Store::open`] in `folder`; a damaged file is set aside first. Where it cannot be opened, a [`VolatileStore`] for
/// timers and settings and the reason, logged. Blocking.
pub fn open_or_volatile(folder: &Path) -> Opened {
    let mut set_aside = None;
    let opened = Store::open(folder).or_else(|error| {
        if matches!(error, MemoryError::Damaged { .. }) {
            set_aside = Some(put_aside(folder, &error)?);
            return Store::open(folder);
        }
        Err(error)
    });
    match opened {
        Ok(store) => {
            let store = Arc::new(store);
            Opened {
                timers: store.clone(),
                settings: store.clone(),
                store,
                failure: None,
                set_aside,
            }
        }
        Err(error) => {
            tracing::error!(%error, "the store cannot be used; timers and settings will be lost at restart");
            let volatile = Arc::new(VolatileStore::new());
            Opened {
                timers: volatile.clone(),
                settings: volatile,
                store: Arc::new(Store::closed(folder)),
                failure: Some(error.into()),
                set_aside,
            }
        }
    }
}

/// Gives the damaged file another name: it is never deleted, somebody may be able to read it.
fn put_aside(folder: &Path, error: &MemoryError) -> Result<PathBuf, MemoryError> {
    let path = folder.join(FILE_NAME);
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |t| t.as_secs());
    let free = |number: &u32| !aside(folder, seconds, *number).exists();
    let aside = aside(folder, seconds, (0..).find(free).unwrap_or(0));
    std::fs::rename(&path, &aside).map_err(|source| MemoryError::io(&path, source))?;
    tracing::error!(%error, aside = %aside.display(), "the store is damaged; it is set aside and a new one begun");
    Ok(aside)
}

fn aside(folder: &Path, seconds: u64, number: u32) -> PathBuf {
    folder.join(format!("{FILE_NAME}.damaged-{seconds}-{number}"))
}
