//! Answers that follow from the sentence alone: sums and conversions. Nothing is carried out, so no hub is asked.

use rosie_core::{Intent, Language, ToolResult};
use rosie_intents::{
    arithmetic::{self, ArithmeticError},
    units::{self, UnitError},
};
use serde_json::{Value, json};

/// What came of an intent that is answered here.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    Result(ToolResult),
    /// The words were taken for a sum, but are none: somebody else may know.
    NotASum(ToolResult),
}

/// `None`: not one of these.
pub(crate) fn answer(intent: &Intent, language: &Language) -> Option<Answer> {
    match intent.name.as_str() {
        "RosieArithmetic" => Some(sum(intent, language)),
        "RosieConvert" => Some(Answer::Result(conversion(intent, language))),
        _ => None,
    }
}

fn sum(intent: &Intent, language: &Language) -> Answer {
    let expression = intent.text("expression").unwrap_or_default();
    match arithmetic::answer(&expression, language) {
        Ok(sum) => {
            let data = json!({ "expression": sum.expression, "result": sum.result, "value": sum.value });
            Answer::Result(result("default", data))
        }
        Err(error @ ArithmeticError::NotUnderstood) => Answer::NotASum(result(error.response_key(), json!({}))),
        Err(error) => Answer::Result(result(error.response_key(), json!({}))),
    }
}

fn conversion(intent: &Intent, language: &Language) -> ToolResult {
    let amount = intent.number("amount").unwrap_or(1.0);
    let unit = |slot| intent.text(slot).unwrap_or_default();
    match units::answer(amount, &unit("from_unit"), &unit("to_unit"), language) {
        Ok(done) => result(
            "default",
            json!({ "from": done.from, "to": done.to, "value": done.value }),
        ),
        Err(UnitError::Incompatible { from, to }) => result("incompatible", json!({ "from": from, "to": to })),
        Err(UnitError::Unknown(_) | UnitError::NotFinite) => result("not_understood", json!({})),
    }
}

fn result(response: &str, data: Value) -> ToolResult {
    ToolResult {
        response: response.to_owned(),
        data,
        effects: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rosie_core::{Slot, SlotValue};

    fn intent(name: &str, slots: &[(&str, SlotValue)]) -> Intent {
        let slot = |value: &SlotValue| Slot {
            value: value.clone(),
            spoken: value.to_string(),
            unresolved: false,
        };
        Intent {
            name: name.to_owned(),
            slots: slots
                .iter()
                .map(|(key, value)| ((*key).to_owned(), slot(value)))
                .collect(),
            language: Language::default(),
            response: "default".to_owned(),
            literal_chars: 1,
        }
    }

    fn text(text: &str) -> SlotValue {
        SlotValue::Text(text.to_owned())
    }

    #[test]
    fn sums() {
        let ask = |words| {
            answer(
                &intent("RosieArithmetic", &[("expression", text(words))]),
                &Language::default(),
            )
        };
        let Some(Answer::Result(sum)) = ask("12 times 7") else {
            panic!("no sum")
        };
        assert_eq!(
            (sum.response.as_str(), sum.data["result"].as_str()),
            ("default", Some("84"))
        );
        let Some(Answer::Result(none)) = ask("1 divided by 0") else {
            panic!("no sum")
        };
        assert_eq!(none.response, "divide_by_zero");
        assert!(matches!(ask("the sound of one hand"), Some(Answer::NotASum(_))));
    }

    #[test]
    fn conversions() {
        let slots = [
            ("amount", SlotValue::Number(5.0)),
            ("from_unit", text("mile")),
            ("to_unit", text("kilometre")),
        ];
        let Some(Answer::Result(done)) = answer(&intent("RosieConvert", &slots), &Language::default()) else {
            panic!("no conversion")
        };
        assert!(done.data["to"].as_str().unwrap().starts_with("8.05"), "{done:?}");
        let slots = [("from_unit", text("mile")), ("to_unit", text("kilogram"))];
        let Some(Answer::Result(done)) = answer(&intent("RosieConvert", &slots), &Language::default()) else {
            panic!("no conversion")
        };
        assert_eq!(done.response, "incompatible");
        assert!(answer(&intent("HassTurnOn", &[]), &Language::default()).is_none());
    }
}
