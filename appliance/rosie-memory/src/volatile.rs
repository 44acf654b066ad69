//! The store that forgets: the same traits over memory, bounded. Here what waits for the one on disk waits.

use crate::MemoryError;
use rosie_core::{
    Failure,
    store::{SettingStore, TimerRecord, TimerStore},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
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

    /// Timers and settings together.
    pub(crate) fn len(&self) -> usize {
        lock(&self.timers).len() + lock(&self.settings).len()
    }

    /// Gives everything away, one after the other, until something cannot be taken: that and the rest stay. It is not locked
    /// while one is taken, which may be slow, and is found until it was; whoever calls sees to it that nobody changes it then.
    pub(crate) fn drain(
        &self,
        take_timer: impl Fn(&TimerRecord) -> Result<(), Failure>,
        take_setting: impl Fn(&str, &Value) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        while let Some((id, timer)) = first(&self.timers) {
            take_timer(&timer)?;
            lock(&self.timers).remove(&id);
        }
        while let Some((key, value)) = first(&self.settings) {
            take_setting(&key, &value)?;
            lock(&self.settings).remove(&key);
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn first<K: Ord + Clone, V: Clone>(map: &Mutex<BTreeMap<K, V>>) -> Option<(K, V)> {
    let map = lock(map);
    map.first_key_value().map(|(key, value)| (key.clone(), value.clone()))
}

fn put<K: Ord, V>(
    map: &Mutex<BTreeMap<K, V>>,
    (key, value): (K, V),
    (what, limit): (&'static str, usize),
) -> Result<(), Failure> {
    let mut map = lock(map);
    if map.len() >= limit && !map.contains_key(&key) {
        return Err(MemoryError::VolatileFull { what, limit }.into());
    }
    map.insert(key, value);
    Ok(())
}

impl TimerStore for VolatileStore {
    fn load_timers(&self) -> Result<Vec<TimerRecord>, Failure> {
        Ok(lock(&self.timers).values().cloned().collect())
    }

    fn put_timer(&self, timer: &TimerRecord) -> Result<(), Failure> {
        put(&self.timers, (timer.id, timer.clone()), ("timers", MAX_VOLATILE_TIMERS))
    }

    fn delete_timer(&self, id: u64) -> Result<(), Failure> {
        lock(&self.timers).remove(&id);
        Ok(())
    }
}

impl SettingStore for VolatileStore {
    fn get_setting(&self, key: &str) -> Result<Option<Value>, Failure> {
        Ok(lock(&self.settings).get(key).cloned())
    }

    fn put_setting(&self, key: &str, value: &Value) -> Result<(), Failure> {
        put(
            &self.settings,
            (key.to_owned(), value.clone()),
            ("settings", MAX_VOLATILE_SETTINGS),
        )
    }
}
