//! Commands that say more than what is wanted: what is not meant ("not the bathroom one", "nicht die Hintertür, sondern die
//! Haustür"), and why ("my hands are full").
//!
//! What is cut out must be seen to be nothing else: after a "not" only names of the house, in a reason none of them and
//! nothing that is done. What is left must be a whole command for the home by itself.

use crate::context::MatchContext;
use crate::later::Around;
use crate::loose::{Lexicon, Loose};
use crate::matcher::Matcher;
use crate::understand::{Said, Understood};
use rosie_core::{Intent, KnownNames};

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
        let known = MatchContext {
            unresolved_names: false,
            ..context.clone()
        };
        let around = Around {
            names,
            context: &known,
            before,
        };
        let contrast = contrasted(said, lexicon, &loose);
        let reason = || reasoned(said, lexicon, &loose);
        let rest = contrast.or_else(reason)?;
        let intents = self.commands(&rest, &around)?;
        // "Play it's my life" is a song.
        let plays = |intent: &Intent| intent.name.starts_with("HassMedia");
        (!intents.iter().any(plays)).then_some(Understood { intents, rest: None })
    }
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
        return loose
            .names_something(&thing)
            .then(|| without(said, not, instead + 1))
            .flatten();
    }
    let thing = words.get(not + 1..end)?;
    // After a thing, not after a verb: "dans la cuisine n'éteins pas la lumière".
    let of_thing = |at: usize| loose.names_something(&words[at..=at]);
    let before = words[..not].iter().rposition(|word| !word.is_mark())?;
    let named = before >= 1 && of_thing(before) && loose.names_something(thing) && !loose.says_all(&words[..not]);
    named.then(|| without(said, not, words.len())).flatten()
}

/// Without the reason, which comes last, or first and is parted by a comma.
fn reasoned(said: &Said<'_>, lexicon: &Lexicon, loose: &Loose<'_>) -> Option<String> {
    let words = &said.words;
    let begins = |at: usize| {
        let length = lexicon.reason(&words[at..]);
        (length > 0).then_some((at, at + length))
    };
    if let Some((_, after)) = begins(0) {
        let comma = (after..words.len()).find(|at| words[*at].is_mark())?;
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
