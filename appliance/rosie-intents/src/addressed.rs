//! Rosie called by her name in the middle of talk: "yes, Mum, I will. Rosie, pause the TV. Right, go on". What comes before is
//! nothing to her; of what comes after, what is wanted ends with the sentence, or with its first clause.

use crate::context::MatchContext;
use crate::effort::Effort;
use crate::matcher::Matcher;
use crate::requests::as_an_order;
use crate::understood::Understood;
use rosie_core::{Intent, KnownNames};

/// A name after these is what somebody else is to say, or did say.
const QUOTES: [&str; 24] = [
    "say", "says", "said", "saying", "told", "tell", "call", "called", "like", "sag", "sagst", "sagt", "sagte",
    "sagen", "heißt", "di", "dices", "dice", "dijo", "decir", "dis", "dit", "dire", "appelle",
];
/// Fewer words before the name are a greeting.
const FEWEST: usize = 3;

impl Matcher {
    /// What a sentence asks for. `before`: what the sentence before it at the same endpoint asked for, if that was a
    /// short time ago.
    pub fn understand(
        &self,
        text: &str,
        names: &KnownNames,
        context: &MatchContext,
        before: &[Intent],
    ) -> Option<Understood> {
        let _effort = Effort::bounded();
        let of = |text: &str| {
            let order = as_an_order(text, &self.language);
            self.wanted(order.as_deref().unwrap_or(text), names, context, before)
        };
        let called = after_the_name(text).into_iter().find_map(of);
        called.or_else(|| of(text))
    }
}

/// What may be wanted, the likeliest first; empty where she is not called in the middle.
pub(crate) fn after_the_name(text: &str) -> Vec<&str> {
    let Some(after) = called_at(text) else {
        return Vec::new();
    };
    let rest = text[after..].trim_start_matches([' ', ',', '.', '!', '…', ':']);
    let ends = |marks: &[char]| rest.find(marks).map(|at| rest[..at].trim());
    let mut all: Vec<&str> = ends(&['.', '!', '…', '?']).into_iter().collect();
    all.extend(ends(&[',', ';', '.', '!', '…', '?']));
    all.push(rest);
    all.retain(|wanted| wanted.split_whitespace().count() >= 2);
    all.dedup();
    all
}

/// The byte after her name, where it is parted from what comes before it.
fn called_at(text: &str) -> Option<usize> {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let mut at = 0;
    let words: Vec<(usize, &str)> = text
        .split_inclusive(char::is_whitespace)
        .map(|word| {
            at += word.len();
            (at, word.trim())
        })
        .filter(|(_, word)| !word.is_empty())
        .collect();
    let called = (FEWEST..words.len()).rev().find(|at| {
        let before = &words[..*at];
        let parted = before.last().is_some_and(|(_, last)| {
            last.ends_with([',', '.', '!', '?', '…', ';', '–', '—']) || matches!(*last, "and" | "und" | "y" | "et")
        });
        let quoted = before
            .iter()
            .rev()
            .take(2)
            .any(|(_, word)| QUOTES.contains(&bare(word).as_str()));
        bare(words[*at].1) == "rosie" && parted && !quoted
    })?;
    Some(words[called].0)
}

#[cfg(test)]
mod tests {
    use super::after_the_name;

    #[test]
    fn what_comes_after_her_name() {
        assert_eq!(
            after_the_name("Yes, Mum, I will. Rosie, pause the TV. Right, go on."),
            ["pause the TV", "pause the TV. Right, go on."]
        );
        assert_eq!(
            after_the_name("Ich muss los, ja, und Rosie, mach im Büro alle Lichter aus."),
            ["mach im Büro alle Lichter aus", "mach im Büro alle Lichter aus."]
        );
        for text in [
            "Rosie, lights off",
            "hey Rosie, lights off",
            "and then you just say, Rosie, lights off",
            "we have to ask Rosie about it",
            "the cat is asleep. Rosie?",
        ] {
            assert!(after_the_name(text).is_empty(), "{text}");
        }
    }
}
