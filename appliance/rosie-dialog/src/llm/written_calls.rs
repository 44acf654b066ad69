//! Recognises the tool calls that models write as text: bare JSON, fenced JSON, tags around either.

use serde_json::Value;
use std::collections::BTreeSet;

/// So much is held back at most, in bytes.
const LONGEST: usize = 32 << 10;
const TAGS: [(&str, &str); 3] = [
    ("<tool_call>", "</tool_call>"),
    ("<function_call>", "</function_call>"),
    ("<tools>", "</tools>"),
];
/// Marks after which a call follows; of no meaning themselves.
const MARKS: [&str; 2] = ["<|python_tag|>", "[TOOL_CALLS]"];
const FUNCTION: &str = "<function=";
const FENCE: &str = "```";

pub(super) type Written = Vec<(String, String)>;

#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// It may become a call.
    More,
    /// So many bytes are text.
    Text(usize),
    /// So many bytes are for nobody: a broken call, a mark.
    Drop(usize),
    Calls(usize, Written),
}

/// What `held` begins with. Its first character is one of `<{[` or a backtick.
pub(super) fn classify(held: &str, tools: &BTreeSet<String>) -> Verdict {
    let too_long = held.len() > LONGEST;
    let verdict = match held.as_bytes().first() {
        Some(b'`') => fenced(held, tools),
        Some(b'<') => tagged(held, tools),
        Some(b'[') if MARKS[1].starts_with(held) => Verdict::More,
        Some(b'[') if held.starts_with(MARKS[1]) => Verdict::Drop(MARKS[1].len()),
        Some(b'{' | b'[') => bare(held, tools),
        _ => Verdict::Text(held.chars().next().map_or(0, char::len_utf8)),
    };
    match verdict {
        Verdict::More if too_long => unfinished(held),
        verdict => verdict,
    }
}

/// The same when nothing more comes; always about all of `held`.
pub(super) fn last_word(held: &str, tools: &BTreeSet<String>) -> Verdict {
    let inner = TAGS.iter().find_map(|(open, _)| held.strip_prefix(open));
    let inner = inner.or_else(|| held.strip_prefix(FENCE).map(after_language));
    match inner.and_then(|inner| calls_in(inner, tools)) {
        Some(calls) => Verdict::Calls(held.len(), calls),
        None => unfinished(held),
    }
}

/// Text, unless it began like a call.
fn unfinished(held: &str) -> Verdict {
    let inner = held.strip_prefix(FENCE).map_or(held, after_language);
    let beginning: String = inner.chars().take(200).collect();
    let named = |name: &&str| beginning.contains(*name);
    let keys = ["\"name\"", "\"function\"", "\"arguments\"", "\"parameters\"", "\"tool"];
    let tagged = TAGS.iter().any(|(open, _)| held.starts_with(open)) || held.starts_with(FUNCTION);
    if tagged || (inner.starts_with(['{', '[']) && keys.iter().any(named)) {
        Verdict::Drop(held.len())
    } else {
        Verdict::Text(held.len())
    }
}

fn tagged(held: &str, tools: &BTreeSet<String>) -> Verdict {
    if TAGS
        .iter()
        .map(|(open, _)| *open)
        .chain([MARKS[0], FUNCTION])
        .any(|open| open.len() > held.len() && open.starts_with(held))
    {
        return Verdict::More;
    }
    if held.starts_with(MARKS[0]) {
        return Verdict::Drop(MARKS[0].len());
    }
    if let Some(rest) = held.strip_prefix(FUNCTION) {
        return function(held, rest);
    }
    let Some((open, close)) = TAGS.iter().find(|(open, _)| held.starts_with(open)) else {
        return Verdict::Text(1);
    };
    let Some(end) = held.find(close) else {
        return Verdict::More;
    };
    let length = end + close.len();
    match calls_in(&held[open.len()..end], tools) {
        Some(calls) => Verdict::Calls(length, calls),
        None => Verdict::Drop(length),
    }
}

/// `<function=NAME>{…}</function>`
fn function(held: &str, rest: &str) -> Verdict {
    const CLOSE: &str = "</function>";
    let Some(end) = rest.find(CLOSE) else {
        return Verdict::More;
    };
    let length = held.len() - rest.len() + end + CLOSE.len();
    let call = rest[..end].split_once('>').and_then(|(name, arguments)| {
        let arguments: Value = serde_json::from_str(arguments.trim()).ok()?;
        Some(vec![(name.trim().to_owned(), arguments.to_string())])
    });
    call.map_or(Verdict::Drop(length), |call| Verdict::Calls(length, call))
}

fn fenced(held: &str, tools: &BTreeSet<String>) -> Verdict {
    let Some(rest) = held.strip_prefix(FENCE) else {
        return if FENCE.starts_with(held) {
            Verdict::More
        } else {
            Verdict::Text(1)
        };
    };
    let inner = after_language(rest);
    if inner.is_empty() && rest.len() < 24 && !rest.contains(FENCE) {
        return Verdict::More;
    }
    if !inner.starts_with(['{', '[', '<']) {
        return Verdict::Text(FENCE.len());
    }
    let Some(end) = rest.find(FENCE) else {
        return Verdict::More;
    };
    let length = FENCE.len() + end + FENCE.len();
    match calls_in(after_language(&rest[..end]), tools) {
        Some(calls) => Verdict::Calls(length, calls),
        None => match unfinished(&held[..FENCE.len() + end]) {
            Verdict::Drop(_) if serde_json::from_str::<Value>(after_language(&rest[..end])).is_err() => {
                Verdict::Drop(length)
            }
            _ => Verdict::Text(length),
        },
    }
}

/// What follows the language of a fence.
fn after_language(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_')
        .trim_start()
}

fn bare(held: &str, tools: &BTreeSet<String>) -> Verdict {
    // Only an object, or a list of objects, can be a call.
    let next = held[1..].trim_start();
    let hopeful = if held.starts_with('{') {
        next.starts_with('"')
    } else {
        next.starts_with('{')
    };
    if !next.is_empty() && !hopeful {
        return Verdict::Text(1);
    }
    let mut values = serde_json::Deserializer::from_str(held).into_iter::<Value>();
    match values.next() {
        Some(Ok(value)) => {
            let length = values.byte_offset();
            match (calls_of(&value, tools), is_description(&value)) {
                (_, true) => Verdict::Drop(length),
                (Some(calls), _) => Verdict::Calls(length, calls),
                (None, _) => Verdict::Text(length),
            }
        }
        Some(Err(error)) if error.is_eof() => Verdict::More,
        Some(Err(_)) => Verdict::Text(1),
        None => Verdict::More,
    }
}

/// All values in `text`, if each is a call.
fn calls_in(text: &str, tools: &BTreeSet<String>) -> Option<Written> {
    let text = TAGS
        .iter()
        .find_map(|(open, _)| text.trim_start().strip_prefix(open))
        .unwrap_or(text);
    let mut calls = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        match value {
            Ok(value) if is_description(&value) => return None,
            Ok(value) => calls.extend(calls_of(&value, tools)?),
            // A tag or a word after the last one.
            Err(_) if !calls.is_empty() => break,
            Err(_) => return None,
        }
    }
    (!calls.is_empty()).then_some(calls)
}

fn calls_of(value: &Value, tools: &BTreeSet<String>) -> Option<Written> {
    let object = match value {
        Value::Array(list) if !list.is_empty() => {
            let calls: Option<Vec<Written>> = list.iter().map(|value| calls_of(value, tools)).collect();
            return calls.map(|calls| calls.concat());
        }
        Value::Object(object) => object,
        _ => return None,
    };
    let inside = ["tool_calls", "tool_call", "function_call", "function"];
    if let Some(inner) = inside
        .iter()
        .filter_map(|key| object.get(*key))
        .find(|inner| !inner.is_string())
    {
        return calls_of(inner, tools);
    }
    let names = ["name", "function", "function_name", "tool", "tool_name", "action"];
    let name = names.iter().find_map(|key| object.get(*key)?.as_str())?;
    let given = ["arguments", "parameters", "args", "input", "action_input"];
    let arguments = match given.iter().find_map(|key| object.get(*key)) {
        None if tools.contains(name) => "{}".to_owned(),
        Some(Value::Null) => "{}".to_owned(),
        Some(Value::String(text)) if tools.contains(name) || text.trim_start().starts_with('{') => text.clone(),
        Some(arguments @ Value::Object(_)) => arguments.to_string(),
        _ => return None,
    };
    Some(vec![(name.to_owned(), arguments)])
}

/// A tool's description, said back by a model that did not understand what it is for.
fn is_description(value: &Value) -> bool {
    let tool = value.get("function").unwrap_or(value);
    tool.get("description").is_some() && tool.pointer("/parameters/properties").is_some()
}
