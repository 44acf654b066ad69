//! The form in which a small model writes a call: its grammar leaves no room for other tools, other names, other
//! shapes; and what was filled in counts only where the question says it.

use super::{select::stems, understand};
use crate::llm::CalledTool;
use rosie_core::ToolSpec;
use serde_json::{Map, Value, json};
use std::{
    collections::HashSet,
    sync::atomic::{AtomicU64, Ordering},
};

/// What a model writes where no tool does what is asked.
const NONE: &str = "none";
/// Key of the arguments. A grammar writes keys in the order of the alphabet, and the tool must come first: a model that
/// has to begin with the arguments rather takes none.
const WITH: &str = "with";
/// Calls of one question.
const MOST: usize = 3;

#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// The tools in words, and what to do.
    pub told: String,
    /// JSON schema of the answer.
    pub schema: Value,
    tools: Vec<ToolSpec>,
}

/// For the tools that `question` seems to want. `names`: of things in the home that it may mean.
pub(crate) fn form(tools: &[ToolSpec], question: &str, names: &[String]) -> Form {
    let mut told = String::from("Tools:\n");
    for tool in tools {
        told += &format!("- {}: {}\n", tool.name, tool.description);
    }
    told += "- none: it can be answered without a tool\nWrite the tool that does this as JSON.";
    let asked = stems(question);
    let mut variants: Vec<Value> = tools
        .iter()
        .map(|tool| {
            json!({
                "type": "object",
                "properties": { "tool": { "const": tool.name }, WITH: narrowed(&tool.parameters, &asked, names) },
                "required": ["tool", WITH],
                "additionalProperties": false,
            })
        })
        .collect();
    variants.push(json!({
        "type": "object", "properties": { "tool": { "const": NONE } }, "required": ["tool"], "additionalProperties": false,
    }));
    let one = json!({ "anyOf": variants });
    let schema = match super::parts(question).len().min(MOST) {
        0 | 1 => one,
        most => json!({ "type": "array", "items": one, "minItems": 1, "maxItems": most }),
    };
    Form {
        told,
        schema,
        tools: tools.to_vec(),
    }
}

impl Form {
    /// The calls in what the model wrote that are plainly asked for in `question`.
    pub(crate) fn read(&self, written: &str, question: &str) -> Vec<CalledTool> {
        let value: Value = serde_json::from_str(written.trim()).unwrap_or_default();
        let all = match value {
            Value::Array(all) => all,
            one => vec![one],
        };
        let asked = stems(question);
        let mut calls: Vec<CalledTool> = Vec::new();
        for call in all.into_iter().take(MOST) {
            let (Some(name), Some(arguments)) = (call["tool"].as_str(), call.get(WITH)) else {
                continue;
            };
            let written = arguments.to_string();
            let again = calls.iter().any(|call| call.name == name && call.arguments == written);
            let fits = understand(name, &written, &self.tools).is_ok_and(|(call, _)| is_said(&call.arguments, &asked));
            if fits && !again {
                calls.push(CalledTool {
                    id: fresh_id(),
                    name: name.to_owned(),
                    arguments: written,
                });
            }
        }
        calls
    }
}

fn fresh_id() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!("form_{}", LAST.fetch_add(1, Ordering::Relaxed) + 1)
}

/// The schema with only what the question can mean: of several numbers those whose unit it names, of names in the home
/// those that it may mean.
fn narrowed(schema: &Value, asked: &HashSet<String>, names: &[String]) -> Value {
    let mut schema = schema.clone();
    let required: HashSet<String> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    let mut required_now: Vec<String> = Vec::new();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let is_number = |property: &Value| matches!(property["type"].as_str(), Some("number" | "integer"));
        let named = |name: &str| stems(name).iter().any(|stem| asked.contains(stem));
        let numbers: Vec<String> = properties
            .iter()
            .filter(|(name, property)| is_number(property) && !required.contains(*name))
            .map(|(name, _)| name.clone())
            .collect();
        if numbers.iter().any(|name| named(name)) {
            for name in &numbers {
                match named(name) {
                    true => required_now.push(name.clone()),
                    false => drop(properties.remove(name)),
                }
            }
        }
        for property in properties.values_mut() {
            narrow(property, names);
        }
        required_now.extend(required.into_iter().filter(|name| properties.contains_key(name)));
    }
    if let Some(object) = schema.as_object_mut() {
        required_now.sort();
        object.insert("required".to_owned(), json!(required_now));
        object.insert("additionalProperties".to_owned(), json!(false));
    }
    schema
}

/// A property whose format is `entity` takes one of the names; what a grammar cannot hold goes.
fn narrow(property: &mut Value, names: &[String]) {
    let Some(object) = property.as_object_mut() else {
        return;
    };
    let format = object.remove("format");
    if format == Some(json!("entity")) && !names.is_empty() && !object.contains_key("enum") {
        *object = Map::from_iter([("enum".to_owned(), json!(names))]);
    }
    object.remove("pattern");
}

/// Whether each text among the arguments is, at least by half, in the question's words.
fn is_said(arguments: &Value, asked: &HashSet<String>) -> bool {
    let said = |value: &Value| match value {
        Value::String(text) => {
            let all = stems(text);
            let there = all.intersection(asked).count();
            all.is_empty() || 2 * there >= all.len()
        }
        _ => true,
    };
    arguments.as_object().is_none_or(|object| object.values().all(said))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn tool(name: &str, parameters: Value) -> ToolSpec {
        ToolSpec {
            name: name.into(),
            description: format!("{name} does it."),
            parameters,
            acts: true,
            dangerous: false,
            foreign: false,
            confirmation: Default::default(),
        }
    }

    fn timer() -> ToolSpec {
        let number = json!({ "type": "number", "minimum": 0 });
        tool(
            "StartTimer",
            json!({ "type": "object", "properties": {
                "hours": number, "minutes": number, "seconds": number, "name": { "type": "string" } },
                "additionalProperties": false }),
        )
    }

    fn lamp() -> ToolSpec {
        tool(
            "TurnOn",
            json!({ "type": "object", "properties": { "name": { "type": "string", "format": "entity" } },
                "required": ["name"], "additionalProperties": false }),
        )
    }

    #[test]
    fn the_form_leaves_only_what_the_question_can_mean() {
        let form = form(&[timer(), lamp()], "wake me in ten minutes", &["Desk lamp".to_owned()]);
        let timer = &form.schema["anyOf"][0]["properties"][WITH];
        assert_eq!(timer["required"], json!(["minutes"]));
        assert!(timer["properties"].get("hours").is_none() && timer["properties"].get("name").is_some());
        let lamp = &form.schema["anyOf"][1]["properties"][WITH]["properties"]["name"];
        assert_eq!(lamp, &json!({ "enum": ["Desk lamp"] }));
        assert_eq!(
            form.schema["anyOf"][2]["properties"]["tool"],
            json!({ "const": "none" })
        );
    }

    #[test]
    fn two_wishes_are_two_calls() {
        let question = "turn on the desk lamp and the floor lamp";
        let form = form(&[lamp()], question, &[]);
        assert_eq!(form.schema["maxItems"], 2);
        let written =
            r#"[{"tool":"TurnOn","with":{"name":"Desk lamp"}},{"tool":"TurnOn","with":{"name":"Floor lamp"}}]"#;
        assert_eq!(form.read(written, question).len(), 2);
    }

    #[test]
    fn what_nobody_said_is_no_call() {
        let question = "turn on the desk lamp";
        let form = form(&[lamp()], question, &[]);
        let read = |written: &str| form.read(written, question).len();
        assert_eq!(read(r#"{"tool": "TurnOn", "with": {"name": "desk lamp"}}"#), 1);
        assert_eq!(read(r#"{"tool": "TurnOn", "with": {"name": "Bedroom"}}"#), 0);
        assert_eq!(read(r#"{"tool": "none"}"#), 0);
        assert_eq!(read(r#"{"tool": "Explode", "with": {}}"#), 0);
        assert_eq!(read("broken {"), 0);
    }
}
