//! "Open the blind, no, close it": what is said last is done to what was named first. And "turn on the lights but dim them": two
//! commands, though "but" stands between them.

use crate::context::MatchContext;
use crate::matcher::Matcher;
use crate::understand::is_for_the_home;
use crate::understood::Understood;
use rosie_core::{Intent, KnownNames};

const BACK: [&str; 12] = [
    "no", "wait", "sorry", "nein", "nee", "halt", "warte", "espera", "perdón", "non", "attends", "pardon",
];
const BUT: [(&str, &str, &str); 4] = [
    ("en", " but ", " and "),
    ("de", " aber ", " und "),
    ("es", " pero ", " y "),
    ("fr", " mais ", " et "),
];

impl Matcher {
    /// None where nothing is taken back, or where what is said last names its own thing.
    pub(crate) fn taken_back(&self, text: &str, names: &KnownNames, context: &MatchContext) -> Option<Understood> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let is_back = |part: &&str| BACK.contains(&part.to_lowercase().trim_matches(|c: char| !c.is_alphanumeric()));
        let at = parts
            .iter()
            .position(is_back)
            .filter(|at| (1..parts.len() - 1).contains(at))?;
        let first = self.understood_in_words(&parts[..at].join(", "), names, context, &[])?;
        if !is_surely_for_the_home(&first) {
            return None;
        }
        let last = parts[at + 1..].join(", ");
        let prepared = self.prepared(names);
        let said = self.said(&last, &prepared, context);
        let loose = self.loose(&said)?;
        let taken = loose.take(&said.words)?;
        let intents = loose.follow(&taken, &first.intents)?;
        Some(Understood { intents, rest: None })
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

/// Commands for the home whose names are all known, and nothing else.
fn is_surely_for_the_home(all: &Understood) -> bool {
    let sure = |intent: &Intent| is_for_the_home(intent) && !intent.slots.values().any(|slot| slot.unresolved);
    all.rest.is_none() && all.intents.iter().all(sure)
}
