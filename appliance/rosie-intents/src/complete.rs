//! How finished a transcript sounds: lets the endpointer end a turn early, or wait.

use crate::context::MatchContext;
use crate::matcher::Matcher;
use crate::matching::{HitValue, Known, Matching, Reading, Wild};
use crate::names::PreparedNames;
use crate::text::{MAX_CHARS, Text, normalise};
use rosie_core::{Completeness, KnownNames};

impl Matcher {
    /// As [`Matcher::completeness_among`], without a house.
    pub fn completeness(&self, text: &str) -> Completeness {
        self.completeness_among(text, &KnownNames::new(), &MatchContext::default())
    }

    /// `Complete`: a sentence of the templates, and not one that people often go on with (that ends in a number, in
    /// any words, or in a name that begins a longer one). `Dangling`: ends in a word that nobody ends with, or where
    /// every template wants more. Else `Unknown`.
    pub fn completeness_among(&self, text: &str, names: &KnownNames, context: &MatchContext) -> Completeness {
        if text.trim_end().ends_with(['…', ',', '-', '—']) || text.trim_end().ends_with("...") {
            return Completeness::Dangling;
        }
        let names = self.prepared(names);
        let forms = self.skip.forms(text, self.folding);
        let bare = forms.bare.as_ref().unwrap_or(&forms.full);
        if bare.is_blank() || bare.chars.len() > MAX_CHARS {
            return Completeness::Unknown;
        }
        let (matched, firm, wants_more) = self.try_whole(bare, &names, context);
        if firm {
            return Completeness::Complete;
        }
        if self.ends_dangling(text) || (wants_more && !matched) {
            return Completeness::Dangling;
        }
        Completeness::Unknown
    }

    /// Whether the text is a sentence; one that needs no more; or the beginning of one.
    fn try_whole(&self, text: &Text, names: &PreparedNames, context: &MatchContext) -> (bool, bool, bool) {
        let mut matching = Matching::new(&self.grammar, names, &self.tools, text, Wild::Nothing);
        let start = matching.start();
        let mut known = Known::default();
        let (mut matched, mut firm, mut wants_more) = (false, false, false);
        for sentence in &self.grammar.sentences {
            let block = &self.grammar.blocks[sentence.block as usize];
            if !self.may_hold(block, text, context) {
                continue;
            }
            for end in matching.whole(sentence.expr) {
                matched = true;
                let readings = matching.readings(sentence.expr, start, end, &mut known);
                firm |= readings.iter().any(|r| !ends_loose(r, text, names));
            }
            wants_more |= matching.take_wants_more();
        }
        (matched, firm, wants_more)
    }

    fn ends_dangling(&self, text: &str) -> bool {
        let text = Text::from_spoken(normalise(text), self.folding);
        let words: String = text.chars.iter().collect();
        words
            .split_whitespace()
            .next_back()
            .is_some_and(|last| self.dangling.iter().any(|d| d == last))
    }
}

/// Ends in a number that a unit or more digits may follow, or in a name that begins a longer name.
fn ends_loose(reading: &Reading, text: &Text, names: &PreparedNames) -> bool {
    let length = text.chars.iter().rposition(|c| *c != ' ').map_or(0, |i| i + 1);
    reading
        .slots
        .iter()
        .chain(&reading.captured)
        .filter(|s| s.hit.last as usize >= length)
        .any(|s| match s.hit.value {
            HitValue::Number(..) | HitValue::Sum | HitValue::Words | HitValue::UnknownName => true,
            HitValue::Value(..) => false,
            HitValue::Name(..) => {
                let said = text.chars.get(s.from as usize..s.hit.last as usize).unwrap_or_default();
                names.any_longer(said)
            }
        })
}
