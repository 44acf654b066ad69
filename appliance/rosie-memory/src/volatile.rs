//! The store that forgets: the same traits over memory, bounded, for when the one on disk cannot be opened.

use crate::MemoryError;
use rosie_core::{
    Failure,
    store::{SettingStore, TimerRecord, TimerStore},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// More are refused.
pub const MAX_VOLATILE_TIMERS: usize = 256;
/// More are refused.
pub const MAX_VOLATILE_SETTINGS: usize = 1024;

/// Holds until the daemon ends.
#[derive(Debug, Default)]
pub struct VolatileStore {
    timers: Mutex<BTreeMap<u64, TimerRecord>>,
    settings: Mutex<BTreeMap<String, Value>>,
}

impl VolatileStore {
    pub fn new() -> Self {
        Self::default()
    }
}

fn put<K: Ord, V>(
    map: &Mutex<BTreeMap<K, V>>,
    (key, value): (K, V),
    (what, limit): (&'static str, usize),
) -> Result<(), Failure> {
    let mut map = map.lock().unwrap_or_else(PoisonError::into_inner);
    if map.len() >= limit && !map.contains_key(&key) {
        return Err(MemoryError::VolatileFull { what, limit }.into());
    }
    map.insert(key, value);
    Ok(())
}

impl TimerStore for VolatileStore {
    fn load_timers(&self) -> Result<Vec<TimerRecord>, Failure> {
        Ok(self
            .timers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect())
    }

    fn put_timer(&self, timer: &TimerRecord) -> Result<(), Failure> {
        put(&self.timers, (timer.id, timer.clone()), ("timers", MAX_VOLATILE_TIMERS))
    }

    fn delete_timer(&self, id: u64) -> Result<(), Failure> {
        self.timers.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        Ok(())
    }
}

impl SettingStore for VolatileStore {
    fn get_setting(&self, key: &str) -> Result<Option<Value>, Failure> {
        Ok(self
            .settings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned())
    }

    fn put_setting(&self, key: &str, value: &Value) -> Result<(), Failure> {
        put(
            &self.settings,
            (key.to_owned(), value.clone()),
            ("settings", MAX_VOLATILE_SETTINGS),
        )
    }
}
