//! Facts in the file: kept once, contradicted ones kept as history.

use super::{
    Refusal, WriteTransaction,
    groups::{self, Group},
    ids::{self, Id},
    items::{self, Changes},
    records, vectors,
};
use crate::facts::{Candidate, Scope};
use redb::{ReadTransaction, ReadableTable};
use rosie_core::{Language, RoomId, UserId, memory::FactRecord};
use std::collections::HashSet;

/// Who said it, where and when.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub user: Option<UserId>,
    pub room: Option<RoomId>,
    pub language: Language,
    pub source_message: Option<String>,
    pub unix_ms: u64,
}

/// Keeps each candidate. One that is known already stays as it is (surer, if it was said more surely now); of what can
/// be only one, or is the opposite, the older becomes history. Returns the facts as they are now.
pub(crate) fn keep(
    transaction: &WriteTransaction,
    candidates: &[Candidate],
    said: &Said,
    changes: &mut Changes,
) -> Result<Vec<FactRecord>, Refusal> {
    let mut kept = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        kept.push(keep_one(transaction, candidate, said, changes)?);
    }
    Ok(kept)
}

fn keep_one(
    transaction: &WriteTransaction,
    candidate: &Candidate,
    said: &Said,
    changes: &mut Changes,
) -> Result<FactRecord, Refusal> {
    let visible_to = match candidate.scope {
        Scope::House => None,
        Scope::Person => said.user.clone(),
    };
    let user = visible_to.as_ref().map_or("", UserId::as_str);
    let mut known = holding(transaction, user, &candidate.subject, &candidate.predicate)?;
    let same = |fact: &FactRecord| folded(&fact.object) == folded(&candidate.object);
    if let Some(at) = known.iter().position(|(_, fact)| same(fact)) {
        let (id, mut fact) = known.swap_remove(at);
        if candidate.confidence > fact.confidence {
            fact.confidence = candidate.confidence;
            records::put(transaction, &fact)?;
            changes.moved.extend(items::of_fact(id, &fact));
        }
        return Ok(fact);
    }
    let id = ids::new_id(said.unix_ms);
    let fact = FactRecord {
        id: ids::text(id),
        subject: candidate.subject.clone(),
        predicate: candidate.predicate.clone(),
        object: candidate.object.clone(),
        sentence: candidate.sentence.clone(),
        language: said.language.clone(),
        confidence: candidate.confidence,
        visible_to: visible_to.clone(),
        room: said.room.clone(),
        source_message: said.source_message.clone(),
        unix_ms: said.unix_ms,
        superseded_by: None,
        tags: Vec::new(),
    };
    let mut over = if candidate.single { known } else { Vec::new() };
    if let Some(opposite) = &candidate.opposite {
        let contrary = holding(transaction, user, &candidate.subject, opposite)?;
        over.extend(contrary.into_iter().filter(|(_, fact)| same(fact)));
    }
    for (old_id, mut old) in over {
        old.superseded_by = Some(fact.id.clone());
        records::put(transaction, &old)?;
        vectors::remove(transaction, old_id)?;
        changes.removed.push(old_id);
    }
    records::put(transaction, &fact)?;
    changes.added.extend(items::of_fact(id, &fact));
    Ok(fact)
}

/// So long before its message at most a fact is kept that was asked to be remembered: a turn takes no longer.
const TURN_MS: u64 = 60_000;

/// What was asked to be remembered is kept before the message that asked for it, and names it from now on.
pub(crate) fn adopt(transaction: &WriteTransaction, said: &Said) -> Result<(), Refusal> {
    let of_it = |fact: &FactRecord| {
        let just_now = fact.unix_ms + TURN_MS >= said.unix_ms;
        fact.source_message.is_none() && just_now && fact.room == said.room
    };
    for id in matching(transaction, of_it)? {
        if let Some(mut fact) = records::get_for_write::<FactRecord>(transaction, id)? {
            fact.source_message = said.source_message.clone();
            records::put(transaction, &fact)?;
        }
    }
    Ok(())
}

/// The facts that hold about one thing.
fn holding(
    transaction: &WriteTransaction,
    user: &str,
    subject: &str,
    predicate: &str,
) -> Result<Vec<(Id, FactRecord)>, Refusal> {
    let mut facts = Vec::new();
    for id in groups::members(transaction, &Group::fact(user, subject, predicate))? {
        if let Some(fact) = records::get_for_write::<FactRecord>(transaction, id)?
            && fact.superseded_by.is_none()
        {
            facts.push((id, fact));
        }
    }
    Ok(facts)
}

fn folded(object: &str) -> String {
    object.trim().to_lowercase()
}

/// Removes a fact and, one after another, those that it took the place of. Returns how many.
pub(crate) fn remove(transaction: &WriteTransaction, id: Id, changes: &mut Changes) -> Result<usize, Refusal> {
    let mut pending = vec![id];
    let mut removed = 0;
    while let Some(id) = pending.pop() {
        let Some(fact) = records::remove::<FactRecord>(transaction, id)? else {
            continue;
        };
        changes.removed.push(id);
        changes.erased = true;
        removed += 1;
        pending.extend(matching(transaction, |other| {
            other.superseded_by.as_deref() == Some(fact.id.as_str())
        })?);
    }
    Ok(removed)
}

/// Ids of the facts of which `which` is true. There are few facts: a scan is fast.
pub(crate) fn matching(
    transaction: &WriteTransaction,
    which: impl Fn(&FactRecord) -> bool,
) -> Result<Vec<Id>, Refusal> {
    let table = transaction.open_table(crate::schema::FACTS)?;
    let mut ids = Vec::new();
    for entry in table.iter()? {
        let (id, bytes) = entry?;
        if super::read_json::<FactRecord>("fact", bytes.value()).is_ok_and(|fact| which(&fact)) {
            ids.push(id.value());
        }
    }
    Ok(ids)
}

/// The messages are gone: facts taken from them name no source any more.
pub(crate) fn forget_sources(transaction: &WriteTransaction, messages: &HashSet<String>) -> Result<(), Refusal> {
    let of_them = |fact: &FactRecord| fact.source_message.as_ref().is_some_and(|id| messages.contains(id));
    for id in matching(transaction, of_them)? {
        if let Some(mut fact) = records::get_for_write::<FactRecord>(transaction, id)? {
            fact.source_message = None;
            records::put(transaction, &fact)?;
        }
    }
    Ok(())
}

/// A fact and those before it, newest first.
pub(crate) fn history(transaction: &ReadTransaction, id: Id) -> Result<Vec<FactRecord>, Refusal> {
    let Some(fact) = records::get::<FactRecord>(transaction, id)? else {
        return Ok(Vec::new());
    };
    let mut all: Vec<FactRecord> = Vec::new();
    records::scan(transaction, 0..Id::MAX, true, |_, fact: FactRecord| {
        all.push(fact);
        Ok(true)
    })?;
    let mut line = vec![fact];
    let mut at = 0;
    while let Some(next) = line.get(at).map(|fact| fact.id.clone()) {
        let replaced = |fact: &&FactRecord| fact.superseded_by.as_deref() == Some(next.as_str());
        line.extend(all.iter().filter(replaced).cloned().collect::<Vec<_>>());
        at += 1;
        if at > all.len() {
            break;
        }
    }
    Ok(line)
}
