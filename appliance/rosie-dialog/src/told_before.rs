//! "It's a Mrs Popescu. Remember her name for me": what is to be remembered stands before the wish.

use crate::routing::{UnmarkedCues, Words, begins_leaning};
use rosie_core::{Intent, Language, SlotValue};

/// More words than this say something by themselves.
const SHORT: usize = 6;
/// Fewer words than this say nothing.
const LEAST: usize = 3;

/// With all that was said before the wish, where the wish only points to it.
pub(crate) fn with_what_was_told(mut intent: Intent, text: &str, language: &Language) -> Intent {
    if intent.name == "RosieRemember"
        && let Some(slot) = intent.slots.get_mut("text")
        && points_back(&slot.spoken, language)
        && let Some(before) = before(text, &slot.spoken)
    {
        slot.value = SlotValue::Text(before.to_owned());
        slot.spoken = before.to_owned();
    }
    intent
}

/// "Her name", "that", and nothing that is said of it.
fn points_back(said: &str, language: &Language) -> bool {
    let words = Words::of(said);
    let verbs = UnmarkedCues::of(language).verbs;
    let has_verb = words.iter().any(|word| verbs.iter().any(|verb| verb == word));
    words.len() <= SHORT && begins_leaning(&words, language) && !has_verb
}

/// What stands before the clause in which `said` is.
fn before<'t>(text: &'t str, said: &str) -> Option<&'t str> {
    // What was taken has its marks no more.
    let first: Vec<&str> = said.split_whitespace().take(2).collect();
    let at = text.to_lowercase().rfind(&first.join(" ").to_lowercase())?;
    let marks = [',', '.', ';', '!', '?'];
    let end = text.get(..at)?.rfind(marks)?;
    let before = text[..end].trim().trim_end_matches(marks);
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
        // What says something stands for itself.
        let text = "It is Ada, remember her birthday is in May";
        assert_eq!(remembered(text, "her birthday is in May"), "her birthday is in May");
        assert_eq!(remembered("remember that", "that"), "that");
    }
}
