//! Tables of patterns and what to say for each, applied one after the other.

use regex::{Captures, Regex};

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
                .filter_map(|(pattern, read)| Some((Regex::new(pattern).ok()?, *read)))
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

/// The text of a group, empty when it took no part.
pub fn group<'a>(found: &'a Captures<'_>, index: usize) -> &'a str {
    found.get(index).map_or("", |m| m.as_str())
}
