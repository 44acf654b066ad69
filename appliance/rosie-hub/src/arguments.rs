//! Reading a call's arguments: numbers come as numbers or as text, a missing one and an empty one are the same.

use rosie_core::ToolCall;
use serde_json::Value;

/// The arguments of one call.
#[derive(Debug, Clone, Copy)]
pub struct Arguments<'a>(&'a Value);

impl<'a> Arguments<'a> {
    pub fn of(call: &'a ToolCall) -> Self {
        Self(&call.arguments)
    }

    /// A text that is not blank; a number becomes its digits.
    pub fn text(&self, key: &str) -> Option<String> {
        let text = match self.0.get(key)? {
            Value::String(s) => s.trim().to_owned(),
            Value::Number(n) => n.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// A finite number, given as one, in digits, or as the fractions of the language data (`half`, `1/2`).
    pub fn number(&self, key: &str) -> Option<f64> {
        let number = match self.0.get(key)? {
            Value::Number(n) => n.as_f64()?,
            Value::String(s) => match s.trim() {
                "half" | "1/2" => 0.5,
                digits => digits.parse().ok()?,
            },
            _ => return None,
        };
        number.is_finite().then_some(number)
    }

    /// The sum of `<prefix>hours`, `<prefix>minutes` and `<prefix>seconds` in milliseconds; `None` where none is given.
    /// Half a minute may come as `1/2`, half an hour as 30 minutes. Negative parts count as none.
    pub fn duration_ms(&self, prefix: &str) -> Option<u64> {
        let parts = [("hours", 3_600_000.0), ("minutes", 60_000.0), ("seconds", 1000.0)];
        let given = parts
            .iter()
            .filter_map(|(unit, ms)| Some(self.number(&format!("{prefix}{unit}"))?.max(0.0) * ms));
        let total = given.fold(None, |sum, part| Some(sum.unwrap_or(0.0) + part))?;
        // `as` saturates: a duration of aeons is refused later as too long.
        Some(total.round() as u64)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn read(arguments: Value) -> ToolCall {
        ToolCall {
            name: "x".to_owned(),
            arguments,
        }
    }

    #[test]
    fn durations_add_up() {
        for (arguments, expected) in [
            (json!({ "minutes": 5 }), Some(300_000)),
            (json!({ "hours": 1, "minutes": "30", "seconds": 1.5 }), Some(5_401_500)),
            (json!({ "minutes": "1/2" }), Some(30_000)),
            (json!({ "hours": "half" }), Some(1_800_000)),
            (json!({ "minutes": -5 }), Some(0)),
            (json!({ "hours": 1e300 }), Some(u64::MAX)),
            (json!({ "minutes": "soon", "seconds": null }), None),
            (json!({}), None),
            (json!("no object"), None),
        ] {
            assert_eq!(
                Arguments::of(&read(arguments.clone())).duration_ms(""),
                expected,
                "{arguments}"
            );
        }
        assert_eq!(
            Arguments::of(&read(json!({ "start_minutes": 2 }))).duration_ms("start_"),
            Some(120_000)
        );
    }

    #[test]
    fn blank_text_is_no_text() {
        let call = read(json!({ "a": "  ", "b": " x ", "c": 3, "d": [1] }));
        let arguments = Arguments::of(&call);
        assert_eq!(arguments.text("a"), None);
        assert_eq!(arguments.text("b").unwrap(), "x");
        assert_eq!(arguments.text("c").unwrap(), "3");
        assert_eq!(arguments.text("d"), None);
    }
}
