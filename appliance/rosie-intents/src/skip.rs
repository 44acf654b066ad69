//! Skip words: what people say around a command ("please", "can you"). A template may still contain them, so the
//! text is tried with and without.

use crate::text::{Folding, Text};

/// The forms of one text that are tried.
pub struct Forms {
    pub full: Text,
    /// Without any skip word; None when there was none.
    pub bare: Option<Text>,
    /// Skip words gone from the start only: for sentences that end in a wildcard, which keeps its "please".
    pub trimmed_start: Option<Text>,
    /// Gone from the end only: for sentences that begin with a wildcard.
    pub trimmed_end: Option<Text>,
}

/// Skip words in compared letters, longest first.
#[derive(Debug, Clone, Default)]
pub struct SkipWords(Vec<Vec<char>>);

impl SkipWords {
    pub fn new<'a>(words: impl Iterator<Item = &'a String>, folding: Folding) -> Self {
        let mut words: Vec<Vec<char>> = words
            .map(|w| folding.literal(w.trim()))
            .filter(|w| !w.is_empty())
            .collect();
        words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        words.dedup();
        Self(words)
    }

    pub fn forms(&self, text: &str, folding: Folding) -> Forms {
        let full = Text::new(text, folding);
        let different = |t: Text| (t.spoken != full.spoken && !t.is_blank()).then_some(t);
        let bare = different(self.without(&full, folding, |_, _| true));
        if bare.is_none() && folding.ignore_spaces {
            return Forms {
                full,
                bare,
                trimmed_start: None,
                trimmed_end: None,
            };
        }
        let trimmed_start = different(self.trim_start(&full, folding));
        let trimmed_end = different(self.trim_end(&full, folding));
        Forms {
            full,
            bare,
            trimmed_start,
            trimmed_end,
        }
    }

    /// Cuts out every skip word that `wanted(start, end)` agrees to.
    fn without(&self, text: &Text, folding: Folding, wanted: impl Fn(usize, usize) -> bool) -> Text {
        let mut kept = vec![];
        let mut at = 0;
        let mut last_cut = false;
        while at < text.chars.len() {
            let end = self.0.iter().find_map(|w| ends_here(&text.chars, at, w, folding));
            match end.filter(|&end| wanted(at, end)) {
                Some(end) => {
                    at = end;
                    last_cut = true;
                }
                None => {
                    if last_cut && kept.last().is_some_and(|&o: &usize| text.spoken.get(o) != Some(&' ')) {
                        // The words on both sides of a cut stay apart.
                        kept.push(usize::MAX);
                    }
                    last_cut = false;
                    let origin = text.origin[at] as usize;
                    if kept.last() != Some(&origin) {
                        kept.push(origin);
                    }
                    at += 1;
                }
            }
        }
        let mut spoken: Vec<char> = vec![];
        for origin in kept {
            let c = text.spoken.get(origin).copied().unwrap_or(' ');
            if c != ' ' || spoken.last().is_some_and(|l| *l != ' ') {
                spoken.push(c);
            }
        }
        while spoken.last() == Some(&' ') {
            spoken.pop();
        }
        Text::from_spoken(spoken, folding)
    }

    fn trim_start(&self, text: &Text, folding: Folding) -> Text {
        let mut cut = 0;
        while let Some(end) = self.0.iter().find_map(|w| ends_here(&text.chars, cut, w, folding)) {
            cut = end;
            while text.chars.get(cut) == Some(&' ') {
                cut += 1;
            }
        }
        let from = text.origin.get(cut).map_or(text.spoken.len(), |&o| o as usize);
        Text::from_spoken(text.spoken[from..].to_vec(), folding)
    }

    fn trim_end(&self, text: &Text, folding: Folding) -> Text {
        let mut spoken = text.clone();
        loop {
            let end = spoken.chars.len() - usize::from(spoken.chars.last() == Some(&' '));
            let cut = self.0.iter().find_map(|w| {
                let start = end.checked_sub(w.len())?;
                (ends_here(&spoken.chars, start, w, folding)? == end).then_some(start)
            });
            let Some(start) = cut else { return spoken };
            let mut kept = spoken.spoken[..spoken.origin[start] as usize].to_vec();
            while kept.last() == Some(&' ') {
                kept.pop();
            }
            spoken = Text::from_spoken(kept, folding);
        }
    }
}

/// The end of a skip word that stands at `at` as words of its own.
fn ends_here(chars: &[char], at: usize, word: &[char], folding: Folding) -> Option<usize> {
    let end = at + word.len();
    if chars.get(at..end)? != word {
        return None;
    }
    if folding.ignore_spaces {
        return Some(end);
    }
    let letter = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
    let before = at.checked_sub(1).and_then(|i| chars.get(i));
    (!letter(before) && !letter(chars.get(end))).then_some(end)
}
