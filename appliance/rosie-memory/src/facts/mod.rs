//! Facts found in what people say, at once and by patterns; a model finds more when nothing else is to do
//! ([`extraction`]).
//!
//! Subjects and predicates are few English words (`user`, `house`, a relation as said; `name`, `birthday`,
//! `allergic_to`, …, `note`), so that a contradiction is noticed in whatever way it is said.

mod clauses;
mod de;
mod en;
mod es;
pub mod extraction;
mod fr;
mod pattern;

use pattern::Patterns;
use rosie_core::Language;
use std::sync::LazyLock;

/// Whose a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Of whoever said it; of everybody where that is not known.
    Person,
    /// Of everybody in the house.
    House,
}

/// A fact that may be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub subject: String,
    pub predicate: String,
    /// As said.
    pub object: String,
    /// Addressed to whom it is about: "Your daughter's name is Ada."
    pub sentence: String,
    /// There can be one only: a newer one takes its place.
    pub single: bool,
    /// The predicate that cannot hold of the same object besides (`likes`, `dislikes`).
    pub(crate) opposite: Option<String>,
    pub(crate) scope: Scope,
    pub confidence: f32,
}

/// Said in passing.
const IN_PASSING: f32 = 0.8;
/// Asked to be remembered.
const ON_REQUEST: f32 = 0.95;
/// Longer sentences are stories, not facts.
const MAX_SENTENCE: usize = 300;
/// More facts in one utterance are a recital.
const MAX_FACTS: usize = 8;
/// Longest note, in characters.
const MAX_NOTE: usize = 1000;

static ALL: LazyLock<[Patterns; 4]> =
    LazyLock::new(|| [en::patterns(), de::patterns(), es::patterns(), fr::patterns()]);

fn patterns(language: &Language) -> &'static Patterns {
    let primary = language.primary();
    ALL.iter().find(|p| p.language == primary).unwrap_or(&ALL[0])
}

/// Facts in what was said in passing. Questions hold none.
pub fn in_passing(text: &str, language: &Language) -> Vec<Candidate> {
    let patterns = patterns(language);
    let mut found = Vec::new();
    for sentence in sentences(text) {
        let (sentence, confidence) = match patterns.asked_to_keep(&sentence) {
            Some(rest) => (rest, ON_REQUEST),
            None => (sentence.as_str(), IN_PASSING),
        };
        let clauses = clauses::clauses(sentence, language);
        let stated = || clauses.iter().map(|clause| patterns.facts(clause, false, confidence));
        // "My wife's name is Zoe and I cook" is two; "I'm allergic to nuts and milk" is one.
        let apart = clauses
            .iter()
            .zip(stated())
            .all(|(clause, fact)| fact.is_some() || patterns.is_own(clause));
        match patterns.facts(sentence, false, confidence).filter(|_| !apart) {
            Some(whole) => found.push(whole),
            None => found.extend(stated().flatten()),
        }
    }
    found.truncate(MAX_FACTS);
    found
}

/// What somebody asked to be kept: facts where there are patterns for them, else the words as a note.
pub fn on_request(text: &str, language: &Language) -> Vec<Candidate> {
    let patterns = patterns(language);
    // With a space: "remember that" alone asks for nothing to be kept.
    let text = tidy(text) + " ";
    let rest = patterns.asked_to_keep(&text).unwrap_or(&text).trim();
    let mut found = Vec::new();
    for sentence in sentences(rest) {
        found.extend(patterns.facts(&sentence, true, ON_REQUEST));
    }
    if found.is_empty() && !rest.is_empty() {
        let words: String = rest.chars().take(MAX_NOTE).collect();
        found.push(patterns.note(words.trim_end_matches(['.', '!', ' ']), ON_REQUEST));
    }
    found.truncate(MAX_FACTS);
    found
}

/// Straight apostrophes, single spaces.
fn tidy(text: &str) -> String {
    let text = text.replace(['’', '‘', '`'], "'");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sentences that may state something: no questions, nothing very long; without their last mark.
fn sentences(text: &str) -> Vec<String> {
    let text = tidy(text);
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut marks = text.match_indices(['.', '!', '?', ';']).peekable();
    while start < text.len() {
        // A mark ends a sentence where a space follows, unless it follows a single letter or digits ("St. ", "3. Mai").
        let end = marks.find(|(at, _)| ends_a_sentence(&text, *at));
        let (stop, question) = end.map_or((text.len(), false), |(at, mark)| (at, mark == "?"));
        let sentence = text[start..stop].trim();
        if !question && !sentence.is_empty() && sentence.len() <= MAX_SENTENCE {
            sentences.push(sentence.to_owned());
        }
        start = stop + 1;
    }
    sentences
}

fn ends_a_sentence(text: &str, at: usize) -> bool {
    let after = text[at + 1..].chars().next();
    if after.is_some_and(|c| !c.is_whitespace()) {
        return false;
    }
    let word = text[..at].rsplit([' ', '.']).next().unwrap_or_default();
    let abbreviated = after.is_some()
        && text[at..].starts_with('.')
        && (word.chars().all(|c| c.is_ascii_digit()) || word.chars().count() <= 2);
    !abbreviated
}
