//! How the home is, in words: whether a question asks for it, and whether a sentence of an answer states it.

use super::cues::{ByLanguage, Words, cues};
use rosie_core::{Language, dialog::EntityState};

/// Whether `text` asks how something of the home is at this moment. `home`: names of what is in it.
pub(crate) fn asks_state<'a>(text: &str, language: &Language, home: impl IntoIterator<Item = &'a str>) -> bool {
    let words = Words::of(text);
    let cues = cues();
    let begins = |list: &ByLanguage| words.begin_with_one_of(list, language);
    let of_the_home =
        has(&words, cues.private.get("home"), language) || home.into_iter().any(|name| names(&words, name));
    // "Why" and "how does" ask about the world.
    of_the_home
        && !begins(&cues.medium)
        && begins(&cues.state.asking)
        && has(&words, Some(&cues.state.states), language)
}

/// What a sentence of an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// Nothing about the home that would have to be known.
    Harmless,
    /// That something was done.
    Done,
    /// How something is, as it is known to be.
    Known,
    /// How something is, which nobody told, or otherwise than it is.
    MadeUp,
}

/// Judges one sentence of an answer about the home against what is known of it.
/// `strict`: the question was how something is, or to do something, so whatever is stated is about the home.
pub(crate) fn judge(sentence: &str, language: &Language, known: &[EntityState], strict: bool) -> Said {
    let words = Words::of(sentence);
    let state = &cues().state;
    if admits(sentence, language) {
        return Said::Harmless;
    }
    if has(&words, Some(&state.claims), language) {
        return Said::Done;
    }
    // "In the garden: on.", as a list of states has it, in any language.
    let listed = sentence.rsplit_once(':').is_some_and(|(_, last)| {
        let last = last.trim().trim_end_matches(['.', '!']);
        matches!(last, "on" | "off" | "open" | "closed" | "unknown" | "unavailable")
    });
    if !listed && !has(&words, Some(&state.states), language) && !has_number(&words) {
        return Said::Harmless;
    }
    let meant: Vec<&EntityState> = known
        .iter()
        .filter(|entity| entity.names.iter().any(|name| names(&words, name)))
        .collect();
    let meant = if meant.is_empty() && known.len() == 1 {
        known.iter().collect()
    } else {
        meant
    };
    let about_home =
        strict || listed || !meant.is_empty() || has(&words, cues().private.get("home"), language) || is_short(&words);
    match meant.as_slice() {
        [] if about_home => Said::MadeUp,
        [] => Said::Harmless,
        meant if meant.iter().all(|entity| agrees(&words, entity, language)) => Said::Known,
        _ => Said::MadeUp,
    }
}

/// Whether it says that something is not known, or asks.
pub(crate) fn admits(sentence: &str, language: &Language) -> bool {
    has(&Words::of(sentence), Some(&cues().state.unknown), language) || sentence.trim_end().ends_with('?')
}

/// Whether what the words say of `entity` is its state.
fn agrees(words: &Words, entity: &EntityState, language: &Language) -> bool {
    let Some(state) = entity.state.as_deref() else {
        return false;
    };
    let is: Words = Words::of(state);
    let cues = &cues().state;
    let negated = has(words, Some(&cues.not), language);
    for pair in cues.opposites.get(language.primary()).into_iter().flatten() {
        let Some((one, other)) = pair.split_once('/') else {
            continue;
        };
        let says = |word: &str| words.contain(word);
        let state_is = |word: &str| is.contain(word);
        if (state_is(one) && (says(other) != negated) && !says(one))
            || (state_is(other) && says(one) && !says(other) && !negated)
        {
            return false;
        }
        if negated && ((state_is(one) && says(one)) || (state_is(other) && says(other))) {
            return false;
        }
    }
    // Numbers that are said must be those that are.
    let numbers = |words: &Words| words.iter().filter_map(number).collect::<Vec<f64>>();
    let (said, known) = (numbers(words), numbers(&is));
    let named: Vec<f64> = entity.names.iter().flat_map(|name| numbers(&Words::of(name))).collect();
    let near = |said: &f64| known.iter().chain(&named).any(|known| (said - known).abs() <= 0.5);
    said.iter().all(near)
}

fn number(word: &str) -> Option<f64> {
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    digits
        .parse()
        .ok()
        .filter(|_| digits.starts_with(|c: char| c.is_ascii_digit()))
}

fn has_number(words: &Words) -> bool {
    words.iter().any(|word| number(word).is_some())
}

/// "Yes, it is on.": about whatever was asked.
fn is_short(words: &Words) -> bool {
    words.len() <= 6
}

fn has(words: &Words, cues: Option<&ByLanguage>, language: &Language) -> bool {
    cues.is_some_and(|cues| words.find(cues, language).is_some())
}

/// Whether the words name it; single letters name nothing.
fn names(words: &Words, name: &str) -> bool {
    let name = name.trim().to_lowercase();
    name.chars().count() > 2 && words.contain(&name)
}

#[cfg(test)]
#[path = "home_tests.rs"]
mod tests;
