//! Which things and places words mean.

use super::{
    frame::Noun,
    lexicon::{Kind, Lexicon},
    things::{Place, Thing, Things},
};

/// What words mean.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meant<'a> {
    /// Things that were named.
    pub things: Vec<&'a Thing>,
    pub area: Option<&'a str>,
    pub floor: Option<&'a str>,
    pub kind: Option<&'a Kind>,
}

pub struct Resolver<'a> {
    pub lexicon: &'a Lexicon,
    pub things: &'a Things,
    /// The endpoint's own area.
    pub own: Option<&'a str>,
}

/// More ways to read misheard words are not tried.
const MOST_READINGS: usize = 8;

impl<'a> Resolver<'a> {
    /// None where the words mean nothing of `domains` (empty: anything); several things where it is not clear which.
    pub fn resolve(&self, nouns: &[Noun], domains: &[&str]) -> Option<Meant<'a>> {
        self.resolved(nouns, domains, false)
    }

    /// `all_of_them`: of several of one name not only those in the own area ("all the heaters").
    pub fn resolved(&self, nouns: &[Noun], domains: &[&str], all_of_them: bool) -> Option<Meant<'a>> {
        let mut all: Vec<Meant<'a>> = Vec::new();
        for reading in readings(nouns) {
            if let Some(meant) = self.one(&reading, domains, all_of_them)
                && !all.contains(&meant)
            {
                all.push(meant);
            }
        }
        // What keeps strangers out is never guessed where something else may have been said.
        if all.len() > 1 {
            all.retain(|meant| meant.kind.is_none_or(|kind| kind.domain != "lock"));
        }
        if all.len() <= 1 {
            return all.pop();
        }
        // Two things that sound like what was said: both are handed on, and the person is asked.
        all.iter().all(|meant| !meant.things.is_empty()).then(|| Meant {
            things: all.into_iter().flat_map(|meant| meant.things).collect(),
            ..Meant::default()
        })
    }

    /// The same, but a room's name is the room, whatever stands there that is called like it.
    pub fn place_first(&self, nouns: &[Noun]) -> Option<Meant<'a>> {
        let place = readings(nouns).into_iter().find_map(|reading| {
            let meant = self.placed(&reading, &[])?;
            (meant.kind.is_none() && reading.len() == self.words_of(&meant)).then_some(meant)
        });
        place.or_else(|| self.resolve(nouns, &[]))
    }

    /// A kind of things, and perhaps a place: "the lights", whatever is called so.
    pub fn kind_first(&self, nouns: &[Noun]) -> Option<Meant<'a>> {
        let kind = readings(nouns)
            .into_iter()
            .find_map(|reading| self.placed(&reading, &[]));
        kind.filter(|meant| meant.kind.is_some())
    }

    /// Words of a place's name.
    fn words_of(&self, meant: &Meant<'_>) -> usize {
        let all = self.things.areas.iter().chain(&self.things.floors);
        let of = |place: &&Place| [meant.area, meant.floor].contains(&Some(place.value.as_str()));
        all.filter(of).map(|place| place.words.len()).max().unwrap_or(0)
    }

    fn one(&self, nouns: &[&str], domains: &[&str], all: bool) -> Option<Meant<'a>> {
        let meant = |things| match all {
            true => Meant {
                things,
                ..Meant::default()
            },
            false => self.nearest(things),
        };
        let exact = self.named(nouns, domains, true);
        if !exact.is_empty() {
            return Some(meant(exact));
        }
        // "The desk lamp of the desk's room": what is said twice is in the name and in the place.
        let twice = nouns.iter().enumerate().any(|(at, noun)| nouns[..at].contains(noun));
        if let Some(meant) = self.placed(nouns, domains).filter(|_| !twice) {
            return Some(meant);
        }
        let named = self.named(nouns, domains, false);
        if !named.is_empty() {
            return Some(meant(named));
        }
        self.shortened(nouns, domains).map(|thing| self.nearest(vec![thing]))
    }

    /// "The hall strip" for the hall's LED strip: one word of its own is left out, and nothing else can be meant.
    fn shortened(&self, nouns: &[&str], domains: &[&str]) -> Option<&'a Thing> {
        let same = |noun: &str, word: &str| self.lexicon.same_word(noun, word);
        let is_short = |thing: &&Thing| {
            let area: Vec<&String> = self.things.words_of_area(&thing.place).collect();
            let in_area = |noun: &str| area.iter().any(|word| same(noun, word));
            let here = Some(thing.place.as_str()) == self.own || nouns.iter().any(|noun| in_area(noun));
            let of_domain = domains.is_empty() || domains.contains(&thing.domain.as_str());
            let is_kind = |noun: &str| self.lexicon.kind_words.contains_key(noun);
            let of_kind = |noun: &str| {
                let kind = self.lexicon.kind_words.get(noun).map(|at| &self.lexicon.kinds[*at]);
                kind.is_some_and(|kind| kind.is(&thing.domain, &thing.class))
            };
            let is_mode = thing.domain == "input_boolean";
            let fits = |name: &Vec<String>| {
                let own: Vec<&String> = name.iter().filter(|word| !in_area(word)).collect();
                let unsaid = own.iter().filter(|word| !nouns.iter().any(|noun| same(noun, word)));
                let told = |noun: &&str| own.iter().any(|word| same(noun, word));
                let mut heard = nouns.iter().filter(|noun| told(noun));
                unsaid.count() == 1
                    && nouns.iter().all(|noun| told(noun) || in_area(noun) || of_kind(noun))
                    && heard.any(|noun| !is_kind(noun) && !in_area(noun))
            };
            here && of_domain && !is_mode && thing.names.iter().any(fits)
        };
        let mut all = self.things.things.iter().filter(is_short);
        all.next().filter(|_| all.next().is_none())
    }

    /// All things that the words can be about: "both bedside lamps".
    pub fn every(&self, nouns: &[Noun], domains: &[&str]) -> Vec<&'a Thing> {
        let Some(words) = readings(nouns).into_iter().next() else {
            return Vec::new();
        };
        let fits = |thing: &&Thing| {
            let area: Vec<&String> = self.things.words_of_area(&thing.place).collect();
            let is_of = |noun: &&str| {
                let name = thing
                    .names
                    .iter()
                    .flatten()
                    .any(|word| self.lexicon.same_word(noun, word));
                let kind = self.lexicon.kind_words.get(*noun).map(|at| &self.lexicon.kinds[*at]);
                name || area.iter().any(|word| self.lexicon.same_word(noun, word))
                    || kind.is_some_and(|kind| kind.is(&thing.domain, &thing.class))
            };
            let named = words.iter().any(|noun| {
                let own = thing
                    .names
                    .iter()
                    .flatten()
                    .any(|word| self.lexicon.same_word(noun, word));
                own && !self.lexicon.kind_words.contains_key(*noun)
                    && !area.iter().any(|word| self.lexicon.same_word(noun, word))
            });
            (domains.is_empty() || domains.contains(&thing.domain.as_str())) && named && words.iter().all(is_of)
        };
        self.things.things.iter().filter(fits).collect()
    }

    /// Of things of one name those in the own area, if there are.
    fn nearest(&self, things: Vec<&'a Thing>) -> Meant<'a> {
        let own: Vec<&Thing> = things
            .iter()
            .copied()
            .filter(|thing| Some(thing.place.as_str()) == self.own)
            .collect();
        Meant {
            things: if own.is_empty() { things } else { own },
            ..Meant::default()
        }
    }

    /// Only words for places and kinds.
    fn placed(&self, nouns: &[&str], domains: &[&str]) -> Option<Meant<'a>> {
        let mut meant = Meant::default();
        let mut at = 0;
        while at < nouns.len() {
            let rest = &nouns[at..];
            let area = self.longest(&self.things.areas, rest);
            let floor = self.longest(&self.things.floors, rest);
            let kind = self.kind(rest);
            let length = |found: &Option<(usize, &'a str)>| found.as_ref().map_or(0, |(length, _)| *length);
            let (of_area, of_floor) = (length(&area), length(&floor));
            let of_kind = kind.map_or(0, |(length, _)| length);
            if of_kind > 0 && of_kind >= of_area.max(of_floor) {
                let (length, kind) = kind?;
                // "The brightness of the lights": the last that says more.
                match meant.kind {
                    Some(known) if known.domain != kind.domain => return None,
                    Some(known) if known.only.is_none() && kind.only.is_some() => {}
                    _ => meant.kind = Some(kind),
                }
                at += length;
            } else if of_area > 0 && of_area >= of_floor {
                let (length, area) = area?;
                if meant.area.is_some_and(|known| known != area) {
                    return None;
                }
                meant.area = Some(area);
                at += length;
            } else {
                let (length, floor) = floor?;
                meant.floor = Some(floor);
                at += length;
            }
        }
        let fits = meant
            .kind
            .is_none_or(|kind| domains.is_empty() || domains.contains(&kind.domain.as_str()));
        (!nouns.is_empty() && fits).then_some(meant)
    }

    fn longest(&self, places: &'a [Place], nouns: &[&str]) -> Option<(usize, &'a str)> {
        let fits = |place: &&Place| {
            place.words.len() <= nouns.len() && place.words.iter().zip(nouns).all(|(a, b)| self.lexicon.same_word(a, b))
        };
        let found = places.iter().filter(fits).max_by_key(|place| place.words.len())?;
        Some((found.words.len(), found.value.as_str()))
    }

    fn kind(&self, nouns: &[&str]) -> Option<(usize, &'a Kind)> {
        (1..=nouns.len().min(3)).rev().find_map(|length| {
            let kind = self.lexicon.kind_of(&nouns[..length])?;
            Some((length, kind))
        })
    }

    /// Things all of whose words were said, and that every word can be about.
    fn named(&self, nouns: &[&str], domains: &[&str], exactly: bool) -> Vec<&'a Thing> {
        let mut best = 0;
        let mut found: Vec<&Thing> = Vec::new();
        for thing in &self.things.things {
            if !domains.is_empty() && !domains.contains(&thing.domain.as_str()) {
                continue;
            }
            let score = thing
                .names
                .iter()
                .filter_map(|name| self.score(thing, name, nouns, exactly))
                .max();
            let Some(score) = score else { continue };
            if score > best {
                best = score;
                found.clear();
            }
            if score == best {
                found.push(thing);
            }
        }
        match found.as_slice() {
            [one] if !exactly => self.with_its_likes(one, nouns),
            _ => found,
        }
    }

    /// "The door", where the only thing whose name says no more is the cellar's, far from here: it may be any door.
    fn with_its_likes(&self, one: &'a Thing, nouns: &[&str]) -> Vec<&'a Thing> {
        let same = |noun: &str, word: &str| self.lexicon.same_word(noun, word);
        let area: Vec<&String> = self.things.words_of_area(&one.place).collect();
        let placed = nouns.iter().any(|noun| area.iter().any(|word| same(noun, word)));
        let whole = one.names.iter().any(|name| name.len() == nouns.len());
        if placed || whole || Some(one.place.as_str()) == self.own {
            return vec![one];
        }
        let is_like = |thing: &&Thing| {
            let says = |name: &Vec<String>| nouns.iter().all(|noun| name.iter().any(|word| same(noun, word)));
            thing.domain == one.domain && thing.names.iter().any(says)
        };
        let mut all = vec![one];
        all.extend(
            self.things
                .things
                .iter()
                .filter(is_like)
                .filter(|thing| thing.id != one.id),
        );
        all
    }

    fn score(&self, thing: &Thing, name: &[String], nouns: &[&str], exactly: bool) -> Option<usize> {
        let said = |word: &String| nouns.contains(&word.as_str());
        if exactly {
            return (name.len() == nouns.len() && name.iter().all(said)).then_some(1);
        }
        let area: Vec<&String> = self.things.words_of_area(&thing.place).collect();
        let same_kind = |a: &str, b: &str| {
            let kind = self.lexicon.kind_words.get(a);
            kind.is_some() && kind == self.lexicon.kind_words.get(b)
        };
        let same = |a: &str, b: &str| self.lexicon.same_word(a, b);
        let of_kind = |noun: &str| {
            let kind = self.lexicon.kind_words.get(noun).map(|at| &self.lexicon.kinds[*at]);
            kind.is_some_and(|kind| kind.is(&thing.domain, &thing.class))
        };
        // Every word of its own name was said.
        let own = name.iter().filter(|word| !area.contains(word));
        let mut score = 1;
        let mut heard = 0;
        for word in own {
            match nouns.iter().find(|noun| same(noun, word) || same_kind(noun, word)) {
                Some(noun) => {
                    heard += 1;
                    score += if *noun == word { 3 } else { 2 };
                }
                // "The office ceiling" at 70 percent: the light.
                None if of_kind(word) && name.len() > 1 => {}
                None => return None,
            }
        }
        // And every word that was said is one of it, of its room, or of its kind.
        for noun in nouns {
            let in_name = name.iter().any(|word| same(noun, word) || same_kind(noun, word));
            let in_area = area.iter().any(|word| same(noun, word));
            if !(in_name || in_area || of_kind(noun)) {
                return None;
            }
            score += usize::from(in_name || in_area);
        }
        (heard > 0).then_some(score)
    }
}

/// All combinations of what may have been heard.
fn readings(nouns: &[Noun]) -> Vec<Vec<&str>> {
    let mut all: Vec<Vec<&str>> = vec![Vec::new()];
    for noun in nouns {
        let longer = all.iter().flat_map(|reading| {
            noun.iter().map(move |word| {
                let mut longer = reading.clone();
                longer.push(word.as_str());
                longer
            })
        });
        all = longer.take(MOST_READINGS).collect();
    }
    all
}
