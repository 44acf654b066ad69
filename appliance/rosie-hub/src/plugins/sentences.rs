//! A plugin's sentences, on their way to the fast path: lists get the plugin's name, so that none hides one of the house.

use super::manifest::{Manifest, PluginIntent};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const MAX_SENTENCES: usize = 40;
const MAX_TEMPLATE: usize = 300;
/// Optional parts and alternatives of one template: more would take long to compile.
const MAX_BRANCHES: usize = 24;
/// n parts in any order cost 2^n.
const MAX_PERMUTED: usize = 4;
const MAX_VALUES: usize = 500;

/// What may stand for a slot.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum List {
    /// The same in every language.
    Values(Vec<Word>),
    Range(Range),
    Any(Anything),
    /// By language.
    ByLanguage(BTreeMap<String, Vec<Word>>),
}

/// `any`: whatever is said.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub enum Anything {
    #[serde(rename = "any")]
    Any,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    from: i32,
    to: i32,
}

/// What is said, and what the tool gets for it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Word {
    Same(String),
    Pair { say: String, means: String },
}

pub(super) fn check_list(name: &str, list: &List, mistakes: &mut Vec<String>) {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > 24 || !name.chars().all(fits) {
        mistakes.push("a list's name has at most 24 small letters, digits and _".into());
    }
    let words: Vec<&Word> = match list {
        List::Values(words) => words.iter().collect(),
        List::ByLanguage(all) => all.values().flatten().collect(),
        List::Range(range) if range.from >= range.to => {
            mistakes.push(format!("the range {name} goes from a smaller number to a greater one"));
            Vec::new()
        }
        List::Range(_) | List::Any(_) => return,
    };
    let usable = |word: &&Word| {
        let (say, means) = word.parts();
        let plain = |text: &str| !text.is_empty() && text.len() <= 100 && !text.chars().any(char::is_control);
        plain(say) && plain(means) && !say.contains(['(', ')', '[', ']', '{', '}', '<', '>', '|'])
    };
    if words.len() > MAX_VALUES || words.is_empty() || !words.iter().all(usable) {
        mistakes.push(format!(
            "the list {name} has 1 to {MAX_VALUES} plain words, a range {{ from: 1, to: 10 }}, or is any"
        ));
    }
}

pub(super) fn check(language: &str, templates: &[String], lists: &BTreeMap<String, List>, mistakes: &mut Vec<String>) {
    let is_tag = (2..=10).contains(&language.len()) && language.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    if !is_tag {
        mistakes.push("sentences stand under a language, like en or de".into());
    }
    if templates.is_empty() || templates.len() > MAX_SENTENCES {
        mistakes.push(format!("an intent has 1 to {MAX_SENTENCES} sentences a language"));
    }
    for template in templates {
        let branches = template.matches(['[', '|', '(']).count();
        let permuted = template.matches(';').count();
        if template.len() > MAX_TEMPLATE
            || branches > MAX_BRANCHES
            || permuted > MAX_PERMUTED
            || template.chars().any(char::is_control)
        {
            mistakes.push(format!(
                "a sentence has at most {MAX_TEMPLATE} characters and {MAX_BRANCHES} brackets and bars: write two"
            ));
        }
        for list in slots(template) {
            let known = match lists.get(list) {
                Some(List::ByLanguage(all)) => all.contains_key(language),
                Some(_) => true,
                None => false,
            };
            if !known {
                let list: String = list.chars().take(24).collect();
                mistakes.push(format!(
                    "{{{list}}} is in no list of this plugin for \"{language}\": write it under lists"
                ));
            }
        }
    }
}

/// The lists that a template names: `{bin}`, or `{bin:which}` under another name.
fn slots(template: &str) -> BTreeSet<&str> {
    let inside = template.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    inside.map(|(name, _)| name.split(':').next().unwrap_or(name)).collect()
}

impl Word {
    fn parts(&self) -> (&str, &str) {
        match self {
            Word::Same(text) => (text, text),
            Word::Pair { say, means } => (say, means),
        }
    }
}

impl List {
    fn as_json(&self, language: &str) -> Value {
        let values = |words: &[Word]| {
            let pair = |word: &Word| json!({ "in": word.parts().0, "out": word.parts().1 });
            json!({ "values": words.iter().map(pair).collect::<Vec<_>>() })
        };
        match self {
            List::Values(words) => values(words),
            List::ByLanguage(all) => values(all.get(language).map(Vec::as_slice).unwrap_or_default()),
            List::Range(range) => json!({ "range": { "from": range.from, "to": range.to } }),
            List::Any(_) => json!({ "wildcard": true }),
        }
    }
}

/// One document a language. JSON is YAML.
pub(super) fn as_yaml(manifest: &Manifest) -> Vec<(String, String)> {
    let of = |intent: &PluginIntent| intent.sentences.keys().cloned().collect::<Vec<_>>();
    let languages: BTreeSet<String> = manifest.intents.iter().flat_map(of).collect();
    languages
        .into_iter()
        .map(|language| {
            let document = document(manifest, &language);
            (language, document.to_string())
        })
        .collect()
}

fn document(manifest: &Manifest, language: &str) -> Value {
    let own = |list: &str| format!("{}_{list}", manifest.name);
    let mut intents: Map<String, Value> = Map::new();
    let mut responses: Map<String, Value> = Map::new();
    let mut used = BTreeSet::new();
    for intent in &manifest.intents {
        let Some(templates) = intent.sentences.get(language) else {
            continue;
        };
        used.extend(templates.iter().flat_map(|template| slots(template)));
        let sentences: Vec<String> = templates.iter().map(|template| renamed(template, &own)).collect();
        let block = json!({ "sentences": sentences, "slots": intent.arguments });
        let call = format!("{}{}", manifest.prefix(), intent.tool);
        let data = intents.entry(call.clone()).or_insert_with(|| json!({ "data": [] }));
        if let Some(blocks) = data["data"].as_array_mut() {
            blocks.push(block);
        }
        let done = match language.split('-').next() {
            Some("de") => "Erledigt.",
            Some("es") => "Hecho.",
            Some("fr") => "C'est fait.",
            _ => "Done.",
        };
        let said = format!("{{{{ speech if speech else \"{done}\" }}}}");
        responses.insert(call, json!({ "default": said }));
    }
    let lists: Map<String, Value> = used
        .into_iter()
        .filter_map(|name| Some((own(name), manifest.lists.get(name)?.as_json(language))))
        .collect();
    json!({ "language": language, "lists": lists, "intents": intents, "responses": { "intents": responses } })
}

/// `{bin}` becomes `{bins_bin:bin}`: the list under the plugin's name, the slot under its own.
fn renamed(template: &str, own: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push('{');
        let Some((name, after)) = after.split_once('}') else {
            return out + after;
        };
        let (list, slot) = name.split_once(':').unwrap_or((name, name));
        out.push_str(&format!("{}:{slot}}}", own(list)));
        rest = after;
    }
    out + rest
}
