//! The home as Home Assistant's `mqtt_statestream` tells it: `<base>/<domain>/<object>/<attribute>`, a state as plain text,
//! everything else as JSON.

use super::super::device::is_own;
use crate::home_assistant::{Entity, State};
use rosie_core::RoomId;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, sync::Arc};

/// Entities, attributes of one, and bytes of one that are taken.
const MOST: usize = 2_000;
const MOST_ATTRIBUTES: usize = 60;
const LARGEST: usize = 16_384;

#[derive(Default)]
pub struct Stream(BTreeMap<String, (Option<String>, Map<String, Value>)>);

impl Stream {
    /// Whether something is called otherwise now, and whether a state is other.
    pub fn hears(&mut self, rest: &str, payload: &[u8]) -> (bool, bool) {
        let parts: Vec<&str> = rest.split('/').collect();
        let [domain, object, attribute] = parts[..] else {
            return (false, false);
        };
        let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let id = format!("{domain}.{object}");
        let known = self.0.contains_key(&id);
        if !plain(domain) || !plain(object) || payload.len() > LARGEST || (!known && self.0.len() >= MOST) {
            return (false, false);
        }
        let Ok(text) = std::str::from_utf8(payload) else {
            return (false, false);
        };
        let (state, attributes) = self.0.entry(id).or_default();
        match attribute {
            "state" if text.is_empty() => (false, state.take().is_some()),
            "state" => {
                let before = state.replace(text.to_owned());
                (before.is_none(), before.as_deref() != Some(text))
            }
            "last_changed" | "last_updated" => (false, false),
            _ => {
                let value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
                let full = attributes.len() >= MOST_ATTRIBUTES && !attributes.contains_key(attribute);
                if full || attributes.get(attribute) == Some(&value) {
                    return (false, false);
                }
                attributes.insert(attribute.to_owned(), value);
                (matches!(attribute, "friendly_name" | "device_class"), true)
            }
        }
    }

    /// Those that have a state.
    pub fn entities(&self, place: impl Fn(&str) -> Option<RoomId>) -> Vec<Entity> {
        let there = self.0.iter().filter(|(id, (state, _))| state.is_some() && !is_own(id));
        let entity = |(id, (_, attributes)): (&String, &(Option<String>, Map<String, Value>))| {
            let name = attributes.get("friendly_name").and_then(Value::as_str);
            let object = id.split_once('.').map_or(id.as_str(), |(_, object)| object);
            let name = name.filter(|name| !name.trim().is_empty() && name.chars().count() <= 80);
            let name = name.map_or_else(|| object.replace('_', " "), |name| name.trim().to_owned());
            Entity {
                id: id.clone(),
                area: place(&name).map(|room| room.0),
                names: vec![name],
                platform: "statestream".into(),
            }
        };
        there.map(entity).collect()
    }

    pub fn states(&self) -> BTreeMap<String, Arc<State>> {
        let state = |(id, (state, attributes)): (&String, &(Option<String>, Map<String, Value>))| {
            let state = State {
                value: state.clone()?,
                attributes: attributes.clone(),
            };
            Some((id.clone(), Arc::new(state)))
        };
        self.0.iter().filter_map(state).collect()
    }

    pub fn classes(&self) -> BTreeMap<String, String> {
        let class = |(id, (_, attributes)): (&String, &(Option<String>, Map<String, Value>))| {
            Some((id.clone(), attributes.get("device_class")?.as_str()?.to_owned()))
        };
        self.0.iter().filter_map(class).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn states_and_attributes_come_one_by_one() {
        let mut stream = Stream::default();
        assert_eq!(stream.hears("light/office/brightness", b"102"), (false, true));
        assert!(stream.entities(|_| None).is_empty(), "without a state it is not known");
        assert_eq!(stream.hears("light/office/state", b"on"), (true, true));
        assert_eq!(stream.hears("light/office/state", b"on"), (false, false));
        assert_eq!(
            stream.hears("light/office/friendly_name", b"\"Office ceiling\""),
            (true, true)
        );
        let entity = stream.entities(|_| Some("office".into())).remove(0);
        assert_eq!((entity.id.as_str(), entity.name()), ("light.office", "Office ceiling"));
        let state = stream.states()["light.office"].clone();
        assert_eq!((state.value.as_str(), state.number("brightness")), ("on", Some(102.0)));
        // Her own, which Home Assistant tells of, too.
        stream.hears("switch/rosie_tab_do_not_disturb/state", b"on");
        assert_eq!(stream.entities(|_| None).len(), 1);
        for (topic, payload) in [
            ("light", &b"on"[..]),
            ("light/a/b/c", b"on"),
            ("light/../state", b"on"),
            ("light/a b/state", b"on"),
            ("light/x/state", b"\xff"),
        ] {
            assert_eq!(stream.hears(topic, payload), (false, false), "{topic}");
        }
        assert_eq!(stream.hears("light/office/state", b""), (false, true));
        assert!(!stream.states().contains_key("light.office"));
    }
}
