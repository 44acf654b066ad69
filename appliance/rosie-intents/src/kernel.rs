//! Commands that say more than what is wanted: what is not meant ("not the bathroom one", "nicht die Hintertür, sondern die
//! Haustür"), and why ("my hands are full").
//!
//! What is cut out must be seen to be nothing else: after a "not" only names of the house, in a reason none of them and
//! nothing that is done. What is left must be a whole command for the home by itself.

use crate::context::MatchContext;
use crate::corrections;
use crate::later::Around;
use crate::loose::{Lexicon, Loose, Word};
use crate::matcher::Matcher;
use crate::understand::Said;
use crate::understood::Understood;
use rosie_core::{Intent, KnownNames};

/// Words that a story may begin with before it says what it is about.
const MOST_NAMED: usize = 6;
/// Where the command of a story may begin, that is tried.
const MOST_BEGINNINGS: usize = 3;
/// Words before a correction.
const MOST_BEFORE: usize = 8;
/// Words that belong to what follows: "any more", "viel heller".
const COUNTED: [&str; 24] = [
    "any", "no", "much", "even", "bit", "little", "some", "far", "way", "viel", "noch", "etwas", "nicht", "kein",
    "keine", "immer", "mucho", "nada", "un", "poco", "beaucoup", "peu", "pas", "encore",
];
/// A measure alone is no command after a story.
const MEASURES: [&str; 8] = ["more", "less", "mehr", "weniger", "mas", "menos", "plus", "moins"];
/// After these a verb is part of the story: "I have *to* turn off the light", "ein Knopf, *der* …".
const HANGING: &[&str] = &[
    "i",
    "you",
    "we",
    "they",
    "he",
    "she",
    "it",
    "to",
    "who",
    "that",
    "which",
    "will",
    "can",
    "could",
    "would",
    "should",
    "must",
    "or",
    "people",
    "ich",
    "du",
    "er",
    "sie",
    "wir",
    "ihr",
    "man",
    "dass",
    "der",
    "die",
    "das",
    "zu",
    "oder",
    "je",
    "tu",
    "il",
    "elle",
    "on",
    "nous",
    "vous",
    "ils",
    "elles",
    "qui",
    "que",
    "de",
    "d",
    "pour",
    "a",
    "se",
    "me",
    "te",
    "ne",
    "vais",
    "va",
    "dois",
    "doit",
    "faut",
    "peux",
    "peut",
    "veux",
    "veut",
    "ou",
    "yo",
    "el",
    "ella",
    "ellos",
    "lo",
    "la",
    "le",
    "les",
    "los",
    "las",
    "nos",
    "quien",
    "para",
    "al",
    "l",
    "y",
    "the",
    "my",
    "your",
    "his",
    "her",
    "mein",
    "meine",
    "mon",
    "ma",
    "mi",
    "su",
    "ton",
    "ta",
    "un",
    "una",
    "une",
    "ein",
    "eine",
    "voy",
    "hijo",
    "hija",
    "called",
    "named",
    "titled",
    "says",
    "llamada",
    "titulada",
    "appelee",
    "intitulee",
    "namens",
];

impl Matcher {
    /// None where nothing can be cut out, or where the rest is no command for the home.
    pub(crate) fn kernel(
        &self,
        said: &Said<'_>,
        names: &KnownNames,
        context: &MatchContext,
        before: &[Intent],
    ) -> Option<Understood> {
        let lexicon = self.lexicon.as_ref()?;
        let loose = self.loose(said)?;
        let known = context.with_known_names();
        let around = Around {
            names,
            context: &known,
            before,
        };
        if let Some(intents) = self.wanted_after(said, lexicon, &loose, &around, false) {
            return Some(Understood { intents, rest: None });
        }
        let one = contrasted(said, lexicon, &loose)
            .map(|one| vec![one])
            .or_else(|| spared(said, lexicon, &loose))
            .or_else(|| reasoned(said, lexicon, &loose).map(|one| vec![one]));
        let all = one
            .into_iter()
            .flatten()
            .chain(told_before(said, lexicon, &loose))
            .chain(begun_anew(said, lexicon, &loose))
            .chain(for_somebody(said, lexicon, &loose));
        let mut understood = all.filter_map(|rest| self.commands(&rest, &around));
        let intents = understood.find(|intents| !intents.iter().any(plays))?;
        Some(Understood { intents, rest: None })
    }
}

/// "Play it's my life" is a song.
pub(crate) fn plays(intent: &Intent) -> bool {
    matches!(intent.name.as_str(), "HassMediaUnpause" | "HassMediaSearchAndPlay")
}

/// The text without its words `from..to`.
fn without(said: &Said<'_>, from: usize, to: usize) -> Option<String> {
    let first = said.words.get(from)?.from;
    let last = said.words.get(to.checked_sub(1)?)?.to;
    let rest = format!("{} {}", said.text.get(..first)?, said.text.get(last..)?);
    let rest = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | ';' | ':' | '!'));
    Some(rest.to_owned())
}

/// Without what is not meant.
fn contrasted(said: &Said<'_>, lexicon: &Lexicon, loose: &Loose<'_>) -> Option<String> {
    let words = &said.words;
    let end = words.iter().rposition(|word| !word.is_mark())? + 1;
    let is = |at: usize, one: &std::collections::HashSet<String>| {
        words.get(at).is_some_and(|word| one.contains(&word.plain))
    };
    let not = (0..end).find(|at| is(*at, &lexicon.not))?;
    if let Some(instead) = (not + 2..end).find(|at| is(*at, &lexicon.instead)) {
        let thing: Vec<_> = words[not + 1..instead]
            .iter()
            .filter(|word| !word.is_mark())
            .cloned()
            .collect();
        if loose.names_something(&thing) {
            return without(said, not, instead + 1);
        }
        // "Mach nicht die Deckenlampe | an |, sondern die Tischlampe."
        let (particle, named) = thing.split_last()?;
        let parted = lexicon.particles.contains(&particle.plain) && loose.names_something(named);
        let rest = parted.then(|| without(said, not, instead + 1)).flatten()?;
        return Some(format!("{rest} {}", particle.exact));
    }
    let thing = words.get(not + 1..end)?;
    // After a thing, not after a verb: "dans la cuisine n'éteins pas la lumière".
    let of_thing = |at: usize| loose.names_something(&words[at..=at]);
    let before = words[..not].iter().rposition(|word| !word.is_mark())?;
    let named = before >= 1 && of_thing(before) && loose.names_something(thing) && !loose.says_all(&words[..not]);
    named.then(|| without(said, not, words.len())).flatten()
}

/// With what is let alone as what is left out: "lights off but leave the night mode alone".
fn spared(said: &Said<'_>, lexicon: &Lexicon, loose: &Loose<'_>) -> Option<Vec<String>> {
    let words = &said.words;
    let is = |at: usize, all: &[String]| {
        let there = words.get(at..at + all.len());
        there.is_some_and(|there| there.iter().zip(all).all(|(word, one)| word.plain == *one))
    };
    let end = words.iter().rposition(|word| !word.is_mark())? + 1;
    let cut = |[before, after]: &[Vec<String>; 2]| {
        let closed = end.checked_sub(after.len()).filter(|at| is(*at, after))?;
        let from = match before.is_empty() {
            true => loose.last_thing(&words[..closed])?,
            false => (2..closed).find(|at| is(*at, before))?,
        };
        let thing = words.get(from + before.len()..closed)?;
        (from >= 2 && loose.names_something(thing)).then_some((from, thing))
    };
    // The longest opening leaves the fewest words.
    let (from, thing) = lexicon
        .spares
        .iter()
        .filter_map(cut)
        .min_by_key(|(from, thing)| (thing.len(), *from))?;
    let first = said.text.get(..words[from].from)?.trim_end_matches([' ', ',']);
    let thing = said.text.get(thing.first()?.from..thing.last()?.to)?;
    let left_out = format!("{first} {} {thing}", lexicon.leaving_out);
    // "Lock the back door, the front door you don't touch": where no all is said, nothing need be left out.
    let alone = (!loose.says_all(&words[..from])).then(|| first.to_owned());
    Some(std::iter::once(left_out).chain(alone).collect())
}

/// Without the story that comes before the command: "it starts to rain send the mower home". What it names is kept: "the
/// bathroom is freezing make it 23 degrees".
fn told_before(said: &Said<'_>, lexicon: &Lexicon, loose: &Loose<'_>) -> Vec<String> {
    let words = &said.words;
    let opening = (0..words.len().min(MOST_NAMED)).find_map(|at| {
        let length = lexicon.reason(&words[at..]);
        (length >= lexicon.refusal(&words[at..]).max(1) && (at == 0 || loose.names_something(&words[..at])))
            .then_some((at, at + length))
    });
    let Some((named, after)) = opening.filter(|_| !said.text.trim_end().ends_with('?')) else {
        return Vec::new();
    };
    let begins = |at: &usize| {
        !hangs(words, *at)
            && at + 1 < words.len()
            && lexicon.begins_a_command(&words[*at..])
            // "On a mis la télé | en pause": no verb.
            && !lexicon.links.contains(&words[*at].plain)
            && !lexicon.is_surplus(&words[*at..])
            && lexicon.orders(&words[*at])
    };
    let told = |at: usize| {
        let command = said.text.get(words[at].from..)?;
        let kept = loose.place_or_thing(&words[..at]);
        let unnamed = words[..named].iter().chain(&words[after.min(at)..at]);
        let unnamed: Vec<_> = unnamed.filter(|word| !kept.contains(&word.plain)).cloned().collect();
        let only_told = unnamed
            .iter()
            .all(|word| word.is_mark() || lexicon.links.contains(&word.plain));
        let played = lexicon.plays_a_role(&words[..at]);
        (!played && (only_told || loose.tells_only(&unnamed))).then(|| format!("{} {command}", kept.join(" ")))
    };
    (after.max(2)..words.len())
        .filter(begins)
        .take(MOST_BEGINNINGS)
        .filter_map(told)
        .collect()
}

/// Whether the word at `at` belongs to the one before it.
pub(crate) fn hangs(words: &[Word], at: usize) -> bool {
    let before = words[at - 1].plain.as_str();
    HANGING.contains(&before) || COUNTED.contains(&before) || MEASURES.contains(&words[at].plain.as_str())
}

/// What is said after a "no, wait" when nothing was commanded before it.
fn begun_anew(said: &Said<'_>, lexicon: &Lexicon, loose: &Loose<'_>) -> Option<String> {
    let words: Vec<String> = said.words.iter().map(|word| word.exact.clone()).collect();
    let (from, to) = corrections::restarted(&words, &lexicon.language)?;
    let before = said.words.get(..from)?;
    let nothing = before.len() <= MOST_BEFORE && !lexicon.has_act(before) && !loose.refuses(before);
    let rest = said.text.get(said.words.get(to)?.from..)?;
    nothing.then(|| rest.to_owned())
}

/// Without for whom, or what for: "sperr bitte für Oma die Haustür auf".
fn for_somebody(said: &Said<'_>, lexicon: &Lexicon, loose: &Loose<'_>) -> Option<String> {
    let words = &said.words;
    let unknown = |at: usize| {
        let word = std::slice::from_ref(words.get(at)?);
        let free = !words[at].is_mark() && !lexicon.knows(&words[at]) && loose.house_words(word).is_empty();
        (free && !loose.counts(word) && !loose.refuses(word)).then_some(at + 1)
    };
    let article = |at: usize| words.get(at).is_some_and(|word| lexicon.articles.contains(&word.plain));
    let (from, to) = (1..words.len())
        .filter(|at| lexicon.is_sake(&words[*at]))
        .find_map(|at| {
            let first = unknown(at + 1 + usize::from(article(at + 1)))?;
            Some((at, unknown(first).unwrap_or(first)))
        })?;
    without(said, from, to)
}

/// Without the reason, which comes last, or first and is parted by a comma.
fn reasoned(said: &Said<'_>, lexicon: &Lexicon, loose: &Loose<'_>) -> Option<String> {
    let words = &said.words;
    let begins = |at: usize| {
        let length = lexicon.reason(&words[at..]);
        (length > 0).then_some((at, at + length))
    };
    let comma = begins(0).and_then(|(_, after)| (after..words.len()).find(|at| words[*at].is_mark()).zip(Some(after)));
    if let Some((comma, after)) = comma {
        return loose
            .tells_only(&words[after..comma])
            .then(|| without(said, 0, comma + 1))
            .flatten();
    }
    let (from, after) = (2..words.len()).find_map(begins)?;
    loose
        .tells_only(&words[after..])
        .then(|| without(said, from, words.len()))
        .flatten()
}
