//! Timers and settings: core's small stores over the database.

use super::{Store, read_json, write_json};
use crate::{
    MemoryError,
    schema::{SETTINGS, TIMERS},
};
use redb::ReadableTable;
use rosie_core::{
    Failure,
    store::{SettingStore, TimerRecord, TimerStore},
};
use serde_json::Value;

/// Longest key of a setting, in bytes.
const MAX_KEY: usize = 256;
/// Longest value of a setting or timer, in bytes.
const MAX_VALUE: usize = 64 << 10;

impl TimerStore for Store {
    /// Timers in the order of their ids. One that cannot be read is left in place, logged and left out, so that it
    /// does not take the others with it.
    fn load_timers(&self) -> Result<Vec<TimerRecord>, Failure> {
        let stored = self.read(|transaction| {
            let table = transaction.open_table(TIMERS)?;
            let mut stored = Vec::new();
            for entry in table.iter()? {
                let (id, value) = entry?;
                stored.push((id.value(), value.value().to_vec()));
            }
            Ok(stored)
        })?;
        let mut timers = Vec::with_capacity(stored.len());
        for (id, value) in stored {
            match read_json("timer", &value) {
                Ok(timer) => timers.push(timer),
                Err(error) => tracing::warn!(id, %error, "a stored timer cannot be read and is left out"),
            }
        }
        Ok(timers)
    }

    fn put_timer(&self, timer: &TimerRecord) -> Result<(), Failure> {
        let value = write_json("timer", timer, MAX_VALUE)?;
        self.write(|transaction| {
            transaction.open_table(TIMERS)?.insert(timer.id, value.as_slice())?;
            Ok(())
        })?;
        Ok(())
    }

    fn delete_timer(&self, id: u64) -> Result<(), Failure> {
        self.write(|transaction| {
            transaction.open_table(TIMERS)?.remove(id)?;
            Ok(())
        })?;
        Ok(())
    }
}

impl SettingStore for Store {
    fn get_setting(&self, key: &str) -> Result<Option<Value>, Failure> {
        let stored = self.read(|transaction| {
            let table = transaction.open_table(SETTINGS)?;
            Ok(table.get(key)?.map(|v| v.value().to_vec()))
        })?;
        Ok(stored.map(|value| read_json("setting", &value)).transpose()?)
    }

    fn put_setting(&self, key: &str, value: &Value) -> Result<(), Failure> {
        if key.len() > MAX_KEY {
            return Err(MemoryError::TooLong {
                what: "key of a setting",
                length: key.len(),
                limit: MAX_KEY,
            }
            .into());
        }
        let value = write_json("setting", value, MAX_VALUE)?;
        self.write(|transaction| {
            transaction.open_table(SETTINGS)?.insert(key, value.as_slice())?;
            Ok(())
        })?;
        Ok(())
    }
}
