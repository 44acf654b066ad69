//! From what a model wrote to a call that the hub may get: the name found, the JSON repaired where it is plain what was
//! meant, the arguments held against the tool's schema.

use rosie_core::{ToolCall, ToolSpec};
use serde_json::{Map, Value};

/// Longer arguments are no arguments.
const LONGEST: usize = 8 << 10;

/// Why a call was not understood, in words for the model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Misuse {
    #[error("there is no tool '{name}'; there are: {known}")]
    UnknownTool { name: String, known: String },
    #[error("the arguments of {tool} are not a JSON object")]
    NotJson { tool: String },
    #[error("the arguments of {tool} do not fit: {mistakes}")]
    DoesNotFit { tool: String, mistakes: String },
    #[error("only {0} calls are carried out at once")]
    TooMany(usize),
}

/// The call that was meant, and its tool.
pub(crate) fn understand<'a>(
    name: &str,
    arguments: &str,
    tools: &'a [ToolSpec],
) -> Result<(ToolCall, &'a ToolSpec), Misuse> {
    let tool = find(name, tools).ok_or_else(|| Misuse::UnknownTool {
        name: name.chars().filter(|c| !c.is_control()).take(60).collect(),
        known: tools
            .iter()
            .map(|tool| tool.name.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    })?;
    let object = object(arguments).ok_or_else(|| Misuse::NotJson {
        tool: tool.name.clone(),
    })?;
    let arguments = Value::Object(fitted(object, &tool.parameters));
    let mistakes = mistakes(&tool.parameters, &arguments);
    if !mistakes.is_empty() {
        return Err(Misuse::DoesNotFit {
            tool: tool.name.clone(),
            mistakes,
        });
    }
    let call = ToolCall {
        name: tool.name.clone(),
        arguments,
    };
    Ok((call, tool))
}

/// Its own name; else the only one that differs in case, in its prefix (`functions.`), or in `_`.
fn find<'a>(name: &str, tools: &'a [ToolSpec]) -> Option<&'a ToolSpec> {
    let exact = tools.iter().find(|tool| tool.name == name);
    exact.or_else(|| {
        let plain = |name: &str| {
            name.chars()
                .filter(char::is_ascii_alphanumeric)
                .collect::<String>()
                .to_lowercase()
        };
        let last = plain(name.rsplit(['.', ':', '/']).next().unwrap_or(name));
        let mut same = tools
            .iter()
            .filter(|tool| !last.is_empty() && plain(&tool.name) == last);
        same.next().filter(|_| same.next().is_none())
    })
}

/// The object in `text`; nothing at all is an empty one.
fn object(text: &str) -> Option<Map<String, Value>> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    if text.is_empty() || text == "null" {
        return Some(Map::new());
    }
    let parsed = serde_json::from_str(text)
        .ok()
        .or_else(|| serde_json::from_str(&repaired(text)?).ok())?;
    match parsed {
        Value::Object(object) => Some(object),
        // Some models put the object into a string.
        Value::String(inner) => serde_json::from_str(&inner).ok(),
        _ => None,
    }
}

/// The first balanced `{…}`, without commas before a closing bracket, with straight quotes.
fn repaired(text: &str) -> Option<String> {
    let text = text.replace(['“', '”'], "\"");
    let text = &text[text.find('{')?..];
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if in_string {
            out.push(c);
            (in_string, escaped) = (escaped || c != '"', !escaped && c == '\\');
            continue;
        }
        match c {
            '"' => in_string = true,
            '{' | '[' => depth += 1,
            '}' | ']' => {
                depth = depth.checked_sub(1)?;
                let end = out.trim_end().trim_end_matches(',').len();
                out.truncate(end);
            }
            _ => {}
        }
        out.push(c);
        if depth == 0 {
            return Some(out);
        }
    }
    // Cut off at the end: close what is open, if only brackets are missing.
    (!in_string && depth == 1).then(|| format!("{}}}", out.trim_end().trim_end_matches(',')))
}

/// Numbers written as text and text written as numbers, where the schema leaves no doubt; `null` is not given.
fn fitted(object: Map<String, Value>, schema: &Value) -> Map<String, Value> {
    let wanted = |key: &str| schema.pointer("/properties")?.get(key)?.get("type")?.as_str();
    let fit = |(key, value): (String, Value)| {
        let value = match (wanted(&key), value) {
            (_, Value::Null) => return None,
            (Some("integer" | "number"), Value::String(text)) => {
                let number = text.trim().trim_end_matches('%').trim().parse::<serde_json::Number>();
                number.map_or(Value::String(text), Value::Number)
            }
            (Some("boolean"), Value::String(text)) if text.eq_ignore_ascii_case("true") => Value::Bool(true),
            (Some("boolean"), Value::String(text)) if text.eq_ignore_ascii_case("false") => Value::Bool(false),
            (Some("integer"), Value::Number(n)) if n.as_f64().is_some_and(|n| n.fract() == 0.0 && n.abs() < 9e15) => {
                Value::from(n.as_f64().unwrap_or_default() as i64)
            }
            (Some("string"), Value::Number(number)) => Value::String(number.to_string()),
            (Some("array"), Value::String(one)) => Value::Array(vec![Value::String(one)]),
            (_, value) => value,
        };
        Some((key, value))
    };
    object.into_iter().filter_map(fit).collect()
}

/// What the schema has against it; a schema that is none allows nothing.
fn mistakes(schema: &Value, arguments: &Value) -> String {
    let validator = match jsonschema::validator_for(schema) {
        Ok(validator) => validator,
        Err(_) => return "its schema cannot be read".to_owned(),
    };
    let all: Vec<String> = validator
        .iter_errors(arguments)
        .take(3)
        .map(|error| error.to_string().chars().take(160).collect())
        .collect();
    all.join("; ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn tools() -> Vec<ToolSpec> {
        let tool = |name: &str, parameters: Value| ToolSpec {
            name: name.into(),
            description: String::new(),
            parameters,
            acts: true,
            dangerous: false,
            foreign: false,
            confirmation: Default::default(),
        };
        vec![
            tool(
                "HassTurnOn",
                json!({"type": "object", "properties": {"name": {"type": "string"}, "brightness": {"type": "integer"}},
                       "required": ["name"], "additionalProperties": false}),
            ),
            tool("HassGetCurrentTime", json!({"type": "object", "properties": {}})),
        ]
    }

    fn understood(name: &str, arguments: &str) -> Result<Value, Misuse> {
        understand(name, arguments, &tools()).map(|(call, _)| json!({ "n": call.name, "a": call.arguments }))
    }

    #[test]
    fn what_small_models_write() {
        let light = json!({ "n": "HassTurnOn", "a": { "name": "office", "brightness": 50 } });
        for (name, arguments) in [
            ("HassTurnOn", r#"{"name": "office", "brightness": 50}"#),
            ("hass_turn_on", r#"{"name": "office", "brightness": "50"}"#),
            ("functions.HassTurnOn", r#"{"name": "office", "brightness": "50%"}"#),
            (
                "HassTurnOn",
                "```json\n{\"name\": \"office\", \"brightness\": 50,}\n```",
            ),
            ("HassTurnOn", r#"{"name": "office", "brightness": 50.0"#),
            ("HassTurnOn", r#""{\"name\": \"office\", \"brightness\": 50}""#),
            ("HassTurnOn", "{“name”: “office”, “brightness”: 50}"),
        ] {
            assert_eq!(understood(name, arguments), Ok(light.clone()), "{arguments}");
        }
        assert_eq!(
            understood("HassGetCurrentTime", ""),
            Ok(json!({ "n": "HassGetCurrentTime", "a": {} }))
        );
        assert!(understood("HassTurnOn", r#"{"name": "a } b"}"#).is_ok());
    }

    #[test]
    fn what_is_told_to_the_model() {
        let said = |name, arguments| understood(name, arguments).unwrap_err().to_string();
        assert_eq!(
            said("Explode", "{}"),
            "there is no tool 'Explode'; there are: HassTurnOn, HassGetCurrentTime"
        );
        assert_eq!(
            said("HassTurnOn", "office"),
            "the arguments of HassTurnOn are not a JSON object"
        );
        assert!(said("HassTurnOn", "{}").contains("\"name\" is a required property"));
        assert!(said("HassTurnOn", r#"{"name": "a", "shell": "rm"}"#).contains("shell"));
        assert!(said("HassTurnOn", &format!("{{\"name\": \"{}\"}}", "x".repeat(9_000))).contains("not a JSON object"));
    }

    proptest! {
        #[test]
        fn whatever_is_written_only_what_fits_comes_out(name in "\\PC{0,20}", arguments in "\\PC{0,200}") {
            if let Ok((call, tool)) = understand(&name, &arguments, &tools()) {
                prop_assert!(mistakes(&tool.parameters, &call.arguments).is_empty());
            }
        }

        #[test]
        fn brackets_of_any_kind(arguments in "[{}\\[\\]\",:a1 \\\\]{0,60}") {
            let _ = understand("HassTurnOn", &arguments, &tools());
        }
    }
}
