//! Answers to questions asked again: kept for a short while, by what was asked, where and in which language.
//!
//! Only what cannot have changed and depends on nothing but its words is kept: no tool was called, no memory and no
//! entity went into it, it stands at a conversation's beginning, and it asks for nothing of the moment.

use crate::routing::Words;
use rosie_core::{Language, RoomId, dialog::Tier};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

const LIFE: Duration = Duration::from_secs(600);
const ENTRIES: usize = 128;
/// Words that say nothing about what is asked, by language.
const FILLING: [(&str, &[&str]); 4] = [
    (
        "en",
        &[
            "a", "an", "the", "please", "rosie", "hey", "can", "could", "you", "tell", "me", "do", "know", "is",
            "what", "what's",
        ],
    ),
    (
        "de",
        &[
            "der", "die", "das", "ein", "eine", "bitte", "rosie", "hey", "kannst", "du", "mir", "sag", "sagen", "mal",
            "ist",
        ],
    ),
    (
        "es",
        &[
            "el", "la", "los", "las", "un", "una", "por", "favor", "rosie", "oye", "puedes", "decirme", "dime", "es",
        ],
    ),
    (
        "fr",
        &[
            "le", "la", "les", "un", "une", "s'il", "te", "plaît", "rosie", "peux-tu", "me", "dire", "dis-moi", "est",
        ],
    ),
];
/// Words by which an answer depends on the moment, or is wanted anew each time.
const FLEETING: &[&str] = &[
    "now",
    "today",
    "tonight",
    "tomorrow",
    "yesterday",
    "time",
    "date",
    "weather",
    "news",
    "latest",
    "current",
    "currently",
    "joke",
    "story",
    "poem",
    "random",
    "another",
    "again",
    "guess",
    "surprise",
    "it",
    "that",
    "this",
    "they",
    "he",
    "she",
    "i",
    "my",
    "we",
    "our",
    "jetzt",
    "heute",
    "morgen",
    "gestern",
    "uhr",
    "wetter",
    "nachrichten",
    "aktuell",
    "witz",
    "geschichte",
    "noch",
    "ich",
    "mein",
    "meine",
    "wir",
    "er",
    "sie",
    "es",
    "ahora",
    "hoy",
    "mañana",
    "ayer",
    "hora",
    "tiempo",
    "noticias",
    "chiste",
    "otro",
    "otra",
    "mi",
    "yo",
    "eso",
    "maintenant",
    "aujourd'hui",
    "demain",
    "hier",
    "heure",
    "temps",
    "météo",
    "nouvelles",
    "blague",
    "encore",
    "je",
    "mon",
    "ma",
    "il",
    "elle",
    "ça",
];

/// A question as it is compared: its words that matter, in the room and the language.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    words: Vec<String>,
    room: RoomId,
    language: Language,
}

impl Key {
    /// `None` where the answer must not be kept.
    pub(crate) fn of(question: &str, room: &RoomId, language: &Language) -> Option<Self> {
        let filling = FILLING.iter().find(|(tag, _)| *tag == language.primary())?.1;
        let words = Words::of(question);
        if words.iter().any(|word| FLEETING.contains(&word)) {
            return None;
        }
        let words: Vec<String> = words
            .iter()
            .filter(|word| !filling.contains(word))
            .map(str::to_owned)
            .collect();
        (words.len() >= 2).then(|| Self {
            words,
            room: room.clone(),
            language: language.clone(),
        })
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept {
    pub text: String,
    pub tier: Tier,
    pub model: String,
}

#[derive(Default)]
pub(crate) struct ResponseCache(Mutex<HashMap<Key, (Kept, Instant)>>);

impl ResponseCache {
    pub(crate) fn get(&self, key: &Key) -> Option<Kept> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (_, since)| since.elapsed() < LIFE);
        all.get(key).map(|(kept, _)| kept.clone())
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
