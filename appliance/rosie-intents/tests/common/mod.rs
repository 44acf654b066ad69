//! What several tests share.

#![allow(dead_code, clippy::unwrap_used)]

use rosie_core::{Intent, Language, SlotValue};
use rosie_intents::Matcher;
use std::path::PathBuf;

/// The folder of `home-assistant-intents`' data; a test that lacks it fails and says how to get it.
pub fn data_folder() -> PathBuf {
    let cache = || std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache");
    let default = || cache().unwrap_or_else(home).join("rosie/models");
    let models = std::env::var_os("ROSIE_MODELS").map_or_else(default, PathBuf::from);
    let folder = models.join("home-assistant-intents/data");
    assert!(folder.is_dir(), "{} is missing: run `make models`", folder.display());
    folder
}

pub fn data(language: &str) -> String {
    let file = data_folder().join(format!("{language}.json"));
    std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}: run `make models`", file.display()))
}

/// What Rosie uses for a language.
pub fn standard(language: &str) -> Matcher {
    Matcher::standard(&Language::new(language), Some(&data(language)), &[]).unwrap()
}

/// A matcher of one file of templates.
pub fn from_yaml(yaml: &str) -> Matcher {
    Matcher::builder(&Language::new("en"))
        .add_templates_yaml("test.yaml", yaml)
        .unwrap()
        .build()
        .unwrap()
}

/// `Name | slot=value; slot=value?`, slots in order, `?` for unresolved ones.
pub fn written(intent: Option<&Intent>) -> String {
    let Some(intent) = intent else { return "–".into() };
    let slots: Vec<String> = intent
        .slots
        .iter()
        .map(|(name, slot)| {
            let value = match &slot.value {
                SlotValue::Number(n) => n.to_string(),
                SlotValue::Text(t) => t.clone(),
            };
            format!("{name}={value}{}", if slot.unresolved { "?" } else { "" })
        })
        .collect();
    format!("{} | {}", intent.name, slots.join("; "))
}
