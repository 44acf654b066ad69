//! What a sentence inside of talk leaves out, and what was said before it: the thing that "it" is, the room that is "there".

use super::clause::Search;
use crate::tools;
use rosie_core::{Intent, dialog::EntityState};
use rosie_intents::Understood;
use std::{collections::HashSet, ops::Range};

impl Search<'_> {
    /// A room or a thing is named elsewhere, which may be meant, too.
    pub(super) fn names_more(&self, run: &Range<usize>) -> bool {
        self.names_any(&self.outside(run.start, run.end))
    }

    /// What is said before these words and after them.
    fn outside(&self, from: usize, end: usize) -> String {
        let rest = [self.slice(0, from), self.slice(end, self.clauses.words.len())];
        rest.map(Option::unwrap_or_default).join(" , ")
    }

    pub(super) fn names_any(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let all = ["area", "name"]
            .iter()
            .filter_map(|list| self.names.get(*list))
            .flatten();
        all.into_iter().any(|name| holds(&text, &name.spoken.to_lowercase()))
    }

    /// "The air in the living room is stuffy, get the fan there going": with the room's name instead of "there".
    pub(super) fn in_its_place(&self, text: &str, from: usize) -> String {
        let named = || self.only_room(self.slice(0, from)?);
        match self.clauses.there_in(text).zip(named()) {
            Some((there, room)) => {
                let place = self.clauses.in_room(room);
                format!("{}{place}{}", &text[..there.start], &text[there.end..])
            }
            None => text.to_owned(),
        }
    }

    /// "Let some sun into the living room and open the blind": what has no place of its own is in the only room that was
    /// named.
    pub(super) fn in_the_room(
        &self,
        text: &str,
        (from, end): (usize, usize),
        understood: &Understood,
    ) -> Option<Understood> {
        let has = |intent: &Intent, slot: &str| intent.slots.contains_key(slot);
        // Its own room is what the matcher takes where none is said.
        let placeless = |intent: &Intent| has(intent, "domain") && !has(intent, "name") && !has(intent, "floor");
        if !matches!(understood.intents.as_slice(), [one] if placeless(one)) || self.names_any(text) {
            return None;
        }
        let outside = self.outside(from, end);
        let room = self.only_room(&outside)?;
        let text = format!("{text} {}", self.clauses.in_room(room));
        let there = self.matcher.understand(&text, self.names, &self.context, &[])?;
        (there.intents.len() == 1 && there.rest.is_none()).then_some(there)
    }

    /// The one room that is named in `text`.
    fn only_room(&self, text: &str) -> Option<&str> {
        let text = text.to_lowercase();
        let all = self.names.get("area").map(Vec::as_slice).unwrap_or_default();
        let mut named = all.iter().filter(|area| holds(&text, &area.spoken.to_lowercase()));
        let area = named.next()?;
        named
            .all(|other| other.value == area.value)
            .then_some(area.spoken.as_str())
    }

    /// "The desk lamp has been on all day, switch it off": with the name of the thing instead of "it", where only one was
    /// named before.
    pub(super) fn with_its_name(&self, text: &str, from: usize) -> Option<String> {
        let pronoun = self.clauses.pronoun_in(text)?;
        let before = self.slice(0, from)?;
        let areas = self.names.get("area").into_iter().flatten();
        let rooms: HashSet<String> = areas.map(|area| area.spoken.to_lowercase()).collect();
        let named: Vec<&EntityState> = self
            .things
            .iter()
            .filter(|thing| tools::is_named(before, thing, &rooms))
            .collect();
        let words = |thing: &EntityState| -> HashSet<String> {
            let names = thing.names.iter().flat_map(|name| name.split_whitespace());
            names.map(str::to_lowercase).collect()
        };
        // A "kitchen ceiling light" is no "ceiling light".
        let less = |thing: &&&EntityState| {
            let own = words(thing);
            named
                .iter()
                .any(|other| other.id != thing.id && words(other).is_superset(&own) && words(other) != own)
        };
        let mut meant = named.iter().filter(|thing| !less(thing));
        let name = meant.next()?.names.first()?;
        match meant.next() {
            Some(_) => None,
            None => Some(format!("{}{name}{}", &text[..pronoun.start], &text[pronoun.end..])),
        }
    }
}

/// Whether `text` has `words` as whole words.
fn holds(text: &str, words: &str) -> bool {
    let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(words)
        .any(|(at, _)| ends(text[..at].chars().next_back()) && ends(text[at + words.len()..].chars().next()))
}
