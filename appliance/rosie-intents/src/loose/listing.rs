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
    /// Two words that are one thing: "mac and cheese".
    pairs: Vec<[String; 2]>,
}

#[derive(Debug, Clone)]
pub struct Listing {
    puts: Vec<Vec<String>>,
    takes: HashSet<String>,
    and: Vec<String>,
    shopping: Vec<String>,
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
            pairs: file.pairs.iter().map(|[a, b]| [plain(a), plain(b)]).collect(),
        }
    }
}

impl Lexicon {
    pub fn ands(&self) -> &[String] {
        &self.listing.and
    }

    pub fn shopping(&self) -> &[String] {
        &self.listing.shopping
    }

    pub fn takes_off(&self, said: &[Word]) -> bool {
        said.iter().any(|word| self.listing.takes.contains(&word.plain))
    }

    pub fn is_pair(&self, items: &[String]) -> bool {
        let [a, b] = items else { return false };
        let pair = [plain(a), plain(b)];
        self.listing.pairs.contains(&pair)
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
        let named = lists.flat_map(|list| list.names.iter().map(move |name| (list, name)));
        let is_link = |at: usize| self.lexicon.links.contains(&said[at].plain);
        let here = |name: &[String], from: usize| {
            let mut at = from;
            for (number, word) in name.iter().enumerate() {
                while number > 0 && at < said.len() && is_link(at) {
                    at += 1;
                }
                if said.get(at).is_none_or(|said| said.plain != *word) {
                    return None;
                }
                at += 1;
            }
            Some(at)
        };
        let mut found: Vec<(String, usize, usize)> = named
            .flat_map(|(list, name)| {
                (0..said.len()).filter_map(move |from| Some((list.id.clone(), from, here(name, from)?)))
            })
            .collect();
        found.sort_by_key(|(_, from, to)| std::cmp::Reverse(to - from));
        let (id, mut from, to) = found.into_iter().next()?;
        let leads = |word: &Word| {
            self.lexicon.links.contains(&word.plain) || matches!(word.plain.as_str(), "on" | "onto" | "auf")
        };
        while from > 0 && leads(&said[from - 1]) {
            from -= 1;
        }
        Some((id, from, to))
    }
}
