//! One thing that announced itself: what it is called, where it stands, which topics tell of it, and its state as last heard.

use super::{
    config::{Config, availability},
    kinds::{self, Role},
    template::Templates,
};
use crate::home_assistant::{Entity, Scale, State};
use rosie_core::RoomId;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Longest name that is taken, in characters.
const LONGEST_NAME: usize = 80;

/// A topic that tells something of a thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub topic: String,
    pub template: Option<String>,
    pub role: Role,
}

/// Where a thing says whether it is there.
#[derive(Debug, Clone, PartialEq)]
struct Presence {
    topic: String,
    template: Option<String>,
    yes: String,
    no: String,
    is: Option<bool>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Thing {
    pub entity: Entity,
    pub component: String,
    pub settings: Map<String, Value>,
    readings: Vec<Reading>,
    presence: Vec<Presence>,
    /// `all`, `any` or `latest`.
    mode: String,
    latest: bool,
    value: String,
    attributes: Map<String, Value>,
}

/// A text of the settings that is not empty.
pub fn text<'a>(settings: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    settings.get(key)?.as_str().filter(|text| !text.is_empty())
}

pub fn number(settings: &Map<String, Value>, key: &str) -> Option<f64> {
    let value = settings.get(key)?;
    value
        .as_f64()
        .or_else(|| value.as_str()?.parse().ok())
        .filter(|number| number.is_finite())
}

/// A payload, which may be written as a number or a truth.
pub fn payload(settings: &Map<String, Value>, key: &str, usual: &str) -> String {
    match settings.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(true)) => "True".into(),
        Some(Value::Bool(false)) => "False".into(),
        Some(Value::Number(number)) => number.to_string(),
        _ => usual.to_owned(),
    }
}

impl Thing {
    /// The scale that its temperatures are in, where it says so.
    pub fn scale(&self) -> Option<Scale> {
        text(&self.settings, "temperature_unit").map(Scale::of_unit)
    }

    /// `None`: of a kind that is not taken, or without what it takes to be one. `place`: finds the room of a device by the
    /// area it suggests, or by its name.
    pub fn new(config: Config, place: impl Fn(Option<&str>, &str) -> Option<RoomId>) -> Option<Self> {
        let Config {
            component,
            key,
            settings,
            device,
        } = config;
        let readings = kinds::readings(&component, &settings)?;
        let device_name = text(&device, "name").and_then(usable);
        let own_name = text(&settings, "name").and_then(usable);
        let names = names(device_name, own_name, &key);
        let room = place(text(&device, "suggested_area"), &names[0]);
        let mut attributes = kinds::attributes(&component, &settings);
        for key in ["device_class", "unit_of_measurement"] {
            if let Some(known) = text(&settings, key) {
                attributes.insert(key.into(), known.into());
            }
        }
        attributes.insert("friendly_name".into(), names[0].clone().into());
        let id = format!("{component}.{}", slug(&names[0]));
        let presence = presence(&settings);
        Some(Self {
            entity: Entity {
                id,
                names,
                area: room.map(|room| room.0),
                platform: "mqtt".into(),
            },
            readings,
            mode: text(&settings, "availability_mode").unwrap_or("latest").to_owned(),
            // Who does not say whether it is there is there.
            latest: presence.is_empty(),
            presence,
            value: "unknown".into(),
            attributes,
            component,
            settings,
        })
    }

    /// Every topic that has to be subscribed to.
    pub fn topics(&self) -> BTreeSet<&str> {
        let presence = self.presence.iter().map(|presence| presence.topic.as_str());
        self.readings
            .iter()
            .map(|reading| reading.topic.as_str())
            .chain(presence)
            .collect()
    }

    /// A message on one of its topics. True where something of it is other now.
    pub fn hears(&mut self, templates: &Templates, topic: &str, payload: &[u8]) -> bool {
        let mut changed = false;
        for presence in self.presence.iter_mut().filter(|presence| presence.topic == topic) {
            let Some(told) = templates.read(presence.template.as_deref(), payload) else {
                continue;
            };
            let is = match told {
                told if told == presence.yes => true,
                told if told == presence.no => false,
                _ => continue,
            };
            changed |= presence.is.replace(is) != Some(is) || self.latest != is;
            self.latest = is;
        }
        for reading in self.readings.iter().filter(|reading| reading.topic == topic) {
            let Some(told) = templates.read(reading.template.as_deref(), payload) else {
                continue;
            };
            let before = (self.value.clone(), self.attributes.clone());
            kinds::hears(
                &self.component,
                &self.settings,
                reading.role,
                &told,
                (&mut self.value, &mut self.attributes),
            );
            changed |= before != (self.value.clone(), self.attributes.clone());
        }
        changed
    }

    /// A thing that tells nothing of its state is taken to be as it was told to be.
    pub fn assume(&mut self, value: &str) {
        if !self.readings.iter().any(|reading| reading.role == Role::State) && !value.is_empty() {
            value.clone_into(&mut self.value);
        }
    }

    /// Another message announced it: what was heard of it stays.
    pub fn keep_state_of(&mut self, before: &Self) {
        self.value.clone_from(&before.value);
        for (key, value) in &before.attributes {
            self.attributes.entry(key.clone()).or_insert_with(|| value.clone());
        }
        for presence in &mut self.presence {
            let known = before.presence.iter().find(|known| known.topic == presence.topic);
            presence.is = known.and_then(|known| known.is);
        }
        self.latest |= before.latest;
    }

    fn is_there(&self) -> bool {
        let mut all = self.presence.iter();
        match self.mode.as_str() {
            "all" => all.all(|presence| presence.is == Some(true)),
            "any" => self.presence.is_empty() || all.any(|presence| presence.is == Some(true)),
            _ => self.latest,
        }
    }

    pub fn state(&self) -> State {
        let value = match self.is_there() {
            true => self.value.clone(),
            false => "unavailable".into(),
        };
        State {
            value,
            attributes: self.attributes.clone(),
        }
    }
}

fn presence(settings: &Map<String, Value>) -> Vec<Presence> {
    let one = |of: &Map<String, Value>, topic: &str, template: &str| {
        Some(Presence {
            topic: text(of, topic)?.to_owned(),
            template: text(of, template).map(str::to_owned),
            yes: payload(of, "payload_available", "online"),
            no: payload(of, "payload_not_available", "offline"),
            is: None,
        })
    };
    let several = match settings.get("availability") {
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_object).collect(),
        Some(Value::Object(single)) => vec![single],
        _ => Vec::new(),
    };
    let listed = several
        .into_iter()
        .take(8)
        .filter_map(|of| one(&availability(of), "topic", "value_template"));
    let single = one(settings, "availability_topic", "availability_template");
    listed.chain(single).filter(|presence| sound(&presence.topic)).collect()
}

/// A topic that can be subscribed to, and is no filter.
pub fn sound(topic: &str) -> bool {
    !topic.is_empty() && topic.len() <= 512 && !topic.contains(['+', '#', '\0']) && !topic.starts_with('$')
}

fn usable(name: &str) -> Option<String> {
    let plain: String = name.chars().filter(|c| !c.is_control()).collect();
    let plain = plain.replace(['_', '/'], " ");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    (!plain.is_empty() && plain.chars().count() <= LONGEST_NAME).then_some(plain)
}

/// As people call it: device and entity, as Home Assistant shows it, first.
fn names(device: Option<String>, own: Option<String>, key: &str) -> Vec<String> {
    let fallback = || usable(key).unwrap_or_else(|| "thing".into());
    match (device, own) {
        (Some(device), None) => vec![device],
        (None, own) => vec![own.unwrap_or_else(fallback)],
        (Some(device), Some(own)) => {
            let starts = own.to_lowercase().starts_with(&device.to_lowercase());
            match starts {
                true => vec![own],
                false => vec![format!("{device} {own}")],
            }
        }
    }
}

pub fn slug(name: &str) -> String {
    let plain: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    let parts: Vec<&str> = plain.split('_').filter(|part| !part.is_empty()).collect();
    parts.join("_")
}

/// Ids that are unique, the first of a name keeping it. By the thing's own key, so that they are the same each time.
pub fn unique(things: &mut BTreeMap<String, Thing>) {
    let mut taken = BTreeSet::new();
    for thing in things.values_mut() {
        let plain = format!("{}.{}", thing.component, slug(thing.entity.name()));
        let mut id = plain.clone();
        let mut next = 2;
        while !taken.insert(id.clone()) {
            id = format!("{plain}_{next}");
            next += 1;
        }
        thing.entity.id = id;
    }
}
