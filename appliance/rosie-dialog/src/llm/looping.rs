//! Notices an answer that goes round in a circle, as small models' answers do: it would be spoken until the token limit.

use std::collections::VecDeque;

/// The longest circle that is looked for, in words.
const LONGEST: usize = 24;
/// So often a circle is said before it counts as one. A refrain comes twice.
const TIMES: usize = 3;
/// "No, no, no" is a way to speak: a circle is at least so many words in all.
const LEAST: usize = 9;

/// Listens to the words of one answer.
#[derive(Default)]
pub(super) struct Looping {
    /// The last words that are whole.
    words: VecDeque<String>,
    /// The word that may go on.
    open: String,
    found: bool,
}

impl Looping {
    /// Takes in more of the answer; true from when it goes in a circle.
    pub(super) fn hears(&mut self, text: &str) -> bool {
        for c in text.chars() {
            if c.is_alphanumeric() || c == '\'' || c == '’' {
                self.open.extend(c.to_lowercase());
            } else if !self.open.is_empty() {
                let word = std::mem::take(&mut self.open);
                self.word(word);
            }
        }
        self.found
    }

    fn word(&mut self, word: String) {
        self.words.push_back(word);
        if self.words.len() > LONGEST * TIMES {
            self.words.pop_front();
        }
        self.found |= (1..=LONGEST).any(|length| self.ends_in_circle_of(length));
    }

    fn ends_in_circle_of(&self, length: usize) -> bool {
        let times = TIMES.max(LEAST.div_ceil(length));
        let Some(start) = self.words.len().checked_sub(length * times) else {
            return false;
        };
        (start + length..self.words.len()).all(|at| self.words[at] == self.words[at - length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loops(text: &str) -> bool {
        let letter_by_letter = {
            let mut looping = Looping::default();
            text.chars().fold(false, |_, c| looping.hears(&c.to_string()))
        };
        let found = Looping::default().hears(text);
        assert_eq!(letter_by_letter, found, "how it is cut does not matter: {text}");
        found
    }

    #[test]
    fn a_circle_is_noticed() {
        assert!(loops(&format!("The sky is blue{}.", " because it's blue".repeat(4))));
        assert!(loops(&"I don't know. ".repeat(4)));
        assert!(loops(&"again ".repeat(12)));
        let long = "first turn the tap off, then wait for the water to run out of the pipe. ";
        assert!(loops(&long.repeat(3)));
    }

    #[test]
    fn people_s_ways_to_speak_are_none() {
        assert!(!loops("No, no, no, that is not what I meant."));
        assert!(!loops(
            "Row, row, row your boat, gently down the stream. Merrily, merrily, merrily, merrily, life is but a dream."
        ));
        assert!(!loops(
            "One egg, two eggs, three eggs, and a spoon of salt. Stir, wait, stir, wait, then serve."
        ));
        assert!(!loops(
            "Add 10 grams of flour, then 20 grams of sugar, then 30 grams of butter, then 40 grams of milk."
        ));
        let refrain = "If you're happy and you know it, clap your hands. ";
        assert!(!loops(&refrain.repeat(2)));
        assert!(!loops(""));
    }
}
