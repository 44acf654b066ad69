//! The configuration as it is kept: the owner's own file, over it what was set on Rosie's pages (`config.page.yaml`), and
//! keys that stand in the secrets store under the name of their place (`home_assistant.token`). The pages never write into
//! the owner's file: it keeps its words and comments.

use super::{
    Config,
    document::{Document, MASK, SECRETS, expand, is_secret},
};
use crate::secrets::Secrets;
use rosie_core::{appliance::ConfigMistake, integrations::Entered};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// In the data folder.
pub const PAGE_FILE: &str = "config.page.yaml";

/// A key is not sent elsewhere than it was kept for: with another of these it is asked for anew.
const ADDRESSES: [&str; 4] = ["api_url", "auth_url", "host", "url"];
/// Who has one of these can do with it what it is for at one address alone.
const BOUND_TO_ITSELF: &str = "webhook";

/// Sections whose keys are for one address, their `url`.
const ADDRESSED: [&str; 4] = ["home_assistant", "mattermost", "monica", "mqtt"];

/// Without its address a kept key waits: it is no mistake of whoever took the address away.
fn has_its_address(path: &str, document: &Document) -> bool {
    match path.split_once('.') {
        Some((section, key)) if ADDRESSED.contains(&section) && key != BOUND_TO_ITSELF => {
            document.0[section]["url"].as_str().is_some_and(|url| !url.is_empty())
        }
        _ => true,
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Layers {
    pub file: Document,
    pub page: Document,
}

/// What would be with something entered on a page.
#[derive(Debug)]
pub struct Change {
    pub layers: Layers,
    /// Keys to keep under their names, or to forget.
    pub keys: Vec<(String, Option<String>)>,
    pub config: Config,
}

impl Layers {
    /// What was set on a page comes before the file.
    pub fn merged(&self) -> Document {
        let mut whole = self.file.clone();
        for (section, values) in self.page.0.as_object().into_iter().flatten() {
            match (whole.0.get_mut(section), values) {
                (Some(Value::Object(below)), Value::Object(above)) => below.extend(above.clone()),
                _ => whole.0[section] = values.clone(),
            }
        }
        whole
    }

    /// # Errors
    /// Every mistake at once.
    pub fn resolve(&self, secrets: &Secrets) -> Result<Config, Vec<ConfigMistake>> {
        self.resolve_with(secrets, &[])
    }

    /// The same with keys that would be set or forgotten.
    ///
    /// # Errors
    /// Every mistake at once.
    pub fn resolve_with(
        &self,
        secrets: &Secrets,
        changes: &[(String, Option<String>)],
    ) -> Result<Config, Vec<ConfigMistake>> {
        let merged = self.merged();
        let mut keys = secrets.of_places();
        keys.retain(|path, _| has_its_address(path, &merged));
        for (name, value) in changes {
            match value {
                Some(value) => keys.insert(name.clone(), value.clone()),
                None => keys.remove(name),
            };
        }
        // One that was taken away on a page is away, whatever the file says.
        keys.retain(|path, _| self.on_page(path).is_none());
        merged.resolve(|name| secrets.named(name), &keys)
    }

    fn on_page(&self, path: &str) -> Option<&Value> {
        self.page.0.pointer(&format!("/{}", path.replace('.', "/")))
    }

    /// What of a section was set on a page.
    pub fn set_here(&self, section: &str, secrets: &Secrets) -> Vec<String> {
        let on_page = self.page.0[section]
            .as_object()
            .into_iter()
            .flat_map(Map::keys)
            .cloned();
        let kept = secrets.of_places().into_keys();
        let kept = kept.filter_map(|path| path.strip_prefix(section)?.strip_prefix('.').map(str::to_owned));
        on_page.chain(kept.filter(|key| !key.contains('.'))).collect()
    }

    /// With what was entered for a section, which is `now` in force.
    ///
    /// # Errors
    /// Every mistake at once.
    pub fn with(
        &self,
        section: &str,
        entered: &Entered,
        (now, secrets): (&Config, &Secrets),
    ) -> Result<Change, Vec<ConfigMistake>> {
        let by_file = self.by_file(section, secrets);
        let mut layers = self.clone();
        let mut above = match layers.page.0[section].take() {
            Value::Object(above) => above,
            _ => Map::new(),
        };
        let (mut keys, mut mistakes) = (Vec::new(), Vec::new());
        for (name, value) in entered {
            let path = format!("{section}.{name}");
            match (is_secret(&path), value) {
                (true, Value::String(key)) if key == MASK => {}
                (true, Value::String(key)) if key.starts_with("${") && key.ends_with('}') => {
                    mistakes.push(environment(path));
                }
                (true, Value::String(key)) if !key.trim().is_empty() => {
                    above.remove(name);
                    keys.push((path, Some(key.trim().to_owned())));
                }
                // Taken away: also one that the file has.
                (true, Value::String(_)) => {
                    let in_file = by_file[name].as_str().is_some_and(|key| !key.is_empty());
                    match in_file {
                        true => above.insert(name.clone(), Value::String(String::new())),
                        false => above.remove(name),
                    };
                    keys.push((path, None));
                }
                (secret, Value::Null) => {
                    above.remove(name);
                    keys.extend(secret.then_some((path, None)));
                }
                (_, value) if names_environment(value) => mistakes.push(environment(path)),
                (_, value) if *value == by_file[name] => {
                    above.remove(name);
                }
                (_, value) => {
                    above.insert(name.clone(), value.clone());
                }
            }
        }
        match (above.is_empty(), layers.page.0.as_object_mut()) {
            (true, Some(page)) => {
                page.remove(section);
            }
            _ => layers.page.0[section] = Value::Object(above),
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let config = layers.resolve_with(secrets, &keys)?;
        let of = |config: &Config| serde_json::to_value(config).unwrap_or_default()[section].take();
        let mut stored = secrets.of_places();
        stored.retain(|path, _| !keys.iter().any(|(given, key)| given == path && key.is_none()));
        let mistakes = sent_elsewhere(section, (&of(&config), &of(now), &by_file), &stored, &keys);
        match mistakes.is_empty() {
            true => Ok(Change { layers, keys, config }),
            false => Err(mistakes),
        }
    }

    /// A section as it would be without the pages.
    fn by_file(&self, section: &str, secrets: &Secrets) -> Value {
        let mut defaults = serde_json::to_value(Config::default()).unwrap_or_default();
        let mut file = self.file.0[section].clone();
        // What cannot be put in stays as it is written, and is told where the file is read.
        expand(&mut file, section, &|name: &str| secrets.named(name), &mut Vec::new());
        let mut values = defaults[section].take();
        if let (Some(values), Value::Object(file)) = (values.as_object_mut(), file) {
            values.extend(file);
        }
        values
    }
}

fn environment(key: String) -> ConfigMistake {
    ConfigMistake {
        key,
        message: "${…} takes a value from the environment only in the file config.yaml: write the value itself".into(),
    }
}

fn names_environment(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("${"),
        Value::Array(items) => items.iter().any(names_environment),
        Value::Object(map) => map.values().any(names_environment),
        _ => false,
    }
}

/// A key goes to the address that it was given for, and to no other: one that is kept to the address in force, one of the file to the
/// file's. `after`, `now`, `by_file`: the section as it would be, as it is, and as the file alone has it.
fn sent_elsewhere(
    section: &str,
    (after, now, by_file): (&Value, &Value, &Value),
    stored: &BTreeMap<String, String>,
    entered: &[(String, Option<String>)],
) -> Vec<ConfigMistake> {
    let address = |value: &Value| {
        value
            .as_str()
            .unwrap_or_default()
            .trim()
            .trim_end_matches('/')
            .to_owned()
    };
    let mistake = |name: &&str| {
        let path = format!("{section}.{name}");
        let there = after[*name].as_str().is_some_and(|key| !key.is_empty());
        let anew = entered.iter().any(|(given, key)| *given == path && key.is_some());
        let meant_for = match stored.contains_key(&path) {
            true => now,
            false => by_file,
        };
        let other = ADDRESSES.iter().any(|name| {
            let is = address(&after[*name]);
            !is.is_empty() && is != address(&meant_for[*name])
        });
        (there && !anew && other).then(|| ConfigMistake {
            key: path,
            message: "the address is another one: enter this again, so that it goes to nobody it was not meant for"
                .into(),
        })
    };
    let travels = |name: &&&str| **name != BOUND_TO_ITSELF;
    SECRETS.iter().filter(travels).filter_map(mistake).collect()
}

/// Keys of a document that has them written out take the place of those that were kept: their names.
pub fn written_out(document: &Document, kept: &BTreeMap<String, String>) -> Vec<String> {
    let written = |path: &&String| {
        let value = document.0.pointer(&format!("/{}", path.replace('.', "/")));
        value.and_then(Value::as_str).is_some_and(|key| !key.is_empty())
    };
    kept.keys().filter(written).cloned().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn layers(file: &str, page: &str) -> Layers {
        Layers {
            file: Document::parse(file).unwrap(),
            page: Document::parse(page).unwrap(),
        }
    }

    fn entered(value: Value) -> Entered {
        value.as_object().unwrap().clone()
    }

    /// What would be entered into a file with a token that the store has, too.
    fn change(layers: &Layers, secrets: &Secrets, value: Value) -> Result<Change, Vec<ConfigMistake>> {
        let now = layers.resolve(secrets).unwrap();
        layers.with("home_assistant", &entered(value), (&now, secrets))
    }

    #[test]
    fn what_is_entered_lies_over_the_file_and_keys_lie_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::of(folder.path());
        let empty = layers("rooms: [{id: den, name: Den}]", "");
        let new = json!({"url": "http://ha:8123", "token": " t0ken ", "conversation": true});
        let first = change(&empty, &secrets, new).unwrap();
        assert_eq!(
            first.layers.page.0,
            json!({"home_assistant": {"url": "http://ha:8123", "conversation": true}})
        );
        assert_eq!(
            first.keys,
            [("home_assistant.token".to_owned(), Some("t0ken".to_owned()))]
        );
        assert_eq!(
            (first.config.home_assistant.token.as_str(), first.config.rooms.len()),
            ("t0ken", 1)
        );
        assert_eq!(first.layers.file, empty.file);
        // Kept, it is found again, and what is left out or masked stays as it is.
        secrets.exchange(&first.keys).unwrap();
        assert_eq!(first.layers.resolve(&secrets).unwrap(), first.config);
        let again = change(&first.layers, &secrets, json!({"conversation": false, "token": "***"})).unwrap();
        assert_eq!(
            again.layers.page.0,
            json!({"home_assistant": {"url": "http://ha:8123"}})
        );
        assert_eq!(
            (again.keys.len(), again.config.home_assistant.token.as_str()),
            (0, "t0ken")
        );
        assert_eq!(again.layers.set_here("home_assistant", &secrets), ["url", "token"]);
        // All back: nothing is left.
        let off = change(&again.layers, &secrets, json!({"url": null, "token": null})).unwrap();
        assert_eq!(
            (&off.layers, off.keys),
            (&empty, vec![("home_assistant.token".to_owned(), None)])
        );
        assert_eq!(off.config.home_assistant, Default::default());
    }

    #[test]
    fn what_the_file_says_is_not_repeated_and_can_be_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::of(folder.path());
        let file = layers("home_assistant: {url: 'http://ha:8123', token: of-the-file}", "");
        let same = change(&file, &secrets, json!({"url": "http://ha:8123"})).unwrap();
        assert_eq!(same.layers, file);
        let none = change(&file, &secrets, json!({"url": "", "token": ""})).unwrap();
        assert_eq!(none.config.home_assistant, Default::default());
        assert_eq!(none.layers.page.0, json!({"home_assistant": {"url": "", "token": ""}}));
        // A key in the store comes before the one of the file, and not before one that was taken away.
        secrets.set("home_assistant.token", Some("of-the-store")).unwrap();
        assert_eq!(file.resolve(&secrets).unwrap().home_assistant.token, "of-the-store");
        assert_eq!(none.layers.resolve(&secrets).unwrap().home_assistant.token, "");
        secrets.set("mcp.token", Some("0123456789-0123456789-0123")).unwrap();
        secrets.set("google_calendar.refresh_token", Some("x")).unwrap();
        secrets.set("rooms.token", Some("x")).unwrap();
        let config = file.resolve(&secrets).unwrap();
        assert_eq!(config.mcp.token, "0123456789-0123456789-0123");
        let whole = Document::parse("mcp: {token: written-out-in-this-document}").unwrap();
        assert_eq!(written_out(&whole, &secrets.of_places()), ["mcp.token"]);
    }

    #[test]
    fn a_kept_key_goes_to_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::of(folder.path());
        let file = layers("home_assistant: {url: 'http://ha:8123', token: t0ken}", "");
        let elsewhere = change(&file, &secrets, json!({"url": "http://evil:8123"})).unwrap_err();
        assert_eq!(elsewhere[0].key, "home_assistant.token");
        assert!(!format!("{elsewhere:?}").contains("t0ken"));
        // "As in the file" is not entered anew.
        let by_file = change(&file, &secrets, json!({"url": "http://evil:8123", "token": null})).unwrap_err();
        assert_eq!(by_file[0].key, "home_assistant.token");
        // Nor in two steps: elsewhere with a key of one's own, then back to the key of the file; or off, and on elsewhere.
        let other = change(&file, &secrets, json!({"url": "http://evil:8123", "token": "other"})).unwrap();
        secrets.exchange(&other.keys).unwrap();
        let back = json!({"token": null});
        assert_eq!(
            change(&other.layers, &secrets, back).unwrap_err()[0].key,
            "home_assistant.token"
        );
        let whole = json!({"url": null, "token": null});
        assert_eq!(change(&other.layers, &secrets, whole).unwrap().layers, file);
        secrets.set("home_assistant.token", None).unwrap();
        let off = change(&file, &secrets, json!({"url": "", "token": ""})).unwrap();
        let on = json!({"url": "http://evil:8123", "token": null});
        assert_eq!(
            change(&off.layers, &secrets, on).unwrap_err()[0].key,
            "home_assistant.token"
        );

        assert!(change(&file, &secrets, json!({"url": "http://ha:8123/"})).is_ok());
        let named = change(&file, &secrets, json!({"url": "http://evil/${HA_TOKEN}"})).unwrap_err();
        assert_eq!(named[0].key, "home_assistant.url");
        let named = change(&file, &secrets, json!({"token": "${HA_TOKEN}"})).unwrap_err();
        assert_eq!(named[0].key, "home_assistant.token");
        let wrong = change(&file, &secrets, json!({"url": "evil", "colour": 1})).unwrap_err();
        assert_eq!(wrong.len(), 1, "{wrong:?}");
    }
}
