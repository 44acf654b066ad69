//! What was said before, so that a model can follow: the last messages of each conversation, in memory, for a while.

use rosie_core::{ConversationId, memory::Speaker};
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
    messages: VecDeque<(Speaker, String)>,
    last: Instant,
}

#[derive(Default)]
pub(crate) struct Conversations(Mutex<HashMap<ConversationId, Conversation>>);

impl Conversations {
    /// The messages so far, oldest first.
    pub(crate) fn recall(&self, id: &ConversationId) -> Vec<(Speaker, String)> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, c| c.last.elapsed() < EXPIRY);
        all.get(id)
            .map(|conversation| conversation.messages.iter().cloned().collect())
            .unwrap_or_default()
    }

    /// Nothing of it comes back.
    pub(crate) fn forget(&self, id: &ConversationId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Adds a question and its answer.
    pub(crate) fn add(&self, id: &ConversationId, question: &str, answer: &str) {
        if answer.trim().is_empty() {
            return;
        }
        self.with(id, |conversation| {
            let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
            conversation.messages.push_back((Speaker::User, cut(question)));
            conversation.messages.push_back((Speaker::Rosie, cut(answer)));
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
            last: Instant::now(),
        });
        conversation.last = Instant::now();
        work(conversation);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recall(all: &Conversations, id: &str) -> Vec<(Speaker, String)> {
        all.recall(&id.into())
    }

    #[tokio::test(start_paused = true)]
    async fn bounded_and_forgotten() {
        let all = Conversations::default();
        for i in 0..50 {
            all.add(&"a".into(), &format!("question {i}"), &"x".repeat(5000));
            let messages = recall(&all, "a");
            assert!(
                messages.len() <= KEPT && messages[0].0 == Speaker::User,
                "{}",
                messages.len()
            );
            assert!(messages.iter().all(|(_, text)| text.len() <= LONGEST));
        }
        assert!(recall(&all, "a").iter().any(|(_, text)| text == "question 49"));
        assert!(recall(&all, "b").is_empty());
        for i in 0..200 {
            tokio::time::advance(Duration::from_millis(1)).await;
            all.add(&format!("other {i}").as_str().into(), "q", "a");
        }
        assert!(recall(&all, "a").is_empty(), "the oldest made room");
        assert_eq!(recall(&all, "other 199").len(), 2);
        all.forget(&"other 199".into());
        assert!(recall(&all, "other 199").is_empty());
        tokio::time::advance(EXPIRY).await;
        assert!(recall(&all, "other 198").is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_of_nothing_is_no_part_of_it() {
        let all = Conversations::default();
        all.add(&"a".into(), "silence", "  ");
        assert!(recall(&all, "a").is_empty());
    }
}
