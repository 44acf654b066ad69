//! What was understood of a sentence, without what says why or is said twice.

use crate::loose::{Lexicon, Word};
use rosie_core::{Intent, Slot, SlotValue};

/// What is asked for by saying how it is, and what says how it should be.
const REASONS: [(&str, &str); 2] = [
    ("RosieClimateStep", "HassClimateSetTemperature"),
    ("RosieLightStep", "HassLightSet"),
];

/// Intents that change the home: what is refused as no command is none of these.
const ACTIONS: [&str; 13] = [
    "RosieClimateMode",
    "HassTurn",
    "HassToggle",
    "HassLightSet",
    "HassOpen",
    "HassClose",
    "HassSet",
    "HassStopMoving",
    "HassClimateSet",
    "HassFanSet",
    "HassVacuum",
    "HassLawnMower",
    "HassMedia",
];
/// Slots that say what something is done to.
const TARGET: [&str; 5] = ["name", "area", "floor", "domain", "device_class"];
/// What goes on from how it is: each time counts.
const RELATIVE: [&str; 4] = ["Toggle", "Relative", "Next", "Previous"];
const STEPS: [&str; 2] = ["RosieLightStep", "RosieClimateStep"];
/// Whether it changes the home.
pub(crate) fn acts(intent: &Intent) -> bool {
    ACTIONS.iter().any(|name| intent.name.starts_with(name)) || is_step(intent)
}

/// Whether it goes a step from how it is.
pub(crate) fn is_step(intent: &Intent) -> bool {
    STEPS.contains(&intent.name.as_str())
}

/// What was understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Understood {
    /// In the order they were said.
    pub intents: Vec<Intent>,
    /// The words of a further command that were not understood.
    pub rest: Option<String>,
}

impl Understood {
    /// "Your volume to forty percent": what Rosie's volume is asked for by her name.
    pub(crate) fn addressed(mut self, lexicon: Option<&Lexicon>, words: &[Word]) -> Self {
        let spoken_to = |lexicon: &Lexicon| words.iter().any(|word| lexicon.addressed.contains(&word.plain));
        if lexicon.is_some_and(spoken_to) {
            let own = self
                .intents
                .iter_mut()
                .filter(|intent| intent.name.starts_with("RosieVolume"));
            own.for_each(|intent| {
                let value = SlotValue::Text("yes".to_owned());
                let (spoken, unresolved) = (String::new(), false);
                intent.slots.insert(
                    "own".to_owned(),
                    Slot {
                        value,
                        spoken,
                        unresolved,
                    },
                );
            });
        }
        self
    }

    /// "Lights off, and while you're about it, lights off": what is so already need not be made so again.
    pub fn without_repeats(mut self) -> Self {
        let is_set = |intent: &Intent| {
            let goes_on = RELATIVE.iter().any(|part| intent.name.contains(part));
            acts(intent) && !is_step(intent) && !goes_on
        };
        let values = |intent: &Intent| -> Vec<(String, SlotValue)> {
            let slots = intent.slots.iter();
            slots.map(|(key, slot)| (key.clone(), slot.value.clone())).collect()
        };
        let all = std::mem::take(&mut self.intents);
        for intent in all {
            let again = |other: &Intent| other.name == intent.name && values(other) == values(&intent);
            if !(is_set(&intent) && self.intents.iter().any(again)) {
                self.intents.push(intent);
            }
        }
        self
    }

    /// "It is a little cold for the baby, put the thermostat on 23": the first says why, the second what.
    pub fn without_reasons(mut self, text: &str) -> Self {
        let text = text.to_lowercase();
        let names_it = |slot: &Slot| !slot.spoken.is_empty() && text.contains(&slot.spoken.to_lowercase());
        let of_a_place = |intent: &Intent| {
            ["name", "area", "floor"]
                .iter()
                .any(|slot| intent.slots.get(*slot).is_some_and(names_it))
        };
        for (step, set) in REASONS {
            // "It's too dark, set it to 80": the reason comes first. "Make the lamp purple and a bit dimmer": the same lamp.
            let Some(at) = self.intents.iter().rposition(|intent| intent.name == set) else {
                continue;
            };
            let target = self.intents[at].slots.clone();
            for intent in self.intents.iter_mut().skip(at + 1) {
                if intent.name == step && !of_a_place(intent) && target.contains_key("name") {
                    intent.slots.retain(|slot, _| !TARGET.contains(&slot.as_str()));
                    let those = target.iter().filter(|(slot, _)| TARGET.contains(&slot.as_str()));
                    intent
                        .slots
                        .extend(those.map(|(slot, value)| (slot.clone(), value.clone())));
                }
            }
            let mut one = 0..;
            self.intents.retain(|intent| {
                let before = one.next().is_some_and(|one| one < at);
                !(before && intent.name == step && !of_a_place(intent))
            });
        }
        self
    }
}
