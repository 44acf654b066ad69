//! Forgetting: the last exchange, what a filter names, what some words mean.

use super::Shared;
use crate::{
    MemoryError,
    facts::{Candidate, in_passing},
    recall::{
        score,
        search::{self, Search, Stored},
        terms::{fold, terms, words},
    },
    store::{
        Refusal, WriteTransaction, documents, facts,
        groups::{self, Group},
        ids::{self, Id},
        items::Changes,
        records,
    },
};
use rosie_core::memory::{Collection, DocumentRecord, FactRecord, Forget, MemoryFilter, MessageRecord, Speaker};
use std::collections::HashSet;

/// What "forget …" may delete at once of what means the same.
const MAX_MEANT: usize = 50;

pub(super) fn forget(shared: &Shared, forget: Forget) -> Result<usize, MemoryError> {
    match forget {
        Forget::Last { conversation } => forget_last(shared, conversation.as_str()),
        Forget::Matching(filter) => clear(shared, filter),
        Forget::About { text, filter } => forget_about(shared, &text, &filter),
    }
}

fn forget_last(shared: &Shared, conversation: &str) -> Result<usize, MemoryError> {
    let waiting = {
        let mut unsaved = shared.writer.unsaved();
        let last = unsaved
            .iter()
            .rposition(|keep| keep.messages.iter().any(|m| m.conversation.as_str() == conversation));
        last.and_then(|at| unsaved.remove(at))
            .map(|keep| keep.messages.len() + keep.facts.len())
    };
    if let Some(count) = waiting {
        return Ok(count);
    }
    let conversation = conversation.to_owned();
    let write = shared.writer.submit(move |transaction, changes| {
        let mut last = HashSet::new();
        // From the end back to what the person said.
        for id in groups::members(transaction, &Group::conversation(&conversation))?
            .into_iter()
            .rev()
        {
            let said = records::get_for_write::<MessageRecord>(transaction, id)?;
            last.insert(id);
            if said.is_some_and(|message| message.speaker == Speaker::User) {
                break;
            }
        }
        remove_messages(transaction, &last, true, changes)
    });
    write.wait()
}

/// Removes messages, and the facts taken from them or only these facts' mention of where they are from.
pub(crate) fn remove_messages(
    transaction: &WriteTransaction,
    messages: &HashSet<Id>,
    with_facts: bool,
    changes: &mut Changes,
) -> Result<usize, Refusal> {
    let mut removed = 0;
    let mut gone = HashSet::new();
    for id in messages {
        if records::remove::<MessageRecord>(transaction, *id)?.is_some() {
            changes.removed.push(*id);
            changes.erased = true;
            gone.insert(ids::text(*id));
            removed += 1;
        }
    }
    if gone.is_empty() {
        return Ok(removed);
    }
    if with_facts {
        let from_them = |fact: &FactRecord| fact.source_message.as_ref().is_some_and(|id| gone.contains(id));
        for id in facts::matching(transaction, from_them)? {
            removed += facts::remove(transaction, id, changes)?;
        }
    } else {
        facts::forget_sources(transaction, &gone)?;
    }
    Ok(removed)
}

/// Everything within the filter.
pub(super) fn clear(shared: &Shared, filter: MemoryFilter) -> Result<usize, MemoryError> {
    let waiting = {
        let mut unsaved = shared.writer.unsaved();
        let before = unsaved.len();
        unsaved.retain(|keep| !keep.messages.iter().any(|message| filter::message(&filter, message)));
        before - unsaved.len()
    };
    let write = shared.writer.submit(move |transaction, changes| {
        let wanted = |collection| filter.collections.is_empty() || filter.collections.contains(&collection);
        let mut removed = 0;
        if wanted(Collection::Messages) {
            let span = ids::span(filter.since_unix_ms, filter.until_unix_ms);
            let which = |message: &MessageRecord| filter::message(&filter, message);
            let messages = records::matching(transaction, span, which)?;
            removed += remove_messages(transaction, &messages, false, changes)?;
        }
        if wanted(Collection::Facts) {
            for id in facts::matching(transaction, |fact| filter::fact(&filter, fact))? {
                removed += facts::remove(transaction, id, changes)?;
            }
        }
        if wanted(Collection::Documents) {
            let which = |document: &DocumentRecord| filter::document(&filter, document);
            for id in records::matching(transaction, 0..Id::MAX, which)? {
                removed += usize::from(documents::remove(transaction, id, changes)?);
            }
        }
        Ok(removed)
    });
    Ok(write.wait()? + waiting)
}

/// What is surely meant by these words. Where facts are, they go with the messages that tell them; messages that say
/// the same go too. Documents do not: they are deleted by name.
fn forget_about(shared: &Shared, text: &str, filter: &MemoryFilter) -> Result<usize, MemoryError> {
    shared.keeper.loading.ready()?;
    let found = search(shared, text, filter)?;
    let (mut facts, mut messages) = (Vec::new(), HashSet::new());
    for stored in found.into_iter().filter(|found| found.sure).map(|found| found.stored) {
        match stored {
            Stored::Fact(fact) => {
                facts.extend(ids::parse(&fact.id));
                messages.extend(fact.source_message.as_deref().and_then(ids::parse));
                // It may have been told more than once, and was repeated when it was kept.
                let near = search(shared, &fact.sentence, filter)?;
                messages.extend(near.iter().filter_map(|near| match &near.stored {
                    Stored::Message(message) if tells(message, &fact) => ids::parse(&message.id),
                    _ => None,
                }));
            }
            Stored::Message(message) => messages.extend(ids::parse(&message.id)),
            Stored::Chunk(..) => {}
        }
    }
    let (named, within) = (Named::all_of(text), filter.clone());
    let write = shared.writer.submit(move |transaction, changes| {
        for named in &named {
            messages.extend(naming(transaction, named, &within, &mut facts)?);
        }
        let mut removed = 0;
        for id in &facts {
            removed += facts::remove(transaction, *id, changes)?;
        }
        Ok(removed + remove_messages(transaction, &messages, true, changes)?)
    });
    write.wait()
}

/// Whatever is near by meaning: facts that name all that was named go too (into `to_go`), with the messages that tell them or
/// repeat them. "Forget what I said about the wifi" must leave no password behind.
fn naming(
    transaction: &WriteTransaction,
    named: &Named,
    filter: &MemoryFilter,
    to_go: &mut Vec<Id>,
) -> Result<HashSet<Id>, Refusal> {
    let mut messages = HashSet::new();
    let all_of = |wanted: &[u32], text: &str| {
        let there = terms(text);
        wanted.iter().all(|term| there.contains(term))
    };
    // What they say, without which a message only asks.
    let told = std::cell::RefCell::new(Vec::new());
    let which = |fact: &FactRecord| {
        let whole = [&fact.subject, &fact.predicate, &fact.object, &fact.sentence].map(String::as_str);
        let names = filter::fact(filter, fact) && named.are_in(&whole.join(" "));
        if names {
            told.borrow_mut()
                .push((terms(&fact.object), fact.source_message.clone()));
        }
        names
    };
    to_go.extend(facts::matching(transaction, which)?);
    to_go.sort_unstable();
    to_go.dedup();
    let told = told.into_inner();
    messages.extend(
        told.iter()
            .filter_map(|(_, source)| source.as_deref().and_then(ids::parse)),
    );
    let objects: Vec<&[u32]> = told
        .iter()
        .map(|(object, _)| object.as_slice())
        .filter(|object| !object.is_empty())
        .collect();
    if !objects.is_empty() {
        let repeats = |message: &MessageRecord| {
            let says = |object: &&[u32]| all_of(object, &message.text);
            filter::message(filter, message) && named.are_in(&message.text) && objects.iter().any(says)
        };
        messages.extend(records::matching(transaction, 0..Id::MAX, repeats)?);
    }
    Ok(messages)
}

/// The words by which a thing is named.
struct Named(Vec<String>);

impl Named {
    /// Around the name of a thing, or in place of one.
    const EMPTY: &'static str = "out all number numbers thing things memory everything all anything nummer sache sachen gedachtnis wieder alles \
                         numero cosa cosas memoria todo toda nuevo chose choses memoire tout toute numeros";
    const AND: [&'static str; 7] = [" and ", " und ", " y ", " e ", " et ", ", ", " & "];
    /// Words that may make one together.
    const COMPOUND: usize = 3;

    /// All of them together, and each by itself where several are named: "Tom and Anna".
    fn all_of(text: &str) -> Vec<Self> {
        let named = |text: &str| {
            let empty = |word: &String| Self::EMPTY.split(' ').any(|one| one == word);
            let words: Vec<String> = words(text)
                .map(fold)
                .filter(|word| !terms(word).is_empty() && !empty(word))
                .collect();
            (!words.is_empty()).then_some(Self(words))
        };
        let mut parts = vec![text.to_owned()];
        for and in Self::AND {
            parts = parts
                .iter()
                .flat_map(|part| part.split(and).map(str::to_owned))
                .collect();
        }
        parts.iter().filter_map(|part| named(part)).collect()
    }

    /// Whether a text has all of them, in whatever order, and written as one word or parted ("Alarmcode", "code of the alarm").
    fn are_in(&self, text: &str) -> bool {
        let there = terms(text);
        if self
            .0
            .iter()
            .all(|word| terms(word).iter().all(|term| there.contains(term)))
        {
            return true;
        }
        let said: Vec<String> = words(text).map(fold).collect();
        let joined = |words: &[String]| words.concat();
        let parted = || {
            let all = |length| {
                said.windows(length)
                    .any(|run| self.0.len() == 1 && joined(run) == self.0[0])
            };
            (2..=Self::COMPOUND).any(all)
        };
        let as_one = || {
            let [first, second] = self.0.as_slice() else {
                return false;
            };
            let whole = [format!("{first}{second}"), format!("{second}{first}")];
            said.iter().any(|word| whole.contains(word))
        };
        parted() || as_one()
    }
}

struct Near {
    stored: Stored,
    sure: bool,
}

/// What is near to `text`, within the filter, nearest first.
fn search(shared: &Shared, text: &str, filter: &MemoryFilter) -> Result<Vec<Near>, MemoryError> {
    let asked = Search {
        question: text,
        words: text,
        filter: shared.within(filter),
        k: MAX_MEANT,
        now_unix_ms: 0,
        room: None,
        time: None,
    };
    let (found, by_meaning) = search::search(&shared.keeper, &asked)?;
    let sure = if by_meaning { score::SURE } else { score::SURE_BY_WORDS };
    let near = |found: search::Found| Near {
        sure: found.relevance >= sure,
        stored: found.stored,
    };
    Ok(found.into_iter().map(near).collect())
}

/// Whether a message says what a fact says: it has it word by word, or the fact would be taken from it.
fn tells(message: &MessageRecord, fact: &FactRecord) -> bool {
    let plain = |text: &str| text.trim_end_matches('.').to_lowercase();
    if plain(&message.text).contains(&plain(&fact.sentence)) {
        return true;
    }
    let same = |candidate: &Candidate| {
        let (subject, predicate) = (&candidate.subject, &candidate.predicate);
        (subject, predicate) == (&fact.subject, &fact.predicate) && plain(&candidate.object) == plain(&fact.object)
    };
    message.speaker == Speaker::User && in_passing(&message.text, &message.language).iter().any(same)
}

/// Whether a record is within a filter, by its own words: the truth does not depend on an index.
pub(super) mod filter {
    use super::*;
    use rosie_core::UserId;

    fn common(filter: &MemoryFilter, user: Option<&UserId>, unix_ms: u64, tags: &[String]) -> bool {
        (filter.all_users || user.is_none() || user == filter.user.as_ref())
            && filter.since_unix_ms.is_none_or(|since| unix_ms >= since)
            && filter.until_unix_ms.is_none_or(|until| unix_ms < until)
            && filter.tags.iter().all(|tag| tags.contains(tag))
    }

    pub(crate) fn message(filter: &MemoryFilter, message: &MessageRecord) -> bool {
        common(filter, message.user.as_ref(), message.unix_ms, &message.tags)
            && (filter.rooms.is_empty() || filter.rooms.contains(&message.room))
            && filter.speaker.is_none_or(|speaker| speaker == message.speaker)
            && filter
                .conversation
                .as_ref()
                .is_none_or(|id| *id == message.conversation)
    }

    /// Facts that became history belong to the fact that holds, and are removed with it.
    pub(crate) fn fact(filter: &MemoryFilter, fact: &FactRecord) -> bool {
        common(filter, fact.visible_to.as_ref(), fact.unix_ms, &fact.tags)
            && (filter.rooms.is_empty() || fact.room.as_ref().is_some_and(|room| filter.rooms.contains(room)))
            && filter.speaker.is_none()
            && filter.conversation.is_none()
    }

    pub(crate) fn document(filter: &MemoryFilter, document: &DocumentRecord) -> bool {
        common(filter, document.visible_to.as_ref(), document.unix_ms, &document.tags)
            && filter.rooms.is_empty()
            && filter.speaker.is_none()
            && filter.conversation.is_none()
    }
}
