//! What can be found: a message, a fact that holds, a chunk, each as its text and what a filter decides by.

use super::{
    Refusal, WriteTransaction,
    ids::Id,
    records::{self, Record},
};
use crate::schema::{CHUNKS, FACTS, MESSAGES, VECTORS};
use redb::{ReadTransaction, ReadableTable, TableDefinition};
use rosie_core::memory::{ChunkRecord, Collection, DocumentRecord, FactRecord, MessageRecord, Speaker};
use std::collections::HashMap;

/// On its way into the indexes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub id: Id,
    pub collection: Collection,
    pub text: String,
    pub room: Option<String>,
    pub user: Option<String>,
    pub conversation: Option<String>,
    pub speaker: Option<Speaker>,
    pub unix_ms: u64,
    pub tags: Vec<String>,
}

/// What a transaction changed, for the indexes.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// New, or with another text.
    pub added: Vec<Item>,
    /// The same text, but other tags or another owner.
    pub moved: Vec<Item>,
    pub removed: Vec<Id>,
    /// A text was deleted or changed: the file is to be made anew, so that it is really gone.
    pub erased: bool,
}

impl Changes {
    pub(crate) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.moved.is_empty() && self.removed.is_empty()
    }
}

pub(crate) fn of_message(id: Id, message: &MessageRecord) -> Item {
    Item {
        id,
        collection: Collection::Messages,
        text: message.text.clone(),
        room: Some(message.room.0.clone()),
        user: message.user.as_ref().map(|user| user.0.clone()),
        conversation: Some(message.conversation.0.clone()),
        speaker: Some(message.speaker),
        unix_ms: message.unix_ms,
        tags: message.tags.clone(),
    }
}

/// `None` for one that another took the place of: it is history, and not found.
pub(crate) fn of_fact(id: Id, fact: &FactRecord) -> Option<Item> {
    fact.superseded_by.is_none().then(|| Item {
        id,
        collection: Collection::Facts,
        text: fact.sentence.clone(),
        room: fact.room.as_ref().map(|room| room.0.clone()),
        user: fact.visible_to.as_ref().map(|user| user.0.clone()),
        conversation: None,
        speaker: None,
        unix_ms: fact.unix_ms,
        tags: fact.tags.clone(),
    })
}

/// The headings belong to what a chunk says: "Warranty: two years from the day of purchase."
pub(crate) fn of_chunk(id: Id, chunk: &ChunkRecord, document: &DocumentRecord) -> Item {
    let mut text = chunk.headings.join(" – ");
    if !text.is_empty() {
        text.push_str(": ");
    }
    text.push_str(&chunk.text);
    Item {
        id,
        collection: Collection::Documents,
        text,
        room: None,
        user: document.visible_to.as_ref().map(|user| user.0.clone()),
        conversation: None,
        speaker: None,
        unix_ms: document.unix_ms,
        tags: document.tags.clone(),
    }
}

/// Each message as it lies in its table, until `each` says false.
pub(crate) fn scan_messages(
    transaction: &ReadTransaction,
    each: impl FnMut(Id, Vec<u8>) -> bool,
) -> Result<(), Refusal> {
    scan_raw(transaction, MESSAGES, each)
}

/// Each vector as it lies in its table, until `each` says false.
pub(crate) fn scan_vectors(
    transaction: &ReadTransaction,
    each: impl FnMut(Id, Vec<u8>) -> bool,
) -> Result<(), Refusal> {
    scan_raw(transaction, VECTORS, each)
}

fn scan_raw(
    transaction: &ReadTransaction,
    table: TableDefinition<'static, Id, &'static [u8]>,
    mut each: impl FnMut(Id, Vec<u8>) -> bool,
) -> Result<(), Refusal> {
    for entry in transaction.open_table(table)?.iter()? {
        let (id, bytes) = entry?;
        if !each(id.value(), bytes.value().to_vec()) {
            break;
        }
    }
    Ok(())
}

/// A message of [`scan_messages`]. One that cannot be read is logged and left out.
pub(crate) fn message(id: Id, bytes: &[u8]) -> Option<Item> {
    match MessageRecord::unpack(id, bytes) {
        Ok(message) => Some(of_message(id, &message)),
        Err(error) => {
            tracing::warn!(id = %super::ids::text(id), %error, "left out");
            None
        }
    }
}

/// Everything else that can be found, until `each` says false.
pub(crate) fn scan_others(transaction: &ReadTransaction, mut each: impl FnMut(Item) -> bool) -> Result<(), Refusal> {
    records::scan(transaction, 0..Id::MAX, false, |id, fact: FactRecord| {
        Ok(of_fact(id, &fact).is_none_or(&mut each))
    })?;
    let mut documents: HashMap<String, DocumentRecord> = HashMap::new();
    records::scan(transaction, 0..Id::MAX, false, |_, document: DocumentRecord| {
        documents.insert(document.id.clone(), document);
        Ok(true)
    })?;
    records::scan(transaction, 0..Id::MAX, false, |id, chunk: ChunkRecord| {
        let document = documents.get(&chunk.document);
        Ok(document.is_none_or(|document| each(of_chunk(id, &chunk, document))))
    })
}

/// The id of everything that can be found.
pub(crate) fn scan_ids(transaction: &ReadTransaction, mut each: impl FnMut(Id)) -> Result<(), Refusal> {
    for table in [MESSAGES, CHUNKS] {
        for entry in transaction.open_table(table)?.iter()? {
            each(entry?.0.value());
        }
    }
    records::scan(transaction, 0..Id::MAX, false, |id, fact: FactRecord| {
        if fact.superseded_by.is_none() {
            each(id);
        }
        Ok(true)
    })
}

/// Whether there is still anything under this id that may have a vector.
pub(crate) fn exists(transaction: &WriteTransaction, id: Id) -> Result<bool, Refusal> {
    for table in [MESSAGES, FACTS, CHUNKS] {
        if transaction.open_table(table)?.get(id)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The item that is there now under this id, inside a read.
pub(crate) fn get(transaction: &ReadTransaction, id: Id) -> Result<Option<Item>, Refusal> {
    if let Some(message) = records::get::<MessageRecord>(transaction, id)? {
        return Ok(Some(of_message(id, &message)));
    }
    if let Some(fact) = records::get::<FactRecord>(transaction, id)? {
        return Ok(of_fact(id, &fact));
    }
    let Some(chunk) = records::get::<ChunkRecord>(transaction, id)? else {
        return Ok(None);
    };
    let document = super::ids::parse(&chunk.document)
        .map(|document| records::get::<DocumentRecord>(transaction, document))
        .transpose()?
        .flatten();
    Ok(document.map(|document| of_chunk(id, &chunk, &document)))
}
