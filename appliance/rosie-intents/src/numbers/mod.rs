//! Numbers as people say them: digits in every language, words in those with a lexicon here (en, de, es, fr).

mod lexicon;
mod words;

use crate::text::{Folding, same_char};
use rosie_core::Language;

/// Reads number words of one language.
#[derive(Debug, Clone)]
pub struct NumberWords {
    /// 0 to 99 and, where they are words of their own, the hundreds; every spelling.
    small: Vec<(Vec<char>, f64)>,
    /// "two hundred", "doscientos": may be followed by a small one.
    hundreds: Vec<(Vec<char>, f64)>,
    /// What may stand between hundreds or thousands and the rest.
    joiners: Vec<Vec<char>>,
    /// "thousand" and the like, with their factor, largest first; and whether they stand alone for 1 × factor.
    scales: Vec<(Vec<char>, f64, bool)>,
    points: Vec<Vec<char>>,
    /// "and a half" after a whole number.
    halves: Vec<Vec<char>>,
}

impl NumberWords {
    /// None where the language has no lexicon: its numbers are read from digits alone.
    pub fn of(language: &Language, folding: Folding) -> Option<Self> {
        lexicon::of(language.primary()).map(|lexicon| Self::build(&lexicon, folding))
    }

    /// Every number that the words from `at` on may mean: its end and value, the shortest first.
    pub fn read(&self, chars: &[char], at: usize) -> Vec<(usize, f64)> {
        words::read(self, chars, at)
    }

    /// Where "and a half" ends that begins at `at`, after a whole number in digits.
    pub fn read_half(&self, chars: &[char], at: usize) -> Vec<usize> {
        self.halves
            .iter()
            .filter_map(|half| match_word(chars, at, half))
            .collect()
    }
}

/// The end of `word` in `chars` from `at`, hyphen and space being one.
fn match_word(chars: &[char], at: usize, word: &[char]) -> Option<usize> {
    let slice = chars.get(at..at + word.len())?;
    slice
        .iter()
        .zip(word)
        .all(|(c, w)| same_char(*c, *w))
        .then_some(at + word.len())
}

/// The sign that parts thousands in a language's digits, where the other one is the decimal sign.
pub fn grouping(language: &Language) -> Option<char> {
    match language.primary() {
        "en" => Some(','),
        "de" | "es" => Some('.'),
        _ => None,
    }
}

/// A number in digits: its end and value. `-5`, `1,000` (with a `grouping`), `21.5`, `21,5` (the latter two only with
/// `fractions`). All digits are taken: 21 is never 2.
pub fn read_digits(chars: &[char], at: usize, fractions: bool, grouping: Option<char>) -> Option<(usize, f64)> {
    let mut end = at;
    let mut digits = String::new();
    if matches!(chars.get(end), Some('-' | '−')) {
        digits.push('-');
        end += 1;
    }
    let first_digit = end;
    while let Some(c) = chars.get(end).and_then(|c| ascii_digit(*c)) {
        digits.push(c);
        end += 1;
    }
    while grouping.is_some() && chars.get(end).copied() == grouping && end - first_digit <= 12 {
        let group: String = chars[end + 1..].iter().map_while(|c| ascii_digit(*c)).take(4).collect();
        if group.len() != 3 {
            break;
        }
        digits.push_str(&group);
        end += 4;
    }
    if end == first_digit || end - first_digit > 20 {
        return None;
    }
    if fractions && matches!(chars.get(end), Some('.' | ',')) {
        let decimals: String = chars[end + 1..].iter().map_while(|c| ascii_digit(*c)).take(9).collect();
        if !decimals.is_empty() {
            end += 1 + decimals.len();
            digits.push('.');
            digits.push_str(&decimals);
        }
    }
    Some((end, digits.parse().ok()?))
}

fn ascii_digit(c: char) -> Option<char> {
    // Arabic-Indic, Devanagari and the other decimal digits stand in Unicode in runs of ten.
    const ZEROS: [char; 14] = ['0', '٠', '۰', '०', '০', '੦', '૦', '௦', '౦', '೦', '൦', '๐', '０', '၀'];
    ZEROS.iter().find_map(|&zero| {
        let value = (c as u32).checked_sub(zero as u32)?;
        if value < 10 { char::from_digit(value, 10) } else { None }
    })
}
