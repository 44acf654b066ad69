//! What a question says: an argument that a model filled in counts only where it is in it.

use super::select::stems;
use crate::routing::{ClauseCues, Words};
use rosie_core::Language;
use rosie_intents::{
    numbers::{NumberWords, read_digits},
    text::Folding,
};
use serde_json::Value;
use std::collections::HashSet;

/// Words for parts and for one, and the numbers that they may stand for (a half is 50 percent or 30 minutes).
const PARTS: &[(&[&str], &[f64])] = &[
    (
        &[
            "half", "halb", "halbe", "halben", "halber", "mitad", "media", "medio", "moitié", "demi", "demie",
        ],
        &[0.5, 30.0, 50.0],
    ),
    (&["quarter", "viertel", "cuarto", "quart"], &[0.25, 15.0, 25.0]),
    (&["third", "drittel", "tercio", "tiers"], &[20.0, 33.0]),
    (
        &[
            "full", "fully", "maximum", "max", "voll", "volle", "ganz", "máximo", "máxima", "fond",
        ],
        &[100.0],
    ),
    (
        &["a", "an", "ein", "eine", "einen", "einer", "un", "una", "une"],
        &[1.0],
    ),
    (&["couple", "paar", "par"], &[2.0]),
    (&["dozen", "dutzend", "docena", "douzaine"], &[12.0]),
];

pub(super) struct Said {
    pub stems: HashSet<String>,
    numbers: Vec<f64>,
    /// Words that only stand for something else.
    pronouns: &'static [String],
}

impl Said {
    pub(super) fn of(question: &str, language: &Language) -> Self {
        Self {
            stems: stems(question),
            numbers: numbers(question, language),
            pronouns: ClauseCues::of(language).pronouns,
        }
    }

    /// Whether the question has it: a text at least by half, a number as such.
    pub(super) fn holds(&self, value: &Value) -> bool {
        match value {
            Value::String(text) if self.pronouns.contains(&text.to_lowercase()) => false,
            Value::String(text) => {
                let all = stems(text);
                2 * all.intersection(&self.stems).count() >= all.len()
            }
            Value::Number(number) => number
                .as_f64()
                .is_none_or(|number| self.numbers.iter().any(|said| (said - number).abs() < 1e-6)),
            _ => true,
        }
    }
}

fn numbers(question: &str, language: &Language) -> Vec<f64> {
    let folding = Folding::of(language, false);
    let chars = folding.literal(&question.to_lowercase());
    let words = NumberWords::of(language, folding);
    let mut said = Vec::new();
    for at in 0..chars.len() {
        if at > 0 && chars[at - 1].is_alphanumeric() {
            continue;
        }
        said.extend(read_digits(&chars, at, true, None).map(|(_, number)| number));
        let spoken = words.as_ref().map(|words| words.read(&chars, at)).unwrap_or_default();
        said.extend(spoken.into_iter().map(|(_, number)| number));
    }
    let asked = Words::of(question);
    for (words, numbers) in PARTS {
        if asked.iter().any(|word| words.contains(&word)) {
            said.extend(*numbers);
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_question_says() {
        for (language, question, value, said) in [
            ("en", "wake me in ten minutes", json!(10), true),
            ("en", "wake me in 10 minutes", json!(10), true),
            ("en", "wake me in ten minutes", json!(1), false),
            ("en", "I do not need the timer", json!(1), false),
            ("en", "in half an hour", json!(30), true),
            ("en", "in an hour", json!(1), true),
            ("en", "seventy five percent", json!(75), true),
            ("en", "twenty-two degrees", json!(22.0), true),
            ("en", "21.5 degrees", json!(21.5), true),
            ("de", "auf zwanzig Prozent", json!(20), true),
            ("fr", "dans vingt minutes", json!(20), true),
            ("es", "a la mitad", json!(50), true),
            ("en", "turn on the desk lamp", json!("Desk lamp"), true),
            ("en", "turn on the desk lamp", json!("Bedroom lamp"), true),
            ("en", "turn on the desk lamp", json!("Bedroom"), false),
            ("en", "we need batteries put them on the list", json!("them"), false),
        ] {
            let all = Said::of(question, &Language::new(language));
            assert_eq!(all.holds(&value), said, "{question}: {value}");
        }
    }
}
