//! A configuration document: parsed YAML (or JSON), with `${NAME}` still in it, so that what is persisted never holds
//! a secret that came from the environment.

use super::{Config, validate};
use rosie_core::appliance::ConfigMistake;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, sync::LazyLock};

/// Shown in place of a secret; given back, it means "as it was".
pub const MASK: &str = "***";
/// Keys whose values are secrets.
pub(super) const SECRETS: &[&str] = &["api_key", "client_secret", "passphrase", "password", "token", "webhook"];

static SCHEMA: LazyLock<(Value, Option<jsonschema::Validator>)> = LazyLock::new(|| {
    let schema = schemars::schema_for!(Config).to_value();
    let validator = jsonschema::validator_for(&schema).ok();
    (schema, validator)
});

#[derive(Debug, Clone, PartialEq)]
pub struct Document(pub(super) Value);

impl Document {
    /// Parses YAML, of which JSON is a part. An empty document is the defaults.
    pub fn parse(text: &str) -> Result<Self, Vec<ConfigMistake>> {
        let mistake = |message: String| {
            vec![ConfigMistake {
                key: String::new(),
                message,
            }]
        };
        // A bare "off" is a word here: some keys are one of several words, and that is one of them.
        let options = serde_saphyr::options! { strict_booleans: true };
        let value: Value = serde_saphyr::from_str_with_options(text, options)
            .map_err(|e| mistake(format!("this is not valid YAML: {e}")))?;
        match value {
            Value::Null => Ok(Self(Value::Object(Map::new()))),
            Value::Object(_) => Ok(Self(value)),
            _ => Err(mistake(
                "a configuration is a list of keys, like `languages: [en]`".into(),
            )),
        }
    }

    /// The JSON schema of the configuration.
    pub fn schema() -> &'static Value {
        &SCHEMA.0
    }

    /// Puts the environment in, checks the shape, then the values; all mistakes at once. `keys`: by the path of where they
    /// belong (`home_assistant.token`); they are put in as they are.
    pub fn resolve(
        &self,
        env: impl Fn(&str) -> Option<String>,
        keys: &BTreeMap<String, String>,
    ) -> Result<Config, Vec<ConfigMistake>> {
        let mut mistakes = Vec::new();
        let mut value = self.0.clone();
        expand(&mut value, "", &env, &mut mistakes);
        for (path, key) in keys {
            put(&mut value, path, key);
        }
        if let Some(validator) = &SCHEMA.1 {
            truths(validator, &mut value);
            for error in validator.iter_errors(&value) {
                let key = error.instance_path().as_str().trim_start_matches('/').replace('/', ".");
                mistakes.push(ConfigMistake {
                    key,
                    message: explain(&error.to_string()),
                });
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let config: Config = serde_json::from_value(value).map_err(|e| {
            vec![ConfigMistake {
                key: String::new(),
                message: e.to_string(),
            }]
        })?;
        let mistakes = validate::check(&config);
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }

    /// Takes secrets that were shown as [`MASK`] from the document they were shown from.
    pub fn unmask(&mut self, shown: &Document) {
        fn walk(value: &mut Value, old: Option<&Value>) {
            match value {
                Value::Object(map) => {
                    for (key, inner) in map {
                        let old = old.and_then(|o| o.get(key));
                        if SECRETS.contains(&key.as_str()) && inner == MASK {
                            *inner = old.cloned().unwrap_or_else(|| Value::String(String::new()));
                        } else {
                            walk(inner, old);
                        }
                    }
                }
                Value::Array(items) => items
                    .iter_mut()
                    .enumerate()
                    .for_each(|(i, v)| walk(v, old.and_then(|o| o.get(i)))),
                _ => {}
            }
        }
        walk(&mut self.0, Some(&shown.0));
    }

    /// Takes out the keys that are written out here, each with its place; `None` with those that are null, which shall be forgotten. What is
    /// masked, or named by a `${NAME}`, stays.
    pub fn take_keys(&mut self) -> Vec<(String, Option<String>)> {
        fn walk(value: &mut Value, path: &str, taken: &mut Vec<(String, Option<String>)>) {
            let Some(map) = value.as_object_mut() else { return };
            map.retain(|name, inner| {
                let place = match path {
                    "" => name.clone(),
                    path => format!("{path}.{name}"),
                };
                let key = match inner {
                    _ if !is_secret(&place) => {
                        walk(inner, &place, taken);
                        return true;
                    }
                    Value::Null => None,
                    Value::String(key) if !key.trim().is_empty() && key != MASK && !key.contains("${") => {
                        Some(key.trim().to_owned())
                    }
                    _ => return true,
                };
                taken.push((place, key));
                false
            });
        }
        let mut taken = Vec::new();
        walk(&mut self.0, "", &mut taken);
        taken
    }

    pub fn to_yaml(&self) -> Result<String, Vec<ConfigMistake>> {
        serde_saphyr::to_string(&self.0).map_err(|e| {
            vec![ConfigMistake {
                key: String::new(),
                message: format!("cannot be written: {e}"),
            }]
        })
    }
}

/// "On" and "off" are truth values where the schema wants one, and a number is a word where it wants one of
/// several words (`version: 5`).
fn truths(validator: &jsonschema::Validator, value: &mut Value) {
    use jsonschema::error::ValidationErrorKind::Enum;
    let of = |error: jsonschema::ValidationError<'_>| {
        let one_of = matches!(error.kind(), Enum { .. });
        (error.instance_path().to_string(), one_of)
    };
    let paths: Vec<(String, bool)> = validator.iter_errors(value).map(of).collect();
    for (path, one_of) in paths {
        let Some(word) = value.pointer_mut(&path) else { continue };
        let said = match (word.as_str(), &*word) {
            (Some("on" | "yes"), _) => Value::Bool(true),
            (Some("off" | "no"), _) => Value::Bool(false),
            // Elsewhere a number has lost what it was written like (`password: 0123`).
            (_, Value::Number(number)) if one_of => Value::String(number.to_string()),
            _ => continue,
        };
        let before = std::mem::replace(word, said);
        let wrong = validator
            .iter_errors(value)
            .any(|error| error.instance_path().as_str() == path);
        if wrong && let Some(word) = value.pointer_mut(&path) {
            *word = before;
        }
    }
}

/// The whole configuration as it is in force, secrets masked.
pub fn masked(config: &Config) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    if SECRETS.contains(&key.as_str()) && inner.as_str().is_some_and(|s| !s.is_empty()) {
                        *inner = Value::String(MASK.into());
                    } else {
                        walk(inner);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(config).unwrap_or(Value::Null);
    walk(&mut value);
    value
}

/// Whether a path leads to a key of the configuration that is a secret.
pub fn is_secret(path: &str) -> bool {
    static DEFAULTS: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(Config::default()).unwrap_or_default());
    let name = path.rsplit('.').next().unwrap_or_default();
    let place = format!("/{}", path.replace('.', "/"));
    SECRETS.contains(&name) && DEFAULTS.pointer(&place).is_some_and(Value::is_string)
}

fn put(value: &mut Value, path: &str, key: &str) {
    let mut place = value;
    for name in path.split('.') {
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        // What is no section here is told as a mistake of the shape.
        let Some(inside) = place.as_object_mut() else { return };
        place = inside.entry(name).or_insert(Value::Null);
    }
    *place = Value::String(key.to_owned());
}

/// Replaces `${NAME}` in every string.
pub(super) fn expand(
    value: &mut Value,
    key: &str,
    env: &impl Fn(&str) -> Option<String>,
    mistakes: &mut Vec<ConfigMistake>,
) {
    let below = |name: &str| {
        if key.is_empty() {
            name.to_owned()
        } else {
            format!("{key}.{name}")
        }
    };
    match value {
        Value::Object(map) => map
            .iter_mut()
            .for_each(|(name, inner)| expand(inner, &below(name), env, mistakes)),
        Value::Array(items) => {
            items
                .iter_mut()
                .enumerate()
                .for_each(|(i, inner)| expand(inner, &below(&i.to_string()), env, mistakes));
        }
        Value::String(text) => match expand_text(text, env) {
            Ok(expanded) => *text = expanded,
            Err(message) => mistakes.push(ConfigMistake {
                key: key.to_owned(),
                message,
            }),
        },
        _ => {}
    }
}

fn expand_text(text: &str, env: &impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, tail) = after.split_once('}').ok_or("`${` without `}`: write ${NAME}")?;
        let value = env(name)
            .ok_or_else(|| format!("the environment variable {name} is not set: set it, keep it with `rosied secrets set {name}`, or leave this key out"))?;
        out.push_str(before);
        out.push_str(&value);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

/// The validator's message in the words of a person.
fn explain(message: &str) -> String {
    match message.strip_prefix("Additional properties are not allowed ") {
        Some(rest) => format!(
            "unknown key {}; docs/configuration.md lists the keys",
            rest.trim_matches(['(', ')'])
        ),
        None => message.to_owned(),
    }
}
