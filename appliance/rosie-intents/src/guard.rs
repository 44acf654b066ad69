//! Keeps the second pass, in which names may be any words, from taking general questions for commands to the home.

use crate::grammar::{Block, Grammar};
use crate::matching::{HitValue, Reading, SlotHit};
use crate::text::{Folding, Text};
use serde_json::Value;
use std::collections::BTreeSet;

/// What a person may do to a home that Rosie does not know.
const ACTIONS: [&str; 12] = [
    "HassTurnOn",
    "HassTurnOff",
    "HassLightSet",
    "HassClimateSetTemperature",
    "HassFanSetSpeed",
    "HassSetPosition",
    "HassSetVolume",
    "HassMediaPause",
    "HassMediaUnpause",
    "HassMediaPlayerMute",
    "HassMediaPlayerUnmute",
    "HassVacuumCleanArea",
];
/// Questions about it; those must name something that homes have.
const QUESTIONS: [&str; 2] = ["HassGetState", "HassClimateGetTemperature"];
/// Domains whose sentences are so free ("start {name}") that any words fit.
const TOO_FREE: [&str; 9] = [
    "script",
    "scene",
    "vacuum",
    "lawn_mower",
    "button",
    "input_button",
    "automation",
    "person",
    "sensor",
];
const MOST_WORDS: usize = 4;

/// Words of a language by which names of a home are told from other words.
#[derive(Debug, Clone, Default)]
pub struct HomeWords {
    /// "kitchen", "upstairs".
    pub rooms: BTreeSet<String>,
    /// "lamp", "door".
    pub devices: BTreeSet<String>,
    /// Words that no name contains ("what", "about", "that").
    pub never: BTreeSet<String>,
    /// Words that say nothing about what is meant ("the", "my").
    pub articles: BTreeSet<String>,
}

impl HomeWords {
    pub fn new(rooms: &[String], devices: &[String], never: &[String], articles: &[String], folding: Folding) -> Self {
        let set = |words: &[String]| words.iter().map(|w| folding.literal(w).into_iter().collect()).collect();
        Self {
            rooms: set(rooms),
            devices: set(devices),
            never: set(never),
            articles: set(articles),
        }
    }
}

/// Whether a reading with unknown names can be meant.
pub fn is_plausible(grammar: &Grammar, block: &Block, reading: &Reading, text: &Text, words: &HomeWords) -> bool {
    let unknown: Vec<&SlotHit> = reading
        .slots
        .iter()
        .filter(|s| s.hit.value == HitValue::UnknownName)
        .collect();
    if unknown.is_empty() || unknown.len() > 2 {
        return false;
    }
    let question = QUESTIONS.contains(&block.intent.as_str());
    if !(question || ACTIONS.contains(&block.intent.as_str())) || is_too_free(grammar, block) {
        return false;
    }
    if ends_open(text, reading, words) || is_only_names(text, &unknown, words) {
        return false;
    }
    let first = unknown.iter().map(|s| s.from).min().unwrap_or(0);
    let commanded = begins_with_a_word_of_its_own(text, first as usize, words);
    unknown.iter().all(|slot| {
        let said = words_of(text, slot);
        let room = said.iter().any(|w| is_among(w, &words.rooms));
        let homely = room || said.iter().any(|w| is_among(w, &words.devices));
        // "Turn on the lights": the lights are no area.
        let is_name = grammar.slots[slot.slot as usize] == "name";
        let clean = !said.iter().any(|w| words.never.contains(w));
        clean
            && !said.is_empty()
            && said.len() <= MOST_WORDS
            && (room || is_name)
            && (homely || (commanded && !question))
    })
}

/// How far a block's domain is from what people mostly speak of: a door that is opened is seldom a lock or a valve.
pub fn oddity(grammar: &Grammar, block: &Block) -> u8 {
    let common = |v: &Value| matches!(v.as_str(), Some("light" | "climate" | "cover" | "fan" | "media_player"));
    match grammar.filters[block.filter as usize].requires.get("domain") {
        Some(Value::Array(domains)) if !domains.iter().any(common) => 1,
        _ => 0,
    }
}

fn words_of(text: &Text, slot: &SlotHit) -> Vec<String> {
    let said: String = text
        .chars
        .get(slot.from as usize..slot.hit.last as usize)
        .unwrap_or_default()
        .iter()
        .collect();
    said.split_whitespace().map(str::to_owned).collect()
}

fn is_too_free(grammar: &Grammar, block: &Block) -> bool {
    let Some(demand) = grammar.filters[block.filter as usize].requires.get("domain") else {
        return false;
    };
    let free = |v: &Value| v.as_str().is_some_and(|d| TOO_FREE.contains(&d));
    match demand {
        Value::Array(domains) => domains.iter().any(free),
        other => free(other),
    }
}

/// Before the first unknown name stands at least one word that means something.
fn begins_with_a_word_of_its_own(text: &Text, first: usize, words: &HomeWords) -> bool {
    let before: String = text.chars.get(..first).unwrap_or_default().iter().collect();
    before
        .split_whitespace()
        .any(|w| w.chars().count() >= 2 && !words.articles.contains(w))
}

/// Besides unknown names and articles nothing was said ("the lights of Broadway").
fn is_only_names(text: &Text, unknown: &[&SlotHit], words: &HomeWords) -> bool {
    let mut rest = text.chars.clone();
    for slot in unknown {
        if let Some(said) = rest.get_mut(slot.from as usize..slot.hit.last as usize) {
            said.fill(' ');
        }
    }
    let rest: String = rest.into_iter().collect();
    rest.split_whitespace().all(|w| words.articles.contains(w))
}

/// An unknown name that is no name ("turn on the").
fn ends_open(text: &Text, reading: &Reading, words: &HomeWords) -> bool {
    let unknown = reading.slots.iter().filter(|s| s.hit.value == HitValue::UnknownName);
    unknown
        .into_iter()
        .any(|s| words_of(text, s).iter().all(|w| words.articles.contains(w)))
}

/// Also inside a compound ("Gästezimmer").
fn is_among(word: &str, words: &BTreeSet<String>) -> bool {
    words.contains(word)
        || words
            .iter()
            .any(|h| h.chars().count() >= 4 && word.contains(h.as_str()))
}
