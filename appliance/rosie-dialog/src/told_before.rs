//! "It's a Mrs Popescu. Remember her name for me": what is to be remembered stands before the wish.

use crate::{
    by_model::REMEMBER,
    clauses::clauses,
    routing::{ClauseCues, UnmarkedCues, Words, begins_leaning},
};
use rosie_core::{Intent, Language, SlotValue};

/// More words than this say something by themselves.
const SHORT: usize = 6;
/// Fewer words than this say nothing.
const LEAST: usize = 3;

/// With all that was said before the wish, where the wish only points to it; without politeness after it.
pub(crate) fn with_what_was_told(mut intent: Intent, text: &str, language: &Language) -> Intent {
    if intent.name == REMEMBER
        && let Some(slot) = intent.slots.get_mut("text")
    {
        let said = without_courtesies(&slot.spoken, language);
        let whole = match (before(text, said, language), points(said, language)) {
            (Some(before), Points::Only) => before.to_owned(),
            // "That's the tent dried at last, remember it's in the cellar."
            (Some(before), Points::AndSays) => format!("{before}, {said}"),
            _ => said.to_owned(),
        };
        slot.value = SlotValue::Text(whole.clone());
        slot.spoken = whole;
    }
    intent
}

/// What words are about.
enum Points {
    /// "Her name", "that", and nothing that is said of it.
    Only,
    /// "It's in the cellar".
    AndSays,
    Not,
}

fn points(said: &str, language: &Language) -> Points {
    let words = Words::of(said);
    let verbs = UnmarkedCues::of(language).verbs;
    let has_verb = words.iter().any(|word| verbs.iter().any(|verb| verb == word));
    let (first, contracted) = match words.iter().next().and_then(|word| word.split_once('\'')) {
        Some((first, _)) => (Words::of(first), true),
        None => (Words::of(said), false),
    };
    match begins_leaning(&first, language) {
        true if has_verb || contracted => Points::AndSays,
        true if words.len() <= SHORT => Points::Only,
        _ => Points::Not,
    }
}

/// Without "would you" and the like at the end.
fn without_courtesies<'s>(said: &'s str, language: &Language) -> &'s str {
    let courtesies = ClauseCues::of(language).courtesies;
    let mut said = said.trim_end();
    loop {
        let lower = said.to_lowercase();
        let ends = |courtesy: &&String| lower.ends_with(&format!(" {courtesy}")) && lower.len() == said.len();
        match courtesies.iter().find(ends) {
            Some(courtesy) => {
                let end = said.len() - courtesy.len();
                said = said[..end].trim_end_matches([' ', ',', '.', '?', '!']);
            }
            None => return said,
        }
    }
}

/// What stands before the clause in which `said` is.
fn before<'t>(text: &'t str, said: &str, language: &Language) -> Option<&'t str> {
    // What was taken has its marks no more.
    let first: Vec<&str> = said.split_whitespace().take(2).collect();
    let at = text.to_lowercase().rfind(&first.join(" ").to_lowercase())?;
    let all = clauses(text, language);
    let begins = |part: &&&str| {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        (start..start + part.len()).contains(&at)
    };
    let parts = all.parts(text);
    let part = parts.iter().find(begins)?;
    let end = part.as_ptr() as usize - text.as_ptr() as usize;
    let before = text
        .get(..end)?
        .trim_end_matches([' ', ',', '.', ';', ':', '!', '?'])
        .trim();
    (Words::of(before).len() >= LEAST).then_some(before)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rosie_core::Slot;

    fn remembered(text: &str, said: &str) -> String {
        let slot = Slot {
            value: SlotValue::Text(said.to_owned()),
            spoken: said.to_owned(),
            unresolved: true,
        };
        let language = Language::new("en");
        let intent = Intent {
            name: "RosieRemember".to_owned(),
            slots: [("text".to_owned(), slot)].into(),
            language: language.clone(),
            response: "default".to_owned(),
            literal_chars: 0,
        };
        with_what_was_told(intent, text, &language).text("text").unwrap()
    }

    #[test]
    fn her_name_is_the_one_that_was_said_before() {
        let text = "We've got a cleaner at last, it's a Mrs Popescu. Remember her name for me, please.";
        assert_eq!(
            remembered(text, "her name for me please"),
            "We've got a cleaner at last, it's a Mrs Popescu"
        );
        let text = "The new teacher is a Mr Lindqvist. Remember his name for us, would you?";
        assert_eq!(
            remembered(text, "his name for us would you"),
            "The new teacher is a Mr Lindqvist"
        );
    }

    #[test]
    fn what_is_said_of_something_is_kept_with_it() {
        let text = "that's the tent dried at last remember it's in the cellar";
        assert_eq!(
            remembered(text, "it's in the cellar"),
            "that's the tent dried at last, it's in the cellar"
        );
        let text = "remember that Ada takes it black please";
        assert_eq!(remembered(text, "Ada takes it black please"), "Ada takes it black");
        assert_eq!(remembered("remember that", "that"), "that");
    }
}
