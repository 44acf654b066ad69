//! The language of a turn: it chooses the recogniser's language, the templates, the responses and the voice.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A lower-case BCP 47 primary subtag, with an optional region as `home-assistant-intents` names its files
/// (`en`, `de`, `pt-BR`, `zh-CN`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    pub fn new(tag: &str) -> Self {
        Self(tag.trim().replace('_', "-"))
    }

    pub fn tag(&self) -> &str {
        &self.0
    }

    /// `pt` of `pt-BR`: what Whisper and espeak-ng go by.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }
}

impl Default for Language {
    fn default() -> Self {
        Self::new("en")
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
