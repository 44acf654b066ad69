//! Questions about the home in no order that a template has: "is everything shut or is there a window open somewhere".
//!
//! Taken as loose commands are: only if every word is understood. An answer does nothing, but a question of others is not
//! Rosie's to answer.

use super::{
    Loose,
    frame::Noun,
    lexicon::Lexicon,
    phrase::expanded,
    resolve::Meant,
    tag::Tag,
    words::{Word, words},
};
use rosie_core::{Intent, Language, Slot, SlotValue};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Words of questions, as the file has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskFile {
    /// What a question opens with.
    opens: String,
    /// What opens one and says the state: "brennt".
    opens_on: String,
    /// What asks for names: "which".
    opens_which: String,
    opens_how_many: String,
    filler: String,
    or: String,
    /// "On", "open".
    states: BTreeMap<String, String>,
    /// What only sensors know: "window", "motion".
    sensors: BTreeMap<String, String>,
}

/// Words of questions.
#[derive(Debug, Clone, Default)]
pub struct Asks {
    opens: Vec<Vec<String>>,
    opens_on: Vec<Vec<String>>,
    opens_which: Vec<Vec<String>>,
    opens_how_many: Vec<Vec<String>>,
    filler: Vec<Vec<String>>,
    or: Vec<Vec<String>>,
    states: Vec<(String, Vec<String>)>,
    sensors: Vec<(String, Vec<String>)>,
}

impl Asks {
    pub fn new(file: &AskFile, language: &Language) -> Self {
        let of = |text: &str| -> Vec<Vec<String>> {
            let plain = |phrase: &String| words(phrase, language).into_iter().map(|word| word.plain).collect();
            let mut all: Vec<Vec<String>> = expanded(text).iter().map(plain).collect();
            all.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
            all
        };
        let named = |all: &BTreeMap<String, String>| -> Vec<(String, Vec<String>)> {
            let each = |(id, text): (&String, &String)| of(text).into_iter().map(|words| (id.clone(), words)).collect();
            let mut all: Vec<_> = all
                .iter()
                .flat_map(|(id, text)| -> Vec<_> { each((id, text)) })
                .collect();
            all.sort_by_key(|(_, words)| std::cmp::Reverse(words.len()));
            all
        };
        Self {
            opens: of(&file.opens),
            opens_on: of(&file.opens_on),
            opens_which: of(&file.opens_which),
            opens_how_many: of(&file.opens_how_many),
            filler: of(&file.filler),
            or: of(&file.or),
            states: named(&file.states),
            sensors: named(&file.sensors),
        }
    }
}

impl Asks {
    /// Whether a word by itself stands between two things to choose from.
    pub fn is_or(&self, word: &Word) -> bool {
        self.or.iter().any(|or| matches!(&or[..], [one] if *one == word.plain))
    }

    /// Whether words begin as questions do.
    pub fn opens(&self, said: &[Word]) -> bool {
        let all = [&self.opens, &self.opens_on, &self.opens_which, &self.opens_how_many];
        all.iter().any(|all| length(said, all).is_some())
    }
}

fn length(said: &[Word], all: &[Vec<String>]) -> Option<usize> {
    let here = |phrase: &&Vec<String>| is_at(said, phrase);
    all.iter().find(here).map(Vec::len)
}

fn is_at(said: &[Word], phrase: &[String]) -> bool {
    phrase.len() <= said.len() && phrase.iter().zip(said).all(|(word, said)| *word == said.plain)
}

/// What one question names.
#[derive(Default)]
struct Asked {
    state: Option<String>,
    sensor: Option<String>,
    nouns: Vec<Noun>,
    all: bool,
    everything: bool,
    here: bool,
}

impl Loose<'_> {
    pub fn ask(&self, said: &[Word]) -> Option<Intent> {
        let asks = &self.lexicon.asks;
        // "In the attic, is there any light on": a place may come first.
        let opens = |at: &usize| {
            [&asks.opens, &asks.opens_on, &asks.opens_which, &asks.opens_how_many]
                .iter()
                .any(|all| length(&said[*at..], all).is_some())
        };
        let begin = (0..said.len()).find(opens)?;
        let place = self.house_words(&said[..begin]);
        let place: Vec<Noun> = place.into_iter().map(|word| vec![word]).collect();
        let surplus = |at: usize| {
            let word = &said[at];
            let named = !self.house_words(std::slice::from_ref(word)).is_empty();
            word.is_mark() || named || self.lexicon.links.contains(&word.plain) || is_surplus(self.lexicon, &said[at..])
        };
        // "La porte d'entrée, elle est verrouillée ?", "la puerta está cerrada": the thing may come first where it is asked so.
        let taken_up = said
            .get(begin)
            .is_some_and(|word| matches!(word.plain.as_str(), "elle" | "il" | "elles" | "ils"));
        let is_lock = |meant: &Meant<'_>| {
            let lock = |thing: &&super::things::Thing| thing.domain == "lock";
            self.lexicon.language.primary() == "es" && !meant.things.is_empty() && meant.things.iter().all(lock)
        };
        let is_place =
            |meant: Meant<'_>| (meant.things.is_empty() && meant.kind.is_none()) || taken_up || is_lock(&meant);
        let placed = place.is_empty() || self.resolver().resolve(&place, &[]).is_some_and(is_place);
        if !placed || !(0..begin).all(surplus) {
            return None;
        }
        let topic_first = !place.is_empty();
        let said = &said[begin..];
        let on = length(said, &asks.opens_on);
        let which = length(said, &asks.opens_which);
        let how_many = length(said, &asks.opens_how_many);
        let which_or_how_many = which.or(how_many);
        if on.is_none() && which_or_how_many.is_none() && length(said, &asks.opens).is_none() {
            return None;
        }
        let said = &said[which_or_how_many.unwrap_or(0)..];
        // The part that says most is the question: "is it all shut, or is there a window open".
        let mut parts: Vec<&[Word]> = Vec::new();
        let mut from = 0;
        for at in 0..said.len() {
            // "Or not" is no other question.
            let surplus = length(&said[at..], &asks.filler).unwrap_or(0);
            if let Some(or) = length(&said[at..], &asks.or).filter(|or| *or >= surplus) {
                parts.push(&said[from..at]);
                from = at + or;
            }
        }
        parts.push(&said[from.min(said.len())..]);
        let read: Option<Vec<Asked>> = parts.iter().map(|part| self.asked(part)).collect();
        let mut read = read?;
        if topic_first && read[0].nouns.is_empty() && read[0].state.is_none() && read[0].sensor.is_none() {
            return None;
        }
        read[0].nouns.extend(place);
        for one in &mut read {
            one.state = one.state.take().or_else(|| on.map(|_| "on".to_owned()));
        }
        let mut found = read.iter().rev().filter_map(|asked| self.question(asked));
        let mut found = found.next()?;
        if which.is_some() {
            found.response = "which".to_owned();
        } else if how_many.is_some() {
            found.response = "how_many".to_owned();
        }
        Some(found)
    }

    /// None where a word is not understood.
    fn asked(&self, said: &[Word]) -> Option<Asked> {
        let asks = &self.lexicon.asks;
        let named = |at: usize, all: &[(String, Vec<String>)]| {
            let here = all.iter().find(|(_, phrase)| is_at(&said[at..], phrase));
            here.map(|(id, phrase)| (id.clone(), phrase.len()))
        };
        let mut asked = Asked::default();
        let mut at = 0;
        while at < said.len() {
            let word = &said[at];
            if word.is_mark() {
                at += 1;
                continue;
            }
            let opens = length(&said[at..], &asks.opens).or_else(|| length(&said[at..], &asks.opens_on));
            if let Some((state, length)) = named(at, &asks.states) {
                asked.state.get_or_insert(state);
                at += length;
            } else if let Some((sensor, length)) = named(at, &asks.sensors) {
                asked.nouns.push(vec![word.plain.clone()]);
                asked.sensor.get_or_insert(sensor);
                at += length;
            } else if let Some(length) = length(&said[at..], &asks.filler).into_iter().chain(opens).max() {
                at += length;
            } else if self.things.vocabulary.contains(&word.plain) || self.lexicon.kind_words.contains_key(&word.plain)
            {
                asked.nouns.push(vec![word.plain.clone()]);
                at += 1;
            } else {
                let phrase = self.lexicon.at(&said[at..]).next()?;
                match phrase.tag {
                    Tag::All => asked.all = true,
                    Tag::Everything => asked.everything = true,
                    Tag::Here => asked.here = true,
                    Tag::Link | Tag::Filler | Tag::Polite | Tag::Also => {}
                    _ => return None,
                }
                at += phrase.length();
            }
        }
        Some(asked)
    }

    fn question(&self, asked: &Asked) -> Option<Intent> {
        let mut slots: Vec<(&str, String)> = Vec::new();
        let resolver = self.resolver();
        let response;
        if asked.everything && asked.nouns.is_empty() {
            slots.extend([
                ("domain", "cover".to_owned()),
                ("device_class", "window,door,garage".to_owned()),
            ]);
            slots.push(("state", asked.state.clone()?));
            response = "all";
        } else {
            let bare = |noun: &&Noun| !noun.iter().any(|word| self.is_sensor(word));
            let named = resolver
                .resolve(&asked.nouns, &[])
                .filter(|meant| !meant.things.is_empty());
            let meant: Meant<'_> = match (named, &asked.sensor) {
                (Some(named), None) => named,
                (_, Some(_)) => {
                    let places: Vec<Noun> = asked.nouns.iter().filter(bare).cloned().collect();
                    match places.is_empty() {
                        true => Meant::default(),
                        false => resolver.resolve(&places, &[]).filter(|meant| meant.things.is_empty())?,
                    }
                }
                (None, None) => resolver.resolve(&asked.nouns, &[])?,
            };
            response = match (asked.all, meant.things.is_empty()) {
                (true, _) => "all",
                (_, false) => "one_yesno",
                _ => "any",
            };
            if let Some(sensor) = &asked.sensor {
                let opening = matches!(sensor.as_str(), "window" | "door");
                slots.push(("domain", if opening { "cover" } else { "binary_sensor" }.to_owned()));
                slots.push(("device_class", sensor.clone()));
                let usual = if opening { "open" } else { "on" };
                slots.push(("state", asked.state.clone().unwrap_or_else(|| usual.to_owned())));
            } else if let Some(thing) = meant.things.first() {
                let ids: Vec<&str> = meant.things.iter().map(|thing| thing.id.as_str()).collect();
                slots.push(("name", ids.join(",")));
                slots.push(("state", fitting(asked.state.as_deref()?, &thing.domain)?));
            } else {
                let kind = meant.kind.filter(|kind| kind.only.is_none())?;
                slots.push(("domain", kind.domain.clone()));
                slots.extend(kind.device_class.clone().map(|class| ("device_class", class)));
                slots.push(("state", fitting(asked.state.as_deref()?, &kind.domain)?));
            }
            let area = meant
                .area
                .or(self.own.filter(|_| asked.here))
                .filter(|_| meant.things.is_empty());
            slots.extend(area.map(|area| ("area", area.to_owned())));
            slots.extend(meant.floor.map(|floor| ("floor", floor.to_owned())));
        }
        let slot = |value: String| Slot {
            spoken: value.clone(),
            value: SlotValue::Text(value),
            unresolved: false,
        };
        Some(Intent {
            name: "HassGetState".to_owned(),
            slots: slots
                .into_iter()
                .map(|(key, value)| (key.to_owned(), slot(value)))
                .collect(),
            language: self.lexicon.language.clone(),
            response: response.to_owned(),
            literal_chars: 0,
        })
    }

    fn is_sensor(&self, word: &str) -> bool {
        let all = &self.lexicon.asks.sensors;
        all.iter()
            .any(|(_, phrase)| phrase.first().is_some_and(|first| first == word))
    }
}

/// None where a thing cannot be in a state.
fn fitting(state: &str, domain: &str) -> Option<String> {
    let fits = match domain {
        "cover" | "valve" => matches!(state, "open" | "closed"),
        "lock" => matches!(state, "locked" | "unlocked" | "open" | "closed"),
        "binary_sensor" => true,
        _ => matches!(state, "on" | "off"),
    };
    fits.then(|| state.to_owned())
}

fn is_surplus(lexicon: &Lexicon, said: &[Word]) -> bool {
    let asked = length(said, &lexicon.asks.opens).or_else(|| length(said, &lexicon.asks.opens_on));
    asked.is_none()
        && lexicon
            .at(said)
            .next()
            .is_some_and(|phrase| matches!(phrase.tag, Tag::Filler | Tag::Polite | Tag::And))
}
