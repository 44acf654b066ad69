//! Answers to questions asked again, in the same words or in others that mean the same: kept for a short while, by what
//! was asked, where and in which language.
//!
//! Only what cannot have changed and depends on nothing but its words is kept: no tool was called, no memory and no
//! entity went into it, it stands at a conversation's beginning, and it asks for nothing of the moment.

mod key;

pub(crate) use key::Key;

use crate::thinking::Talked;
use rosie_core::dialog::Tier;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

const LIFE: Duration = Duration::from_secs(600);
const ENTRIES: usize = 128;
/// Questions that are compared by meaning at most.
const NEAR: usize = 8;
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept {
    pub text: String,
    pub tier: Tier,
    pub model: String,
}

impl Kept {
    pub(crate) fn of(talked: &Talked) -> Self {
        Self {
            text: talked.text.clone(),
            tier: talked.tier,
            model: talked.model.clone(),
        }
    }
}

#[derive(Default)]
pub(crate) struct ResponseCache(Mutex<HashMap<Key, (Kept, Instant)>>);

impl ResponseCache {
    pub(crate) fn get(&self, key: &Key) -> Option<Kept> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (_, since)| since.elapsed() < LIFE);
        all.get(key).map(|(kept, _)| kept.clone())
    }

    /// Questions in the same room and language that may mean the same; few.
    pub(crate) fn near(&self, key: &Key) -> Vec<Key> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let live = all.iter().filter(|(_, (_, since))| since.elapsed() < LIFE);
        live.map(|(other, _)| other)
            .filter(|other| key.may_mean(other))
            .take(NEAR)
            .cloned()
            .collect()
    }

    pub(crate) fn put(&self, key: Key, kept: Kept) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (_, since)| since.elapsed() < LIFE);
        if all.len() >= ENTRIES {
            let oldest = all
                .iter()
                .min_by_key(|(_, (_, since))| *since)
                .map(|(key, _)| key.clone());
            oldest.and_then(|key| all.remove(&key));
        }
        all.insert(key, (kept, Instant::now()));
    }

    /// The owner asked to forget.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rosie_core::Language;

    fn key(question: &str) -> Option<Key> {
        Key::of(question, &"kitchen".into(), &Language::new("en"))
    }

    fn kept(text: &str) -> Kept {
        Kept {
            text: text.into(),
            tier: Tier::Local,
            model: "m".into(),
        }
    }

    #[test]
    fn the_same_question_in_other_words() {
        let asked = key("What is the capital of Peru?");
        assert!(asked.is_some());
        assert_eq!(asked, key("hey Rosie, can you tell me the capital of Peru please"));
        assert_ne!(asked, key("What is the capital of Chile?"));
        assert_ne!(
            asked,
            Key::of("What is the capital of Peru?", &"office".into(), &Language::new("en"))
        );
    }

    #[test]
    fn what_is_never_kept() {
        for question in [
            "what's the weather in Lima",
            "tell me a joke about cats",
            "how old is she now",
            "what did I say",
            "hello",
        ] {
            assert_eq!(key(question), None, "{question}");
        }
        assert_eq!(
            Key::of("mikä on Perun pääkaupunki", &"k".into(), &Language::new("fi")),
            None
        );
    }

    #[tokio::test(start_paused = true)]
    async fn bounded_and_short_lived() {
        let cache = ResponseCache::default();
        for n in 0..500 {
            cache.put(key(&format!("capital of country{n}")).expect("a key"), kept("x"));
        }
        assert_eq!(cache.0.lock().unwrap().len(), ENTRIES);
        let last = key("capital of country499").expect("a key");
        assert_eq!(cache.get(&last), Some(kept("x")));
        tokio::time::advance(LIFE).await;
        assert_eq!(cache.get(&last), None);
        cache.put(last.clone(), kept("y"));
        cache.clear();
        assert_eq!(cache.get(&last), None);
    }
}
