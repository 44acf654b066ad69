//! Words of putting things on lists, and where a list is named.

use super::{
    Loose,
    lexicon::Lexicon,
    phrase::expanded,
    tag::Tag,
    words::{Word, plain, words},
};
use rosie_core::Language;
use serde::Deserialize;
use std::collections::HashSet;

/// As the file has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListingFile {
    /// What may be said beside the item: "we need", "has to go".
    puts: String,
    /// What takes off.
    takes: String,
    and: String,
    /// What a shopping list is called.
    shopping: String,
    /// Names that people give to a shopping list and to one of things to do, whatever the house calls it.
    shopping_lists: String,
    tasks: String,
    /// What leads to a list: "on", "to".
    onto: String,
    /// Two words that are one thing: "mac and cheese".
    pairs: Vec<[String; 2]>,
}

#[derive(Debug, Clone)]
pub struct Listing {
    puts: Vec<Vec<String>>,
    takes: HashSet<String>,
    and: Vec<String>,
    shopping: Vec<String>,
    /// Each with what is common to the names of such a list.
    kinds: [Vec<Vec<String>>; 2],
    onto: HashSet<String>,
    pairs: Vec<[String; 2]>,
}

impl Listing {
    pub fn new(file: &ListingFile, language: &Language) -> Self {
        let bare = |phrase: &String| words(phrase, language).into_iter().map(|word| word.plain).collect();
        let mut puts: Vec<Vec<String>> = expanded(&file.puts).iter().map(bare).collect();
        puts.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        let each = |text: &str| -> Vec<String> { text.split('|').map(str::to_owned).collect() };
        Self {
            puts,
            takes: each(&file.takes).iter().map(|word| plain(word)).collect(),
            and: each(&file.and),
            shopping: each(&file.shopping),
            kinds: [&file.shopping_lists, &file.tasks].map(|text| expanded(text).iter().map(bare).collect()),
            onto: each(&file.onto).iter().map(|word| plain(word)).collect(),
            pairs: file.pairs.iter().map(|[a, b]| [plain(a), plain(b)]).collect(),
        }
    }
}

impl Lexicon {
    /// Where a name ends that begins here, whatever small words stand in it.
    pub fn name_at(&self, said: &[Word], name: &[String]) -> Option<usize> {
        let mut at = 0;
        for (number, word) in name.iter().enumerate() {
            let surplus = |said: &Word| said.plain != *word && self.links.contains(&said.plain);
            while number > 0 && said.get(at).is_some_and(surplus) {
                at += 1;
            }
            said.get(at).filter(|said| said.plain == *word)?;
            at += 1;
        }
        (at > 0).then_some(at)
    }

    pub fn ands(&self) -> &[String] {
        &self.listing.and
    }

    /// Whether things are bought from a list that is called so.
    pub fn shops(&self, name: &str) -> bool {
        self.listing.shopping.iter().any(|word| name.contains(word))
    }

    pub fn takes_off(&self, said: &[Word]) -> bool {
        said.iter().any(|word| self.listing.takes.contains(&word.plain))
    }

    pub fn is_pair(&self, items: &[String]) -> bool {
        let [a, b] = items else { return false };
        let pair = [plain(a), plain(b)];
        self.listing.pairs.contains(&pair)
    }

    /// Other names of a list that is called so.
    fn also_called(&self, name: &[String]) -> &[Vec<String>] {
        let bare = |one: &Vec<String>| one.iter().filter(|word| !self.links.contains(*word)).eq(name);
        let is_one = |kind: &&Vec<Vec<String>>| kind.iter().any(bare);
        self.listing.kinds.iter().find(is_one).map_or(&[], Vec::as_slice)
    }

    /// Whether a list is led to: "on", "to".
    pub fn leads_onto(&self, word: &Word) -> bool {
        self.listing.onto.contains(&word.plain)
    }

    /// Whether a clause is told: somebody does something in it.
    pub fn has_verb(&self, said: &[Word]) -> bool {
        self.is_clause(said)
    }

    /// Whether something is put: "we need", "has to go".
    pub fn puts_on(&self, said: &[Word]) -> bool {
        (0..said.len()).any(|at| self.begins_by_putting(&said[at..]))
    }

    pub fn begins_by_putting(&self, said: &[Word]) -> bool {
        let here =
            |put: &Vec<String>| put.len() <= said.len() && put.iter().zip(said).all(|(word, said)| *word == said.plain);
        self.listing.puts.iter().any(here)
    }

    /// What is left where the words of putting are taken from both ends.
    pub fn item<'w>(&self, mut said: &'w [Word]) -> &'w [Word] {
        let begins = |said: &[Word]| {
            let first = said.first()?;
            let put =
                self.listing.puts.iter().find(|put| {
                    put.len() <= said.len() && put.iter().zip(said).all(|(word, said)| *word == said.plain)
                });
            let surplus = self
                .at(said)
                .find(|phrase| matches!(phrase.tag, Tag::Filler | Tag::Polite | Tag::Also));
            let length = put.map_or(0, Vec::len).max(surplus.map_or(0, |phrase| phrase.length()));
            match length {
                0 => (first.is_mark() || self.links.contains(&first.plain)).then_some(1),
                length => Some(length),
            }
        };
        while let Some(length) = begins(said) {
            said = &said[length..];
        }
        // From the end: whatever ends in words of putting.
        while !said.is_empty() {
            let longest = said.len().saturating_sub(6);
            let cut = (longest..said.len()).find(|at| begins(&said[*at..]) == Some(said.len() - at));
            match cut {
                Some(at) => said = &said[..at],
                None => break,
            }
        }
        // "I am looking at the last roll put toilet paper on the list": what was told before is no part of it.
        match (1..said.len()).rev().find(|at| self.begins_by_putting(&said[*at..])) {
            Some(at) => self.item(&said[at..]),
            None => said,
        }
    }

    /// "Des sacs poubelle", "um, bin bags", "hefe fehlt": the thing alone.
    pub fn bare_item(&self, item: &str) -> String {
        let all = words(item, &self.language);
        let kept = self.item(&all);
        let text = kept
            .first()
            .zip(kept.last())
            .and_then(|(first, last)| item.get(first.from..last.to));
        text.unwrap_or(item).trim().to_owned()
    }
}

impl Loose<'_> {
    /// The id of the list that is named, and which words name it, with what leads to it ("on the shopping list").
    pub fn list_in(&self, said: &[Word]) -> Option<(String, usize, usize)> {
        let lists = self.things.things.iter().filter(|thing| thing.domain == "todo");
        let named = lists.flat_map(|list| {
            let also = list.names.iter().flat_map(|name| self.lexicon.also_called(name));
            list.names.iter().chain(also).map(move |name| (list, name))
        });
        let here = |name: &[String], from: usize| Some(from + self.lexicon.name_at(&said[from..], name)?);
        let mut found: Vec<(String, usize, usize)> = named
            .flat_map(|(list, name)| {
                (0..said.len()).filter_map(move |from| Some((list.id.clone(), from, here(name, from)?)))
            })
            .collect();
        found.sort_by_key(|(_, from, to)| std::cmp::Reverse(to - from));
        let (id, mut from, to) = found.into_iter().next()?;
        let leads = |word: &Word| self.lexicon.links.contains(&word.plain) || self.lexicon.leads_onto(word);
        while from > 0 && leads(&said[from - 1]) {
            from -= 1;
        }
        Some((id, from, to))
    }
}
