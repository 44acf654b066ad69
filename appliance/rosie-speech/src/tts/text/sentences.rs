//! Cuts text into sentences as it arrives, so that the first can be spoken while the rest is still being written.

use super::abbreviations::{Stop, stop_after};
use rosie_core::Language;

/// The first piece may end at a clause mark when this much has come without an end of sentence.
const FIRST_LONG: usize = 80;
const FIRST_SHORTEST: usize = 28;
/// A sentence longer than this is cut at a clause mark or a space.
const LONGEST: usize = 400;

/// Finds sentences in text that arrives in pieces of any size.
///
/// A sentence is given out as soon as it is certain that it ends: usually with the space after its full stop. What is
/// given out, joined, is the text (spaces between sentences aside).
#[derive(Debug, Clone)]
pub struct SentenceSplitter {
    waiting: String,
    /// German and others write ordinals with a full stop.
    number_is_ordinal: bool,
    /// The next piece is the first: it may be a clause, so that speaking begins early.
    early: bool,
}

impl SentenceSplitter {
    /// For a reply in `language` whose first words should be spoken as soon as possible.
    pub fn new(language: &Language) -> Self {
        Self {
            early: true,
            ..Self::unhurried(language)
        }
    }

    fn unhurried(language: &Language) -> Self {
        let ordinals = [
            "de", "da", "nb", "no", "fi", "cs", "pl", "hu", "sk", "sl", "hr", "et", "lv", "tr", "is",
        ];
        let number_is_ordinal = ordinals.contains(&language.primary());
        Self {
            waiting: String::new(),
            number_is_ordinal,
            early: false,
        }
    }

    /// Takes more text; gives the sentences that it completes.
    pub fn push(&mut self, text: &str) -> Vec<String> {
        self.waiting.push_str(text);
        let mut sentences = Vec::new();
        while let Some(end) = self.next_end() {
            let rest = self.waiting.split_off(end);
            let sentence = std::mem::replace(&mut self.waiting, rest.trim_start().to_owned());
            let sentence = sentence.trim();
            if !sentence.is_empty() {
                self.early = false;
                sentences.push(sentence.to_owned());
            }
        }
        sentences
    }

    /// The text has ended: gives what is left, and is ready for another.
    pub fn finish(&mut self) -> Option<String> {
        let rest = std::mem::take(&mut self.waiting);
        let rest = rest.trim();
        (!rest.is_empty()).then(|| rest.to_owned())
    }

    /// Byte after the first piece that is complete.
    fn next_end(&self) -> Option<usize> {
        let text = &self.waiting;
        if let Some(end) = self.sentence_end() {
            return Some(end)
                .filter(|end| text[..*end].chars().count() <= LONGEST)
                .or_else(|| cut_long(text, LONGEST));
        }
        let length = text.chars().count();
        if self.early && length > FIRST_LONG {
            let clause = clause_ends(text).find(|end| text[..*end].chars().count() >= FIRST_SHORTEST);
            if clause.is_some() {
                return clause;
            }
        }
        if length > LONGEST {
            cut_long(text, LONGEST)
        } else {
            None
        }
    }

    fn sentence_end(&self) -> Option<usize> {
        let text = &self.waiting;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let after = at + c.len_utf8();
            match c {
                '\n' if line_break_ends(&text[..at], &text[after..])? => return Some(after),
                '。' | '！' | '？' | '｡' => return Some(after),
                '.' | '!' | '?' | '…' => {
                    let mut end = after;
                    let mut run = String::from(c);
                    while let Some((at, next)) = chars.next_if(|(_, n)| is_end_mark(*n) || is_closer(*n)) {
                        end = at + next.len_utf8();
                        run.push(next);
                    }
                    let rest = &text[end..];
                    // Without the next character nothing is certain: `3.` may become `3.5`.
                    if !rest.chars().next()?.is_whitespace() {
                        continue;
                    }
                    if self.run_ends(&text[..at], &run, rest)? {
                        return Some(end);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Do the marks `run` after `before` end a sentence, when `rest` (which begins with a space) follows? `None`: it
    /// depends on what comes.
    fn run_ends(&self, before: &str, run: &str, rest: &str) -> Option<bool> {
        let next = rest.chars().find(|c| !c.is_whitespace());
        if run.starts_with(['!', '?']) {
            return Some(true);
        }
        let capital = next.map(|n| !n.is_lowercase());
        if run.starts_with('…') || run.starts_with("..") {
            return capital;
        }
        let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        // `1.` at the beginning of a line counts a list.
        let line = before.rsplit('\n').next().unwrap_or_default().trim();
        if !line.is_empty() && line.len() <= 3 && line.chars().all(|c| c.is_ascii_digit()) && run == "." {
            return Some(false);
        }
        match stop_after(word, self.number_is_ordinal) {
            Stop::Ends => Some(true),
            Stop::Never => Some(false),
            Stop::IfCapitalFollows => capital,
        }
    }
}

/// Does the line break between the two end a sentence? An empty line or a list's next point does. `None`: not known.
fn line_break_ends(before: &str, after: &str) -> Option<bool> {
    if before.trim().is_empty() {
        return Some(false);
    }
    let line = after.trim_start_matches([' ', '\t', '\r']);
    let mut chars = line.chars();
    let (first, second) = (chars.next()?, chars.next());
    Some(match first {
        '\n' | '#' | '•' | '|' | '–' => true,
        '-' | '*' | '+' => second?.is_whitespace(),
        '`' => line.starts_with("```"),
        '0'..='9' => {
            let mark = line.trim_start_matches(|c: char| c.is_ascii_digit());
            let mut mark = mark.chars();
            matches!(mark.next()?, '.' | ')') && mark.next()?.is_whitespace()
        }
        // A heading or a verse: a line that is closed by nothing, and a new beginning.
        _ => before.trim_end().ends_with(':') && first.is_uppercase(),
    })
}

fn is_end_mark(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…')
}

fn is_closer(c: char) -> bool {
    matches!(c, '"' | '\'' | ')' | ']' | '”' | '’' | '»' | '“' | '*' | '_' | '`')
}

/// Bytes after each clause mark that a space follows.
fn clause_ends(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().filter_map(|(at, c)| {
        let end = at + c.len_utf8();
        let mark = matches!(c, ',' | ';' | ':' | '–' | '—' | '，' | '、');
        (mark && text[end..].chars().next().is_some_and(char::is_whitespace)).then_some(end)
    })
}

/// Where to cut a text that is longer than `longest` characters: after the last clause mark of its first part (not too
/// near the beginning), else after the last space, else right there.
fn cut_long(text: &str, longest: usize) -> Option<usize> {
    let (limit, _) = text.char_indices().nth(longest)?;
    let clause = clause_ends(text)
        .take_while(|end| *end <= limit)
        .filter(|end| *end > limit / 4)
        .last();
    let space = || {
        text[..limit]
            .char_indices()
            .rev()
            .find(|(at, c)| c.is_whitespace() && *at > 0)
            .map(|(at, _)| at)
    };
    clause.or_else(space).or(Some(limit))
}

/// All sentences of a text that is complete.
pub fn split(text: &str, language: &Language) -> Vec<String> {
    let mut splitter = SentenceSplitter::unhurried(language);
    let mut sentences = splitter.push(text);
    sentences.extend(splitter.finish());
    sentences
}

/// A long sentence in pieces of at most `longest` characters, cut at clause marks where possible.
pub fn clauses(sentence: &str, longest: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = sentence.trim();
    while let Some(end) = cut_long(rest, longest) {
        pieces.push(rest[..end].trim().to_owned());
        rest = rest[end..].trim_start();
    }
    if !rest.is_empty() {
        pieces.push(rest.to_owned());
    }
    pieces
}
