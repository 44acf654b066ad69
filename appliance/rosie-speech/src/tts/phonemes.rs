//! From a sentence to the ids of a Piper voice's alphabet, as Piper itself does it.
//!
//! Text is cut at clause marks, each clause turned to IPA by espeak-ng, the marks kept (the model reads its melody
//! from them), everything decomposed (NFD), and looked up in the voice's `phoneme_id_map` with a pad between symbols.

use super::espeak::Espeak;
use super::piper::{PhonemeType, VoiceDescription};
use super::plan::Span;
use crate::SpeechError;
use unicode_normalization::UnicodeNormalization;

/// The ids of one sentence, ready for the model; `None` when nothing in it can be pronounced.
///
/// # Errors
/// What espeak-ng says.
pub fn ids_of(
    spans: &[Span],
    voice: &VoiceDescription,
    espeak: Option<&Espeak>,
) -> Result<Option<Vec<i64>>, SpeechError> {
    let mut phonemes = String::new();
    for span in spans {
        match span {
            Span::Ipa { ipa, .. } => push_words(&mut phonemes, ipa.trim()),
            Span::Words(words) if voice.phoneme_type == PhonemeType::Text => push_words(&mut phonemes, words),
            Span::Words(words) => {
                let Some(espeak) = espeak else {
                    let reason = "it is not there".to_owned();
                    return Err(SpeechError::Config {
                        what: "libespeak-ng",
                        reason,
                    });
                };
                for (clause, mark) in clauses(words) {
                    push_words(&mut phonemes, &espeak.phonemes(&voice.espeak.voice, &clause)?);
                    phonemes.extend(mark);
                }
            }
        }
    }
    let symbols: Vec<char> = phonemes.nfd().collect();
    Ok(to_ids(&symbols, voice))
}

/// Adds words after a space, unless there is nothing before them.
fn push_words(to: &mut String, words: &str) {
    if !to.is_empty() && !to.ends_with(' ') && !words.is_empty() {
        to.push(' ');
    }
    to.push_str(words);
}

/// Cuts at `. ? ! , ; :` before a space or the end; gives each clause with its mark. Of several marks in a row, the
/// one that says most about the melody stays.
fn clauses(text: &str) -> Vec<(String, Option<char>)> {
    let mut found = Vec::new();
    let mut clause = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !is_mark(c) {
            clause.push(c);
            continue;
        }
        let mut run = String::from(c);
        while let Some(next) = chars.next_if(|n| is_mark(*n) || matches!(n, '"' | '\'' | ')' | '»' | '”' | '’')) {
            run.push(next);
        }
        if chars.peek().is_some_and(|n| !n.is_whitespace()) {
            clause.push_str(&run);
            continue;
        }
        let mark = ['?', '!', '.', ':', ';', ','].into_iter().find(|m| run.contains(*m));
        if clause.chars().any(char::is_alphanumeric) {
            found.push((clause.trim().to_owned(), mark));
        } else if let (Some(last), Some('?' | '!' | '.')) = (found.last_mut(), mark) {
            last.1 = mark;
        }
        clause.clear();
    }
    if clause.chars().any(char::is_alphanumeric) {
        found.push((clause.trim().to_owned(), None));
    }
    found
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | '?' | '!' | ',' | ';' | ':')
}

/// `^`, then every symbol and a pad, then `$`. Symbols the voice does not know are left out, as Piper does; of several
/// symbols that the voice knows as one, the longest is taken.
fn to_ids(symbols: &[char], voice: &VoiceDescription) -> Option<Vec<i64>> {
    let map = &voice.phoneme_id_map;
    let longest = map.keys().map(|k| k.chars().count()).max().unwrap_or(1);
    let pad = map.get("_")?;
    let mut ids = map.get("^")?.clone();
    ids.extend(pad);
    let empty = ids.len();
    let mut at = 0;
    while at < symbols.len() {
        let known = (1..=longest.min(symbols.len() - at)).rev().find_map(|n| {
            let symbol: String = symbols[at..at + n].iter().collect();
            lookup(&symbol, voice).map(|found| (n, found))
        });
        let (taken, found) = known.unwrap_or((1, Vec::new()));
        if !found.is_empty() {
            ids.extend(found);
            ids.extend(pad);
        }
        at += taken;
    }
    if ids.len() == empty {
        return None;
    }
    ids.extend(map.get("$")?);
    Some(ids)
}

/// The ids of one symbol, which may stand for others (`phoneme_map`).
fn lookup(symbol: &str, voice: &VoiceDescription) -> Option<Vec<i64>> {
    match voice.phoneme_map.get(symbol) {
        Some(others) => Some(
            others
                .iter()
                .filter_map(|o| voice.phoneme_id_map.get(o))
                .flatten()
                .copied()
                .collect(),
        ),
        None => voice.phoneme_id_map.get(symbol).cloned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn voice() -> VoiceDescription {
        serde_json::from_str(
            r#"{"audio":{"sample_rate":22050},"phoneme_map":{"x":["a","b"]},
                "phoneme_id_map":{"_":[0],"^":[1],"$":[2],"a":[10],"b":[11],"ab":[12],".":[13],"̃":[14]}}"#,
        )
        .unwrap()
    }

    #[test]
    fn clauses_keep_the_mark_that_carries_the_melody() {
        let cut = |t: &str| {
            clauses(t)
                .into_iter()
                .map(|(c, m)| format!("{c}{}", m.unwrap_or('_')))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            cut("Well, it is 3.5 metres: \"really?!\" Yes"),
            ["Well,", "it is 3.5 metres:", "\"really?", "Yes_"]
        );
        assert_eq!(cut("... what?"), ["what?"]);
        assert_eq!(cut("one , . two"), ["one.", "two_"]);
        assert!(cut(" , !").is_empty());
    }

    #[test]
    fn ids_are_padded_and_the_longest_symbol_wins() {
        let ids = |t: &str| to_ids(&t.nfd().collect::<Vec<_>>(), &voice());
        assert_eq!(ids("ab."), Some(vec![1, 0, 12, 0, 13, 0, 2]));
        assert_eq!(ids("ã"), Some(vec![1, 0, 10, 0, 14, 0, 2]), "decomposed");
        assert_eq!(ids("x"), Some(vec![1, 0, 10, 11, 0, 2]), "replaced");
        assert_eq!(ids("zzz"), None, "nothing known");
    }
}
