//! Documents and their chunks in the file.

use super::{
    Refusal, WriteTransaction,
    groups::{self, Group},
    ids::Id,
    items::{self, Changes},
    records,
};
use redb::ReadTransaction;
use rosie_core::memory::{ChunkRecord, DocumentRecord, DocumentState};

/// Puts the text of a document in the place of what there was.
pub(crate) fn put_chunks(
    transaction: &WriteTransaction,
    document: &DocumentRecord,
    chunks: &[ChunkRecord],
    changes: &mut Changes,
) -> Result<(), Refusal> {
    remove_chunks(transaction, &document.id, changes)?;
    for chunk in chunks {
        let id = records::put(transaction, chunk)?;
        changes.added.push(items::of_chunk(id, chunk, document));
    }
    records::put(transaction, document)?;
    Ok(())
}

fn remove_chunks(transaction: &WriteTransaction, document: &str, changes: &mut Changes) -> Result<(), Refusal> {
    for id in groups::members(transaction, &Group::document(document))? {
        records::remove::<ChunkRecord>(transaction, id)?;
        changes.removed.push(id);
        changes.erased = true;
    }
    Ok(())
}

/// Removes a document with its chunks. False where there is none.
pub(crate) fn remove(transaction: &WriteTransaction, id: Id, changes: &mut Changes) -> Result<bool, Refusal> {
    let Some(document) = records::remove::<DocumentRecord>(transaction, id)? else {
        return Ok(false);
    };
    remove_chunks(transaction, &document.id, changes)?;
    changes.erased = true;
    Ok(true)
}

/// The document has another owner or other tags: so have its chunks.
pub(crate) fn move_chunks(
    transaction: &WriteTransaction,
    document: &DocumentRecord,
    changes: &mut Changes,
) -> Result<(), Refusal> {
    for id in groups::members(transaction, &Group::document(&document.id))? {
        if let Some(chunk) = records::get_for_write::<ChunkRecord>(transaction, id)? {
            changes.moved.push(items::of_chunk(id, &chunk, document));
        }
    }
    Ok(())
}

/// Says how a document is, unless it is gone.
pub(crate) fn set_state(transaction: &WriteTransaction, id: Id, state: DocumentState) -> Result<(), Refusal> {
    if let Some(mut document) = records::get_for_write::<DocumentRecord>(transaction, id)? {
        document.state = state;
        records::put(transaction, &document)?;
    }
    Ok(())
}

/// Ids of its chunks.
pub(crate) fn ids(transaction: &ReadTransaction, document: &str) -> Result<Vec<Id>, Refusal> {
    groups::latest(transaction, &Group::document(document), 0..Id::MAX, usize::MAX)
}

/// In the order of the text.
pub(crate) fn chunks(transaction: &ReadTransaction, document: &str) -> Result<Vec<ChunkRecord>, Refusal> {
    let mut chunks = Vec::new();
    for id in self::ids(transaction, document)? {
        chunks.extend(records::get::<ChunkRecord>(transaction, id)?);
    }
    chunks.sort_by_key(|chunk| chunk.position);
    Ok(chunks)
}

/// A chunk's document, where both are there.
pub(crate) fn of_chunk(transaction: &ReadTransaction, chunk: &ChunkRecord) -> Result<Option<DocumentRecord>, Refusal> {
    match super::ids::parse(&chunk.document) {
        Some(id) => records::get(transaction, id),
        None => Ok(None),
    }
}
