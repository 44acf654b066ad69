//! Reading number words: a small grammar over a lexicon, giving every prefix that is a number.

use super::lexicon::Lexicon;
use super::{NumberWords, match_word};
use crate::text::Folding;

type Found = Vec<(usize, f64)>;

impl NumberWords {
    pub(super) fn build(lexicon: &Lexicon, folding: Folding) -> Self {
        let fold = |s: &str| folding.literal(s);
        let number = |(s, n): &(String, f64)| (fold(s), *n);
        Self {
            small: lexicon.small.iter().map(number).collect(),
            hundreds: lexicon.hundreds.iter().map(number).collect(),
            joiners: lexicon.joiners.iter().map(|s| fold(s)).collect(),
            scales: lexicon
                .scales
                .iter()
                .map(|(s, n, alone)| (fold(s), *n, *alone))
                .collect(),
            points: lexicon.points.iter().map(|s| fold(s)).collect(),
            halves: lexicon.halves.iter().map(|s| fold(s)).collect(),
        }
    }
}

pub(super) fn read(words: &NumberWords, chars: &[char], at: usize) -> Found {
    let whole = scaled(words, chars, at, f64::INFINITY);
    let mut found = whole.clone();
    for &(end, value) in &whole {
        for half in &words.halves {
            found.extend(match_word(chars, end, half).map(|end| (end, value + 0.5)));
        }
        for point in &words.points {
            if let Some(end) = match_word(chars, end, point) {
                decimals(words, chars, end, value, &mut found);
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    found.dedup_by_key(|f| f.0);
    found
}

/// Numbers whose largest scale is below `limit`: "two million three hundred thousand and five".
fn scaled(words: &NumberWords, chars: &[char], at: usize, limit: f64) -> Found {
    let heads = below_thousand(words, chars, at);
    let mut found = heads.clone();
    for (scale, factor, alone) in words.scales.iter().filter(|s| s.1 < limit) {
        let mut reached: Found = vec![];
        if *alone {
            reached.extend(match_word(chars, at, scale).map(|end| (end, *factor)));
        }
        for &(end, value) in heads.iter().filter(|h| h.1 > 0.0) {
            let gap = if chars.get(end) == Some(&' ') { end + 1 } else { end };
            reached.extend(match_word(chars, gap, scale).map(|end| (end, value * factor)));
        }
        for &(end, value) in &reached {
            for joiner in &words.joiners {
                if let Some(next) = match_word(chars, end, joiner) {
                    let rests = scaled(words, chars, next, *factor);
                    found.extend(
                        rests
                            .into_iter()
                            .filter(|r| r.1 > 0.0)
                            .map(|(end, rest)| (end, value + rest)),
                    );
                }
            }
        }
        found.extend(reached);
    }
    found
}

fn below_thousand(words: &NumberWords, chars: &[char], at: usize) -> Found {
    let mut found = lookup(&words.small, chars, at);
    for (end, value) in lookup(&words.hundreds, chars, at) {
        found.push((end, value));
        for joiner in &words.joiners {
            if let Some(next) = match_word(chars, end, joiner) {
                let rests = lookup(&words.small, chars, next);
                found.extend(
                    rests
                        .into_iter()
                        .filter(|r| r.1 > 0.0)
                        .map(|(end, rest)| (end, value + rest)),
                );
            }
        }
    }
    found
}

fn lookup(entries: &[(Vec<char>, f64)], chars: &[char], at: usize) -> Found {
    let Some(first) = chars.get(at) else { return vec![] };
    entries
        .iter()
        .filter(|(word, _)| word.first() == Some(first))
        .filter_map(|(word, value)| Some((match_word(chars, at, word)?, *value)))
        .collect()
}

/// "point two five" and "Komma fünfundzwanzig" are both .25.
fn decimals(words: &NumberWords, chars: &[char], at: usize, whole: f64, found: &mut Found) {
    let mut end = at;
    let mut digits = String::new();
    for _ in 0..9 {
        let next = if end > at && chars.get(end) == Some(&' ') {
            end + 1
        } else {
            end
        };
        let Some(&(after, digit)) = lookup(&words.small, chars, next)
            .iter()
            .filter(|f| f.1 < 10.0)
            .max_by_key(|f| f.0)
        else {
            break;
        };
        digits.push_str(&digit.to_string());
        end = after;
        found.extend(
            format!("0.{digits}")
                .parse::<f64>()
                .ok()
                .map(|fraction| (end, whole + fraction)),
        );
    }
    for (end, value) in lookup(&words.small, chars, at) {
        if value >= 10.0 {
            found.push((end, whole + value / 100.0));
        }
    }
}
