//! Messages, facts, documents and chunks in their tables: put, got, removed in one way.

use super::{
    Refusal, WriteTransaction,
    groups::{self, Group},
    ids::{self, Id},
    lean::Lean,
    read_json,
    transaction::MAX_RECORD,
    vectors, write_json,
};
use crate::{
    MemoryError,
    schema::{CHUNKS, DOCUMENTS, FACTS, MESSAGES},
};
use redb::{ReadTransaction, ReadableTable, ReadableTableMetadata, TableDefinition};
use rosie_core::memory::{ChunkRecord, DocumentRecord, FactRecord, MessageRecord};
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::HashSet, ops::Range};

/// Something with a table of its own.
pub(crate) trait Record: Serialize + DeserializeOwned {
    const TABLE: TableDefinition<'static, Id, &'static [u8]>;
    /// For errors.
    const WHAT: &'static str;
    fn id(&self) -> &str;
    fn groups(&self) -> Vec<Group>;

    /// As it lies in the table.
    fn pack(&self) -> Result<Vec<u8>, MemoryError> {
        write_json(Self::WHAT, self, MAX_RECORD)
    }

    fn unpack(_: Id, bytes: &[u8]) -> Result<Self, MemoryError> {
        read_json(Self::WHAT, bytes)
    }
}

impl Record for MessageRecord {
    const TABLE: TableDefinition<'static, Id, &'static [u8]> = MESSAGES;
    const WHAT: &'static str = "message";
    fn id(&self) -> &str {
        &self.id
    }
    fn groups(&self) -> Vec<Group> {
        vec![
            Group::conversation(self.conversation.as_str()),
            Group::room(self.room.as_str()),
        ]
    }
    fn pack(&self) -> Result<Vec<u8>, MemoryError> {
        write_json(Self::WHAT, &Lean::of(self), MAX_RECORD)
    }
    fn unpack(id: Id, bytes: &[u8]) -> Result<Self, MemoryError> {
        Ok(read_json::<Lean>(Self::WHAT, bytes)?.whole(id))
    }
}

impl Record for FactRecord {
    const TABLE: TableDefinition<'static, Id, &'static [u8]> = FACTS;
    const WHAT: &'static str = "fact";
    fn id(&self) -> &str {
        &self.id
    }
    fn groups(&self) -> Vec<Group> {
        let user = self.visible_to.as_ref().map_or("", |user| user.as_str());
        vec![Group::fact(user, &self.subject, &self.predicate)]
    }
}

impl Record for DocumentRecord {
    const TABLE: TableDefinition<'static, Id, &'static [u8]> = DOCUMENTS;
    const WHAT: &'static str = "document";
    fn id(&self) -> &str {
        &self.id
    }
    fn groups(&self) -> Vec<Group> {
        Vec::new()
    }
}

impl Record for ChunkRecord {
    const TABLE: TableDefinition<'static, Id, &'static [u8]> = CHUNKS;
    const WHAT: &'static str = "chunk";
    fn id(&self) -> &str {
        &self.id
    }
    fn groups(&self) -> Vec<Group> {
        vec![Group::document(&self.document)]
    }
}

/// The id of a record, which must be one of ours.
pub(crate) fn id_of<R: Record>(record: &R) -> Result<Id, MemoryError> {
    let wrong = || MemoryError::BadRequest(format!("the id of a {} is no UUID of version 7", R::WHAT));
    ids::parse(record.id()).ok_or_else(wrong)
}

/// Puts it, in the place of one with the same id.
pub(crate) fn put<R: Record>(transaction: &WriteTransaction, record: &R) -> Result<Id, Refusal> {
    let id = id_of(record)?;
    let bytes = record.pack()?;
    let groups = record.groups();
    let before = transaction
        .open_table(R::TABLE)?
        .insert(id, bytes.as_slice())?
        .map(|old| old.value().to_vec());
    // One that cannot be read is replaced all the same; what is left of it in groups is passed over by readers.
    if let Some(Ok(before)) = before.map(|bytes| R::unpack(id, &bytes)) {
        let left: Vec<Group> = before.groups().into_iter().filter(|g| !groups.contains(g)).collect();
        groups::leave(transaction, &left, id)?;
    }
    groups::enter(transaction, &groups, id)?;
    Ok(id)
}

/// Removes it, its vector and its places in groups. Returns what it was.
pub(crate) fn remove<R: Record>(transaction: &WriteTransaction, id: Id) -> Result<Option<R>, Refusal> {
    let removed = transaction
        .open_table(R::TABLE)?
        .remove(id)?
        .map(|old| old.value().to_vec());
    let Some(bytes) = removed else {
        return Ok(None);
    };
    vectors::remove(transaction, id)?;
    let record = R::unpack(id, &bytes).ok();
    if let Some(record) = &record {
        groups::leave(transaction, &record.groups(), id)?;
    }
    Ok(record)
}

pub(crate) fn get<R: Record>(transaction: &ReadTransaction, id: Id) -> Result<Option<R>, Refusal> {
    from_table(&transaction.open_table(R::TABLE)?, id)
}

pub(crate) fn get_for_write<R: Record>(transaction: &WriteTransaction, id: Id) -> Result<Option<R>, Refusal> {
    from_table(&*transaction.open_table(R::TABLE)?, id)
}

fn from_table<R: Record>(table: &impl ReadableTable<Id, &'static [u8]>, id: Id) -> Result<Option<R>, Refusal> {
    let found = table.get(id)?;
    Ok(found.map(|bytes| R::unpack(id, bytes.value())).transpose()?)
}

/// The record that the indexes know by this key.
pub(crate) fn by_key<R: Record>(transaction: &ReadTransaction, key: u64) -> Result<Option<R>, Refusal> {
    let table = transaction.open_table(R::TABLE)?;
    let found = table.range(ids::with_key(key))?.next().transpose()?;
    Ok(found
        .map(|(id, bytes)| R::unpack(id.value(), bytes.value()))
        .transpose()?)
}

/// Each record of a span of ids, latest first or oldest first, until `each` says false. One that cannot be read is
/// logged and left out.
pub(crate) fn scan<R: Record>(
    transaction: &ReadTransaction,
    within: Range<Id>,
    latest_first: bool,
    mut each: impl FnMut(Id, R) -> Result<bool, Refusal>,
) -> Result<(), Refusal> {
    let table = transaction.open_table(R::TABLE)?;
    let mut range = table.range(within)?;
    while let Some(entry) = if latest_first { range.next_back() } else { range.next() } {
        let (id, bytes) = entry?;
        match R::unpack(id.value(), bytes.value()) {
            Ok(record) => {
                if !each(id.value(), record)? {
                    break;
                }
            }
            Err(error) => tracing::warn!(id = %ids::text(id.value()), %error, "left out"),
        }
    }
    Ok(())
}

pub(crate) fn count<R: Record>(transaction: &ReadTransaction) -> Result<u64, Refusal> {
    Ok(transaction.open_table(R::TABLE)?.len()?)
}

/// Ids of the records of a span of which `which` is true, inside a write.
pub(crate) fn matching<R: Record>(
    transaction: &WriteTransaction,
    within: Range<Id>,
    which: impl Fn(&R) -> bool,
) -> Result<HashSet<Id>, Refusal> {
    let table = transaction.open_table(R::TABLE)?;
    let mut ids = HashSet::new();
    for entry in table.range(within)? {
        let (id, bytes) = entry?;
        if R::unpack(id.value(), bytes.value()).is_ok_and(|record| which(&record)) {
            ids.insert(id.value());
        }
    }
    Ok(ids)
}
