//! `data/wishes.yaml`: how people wish for things, by class, and what each class is done by and to.

use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

pub(super) const SOURCE: &str = include_str!("../../data/wishes.yaml");

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wishes {
    kinds: BTreeMap<String, Kind>,
    slots: BTreeMap<String, Vec<String>>,
    pub frames: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    /// Who does it, where the class is not called as its tool.
    tool: Option<String>,
    tools: Option<Vec<String>>,
    /// What sentences that say it are called beside that.
    #[serde(default)]
    said: Vec<String>,
    /// A call of that name without arguments is enough.
    #[serde(default)]
    alone: bool,
    /// The words that a plain sentence for it begins with.
    begin: Option<String>,
    /// Kinds of things (`light`) that it is done to; empty where it is done to none, or to any.
    #[serde(default)]
    of: BTreeSet<String>,
}

/// The built-in file. A test reads it; a mistake there would leave all classes empty here.
pub(super) fn wishes() -> &'static Wishes {
    static WISHES: OnceLock<Wishes> = OnceLock::new();
    WISHES.get_or_init(|| parse().unwrap_or_default())
}

pub(super) fn parse() -> Result<Wishes, String> {
    serde_saphyr::from_str(SOURCE).map_err(|e| e.to_string())
}

impl Wishes {
    /// Whether `tool` does what `class` is about.
    pub(super) fn is_done_by(&self, class: &str, tool: &str) -> bool {
        let kind = self.kinds.get(class);
        match kind.map(|kind| (&kind.tool, &kind.tools)) {
            Some((Some(by), _)) => by == tool,
            Some((None, Some(by))) => by.iter().any(|by| by == tool),
            _ => class == tool,
        }
    }

    /// Whether a sentence of the intent `name` says what `class` is about.
    pub(super) fn is_said_by(&self, class: &str, name: &str) -> bool {
        let said = self
            .kinds
            .get(class)
            .is_some_and(|kind| kind.said.iter().any(|said| said == name));
        said || self.is_done_by(class, name)
    }

    pub(super) fn is_alone(&self, class: &str) -> bool {
        self.kinds.get(class).is_some_and(|kind| kind.alone)
    }

    pub(super) fn begin(&self, class: &str) -> Option<&str> {
        self.kinds.get(class)?.begin.as_deref()
    }

    /// Kinds of things that it is done to.
    pub(super) fn kinds(&self, class: &str) -> Option<&BTreeSet<String>> {
        self.kinds.get(class).map(|kind| &kind.of).filter(|of| !of.is_empty())
    }

    /// Each frame as a sentence, and its class.
    pub(super) fn sentences(&self) -> Vec<(&str, String)> {
        let filled = |frame: &String| {
            let mut text = frame.clone();
            for (slot, values) in &self.slots {
                let value = values.first().map(String::as_str).unwrap_or_default();
                text = text.replace(&format!("{{{slot}}}"), value);
            }
            text
        };
        let all = self.frames.iter();
        all.flat_map(|(class, frames)| frames.iter().map(move |frame| (class.as_str(), filled(frame))))
            .collect()
    }
}
