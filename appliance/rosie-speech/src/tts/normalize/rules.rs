//! Tables of patterns and what to say for each, applied one after the other.

use regex::{Captures, Regex, RegexBuilder};

/// Bytes that a pattern's matcher may keep to be quick the next time; it is never needed on a sentence.
const DFA_CACHE: usize = 1 << 16;
const WORD: &str = "[0-9A-Z_a-zªµºÀ-ÖØ-öø-ɏͰ-Ͽ\u{400}-\u{52f}]";

/// A pattern, and the words for what it finds; `None` leaves the text as it is.
pub type Rule = (&'static str, Reading);

/// Words for what a pattern found.
type Reading = fn(&Captures<'_>) -> Option<String>;

/// Compiled rules.
pub struct Rules(Vec<(Regex, Reading)>);

impl Rules {
    /// A pattern that does not compile is left out; a test sees to it that there is none.
    pub fn new(rules: &[Rule]) -> Self {
        Self(
            rules
                .iter()
                .filter_map(|(pattern, read)| Some((compile(pattern).ok()?, *read)))
                .collect(),
        )
    }

    pub fn apply(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (pattern, read) in &self.0 {
            if pattern.is_match(&text) {
                let words = |found: &Captures<'_>| read(found).unwrap_or_else(|| found[0].to_owned());
                text = pattern.replace_all(&text, words).into_owned();
            }
        }
        text
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// Compiles a pattern in which `\d` is one of 0 to 9, and `\w` a digit, an underscore or a letter of the Latin, Greek or
/// Cyrillic alphabet. What they mean by themselves, in all of the world's scripts, is hundreds of states each time they
/// stand somewhere, which nobody reads out here: English alone took 23 MB of memory.
///
/// # Errors
/// What is wrong with the pattern.
pub fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    let pattern = pattern.replace(r"\d", "[0-9]").replace(r"\w", WORD);
    RegexBuilder::new(&pattern).dfa_size_limit(DFA_CACHE).build()
}

/// The text of a group, empty when it took no part.
pub fn group<'a>(found: &'a Captures<'_>, index: usize) -> &'a str {
    found.get(index).map_or("", |m| m.as_str())
}
