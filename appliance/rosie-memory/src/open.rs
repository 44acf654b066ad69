//! Opening the store so that Rosie goes on in any case, and again and again where it cannot be opened yet.

use crate::{FILE_NAME, MemoryError, Store, patient::PatientStore};
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

/// The stores to wire.
#[derive(Clone)]
pub struct Opened {
    pub timers: Arc<dyn TimerStore>,
    pub settings: Arc<dyn SettingStore>,
    /// For the memory: open, or trying to be.
    pub store: Arc<Store>,
    patient: Arc<PatientStore>,
}

impl Opened {
    /// `memory-unavailable` while the file cannot be used: what is written now is only in memory.
    pub fn failure(&self) -> Option<Failure> {
        self.store.check().err().map(Failure::from)
    }

    /// For health: `redb`, degraded where the file cannot be used now.
    pub fn info(&self) -> EngineInfo {
        let aside = self.store.set_aside().map(|old| {
            let old = old.display();
            format!("the store was damaged and is set aside as {old}; a new one was begun")
        });
        let waiting = self.patient.waiting();
        let failed = |failure: Failure| format!("{}; {waiting} timers and settings wait for it", failure.detail);
        let reason = self.failure().map(failed).or(aside);
        EngineInfo {
            engine: "redb".to_owned(),
            model: String::new(),
            health: reason.map_or(EngineHealth::Ready, |reason| EngineHealth::Degraded { reason }),
            queue_depth: waiting,
            dropped: 0,
            restarts: 0,
        }
    }

    /// Whether there is something to tend.
    pub fn is_waiting(&self) -> bool {
        !self.store.was_open() || self.patient.waiting() > 0
    }

    /// Opens the file where it could not be opened, and writes what waits for it. To be called every few seconds.
    /// Blocking.
    pub fn tend(&self) {
        if !self.store.was_open() {
            open(&self.store);
        }
        self.patient.tend();
    }
}

/// The store in `folder`; a damaged file is set aside first. Where it cannot be opened (logged), what is written waits
/// in memory for [`Opened::tend`]. Blocking.
pub fn open_or_volatile(folder: &Path) -> Opened {
    let store = Arc::new(Store::closed(folder));
    if let Some(error) = open(&store) {
        tracing::error!(%error, "the store cannot be used yet; timers and settings wait in memory");
    }
    let patient = Arc::new(PatientStore::new(store.clone()));
    Opened {
        timers: patient.clone(),
        settings: patient.clone(),
        store,
        patient,
    }
}

/// Why it cannot be opened.
fn open(store: &Store) -> Option<MemoryError> {
    let error = store.check().err()?;
    if !matches!(error, MemoryError::Damaged { .. }) {
        return Some(error);
    }
    match put_aside(store.path(), &error) {
        Ok(aside) => store.put_aside(aside).err(),
        Err(error) => Some(error),
    }
}

/// Gives the damaged file another name: it is never deleted, somebody may be able to read it.
fn put_aside(path: &Path, error: &MemoryError) -> Result<PathBuf, MemoryError> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |t| t.as_secs());
    let name = |number: u32| path.with_file_name(format!("{FILE_NAME}.damaged-{seconds}-{number}"));
    let free = |number: &u32| !name(*number).exists();
    let aside = name((0..).find(free).unwrap_or(0));
    std::fs::rename(path, &aside).map_err(|source| MemoryError::io(path, source))?;
    tracing::error!(%error, aside = %aside.display(), "the store is damaged; it is set aside and a new one begun");
    Ok(aside)
}
