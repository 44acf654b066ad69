//! Reading the configuration: one document in, one validated [`Config`] out, or every mistake at once.

#[macro_use]
mod section;

mod apply;
mod document;
mod extensions;
mod outside;
mod raw;
mod services;
mod validate;
mod wyoming;

pub use apply::{languages, threads};
pub use document::{Document, masked};
pub use outside::*;
pub use raw::*;

use crate::secrets::Secrets;
use rosie_core::appliance::ConfigMistake;
use std::path::Path;

/// The commented default file, written by `make docs`.
#[cfg(test)]
pub const DEFAULT_YAML: &str = include_str!("default.yaml");

/// A configuration that cannot be used: exit 64.
#[derive(Debug, thiserror::Error)]
#[error("{}", render(.file, .mistakes))]
pub struct BadConfig {
    pub file: String,
    pub mistakes: Vec<ConfigMistake>,
}

fn render(file: &str, mistakes: &[ConfigMistake]) -> String {
    let mut text = format!(
        "{} mistake{} in {file}:",
        mistakes.len(),
        if mistakes.len() == 1 { "" } else { "s" }
    );
    for ConfigMistake { key, message } in mistakes {
        let place = if key.is_empty() {
            String::new()
        } else {
            format!("{key}: ")
        };
        text.push_str(&format!("\n  {place}{message}"));
    }
    text
}

/// Reads a file, or the embedded defaults where there is none and none was asked for.
pub fn load(file: Option<&Path>, data: &Path) -> Result<(Document, Config), BadConfig> {
    let persisted = data.join("config.yaml");
    let path = file.unwrap_or(&persisted);
    let name = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && file.is_none() => String::from("{}"),
        Err(e) => {
            let message = format!("cannot be read: {e}. Give --config a readable file, or leave it out");
            return Err(BadConfig {
                file: name,
                mistakes: vec![ConfigMistake {
                    key: String::new(),
                    message,
                }],
            });
        }
    };
    let refused = |mistakes| BadConfig {
        file: name.clone(),
        mistakes,
    };
    let document = Document::parse(&text).map_err(refused)?;
    let secrets = Secrets::of(data);
    let config = document.resolve(|name| secrets.named(name)).map_err(refused)?;
    Ok((document, config))
}

#[cfg(test)]
mod tests;
