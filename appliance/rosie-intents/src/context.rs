//! What holds around a sentence (the endpoint's room), and the demands that blocks of sentences put on it.

use rosie_core::SlotValue;
use serde_json::Value;
use std::collections::BTreeMap;

/// What a call of the matcher may lean on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatchContext {
    /// `area` → the endpoint's room, and whatever else templates may require.
    pub values: BTreeMap<String, ContextValue>,
    /// Let `{name}`, `{area}` and `{floor}` match words that no list knows, when nothing else matches: the slot comes
    /// out as `unresolved`. So a command for a home that is not connected is told from a question.
    pub unresolved_names: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContextValue {
    pub value: String,
    /// How people call it ("the office").
    pub spoken: String,
}

impl MatchContext {
    /// For an endpoint that stands in an area.
    pub fn in_area(area: &str) -> Self {
        Self::default().with("area", area, area)
    }

    pub fn with(mut self, key: &str, value: &str, spoken: &str) -> Self {
        self.values.insert(
            key.into(),
            ContextValue {
                value: value.into(),
                spoken: spoken.into(),
            },
        );
        self
    }

    pub fn with_unresolved_names(mut self) -> Self {
        self.unresolved_names = true;
        self
    }

    /// The same, where only names count that are known.
    pub(crate) fn with_known_names(&self) -> Self {
        Self {
            unresolved_names: false,
            ..self.clone()
        }
    }
}

/// A slot value of a JSON value; lists are joined with commas, null and objects are no value.
pub fn plain_value(value: &Value) -> Option<SlotValue> {
    Some(match value {
        Value::Null | Value::Object(_) => return None,
        Value::Bool(b) => SlotValue::Text(b.to_string()),
        Value::Number(n) => SlotValue::Number(n.as_f64()?),
        Value::String(s) => SlotValue::Text(s.clone()),
        Value::Array(items) => SlotValue::Text(
            items
                .iter()
                .filter_map(plain_value)
                .map(|v| v.to_string())
                .collect::<Vec<_>>()
                .join(","),
        ),
    })
}

/// `value` of `{value: …, slot: …}`, or the demand itself.
fn demanded(demand: &Value) -> &Value {
    match demand {
        Value::Object(map) => map.get("value").unwrap_or(&Value::Null),
        other => other,
    }
}

/// The slot that a met demand fills: `slot: true` means the key's own name.
pub fn slot_of<'a>(key: &'a str, demand: &'a Value) -> Option<&'a str> {
    match demand.get("slot")? {
        Value::String(name) => Some(name),
        Value::Bool(true) => Some(key),
        _ => None,
    }
}

fn equals(demand: &Value, actual: &str) -> bool {
    match demand {
        Value::Array(any) => any.iter().any(|d| equals(d, actual)),
        Value::String(s) => s == actual,
        Value::Bool(b) => actual == if *b { "true" } else { "false" },
        Value::Number(n) => actual.parse().ok() == n.as_f64(),
        Value::Null | Value::Object(_) => false,
    }
}

/// Whether a present value meets a demand (`null`: any value does).
pub fn meets(demand: &Value, actual: &str) -> bool {
    let wanted = demanded(demand);
    wanted.is_null() || equals(wanted, actual)
}

/// Whether a present value is one that the demand excludes.
pub fn is_excluded(demand: &Value, actual: &str) -> bool {
    equals(demanded(demand), actual)
}
