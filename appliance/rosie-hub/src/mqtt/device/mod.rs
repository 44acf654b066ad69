//! Rosie as Home Assistant sees her: one device for the appliance, one for each endpoint, and their entities.

mod entities;
mod states;

pub(super) use states::{
    all_timers, event, iso, of_appliance, of_endpoint, of_update, state_name, timer_event, wake_event,
};

use super::{config::Discovery, topics::Topics, wire::Note};
use entities::Entity;
use rosie_core::EndpointId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What an endpoint has that not every one has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Has {
    pub screen: bool,
    pub leds: bool,
    /// Rosie listens for the wake word there.
    pub wake_word: bool,
}

/// What a device is announced with.
#[derive(Debug, Clone)]
pub(super) struct About<'a> {
    pub topics: &'a Topics,
    /// Of this appliance: the same for ever, different for every appliance.
    pub id: &'a str,
    pub version: &'a str,
    pub show_texts: bool,
    pub has_temperature: bool,
    /// The system can be updated.
    pub has_update: bool,
}

/// A device as one JSON object, with all its entities.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Device {
    pub id: String,
    device: Value,
    availability: Value,
    entities: Vec<Entity>,
}

impl Device {
    pub fn appliance(about: &About<'_>) -> Self {
        Self {
            id: format!("rosie_{}", about.id),
            device: json!({
                "identifiers": [format!("rosie_{}", about.id)],
                "name": "Rosie",
                "manufacturer": "Rosie",
                "model": "Voice appliance",
                "sw_version": about.version,
            }),
            availability: json!([{ "topic": about.topics.status() }]),
            entities: entities::of_appliance(about),
        }
    }

    /// `area`: the room's name, which Home Assistant takes for the device's area the first time it sees it.
    pub fn endpoint(about: &About<'_>, endpoint: &EndpointId, has: Has, area: &str) -> Self {
        let own = format!("rosie_{}_{}", about.id, slug(endpoint.as_str()));
        Self {
            device: json!({
                "identifiers": [own],
                "name": format!("Rosie {endpoint}"),
                "manufacturer": "Rosie",
                "model": "Endpoint",
                "sw_version": about.version,
                "suggested_area": area,
                "via_device": format!("rosie_{}", about.id),
            }),
            availability: json!([
                { "topic": about.topics.status() },
                { "topic": about.topics.endpoint(endpoint, "status") },
            ]),
            entities: entities::of_endpoint(about, endpoint, has),
            id: own,
        }
    }

    fn origin(&self) -> Value {
        json!({ "name": "Rosie", "sw_version": self.device["sw_version"] })
    }

    /// Component and key of each entity, for taking the device away again.
    pub fn keys(&self) -> Vec<(String, String)> {
        let key = |entity: &Entity| (entity.component.to_owned(), entity.key.to_owned());
        self.entities.iter().map(key).collect()
    }

    /// What announces it. `before`: entities that it was announced with earlier.
    pub fn notes(&self, form: Discovery, topics: &Topics, before: &[(String, String)]) -> Vec<Note> {
        let gone = before.iter().filter(|known| !self.keys().contains(known));
        match form {
            Discovery::Off => Vec::new(),
            Discovery::Device => {
                let mut components = Map::new();
                for entity in &self.entities {
                    let mut component = self.component(entity);
                    component.insert("platform".into(), json!(entity.component));
                    components.insert(entity.key.into(), Value::Object(component));
                }
                // Named with nothing but its platform, an entity goes.
                for (component, key) in gone {
                    components.insert(key.clone(), json!({ "platform": component }));
                }
                let payload = json!({
                    "device": self.device,
                    "origin": self.origin(),
                    "availability": self.availability,
                    "availability_mode": "all",
                    "qos": 1,
                    "components": components,
                });
                vec![Note::state(topics.device(&self.id), payload.to_string())]
            }
            Discovery::Entities => {
                let one = |entity: &Entity| {
                    let mut payload = self.component(entity);
                    payload.insert("device".into(), self.device.clone());
                    payload.insert("origin".into(), self.origin());
                    payload.insert("availability".into(), self.availability.clone());
                    payload.insert("availability_mode".into(), json!("all"));
                    let topic = topics.entity(entity.component, &self.id, entity.key);
                    Note::state(topic, Value::Object(payload).to_string())
                };
                let gone = gone.map(|(component, key)| Note::state(topics.entity(component, &self.id, key), ""));
                self.entities.iter().map(one).chain(gone).collect()
            }
        }
    }

    fn component(&self, entity: &Entity) -> Map<String, Value> {
        let mut config = entity.config.clone();
        config.insert("name".into(), entity.name.map_or(Value::Null, |name| json!(name)));
        config.insert("unique_id".into(), json!(format!("{}_{}", self.id, entity.key)));
        config.insert("qos".into(), json!(1));
        config
    }
}

/// What takes a device away that was announced in that form with these entities.
pub(super) fn farewell(form: Discovery, topics: &Topics, device: &str, entities: &[(String, String)]) -> Vec<Note> {
    match form {
        Discovery::Off => Vec::new(),
        Discovery::Device => vec![Note::state(topics.device(device), "")],
        Discovery::Entities => {
            let gone = entities.iter();
            gone.map(|(component, key)| Note::state(topics.entity(component, device, key), ""))
                .collect()
        }
    }
}

/// Ends of the ids that Home Assistant gives to what can be switched or set here.
const OWN: [&str; 16] = [
    "announce",
    "do_not_disturb",
    "led_ring",
    "listen",
    "microphone_mute",
    "remove_from_home_assistant",
    "restart",
    "say",
    "screen_brightness",
    "stop",
    "store_conversations",
    "update",
    "volume",
    "wake_word",
    "wake_word_sensitivity",
    "timers",
];

/// Whether a thing of Home Assistant is one of Rosie's own, come back: "turn off everything" must not turn off that she
/// remembers.
pub(in crate::mqtt) fn is_own(id: &str) -> bool {
    let object = id.split_once('.').map_or(id, |(_, object)| object);
    let rest = object.strip_prefix("rosie_");
    rest.is_some_and(|rest| OWN.iter().any(|own| rest == *own || rest.ends_with(&format!("_{own}"))))
}

/// An endpoint's id in Home Assistant's: letters, digits, `_` and `-`. Two ids never become one.
pub(super) fn slug(id: &str) -> String {
    let plain: String = id
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
                c
            } else {
                '_'
            }
        })
        .collect();
    if plain == id {
        return plain;
    }
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    format!("{plain}_{:08x}", hasher.finish() as u32)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{super::topics::TOPICS, *};

    fn topics() -> Topics {
        Topics {
            base: "rosie".into(),
            prefix: "homeassistant".into(),
        }
    }

    fn about(topics: &Topics) -> About<'_> {
        About {
            topics,
            id: "ab12",
            version: "1.2.3",
            show_texts: true,
            has_temperature: true,
            has_update: true,
        }
    }

    const ALL: Has = Has {
        leds: true,
        screen: true,
        wake_word: true,
    };

    fn known(topic: &str) -> bool {
        let fits = |pattern: &str| {
            let pattern = pattern.replace("{base}", "rosie").replace("{prefix}", "homeassistant");
            let (pattern, topic): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), topic.split('/').collect());
            pattern.len() == topic.len() && pattern.iter().zip(&topic).all(|(p, t)| p.starts_with('{') || p == t)
        };
        TOPICS.iter().any(|(pattern, ..)| fits(pattern))
    }

    #[test]
    fn what_can_be_switched_is_known_when_it_comes_back() {
        let topics = topics();
        let about = about(&topics);
        let all = entities::of_appliance(&about)
            .into_iter()
            .chain(entities::of_endpoint(&about, &"tab".into(), ALL));
        for entity in all.filter(|one| !matches!(one.component, "sensor" | "event")) {
            let name = entity.name.unwrap_or_default().to_lowercase().replace(' ', "_");
            assert!(
                is_own(&format!("{}.rosie_tab_office_{name}", entity.component)),
                "{name}"
            );
        }
        assert!(is_own("update.rosie_update"));
        assert!(!is_own("switch.kitchen_do_not_disturb") && !is_own("light.rosie_the_cat_lamp"));
    }

    #[test]
    fn every_entity_names_topics_of_the_table_only_and_is_unique() {
        let topics = topics();
        let about = about(&topics);
        let devices = [
            Device::appliance(&about),
            Device::endpoint(&about, &"kitchen.panel".into(), ALL, "Kitchen"),
        ];
        let mut unique = std::collections::BTreeSet::new();
        for device in devices {
            let notes = device.notes(Discovery::Device, &topics, &[]);
            assert!(
                known(&notes[0].topic) && notes[0].retain && notes[0].sure,
                "{}",
                notes[0].topic
            );
            let payload: Value = serde_json::from_slice(&notes[0].payload).unwrap();
            for component in payload["components"].as_object().unwrap().values() {
                for (key, value) in component.as_object().unwrap() {
                    if key.ends_with("topic") {
                        assert!(known(value.as_str().unwrap()), "{value}");
                    }
                }
                assert!(unique.insert(component["unique_id"].to_string()));
            }
            assert_eq!(payload["origin"]["sw_version"], "1.2.3");
            // The other form says the same of each.
            let single = device.notes(Discovery::Entities, &topics, &[]);
            assert_eq!(single.len(), device.keys().len());
            assert!(single.iter().all(|note| known(&note.topic)));
        }
    }

    #[test]
    fn an_entity_that_is_shown_no_more_goes() {
        let topics = topics();
        let with = Device::endpoint(&about(&topics), &"a".into(), ALL, "Kitchen");
        let without = About {
            show_texts: false,
            ..about(&topics)
        };
        let without = Device::endpoint(&without, &"a".into(), ALL, "Kitchen");
        let notes = without.notes(Discovery::Device, &topics, &with.keys());
        let payload: Value = serde_json::from_slice(&notes[0].payload).unwrap();
        assert_eq!(payload["components"]["transcript"], json!({ "platform": "sensor" }));
        let notes = without.notes(Discovery::Entities, &topics, &with.keys());
        let gone: Vec<&Note> = notes.iter().filter(|note| note.payload.is_empty()).collect();
        assert_eq!(gone.len(), 2);
    }

    #[test]
    fn what_an_endpoint_has_not_is_not_shown() {
        let topics = topics();
        let keys = |has| -> Vec<String> {
            let device = Device::endpoint(&about(&topics), &"a".into(), has, "Kitchen");
            device.keys().into_iter().map(|(_, key)| key).collect()
        };
        let (all, none) = (keys(ALL), keys(Has::default()));
        for key in ["brightness", "leds", "wake_word", "wake_word_sensitivity"] {
            let shown = |keys: &[String]| keys.iter().any(|shown| shown == key);
            assert!(shown(&all) && !shown(&none), "{key}: {none:?}");
        }
    }

    #[test]
    fn ids_that_differ_stay_different() {
        assert_eq!(slug("kitchen-panel_2"), "kitchen-panel_2");
        let (a, b) = (slug("a.b"), slug("a_b"));
        assert!(
            a != b && a.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)),
            "{a}"
        );
    }
}
