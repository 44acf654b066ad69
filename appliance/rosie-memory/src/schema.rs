//! The tables, their version, and the steps from each version to the next.
//!
//! Version 1: `timers`. Version 2: `settings` besides. Values are JSON, so that a field can be added with a default
//! and the file can be read by eye. A step runs inside the one transaction that also raises the version: after a
//! power cut in the middle the file is as it was before.

use crate::MemoryError;
use redb::{ReadableTable, TableDefinition, WriteTransaction};
use std::path::Path;

/// Timer id → `TimerRecord` as JSON.
pub(crate) const TIMERS: TableDefinition<u64, &[u8]> = TableDefinition::new("timers");
/// Key (`volume/kitchen`) → JSON value.
pub(crate) const SETTINGS: TableDefinition<&str, &[u8]> = TableDefinition::new("settings");
/// `schema_version` → number.
pub(crate) const META: TableDefinition<&str, u64> = TableDefinition::new("meta");

type Step = fn(&WriteTransaction) -> Result<(), redb::Error>;

/// `STEPS[n]` brings a file of version `n` to version `n + 1`; an empty file has version 0.
const STEPS: &[Step] = &[create_timers, create_settings];

/// The version this Rosie writes.
pub const SCHEMA_VERSION: u64 = STEPS.len() as u64;

fn create_timers(transaction: &WriteTransaction) -> Result<(), redb::Error> {
    transaction.open_table(TIMERS)?;
    Ok(())
}

fn create_settings(transaction: &WriteTransaction) -> Result<(), redb::Error> {
    transaction.open_table(SETTINGS)?;
    Ok(())
}

/// Brings the file to [`SCHEMA_VERSION`]. Returns the version it had.
pub(crate) fn migrate(database: &redb::Database, path: &Path) -> Result<u64, MemoryError> {
    let fail = |e: redb::Error| MemoryError::redb(path, e);
    let transaction = database.begin_write().map_err(|e| fail(e.into()))?;
    let found = version(&transaction).map_err(fail)?;
    if found > SCHEMA_VERSION {
        return Err(MemoryError::TooNew {
            path: path.to_owned(),
            found,
            known: SCHEMA_VERSION,
        });
    }
    if found == SCHEMA_VERSION {
        transaction.abort().map_err(|e| fail(e.into()))?;
        return Ok(found);
    }
    for step in STEPS.iter().skip(found as usize) {
        step(&transaction).map_err(fail)?;
    }
    set_version(&transaction).map_err(fail)?;
    transaction.commit().map_err(|e| fail(e.into()))?;
    Ok(found)
}

fn version(transaction: &WriteTransaction) -> Result<u64, redb::Error> {
    let meta = transaction.open_table(META)?;
    let found = meta.get("schema_version")?.map_or(0, |v| v.value());
    Ok(found)
}

fn set_version(transaction: &WriteTransaction) -> Result<(), redb::Error> {
    transaction.open_table(META)?.insert("schema_version", SCHEMA_VERSION)?;
    Ok(())
}
