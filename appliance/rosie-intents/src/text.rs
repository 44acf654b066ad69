//! Text as the matcher compares it: one case, one apostrophe, single spaces, no punctuation around words; each
//! character remembers where in the original it came from, so that slots give back the words as they were said.

use rosie_core::Language;
use std::collections::VecDeque;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer texts match nothing: nobody speaks a command of this length, and work grows with its square.
pub const MAX_CHARS: usize = 600;

/// How a language's letters are made equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Folding {
    /// "qué" equals "que": recognisers and people drop accents that tell no command from another.
    pub strip_accents: bool,
    /// For scripts that put no spaces between words: spaces mean nothing.
    pub ignore_spaces: bool,
}

impl Folding {
    pub fn of(language: &Language, ignore_spaces: bool) -> Self {
        let strip_accents = matches!(language.primary(), "es" | "fr" | "it" | "pt" | "ca" | "gl");
        Self {
            strip_accents,
            ignore_spaces,
        }
    }

    /// Appends `c` in its compared form (ß becomes ss).
    pub fn push(self, c: char, out: &mut Vec<char>) {
        if self.strip_accents {
            for d in c.nfd().filter(|d| !is_combining_mark(*d)) {
                out.extend(d.to_lowercase());
            }
            return;
        }
        match c {
            'ß' | 'ẞ' => out.extend(['s', 's']),
            '’' | '‘' | 'ʼ' => out.push('\''),
            _ => out.extend(c.to_lowercase()),
        }
    }

    /// A template's or a list value's literal text. Unlike [`Text::new`] it keeps spaces at both ends.
    pub fn literal(self, text: &str) -> Vec<char> {
        let mut out = Vec::with_capacity(text.len());
        for c in text.nfc() {
            if c.is_whitespace() {
                if !self.ignore_spaces && out.last() != Some(&' ') {
                    out.push(' ');
                }
            } else {
                let c = if matches!(c, '’' | '‘' | 'ʼ') { '\'' } else { c };
                self.push(c, &mut out);
            }
        }
        out
    }
}

/// A prepared text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Compared characters; ends with one space as a word boundary (unless spaces mean nothing).
    pub chars: Vec<char>,
    /// For each of them, the index in `spoken`.
    pub origin: Vec<u32>,
    /// The normalised text with its case and accents kept.
    pub spoken: Vec<char>,
}

impl Text {
    pub fn new(text: &str, folding: Folding) -> Self {
        Self::from_spoken(normalise(text), folding)
    }

    /// Builds the compared form of already normalised characters.
    pub fn from_spoken(spoken: Vec<char>, folding: Folding) -> Self {
        let mut chars = Vec::with_capacity(spoken.len() + 1);
        let mut origin = Vec::with_capacity(spoken.len() + 1);
        for (i, &c) in spoken.iter().enumerate() {
            if c == ' ' && folding.ignore_spaces {
                continue;
            }
            folding.push(c, &mut chars);
            origin.resize(chars.len(), i as u32);
        }
        if !folding.ignore_spaces {
            chars.push(' ');
            origin.push(spoken.len() as u32);
        }
        Self { chars, origin, spoken }
    }

    pub fn is_blank(&self) -> bool {
        self.spoken.iter().all(|c| c.is_whitespace())
    }

    /// The words between two positions of `chars`, as they were said.
    pub fn said(&self, from: usize, to: usize) -> String {
        let start = self.origin.get(from).map_or(self.spoken.len(), |&i| i as usize);
        let end = self.origin.get(to).map_or(self.spoken.len(), |&i| i as usize);
        let said: String = self
            .spoken
            .get(start..end.max(start))
            .unwrap_or_default()
            .iter()
            .collect();
        said.trim_matches(|c: char| c.is_whitespace() || is_edge_punctuation(c) || c == '-')
            .to_owned()
    }
}

fn is_edge_punctuation(c: char) -> bool {
    matches!(
        c,
        '.' | ','
            | '?'
            | '!'
            | ';'
            | ':'
            | '…'
            | '¿'
            | '¡'
            | '。'
            | '，'
            | '？'
            | '！'
            | '；'
            | '：'
            | '؟'
            | '"'
            | '“'
            | '”'
            | '„'
            | '«'
            | '»'
            | '('
            | ')'
            | '['
            | ']'
            | '*'
            | '।'
    )
}

/// NFC, one kind of apostrophe, single spaces, punctuation gone from both ends of every word, "p.m." as "pm".
pub fn normalise(text: &str) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    // Twice the matcher's limit is enough to know that a text is too long.
    let composed: String = text.chars().take(MAX_CHARS * 2).nfc().collect();
    for token in composed.split(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '—' | '–' | '―')) {
        let word = normalise_word(token);
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word);
    }
    out
}

fn normalise_word(token: &str) -> VecDeque<char> {
    let plain = |c: char| {
        if matches!(c, '’' | '‘' | 'ʼ' | '´' | '`') {
            '\''
        } else {
            c
        }
    };
    let mut word: VecDeque<char> = token.chars().map(plain).collect();
    // In "(3 + 4) * 2" they are part of a sum.
    let sum = word.len() == 1 || word.iter().any(char::is_ascii_digit);
    let is_edge_punctuation = |c: char| is_edge_punctuation(c) && !(sum && matches!(c, '(' | ')' | '*'));
    while word.front().is_some_and(|&c| is_edge_punctuation(c) || c == '\'') {
        // ".5" is a number, not a full stop before one.
        if word.front() == Some(&'.') && word.get(1).is_some_and(char::is_ascii_digit) {
            break;
        }
        word.pop_front();
    }
    while word.back().is_some_and(|&c| is_edge_punctuation(c)) {
        word.pop_back();
    }
    // 1,000 is one number; the comma of 21,5 stays.
    let initials = word.len() >= 3 && word.iter().enumerate().all(|(i, c)| (i % 2 == 1) == (*c == '.'));
    if initials && word.iter().step_by(2).all(|c| c.is_alphabetic()) {
        word.retain(|&c| c != '.');
    }
    word
}

/// The comparing space-or-hyphen rule: "10-minute" is "10 minute", and "air conditioner" "air-conditioner".
pub fn same_char(text: char, template: char) -> bool {
    text == template || matches!((text, template), ('-' | '_', ' ') | (' ', '-'))
}

/// The words of a text as they are compared with phrases: lower case, straight apostrophes, parted by one space, no marks around them.
pub fn plain_words(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        word.trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase()
            .replace('’', "'")
    });
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
