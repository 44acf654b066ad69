//! Whether a sentence asks something.

use super::cues::{ByLanguage, Words, cues, listed};
use rosie_core::Language;
use serde::Deserialize;

/// Words of questions that begin with what they are about.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Late {
    verbs: ByLanguage,
    people: ByLanguage,
    things: ByLanguage,
    or_not: ByLanguage,
    /// Said after a statement, they ask whether it is so.
    tags: ByLanguage,
}

/// Whether it asks for something to be told, rather than wants something done.
pub(crate) fn is_question(text: &str, language: &Language) -> bool {
    let words = Words::of(text);
    words.begin_with_one_of(&cues().questions, language)
        || asks_late(&words, language)
        || is_tagged(text, &words, language)
}

/// "The freezer is cold enough, right?" A bare "right" at the end is a direction.
fn is_tagged(text: &str, words: &Words, language: &Language) -> bool {
    let said: Vec<&str> = words.iter().collect();
    let (said, text) = (said.join(" "), text.to_lowercase());
    let ends = |tag: &&String| {
        let alone = said
            .strip_suffix(tag.as_str())
            .filter(|before| before.trim().contains(' '));
        let marked = text.contains(&format!(", {tag}")) || text.trim_end().ends_with('?');
        alone.is_some_and(|before| before.ends_with(' ')) && (marked || tag.contains(' '))
    };
    listed(&cues().late.tags, language).iter().any(|tag| ends(&tag))
}

/// What it is about comes first: "the laundry is it dry or not", "my sister has she rung".
fn asks_late(words: &Words, language: &Language) -> bool {
    let late = &cues().late;
    let of = |list: &'static ByLanguage| listed(list, language);
    let words: Vec<&str> = words.iter().collect();
    let has = |list: &[String], word: &str| list.iter().any(|said| said == word);
    let or_not = of(&late.or_not)
        .iter()
        .any(|end| words.join(" ").ends_with(end.as_str()));
    let asks = |whom: &str| has(of(&late.people), whom) || (or_not && has(of(&late.things), whom));
    let first = words.iter().position(|word| has(of(&late.verbs), word));
    first.is_some_and(|at| at >= 2 && at + 2 < words.len() && asks(words[at + 1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_is_about_may_come_first() {
        let asks = |text: &str| is_question(text, &Language::new("en"));
        assert!(asks("the laundry is it dry or not"));
        assert!(asks("my sister has she rung"));
        assert!(asks("what time is it"));
        assert!(asks("The freezer is cold enough, right?"));
        assert!(asks("the bins are out aren't they"));
        assert!(!asks("turn the lamp to the right"));
        assert!(!asks("the trouble is that it rains"));
        assert!(!asks("my sister has rung"));
        assert!(!asks("turn on the lamp whether it is dark or not"));
        assert!(!asks("i know what they are"));
    }
}
