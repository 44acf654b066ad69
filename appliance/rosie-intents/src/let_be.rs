//! What is let be first: "leave the floor lamp alone and just turn off the ceiling light". That clause does nothing; what follows it
//! must be a whole command for the home by itself.

use crate::later::Around;
use crate::loose::{Lexicon, Loose, Word};
use crate::matcher::Matcher;
use crate::understand::Said;
use rosie_core::Intent;

/// Between what is let be and what is wanted.
const ONLY: [&str; 16] = [
    "and", "but", "just", "only", "instead", "und", "aber", "nur", "bloß", "y", "pero", "solo", "sólo", "et", "mais",
    "juste",
];
/// All but what was named before.
const OTHERS: [&str; 8] = [
    "other",
    "remaining",
    "anderen",
    "ubrigen",
    "restlichen",
    "demas",
    "otras",
    "autres",
];
/// A clause of more words tells more than what is let be.
const LONGEST: usize = 9;

impl Matcher {
    /// What is wanted after it; none where nothing is let be first. `denied`: that something be done to it.
    pub(crate) fn wanted_after(
        &self,
        said: &Said<'_>,
        lexicon: &Lexicon,
        loose: &Loose<'_>,
        around: &Around<'_>,
        denied: bool,
    ) -> Option<Vec<Intent>> {
        let words = &said.words;
        let (end, thing) = first_let_be(words, lexicon, loose)?;
        let from = (end..words.len()).find(|at| !is_joint(&words[*at], lexicon))?;
        let wanted = &words[from..];
        if !(words[end].is_mark() || lexicon.begins_a_command(wanted)) {
            return None;
        }
        let text = |all: &[Word]| said.text.get(all.first()?.from..all.last()?.to);
        // "The others" are all but that one.
        let without = wanted.iter().filter(|word| !OTHERS.contains(&word.plain.as_str()));
        let without: Vec<&str> = without.filter_map(|word| said.text.get(word.from..word.to)).collect();
        let but = format!("{} {} {}", without.join(" "), lexicon.leaving_out, text(thing)?);
        let leaves_out = |intents: &Vec<Intent>| intents.iter().any(|intent| intent.slots.contains_key("except"));
        let of_many = || self.commands(&but, around).filter(leaves_out);
        let plainly = |around: &Around<'_>| self.commands(text(wanted)?, around);
        if !denied {
            return of_many().or_else(|| plainly(around));
        }
        // "No apagues la tele, solo baja el volumen": nothing is left out of what is not many.
        let many = without.len() < wanted.len() || loose.says_all(wanted);
        // "Don't turn off the TV, just mute it": the same thing, where no other is named.
        let thing = text(thing)?;
        let about = self.about(thing, around);
        let then = Around {
            before: about.as_deref().unwrap_or(around.before),
            ..*around
        };
        let others = many.then(of_many).flatten();
        others
            .or_else(|| plainly(&then))
            .or_else(|| self.of_it(text(wanted)?, thing, around))
    }
}

impl Matcher {
    /// "Baja el volumen | de la tele | al diez por ciento": with the thing that it is done to.
    fn of_it(&self, wanted: &str, thing: &str, around: &Around<'_>) -> Option<Vec<Intent>> {
        let of = match self.language.primary() {
            "en" => "of",
            "de" => "von",
            _ => "de",
        };
        let words: Vec<&str> = wanted.split_whitespace().collect();
        (1..=words.len()).rev().take(LONGEST).find_map(|at| {
            let (first, last) = words.split_at(at);
            self.commands(&format!("{} {of} {thing} {}", first.join(" "), last.join(" ")), around)
        })
    }

    /// A command for a thing, by which the next is known to be about it.
    fn about(&self, thing: &str, around: &Around<'_>) -> Option<Vec<Intent>> {
        let turned_on = match self.language.primary() {
            "en" => format!("turn on {thing}"),
            "de" => format!("schalte {thing} ein"),
            "es" => format!("enciende {thing}"),
            "fr" => format!("allume {thing}"),
            _ => return None,
        };
        self.commands(&turned_on, around)
    }
}

fn is_joint(word: &Word, lexicon: &Lexicon) -> bool {
    let small = ONLY.contains(&word.plain.as_str()) || ONLY.contains(&word.exact.as_str());
    word.is_mark() || lexicon.ands().contains(&word.plain) || small
}

/// Where the clause ends that lets something be, and what it lets be.
fn first_let_be<'w>(words: &'w [Word], lexicon: &Lexicon, loose: &Loose<'_>) -> Option<(usize, &'w [Word])> {
    // "N'éteins pas la télé | mets-la en sourdine": with nothing between the two.
    let seam = |at: usize| lexicon.begins_with_a_verb(&words[at..]) && lexicon.orders(&words[at]);
    (2..words.len().min(LONGEST + 1))
        .filter(|at| is_joint(&words[*at], lexicon) || seam(*at))
        .find_map(|end| Some((end, let_be(&words[..end], lexicon, loose)?)))
}

/// Whether something is let be before anything else is said.
pub(crate) fn lets_be_first(words: &[Word], lexicon: &Lexicon, loose: &Loose<'_>) -> bool {
    first_let_be(words, lexicon, loose).is_some()
}

/// The thing of which the clause only says that it is to stay as it is.
fn let_be<'w>(clause: &'w [Word], lexicon: &Lexicon, loose: &Loose<'_>) -> Option<&'w [Word]> {
    let is = |there: &[Word], all: &[String]| {
        there.len() == all.len() && there.iter().zip(all).all(|(word, one)| word.plain == *one)
    };
    let named = |[before, after]: &[Vec<String>; 2]| {
        let (from, to) = (before.len(), clause.len().saturating_sub(after.len()));
        let fits = from < to && is(&clause[..from], before) && is(&clause[to..], after);
        let thing = clause.get(from..to).filter(|_| fits)?;
        loose.names_something(thing).then_some(thing)
    };
    // The longest pattern leaves the fewest words.
    lexicon.let_be.iter().filter_map(named).min_by_key(|thing| thing.len())
}
