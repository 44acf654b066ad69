//! Home Assistant's registries: fetched, and put together into the home that Rosie may know.

use super::{
    house::{Area, Entity, Floor, Registry, State, domain},
    link::{ANSWER, Link, LinkError},
};
use crate::Rooms;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// Longest name that is taken, in characters.
const LONGEST_NAME: usize = 80;

#[derive(Deserialize)]
struct AreaEntry {
    area_id: String,
    name: String,
    #[serde(default)]
    aliases: Vec<Option<String>>,
    #[serde(default)]
    floor_id: Option<String>,
}

#[derive(Deserialize)]
struct FloorEntry {
    floor_id: String,
    name: String,
    #[serde(default)]
    aliases: Vec<Option<String>>,
}

#[derive(Deserialize)]
struct DeviceEntry {
    id: String,
    #[serde(default)]
    area_id: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct EntityEntry {
    entity_id: String,
    #[serde(default)]
    area_id: Option<String>,
    #[serde(default)]
    device_id: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    original_name: Option<String>,
    #[serde(default)]
    platform: String,
    #[serde(default)]
    aliases: Vec<Option<String>>,
}

/// What was fetched. States come later, and with them the names of things that no registry has.
#[derive(Default)]
pub(super) struct Fetched {
    areas: Vec<Area>,
    floors: Vec<Floor>,
    entries: HashMap<String, EntityEntry>,
    /// Device → its area.
    devices: HashMap<String, String>,
    exposed: BTreeSet<String>,
}

/// Fetches everything, several commands at once.
pub(super) async fn fetch(link: &Link) -> Result<Fetched, LinkError> {
    let (areas, floors, devices, exposed) = tokio::try_join!(
        list::<AreaEntry>(link, "config/area_registry/list"),
        floors(link),
        list::<DeviceEntry>(link, "config/device_registry/list"),
        exposed(link),
    )?;
    let entries = entries(link, &exposed).await?;
    let area = |entry: AreaEntry| Area {
        id: entry.area_id,
        name: entry.name,
        aliases: given(entry.aliases),
        floor: entry.floor_id,
    };
    Ok(Fetched {
        areas: areas.into_iter().map(area).collect(),
        floors,
        entries,
        devices: devices
            .into_iter()
            .filter_map(|device| Some((device.id, device.area_id?)))
            .collect(),
        exposed,
    })
}

async fn list<T: DeserializeOwned>(link: &Link, command: &str) -> Result<Vec<T>, LinkError> {
    let found = link.ask(json!({ "type": command })).await?;
    Ok(each(found))
}

/// Entries that cannot be read are left out, not the rest with them.
fn each<T: DeserializeOwned>(found: Value) -> Vec<T> {
    let Value::Array(found) = found else {
        return Vec::new();
    };
    found
        .into_iter()
        .filter_map(|entry| serde_json::from_value(entry).ok())
        .collect()
}

/// Before 2024.4 there were none.
async fn floors(link: &Link) -> Result<Vec<Floor>, LinkError> {
    let floor = |entry: FloorEntry| Floor {
        id: entry.floor_id,
        name: entry.name,
        aliases: given(entry.aliases),
    };
    match list::<FloorEntry>(link, "config/floor_registry/list").await {
        Ok(floors) => Ok(floors.into_iter().map(floor).collect()),
        Err(LinkError::Refused { code, .. }) if code == "unknown_command" => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Ids of what the owner exposes to Assist.
async fn exposed(link: &Link) -> Result<BTreeSet<String>, LinkError> {
    let mut found = link.ask(json!({ "type": "homeassistant/expose_entity/list" })).await?;
    let Value::Object(all) = super::take(&mut found, "exposed_entities") else {
        return Ok(BTreeSet::new());
    };
    let assist = all.into_iter().filter(|(_, to)| to["conversation"] == true);
    Ok(assist.map(|(id, _)| id).collect())
}

/// The registry's entries, with aliases, of the exposed. What has no id of its own is in no registry.
async fn entries(link: &Link, exposed: &BTreeSet<String>) -> Result<HashMap<String, EntityEntry>, LinkError> {
    if exposed.is_empty() {
        return Ok(HashMap::new());
    }
    let command = json!({ "type": "config/entity_registry/get_entries", "entity_ids": exposed });
    let (_, found) = link.ask_as(command, ANSWER).await?;
    let Value::Object(found) = found else {
        return Ok(HashMap::new());
    };
    let entry = |(id, entry): (String, Value)| Some((id, serde_json::from_value::<EntityEntry>(entry).ok()?));
    Ok(found.into_iter().filter_map(entry).collect())
}

/// Nothing stands for the usual name, which is known.
fn given(aliases: Vec<Option<String>>) -> Vec<String> {
    let all = aliases.into_iter().flatten();
    let mut all: Vec<String> = all.filter_map(|alias| usable(&alias)).collect();
    all.sort();
    all
}

fn usable(name: &str) -> Option<String> {
    let name = name.trim();
    (!name.is_empty() && name.chars().count() <= LONGEST_NAME).then(|| name.to_owned())
}

impl Fetched {
    pub fn exposes(&self, id: &str) -> bool {
        self.exposed.contains(id)
    }

    pub fn exposed(&self) -> usize {
        self.exposed.len()
    }

    /// The home, as far as it has states.
    pub fn registry(&self, states: &BTreeMap<String, Arc<State>>, rooms: &Rooms) -> Registry {
        let known = self.exposed.iter().filter_map(|id| Some((id, states.get(id)?)));
        let entities = known.map(|(id, state)| self.entity(id, state)).collect();
        let classes = states
            .iter()
            .filter(|(id, _)| self.exposes(id))
            .filter_map(|(id, state)| Some((id.clone(), state.text("device_class")?.to_owned())))
            .collect();
        let zones = states.iter().filter(|(id, _)| id.starts_with("zone."));
        let zones = zones.filter_map(|(_, state)| state.text("friendly_name").and_then(usable));
        let places = (self.areas.clone(), self.floors.clone(), zones.collect());
        Registry::new(places, entities, rooms.clone(), &classes)
    }

    fn entity(&self, id: &str, state: &State) -> Entity {
        let entry = self.entries.get(id).cloned().unwrap_or(EntityEntry {
            entity_id: id.to_owned(),
            area_id: None,
            device_id: None,
            name: None,
            original_name: None,
            platform: String::new(),
            aliases: Vec::new(),
        });
        let device = entry.device_id.as_ref().and_then(|device| self.devices.get(device));
        let shown = state
            .text("friendly_name")
            .map(str::to_owned)
            .or(entry.name)
            .or(entry.original_name);
        let object = id.strip_prefix(domain(id)).unwrap_or(id).trim_start_matches('.');
        let first = shown
            .and_then(|name| usable(&name))
            .unwrap_or_else(|| object.replace('_', " "));
        let mut names = vec![first];
        for alias in given(entry.aliases) {
            if !names.contains(&alias) {
                names.push(alias);
            }
        }
        Entity {
            id: entry.entity_id,
            names,
            area: entry.area_id.or_else(|| device.cloned()),
            platform: entry.platform,
        }
    }
}
