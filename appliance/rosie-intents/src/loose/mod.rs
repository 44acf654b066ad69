//! Loose sentences: commands for the home in no order that a template has, with surplus words, with names as they were
//! heard, several at once, or going on from the sentence before.
//!
//! A sentence is taken only if every one of its words is understood: as a word of commands (`data/loose`), as a name of
//! the house, or as a surplus word. So a story about lights is none, however many words of it a command has.

mod amend;
mod ask;
mod calls;
mod edges;
mod follow;
mod frame;
mod intents;
mod left_out;
mod lexicon;
mod listing;
mod phrase;
mod placed;
mod resolve;
mod sound;
mod stories;
mod tag;
mod tags;
mod things;
mod verbs;
mod words;

use crate::numbers::NumberWords;
use crate::text::MAX_CHARS;
use frame::Frame;
pub(crate) use lexicon::Lexicon;
use resolve::Resolver;
use rosie_core::{Intent, Language};
use std::collections::BTreeSet;
pub(crate) use tag::Tag;
use tags::{Part, Tagger};
pub(crate) use things::{Thing, Things};
pub(crate) use words::Word;

/// A language's words and a house.
pub(crate) struct Loose<'a> {
    pub lexicon: &'a Lexicon,
    pub things: &'a Things,
    pub numbers: Option<&'a NumberWords>,
    pub known: [&'a BTreeSet<String>; 2],
    /// The endpoint's own area.
    pub own: Option<&'a str>,
}

/// A sentence as its frames.
pub(crate) struct Taken {
    frames: Vec<Frame>,
    polite: bool,
}

impl Taken {
    /// It has a "please" or a "could you" in it.
    pub fn is_polite(&self) -> bool {
        self.polite
    }
}

impl<'a> Loose<'a> {
    pub fn words(text: &str, language: &Language) -> Vec<Word> {
        if text.len() > 4 * MAX_CHARS {
            return Vec::new();
        }
        words::words(text, language)
    }

    fn tagger(&self) -> Tagger<'a> {
        Tagger {
            lexicon: self.lexicon,
            things: self.things,
            numbers: self.numbers,
            known: self.known,
        }
    }

    fn resolver(&self) -> Resolver<'a> {
        Resolver {
            lexicon: self.lexicon,
            things: self.things,
            own: self.own,
        }
    }

    /// None where a word is not understood, or where the words tell that they are no command.
    pub fn take(&self, said: &[Word]) -> Option<Taken> {
        let tagged = self.tagger().tag(said)?;
        let mut frames = frame::frames(&tagged, said, self.lexicon)?;
        // "Phew, it's stuffy in here, put the fan on": the first says why.
        let why = |frame: &Frame| frame.is_how_it_is() && self.lexicon.opens_a_clause_soon(&said[frame.from..]);
        if frames
            .iter()
            .any(|frame| !(why(frame) || frame.does_nothing() && frame.nouns.is_empty()))
        {
            let told = frames.first().is_some_and(why);
            frames.retain(|frame| !why(frame));
            if let Some(first) = frames.first_mut().filter(|_| told) {
                first.joined = false;
            }
        }
        let polite =
            frames.iter().any(|frame| frame.polite) || tagged.iter().any(|one| one.part == Part::Tag(tag::Tag::Polite));
        Some(Taken { frames, polite })
    }

    /// Whether all that is said are names and surplus words: nothing is done to them.
    pub fn only_names(&self, said: &[Word]) -> bool {
        let tagged = self.tagger().tag(said);
        let says_nothing = |part: &Part| match part {
            Part::Noun(_) | Part::Number(_) => true,
            Part::Tag(tag) => matches!(
                tag,
                tag::Tag::Link | tag::Tag::Filler | tag::Tag::All | tag::Tag::Here | tag::Tag::And
            ),
            Part::Wished(_) => false,
        };
        tagged.is_some_and(|all| all.iter().all(|one| says_nothing(&one.part)))
    }

    /// "Lumière dans le grenier": light itself, which is asked for by naming it.
    pub fn is_light(&self, said: &[Word]) -> bool {
        let first = said.iter().find(|word| !self.lexicon.links.contains(&word.plain));
        first.is_some_and(|word| self.lexicon.mass.contains(&word.plain))
    }

    /// Whether all that is said are names and surplus words, and at least one name.
    pub fn names_something(&self, said: &[Word]) -> bool {
        let tagged = self.tagger().tag(said);
        let names = |all: &Vec<tags::Tagged>| all.iter().any(|one| matches!(one.part, Part::Noun(_)));
        tagged.is_some_and(|all| names(&all)) && self.only_names(said)
    }

    /// Whether all of something is meant.
    pub fn says_all(&self, said: &[Word]) -> bool {
        let all = |phrase: &phrase::Phrase| matches!(phrase.tag, tag::Tag::All | tag::Tag::Everything | tag::Tag::Only);
        (0..said.len()).any(|at| self.lexicon.at(&said[at..]).any(all))
    }

    /// Whether words name no kind and no place of the house, do nothing, and deny nothing. One word that a name has, too, is none
    /// ("full").
    pub fn tells_only(&self, said: &[Word]) -> bool {
        let is_place = |word: &Word| {
            let places = self.things.areas.iter().chain(&self.things.floors);
            places.into_iter().any(|place| place.words.contains(&word.plain))
        };
        let names = |word: &&Word| self.things.vocabulary.contains(&word.plain);
        !said.is_empty()
            && !self.tagger().refuses(said)
            && said.iter().filter(names).count() <= 1
            && (0..said.len()).all(|at| {
                let word = &said[at];
                let known = self.lexicon.kind_words.contains_key(&word.plain) || is_place(word);
                let does = self.lexicon.begins_a_command(&said[at..]) && !self.lexicon.is_complaint(&said[at..]);
                !known && !does
            })
    }

    /// The words that something in the house is called by, in their order: of a name, a place or a kind.
    pub fn house_words(&self, said: &[Word]) -> Vec<String> {
        let is_kind = |word: &Word| self.lexicon.kind_words.contains_key(&word.plain);
        let tagger = self.tagger();
        let is_name = |word: &Word| !self.lexicon.is_small(word) && tagger.known_form(word.whole()).is_some();
        let of_house = said.iter().filter(|word| is_kind(word) || is_name(word));
        of_house.map(|word| word.whole().to_owned()).collect()
    }

    /// Whether a number is said, that may be a time or a value.
    pub fn counts(&self, said: &[Word]) -> bool {
        let tagger = self.tagger();
        let reach = |at: usize| said[at..].iter().position(Word::is_mark).unwrap_or(said.len() - at);
        (0..said.len()).any(|at| reach(at) > 0 && tagger.number(said, at, reach(at)).is_some())
    }

    /// Where the last thing begins that is named at the end of these words: at its article.
    pub fn last_thing(&self, said: &[Word]) -> Option<usize> {
        let named = |word: &Word| !self.house_words(std::slice::from_ref(word)).is_empty();
        let small = |word: &Word| self.lexicon.links.contains(&word.plain);
        let run = said.iter().rev().take_while(|word| named(word) || small(word)).count();
        let from = said.len() - run;
        let article = said[from..]
            .iter()
            .rposition(|word| self.lexicon.articles.contains(&word.plain));
        let at = from + article.unwrap_or(0);
        said[at..].iter().any(named).then_some(at)
    }

    /// The words at the beginning that name a room or a floor.
    pub fn place_at<'w>(&self, said: &'w [Word]) -> Option<&'w [Word]> {
        let places = self.things.areas.iter().chain(&self.things.floors);
        let ends = places.filter_map(|place| self.lexicon.name_at(said, &place.words));
        ends.max().map(|end| &said[..end])
    }

    /// Whether a room or a floor is named, or the one that somebody is in.
    pub fn names_a_place(&self, said: &[Word]) -> bool {
        let here = |phrase: &phrase::Phrase| phrase.tag == tag::Tag::Here;
        (0..said.len()).any(|at| self.place_at(&said[at..]).is_some() || self.lexicon.at(&said[at..]).any(here))
    }

    /// The room that is called just so.
    pub fn room_called(&self, spoken: &str) -> Option<String> {
        let words = Self::words(spoken, &self.lexicon.language)
            .into_iter()
            .map(|word| word.plain);
        let words: Vec<String> = words.filter(|word| !self.lexicon.articles.contains(word)).collect();
        let called = self.things.areas.iter().find(|place| place.words == words);
        called.map(|place| place.value.clone())
    }

    /// The words that name a place, or else a thing, in full.
    pub fn place_or_thing(&self, said: &[Word]) -> Vec<String> {
        let same = |a: &str, b: &str| {
            let of_class = |class: &Vec<String>| [a, b].iter().all(|word| class.iter().any(|one| one == word));
            self.lexicon.same_word(a, b) || self.lexicon.same.iter().any(of_class)
        };
        let is_said = |word: &String| said.iter().any(|one| same(&one.plain, word));
        let in_full = |name: &&Vec<String>| !name.is_empty() && name.iter().all(is_said);
        let places = self
            .things
            .areas
            .iter()
            .chain(&self.things.floors)
            .map(|place| &place.words);
        let place = places.filter(in_full).max_by_key(|name| name.len());
        let things = self.things.things.iter().flat_map(|thing| &thing.names);
        let named = || things.filter(in_full).max_by_key(|name| name.len());
        let Some(name) = place.or_else(named) else {
            return Vec::new();
        };
        let words = said.iter().map(|word| &word.plain);
        let of_name = words.filter(|said| name.iter().any(|word| same(said, word)));
        of_name.cloned().collect()
    }

    /// Whether the words cannot be a command, whatever they name.
    pub fn refuses(&self, said: &[Word]) -> bool {
        self.tagger().refuses(said)
    }

    /// What goes on from what was asked before.
    pub fn follow(&self, taken: &Taken, before: &[Intent]) -> Option<Vec<Intent>> {
        let follows = self.resolver().follow(&taken.frames, before);
        follows.or_else(|| self.goes_on_there(taken, before))
    }

    /// "But only to forty percent": what goes on with a "but".
    pub fn follow_but(&self, said: &[Word], before: &[Intent]) -> Option<Vec<Intent>> {
        let rest = said
            .split_first()
            .filter(|(first, _)| self.lexicon.but.contains(&first.plain));
        let taken = self.take(rest?.1)?;
        self.follow(&taken, before)
    }

    /// "And the spotlight on": something else, in the room that was spoken of.
    fn goes_on_there(&self, taken: &Taken, before: &[Intent]) -> Option<Vec<Intent>> {
        let first = taken.frames.first().filter(|frame| frame.joined)?;
        if first.does_nothing() || first.nouns.is_empty() || taken.frames.iter().any(|frame| frame.everything) {
            return None;
        }
        let place = self.resolver().place_of(before.last()?);
        let there = Loose {
            own: place.as_deref().or(self.own),
            ..*self
        };
        let mut frames = taken.frames.clone();
        frames[0].joined = false;
        frames[0].also = false;
        let taken = Taken {
            frames,
            polite: taken.polite,
        };
        there.intents(&taken, false)
    }

    /// Every command of it. `question`: it was written as one.
    pub fn intents(&self, taken: &Taken, question: bool) -> Option<Vec<Intent>> {
        let resolver = self.resolver();
        let asks = |frame: &Frame| frame.acts.contains(&tag::Act::Warmth);
        if question && !taken.polite && !taken.frames.iter().all(asks) {
            return None;
        }
        // "And the hall too" is no beginning.
        if taken.frames.first().is_some_and(|frame| frame.joined || frame.also) {
            return None;
        }
        let mut all = Vec::new();
        let mut frames = self.placed(taken.frames.clone());
        self.wished_states(&mut frames);
        let frames = frame::said_once(&frames, |frame| {
            let meant = resolver.place_first(&frame.nouns);
            meant.is_some_and(|meant| meant.area.is_some() || meant.floor.is_some())
        });
        for (at, frame) in frames.iter().enumerate() {
            let filled = self.filled(&frames, at, &self.named(&frames[..at], frame));
            all.extend(resolver.intents(&filled)?);
        }
        (!all.is_empty()).then_some(all)
    }

    /// "The kitchen fan to 40 percent and *the one* in the attic off": the fan there, not the light.
    fn named(&self, before: &[Frame], frame: &Frame) -> Frame {
        let is_kind = |noun: &&frame::Noun| noun.iter().any(|word| self.lexicon.kind_words.contains_key(word));
        let has_kind = frame.nouns.iter().any(|noun| is_kind(&noun));
        let kinds = before.last().filter(|_| frame.one && !has_kind);
        let mut named = frame.clone();
        named.nouns.extend(
            kinds
                .into_iter()
                .flat_map(|last| last.nouns.iter().filter(is_kind).cloned()),
        );
        named
    }

    /// "The blind and the curtain *in the bedroom*", "kitchen, hall and bathroom *lights*": what a neighbour says about
    /// the place and the kind.
    fn filled(&self, frames: &[Frame], at: usize, frame: &Frame) -> Frame {
        let resolver = self.resolver();
        let mut filled = frame.clone();
        let Some(own) = resolver.place_first(&frame.nouns) else {
            return filled;
        };
        let alike = |other: &&Frame| other.acts == frame.acts && other.values == frame.values && !other.everything;
        let after = frames[at + 1..]
            .iter()
            .take_while(|next| !next.make && !next.here && (next.verb_last || !next.verb))
            .filter(alike);
        // "… and the heater off": a verb that comes last begins nothing anew.
        let goes_on = !frame.make && (frame.verb_last || !frame.verb);
        let before = frames[..at].iter().rev().take_while(|_| goes_on);
        let of_area = |noun: &frame::Noun, area: &str| {
            let mut words = self.things.words_of_area(area);
            words.any(|word| noun.iter().any(|said| self.lexicon.same_word(word, said)))
        };
        let said_area = own.area.is_some() || own.floor.is_some();
        let named_area = own
            .things
            .first()
            .is_some_and(|thing| frame.nouns.iter().any(|noun| of_area(noun, &thing.place)));
        let kind_open = own.things.is_empty() && own.kind.is_none() && said_area;
        // "The blinds in the kitchen, the living room *and the bathroom*": what they are may be said far before.
        let reach = if kind_open { frames.len() } else { 1 };
        let neighbours: Vec<&Frame> = after.chain(before.take(reach)).collect();
        let place_open = !(said_area || named_area || frame.all || frame.here);
        for other in neighbours {
            let Some(said) = resolver.place_first(&other.nouns) else {
                continue;
            };
            let take = |wanted: &dyn Fn(&frame::Noun) -> bool| {
                other.nouns.iter().filter(|noun| wanted(noun)).cloned().collect()
            };
            let is_kind = |noun: &frame::Noun| noun.iter().any(|word| self.lexicon.kind_words.contains_key(word));
            // "The kitchen and office lights", where something is called "office lights".
            let of_kind = said.things.is_empty() && said.kind.is_some() || resolver.kind_first(&other.nouns).is_some();
            if kind_open && of_kind {
                let more: Vec<frame::Noun> = take(&is_kind);
                filled.nouns.extend(more);
                break;
            }
            let area = said.area.or(said.things.first().map(|thing| thing.place.as_str()));
            if let Some(area) = area.filter(|_| place_open) {
                let more: Vec<frame::Noun> = take(&|noun| of_area(noun, area));
                let mut with_it = frame.nouns.clone();
                with_it.extend(more.iter().cloned());
                if !more.is_empty() && resolver.resolve(&with_it, &[]).is_some() {
                    filled.nouns = with_it;
                    break;
                }
            }
        }
        filled
    }
}
