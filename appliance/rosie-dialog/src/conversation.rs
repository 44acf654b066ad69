//! What was said before, so that a model can follow: the last messages of each conversation, in memory, for a while.

use crate::llm::{Message, Role};
use rosie_core::{ConversationId, Language, RoomId};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Messages that a model gets, besides the new question.
pub(crate) const KEPT: usize = 10;
/// When one too many came, so many stay: a prompt whose beginning stays the same for a while is read only once.
const KEPT_AFTER_CUT: usize = 6;
/// Longest message that is kept, in characters.
const LONGEST: usize = 1000;
/// A conversation that rests so long is over.
const EXPIRY: Duration = Duration::from_secs(600);
const CONVERSATIONS: usize = 64;

struct Conversation {
    messages: VecDeque<Message>,
    /// The system prompt, and for whom it was made: kept, so that it stays the same to the letter.
    system: Option<(Language, RoomId, String)>,
    last: Instant,
}

#[derive(Default)]
pub(crate) struct Conversations(Mutex<HashMap<ConversationId, Conversation>>);

impl Conversations {
    /// The messages so far, oldest first, and the system prompt if one was made for this language and room.
    pub(crate) fn recall(
        &self,
        id: &ConversationId,
        language: &Language,
        room: &RoomId,
    ) -> (Option<String>, Vec<Message>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, c| c.last.elapsed() < EXPIRY);
        let Some(conversation) = all.get(id) else {
            return (None, Vec::new());
        };
        let system = conversation
            .system
            .as_ref()
            .filter(|(l, r, _)| l == language && r == room);
        (
            system.map(|(_, _, text)| text.clone()),
            conversation.messages.iter().cloned().collect(),
        )
    }

    pub(crate) fn keep_system(&self, id: &ConversationId, language: &Language, room: &RoomId, text: &str) {
        self.with(id, |c| {
            c.system = Some((language.clone(), room.clone(), text.to_owned()))
        });
    }

    /// Adds a question and its answer.
    pub(crate) fn add(&self, id: &ConversationId, question: &str, answer: &str) {
        if answer.trim().is_empty() {
            return;
        }
        self.with(id, |conversation| {
            let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
            conversation.messages.push_back(Message::new(Role::User, cut(question)));
            conversation
                .messages
                .push_back(Message::new(Role::Assistant, cut(answer)));
            if conversation.messages.len() > KEPT {
                while conversation.messages.len() > KEPT_AFTER_CUT {
                    conversation.messages.pop_front();
                }
            }
        });
    }

    fn with(&self, id: &ConversationId, work: impl FnOnce(&mut Conversation)) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, c| c.last.elapsed() < EXPIRY);
        if all.len() >= CONVERSATIONS && !all.contains_key(id) {
            let oldest = all.iter().min_by_key(|(_, c)| c.last).map(|(id, _)| id.clone());
            oldest.and_then(|id| all.remove(&id));
        }
        let conversation = all.entry(id.clone()).or_insert_with(|| Conversation {
            messages: VecDeque::new(),
            system: None,
            last: Instant::now(),
        });
        conversation.last = Instant::now();
        work(conversation);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recall(all: &Conversations, id: &str) -> (Option<String>, Vec<Message>) {
        all.recall(&id.into(), &Language::default(), &"kitchen".into())
    }

    #[tokio::test(start_paused = true)]
    async fn bounded_and_forgotten() {
        let all = Conversations::default();
        for i in 0..50 {
            all.add(&"a".into(), &format!("question {i}"), &"x".repeat(5000));
            let (_, messages) = recall(&all, "a");
            assert!(
                messages.len() <= KEPT && messages[0].role == Role::User,
                "{}",
                messages.len()
            );
            assert!(messages.iter().all(|m| m.content.len() <= LONGEST));
        }
        assert!(recall(&all, "a").1.iter().any(|m| m.content == "question 49"));
        assert!(recall(&all, "b").1.is_empty());
        for i in 0..200 {
            tokio::time::advance(Duration::from_millis(1)).await;
            all.add(&format!("other {i}").as_str().into(), "q", "a");
        }
        assert!(recall(&all, "a").1.is_empty(), "the oldest made room");
        assert_eq!(recall(&all, "other 199").1.len(), 2);
        tokio::time::advance(EXPIRY).await;
        assert!(recall(&all, "other 199").1.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn the_system_prompt_stays_for_one_language_and_room() {
        let all = Conversations::default();
        all.keep_system(&"a".into(), &Language::default(), &"kitchen".into(), "be Rosie");
        assert_eq!(recall(&all, "a").0.as_deref(), Some("be Rosie"));
        assert_eq!(all.recall(&"a".into(), &Language::new("de"), &"kitchen".into()).0, None);
        all.add(&"a".into(), "silence", "  ");
        assert!(recall(&all, "a").1.is_empty());
    }
}
