//! What a sentence's intents are done to, and what they lack.

use super::clause::{NUMBERS, REMEMBER};
use rosie_core::{Intent, SlotValue};
use rosie_intents::LATER;

pub(super) fn has_any(text: &str, stems: &[&str]) -> bool {
    let text = text.to_lowercase();
    stems.iter().any(|stem| text.contains(stem))
}

pub(super) fn any_words(intent: &Intent) -> bool {
    intent.slots.values().any(|slot| slot.unresolved)
}

/// It goes on with any words, after a beginning that nothing else has.
pub(super) fn is_speech(intent: &Intent) -> bool {
    ["RosieRemind", REMEMBER].contains(&intent.name.as_str())
}

/// It lacks what it needs, and would be asked back for.
pub(super) fn asks_back(intent: &Intent) -> bool {
    let timed = ["HassStartTimer", "RosieSetAlarm"].contains(&intent.name.as_str());
    timed && !NUMBERS.iter().any(|slot| intent.slots.contains_key(*slot))
}

/// It says to what it is to be done.
pub(super) fn is_of_a_thing(intent: &Intent) -> bool {
    ["name", "area", "floor"]
        .iter()
        .any(|slot| intent.slots.contains_key(*slot))
}

/// The calls that an intent stands for, and the kind of thing that each is done to.
pub(super) fn calls_of(intent: &Intent) -> Vec<(String, Option<String>)> {
    let kind = |name: Option<&str>, domain: Option<&str>| {
        let of_name = name.and_then(|id| id.split_once('.')).map(|(kind, _)| kind.to_owned());
        of_name.or_else(|| domain.map(str::to_owned))
    };
    if intent.name != LATER {
        let kind = kind(intent.text("name").as_deref(), intent.text("domain").as_deref());
        return vec![(intent.name.clone(), kind)];
    }
    let Some(SlotValue::Text(calls)) = intent.slot("calls") else {
        return Vec::new();
    };
    let calls: Vec<serde_json::Value> = serde_json::from_str(calls).unwrap_or_default();
    let one = |call: &serde_json::Value| {
        let arguments = &call["arguments"];
        let kind = kind(arguments["name"].as_str(), arguments["domain"].as_str());
        Some((call["name"].as_str()?.to_owned(), kind))
    };
    calls.iter().filter_map(one).collect()
}
