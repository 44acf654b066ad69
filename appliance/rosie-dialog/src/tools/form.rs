//! The form in which a small model writes a call: its grammar leaves no room for other tools, other names, other
//! shapes; and what was filled in counts only where the question says it.

use super::{said::Said, select::stems, understand};
use crate::llm::CalledTool;
use rosie_core::{Language, ToolSpec};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::atomic::{AtomicU64, Ordering},
};

/// What a model writes where no tool does what is asked.
const NONE: &str = "none";
/// Key of the arguments. A grammar writes keys in the order of the alphabet, and the tool must come first: a model that
/// has to begin with the arguments rather takes none.
const WITH: &str = "with";
/// Arguments that say which thing is meant.
const TARGETS: &[&str] = &["name", "area", "floor", "domain"];
/// Calls of one question.
const MOST: usize = 3;

#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// The tools in words, and what to do.
    pub told: String,
    /// JSON schema of the answer.
    pub schema: Value,
    tools: Vec<ToolSpec>,
    /// It is a wish for one of them, beyond doubt.
    sure: bool,
}

/// What a question may mean, beside the tools.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meant {
    /// Things in the home, closest first.
    pub things: Vec<Thing>,
    /// Kinds of things that each tool would be done to; any where none is named.
    pub kinds: BTreeMap<String, BTreeSet<String>>,
    /// Rooms that it names.
    pub rooms: Vec<String>,
    /// It is a wish for one of the tools, beyond doubt.
    pub sure: bool,
}

/// Something in the home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Thing {
    pub name: String,
    /// `light`
    pub kind: String,
}

impl Meant {
    /// Names that may stand in a call of `tool`: of its kinds alone, where these are known.
    fn names(&self, tool: &str) -> Vec<&str> {
        let kinds = self.kinds.get(tool).filter(|kinds| !kinds.is_empty());
        let is_one = |thing: &&Thing| kinds.is_none_or(|kinds| kinds.contains(&thing.kind));
        let of_it: Vec<&str> = self
            .things
            .iter()
            .filter(is_one)
            .map(|thing| thing.name.as_str())
            .collect();
        of_it
    }
}

/// For the tools that `question` seems to want.
pub(crate) fn form(tools: &[ToolSpec], question: &str, meant: &Meant) -> Form {
    let mut told = String::from("Tools:\n");
    for tool in tools {
        told += &format!("- {}: {}\n", tool.name, tool.description);
    }
    if !meant.sure {
        told += "- none: it can be answered without a tool\n";
    }
    told += "Write the tool that does this as JSON.";
    let asked = stems(question);
    let mut variants: Vec<Value> = tools
        .iter()
        .map(|tool| {
            json!({
                "type": "object",
                "properties": { "tool": { "const": tool.name }, WITH: narrowed(tool, &asked, meant) },
                "required": ["tool", WITH],
                "additionalProperties": false,
            })
        })
        .collect();
    if !meant.sure {
        variants.push(json!({
            "type": "object", "properties": { "tool": { "const": NONE } }, "required": ["tool"],
            "additionalProperties": false,
        }));
    }
    let one = json!({ "anyOf": variants });
    let schema = match super::parts(question).len().min(MOST) {
        0 | 1 => one,
        most => json!({ "type": "array", "items": one, "minItems": 1, "maxItems": most }),
    };
    Form {
        told,
        schema,
        tools: tools.to_vec(),
        sure: meant.sure,
    }
}

impl Form {
    /// The calls in what the model wrote that are plainly asked for in `question`.
    pub(crate) fn read(&self, written: &str, question: &str, language: &Language) -> Vec<CalledTool> {
        let value: Value = serde_json::from_str(written.trim()).unwrap_or_default();
        let all = match value {
            Value::Array(all) => all,
            one => vec![one],
        };
        let said = Said::of(question, language);
        let mut calls: Vec<CalledTool> = Vec::new();
        for call in all.into_iter().take(MOST) {
            let (Some(name), Some(arguments)) = (call["tool"].as_str(), call.get(WITH)) else {
                continue;
            };
            let Some((name, arguments)) = self.believed(name, arguments, &said) else {
                continue;
            };
            if !calls
                .iter()
                .any(|call| call.name == name && call.arguments == arguments)
            {
                calls.push(CalledTool {
                    id: fresh_id(),
                    name,
                    arguments,
                });
            }
        }
        calls
    }

    /// The tools that it can be, without those of which a call was written that is not believed; `None` where that
    /// leaves none, or all.
    pub(crate) fn without_refused(&self, written: &str, calls: &[CalledTool]) -> Option<Vec<ToolSpec>> {
        let value: Value = serde_json::from_str(written.trim()).ok()?;
        let all = match &value {
            Value::Array(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        let refused = |tool: &ToolSpec| {
            all.iter().any(|call| call["tool"] == tool.name) && !calls.iter().any(|call| call.name == tool.name)
        };
        let left: Vec<ToolSpec> = self.tools.iter().filter(|tool| !refused(tool)).cloned().collect();
        (!left.is_empty() && left.len() < self.tools.len()).then_some(left)
    }

    /// The call with what the question says of it; none where something that it needs is not said.
    fn believed(&self, name: &str, arguments: &Value, said: &Said) -> Option<(String, String)> {
        let (call, tool) = understand(name, &arguments.to_string(), &self.tools).ok()?;
        let written = call.arguments.as_object()?;
        let is_needed = |name: &str| {
            let required = tool.parameters["required"].as_array();
            required.is_some_and(|all| all.iter().any(|needed| needed == name))
        };
        let mut believed = written.clone();
        believed.retain(|_, value| said.holds(value));
        if written
            .keys()
            .any(|name| is_needed(name) && !believed.contains_key(name))
        {
            return None;
        }
        // Without the name it would be another thing, or all of them.
        let lost = |name: &str| written.contains_key(name) && !believed.contains_key(name);
        if lost("name") && tool.parameters["properties"]["name"]["format"] == "entity" && !believed.contains_key("area")
        {
            return None;
        }
        // What is all made up was not asked for: a timer without a duration, a lamp that nobody named. And a tool that
        // sets something needs to be told what. What beyond doubt is wished for may be more than was asked.
        let counts = |(_, value): (&String, &Value)| value.as_f64() != Some(0.0);
        let properties = tool.parameters["properties"].as_object()?;
        let mut sets = properties
            .keys()
            .filter(|name| !TARGETS.contains(&name.as_str()))
            .peekable();
        let is_set = sets.peek().is_none() || sets.any(|name| believed.contains_key(name));
        let is_of_things = properties.values().any(|property| property["format"] == "entity");
        let made_up = believed.is_empty() && written.iter().any(counts) && (is_of_things || !self.sure);
        if !is_set || made_up {
            return None;
        }
        Some((tool.name.clone(), Value::Object(believed).to_string()))
    }
}

fn fresh_id() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!("form_{}", LAST.fetch_add(1, Ordering::Relaxed) + 1)
}

/// The schema with only what the question can mean: of several numbers those whose unit it names, of names in the home
/// those that it may mean, a room only where it names one.
fn narrowed(tool: &ToolSpec, asked: &HashSet<String>, meant: &Meant) -> Value {
    let mut schema = tool.parameters.clone();
    let names = meant.names(&tool.name);
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
        let is_name = |property: &Value| property["format"] == "entity";
        let known = !names.is_empty() && properties.values().any(is_name);
        // Which thing it is has a name here: its kind and its room would only contradict it.
        properties.retain(|name, _| match name.as_str() {
            "domain" if !required.contains(name) => !known && !meant.rooms.is_empty(),
            "area" if !required.contains(name) => !meant.rooms.is_empty(),
            _ => true,
        });
        for (name, property) in properties.iter_mut() {
            if known && is_name(property) && meant.rooms.is_empty() {
                required_now.push(name.clone());
            }
            narrow(name, property, (&names, &meant.rooms));
        }
        required_now.extend(required.into_iter().filter(|name| properties.contains_key(name)));
    }
    if let Some(object) = schema.as_object_mut() {
        required_now.sort();
        required_now.dedup();
        object.insert("required".to_owned(), json!(required_now));
        object.insert("additionalProperties".to_owned(), json!(false));
    }
    schema
}

/// A property whose format is `entity` takes one of the names; what a grammar cannot hold goes.
fn narrow(name: &str, property: &mut Value, (names, rooms): (&[&str], &[String])) {
    let Some(object) = property.as_object_mut() else {
        return;
    };
    let known: Vec<&str> = match object.remove("format") == Some(json!("entity")) {
        true => names.to_vec(),
        false if name == "area" => rooms.iter().map(String::as_str).collect(),
        false => Vec::new(),
    };
    if !known.is_empty() && !object.contains_key("enum") {
        *object = Map::from_iter([("enum".to_owned(), json!(known))]);
    }
    object.remove("pattern");
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
