//! The scale that degrees were said in: "to 50 degrees Fahrenheit". Templates know degrees alone, which are those of the house.

use crate::understood::Understood;
use rosie_core::{Slot, SlotValue};

/// What sets a temperature, and the slot that says in which scale.
const SETS: &str = "HassClimateSetTemperature";
const UNIT: &str = "temperature_unit";

/// The one scale that is named, as a word or as a sign; None for none, or for both.
fn named(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match (
        says(&["fahrenheit", "°f", "° f", "ºf", "℉"]),
        says(&["celsius", "centigrade", "centígrado", "°c", "° c", "ºc", "º c", "℃"]),
    ) {
        (true, false) => Some("fahrenheit"),
        (false, true) => Some("celsius"),
        _ => None,
    }
}

impl Understood {
    pub(crate) fn in_the_scale_of(mut self, text: &str) -> Self {
        let Some(scale) = named(text) else { return self };
        for intent in self.intents.iter_mut().filter(|intent| intent.name == SETS) {
            let slot = Slot {
                value: SlotValue::Text(scale.to_owned()),
                spoken: scale.to_owned(),
                unresolved: false,
            };
            intent.slots.insert(UNIT.to_owned(), slot);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_scale_is_named_by_word_or_sign() {
        assert_eq!(named("set it to 50 degrees Fahrenheit"), Some("fahrenheit"));
        assert_eq!(named("stell sie auf 50°F"), Some("fahrenheit"));
        assert_eq!(named("ponla a 20 grados centígrados"), Some("celsius"));
        assert_eq!(named("set it to 20 degrees"), None);
        assert_eq!(named("20 celsius, that is how much in fahrenheit"), None);
    }
}
