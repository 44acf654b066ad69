//! `rosied config`: the commented default file and the reference page, both written from the types.

use super::{CliError, CliResult};
use crate::config::{Config, Document, form::resolve};
use serde_json::Value;
use std::{fmt::Write, process::ExitCode};

#[derive(clap::Args)]
pub struct Args {
    /// `yaml`: a file to start from. `markdown`: docs/configuration.md.
    #[arg(long, value_parser = ["yaml", "markdown"], default_value = "yaml")]
    format: String,
}

pub fn main(args: &Args) -> CliResult {
    let text = if args.format == "markdown" { markdown() } else { yaml() };
    print!(
        "{}",
        text.map_err(|e| CliError::Other(anyhow::anyhow!("the reference cannot be written: {e}")))?
    );
    Ok(ExitCode::SUCCESS)
}

/// One key: its path, what it means, its default.
struct Key {
    path: Vec<String>,
    description: String,
    kind: String,
    default: Value,
    section: bool,
}

/// All keys in the order of the types, sections before what is in them.
fn keys() -> Vec<Key> {
    let schema = Document::schema();
    let defaults = Config::default();
    // A JSON tree forgets the order of the types' fields; the text of the defaults has it.
    let text = serde_json::to_string(&defaults).unwrap_or_default();
    let defaults = serde_json::to_value(defaults).unwrap_or_default();
    let mut keys = Vec::new();
    walk((schema, schema), (&defaults, &text), &mut Vec::new(), &mut keys);
    keys
}

/// `default` is the section's value, and its text up to the end of the document.
fn walk(
    (schema, root): (&Value, &Value),
    (default, text): (&Value, &str),
    path: &mut Vec<String>,
    keys: &mut Vec<Key>,
) {
    let Some(properties) = resolve(schema, root).get("properties").and_then(Value::as_object) else {
        return;
    };
    let place = |name: &str| text.find(&format!("\"{name}\":")).unwrap_or(usize::MAX);
    let mut properties: Vec<_> = properties.iter().collect();
    properties.sort_by_key(|(name, _)| place(name));
    for (name, property) in properties {
        let target = resolve(property, root);
        let words = |value: &Value| {
            value
                .get("description")
                .and_then(Value::as_str)
                .map(|s| s.replace('\n', " "))
        };
        path.push(name.clone());
        let section = target.get("properties").is_some();
        keys.push(Key {
            path: path.clone(),
            description: words(property).or_else(|| words(target)).unwrap_or_default(),
            kind: kind(target),
            default: default.get(name).cloned().unwrap_or_default(),
            section,
        });
        if section {
            let inside = text.get(place(name)..).unwrap_or_default();
            walk((property, root), (&default[name], inside), path, keys);
        }
        path.pop();
    }
}

/// `one of a, b` for closed sets, else the JSON type.
fn kind(schema: &Value) -> String {
    let named = |v: &Value| {
        v.get("const")
            .or_else(|| v.get("enum")?.get(0))
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let choices: Vec<String> = match (schema.get("enum"), schema.get("oneOf")) {
        (Some(Value::Array(all)), _) => all.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
        (None, Some(Value::Array(all))) => all.iter().filter_map(named).collect(),
        _ => Vec::new(),
    };
    match choices.is_empty() {
        false => format!("one of {}", choices.join(", ")),
        true => schema
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or("")
            .replace("array", "list")
            .replace("object", "map"),
    }
}

/// YAML with every key at its default and its meaning above it.
pub fn yaml() -> Result<String, std::fmt::Error> {
    let mut out = String::from(
        "# Rosie's configuration. Every key may be left out; each stands here at its default.\n\
         # Secrets: write ${NAME} and set the environment variable NAME, or keep it with `rosied secrets set NAME`. `rosied check` tells all mistakes at once.\n",
    );
    for key in keys() {
        let indent = "  ".repeat(key.path.len() - 1);
        let name = key.path.last().map_or("", String::as_str);
        if key.path.len() == 1 {
            out.push('\n');
        }
        let choices = if key.kind.starts_with("one of") {
            format!(" ({})", key.kind)
        } else {
            String::new()
        };
        writeln!(out, "{indent}# {}{choices}", key.description)?;
        if key.section {
            writeln!(out, "{indent}{name}:")?;
        } else {
            writeln!(out, "{indent}{name}: {}", key.default)?;
        }
    }
    Ok(out)
}

/// The reference page: a table a section.
pub fn markdown() -> Result<String, std::fmt::Error> {
    let mut out = String::from(
        "# Configuration\n\nWritten by `make docs` from the types in `appliance/rosied/src/config/raw.rs`; a test holds it to them.\n\n\
         Rosie reads `<data>/config.yaml`, or the file that `--config` names. Every key may be left out. `${NAME}` takes a\n\
         value from the environment, or one that `rosied secrets set NAME` keeps. All mistakes are told at once, with key and what would be right, before anything is\n\
         opened; `rosied check` does only that. `POST /api/v1/config` takes the same document, applies it and keeps it.\n\
         `rosied config` prints a commented file to start from.\n\n\
         What is set on the page `/integrations` is kept in `<data>/config.page.yaml`, lies over the file, and can be taken back there; the\n\
         file stays as you wrote it. A secret can also be kept under the name of its place (`rosied secrets set home_assistant.token`):\n\
         then the configuration need not name it. Such a one comes before one in the file.\n",
    );
    let all = keys();
    writeln!(
        out,
        "\n## The house\n\n| key | default | type | meaning |\n|---|---|---|---|"
    )?;
    for key in all.iter().filter(|key| key.path.len() == 1 && !key.section) {
        row(&mut out, key)?;
    }
    for section in all.iter().filter(|key| key.section) {
        let inside: Vec<&Key> = all
            .iter()
            .filter(|key| {
                !key.section && key.path.len() == section.path.len() + 1 && key.path.starts_with(&section.path)
            })
            .collect();
        writeln!(out, "\n## `{}`\n\n{}", section.path.join("."), section.description)?;
        if !inside.is_empty() {
            writeln!(out, "\n| key | default | type | meaning |\n|---|---|---|---|")?;
        }
        inside.into_iter().try_for_each(|key| row(&mut out, key))?;
    }
    Ok(out)
}

fn row(out: &mut String, key: &Key) -> std::fmt::Result {
    let name = key.path.last().map_or("", String::as_str);
    writeln!(
        out,
        "| `{name}` | `{}` | {} | {} |",
        key.default,
        key.kind,
        key.description.replace('|', "\\|")
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_default_file_is_what_the_types_say() {
        assert_eq!(crate::config::DEFAULT_YAML, yaml().unwrap(), "run `make docs`");
    }

    #[test]
    fn the_reference_page_is_what_the_types_say() {
        let page = include_str!("../../../../docs/configuration.md");
        assert_eq!(page, markdown().unwrap(), "run `make docs`");
    }

    #[test]
    fn every_key_says_what_it_means() {
        let silent: Vec<String> = keys()
            .iter()
            .filter(|k| k.description.is_empty())
            .map(|k| k.path.join("."))
            .collect();
        assert!(silent.is_empty(), "without a word: {silent:?}");
    }
}
