//! "Open the blind, no, close it": what is said last is done to what was named first. And "turn on the lights but dim them": two
//! commands, though "but" stands between them.

use crate::context::MatchContext;
use crate::dismissed::dismissed;
use crate::matcher::Matcher;
use crate::text::plain_words;
use crate::understand::is_for_the_home;
use crate::understood::Understood;
use rosie_core::{Intent, KnownNames};
use std::collections::BTreeMap;

const BACK: [&str; 15] = [
    "hang", "no", "nah", "nope", "wait", "sorry", "nein", "nee", "halt", "warte", "espera", "perdón", "non", "attends",
    "pardon",
];
/// Before or between those.
const PREFACES: [&str; 23] = [
    "on",
    "bah",
    "ouais",
    "actually",
    "oh",
    "ah",
    "um",
    "uh",
    "hm",
    "hmm",
    "well",
    "ach",
    "äh",
    "doch",
    "bueno",
    "mejor",
    "ay",
    "euh",
    "en",
    "fait",
    "et",
    "puis",
    "finalement",
];
/// It stays as it is; and the same without a "no" before it.
const LEAVES: [&str; 20] = [
    "leave", "don't", "dont", "never", "forget", "keep", "not", "lass", "lasst", "vergiss", "egal", "nicht", "deja",
    "nada", "laisse", "laissez", "oublie", "rien", "tant", "scratch",
];
const LEFT: [&str; 45] = [
    "ist gut so",
    "gut so",
    "así está bien",
    "c'est bon comme ça",
    "i'll do it",
    "that's enough",
    "it's fine",
    "that's fine",
    "passt schon",
    "schon gut",
    "da igual",
    "está bien",
    "está bien así",
    "ça va",
    "c'est bon",
    "let it be",
    "lass mal",
    "never mind",
    "nevermind",
    "leave it",
    "leave it on",
    "leave it off",
    "leave them",
    "leave them on",
    "leave it open",
    "forget it",
    "forget that",
    "keep it on",
    "scratch that",
    "don't",
    "cancel that",
    "lass",
    "lass es",
    "lass es an",
    "lass sie an",
    "vergiss es",
    "doch nicht",
    "mejor no",
    "olvídalo",
    "déjalo",
    "déjala",
    "laisse",
    "laisse tomber",
    "en fait non",
    "oublie",
];
const NO: [&str; 6] = ["no", "nah", "nope", "nein", "nee", "non"];
const NEVER_MIND: &str = "HassNevermind";
/// What is said where something was wanted first.
const LEFT_IT: &str = "left";
const BUT: [(&str, &str, &str); 4] = [
    ("en", " but ", " and "),
    ("de", " aber ", " und "),
    ("es", " pero ", " y "),
    ("fr", " mais ", " et "),
];

/// "Turn on the lamp… actually no, leave it", whatever it was that was wanted.
pub fn is_taken_back(text: &str) -> bool {
    halves(text).is_some_and(|(_, last)| leaves(&last))
}

/// Whether something is taken back in the middle of it, for something else or for nothing.
pub fn takes_back(text: &str) -> bool {
    halves(text).is_some()
}

impl Matcher {
    /// None where nothing is taken back, or where what is said last names its own thing.
    pub(crate) fn taken_back(&self, text: &str, names: &KnownNames, context: &MatchContext) -> Option<Understood> {
        if dismissed(text) {
            return Some(self.never_mind());
        }
        let (first, last) = halves(text)?;
        let done = self.understood_in_words(first, names, context, &[])?;
        if leaves(&last) {
            return Some(self.never_mind());
        }
        if !is_surely_for_the_home(&done) {
            return None;
        }
        let prepared = self.prepared(names);
        let said = self.said(&last, &prepared, context);
        let loose = self.loose(&said)?;
        let follows = || loose.follow(&loose.take(&said.words)?, &done.intents);
        if let Some(intents) = follows() {
            return Some(Understood { intents, rest: None });
        }
        // "Open the blinds, no, close": the word that it stands for is one of the first ones.
        let words: Vec<&str> = first.split_whitespace().collect();
        (0..words.len()).find_map(|at| {
            let mut words = words.clone();
            words[at] = &last;
            let other = self.understood_in_words(&words.join(" "), names, context, &[])?;
            (is_surely_for_the_home(&other) && other != done && is_to_the_same(&done, &other)).then_some(other)
        })
    }

    /// Nothing is to be done.
    pub fn never_mind(&self) -> Understood {
        let intent = Intent {
            name: NEVER_MIND.to_owned(),
            slots: BTreeMap::new(),
            language: self.language.clone(),
            response: LEFT_IT.to_owned(),
            literal_chars: 0,
        };
        Understood {
            intents: vec![intent],
            rest: None,
        }
    }

    /// "Add eggs to the list, hmm no, we've got some": what was said first is not done where what follows a "no" means nothing else.
    pub(crate) fn is_left(&self, all: &Understood, text: &str, names: &KnownNames, context: &MatchContext) -> bool {
        let first = halves(text).and_then(|(first, _)| self.understood_in_words(first, names, context, &[]));
        first.is_some_and(|first| first.intents == all.intents)
    }

    /// What was said and then not wanted is not done: "turn on the lamp, never mind".
    pub(crate) fn unless_never_mind(mut all: Understood) -> Understood {
        let is = |intent: &Intent| intent.name == NEVER_MIND;
        if all.intents.len() > 1 {
            match all.intents.last().is_some_and(is) {
                true => all.intents.retain(is),
                false => all.intents.retain(|intent| !is(intent)),
            }
        }
        all
    }

    /// None where the two halves are not both commands.
    pub(crate) fn but_then(
        &self,
        text: &str,
        names: &KnownNames,
        context: &MatchContext,
        before: &[Intent],
    ) -> Option<Understood> {
        let (_, but, and) = BUT.iter().find(|(language, ..)| *language == self.language.primary())?;
        let (first, second) = text.split_once(but)?;
        if second.contains(but) {
            return None;
        }
        let joined = format!("{}{and}{second}", first.trim_end_matches(','));
        let both = self.understood_in_words(&joined, names, context, before)?;
        (both.intents.len() >= 2 && is_surely_for_the_home(&both)).then_some(both)
    }
}

/// What was said first, and what instead: "turn on the lamp… actually no, leave it".
fn halves(text: &str) -> Option<(&str, String)> {
    const MARKS: [char; 6] = [',', '.', ';', '!', '…', '?'];
    let within = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '%' | '-');
    let starts = text.match_indices(MARKS).map(|(at, mark)| at + mark.len());
    let half = |at: usize| {
        let first = text[..at].trim_end_matches(|c: char| !c.is_alphanumeric());
        let words: Vec<String> = text[at..]
            .split(|c: char| !within(c))
            .filter(|word| !word.is_empty())
            .map(plain)
            .collect();
        let one_of = |list: &[&str], word: &String| list.contains(&word.as_str());
        let skips = words
            .iter()
            .take_while(|word| one_of(&BACK, word) || one_of(&PREFACES, word))
            .count();
        let rest = words[skips..].join(" ");
        let skipped = &words[..skips];
        // "…, nah, it's fine"; nothing else may follow.
        let others = text[at..].split(MARKS).map(plain_words).filter(|part| !part.is_empty());
        let left: Vec<String> = others.collect();
        let idle = |part: &String| {
            let one_of = |word: &str| BACK.contains(&word) || PREFACES.contains(&word);
            is_left(part) || part.split(' ').all(one_of)
        };
        if left.iter().any(|part| is_left(part)) && left.iter().all(idle) {
            return Some((first, LEAVES[0].to_owned()));
        }
        // "…, wait, no"; but "it's warm, no?" asks.
        if rest.is_empty() && skipped.iter().any(|word| one_of(&NO, word)) && !text.trim_end().ends_with('?') {
            return Some((first, LEAVES[0].to_owned()));
        }
        // "No more than half": the word has to stand by itself, or what follows leaves it.
        let alone = text[at..].split(MARKS).next()?.split_whitespace().count() <= skips;
        let back = skipped.iter().any(|word| one_of(&BACK, word));
        (back && !rest.is_empty() && (alone || leaves(&rest))).then_some((first, rest))
    };
    starts.filter_map(half).find(|(first, _)| !first.is_empty())
}

/// "Oh no it's fine", with what may stand before it.
fn is_left(part: &str) -> bool {
    let mut rest = part;
    loop {
        if LEFT.contains(&rest) {
            return true;
        }
        match rest.split_once(' ') {
            Some((word, after)) if BACK.contains(&word) || PREFACES.contains(&word) => rest = after,
            _ => return false,
        }
    }
}

fn plain(word: &str) -> String {
    word.to_lowercase().replace('’', "'")
}

fn leaves(said: &str) -> bool {
    let said = plain(said);
    let first = said.split_whitespace().next().unwrap_or_default();
    LEAVES.contains(&first) || LEFT.contains(&said.as_str())
}

/// Whether both are done to the same things, kinds and places.
fn is_to_the_same(one: &Understood, other: &Understood) -> bool {
    const WHERE: [&str; 5] = ["name", "area", "floor", "domain", "device_class"];
    let same = |(a, b): (&Intent, &Intent)| WHERE.iter().all(|slot| a.text(slot) == b.text(slot));
    one.intents.len() == other.intents.len() && one.intents.iter().zip(&other.intents).all(same)
}

/// Commands for the home whose names are all known, and nothing else.
fn is_surely_for_the_home(all: &Understood) -> bool {
    let sure = |intent: &Intent| is_for_the_home(intent) && !intent.slots.values().any(|slot| slot.unresolved);
    all.rest.is_none() && all.intents.iter().all(sure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_as_it_is() {
        for text in [
            "turn on the desk lamp... actually no, leave it",
            "turn off the hallway light. Never mind.",
            "turn off the light, scratch that",
            "Flurlicht aus. Doch nicht.",
            "mach das Licht aus… warte, lass es an",
            "apaga la luz del pasillo, mejor no",
            "éteins la lumière du couloir, en fait non",
            "éteins la lampe, attends, non",
            "turn the radio down, nah, it's fine",
            "mach das Radio leiser, ach, passt schon",
            "baja la radio, bueno, da igual, está bien así",
            "baisse la radio, oh et puis non, ça va",
            "monte la télé, oh non c'est bon comme ça",
            "close the blinds, oh hang on, I'll do it",
        ] {
            assert!(is_taken_back(text), "{text}");
        }
        for text in [
            "turn off the light, no, the fan",
            "open the blind, no more than half",
            "leave it on",
            "no, turn on the light",
            "all lights off, leave the fan on",
            "apaga la luz, ¿no?",
        ] {
            assert!(!is_taken_back(text), "{text}");
        }
    }
}
