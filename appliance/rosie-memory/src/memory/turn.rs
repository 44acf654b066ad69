//! What a turn needs: core's `Memory`.

use super::{RosieMemory, Shared, forget, recall};
use crate::{
    MemoryError, facts,
    store::{
        facts::Said,
        ids::{self, Id},
        records,
    },
    writer::{Keep, Pending},
};
use rosie_core::{
    BoxFuture, ConversationId, ErrorCode, Failure, Language, RoomId, UserId,
    engine::{EngineHealth, EngineInfo},
    memory::{
        Exchange, FactRecord, Forget, Memory, MessageMeta, MessageRecord, Recall, Recollection, Remember, Speaker,
        TextMeaning,
    },
};

/// Longest text of a message that is kept, in bytes; the rest is cut off.
const MAX_TEXT: usize = 16 << 10;
/// What keeps facts before the words that asked for it are kept.
const REMEMBER: &str = "RosieRemember";

/// Awaits and makes an error a failure.
fn answer<'a, T: Send + 'a, R: Send + 'a>(
    pending: Pending<T>,
    then: impl FnOnce(T) -> R + Send + 'a,
) -> BoxFuture<'a, Result<R, Failure>> {
    Box::pin(async move { Ok(then(pending.done().await?)) })
}

impl Memory for RosieMemory {
    fn has_lost(&self) -> bool {
        self.shared.store.set_aside().is_some()
    }

    fn record(&self, exchange: Exchange) -> BoxFuture<'_, Result<(), Failure>> {
        if !self.shared.stored_in(exchange.room.as_str()) {
            return Box::pin(async { Ok(()) });
        }
        let found = facts::in_passing(&exchange.question, &exchange.language);
        let [question, reply] = messages(&exchange);
        let said = Said {
            user: exchange.user,
            room: Some(exchange.room),
            language: exchange.language,
            source_message: Some(question.id.clone()),
            unix_ms: exchange.asked_unix_ms,
        };
        let messages = [question, reply].into_iter().filter(|message| !message.text.is_empty());
        answer(
            self.shared.writer.keep(Keep {
                messages: messages.collect(),
                facts: found,
                said,
                asked_to_remember: exchange.meta.did(REMEMBER),
            }),
            drop,
        )
    }

    fn recall(&self, recall: Recall) -> BoxFuture<'_, Result<Vec<Recollection>, Failure>> {
        let shared = self.shared.clone();
        let pending = self.shared.turns.run(move || recall::recall(&shared, &recall));
        answer(pending, |found| found)
    }

    fn remember(&self, remember: Remember) -> BoxFuture<'_, Result<String, Failure>> {
        if !self.shared.stored_in(remember.room.as_str()) {
            let refused = Failure::new(ErrorCode::NotRemembered, "nothing said in this room is kept");
            return Box::pin(async move { Err(refused) });
        }
        let found = facts::on_request(&remember.text, &remember.language);
        if found.is_empty() {
            let refused = MemoryError::BadRequest("there is nothing to remember".to_owned());
            return Box::pin(async move { Err(refused.into()) });
        }
        let said = Said {
            user: remember.user,
            room: Some(remember.room),
            language: remember.language,
            source_message: None,
            unix_ms: remember.now_unix_ms,
        };
        let sentences = |facts: Vec<FactRecord>| facts.into_iter().map(|f| f.sentence).collect::<Vec<_>>().join(" ");
        answer(
            self.shared.writer.keep(Keep {
                messages: Vec::new(),
                facts: found,
                said,
                asked_to_remember: false,
            }),
            sentences,
        )
    }

    fn would_note(&self, text: &str, room: &RoomId, language: &Language) -> bool {
        self.shared.stored_in(room.as_str()) && !facts::in_passing(text, language).is_empty()
    }

    fn known_about(&self, user: Option<UserId>, limit: usize) -> BoxFuture<'_, Result<Vec<String>, Failure>> {
        let shared = self.shared.clone();
        let pending = self
            .shared
            .turns
            .run(move || known_about(&shared, user.as_ref(), limit));
        answer(pending, |sentences| sentences)
    }

    fn forget(&self, forget: Forget) -> BoxFuture<'_, Result<usize, Failure>> {
        let shared = self.shared.clone();
        let pending = self.shared.turns.run(move || forget::forget(&shared, forget));
        answer(pending, |count| count)
    }

    fn history(&self, conversation: &ConversationId, limit: usize) -> Result<Vec<(Speaker, String)>, Failure> {
        Ok(history(&self.shared, conversation, limit)?)
    }

    fn prepare(&self) {
        let shared = self.shared.clone();
        if shared.keeper.meaning.is_wanted() {
            // A full queue is busy enough to have it loaded; what fails is told by health.
            let _ = self.shared.turns.start_work(move || shared.keeper.embedder().map(drop));
        }
    }

    fn likeness<'a>(&'a self, question: &'a str, texts: &'a [String]) -> BoxFuture<'a, Option<Vec<f32>>> {
        let (shared, question, texts) = (self.shared.clone(), question.to_owned(), texts.to_vec());
        let work = move || Ok(shared.keeper.likeness(&question, &texts));
        let pending = self.shared.turns.run(work);
        Box::pin(async move { pending.done().await.ok().flatten() })
    }

    fn meaning<'a>(&'a self, text: &'a str) -> BoxFuture<'a, Option<TextMeaning>> {
        let (shared, text) = (self.shared.clone(), text.to_owned());
        let pending = self.shared.turns.run(move || Ok(shared.keeper.meaning_of(&text)));
        Box::pin(async move { pending.done().await.ok().flatten() })
    }

    fn info(&self) -> EngineInfo {
        self.shared.info()
    }
}

/// The two messages of an exchange; the reply's moment is that of its end.
fn messages(exchange: &Exchange) -> [MessageRecord; 2] {
    let message = |speaker, text: &str, unix_ms, meta| MessageRecord {
        id: ids::text(ids::new_id(unix_ms)),
        conversation: exchange.conversation.clone(),
        room: exchange.room.clone(),
        user: exchange.user.clone(),
        unix_ms,
        speaker,
        language: exchange.language.clone(),
        text: shortened(text.trim()),
        meta,
        tags: Vec::new(),
        edited_unix_ms: None,
    };
    let asked = exchange.asked_unix_ms;
    // At least a millisecond later, so that the two are in order.
    let answered = asked.saturating_add(exchange.meta.duration_ms.unwrap_or(0).max(1));
    [
        message(Speaker::User, &exchange.question, asked, MessageMeta::default()),
        message(Speaker::Rosie, &exchange.answer, answered, exchange.meta.clone()),
    ]
}

fn shortened(text: &str) -> String {
    let end = (0..=MAX_TEXT.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at));
    text[..end.unwrap_or(0)].to_owned()
}

/// Facts that hold, surest first and the latest of equally sure ones first.
fn known_about(shared: &Shared, user: Option<&UserId>, limit: usize) -> Result<Vec<String>, MemoryError> {
    let visible = |fact: &FactRecord| fact.visible_to.is_none() || fact.visible_to.as_ref() == user;
    let mut facts: Vec<FactRecord> = Vec::new();
    shared.store.read(|transaction| {
        records::scan(transaction, 0..Id::MAX, true, |_, fact: FactRecord| {
            if fact.superseded_by.is_none() && visible(&fact) {
                facts.push(fact);
            }
            Ok(true)
        })
    })?;
    facts.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    Ok(facts.into_iter().take(limit).map(|fact| fact.sentence).collect())
}

/// With what waits for the disk, which is the latest.
fn history(
    shared: &Shared,
    conversation: &ConversationId,
    limit: usize,
) -> Result<Vec<(Speaker, String)>, MemoryError> {
    let stored = shared.store.read(|transaction| {
        let mut messages = Vec::new();
        for id in crate::recall::search::last_messages(transaction, conversation.as_str(), limit)? {
            messages.extend(records::get::<MessageRecord>(transaction, id)?);
        }
        Ok(messages)
    });
    let unsaved: Vec<MessageRecord> = shared
        .writer
        .unsaved()
        .iter()
        .flat_map(|keep| keep.messages.iter())
        .filter(|message| message.conversation == *conversation)
        .cloned()
        .collect();
    let mut messages = match stored {
        Ok(messages) => messages,
        Err(error) if unsaved.is_empty() => return Err(error),
        Err(_) => Vec::new(),
    };
    messages.extend(unsaved);
    messages.sort_by_key(|message| message.unix_ms);
    let from = messages.len().saturating_sub(limit);
    Ok(messages
        .drain(from..)
        .map(|message| (message.speaker, message.text))
        .collect())
}

impl Shared {
    pub(crate) fn info(&self) -> EngineInfo {
        let (_, waiting) = self.keeper.progress();
        EngineInfo {
            engine: "redb".to_owned(),
            model: self.keeper.model().unwrap_or_default(),
            health: self.health(),
            queue_depth: waiting as usize,
            dropped: 0,
            restarts: 0,
        }
    }

    fn health(&self) -> EngineHealth {
        let unsaved = self.writer.unsaved().len();
        let degraded = |reason: String| EngineHealth::Degraded { reason };
        if let Err(error) = self.store.check() {
            return degraded(format!("{error}; {unsaved} memories wait for the disk"));
        }
        if unsaved > 0 {
            return degraded(format!("{unsaved} memories wait for the disk"));
        }
        if !self.keeper.is_loaded() {
            return EngineHealth::Loading;
        }
        if let Some(old) = self.store.set_aside() {
            return degraded(format!(
                "the store was damaged and is set aside as {}; Rosie began a new one",
                old.display()
            ));
        }
        match self.keeper.meaning.failure() {
            Some(reason) => degraded(format!("finds by words only: {reason}")),
            None => EngineHealth::Ready,
        }
    }
}
