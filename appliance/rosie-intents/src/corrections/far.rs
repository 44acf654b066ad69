//! What is taken back long after it was said, with talk in between: "twenty four degrees, oh but Ben will have a fit, um, no,
//! twenty two degrees", "put yoghurt on the list, oh wait, there is some, so not yoghurt, butter".

use super::{ARTICLES, Numbers, UNITS, markers, taken_back};
use rosie_core::Language;
use std::ops::Range;

/// Before a number they put it in the place of an earlier one of the same unit.
const RATHER: &[&str] = &[
    "no", "actually", "rather", "nein", "lieber", "doch", "mejor", "non", "plutôt",
];
/// At the end they change nothing.
const POLITE: &[&str] = &[
    "please", "let's", "lets", "say", "then", "instead", "thanks", "i", "think", "bitte", "dann", "favor", "por",
    "plaît",
];
/// They fill a pause before what is meant.
const FILLERS: &[&str] = &["um", "uh", "er", "erm", "hmm", "but", "rather", "just", "oh", "no"];
/// With one of these begins something else than what is meant.
const STOPS: &[&str] = &[
    "it's", "its", "i", "i'm", "we", "we've", "they", "he", "she", "because", "since", "that's", "that", "is", "are",
    "please", "thanks", "and", "put", "add", "so", "if", "or",
];
/// "All the lamps but not the desk lamp" takes nothing back.
const EXCEPTING: &[&str] = &[
    "but", "and", "or", "just", "why", "if", "do", "does", "is", "am", "are", "was", "will", "would",
];
const BEFORE_PLACES: &[&str] = &["in", "on", "at", "of", "to", "from", "for", "with", "by", "near"];
/// Words for putting something on a list, and before the list.
const ADDS: &[&str] = &["add", "put", "stick", "pop", "write", "get"];
const ONTO: &[&str] = &["on", "onto", "to"];
/// What is meant comes after one of these.
const MEANT: &[&[&str]] = &[&["i", "meant"], &["i", "mean"], &["make", "that"], &["make", "it"]];
/// Words of what is taken back, and of what is meant.
const LONGEST: usize = 3;

/// The words as they were meant; `None` where nothing was taken back, or it is not clear what.
pub(super) fn far<'t>(
    words: &[&'t str],
    plain: &[String],
    numbers: &Numbers,
    language: &Language,
) -> Option<Vec<&'t str>> {
    number(words, plain, numbers)
        .or_else(|| not_but(words, plain, language))
        .or_else(|| on_a_list(words, plain, language))
}

/// A number and the word for what it counts.
struct Amount {
    number: Range<usize>,
    /// Behind the unit.
    end: usize,
}

fn amounts(plain: &[String], numbers: &Numbers) -> Vec<Amount> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < plain.len() {
        let count = plain[at..].iter().take_while(|word| numbers.is(word)).count();
        let behind = at + count;
        if count > 0 {
            let counted = plain.get(behind).is_some_and(|word| UNITS.contains(&word.as_str()));
            let end = behind + usize::from(counted);
            found.push(Amount {
                number: at..behind,
                end,
            });
        }
        at = behind + usize::from(count == 0);
    }
    found
}

fn number<'t>(words: &[&'t str], plain: &[String], numbers: &Numbers) -> Option<Vec<&'t str>> {
    let all = amounts(plain, numbers);
    let (meant, before) = all.split_last()?;
    let marked = meant.number.start.checked_sub(1)?;
    let polite = |word: &String| POLITE.contains(&word.as_str());
    if !RATHER.contains(&plain[marked].as_str()) || !plain[meant.end..].iter().all(polite) {
        return None;
    }
    let unit = |amount: &Amount| plain[amount.number.end..amount.end].first();
    let wrong = before
        .iter()
        .rev()
        .find(|amount| unit(amount).is_some() && (unit(meant).is_none() || unit(meant) == unit(amount)))?;
    let rest = in_its_clause(words, wrong.end..marked);
    let (number, counted) = (&words[meant.number.clone()], &words[wrong.number.end..wrong.end]);
    Some([&words[..wrong.number.start], number, counted, rest].concat())
}

/// What goes on after `from` up to a mark; nothing where none stands there.
fn in_its_clause<'w, 't>(words: &'w [&'t str], run: Range<usize>) -> &'w [&'t str] {
    let ends = |at: &usize| words[*at].ends_with(['.', ',', ';', '!', '?', '…']);
    if run.start == 0 || ends(&(run.start - 1)) {
        return &[];
    }
    match run.clone().find(ends) {
        Some(end) => &words[run.start..=end],
        None => &[],
    }
}

/// "… not yoghurt, um, butter".
fn not_but<'t>(words: &[&'t str], plain: &[String], language: &Language) -> Option<Vec<&'t str>> {
    let not = plain
        .iter()
        .rposition(|word| word == "not")
        .filter(|at| *at >= LONGEST)?;
    if EXCEPTING.contains(&plain[not - 1].as_str()) {
        return None;
    }
    let (wrong, behind) = (1..=LONGEST).rev().find_map(|count| {
        let said = plain.get(not + 1..not + 1 + count)?;
        // "Not the bathroom one": that "the" was said before says nothing.
        if said.iter().all(|word| ARTICLES.contains(&word.as_str())) {
            return None;
        }
        let at = plain[..not].windows(count).position(|words| words == said)?;
        Some((at..at + count, not + 1 + count))
    })?;
    let from = behind
        + plain[behind..]
            .iter()
            .take_while(|word| FILLERS.contains(&word.as_str()))
            .count();
    let meant = meant(plain, from)?;
    // The rest of what was said first, up to where it was taken back.
    let marked = taken_back(plain, markers(language)).map_or(not, |(at, _)| at.min(not));
    let rest = match in_its_clause(words, wrong.end..marked) {
        [] => words.get(wrong.end..marked)?,
        rest => rest,
    };
    Some([&words[..wrong.start], &words[meant], rest].concat())
}

/// The words that are meant: up to where something else begins.
fn meant(plain: &[String], from: usize) -> Option<Range<usize>> {
    let is_stop = |word: &String| STOPS.contains(&word.as_str());
    let end = plain[from..]
        .iter()
        .position(is_stop)
        .map_or(plain.len(), |at| from + at);
    let first = plain.get(from)?;
    let fits = (1..=LONGEST).contains(&(end - from)) && !BEFORE_PLACES.contains(&first.as_str());
    fits.then_some(from..end)
}

/// "Add mushrooms to the list, no, scrap that, Kofi won't touch them, I meant peppers".
fn on_a_list<'t>(words: &[&'t str], plain: &[String], language: &Language) -> Option<Vec<&'t str>> {
    let adds = plain.iter().position(|word| ADDS.contains(&word.as_str()))?;
    let onto = adds
        + 1
        + plain[adds + 1..]
            .iter()
            .position(|word| ONTO.contains(&word.as_str()))?;
    let list = onto + plain[onto..].iter().position(|word| word == "list")?;
    let (marked, _) = taken_back(plain, markers(language))?;
    if list >= marked || !(1..=LONGEST).contains(&(onto - adds - 1)) {
        return None;
    }
    let says = |at: &usize| {
        MEANT
            .iter()
            .any(|mark| plain.get(*at..*at + 2).is_some_and(|said| said == *mark))
    };
    let at = (marked..plain.len()).rev().find(says)?;
    let meant = meant(plain, at + 2)?;
    Some([&words[..=adds], &words[meant], &words[onto..=list]].concat())
}
