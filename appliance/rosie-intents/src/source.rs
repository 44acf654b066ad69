//! The form of a file of templates, as `home-assistant-intents` and people write it.

use crate::IntentsError;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Source {
    /// Name for error messages; set by the reader.
    #[serde(skip)]
    pub file: String,
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub settings: Settings,
    #[serde(default)]
    pub intents: BTreeMap<String, IntentSource>,
    #[serde(default)]
    pub lists: BTreeMap<String, ListSource>,
    #[serde(default)]
    pub expansion_rules: BTreeMap<String, String>,
    #[serde(default)]
    pub skip_words: Vec<String>,
    #[serde(default)]
    pub responses: Responses,
    /// Words that nobody ends a command with.
    #[serde(default)]
    pub dangling_words: Vec<String>,
    /// Rooms, by which an unknown area is told from other words.
    #[serde(default)]
    pub room_words: Vec<String>,
    /// Devices, by which, as by rooms, a question about the home is told from a general one.
    #[serde(default)]
    pub device_words: Vec<String>,
    /// Words that are in no name.
    #[serde(default)]
    pub never_in_names: Vec<String>,
    #[serde(default)]
    pub articles: Vec<String>,
    #[serde(flatten)]
    pub unknown: BTreeMap<String, Value>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Settings {
    #[serde(default)]
    pub ignore_whitespace: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Responses {
    #[serde(default)]
    pub errors: BTreeMap<String, String>,
    /// Intent → key → Jinja template.
    #[serde(default)]
    pub intents: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct IntentSource {
    #[serde(default)]
    pub data: Vec<Block>,
    #[serde(flatten)]
    pub unknown: BTreeMap<String, Value>,
}

/// Sentences that mean the same.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Block {
    pub sentences: Vec<String>,
    #[serde(default)]
    pub slots: BTreeMap<String, Value>,
    #[serde(default)]
    pub response: Option<String>,
    #[serde(default)]
    pub requires_context: BTreeMap<String, Value>,
    #[serde(default)]
    pub excludes_context: BTreeMap<String, Value>,
    #[serde(default)]
    pub required_keywords: Vec<String>,
    #[serde(default)]
    pub lists: BTreeMap<String, ListSource>,
    #[serde(default)]
    pub expansion_rules: BTreeMap<String, String>,
    #[serde(default)]
    pub metadata: Value,
    #[serde(flatten)]
    pub unknown: BTreeMap<String, Value>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct ListSource {
    #[serde(default)]
    pub values: Option<Vec<ValueSource>>,
    #[serde(default)]
    pub range: Option<RangeSource>,
    #[serde(default)]
    pub wildcard: bool,
    /// Rosie's own: any sum in words ("12 times 7").
    #[serde(default)]
    pub sum: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum ValueSource {
    Text(String),
    Full {
        #[serde(rename = "in")]
        input: String,
        #[serde(default)]
        out: Value,
        #[serde(default)]
        context: BTreeMap<String, Value>,
        #[serde(default)]
        metadata: Value,
    },
}

#[derive(Debug, Clone, Deserialize)]
pub struct RangeSource {
    pub from: i64,
    pub to: i64,
    #[serde(default = "one")]
    pub step: i64,
    #[serde(default)]
    pub multiplier: Option<f64>,
    #[serde(default)]
    pub fractions: Option<Fractions>,
    #[serde(default = "yes")]
    pub digits: bool,
    #[serde(default = "yes")]
    pub words: bool,
    /// `number`, `percentage` or `temperature`; told to nobody by the matcher.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fractions {
    Halves,
    Tenths,
    /// Rosie's own: any decimal number.
    Any,
}

fn one() -> i64 {
    1
}

fn yes() -> bool {
    true
}

/// Keys of a block that mean something to other readers of the form and nothing to the matcher.
const PASSED_OVER: [&str; 5] = ["settings", "inferred_domain", "name_domains", "description", "example"];

impl Source {
    /// Reads data that others wrote: keys it does not know are passed over.
    pub fn from_json(file: &str, text: &str) -> Result<Self, IntentsError> {
        let mut source: Self = serde_json::from_str(text).map_err(|e| IntentsError::Unreadable {
            file: file.into(),
            what: e.to_string(),
        })?;
        source.file = file.into();
        Ok(source)
    }

    /// Reads templates that a person wrote (YAML, of which JSON is a part): a key that means nothing is a mistake.
    pub fn from_yaml(file: &str, text: &str) -> Result<Self, IntentsError> {
        let mut source: Self = serde_saphyr::from_str(text).map_err(|e| IntentsError::Unreadable {
            file: file.into(),
            what: e.to_string(),
        })?;
        source.file = file.into();
        source.refuse_unknown_keys()?;
        Ok(source)
    }

    fn refuse_unknown_keys(&self) -> Result<(), IntentsError> {
        let complain = |place: String, key: &String, allowed: &str| {
            Err(IntentsError::Data {
                file: self.file.clone(),
                place,
                what: format!("unknown key `{key}`; known are {allowed}"),
            })
        };
        if let Some(key) = self.unknown.keys().next() {
            let allowed = "language, settings, intents, lists, expansion_rules, skip_words, responses, \
                           dangling_words, room_words, device_words, never_in_names, articles";
            return complain("top level".into(), key, allowed);
        }
        for (name, intent) in &self.intents {
            if let Some(key) = intent.unknown.keys().next() {
                return complain(format!("intents.{name}"), key, "data");
            }
            for (i, block) in intent.data.iter().enumerate() {
                if let Some(key) = block.unknown.keys().find(|k| !PASSED_OVER.contains(&k.as_str())) {
                    let allowed = "sentences, slots, response, requires_context, excludes_context, \
                                   required_keywords, lists, expansion_rules, metadata";
                    return complain(format!("intents.{name}.data[{i}]"), key, allowed);
                }
            }
        }
        Ok(())
    }
}
