//! Timers and settings while the file cannot be used: they wait in memory, bounded, and are written as soon as it can.

use crate::{Store, VolatileStore};
use rosie_core::{
    ErrorCode, Failure,
    store::{SettingStore, TimerRecord, TimerStore},
};
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The store, and what waits for it.
pub(crate) struct PatientStore {
    store: Arc<Store>,
    /// Locked over each change, so that changes of one thing stay in order.
    waiting: Mutex<VolatileStore>,
}

impl PatientStore {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            waiting: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, VolatileStore> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many timers and settings.
    pub(crate) fn waiting(&self) -> usize {
        self.lock().len()
    }

    /// Writes what waits, if it can.
    pub(crate) fn tend(&self) {
        let waiting = self.lock();
        let count = waiting.len();
        match self.written(&waiting) {
            Ok(()) if count > 0 => tracing::info!(count, "the disk works: timers and settings that waited are saved"),
            Ok(()) => {}
            Err(error) => tracing::debug!(%error, waiting = waiting.len(), "timers and settings wait for the disk"),
        }
    }

    fn written(&self, waiting: &VolatileStore) -> Result<(), Failure> {
        waiting.drain(
            |timer| self.store.put_timer(timer),
            |key, value| self.store.put_setting(key, value),
        )
    }

    /// Writes what waits and then this; where the disk is to blame, this waits too.
    fn put(
        &self,
        write: impl FnOnce(&Store) -> Result<(), Failure>,
        wait: impl FnOnce(&VolatileStore) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let waiting = self.lock();
        match self.written(&waiting).and_then(|()| write(&self.store)) {
            Err(failure) if failure.code == ErrorCode::MemoryUnavailable => {
                tracing::warn!(detail = %failure.detail, "kept in memory until the disk works");
                wait(&waiting)
            }
            done => done,
        }
    }
}

impl TimerStore for PatientStore {
    /// All, or a failure while the file cannot be read: then those in it are not known.
    fn load_timers(&self) -> Result<Vec<TimerRecord>, Failure> {
        self.written(&self.lock())?;
        self.store.load_timers()
    }

    fn put_timer(&self, timer: &TimerRecord) -> Result<(), Failure> {
        self.put(|store| store.put_timer(timer), |waiting| waiting.put_timer(timer))
    }

    fn delete_timer(&self, id: u64) -> Result<(), Failure> {
        let waiting = self.lock();
        waiting.delete_timer(id)?;
        // It may be in the file, so this is not done before the file can be written.
        self.store.delete_timer(id)
    }
}

impl SettingStore for PatientStore {
    fn get_setting(&self, key: &str) -> Result<Option<Value>, Failure> {
        match self.lock().get_setting(key)? {
            Some(newer) => Ok(Some(newer)),
            None => self.store.get_setting(key),
        }
    }

    fn put_setting(&self, key: &str, value: &Value) -> Result<(), Failure> {
        self.put(
            |store| store.put_setting(key, value),
            |waiting| waiting.put_setting(key, value),
        )
    }
}
