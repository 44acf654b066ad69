//! What each word of a sentence is: a word of commands, a number, or a name of the house, misheard ones among them.

use super::{
    lexicon::Lexicon,
    sound,
    tag::{Act, Tag},
    things::Things,
    words::Word,
};
use crate::numbers::NumberWords;
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Tag(Tag),
    /// Done only where it is wished for: "turned off" alone is a story.
    Wished(Act),
    Number(f64),
    /// A word of a name; several where it is not clear which was heard.
    Noun(Vec<String>),
}

/// Words of a sentence and what they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Tagged {
    pub part: Part,
    pub from: usize,
    pub to: usize,
}

pub struct Tagger<'a> {
    pub lexicon: &'a Lexicon,
    pub things: &'a Things,
    pub numbers: Option<&'a NumberWords>,
    /// Words for rooms and devices that any house may have: they are not misheard for others.
    pub known: [&'a BTreeSet<String>; 2],
}

impl Tagger<'_> {
    /// None where a word is neither of commands nor of the house.
    pub fn tag(&self, said: &[Word]) -> Option<Vec<Tagged>> {
        let mut parts: Vec<Option<Part>> = vec![None; said.len()];
        let mut ends: Vec<usize> = (1..=said.len()).collect();
        let mut taken = vec![false; said.len()];
        self.names(said, &mut parts, &mut taken);
        let mut at = 0;
        while at < said.len() {
            if taken[at] {
                at += 1;
                continue;
            }
            let free = said[at..]
                .iter()
                .zip(&taken[at..])
                .take_while(|(_, taken)| !**taken)
                .count();
            let (part, length) = self.one(said, at, free, &mut taken, &mut parts)?;
            parts[at] = Some(part);
            ends[at] = at + length;
            taken[at..at + length].fill(true);
            at += length;
        }
        let all = parts.into_iter().enumerate();
        let parts = all.filter_map(|(from, part)| {
            Some(Tagged {
                part: part?,
                from,
                to: ends[from],
            })
        });
        Some(split_compounds(parts))
    }

    /// Names of two words and more, as they are: nothing in them is a word of a command.
    fn names(&self, said: &[Word], parts: &mut [Option<Part>], taken: &mut [bool]) {
        let content: Vec<usize> = (0..said.len())
            .filter(|&i| !self.lexicon.links.contains(&said[i].plain))
            .collect();
        let names = self.things.things.iter().flat_map(|thing| &thing.names);
        let places = self
            .things
            .areas
            .iter()
            .chain(&self.things.floors)
            .map(|place| &place.words);
        let mut found: Vec<(usize, usize)> = Vec::new();
        for name in names.chain(places).filter(|name| name.len() >= 2) {
            for start in 0..content.len() {
                let here = content[start..].iter().zip(name);
                let span = content.get(start + name.len() - 1);
                if let Some(&last) = span
                    && here.clone().all(|(&i, word)| said[i].whole() == word)
                    && (content[start]..=last).all(|i| !said[i].is_mark())
                {
                    found.push((content[start], last + 1));
                }
            }
        }
        found.sort_by_key(|(from, to)| (std::cmp::Reverse(to - from), *from));
        for (from, to) in found {
            if taken[from..to].contains(&true) {
                continue;
            }
            taken[from..to].fill(true);
            for i in from..to {
                if content.contains(&i) {
                    parts[i] = Some(Part::Noun(vec![said[i].whole().to_owned()]));
                }
            }
        }
    }

    fn one(
        &self,
        said: &[Word],
        at: usize,
        free: usize,
        taken: &mut [bool],
        parts: &mut [Option<Part>],
    ) -> Option<(Part, usize)> {
        let word = &said[at];
        if word.is_mark() {
            return Some((Part::Tag(Tag::And), 1));
        }
        // "Not the nursery or the bathroom": one more of what is left out.
        let leaves_out = |from: usize| self.lexicon.at(&said[from..at]).any(|phrase| phrase.tag == Tag::Except);
        if self.lexicon.asks.is_or(word) && (0..at).any(leaves_out) {
            return Some((Part::Tag(Tag::And), 1));
        }
        // "Two seconds" is said of no number.
        let first = self.lexicon.at(&said[at..at + free]).next();
        let counts = |phrase: &&super::phrase::Phrase| matches!(phrase.tag, Tag::Filler | Tag::Level(_));
        if let Some(whole) = first.filter(|phrase| counts(phrase) && phrase.length() > 1) {
            return Some((Part::Tag(whole.tag.clone()), whole.length()));
        }
        // "Um drei Grad": by how much, and no time.
        let by = word.plain == "um" && free > 1;
        let counted = by.then(|| self.number(said, at + 1, free - 1)).flatten();
        if counted.is_some_and(|(_, length)| self.is_counted(said, at + 1 + length)) {
            return Some((Part::Tag(Tag::Link), 1));
        }
        if let Some((value, length)) = self.number(said, at, free) {
            return Some((Part::Number(value), length));
        }
        let vocabulary = |word: &str| self.things.vocabulary.contains(word);
        for phrase in self.lexicon.at(&said[at..at + free]) {
            let end = at + phrase.length();
            let segment = &said[at..];
            let reach = segment.iter().position(Word::is_mark).unwrap_or(segment.len());
            let Some(second) = phrase.second(&segment[..reach], |i| i >= phrase.length() && !taken[at + i]) else {
                continue;
            };
            if phrase.tag == Tag::Refuse && self.is_counted(said, end) {
                continue;
            }
            let last = second.map_or(end, |(from, length)| at + from + length);
            if (phrase.last && !self.is_end(said, last)) || (phrase.opening && !self.is_beginning(said, at)) {
                continue;
            }
            // A single word of a name that also is a word of commands: "light" in "light strip" is told by its place.
            if phrase.length() == 1 && matches!(phrase.tag, Tag::Colour(_) | Tag::Level(_)) && vocabulary(&word.plain) {
                continue;
            }
            if let Tag::Kind(_) = phrase.tag {
                for (i, one) in said.iter().enumerate().take(end).skip(at + 1) {
                    if !self.lexicon.links.contains(&one.plain) {
                        parts[i] = Some(Part::Noun(vec![one.plain.clone()]));
                    }
                }
                return Some((Part::Noun(vec![word.plain.clone()]), phrase.length()));
            }
            if let Some((from, length)) = second {
                if self.crosses(said, at, at + from) {
                    continue;
                }
                taken[at + from..at + from + length].fill(true);
            }
            let part = match phrase.tag {
                Tag::Act(act) if phrase.wished => Part::Wished(act),
                _ => Part::Tag(phrase.tag.clone()),
            };
            return Some((part, phrase.length()));
        }
        self.unheard_verb(said, at)
            .or_else(|| self.noun(said, at, free))
            .or_else(|| self.misheard_verb(said, at))
    }

    /// "Alume la lampe", "sierra la puerta": a verb by its sound, where only a verb is missing.
    fn misheard_verb(&self, said: &[Word], at: usize) -> Option<(Part, usize)> {
        let word = &said[at];
        if word.plain.chars().count() < 4 || !self.is_beginning(said, at) || self.is_commanded(said) {
            return None;
        }
        let tag = self.lexicon.verb_like(&word.plain)?;
        Some((Part::Tag(tag), 1))
    }

    /// Whether the words cannot be a command, whatever they name: a negation, a condition, a story.
    pub fn refuses(&self, said: &[Word]) -> bool {
        let mut parts: Vec<Option<Part>> = vec![None; said.len()];
        let mut taken = vec![false; said.len()];
        self.names(said, &mut parts, &mut taken);
        let mut at = 0;
        while at < said.len() {
            let free = taken[at..].iter().take_while(|taken| !**taken).count();
            let phrase = self.lexicon.at(&said[at..at + free]).find(|phrase| {
                let reach = &said[at..at + free];
                let counted = phrase.tag == Tag::Refuse && self.is_counted(said, at + phrase.length());
                !counted && phrase.second(reach, |i| i >= phrase.length()).is_some()
            });
            match phrase {
                Some(phrase) if phrase.tag == Tag::Refuse => return true,
                Some(phrase) => at += phrase.length(),
                None => at += 1,
            }
        }
        false
    }

    /// A number in digits or words that something follows which is counted, or that follows a "to".
    pub fn number(&self, said: &[Word], at: usize, free: usize) -> Option<(f64, usize)> {
        // "Minus five": no other word may lose its sign.
        if matches!(said[at].plain.as_str(), "minus" | "moins" | "negative") && free > 1 {
            let (value, length) = self.number(said, at + 1, free - 1)?;
            return Some((-value, length + 1));
        }
        let (value, length) = match said[at].number() {
            Some(value) => (value, 1),
            None => {
                // Too short to be anything but an article, unless a unit follows.
                let numbers = self.numbers?;
                let next = &said[at..at + free.min(6)];
                let read = |form: fn(&Word) -> &String| {
                    let mut line: Vec<char> = Vec::new();
                    let mut ends = Vec::new();
                    for word in next {
                        line.extend(form(word).chars());
                        ends.push(line.len());
                        line.push(' ');
                    }
                    let read = numbers.read(&line, 0).into_iter().rev();
                    let mut whole =
                        read.filter_map(|(end, value)| Some((value, ends.iter().position(|e| *e == end)? + 1)));
                    whole.next()
                };
                read(|word| &word.exact).or_else(|| read(|word| &word.plain))?
            }
        };
        let unit = self.is_counted(said, at + length);
        let ambiguous = length == 1 && self.lexicon.links.contains(&said[at].plain);
        let of_a_name = self.things.vocabulary.contains(&said[at].plain);
        (unit || (!ambiguous && !of_a_name)).then_some((value, length))
    }

    /// A word of a name: as it is, with another ending, another word for the same, written apart or together, misheard.
    fn noun(&self, said: &[Word], at: usize, free: usize) -> Option<(Part, usize)> {
        let word = said[at].plain.as_str();
        let joined = (free > 1 && !said[at + 1].is_mark()).then(|| format!("{word}{}", said[at + 1].plain));
        if let Some(joined) = &joined
            && (!self.is_known(word) || !self.is_known(&said[at + 1].plain) && !self.lexicon.knows(&said[at + 1]))
            && let Some(known) = self.known_form(joined)
        {
            return Some((Part::Noun(vec![known]), 2));
        }
        if let Some(known) = self.known_form(word) {
            // "Lampe adaire": what comes next is no word at all.
            let lost = |joined: &String| {
                let next = &said[at + 1];
                let is_word =
                    self.lexicon.knows(next) || self.known_form(&next.plain).is_some() || next.number().is_some();
                let heard = (!is_word).then(|| self.heard(joined, 0.85)).flatten();
                heard.filter(|heard| !heard.contains(&known))
            };
            return Some(match joined.as_ref().and_then(lost) {
                Some(heard) => (Part::Noun(heard), 2),
                None => (Part::Noun(vec![known]), 1),
            });
        }
        if let Some(parts) = self.compound(word) {
            return Some((Part::Noun(vec![parts.join(" ")]), 1));
        }
        // "Put the lid on": a short word is soon like another.
        let sure = word.chars().count() > 4 || self.names_else(said, at);
        let usual = self.lexicon.everyday.contains(word);
        if word.chars().count() < 3 || !sure || usual || self.known.iter().any(|words| words.contains(&said[at].exact))
        {
            return None;
        }
        if let Some(joined) = &joined
            && !self.lexicon.knows(&said[at + 1])
            && let Some(heard) = self.heard(joined, 0.85)
        {
            return Some((Part::Noun(heard), 2));
        }
        let faintly = || {
            let heard = self.heard(word, sound::FAINT).filter(|heard| heard.len() == 1)?;
            let first = heard[0].chars().next();
            (word.chars().count() >= 5 && word.chars().next() == first && self.commands(said)).then_some(heard)
        };
        let heard = self.heard(word, sound::ALIKE).or_else(faintly);
        heard.map(|heard| (Part::Noun(heard), 1))
    }

    /// Some word of it says what is done.
    fn commands(&self, said: &[Word]) -> bool {
        (0..said.len()).any(|at| {
            let mut phrases = self.lexicon.at(&said[at..]);
            phrases.any(|phrase| matches!(phrase.tag, Tag::Act(_) | Tag::Do))
        })
    }

    fn is_known(&self, word: &str) -> bool {
        self.things.vocabulary.contains(word) || self.lexicon.kind_words.contains_key(word)
    }

    pub fn known_form(&self, word: &str) -> Option<String> {
        if self.is_known(word) {
            return Some(word.to_owned());
        }
        let words = || self.things.vocabulary.iter().chain(self.lexicon.kind_words.keys());
        if let Some(same) = words().filter(|known| self.lexicon.same_word(word, known)).min() {
            return Some(same.clone());
        }
        let class = self
            .lexicon
            .same
            .iter()
            .find(|class| class.iter().any(|one| one == word))?;
        class.iter().find(|one| self.things.vocabulary.contains(*one)).cloned()
    }

    /// "Küchenlicht" as "Küche" and "Licht".
    fn compound(&self, word: &str) -> Option<Vec<String>> {
        if self.lexicon.compounds.is_empty() || word.chars().count() < 7 {
            return None;
        }
        let cuts = word
            .char_indices()
            .map(|(i, _)| i)
            .filter(|i| *i >= 3 && word.len() - i >= 3);
        for cut in cuts {
            let (head, tail) = word.split_at(cut);
            let heads = std::iter::once(head).chain(
                self.lexicon
                    .compounds
                    .iter()
                    .filter_map(|l| head.strip_suffix(l.as_str())),
            );
            let head = heads
                .into_iter()
                .filter(|head| head.len() >= 3)
                .find_map(|head| self.known_form(head));
            if let (Some(head), Some(tail)) = (head, self.known_form(tail)) {
                return Some(vec![head, tail]);
            }
        }
        None
    }

    /// The words that sound most like it.
    fn heard(&self, word: &str, least: f64) -> Option<Vec<String>> {
        let language = self.lexicon.language.primary();
        let words = self.things.vocabulary.iter().chain(self.lexicon.kind_words.keys());
        let mut alike: Vec<(f64, &String)> = words
            .map(|known| (sound::alike(word, known, language), known))
            .filter(|(alike, _)| *alike >= least)
            .collect();
        alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let best = alike.first()?.0;
        let mut near: Vec<String> = Vec::new();
        for (score, known) in alike {
            let another_form = near.iter().any(|one| self.lexicon.same_word(one, known));
            if score > best - sound::MARGIN && !another_form {
                near.push(known.clone());
            }
        }
        (near.len() <= 3).then_some(near)
    }
}

fn split_compounds(parts: impl Iterator<Item = Tagged>) -> Vec<Tagged> {
    let mut all = Vec::new();
    for tagged in parts {
        match &tagged.part {
            Part::Noun(words) if words.len() == 1 && words[0].contains(' ') => {
                all.extend(words[0].split(' ').map(|word| Tagged {
                    part: Part::Noun(vec![word.to_owned()]),
                    ..tagged.clone()
                }));
            }
            _ => all.push(tagged),
        }
    }
    all
}
