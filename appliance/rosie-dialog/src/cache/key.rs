//! Questions as they are compared: the words that matter, and what must be equal besides where meaning decides.

use crate::routing::Words;
use rosie_core::{Language, RoomId};
use std::hash::{Hash, Hasher};

/// Likeness (MiniLM-L6-v2) from which two questions mean the same, if nothing below tells them apart. Of 44 pairs that
/// differ the closest have 0.978 (told apart by the order of their words) and 0.939; see pairs.txt.
const SAME: f32 = 0.955;
/// Words that only one of the two has.
const APART: usize = 2;
/// Meaning decides only where the embedder was measured.
const MEASURED: &str = "en";
/// Words that turn a question round.
const TURNING: &[&str] = &[
    "not", "no", "never", "without", "except", "un", "non", "cannot", "can't", "don't", "doesn't", "didn't", "isn't",
    "aren't", "won't", "wasn't", "weren't", "first", "second", "third", "last", "least", "most", "more", "less",
    "before", "after",
];
/// What is asked for. Of one line it is the same.
const ASKING: [&[&str]; 7] = [
    &["what", "what's", "which"],
    &["who", "who's", "whose"],
    &["when"],
    &["where"],
    &["why"],
    &["how"],
    &["can", "could", "may", "is", "are", "was", "were", "do", "does", "did"],
];
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

/// A question in a room and a language. Equal where the words that matter are equal.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    words: Vec<String>,
    room: RoomId,
    language: Language,
    text: String,
    /// Numbers and what turns the question round, in order.
    deciding: Vec<String>,
    asking: Option<usize>,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        (&self.words, &self.room, &self.language) == (&other.words, &other.room, &other.language)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.words, &self.room, &self.language).hash(state);
    }
}

impl Key {
    /// `None` where the answer must not be kept.
    pub(crate) fn of(question: &str, room: &RoomId, language: &Language) -> Option<Self> {
        let filling = FILLING.iter().find(|(tag, _)| *tag == language.primary())?.1;
        let all = Words::of(question);
        if all.iter().any(|word| FLEETING.contains(&word)) {
            return None;
        }
        let words: Vec<String> = all
            .iter()
            .filter(|word| !filling.contains(word))
            .map(str::to_owned)
            .collect();
        let decides = |word: &&str| TURNING.contains(word) || word.chars().any(|c| c.is_ascii_digit());
        let asking = |word: &str| ASKING.iter().position(|line| line.contains(&word));
        (words.len() >= 2).then(|| Self {
            words,
            room: room.clone(),
            language: language.clone(),
            text: all.iter().collect::<Vec<_>>().join(" "),
            deciding: all.iter().filter(decides).map(str::to_owned).collect(),
            asking: all.iter().find_map(asking),
        })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing in the words says that another thing is asked.
    pub(crate) fn may_mean(&self, other: &Self) -> bool {
        let only = |one: &Self, two: &Self| one.words.iter().filter(|word| !two.words.contains(word)).count();
        let shared = |one: &Self, two: &Self| -> Vec<String> {
            one.words
                .iter()
                .filter(|word| two.words.contains(word))
                .cloned()
                .collect()
        };
        self.language.primary() == MEASURED
            && (&self.room, &self.language) == (&other.room, &other.language)
            && (&self.deciding, self.asking) == (&other.deciding, other.asking)
            && only(self, other) <= APART
            && only(other, self) <= APART
            && shared(self, other) == shared(other, self)
    }

    /// Whether it means the same as `other`, which is so like it by meaning.
    pub(crate) fn means(&self, other: &Self, like: f32) -> bool {
        like >= SAME && self.may_mean(other)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn key(question: &str) -> Option<Key> {
        Key::of(question, &"kitchen".into(), &Language::new("en"))
    }

    /// No answer is given to another question, whatever the likeness is; a good part of the same ones is found.
    #[test]
    fn pairs_of_questions_with_their_measured_likeness() {
        let (mut pairs, mut same, mut found) = (0, 0, 0);
        for line in include_str!("pairs.txt").lines().filter(|line| !line.starts_with('#')) {
            let [verdict, like, one, two] = line.split(" | ").collect::<Vec<_>>().try_into().unwrap();
            let like: f32 = like.parse().unwrap();
            let hit = match (key(one), key(two)) {
                (Some(one), Some(two)) => one == two || one.means(&two, like),
                _ => false,
            };
            pairs += 1;
            match verdict {
                "same" => {
                    same += 1;
                    found += usize::from(hit);
                }
                "different" => assert!(!hit, "{line}"),
                other => panic!("{other}"),
            }
        }
        eprintln!(
            "{found} of {same} that mean the same are found, none of {} others",
            pairs - same
        );
        assert!(pairs >= 60 && 3 * found >= same, "{found} of {same}");
    }

    #[test]
    fn what_tells_apart_whatever_meaning_says() {
        let means = |one: &str, two: &str| key(one).unwrap().means(&key(two).unwrap(), 1.0);
        assert!(!means(
            "what is 5 percent of 80 dollars",
            "what is 5 percent of 18 dollars"
        ));
        assert!(!means("which birds can fly", "which birds can not fly"));
        assert!(!means("is a dog bigger than a cat", "is a cat bigger than a dog"));
        assert!(!means(
            "where was the telephone invented",
            "when was the telephone invented"
        ));
        let german = Key::of("wie hoch ist der Everest", &"kitchen".into(), &Language::new("de")).unwrap();
        assert!(!german.means(&german, 1.0), "nobody measured it there");
    }
}
