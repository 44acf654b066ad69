//! What is let be first: "leave the floor lamp alone and just turn off the ceiling light". That clause does nothing; what follows it
//! must be a whole command for the home by itself.

use crate::loose::{Lexicon, Loose, Word};
use crate::understand::Said;

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

/// What is wanted after it, first without what is let be where many are meant; nothing where nothing is let be first.
pub(crate) fn wanted_after(said: &Said<'_>, lexicon: &Lexicon, loose: &Loose<'_>) -> Vec<String> {
    let words = &said.words;
    let small = |word: &Word| ONLY.contains(&word.plain.as_str()) || ONLY.contains(&word.exact.as_str());
    let joint = |word: &Word| word.is_mark() || lexicon.ands().contains(&word.plain) || small(word);
    let found = (2..words.len().min(LONGEST + 1))
        .filter(|at| joint(&words[*at]))
        .find_map(|end| Some((end, let_be(&words[..end], lexicon, loose)?)));
    let Some((end, thing)) = found else { return Vec::new() };
    let Some(from) = (end..words.len()).find(|at| !joint(&words[*at])) else {
        return Vec::new();
    };
    let wanted = &words[from..];
    if !(words[end].is_mark() || lexicon.begins_a_command(wanted)) {
        return Vec::new();
    }
    let text = |all: &[Word]| said.text.get(all.first()?.from..all.last()?.to).map(str::to_owned);
    let (Some(all), Some(thing)) = (text(wanted), text(thing)) else {
        return Vec::new();
    };
    // "The others" are all but that one.
    let without = wanted.iter().filter(|word| !OTHERS.contains(&word.plain.as_str()));
    let without: Vec<&str> = without.filter_map(|word| said.text.get(word.from..word.to)).collect();
    vec![format!("{} {} {thing}", without.join(" "), lexicon.leaving_out), all]
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
