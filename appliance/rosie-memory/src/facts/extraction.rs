//! Facts found by a language model when nothing else is to do: what it is told, in what form it answers, and what of
//! its answer is believed. No model is called here.
//!
//! A model's answer is untrusted: it is bounded, and a fact counts only where its object's words were really said.

use super::{Candidate, Scope, tidy};
use crate::MemoryError;
use rosie_core::memory::{MessageRecord, Speaker};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;

/// Longest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 << 10;
/// Facts of one answer; more are left out.
const MAX_FACTS: usize = 32;
/// Characters of a part of a fact.
const MAX_PART: usize = 200;
/// A model's facts are never surer than what was said outright.
const MOST_CONFIDENT: f32 = 0.7;

/// What to ask a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    pub system: String,
    pub prompt: String,
    /// JSON schema of the answer.
    pub schema: Value,
    /// Whose words were shown, for [`parse`].
    said: Vec<String>,
}

/// The question to a model about what a person said. Only people's words are shown: facts are not made of Rosie's own.
pub fn task(messages: &[MessageRecord]) -> Task {
    let said: Vec<String> = messages
        .iter()
        .filter(|message| message.speaker == Speaker::User)
        .map(|message| tidy(&message.text))
        .collect();
    let lines: Vec<String> = said.iter().map(|text| format!("- {text}")).collect();
    Task {
        system:
            "You read what a person said to a voice assistant and write down lasting facts about the person, their \
                 family and their home. Not wishes, commands, questions or moods. Only what is said, word by word. \
                 Answer with JSON only. No facts: an empty list."
                .to_owned(),
        prompt: format!("The person said:\n{}\n\nThe facts as JSON:", lines.join("\n")),
        schema: schema(),
        said,
    }
}

/// JSON schema of the answer.
pub fn schema() -> Value {
    let part = json!({ "type": "string", "minLength": 1, "maxLength": MAX_PART });
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["facts"],
        "properties": { "facts": { "type": "array", "maxItems": MAX_FACTS, "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["subject", "predicate", "object", "sentence", "confidence"],
            "properties": {
                "subject": part, "predicate": part, "object": part,
                "sentence": { "type": "string", "minLength": 1, "maxLength": MAX_PART,
                              "description": "addressed to the person: Your daughter's name is Ada." },
                "single": { "type": "boolean", "description": "there can be only one such thing" },
                "confidence": { "type": "number", "minimum": 0, "maximum": 1 }
            } } } }
    })
}

#[derive(Deserialize)]
struct Answer {
    facts: Vec<Value>,
}

#[derive(Deserialize)]
struct Found {
    subject: String,
    predicate: String,
    object: String,
    sentence: String,
    #[serde(default)]
    single: bool,
    confidence: f32,
}

/// The facts of a model's answer that can be believed. Words around the JSON are passed over; an answer without JSON
/// is an error, a fact that is none is left out.
pub fn parse(task: &Task, answer: &str) -> Result<Vec<Candidate>, MemoryError> {
    let wrong = |reason: &str| MemoryError::BadRequest(format!("the model's facts cannot be read: {reason}"));
    if answer.len() > MAX_ANSWER {
        return Err(wrong("too long"));
    }
    let (start, end) = match (answer.find('{'), answer.rfind('}')) {
        (Some(start), Some(end)) if start < end => (start, end),
        _ => return Err(wrong("no JSON object")),
    };
    let parsed: Answer = serde_json::from_str(&answer[start..=end]).map_err(|_| wrong("not as the schema says"))?;
    let heard: HashSet<String> = task.said.iter().flat_map(|text| words(text)).collect();
    Ok(parsed
        .facts
        .into_iter()
        .take(MAX_FACTS)
        .filter_map(|fact| serde_json::from_value(fact).ok())
        .filter_map(|fact| believed(fact, &heard))
        .collect())
}

fn believed(fact: Found, heard: &HashSet<String>) -> Option<Candidate> {
    let part = |text: &str| {
        let text = tidy(text);
        (!text.is_empty() && text.chars().count() <= MAX_PART && !text.chars().any(char::is_control)).then_some(text)
    };
    let object = part(&fact.object)?;
    let really_said = words(&object).all(|word| heard.contains(&word)) && words(&object).next().is_some();
    if !really_said || !(0.0..=1.0).contains(&fact.confidence) {
        return None;
    }
    let subject = part(&fact.subject)?.to_lowercase();
    let subject = match subject.as_str() {
        "i" | "me" | "person" | "the person" | "speaker" | "the user" => "user".to_owned(),
        _ => subject,
    };
    Some(Candidate {
        scope: if subject == "house" {
            Scope::House
        } else {
            Scope::Person
        },
        subject,
        predicate: part(&fact.predicate)?.to_lowercase().replace([' ', '-'], "_"),
        object,
        sentence: part(&fact.sentence)?,
        single: fact.single,
        opposite: None,
        confidence: fact.confidence.min(MOST_CONFIDENT),
    })
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}
