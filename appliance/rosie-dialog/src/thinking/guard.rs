//! Holds an answer about the home against what is known of it, sentence by sentence: what nobody told is not said.
//!
//! Small models say "Yes, the desk lamp is on." whatever is asked, and "I have turned it off." without a call.

use super::phrases::{not_done, not_known};
use crate::routing::{Said, admits, judge};
use rosie_core::{Language, dialog::EntityState};

/// Lines of the prompt begin so; a small model says them back.
const OF_THE_PROMPT: [&str; 3] = ["In the home now (", "What you remember (", "Room: "];

/// What an answer about the home is held against.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    pub language: Language,
    /// What the model was told, closest to the question first.
    pub known: Vec<EntityState>,
    /// The question was how something is, or to do something.
    pub strict: bool,
    /// It was something that only somebody here can know: what is said has to be among what is known.
    pub here: bool,
    /// The same where something is remembered of it: numbers have to stand in this.
    pub remembered: Option<String>,
}

/// Passes on sentences that may be said. Without a [`Watch`] all of it, as it comes.
pub(super) struct Guard<'a> {
    watch: Option<&'a Watch>,
    /// Something was done, so it may be said.
    acted: bool,
    /// A tool told how things are.
    told: bool,
    held: String,
    put_right: bool,
    /// It says the prompt back, and nothing of its own any more.
    echoes: bool,
}

impl<'a> Guard<'a> {
    pub(super) fn new(watch: Option<&'a Watch>, acted: bool, told: bool) -> Self {
        Self {
            watch,
            acted,
            told,
            held: String::new(),
            put_right: false,
            echoes: false,
        }
    }

    pub(super) fn has_put_right(&self) -> bool {
        self.put_right
    }

    /// What of the words so far may be said.
    pub(super) fn push(&mut self, words: &str) -> String {
        if self.watch.is_none() {
            return words.to_owned();
        }
        self.held.push_str(words);
        let mut said = String::new();
        while let Some(end) = sentence_end(&self.held) {
            let rest = self.held.split_off(end);
            let sentence = std::mem::replace(&mut self.held, rest);
            said.push_str(&self.judged(&sentence));
        }
        said
    }

    pub(super) fn finish(&mut self) -> String {
        let rest = std::mem::take(&mut self.held);
        if self.watch.is_none() || rest.trim().is_empty() {
            return rest;
        }
        self.judged(&rest)
    }

    fn judged(&mut self, sentence: &str) -> String {
        let Some(watch) = self.watch else {
            return sentence.to_owned();
        };
        let line = sentence.trim_start();
        self.echoes |= OF_THE_PROMPT.iter().any(|begin| line.starts_with(begin));
        if self.echoes {
            return String::new();
        }
        let instead = match judge(sentence, &watch.language, &watch.known, watch.strict) {
            Said::Done if !self.acted && !watch.here => not_done(&watch.language).to_owned(),
            Said::Done | Said::MadeUp | Said::Harmless
                if watch.here && !self.told && !admits(sentence, &watch.language) =>
            {
                not_known(&watch.language).to_owned()
            }
            _ if watch
                .remembered
                .as_ref()
                .is_some_and(|told| !self.told && counts_more(sentence, told)) =>
            {
                not_known(&watch.language).to_owned()
            }
            Said::MadeUp if !self.told => as_it_is(watch.known.get(..1).unwrap_or_default(), &watch.language),
            _ => return sentence.to_owned(),
        };
        // What is put right once need not be put right again.
        match std::mem::replace(&mut self.put_right, true) {
            true => String::new(),
            false => instead + " ",
        }
    }
}

/// Whether `sentence` has a number in digits that does not stand in `told`: "Biscuit is 8 years old".
fn counts_more(sentence: &str, told: &str) -> bool {
    let numbers = |text: &str| -> Vec<String> {
        let parts = text
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    let told = numbers(told);
    numbers(sentence).iter().any(|number| !told.contains(number))
}

/// How each of `known` is ("Desk lamp: off."); that nobody knows where nobody does.
pub(crate) fn as_it_is(known: &[EntityState], language: &Language) -> String {
    let told = |entity: &EntityState| Some(format!("{}: {}.", entity.names.first()?, entity.state.as_ref()?));
    let all: Vec<String> = known.iter().filter_map(told).collect();
    match all.is_empty() {
        true => not_known(language).to_owned(),
        false => all.join(" "),
    }
}

/// After a mark that a space follows, or a line's end.
fn sentence_end(text: &str) -> Option<usize> {
    let mut before = None;
    for (at, c) in text.char_indices() {
        let ends = matches!(before, Some('.' | '!' | '?' | '…'));
        if c == '\n' || (c == ' ' && ends) {
            return Some(at + 1);
        }
        before = Some(c);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(known: &[(&str, &str)], acted: bool, text: &str) -> String {
        let entity = |(name, state): &(&str, &str)| EntityState {
            id: "light.x".into(),
            names: vec![(*name).into()],
            room: None,
            state: Some((*state).into()),
        };
        let watch = Watch {
            language: Language::new("en"),
            known: known.iter().map(entity).collect(),
            strict: false,
            here: false,
            remembered: None,
        };
        let whole = {
            let mut guard = Guard::new(Some(&watch), acted, false);
            guard.push(text) + &guard.finish()
        };
        let mut guard = Guard::new(Some(&watch), acted, false);
        let letters: String = text.chars().map(|c| guard.push(&c.to_string())).collect();
        assert_eq!(letters + &guard.finish(), whole, "how it is cut does not matter");
        whole
    }

    #[test]
    fn numbers_that_nobody_told_are_not_remembered() {
        let told = "The puppy is called Biscuit. He was 3 in May. How old is Biscuit?";
        assert!(counts_more("Biscuit is approximately 8 years old.", told));
        assert!(!counts_more("Biscuit was 3 in May.", told));
        assert!(!counts_more("The puppy is called Biscuit.", told));
    }

    #[test]
    fn the_prompt_is_not_said_back() {
        let told = "It is shut. Room: Office.\nIn the home now (nothing else is known):\n- Desk lamp (office): on";
        assert_eq!(heard(&[("Garage door", "closed")], false, told), "It is shut. ");
    }

    #[test]
    fn what_nobody_told_is_not_said() {
        assert_eq!(
            heard(&[], false, "Yes, the garage is open."),
            "I can't see how that is. "
        );
        assert_eq!(
            heard(&[("Desk lamp", "off")], false, "Sure! The desk lamp is on. It is on."),
            "Sure! Desk lamp: off. "
        );
        assert_eq!(
            heard(&[("Desk lamp", "off")], false, "The desk lamp is off."),
            "The desk lamp is off."
        );
        assert_eq!(
            heard(&[], false, "I have turned on the light."),
            "I haven't done anything. "
        );
        assert_eq!(
            heard(&[], true, "I have turned on the light."),
            "I have turned on the light."
        );
        assert_eq!(
            heard(&[], false, "Light is a wave. It is fast."),
            "Light is a wave. It is fast."
        );
    }

    #[test]
    fn what_only_somebody_here_can_know_is_known_or_not_said() {
        let watch = Watch {
            language: Language::new("en"),
            known: Vec::new(),
            strict: true,
            here: true,
            remembered: None,
        };
        let heard = |text: &str| {
            let mut guard = Guard::new(Some(&watch), false, false);
            guard.push(text) + &guard.finish()
        };
        assert_eq!(heard("Rosie is at the door."), "I can't see how that is. ");
        assert_eq!(heard("It has been emptied."), "I can't see how that is. ");
        assert_eq!(heard("I don't know who that is."), "I don't know who that is.");
    }

    #[test]
    fn other_answers_pass_as_they_come() {
        let mut guard = Guard::new(None, false, false);
        assert_eq!(guard.push("The lamp is o"), "The lamp is o");
        assert_eq!(guard.push("n."), "n.");
        assert_eq!((guard.finish().as_str(), guard.has_put_right()), ("", false));
    }
}
