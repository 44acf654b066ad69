//! The tables, their version, and the steps from each version to the next.
//!
//! Version 1: `timers`. Version 2: `settings` besides. Version 3: what is remembered. Version 4: vectors of 16 bits
//! and messages with short names; those of version 3 are read as they are and written anew as they change (vectors: in the
//! background), so nothing is moved. Values are JSON, so that a field can be added with a default and the file can be read
//! by eye; vectors alone are bytes. A step runs inside the one
//! transaction that also raises the version: after a power cut in the middle the file is as it was before.

use crate::MemoryError;
use redb::{ReadableTable, TableDefinition, WriteTransaction};
use std::path::Path;

/// Timer id → `TimerRecord` as JSON.
pub(crate) const TIMERS: TableDefinition<u64, &[u8]> = TableDefinition::new("timers");
/// Key (`volume/kitchen`) → JSON value.
pub(crate) const SETTINGS: TableDefinition<&str, &[u8]> = TableDefinition::new("settings");
/// `schema_version` → number.
pub(crate) const META: TableDefinition<&str, u64> = TableDefinition::new("meta");

/// Id → `MessageRecord` as JSON. Ids are UUIDs of version 7 of the time it was said: their order is that of time.
pub(crate) const MESSAGES: TableDefinition<u128, &[u8]> = TableDefinition::new("messages");
/// Id → `FactRecord` as JSON.
pub(crate) const FACTS: TableDefinition<u128, &[u8]> = TableDefinition::new("facts");
/// Id → `DocumentRecord` as JSON.
pub(crate) const DOCUMENTS: TableDefinition<u128, &[u8]> = TableDefinition::new("documents");
/// Id → `ChunkRecord` as JSON.
pub(crate) const CHUNKS: TableDefinition<u128, &[u8]> = TableDefinition::new("chunks");
/// What belongs to a conversation, room, document ([`Group`](crate::store::groups::Group)): one tree for all, so that
/// a message writes few pages.
pub(crate) const GROUPS: TableDefinition<(u8, &str, u128), ()> = TableDefinition::new("groups");
/// Id of a message, fact or chunk → its vector ([`crate::store::vectors`]).
pub(crate) const VECTORS: TableDefinition<u128, &[u8]> = TableDefinition::new("vectors");
/// Number of a model, as in the vectors → its id.
pub(crate) const MODELS: TableDefinition<u16, &str> = TableDefinition::new("models");

type Step = fn(&WriteTransaction) -> Result<(), redb::Error>;

/// `STEPS[n]` brings a file of version `n` to version `n + 1`; an empty file has version 0.
const STEPS: &[Step] = &[create_timers, create_settings, create_memory, finer];

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

fn create_memory(transaction: &WriteTransaction) -> Result<(), redb::Error> {
    transaction.open_table(MESSAGES)?;
    transaction.open_table(FACTS)?;
    transaction.open_table(DOCUMENTS)?;
    transaction.open_table(CHUNKS)?;
    transaction.open_table(GROUPS)?;
    transaction.open_table(VECTORS)?;
    transaction.open_table(MODELS)?;
    Ok(())
}

/// Nothing is moved: only an older Rosie must not read it.
fn finer(_: &WriteTransaction) -> Result<(), redb::Error> {
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
