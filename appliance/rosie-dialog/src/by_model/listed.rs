//! An item for a list, as people say it: "water the ferns goes down with the chores". What the item is, is what is left of
//! the clause without the words for putting it somewhere, and the list.

use super::clause::Search;
use crate::routing::is_told;
use rosie_core::Intent;
use std::ops::Range;

/// The class of wishes for an item on a list.
const ADD: &str = "HassShoppingListAddItem";
/// Words of one item.
const LONGEST_ITEM: usize = 6;
/// Words of one of several items, and of all of them.
const LONGEST_IN_A_ROW: usize = 3;
const LONGEST_ROW: usize = 14;

impl Search<'_> {
    /// The item on its list, as a plain sentence says it.
    pub(super) fn on_a_list(&self) -> Option<Vec<Intent>> {
        let wished = self.wished.class().is_some_and(|class| class == ADD);
        if !wished || self.clauses.cues.lists.is_empty() {
            return None;
        }
        let (list, said) = self.list_in()?;
        let clause = self.clauses.begin_of(said.start)..self.clauses.end_of(said.start).max(said.end);
        if is_told(self.slice(clause.start, clause.end)?, self.language) {
            return None;
        }
        let before = clause.start..self.before_the_list(clause.start, said.start);
        let after = said.end..clause.end;
        // "Lemons. Shopping list."; "they've all got to go on the list".
        let only = |run: &Range<usize>| run.clone().all(|at| self.is_one_of(at, self.clauses.cues.adds));
        let item = match only(&before) && only(&after) {
            true => self.items_before(clause.start)?,
            false => self.item(before).or_else(|| self.item(after))?,
        };
        let item = self.as_within_a_sentence(item)?;
        let text = self.clauses.adding(&item, &list);
        let understood = self.matcher.understand(&text, self.names, &self.context, &[])?;
        let is_it = |intent: &Intent| {
            let takes = super::calls::calls_of(intent);
            let adds = takes
                .iter()
                .all(|(name, _)| crate::wishes::says(ADD, name, Some("todo")));
            adds && intent.text("item").is_some_and(|item| !self.clauses.is_pronoun(&item))
        };
        let whole = understood.rest.is_none() && understood.intents.iter().all(is_it);
        whole.then_some(understood.intents)
    }

    /// The list that is named, as a sentence calls it, and its words.
    fn list_in(&self) -> Option<(String, Range<usize>)> {
        let names = self.things.iter().filter(|thing| thing.id.starts_with("todo."));
        let names = names.flat_map(|thing| thing.names.iter().cloned());
        let mut all: Vec<(String, String)> = names.map(|name| (name.clone(), name.to_lowercase())).collect();
        all.extend(self.clauses.cues.lists.iter().map(|word| (String::new(), word.clone())));
        // The longest name of a list is the list; "list" alone may be any.
        all.sort_by_key(|(_, said)| std::cmp::Reverse(said.split(' ').count()));
        all.into_iter().find_map(|(name, said)| {
            let words: Vec<&str> = said.split(' ').collect();
            let at = (self.clauses.from..self.clauses.words.len()).rev().find(|at| {
                words
                    .iter()
                    .enumerate()
                    .all(|(n, word)| self.word(at + n).as_deref() == Some(*word))
            })?;
            // "The chores list".
            let end = at + words.len();
            let called = self
                .word(end)
                .is_some_and(|word| self.clauses.cues.lists.contains(&word));
            Some((name, at..end + usize::from(called)))
        })
    }

    /// Without "on the" before the list.
    fn before_the_list(&self, from: usize, mut end: usize) -> usize {
        while end > from
            && self
                .word(end - 1)
                .is_some_and(|word| self.clauses.cues.places_on.contains(&word))
        {
            end -= 1;
        }
        end
    }

    /// What was said before the clause that only puts it somewhere: one item, or several in a row.
    fn items_before(&self, clause: usize) -> Option<Range<usize>> {
        let mut from = self.clauses.begin_of(clause.checked_sub(1)?);
        let last = from;
        while from > 0 && !self.clauses.begins_a_sentence(from) {
            let before = self.clauses.begin_of(from - 1);
            let told = self
                .slice(before, from)
                .is_some_and(|said| is_told(said, self.language));
            if from - before > LONGEST_IN_A_ROW || told {
                break;
            }
            from = before;
        }
        let plain = self.item(last..clause).is_some() && clause - from <= LONGEST_ROW;
        match plain && from < last {
            true => Some(from..clause),
            false => self.item(last..clause),
        }
    }

    fn is_one_of(&self, at: usize, words: &[String]) -> bool {
        self.word(at).is_some_and(|word| words.contains(&word))
    }

    /// The words of `run` without those for putting something somewhere.
    fn item(&self, mut run: Range<usize>) -> Option<Range<usize>> {
        let is = |at: usize, words: &[String]| self.is_one_of(at, words);
        while !run.is_empty() && is(run.start, self.clauses.cues.adds) {
            run.start += 1;
        }
        while !run.is_empty()
            && (is(run.end - 1, self.clauses.cues.adds) || is(run.end - 1, self.clauses.cues.places_on))
        {
            run.end -= 1;
        }
        // "Bread is running low, add it": more is said than what it is.
        let inner = |at: usize| is(at, self.clauses.cues.adds) || is(at, self.clauses.cues.places_on);
        let plain = run.clone().all(|at| !inner(at) || is(at, self.clauses.cues.within));
        (plain && (1..=LONGEST_ITEM).contains(&run.len())).then_some(run)
    }

    /// A sentence's first word is written large; German nouns are so anywhere.
    fn as_within_a_sentence(&self, item: Range<usize>) -> Option<String> {
        let said = self.slice(item.start, item.end)?;
        let begins = item.start == 0 || self.clauses.begins_a_sentence(item.start);
        let mut letters = said.chars();
        let first = letters.next()?;
        let plain = letters
            .clone()
            .take_while(|c| c.is_alphabetic())
            .all(char::is_lowercase);
        Some(match begins && plain && self.language.primary() != "de" {
            true => first.to_lowercase().chain(letters).collect(),
            false => said.to_owned(),
        })
    }

    fn word(&self, at: usize) -> Option<String> {
        Some(self.slice(at, at + 1)?.to_lowercase())
    }
}
