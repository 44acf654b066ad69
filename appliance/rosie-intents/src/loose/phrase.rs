//! Phrases of commands: `turn * on`, `ein$`, `turned off+`, and the short form that they are written in.

use super::{
    tag::Tag,
    words::{Word, words},
};
use rosie_core::Language;

#[derive(Debug, Clone)]
pub struct Phrase {
    words: Vec<Word>,
    /// What stands after a gap (`turn * on`).
    then: Vec<Word>,
    /// Only as a command's last words (`ein$`).
    pub last: bool,
    /// Only as a command's first word (`^para`).
    pub opening: bool,
    /// Only where it is wished for (`turned off+`).
    pub wished: bool,
    pub tag: Tag,
}

impl Phrase {
    pub fn new(written: &str, tag: Tag, language: &Language) -> Self {
        let (last, wished) = (written.ends_with('$'), written.ends_with('+'));
        let opening = written.starts_with('^');
        let bare = written.trim_start_matches('^').trim_end_matches(['$', '+']);
        let (first, then) = bare.split_once('*').unwrap_or((bare, ""));
        Self {
            words: words(first, language),
            then: words(then, language),
            last,
            opening,
            wished,
            tag,
        }
    }

    pub fn first(&self) -> Option<&str> {
        self.words.first().map(|word| word.plain.as_str())
    }

    /// Its first word with its accents.
    pub fn first_exact(&self) -> &str {
        self.words.first().map_or("", |word| word.exact.as_str())
    }

    /// One word, and nothing after a gap.
    pub fn is_single(&self) -> bool {
        self.words.len() == 1 && self.then.is_empty()
    }

    /// "Percent", "degrees".
    pub fn is_unit(&self) -> bool {
        matches!(self.tag, Tag::Percent | Tag::Degrees)
    }

    /// Words in all.
    pub fn weight(&self) -> usize {
        self.words.len() + self.then.len()
    }

    pub fn second_length(&self) -> usize {
        self.then.len()
    }

    pub fn length(&self) -> usize {
        self.words.len()
    }

    pub fn begins(&self, said: &[Word]) -> bool {
        said.len() >= self.words.len() && self.words.iter().zip(said).all(|(word, said)| self.fits(word, said))
    }

    /// A word that was said with its accents must have them; one without any may have lost them. What makes a sentence no
    /// command has them: "él" is nobody's "el".
    fn fits(&self, word: &Word, said: &Word) -> bool {
        // "Allumé" is no "allume".
        let ends = |one: &Word| one.exact.chars().next_back() == one.plain.chars().next_back();
        let added = word.exact == word.plain && ends(said);
        let may_be_lost = self.tag != Tag::Refuse && (said.exact == said.plain || added);
        said.exact == word.exact || (said.plain == word.plain && may_be_lost)
    }

    /// Where the second half stands in `said`: its first word and its length; `Some(None)` without a second half.
    pub fn second(&self, said: &[Word], free: impl Fn(usize) -> bool) -> Option<Option<(usize, usize)>> {
        if self.then.is_empty() {
            return Some(None);
        }
        let length = self.then.len();
        let at = (1..=said.len().checked_sub(length)?).find(|at| {
            (*at..at + length).all(&free)
                && self
                    .then
                    .iter()
                    .zip(&said[*at..])
                    .all(|(word, said)| self.fits(word, said))
        })?;
        Some(Some((at, length)))
    }
}

/// `a|(b|c) [d] e` as all that it stands for.
pub fn expanded(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for part in split(text) {
        all.extend(sequences(&part));
    }
    let tidy = all
        .iter()
        .map(|phrase| phrase.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut all: Vec<String> = tidy.filter(|phrase| !phrase.is_empty()).collect();
    all.sort();
    all.dedup();
    all
}

/// At the bars outside of brackets.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0_i32);
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '|' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

fn sequences(text: &str) -> Vec<String> {
    let Some(open) = text.find(['(', '[']) else {
        return vec![text.to_owned()];
    };
    let mut depth = 0;
    let close = text.char_indices().skip_while(|(i, _)| *i < open).find_map(|(i, c)| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(i)
    });
    let Some(close) = close else {
        return vec![text.to_owned()];
    };
    let mut inner: Vec<String> = split(&text[open + 1..close])
        .iter()
        .flat_map(|part| sequences(part))
        .collect();
    if text[open..].starts_with('[') {
        inner.push(String::new());
    }
    let rests = sequences(&text[close + 1..]);
    let before = &text[..open];
    inner
        .iter()
        .flat_map(|middle| rests.iter().map(move |rest| format!("{before} {middle} {rest}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_stand_for_all_their_forms() {
        assert_eq!(expanded("a|(b|c) [d] e"), ["a", "b d e", "b e", "c d e", "c e"]);
    }
}
