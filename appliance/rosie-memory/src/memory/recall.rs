//! What comes to mind in a turn.

use super::Shared;
use crate::{
    MemoryError, facts,
    recall::{
        score,
        search::{self, Found, Search, Stored},
        terms, time,
    },
    seam::IndexFilter,
    store::ids,
    writer::Keep,
};
use rosie_core::memory::{Collection, Recall, Recollection, Speaker};
use std::{
    collections::HashSet,
    sync::{LazyLock, PoisonError},
};

/// The last messages of a conversation, which the prompt has anyway.
const IN_PROMPT: usize = 12;
/// More are never wanted in a prompt.
const MAX_K: usize = 50;

/// Words that ask for what was said, not for what is true: then the time that is named is binding.
static ABOUT_TALK: LazyLock<HashSet<String>> = LazyLock::new(|| {
    "say said tell told talk talked ask asked discuss discussed mention mentioned conversation conversations speak spoke
     sagte gesagt sagen erzahlt erzahlte gefragt fragte gesprochen redeten geredet sprachen besprochen gesprach
     dije dijo dicho hable hablamos hablado pregunte preguntado conte contado conversacion
     dit parle parlions demande raconte discute conversation"
        .split_whitespace()
        .map(str::to_owned)
        .collect()
});

pub(super) fn recall(shared: &Shared, recall: &Recall) -> Result<Vec<Recollection>, MemoryError> {
    let k = recall.k.min(MAX_K);
    let timed = time::timed(&recall.question, recall.now_unix_ms, &shared.time_zone());
    let words = timed
        .as_ref()
        .map_or(recall.question.as_str(), |timed| timed.rest.as_str());
    let about_talk = terms::words(words).any(|word| ABOUT_TALK.contains(&terms::fold(word)));
    let span = timed.as_ref().map(|timed| (timed.since_unix_ms, timed.until_unix_ms));
    let bound = span.filter(|_| about_talk);
    let ready = shared.keeper.loading.ready();
    let (filter, room) = filter(shared, recall, bound);
    let in_prompt = match recall.faint {
        true => HashSet::new(),
        false => in_prompt(shared, recall),
    };
    if bound.is_some() && only_about_talk(words) {
        // "What did I say yesterday?": nothing but the time is asked for.
        ready?;
        let mut said = search::latest(&shared.keeper, &filter, k + in_prompt.len())?;
        said.retain(|stored| !in_prompt.contains(stored.id()));
        said.truncate(k);
        return Ok(said.into_iter().map(|stored| recollection(stored, 1.0)).collect());
    }
    let asked = Search {
        question: &recall.question,
        words,
        filter,
        k,
        now_unix_ms: recall.now_unix_ms,
        room: Some(room),
        time: span,
    };
    let mut best = match ready.and_then(|()| search::search(&shared.keeper, &asked)) {
        Ok((found, by_meaning)) => relevant(found, (by_meaning, recall.faint), &in_prompt),
        Err(error) if shared.writer.unsaved().is_empty() => return Err(error),
        Err(_) => Vec::new(),
    };
    best.extend(unsaved(shared, recall, words));
    best.sort_by(|a, b| b.score.total_cmp(&a.score));
    best.truncate(k);
    Ok(best)
}

fn filter(shared: &Shared, recall: &Recall, bound: Option<(u64, u64)>) -> (IndexFilter, u32) {
    let catalogue = shared.keeper.catalogue.read().unwrap_or_else(PoisonError::into_inner);
    let filter = IndexFilter {
        collections: bound.map_or_else(Vec::new, |_| vec![Collection::Messages]),
        viewer: catalogue.viewer(recall.user.as_ref().map(|user| user.as_str())),
        since_unix_ms: bound.map(|(since, _)| since),
        until_unix_ms: bound.map(|(_, until)| until),
        ..IndexFilter::default()
    };
    (filter, catalogue.room(recall.room.as_str()))
}

/// Ids of what the prompt has anyway. A store that cannot be read has none.
fn in_prompt(shared: &Shared, recall: &Recall) -> HashSet<String> {
    let conversation = recall.conversation.as_str();
    let last = shared
        .store
        .read(|transaction| search::last_messages(transaction, conversation, IN_PROMPT));
    last.unwrap_or_default().into_iter().map(ids::text).collect()
}

fn only_about_talk(words: &str) -> bool {
    terms::words(words)
        .filter(|word| !ABOUT_TALK.contains(&terms::fold(word)))
        .all(|word| terms::terms(word).is_empty())
}

/// Words that facts were made of: the facts are found in their stead, or newer ones that contradict them.
fn became_facts(stored: &Stored) -> bool {
    match stored {
        Stored::Message(message) if message.speaker == Speaker::User => {
            !facts::in_passing(&message.text, &message.language).is_empty()
        }
        _ => false,
    }
}

/// What passes the threshold, each text once, best first.
fn relevant(found: Vec<Found>, (by_meaning, faint): (bool, bool), in_prompt: &HashSet<String>) -> Vec<Recollection> {
    let threshold = match (by_meaning, faint) {
        (true, true) => score::NEAR,
        (true, false) => score::RELEVANT,
        (false, _) => score::RELEVANT_BY_WORDS,
    };
    let mut texts = HashSet::new();
    found
        .into_iter()
        .filter(|found| found.relevance >= threshold && !in_prompt.contains(found.stored.id()))
        .filter(|found| !became_facts(&found.stored))
        .filter(|found| texts.insert(terms::fold(found.stored.text().trim())))
        .map(|found| recollection(found.stored, found.rank))
        .collect()
}

/// What waits for the disk is found by words.
fn unsaved(shared: &Shared, recall: &Recall, words: &str) -> Vec<Recollection> {
    let asked: HashSet<u32> = terms::terms(words).into_iter().collect();
    let score = |text: &str| {
        let shared = terms::terms(text).iter().filter(|term| asked.contains(term)).count();
        shared as f32 / asked.len().max(1) as f32
    };
    let mine = |keep: &&Keep| keep.said.user.is_none() || keep.said.user == recall.user;
    let unsaved = shared.writer.unsaved();
    let messages = unsaved.iter().filter(mine).flat_map(|keep| &keep.messages);
    messages
        .filter(|message| message.conversation != recall.conversation)
        .map(|message| recollection(Stored::Message(message.clone()), score(&message.text)))
        .filter(|found| found.score >= score::RELEVANT_BY_WORDS)
        .collect()
}

pub(super) fn recollection(stored: Stored, score: f32) -> Recollection {
    let (room, source) = match &stored {
        Stored::Message(message) => (Some(message.room.clone()), None),
        Stored::Fact(fact) => (fact.room.clone(), None),
        Stored::Chunk(_, document) => (None, Some(document.title.clone())),
    };
    Recollection {
        collection: stored.collection(),
        id: stored.id().to_owned(),
        text: stored.text().to_owned(),
        score,
        unix_ms: stored.unix_ms(),
        room,
        speaker: stored.speaker(),
        source,
    }
}
