//! How long and what is remembered, kept under one key of the settings.

use crate::Store;
use rosie_core::{memory::MemorySettings, store::SettingStore};

const KEY: &str = "memory";

/// Settings that cannot be read keep everything out of the rooms named before only once they can be read again; until
/// then the plain ones hold, and that is logged.
pub(super) fn load(store: &Store) -> MemorySettings {
    match store.get_setting(KEY) {
        Ok(Some(value)) => serde_json::from_value(value).unwrap_or_else(|error| {
            tracing::warn!(%error, "the memory's settings cannot be read; the plain ones hold");
            MemorySettings::default()
        }),
        Ok(None) => MemorySettings::default(),
        Err(error) => {
            tracing::warn!(%error, "the memory's settings cannot be read yet");
            MemorySettings::default()
        }
    }
}
