//! Looks in both indexes, reads what they found, weighs it.

use super::{
    score::{self, Evidence},
    terms,
};
use crate::{
    MemoryError,
    keeper::Keeper,
    seam::IndexFilter,
    store::{Refusal, documents, ids, records},
};
use redb::ReadTransaction;
use rosie_core::memory::{ChunkRecord, Collection, DocumentRecord, FactRecord, MessageRecord, Speaker};
use std::{
    collections::{HashMap, HashSet},
    sync::PoisonError,
};

/// Candidates of each index, for so many wanted.
const WIDER: usize = 4;
const LEAST: usize = 24;

/// What is looked for.
pub(crate) struct Search<'a> {
    /// With its words of time, for the embedder.
    pub question: &'a str,
    /// Without them.
    pub words: &'a str,
    pub filter: IndexFilter,
    /// Candidates wanted.
    pub k: usize,
    /// For what is fresh.
    pub now_unix_ms: u64,
    pub room: Option<u32>,
    /// What lies in here is liked better.
    pub time: Option<(u64, u64)>,
}

/// What was found, as it is in the store.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stored {
    Message(MessageRecord),
    Fact(FactRecord),
    Chunk(ChunkRecord, DocumentRecord),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub stored: Stored,
    /// How well it fits, by itself.
    pub relevance: f32,
    /// The order among those that do.
    pub rank: f32,
}

impl Stored {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Message(message) => &message.text,
            Self::Fact(fact) => &fact.sentence,
            Self::Chunk(chunk, _) => &chunk.text,
        }
    }

    pub(crate) fn collection(&self) -> Collection {
        match self {
            Self::Message(_) => Collection::Messages,
            Self::Fact(_) => Collection::Facts,
            Self::Chunk(..) => Collection::Documents,
        }
    }

    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Message(message) => &message.id,
            Self::Fact(fact) => &fact.id,
            Self::Chunk(chunk, _) => &chunk.id,
        }
    }

    pub(crate) fn unix_ms(&self) -> u64 {
        match self {
            Self::Message(message) => message.unix_ms,
            Self::Fact(fact) => fact.unix_ms,
            Self::Chunk(_, document) => document.unix_ms,
        }
    }

    pub(crate) fn speaker(&self) -> Option<Speaker> {
        match self {
            Self::Message(message) => Some(message.speaker),
            _ => None,
        }
    }
}

/// What the indexes say of a key.
#[derive(Debug, Clone, Copy, Default)]
struct Heard {
    meaning: Option<f32>,
    words: f32,
}

/// Candidates with their weights, best first; what is not relevant is among them. The flag tells whether meanings
/// were compared.
pub(crate) fn search(keeper: &Keeper, search: &Search<'_>) -> Result<(Vec<Found>, bool), MemoryError> {
    let vector = keeper.question_vector(search.question);
    let asked = terms::terms(search.words);
    let heard = candidates(keeper, search, &asked, vector.as_deref());
    let names = terms::names(search.words);
    let found = keeper.store.read(|transaction| {
        let mut found = Vec::with_capacity(heard.len());
        for (key, heard) in heard {
            if let Some(stored) = stored(transaction, key)? {
                found.push(weigh(keeper, search, &names, key, heard, stored));
            }
        }
        Ok(found)
    });
    let mut found = found?;
    found.sort_by(|a, b| b.rank.total_cmp(&a.rank).then_with(|| b.stored.id().cmp(a.stored.id())));
    Ok((found, vector.is_some()))
}

fn candidates(keeper: &Keeper, search: &Search<'_>, asked: &[u32], vector: Option<&[f32]>) -> HashMap<u64, Heard> {
    let k = (search.k * WIDER).max(LEAST);
    let catalogue = keeper.catalogue.read().unwrap_or_else(PoisonError::into_inner);
    let mut heard: HashMap<u64, Heard> = HashMap::new();
    let scores = catalogue.words.scores(asked);
    for hit in catalogue.words.best(&scores, &search.filter, k) {
        heard.entry(hit.key).or_default().words = hit.score;
    }
    if let Some(vector) = vector {
        for hit in keeper.index.search(vector, &search.filter, k) {
            let entry = heard.entry(hit.key).or_default();
            entry.meaning = Some(hit.similarity);
            entry.words = catalogue.words.score(&scores, hit.key);
        }
        // Found by words alone: below the last one that was found by meaning.
        let least = heard.values().filter_map(|h| h.meaning).fold(1f32, f32::min);
        let least = if heard.values().any(|h| h.meaning.is_some()) {
            least
        } else {
            0.0
        };
        for (key, entry) in &mut heard {
            // What was kept a moment ago has no vector yet: its words alone tell.
            if keeper.index.contains(*key) {
                entry.meaning.get_or_insert(least.clamp(0.0, 1.0));
            }
        }
    }
    heard
}

fn weigh(keeper: &Keeper, search: &Search<'_>, names: &[u32], key: u64, heard: Heard, stored: Stored) -> Found {
    let has = |names: &[u32]| {
        let own: HashSet<u32> = terms::terms(stored.text()).into_iter().collect();
        names.iter().filter(|name| own.contains(name)).count() as f32 / names.len() as f32
    };
    let room = {
        let catalogue = keeper.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        catalogue.words.room(key)
    };
    let at = stored.unix_ms();
    let evidence = Evidence {
        meaning: heard.meaning,
        words: heard.words,
        names: (!names.is_empty()).then(|| has(names)),
        collection: stored.collection(),
        speaker: stored.speaker(),
        is_question: stored.speaker() == Some(Speaker::User) && stored.text().trim_end().ends_with('?'),
        same_room: search.room.is_some() && room == search.room,
        in_time: search.time.is_some_and(|(since, until)| (since..until).contains(&at)),
        age_ms: search.now_unix_ms.saturating_sub(at),
    };
    let relevance = score::relevance(&evidence);
    Found {
        rank: score::rank(relevance, &evidence),
        relevance,
        stored,
    }
}

/// What a key stands for; `None` where it is gone.
pub(crate) fn stored(transaction: &ReadTransaction, key: u64) -> Result<Option<Stored>, Refusal> {
    if let Some(fact) = records::by_key::<FactRecord>(transaction, key)? {
        return Ok(fact.superseded_by.is_none().then_some(Stored::Fact(fact)));
    }
    if let Some(message) = records::by_key::<MessageRecord>(transaction, key)? {
        return Ok(Some(Stored::Message(message)));
    }
    let Some(chunk) = records::by_key::<ChunkRecord>(transaction, key)? else {
        return Ok(None);
    };
    let document = documents::of_chunk(transaction, &chunk)?;
    Ok(document.map(|document| Stored::Chunk(chunk, document)))
}

/// The latest within a filter, latest first.
pub(crate) fn latest(keeper: &Keeper, filter: &IndexFilter, k: usize) -> Result<Vec<Stored>, MemoryError> {
    let keys = {
        let catalogue = keeper.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        catalogue.words.latest(filter, k)
    };
    keeper.store.read(|transaction| {
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            found.extend(stored(transaction, key)?);
        }
        Ok(found)
    })
}

/// Ids of the last messages of a conversation, latest first.
pub(crate) fn last_messages(
    transaction: &ReadTransaction,
    conversation: &str,
    limit: usize,
) -> Result<Vec<ids::Id>, Refusal> {
    use crate::store::groups::{self, Group};
    groups::latest(transaction, &Group::conversation(conversation), 0..ids::Id::MAX, limit)
}
