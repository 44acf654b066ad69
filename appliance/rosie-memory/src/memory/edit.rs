//! The owner changes, adds and deletes.

use super::{Shared, forget::remove_messages};
use crate::{
    MemoryError,
    facts::{Candidate, Scope},
    store::{
        Refusal, WriteTransaction, documents, facts,
        facts::Said,
        ids::{self, Id},
        items::{self, Changes},
        records, vectors,
    },
};
use rosie_core::{
    Language,
    memory::{DocumentRecord, FactRecord, MemoryEdit, MemoryRecord, MessageRecord, NewFact},
};
use std::collections::HashSet;
use std::time::{SystemTime, UNIX_EPOCH};

/// Of a text, a part of a fact, a tag, in bytes; and tags of one item.
const MAX_TEXT: usize = 16 << 10;
const MAX_PART: usize = 1000;
const MAX_TAG: usize = 64;
const MAX_TAGS: usize = 32;

pub(super) fn now_unix_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |now| now.as_millis() as u64)
}

fn wrong(words: &str) -> MemoryError {
    MemoryError::BadRequest(words.to_owned())
}

pub(super) fn known(id: &str) -> Result<Id, MemoryError> {
    ids::parse(id).ok_or_else(|| wrong("this is no id of a memory"))
}

/// Tags in lower case, each once.
pub(super) fn tags(tags: Vec<String>) -> Result<Vec<String>, MemoryError> {
    let mut tidy: Vec<String> = tags.iter().map(|tag| tag.trim().to_lowercase()).collect();
    tidy.sort();
    tidy.dedup();
    if tidy.len() > MAX_TAGS || tidy.iter().any(|tag| tag.is_empty() || tag.len() > MAX_TAG) {
        return Err(wrong("an item has at most 32 tags, each of 1 to 64 bytes"));
    }
    Ok(tidy)
}

fn text(text: String, limit: usize) -> Result<String, MemoryError> {
    match text.trim() {
        "" => Err(wrong("a text cannot be empty; delete the item instead")),
        text if text.len() > limit => Err(MemoryError::TooLong {
            what: "text",
            length: text.len(),
            limit,
        }),
        text => Ok(text.to_owned()),
    }
}

pub(super) fn edit(shared: &Shared, id: &str, edit: MemoryEdit) -> Result<MemoryRecord, MemoryError> {
    let id = known(id)?;
    let edit = MemoryEdit {
        text: edit.text.map(|t| text(t, MAX_TEXT)).transpose()?,
        object: edit.object.map(|t| text(t, MAX_PART)).transpose()?,
        tags: edit.tags.map(tags).transpose()?,
        ..edit
    };
    let write = shared.writer.submit(move |transaction, changes| {
        if let Some(message) = records::get_for_write::<MessageRecord>(transaction, id)? {
            return edit_message(transaction, id, message, &edit, changes);
        }
        if let Some(fact) = records::get_for_write::<FactRecord>(transaction, id)? {
            return edit_fact(transaction, id, fact, &edit, changes);
        }
        match records::get_for_write::<DocumentRecord>(transaction, id)? {
            Some(document) => edit_document(transaction, document, &edit, changes),
            None => Err(wrong("there is no message, fact or document with this id").into()),
        }
    });
    write.wait()
}

fn edit_message(
    transaction: &WriteTransaction,
    id: Id,
    mut message: MessageRecord,
    edit: &MemoryEdit,
    changes: &mut Changes,
) -> Result<MemoryRecord, Refusal> {
    if edit.object.is_some() || edit.visible_to.is_some() {
        return Err(wrong("only text and tags of a message can be changed").into());
    }
    message.tags = edit.tags.clone().unwrap_or(message.tags);
    message.edited_unix_ms = Some(now_unix_ms());
    match &edit.text {
        Some(text) => {
            message.text = text.clone();
            vectors::remove(transaction, id)?;
            changes.erased = true;
            changes.added.push(items::of_message(id, &message));
        }
        None => changes.moved.push(items::of_message(id, &message)),
    }
    records::put(transaction, &message)?;
    Ok(MemoryRecord::Message(message))
}

fn edit_fact(
    transaction: &WriteTransaction,
    id: Id,
    mut fact: FactRecord,
    edit: &MemoryEdit,
    changes: &mut Changes,
) -> Result<MemoryRecord, Refusal> {
    fact.tags = edit.tags.clone().unwrap_or(fact.tags);
    fact.visible_to = edit.visible_to.clone().unwrap_or(fact.visible_to);
    if let Some(object) = &edit.object {
        // The sentence says the object, as a rule: it follows, unless a new one is given.
        fact.sentence = fact.sentence.replace(&fact.object, object);
        fact.object = object.clone();
    }
    fact.sentence = edit.text.clone().unwrap_or(fact.sentence);
    if edit.text.is_some() || edit.object.is_some() {
        vectors::remove(transaction, id)?;
        changes.erased = true;
        changes.added.extend(items::of_fact(id, &fact));
    } else {
        changes.moved.extend(items::of_fact(id, &fact));
    }
    records::put(transaction, &fact)?;
    Ok(MemoryRecord::Fact(fact))
}

fn edit_document(
    transaction: &WriteTransaction,
    mut document: DocumentRecord,
    edit: &MemoryEdit,
    changes: &mut Changes,
) -> Result<MemoryRecord, Refusal> {
    if edit.object.is_some() {
        return Err(wrong("only facts have an object").into());
    }
    changes.erased |= edit.text.is_some();
    document.title = edit.text.clone().unwrap_or(document.title);
    document.tags = edit.tags.clone().unwrap_or(document.tags);
    document.visible_to = edit.visible_to.clone().unwrap_or(document.visible_to);
    records::put(transaction, &document)?;
    documents::move_chunks(transaction, &document, changes)?;
    Ok(MemoryRecord::Document(document))
}

pub(super) fn delete(shared: &Shared, ids: &[String]) -> Result<usize, MemoryError> {
    let ids = ids.iter().map(|id| known(id)).collect::<Result<HashSet<Id>, _>>()?;
    let write = shared.writer.submit(move |transaction, changes| {
        let mut removed = remove_messages(transaction, &ids, false, changes)?;
        for id in &ids {
            let fact = facts::remove(transaction, *id, changes)? > 0;
            let document = documents::remove(transaction, *id, changes)?;
            removed += usize::from(fact || document);
        }
        Ok(removed)
    });
    write.wait()
}

pub(super) fn add_fact(shared: &Shared, fact: NewFact) -> Result<FactRecord, MemoryError> {
    let part = |t: String| text(t, MAX_PART);
    let (subject, predicate, object) = (part(fact.subject)?, part(fact.predicate)?, part(fact.object)?);
    let sentence = match fact.sentence.trim() {
        "" => format!("{subject} – {predicate}: {object}"),
        sentence => text(sentence.to_owned(), MAX_PART)?,
    };
    let tags = tags(fact.tags)?;
    let said = Said {
        user: fact.visible_to.clone(),
        room: None,
        language: Language::default(),
        source_message: None,
        unix_ms: now_unix_ms(),
    };
    let candidate = Candidate {
        subject: subject.to_lowercase(),
        predicate: predicate.to_lowercase().replace(' ', "_"),
        object,
        sentence,
        single: false,
        opposite: None,
        scope: if fact.visible_to.is_some() {
            Scope::Person
        } else {
            Scope::House
        },
        confidence: 1.0,
    };
    let write = shared.writer.submit(move |transaction, changes| {
        let kept = facts::keep(transaction, std::slice::from_ref(&candidate), &said, changes)?;
        let Some(mut fact) = kept.into_iter().next() else {
            return Err(wrong("there is nothing to keep").into());
        };
        if !tags.is_empty() {
            fact.tags = tags.clone();
            let id = records::put(transaction, &fact)?;
            changes.moved.extend(items::of_fact(id, &fact));
        }
        Ok(fact)
    });
    write.wait()
}
