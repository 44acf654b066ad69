//! How long and what is remembered, kept under one key of the settings.

use super::Shared;
use crate::{
    MemoryError, Store,
    schema::SETTINGS,
    store::{Refusal, WriteTransaction, write_json},
};
use redb::ReadableTable;
use rosie_core::{RoomId, memory::MemorySettings, store::SettingStore};
use std::sync::PoisonError;

const KEY: &str = "memory";
/// Longest list of rooms and retention that make sense.
const MAX_ROOMS: usize = 200;
const MAX_DAYS: u32 = 36_500;

/// `None` where the store cannot be read yet; nothing is recorded then but what waits for the disk, and that is asked
/// again before it is written.
pub(super) fn load(store: &Store) -> Option<MemorySettings> {
    match store.get_setting(KEY) {
        Ok(Some(value)) => Some(serde_json::from_value(value).unwrap_or_else(|error| {
            tracing::warn!(%error, "the memory's settings cannot be read; the plain ones hold");
            MemorySettings::default()
        })),
        Ok(None) => Some(MemorySettings::default()),
        Err(error) => {
            tracing::warn!(%error, "the memory's settings cannot be read yet");
            None
        }
    }
}

/// Rooms where nothing is kept, as the file has it.
pub(crate) fn silent_rooms(transaction: &WriteTransaction) -> Result<Vec<RoomId>, Refusal> {
    let table = transaction.open_table(SETTINGS)?;
    let stored = table.get(KEY)?.map(|value| value.value().to_vec());
    let settings = stored.and_then(|bytes| serde_json::from_slice::<MemorySettings>(&bytes).ok());
    Ok(settings.unwrap_or_default().do_not_store_rooms)
}

pub(super) fn put(transaction: &WriteTransaction, settings: &MemorySettings) -> Result<(), Refusal> {
    if settings.do_not_store_rooms.len() > MAX_ROOMS || settings.retention_days.is_some_and(|d| d > MAX_DAYS || d == 0)
    {
        let wrong = format!("retention_days is 1 to {MAX_DAYS}, and at most {MAX_ROOMS} rooms can be named");
        return Err(MemoryError::BadRequest(wrong).into());
    }
    let value = write_json("settings", settings, 64 << 10)?;
    transaction.open_table(SETTINGS)?.insert(KEY, value.as_slice())?;
    Ok(())
}

pub(super) fn set(shared: &Shared, settings: MemorySettings) -> Result<(), MemoryError> {
    let new = settings.clone();
    shared
        .writer
        .submit(move |transaction, _| put(transaction, &new))
        .wait()?;
    shared.use_settings(settings);
    Ok(())
}

impl Shared {
    pub(crate) fn settings(&self) -> MemorySettings {
        let mut settings = self.settings.write().unwrap_or_else(PoisonError::into_inner);
        if settings.is_none() {
            *settings = load(&self.store);
        }
        settings.clone().unwrap_or_default()
    }

    pub(crate) fn use_settings(&self, settings: MemorySettings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Some(settings);
        self.caretaker.wake();
    }
}
