//! The owner looks: lists, searches, single items, figures.

use super::{
    Shared,
    edit::{known, now_unix_ms},
    forget::filter,
};
use crate::{
    MemoryError,
    recall::search::{self, Search, Stored},
    store::{
        Refusal, documents,
        groups::{self, Group},
        ids::{self, Id},
        records::{self, Record},
    },
};
use redb::ReadTransaction;
use rosie_core::memory::{
    ChunkRecord, Collection, DocumentRecord, DocumentState, FactRecord, MemoryFilter, MemoryItem, MemoryQuery,
    MemoryRecord, MemoryStats, MessageRecord,
};
use std::{collections::HashSet, ops::Range};

const LIMIT: usize = 50;
const MAX_LIMIT: usize = 1000;
/// Below this a match is none, even for somebody who looks through everything.
const LEAST_SCORE: f32 = 0.15;

pub(super) fn query(shared: &Shared, query: &MemoryQuery) -> Result<Vec<MemoryItem>, MemoryError> {
    let filter = &query.filter;
    if let (Some(since), Some(until)) = (filter.since_unix_ms, filter.until_unix_ms)
        && since > until
    {
        return Err(MemoryError::BadRequest("since is after until".to_owned()));
    }
    let limit = if query.limit == 0 {
        LIMIT
    } else {
        query.limit.min(MAX_LIMIT)
    };
    match query.text.as_deref().map(str::trim) {
        Some(text) if !text.is_empty() => matches(shared, text, filter, limit),
        _ => list(shared, query, limit),
    }
}

fn matches(shared: &Shared, text: &str, filter: &MemoryFilter, limit: usize) -> Result<Vec<MemoryItem>, MemoryError> {
    shared.keeper.loading.ready()?;
    let asked = Search {
        question: text,
        words: text,
        filter: shared.within(filter),
        k: limit,
        now_unix_ms: now_unix_ms(),
        room: None,
        time: None,
    };
    let (found, _) = search::search(&shared.keeper, &asked)?;
    let items = found
        .into_iter()
        .filter(|found| found.relevance >= LEAST_SCORE)
        .take(limit);
    Ok(items
        .map(|found| MemoryItem {
            score: Some(found.rank),
            record: match found.stored {
                Stored::Message(message) => MemoryRecord::Message(message),
                Stored::Fact(fact) => MemoryRecord::Fact(fact),
                Stored::Chunk(chunk, _) => MemoryRecord::Chunk(chunk),
            },
        })
        .collect())
}

/// Newest first, over all collections that are wanted.
fn list(shared: &Shared, query: &MemoryQuery, limit: usize) -> Result<Vec<MemoryItem>, MemoryError> {
    let filter = &query.filter;
    let mut within = ids::span(filter.since_unix_ms, filter.until_unix_ms);
    if let Some(before) = &query.before {
        within.end = within.end.min(known(before)?);
    }
    if within.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = |collection| filter.collections.is_empty() || filter.collections.contains(&collection);
    let mut found: Vec<(Id, MemoryRecord)> = Vec::new();
    shared.store.read(|transaction| {
        if wanted(Collection::Messages) {
            messages(transaction, filter, within.clone(), limit, &mut found)?;
        }
        if wanted(Collection::Facts) {
            let which = |fact: &FactRecord| fact.superseded_by.is_none() && filter::fact(filter, fact);
            latest(
                transaction,
                within.clone(),
                limit,
                which,
                MemoryRecord::Fact,
                &mut found,
            )?;
        }
        if wanted(Collection::Documents) {
            let which = |document: &DocumentRecord| filter::document(filter, document);
            latest(
                transaction,
                within.clone(),
                limit,
                which,
                MemoryRecord::Document,
                &mut found,
            )?;
        }
        Ok(())
    })?;
    found.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    found.truncate(limit);
    let item = |(_, record)| MemoryItem {
        score: None,
        record: with_progress(shared, record),
    };
    Ok(found.into_iter().map(item).collect())
}

/// Through the group where the filter names one: then only its members are read.
fn messages(
    transaction: &ReadTransaction,
    filter: &MemoryFilter,
    within: Range<Id>,
    limit: usize,
    found: &mut Vec<(Id, MemoryRecord)>,
) -> Result<(), Refusal> {
    let group = match (&filter.conversation, filter.rooms.as_slice()) {
        (Some(conversation), _) => Group::conversation(conversation.as_str()),
        (None, [room]) => Group::room(room.as_str()),
        _ => {
            let which = |message: &MessageRecord| filter::message(filter, message);
            return latest(transaction, within, limit, which, MemoryRecord::Message, found);
        }
    };
    let start = found.len();
    groups::each_latest(transaction, &group, within, |id| {
        if let Some(message) = records::get::<MessageRecord>(transaction, id)?
            && filter::message(filter, &message)
        {
            found.push((id, MemoryRecord::Message(message)));
        }
        Ok(found.len() - start < limit)
    })
}

fn latest<R: Record>(
    transaction: &ReadTransaction,
    within: Range<Id>,
    limit: usize,
    which: impl Fn(&R) -> bool,
    wrap: impl Fn(R) -> MemoryRecord,
    found: &mut Vec<(Id, MemoryRecord)>,
) -> Result<(), Refusal> {
    let start = found.len();
    records::scan(transaction, within, true, |id, record: R| {
        if which(&record) {
            found.push((id, wrap(record)));
        }
        Ok(found.len() - start < limit)
    })
}

pub(super) fn get(shared: &Shared, id: &str) -> Result<Option<MemoryRecord>, MemoryError> {
    let id = known(id)?;
    let found = shared.store.read(|transaction| {
        if let Some(message) = records::get(transaction, id)? {
            return Ok(Some(MemoryRecord::Message(message)));
        }
        if let Some(fact) = records::get(transaction, id)? {
            return Ok(Some(MemoryRecord::Fact(fact)));
        }
        if let Some(document) = records::get(transaction, id)? {
            return Ok(Some(MemoryRecord::Document(document)));
        }
        Ok(records::get(transaction, id)?.map(MemoryRecord::Chunk))
    })?;
    Ok(found.map(|record| with_progress(shared, record)))
}

/// A document is ready when each of its chunks has a vector.
fn with_progress(shared: &Shared, record: MemoryRecord) -> MemoryRecord {
    let MemoryRecord::Document(mut document) = record else {
        return record;
    };
    if document.state == DocumentState::Ready {
        let chunks = shared
            .store
            .read(|transaction| documents::ids(transaction, &document.id));
        let chunks: HashSet<Id> = chunks.unwrap_or_default().into_iter().collect();
        let waiting = shared.keeper.waiting_of(&chunks);
        if waiting > 0 {
            document.state = DocumentState::Embedding {
                embedded: chunks.len().saturating_sub(waiting),
            };
        }
    }
    MemoryRecord::Document(document)
}

pub(super) fn stats(shared: &Shared) -> Result<MemoryStats, MemoryError> {
    let index = shared.keeper.index.state();
    let (embedded, waiting) = shared.keeper.progress();
    let mut stats = shared.store.read(|transaction| {
        let mut stats = MemoryStats {
            messages: records::count::<MessageRecord>(transaction)?,
            documents: records::count::<DocumentRecord>(transaction)?,
            chunks: records::count::<ChunkRecord>(transaction)?,
            ..MemoryStats::default()
        };
        records::scan(transaction, 0..Id::MAX, false, |_, fact: FactRecord| {
            match fact.superseded_by {
                None => stats.facts += 1,
                Some(_) => stats.facts_superseded += 1,
            }
            Ok(true)
        })?;
        records::scan(transaction, 0..Id::MAX, false, |_, first: MessageRecord| {
            stats.oldest_unix_ms = Some(first.unix_ms);
            Ok(false)
        })?;
        Ok(stats)
    })?;
    stats.bytes_on_disk = shared.store.bytes_on_disk();
    stats.index_entries = index.entries as u64;
    stats.index_bytes = index.bytes as u64;
    stats.index_rebuilding = index.rebuilding || !shared.keeper.is_loaded();
    stats.embedder = shared.keeper.model();
    stats.embedded = embedded;
    stats.embeddable = embedded + waiting;
    stats.unsaved = shared.writer.unsaved().len() as u64;
    Ok(stats)
}
