//! Reading what was said for facts: which words come next, and what of a model's answer is kept.
//!
//! How far it was read stands in the file, so that each message is read once. Commands, questions and the first day of
//! an old store are passed over.

use super::{RosieMemory, Shared};
use crate::{
    MemoryError,
    facts::{Candidate, extraction},
    schema::SETTINGS,
    store::{
        Refusal,
        facts::{self, Said},
        ids::{self, Id},
        items::Changes,
        records,
    },
};
use redb::{ReadTransaction, WriteTransaction};
use rosie_core::{
    BoxFuture, Failure,
    memory::{FactReading, FactRecord, FactTask, MessageRecord, Speaker},
};

const KEY: &str = "facts_read";
/// An old store is read from so long before the first look on.
const LOOK_BACK_MS: u64 = 86_400_000;
/// Fewer words tell nothing lasting.
const SHORTEST: usize = 4;
/// Longest text that is read, in characters: a small model reads slowly, and a turn may come.
const LONGEST: usize = 600;
/// Messages that are looked through for one to read.
const LOOKED_AT: usize = 500;
/// Facts of one message.
const MOST: usize = 4;
/// On the page it is seen that a model found it.
const TAG: &str = "found-by-model";

impl FactReading for RosieMemory {
    fn unread(&self) -> BoxFuture<'_, Result<Option<FactTask>, Failure>> {
        let shared = self.shared.clone();
        let pending = self.shared.requests.run(move || unread(&shared));
        Box::pin(async move { Ok(pending.done().await?) })
    }

    fn read<'a>(&'a self, task: FactTask, answer: &'a str) -> BoxFuture<'a, Result<usize, Failure>> {
        let (shared, answer) = (self.shared.clone(), answer.to_owned());
        let pending = self.shared.requests.run(move || read(&shared, &task, &answer));
        Box::pin(async move { Ok(pending.done().await?) })
    }
}

fn unread(shared: &Shared) -> Result<Option<FactTask>, MemoryError> {
    let found = shared.store.read(|transaction| {
        let from = match marker(transaction)? {
            Some(last) => last.saturating_add(1),
            None => ids::span(Some(shared.started_unix_ms.saturating_sub(LOOK_BACK_MS)), None).start,
        };
        next(transaction, from)
    })?;
    Ok(found.map(|message| {
        let told = shown(&message);
        let task = extraction::task(&[told]);
        FactTask {
            message: message.id,
            system: task.system,
            prompt: task.prompt,
            schema: task.schema,
        }
    }))
}

/// The first message from `from` on that may hold facts.
fn next(transaction: &ReadTransaction, from: Id) -> Result<Option<MessageRecord>, Refusal> {
    let mut waiting: Option<MessageRecord> = None;
    let (mut found, mut looked) = (None, 0);
    records::scan(transaction, from..Id::MAX, false, |_, message: MessageRecord| {
        looked += 1;
        match message.speaker {
            // A question is read when its answer is there: the answer tells whether it was a command.
            Speaker::User => waiting = may_hold_facts(&message).then_some(message),
            Speaker::Rosie => {
                let of_it = waiting
                    .take()
                    .filter(|asked| asked.conversation == message.conversation);
                found = of_it.filter(|_| message.meta.intent.is_none());
            }
        }
        Ok(found.is_none() && looked < LOOKED_AT)
    })?;
    Ok(found)
}

fn may_hold_facts(message: &MessageRecord) -> bool {
    let text = message.text.trim();
    text.split_whitespace().count() >= SHORTEST && !text.ends_with('?')
}

fn shown(message: &MessageRecord) -> MessageRecord {
    MessageRecord {
        text: message.text.chars().take(LONGEST).collect(),
        ..message.clone()
    }
}

fn read(shared: &Shared, task: &FactTask, answer: &str) -> Result<usize, MemoryError> {
    let id = ids::parse(&task.message).ok_or_else(|| MemoryError::BadRequest("no such message".to_owned()))?;
    let message = shared
        .store
        .read(|transaction| records::get::<MessageRecord>(transaction, id))?;
    let found = message.map(|message| {
        let asked = extraction::task(&[shown(&message)]);
        // An answer that cannot be read holds nothing, and would hold nothing the next time.
        let mut found = extraction::parse(&asked, answer).unwrap_or_default();
        found.truncate(MOST);
        (message, found)
    });
    let keep = move |transaction: &WriteTransaction, changes: &mut Changes| {
        let mut kept = 0;
        if let Some((message, found)) = &found {
            // It may have been deleted while the model read.
            if records::get_for_write::<MessageRecord>(transaction, id)?.is_some() {
                kept = keep(transaction, message, found, changes)?;
            }
        }
        let text = ids::text(id);
        let value = crate::store::write_json("mark", &text, 1 << 10)?;
        transaction.open_table(SETTINGS)?.insert(KEY, value.as_slice())?;
        Ok(kept)
    };
    shared.writer.submit(keep).wait()
}

/// Keeps what is not known in other words already. Returns how many are new.
fn keep(
    transaction: &WriteTransaction,
    message: &MessageRecord,
    found: &[Candidate],
    changes: &mut Changes,
) -> Result<usize, Refusal> {
    let said = Said {
        user: message.user.clone(),
        room: Some(message.room.clone()),
        language: message.language.clone(),
        source_message: Some(message.id.clone()),
        unix_ms: message.unix_ms,
    };
    let mut new = 0;
    for candidate in found {
        let known = |fact: &FactRecord| {
            fact.superseded_by.is_none()
                && fact.visible_to == message.user
                && fact.object.trim().to_lowercase() == candidate.object.trim().to_lowercase()
        };
        if !facts::matching(transaction, known)?.is_empty() {
            continue;
        }
        for mut fact in facts::keep(transaction, std::slice::from_ref(candidate), &said, changes)? {
            fact.tags.push(TAG.to_owned());
            records::put(transaction, &fact)?;
            new += 1;
        }
    }
    Ok(new)
}

/// How far it was read.
fn marker(transaction: &ReadTransaction) -> Result<Option<Id>, Refusal> {
    let table = transaction.open_table(SETTINGS)?;
    let stored = table.get(KEY)?.map(|value| value.value().to_vec());
    let text = stored.and_then(|bytes| serde_json::from_slice::<String>(&bytes).ok());
    Ok(text.and_then(|text| ids::parse(&text)))
}
