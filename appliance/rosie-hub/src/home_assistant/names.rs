//! The names of a home as the matcher and the recogniser get them.
//!
//! A name that several things of a kind share stands for all of them, their ids joined by commas: which one is meant is
//! found out when the call is carried out, from the room, or by asking.

use super::house::Registry;
use crate::rooms::plain;
use rosie_core::{KnownName, KnownNames};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Of several kinds with one name the earlier is meant ("the TV" is the television, not its switch).
const KINDS: [&str; 16] = [
    "light",
    "media_player",
    "climate",
    "fan",
    "cover",
    "lock",
    "switch",
    "input_boolean",
    "vacuum",
    "lawn_mower",
    "valve",
    "humidifier",
    "todo",
    "weather",
    "script",
    "scene",
];

/// "At home": the sentences about people take any word for a place.
pub(super) const HOME: [&str; 14] = [
    "home",
    "at home",
    "the house",
    "zuhause",
    "zu hause",
    "daheim",
    "hause",
    "casa",
    "en casa",
    "a casa",
    "maison",
    "la maison",
    "à la maison",
    "a la maison",
];

pub(super) fn of(registry: &Registry, classes: &BTreeMap<String, String>) -> KnownNames {
    KnownNames::from([
        ("name".to_owned(), entities(registry, classes)),
        ("area".to_owned(), areas(registry)),
        ("floor".to_owned(), floors(registry)),
        ("zone".to_owned(), zones(registry)),
    ])
}

fn entities(registry: &Registry, classes: &BTreeMap<String, String>) -> Vec<KnownName> {
    let mut all: Vec<KnownName> = Vec::new();
    // By name, kind and device class: what a template may ask about.
    let mut known: HashMap<(String, String, String), usize> = HashMap::new();
    for entity in registry.entities.values() {
        let class = classes.get(&entity.id).cloned().unwrap_or_default();
        for name in &entity.names {
            let key = (plain(name), entity.domain().to_owned(), class.clone());
            if let Some(&at) = known.get(&key) {
                if !all[at].value.split(',').any(|id| id == entity.id) {
                    all[at].value = format!("{},{}", all[at].value, entity.id);
                    let name = &mut all[at];
                    for (key, value) in where_it_is(registry, entity) {
                        let places = name.context.entry(key.to_owned()).or_default();
                        *places = format!("{places},{value}");
                    }
                }
                continue;
            }
            known.insert(key, all.len());
            let mut context = BTreeMap::from([("domain".to_owned(), entity.domain().to_owned())]);
            if !class.is_empty() {
                context.insert("device_class".to_owned(), class.clone());
            }
            context.extend(where_it_is(registry, entity).map(|(key, value)| (key.to_owned(), value)));
            all.push(KnownName {
                spoken: name.clone(),
                value: entity.id.clone(),
                context,
            });
        }
    }
    let kind = |name: &KnownName| {
        let domain = name.context.get("domain").map(String::as_str);
        KINDS
            .iter()
            .position(|kind| Some(*kind) == domain)
            .unwrap_or(KINDS.len())
    };
    all.sort_by_key(kind);
    all
}

/// By other words than templates ask for: these mean a thing's own room, not one that was said. One for each id.
fn where_it_is(registry: &Registry, entity: &super::house::Entity) -> [(&'static str, String); 2] {
    let area = registry.area_of(entity);
    let place = area.map(|area| registry.area_value(area)).unwrap_or_default();
    let floor = area.and_then(|area| area.floor.clone()).unwrap_or_default();
    [("place", place), ("storey", floor)]
}

/// Without those that the configuration's rooms bring themselves.
fn areas(registry: &Registry) -> Vec<KnownName> {
    let mut seen: HashSet<String> = registry
        .rooms
        .known_names()
        .iter()
        .map(|name| plain(&name.spoken))
        .collect();
    let mut all = Vec::new();
    for area in &registry.areas {
        let value = registry.area_value(area);
        for spoken in std::iter::once(&area.name).chain(&area.aliases) {
            if seen.insert(plain(spoken)) {
                all.push(name(spoken, &value));
            }
        }
    }
    all
}

/// Where people can be; what is not among them is no question about the home.
fn zones(registry: &Registry) -> Vec<KnownName> {
    let known = HOME.iter().copied().chain(registry.zones.iter().map(String::as_str));
    known.map(|zone| name(zone, zone)).collect()
}

fn floors(registry: &Registry) -> Vec<KnownName> {
    let of = |floor: &super::house::Floor| -> Vec<KnownName> {
        std::iter::once(&floor.name)
            .chain(&floor.aliases)
            .map(|spoken| name(spoken, &floor.id))
            .collect()
    };
    registry.floors.iter().flat_map(of).collect()
}

fn name(spoken: &str, value: &str) -> KnownName {
    KnownName {
        spoken: spoken.to_owned(),
        value: value.to_owned(),
        context: BTreeMap::new(),
    }
}
