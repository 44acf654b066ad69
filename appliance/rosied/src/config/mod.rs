//! Reading the configuration: one document in, one validated [`Config`] out, or every mistake at once.

#[macro_use]
mod section;

mod access;
mod apply;
mod backup;
mod device;
mod document;
mod extensions;
pub mod form;
mod layers;
mod outside;
mod quiet;
mod raw;
mod satellite;
mod server;
mod services;
mod speakers;
mod validate;
mod wake_word;
mod wyoming;

pub use access::ACCESS_FOLDER;
pub use apply::{languages, threads};
pub use document::{Document, is_secret, masked};
pub use layers::{Change, Layers, PAGE_FILE, written_out};
pub use outside::*;
pub use quiet::local_time;
pub use raw::*;
pub use satellite::Role;
pub use wake_word::WakeWordOfEndpoint;

use crate::secrets::Secrets;
use rosie_core::appliance::ConfigMistake;
use std::path::Path;

/// Folder of the data folder for the certificate authority and the certificate that it signed.
pub const TLS_FOLDER: &str = "tls";

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

/// Reads the owner's file, or the embedded defaults where there is none and none was asked for; over it what was set on a page.
pub fn load(file: Option<&Path>, data: &Path) -> Result<(Layers, Config), BadConfig> {
    load_with(file, data, &Secrets::of(data))
}

/// The same with the keys of another folder.
pub fn load_with(file: Option<&Path>, data: &Path, secrets: &Secrets) -> Result<(Layers, Config), BadConfig> {
    let own = data.join("config.yaml");
    let own = file.unwrap_or(&own);
    let page = data.join(PAGE_FILE);
    let layers = Layers {
        file: read(own, file.is_some())?,
        page: read(&page, false)?,
    };
    let config = layers.resolve(secrets).map_err(|mistakes| BadConfig {
        file: match page.exists() {
            true => format!(
                "{} with {} (what was set on Rosie's pages)",
                own.display(),
                page.display()
            ),
            false => own.display().to_string(),
        },
        mistakes,
    })?;
    Ok((layers, config))
}

fn read(path: &Path, wanted: bool) -> Result<Document, BadConfig> {
    let refused = |mistakes| BadConfig {
        file: path.display().to_string(),
        mistakes,
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && !wanted => String::from("{}"),
        Err(e) => {
            let message = format!("cannot be read: {e}. Give --config a readable file, or leave it out");
            return Err(refused(vec![ConfigMistake {
                key: String::new(),
                message,
            }]));
        }
    };
    Document::parse(&text).map_err(refused)
}

#[cfg(test)]
mod tests;
