//! `plugin.yaml`: what a plugin is, what it may do, and which sentences call it. Written by strangers, so everything is
//! bounded, and all mistakes are told at once.

use super::sentences::{self, List};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Longest file that is read.
pub const MAX_BYTES: usize = 64 * 1024;
const MAX_INTENTS: usize = 50;
const MAX_ARGUMENTS: usize = 32;
/// What a model's tool may be called, less what joins the two names.
const MAX_NAME: usize = 24;
const MAX_TOOL: usize = 38;
const MAX_TEXT: usize = 300;
/// Stands between a plugin's name and a tool's.
pub const JOIN: &str = "__";

/// A manifest that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("plugin.yaml cannot be used: {}", mistakes.join("; "))]
pub struct BadManifest {
    /// Each says what is wrong and what would be right.
    pub mistakes: Vec<String>,
}

/// How a plugin is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A program and its arguments, started in the plugin's folder, spoken to on its standard input and output.
    Command(Vec<String>),
    /// A server that runs somewhere already.
    Url(String),
}

/// A manifest that can be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    pub name: String,
    pub version: String,
    pub description: String,
    pub place: Place,
    pub network: bool,
    /// Where it may be used; `None`: everywhere.
    pub rooms: Option<Vec<String>>,
    /// Tools that are asked about first.
    pub dangerous: Vec<String>,
    /// Tools that change nothing.
    pub reads: Vec<String>,
    pub intents: Vec<PluginIntent>,
    pub(super) lists: BTreeMap<String, List>,
}

/// Sentences that call a tool.
#[derive(Debug, Clone, PartialEq)]
pub struct PluginIntent {
    pub tool: String,
    /// By language.
    pub sentences: BTreeMap<String, Vec<String>>,
    /// Arguments that the tool gets with every one of them.
    pub arguments: Map<String, Value>,
    /// What is asked before a dangerous tool, by language.
    pub question: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: String,
    version: String,
    #[serde(default)]
    description: String,
    command: Option<Vec<String>>,
    url: Option<String>,
    #[serde(default)]
    permissions: Permissions,
    #[serde(default)]
    lists: BTreeMap<String, List>,
    #[serde(default)]
    intents: Vec<RawIntent>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Permissions {
    #[serde(default)]
    network: bool,
    rooms: Option<Vec<String>>,
    #[serde(default)]
    dangerous: Vec<String>,
    #[serde(default)]
    reads: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIntent {
    tool: String,
    sentences: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    arguments: BTreeMap<String, Value>,
    #[serde(default)]
    question: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads and checks one. The grammar of its sentences is left to whoever compiles them.
    pub fn parse(text: &str) -> Result<Self, BadManifest> {
        let one = |mistake: String| BadManifest {
            mistakes: vec![mistake],
        };
        if text.len() > MAX_BYTES {
            return Err(one(format!("it has more than {MAX_BYTES} bytes: make it shorter")));
        }
        let raw: Raw = serde_saphyr::from_str(text).map_err(|error| one(first_line(&error.to_string())))?;
        let mut mistakes = Vec::new();
        let place = place(&raw, &mut mistakes);
        check(&raw, &mut mistakes);
        for (name, list) in &raw.lists {
            sentences::check_list(name, list, &mut mistakes);
        }
        for intent in &raw.intents {
            check_intent(intent, &raw, &mut mistakes);
        }
        match place {
            Some(place) if mistakes.is_empty() => Ok(raw.into_manifest(place)),
            _ => Err(BadManifest { mistakes }),
        }
    }

    /// What every call of it begins with.
    pub fn prefix(&self) -> String {
        format!("{}{JOIN}", self.name)
    }

    /// What is asked before a tool is called, by language; empty where the manifest has no question for it.
    pub(super) fn question(&self, tool: &str) -> BTreeMap<String, String> {
        let of = self.intents.iter().filter(|intent| intent.tool == tool);
        of.flat_map(|intent| intent.question.clone()).collect()
    }

    /// The sentences in the form of `home-assistant-intents`, by language.
    pub fn sentences(&self) -> Vec<(String, String)> {
        sentences::as_yaml(self)
    }
}

impl Raw {
    fn into_manifest(self, place: Place) -> Manifest {
        let intent = |raw: RawIntent| PluginIntent {
            tool: raw.tool,
            sentences: raw.sentences,
            arguments: raw.arguments.into_iter().collect(),
            question: raw.question,
        };
        Manifest {
            place,
            name: self.name,
            version: self.version,
            description: self.description,
            network: self.permissions.network,
            rooms: self.permissions.rooms,
            dangerous: self.permissions.dangerous,
            reads: self.permissions.reads,
            intents: self.intents.into_iter().map(intent).collect(),
            lists: self.lists,
        }
    }
}

/// A name that a folder, an address and a model's tool can have.
fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (2..=MAX_NAME).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(fits)
        && !text.contains(JOIN)
}

pub(super) fn is_tool_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !text.is_empty() && text.len() <= MAX_TOOL && text.chars().all(fits)
}

pub(super) fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(MAX_TEXT).collect()
}

fn place(raw: &Raw, mistakes: &mut Vec<String>) -> Option<Place> {
    match (&raw.command, &raw.url) {
        (Some(command), None) => {
            let clean = |word: &String| !word.is_empty() && word.len() <= 1024 && !word.contains('\0');
            if command.is_empty() || command.len() > MAX_ARGUMENTS || !command.iter().all(clean) {
                let right = "command is a list of a program and its arguments, like [python3, server.py]";
                mistakes.push(format!("{right}, at most {MAX_ARGUMENTS} words"));
            }
            Some(Place::Command(command.clone()))
        }
        (None, Some(url)) => {
            let address = reqwest::Url::parse(url).ok();
            let fits = address.as_ref().is_some_and(|url| {
                matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty()
            });
            if !fits {
                mistakes.push("url is an address like http://nas.local:9000/mcp, without a name or password".into());
            }
            if !raw.permissions.network {
                mistakes.push("a plugin with a url needs the network: write permissions: { network: true }".into());
            }
            Some(Place::Url(url.clone()))
        }
        _ => {
            mistakes.push("a plugin has either a command, like [python3, server.py], or a url".into());
            None
        }
    }
}

fn check(raw: &Raw, mistakes: &mut Vec<String>) {
    if !is_name(&raw.name) {
        mistakes.push(format!(
            "name has 2 to {MAX_NAME} small letters, digits and single _, beginning with a letter, like bin_days"
        ));
    }
    let plain = |text: &str| !text.chars().any(char::is_control);
    if raw.version.is_empty() || raw.version.len() > 32 || !plain(&raw.version) {
        mistakes.push("version has 1 to 32 characters; in quotes where it looks like a number: \"1.0\"".into());
    }
    if raw.description.chars().count() > MAX_TEXT || !plain(&raw.description) {
        mistakes.push(format!("description is one line of at most {MAX_TEXT} characters"));
    }
    let named = raw.permissions.dangerous.iter().chain(&raw.permissions.reads);
    for tool in named.chain(raw.intents.iter().map(|intent| &intent.tool)) {
        if !is_tool_name(tool) {
            let tool: String = tool.chars().take(MAX_TOOL).collect();
            mistakes.push(format!(
                "\"{tool}\" cannot be a tool: at most {MAX_TOOL} letters, digits, _ and -"
            ));
        }
    }
    for tool in raw
        .permissions
        .dangerous
        .iter()
        .filter(|tool| raw.permissions.reads.contains(tool))
    {
        mistakes.push(format!(
            "{tool} stands under dangerous and under reads: leave it in one of them"
        ));
    }
    if raw.permissions.rooms.as_ref().is_some_and(Vec::is_empty) {
        mistakes.push("rooms is a list of rooms; leave it out for all rooms".into());
    }
    if raw.intents.len() > MAX_INTENTS {
        mistakes.push(format!(
            "there are more than {MAX_INTENTS} intents: keep the ones that matter"
        ));
    }
}

fn check_intent(intent: &RawIntent, raw: &Raw, mistakes: &mut Vec<String>) {
    let simple = |value: &Value| matches!(value, Value::String(_) | Value::Number(_));
    if !intent.arguments.values().all(simple) {
        mistakes.push(format!("arguments of {} are texts and numbers", intent.tool));
    }
    let question = |text: &String| text.chars().count() <= MAX_TEXT && !text.chars().any(char::is_control);
    if !intent.question.values().all(question) {
        mistakes.push(format!(
            "a question is one line of at most {MAX_TEXT} characters ({})",
            intent.tool
        ));
    }
    for (language, templates) in &intent.sentences {
        sentences::check(language, templates, &raw.lists, mistakes);
    }
}
