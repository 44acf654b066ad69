//! What a sentence asks for, once matched: the intent's name and the values taken from the words.

use crate::Language;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A matched command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// `HassTurnOn`, `RosieArithmetic`, …
    pub name: String,
    pub slots: BTreeMap<String, Slot>,
    pub language: Language,
    /// Key of the response to render (`default` where the template names none).
    pub response: String,
    /// Literal (not wildcard) characters matched: of two readings the more literal one wins.
    pub literal_chars: usize,
}

impl Intent {
    pub fn slot(&self, name: &str) -> Option<&SlotValue> {
        self.slots.get(name).map(|s| &s.value)
    }

    /// The slot as an integer, whether it was given in digits or words.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.slot(name)? {
            SlotValue::Number(n) => Some(*n),
            SlotValue::Text(t) => t.parse().ok(),
        }
    }

    /// The values of its slots as the arguments of a call: an object; whole numbers without a fraction.
    pub fn arguments(&self) -> Value {
        let value = |value: &SlotValue| match value {
            SlotValue::Number(n) if n.fract() == 0.0 && n.abs() < 1e15 => json!(*n as i64),
            SlotValue::Number(n) => json!(n),
            SlotValue::Text(text) => json!(text),
        };
        let slots = self.slots.iter().map(|(name, slot)| (name.clone(), value(&slot.value)));
        slots.collect::<Map<_, _>>().into()
    }

    pub fn text(&self, name: &str) -> Option<String> {
        Some(match self.slot(name)? {
            SlotValue::Number(n) => n.to_string(),
            SlotValue::Text(t) => t.clone(),
        })
    }
}

/// A named value taken from the words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// What it stands for (`light.office_ceiling`, 50).
    pub value: SlotValue,
    /// The words it was taken from ("office ceiling", "fifty").
    pub spoken: String,
    /// True when no list knew the words (a wildcard, or a name taken as it came).
    #[serde(default)]
    pub unresolved: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SlotValue {
    Number(f64),
    Text(String),
}

impl std::fmt::Display for SlotValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SlotValue::Number(n) => write!(f, "{n}"),
            SlotValue::Text(t) => f.write_str(t),
        }
    }
}

/// Something in the home, or a room, that words may name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownName {
    /// What is said ("office ceiling").
    pub spoken: String,
    /// What it stands for (`light.office_ceiling`, `office`).
    pub value: String,
    /// Context the templates may require (`domain: light`, `area: office`).
    #[serde(default)]
    pub context: BTreeMap<String, String>,
}

/// The names of a house, by the list that templates call them with (`name`, `area`, `floor`).
pub type KnownNames = BTreeMap<String, Vec<KnownName>>;

/// How finished a transcript sounds; lets the endpointer wait less, or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// A whole command that nothing can follow.
    Complete,
    Unknown,
    /// Ends where nobody ends ("set a timer for", "turn on the").
    Dangling,
}
