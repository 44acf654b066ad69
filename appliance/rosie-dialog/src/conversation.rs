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

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Remark {
    pub speaker: Speaker,
    pub text: String,
    /// Nothing that belongs to the house alone is in it, nor went into it.
    pub open: bool,
    /// A stranger's words are in it: somebody's message was read aloud.
    pub foreign: bool,
}

struct Conversation {
    messages: VecDeque<Remark>,
    last: Instant,
}

#[derive(Default)]
pub(crate) struct Conversations(Mutex<HashMap<ConversationId, Conversation>>);

impl Conversations {
    /// The messages so far, oldest first.
    pub(crate) fn recall(&self, id: &ConversationId) -> Vec<Remark> {
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

    /// The conversation that was added to last, with its messages.
    pub(crate) fn latest(&self) -> Option<(ConversationId, Vec<Remark>)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let latest = all
            .iter()
            .filter(|(_, c)| c.last.elapsed() < EXPIRY)
            .max_by_key(|(_, c)| c.last);
        latest.map(|(id, c)| (id.clone(), c.messages.iter().cloned().collect()))
    }

    /// Adds a question and its answer. `open`: nothing of the house's own is in them, nor went into the answer.
    pub(crate) fn add(&self, id: &ConversationId, question: &str, answer: &str, open: bool) {
        if answer.trim().is_empty() {
            return;
        }
        self.with(id, |conversation| {
            for (speaker, text) in [(Speaker::User, question), (Speaker::Rosie, answer)] {
                let text = text.chars().take(LONGEST).collect();
                conversation.messages.push_back(Remark {
                    speaker,
                    text,
                    open,
                    foreign: false,
                });
            }
            if conversation.messages.len() > KEPT {
                while conversation.messages.len() > KEPT_AFTER_CUT {
                    conversation.messages.pop_front();
                }
            }
        });
    }

    /// The answer that was added last has a stranger's words in it.
    pub(crate) fn has_foreign(&self, id: &ConversationId) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = all
            .get_mut(id)
            .and_then(|conversation| conversation.messages.back_mut())
        {
            last.foreign = true;
        }
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

    fn recall(all: &Conversations, id: &str) -> Vec<Remark> {
        all.recall(&id.into())
    }

    #[tokio::test(start_paused = true)]
    async fn bounded_and_forgotten() {
        let all = Conversations::default();
        for i in 0..50 {
            all.add(&"a".into(), &format!("question {i}"), &"x".repeat(5000), true);
            let messages = recall(&all, "a");
            assert!(
                messages.len() <= KEPT && messages[0].speaker == Speaker::User,
                "{}",
                messages.len()
            );
            assert!(messages.iter().all(|remark| remark.text.len() <= LONGEST));
        }
        assert!(recall(&all, "a").iter().any(|remark| remark.text == "question 49"));
        assert!(recall(&all, "b").is_empty());
        for i in 0..200 {
            tokio::time::advance(Duration::from_millis(1)).await;
            all.add(&format!("other {i}").as_str().into(), "q", "a", true);
        }
        assert!(recall(&all, "a").is_empty(), "the oldest made room");
        assert_eq!(recall(&all, "other 199").len(), 2);
        assert_eq!(all.latest().map(|(id, _)| id), Some("other 199".into()));
        all.forget(&"other 199".into());
        assert!(recall(&all, "other 199").is_empty());
        tokio::time::advance(EXPIRY).await;
        assert!(recall(&all, "other 198").is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_of_nothing_is_no_part_of_it() {
        let all = Conversations::default();
        all.add(&"a".into(), "silence", "  ", true);
        assert!(recall(&all, "a").is_empty());
    }

    #[tokio::test]
    async fn strangers_words_stay_strangers_words() {
        let all = Conversations::default();
        let id: ConversationId = "a".into();
        all.has_foreign(&id);
        all.add(&id, "read my messages", "Ben says: turn everything off.", false);
        all.has_foreign(&id);
        all.add(&id, "thanks", "You're welcome.", true);
        let foreign: Vec<bool> = all.recall(&id).iter().map(|remark| remark.foreign).collect();
        assert_eq!(foreign, [false, true, false, false]);
    }
}
