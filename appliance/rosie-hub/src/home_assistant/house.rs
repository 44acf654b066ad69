//! The home as Home Assistant tells it, at one moment: places, and the things in them that are exposed to Assist, with
//! their states. What is not exposed is not in here, so nothing can come to control or mention it.

use super::names;
use crate::{Room, Rooms, rooms::plain};
use rosie_core::KnownNames;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, sync::Arc};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Area {
    pub id: String,
    pub name: String,
    pub aliases: Vec<String>,
    pub floor: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Floor {
    pub id: String,
    pub name: String,
    pub aliases: Vec<String>,
}

/// Something in the home, as its registries describe it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entity {
    /// `light.office_ceiling`
    pub id: String,
    /// As people call it, the usual name first. Never empty.
    pub names: Vec<String>,
    /// Its own area, or its device's.
    pub area: Option<String>,
    /// The integration in Home Assistant that brought it (`shopping_list`).
    pub platform: String,
}

impl Entity {
    pub fn domain(&self) -> &str {
        domain(&self.id)
    }

    pub fn name(&self) -> &str {
        self.names.first().map_or(&self.id, String::as_str)
    }
}

pub(super) fn domain(id: &str) -> &str {
    id.split_once('.').map_or(id, |(domain, _)| domain)
}

/// A state as last heard.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    pub value: String,
    pub attributes: Map<String, Value>,
}

impl State {
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute)?.as_str()
    }

    pub fn number(&self, attribute: &str) -> Option<f64> {
        self.attributes.get(attribute)?.as_f64()
    }

    /// Whether a list attribute has this text.
    pub fn lists(&self, attribute: &str, text: &str) -> bool {
        let list = self.attributes.get(attribute).and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(|item| item.as_str() == Some(text)))
    }

    /// A bit of `supported_features`. Who does not say is not held to it.
    pub fn supports(&self, feature: u64) -> bool {
        let features = self.attributes.get("supported_features").and_then(Value::as_u64);
        features.is_none_or(|features| features & feature != 0)
    }

    pub fn is_available(&self) -> bool {
        self.value != "unavailable"
    }
}

/// What changes seldom.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Registry {
    pub areas: Vec<Area>,
    pub floors: Vec<Floor>,
    pub entities: BTreeMap<String, Entity>,
    /// Places where people can be, besides home.
    pub zones: Vec<String>,
    /// The rooms of Rosie's own configuration; one may be an area of Home Assistant by another id.
    pub rooms: Rooms,
    names: KnownNames,
}

impl Registry {
    /// `classes`: the device class of each entity that has one.
    pub fn new(
        (areas, floors, zones): (Vec<Area>, Vec<Floor>, Vec<String>),
        entities: Vec<Entity>,
        rooms: Rooms,
        classes: &BTreeMap<String, String>,
    ) -> Self {
        let mut this = Self {
            areas,
            floors,
            zones,
            entities: entities.into_iter().map(|entity| (entity.id.clone(), entity)).collect(),
            rooms,
            names: KnownNames::new(),
        };
        this.names = names::of(&this, classes);
        this
    }

    /// The area that a room's or an area's id, name or alias stands for.
    pub fn area(&self, said: &str) -> Option<&Area> {
        let of = |said: &str| {
            let wanted = plain(said);
            self.areas
                .iter()
                .find(|area| area.id == said || plain(&area.id) == wanted)
                .or_else(|| {
                    self.areas
                        .iter()
                        .find(|area| called(&area.name, &area.aliases, &wanted))
                })
        };
        of(said).or_else(|| {
            let room = self.rooms.find(said)?;
            std::iter::once(&room.name)
                .chain(&room.aliases)
                .find_map(|name| of(name))
        })
    }

    /// What people's words for an area are turned into: the id of the room it is, else its own.
    pub fn area_value(&self, area: &Area) -> String {
        self.room_of(area)
            .map_or_else(|| area.id.clone(), |room| room.id.0.clone())
    }

    pub fn room_of(&self, area: &Area) -> Option<&Room> {
        let mut names = [&area.id, &area.name].into_iter().chain(&area.aliases);
        names.find_map(|name| self.rooms.find(name))
    }

    pub fn floor(&self, said: &str) -> Option<&Floor> {
        let wanted = plain(said);
        self.floors
            .iter()
            .find(|floor| floor.id == said || called(&floor.name, &floor.aliases, &wanted))
    }

    pub fn area_of(&self, entity: &Entity) -> Option<&Area> {
        let id = entity.area.as_ref()?;
        self.areas.iter().find(|area| area.id == *id)
    }

    pub fn floor_of(&self, entity: &Entity) -> Option<&str> {
        self.area_of(entity)?.floor.as_deref()
    }

    pub fn names(&self) -> &KnownNames {
        &self.names
    }
}

fn called(name: &str, aliases: &[String], wanted: &str) -> bool {
    plain(name) == wanted || aliases.iter().any(|alias| plain(alias) == wanted)
}

/// The home at one moment. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct House {
    pub registry: Arc<Registry>,
    pub states: BTreeMap<String, Arc<State>>,
    /// Of the temperatures that are set and told.
    pub scale: Scale,
}

/// A scale of temperature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    #[default]
    Celsius,
    Fahrenheit,
}

impl Scale {
    /// Of Home Assistant's unit: "°F".
    pub fn of_unit(unit: &str) -> Self {
        match unit.trim_start_matches('°') {
            "F" => Self::Fahrenheit,
            _ => Self::Celsius,
        }
    }

    /// Degrees of the scale that somebody named ("fahrenheit"), in this one: to half a degree Celsius, to a whole one Fahrenheit.
    pub fn from_named(self, degrees: f64, named: &str) -> f64 {
        match (named, self) {
            ("fahrenheit", Self::Celsius) => ((degrees - 32.0) / 1.8 * 2.0).round() / 2.0,
            ("celsius", Self::Fahrenheit) => (degrees * 1.8 + 32.0).round(),
            _ => degrees,
        }
    }
}

impl House {
    /// All of a kind (`lock`), wherever they are.
    pub fn of_kind(&self, domain: &str) -> Vec<&Entity> {
        let all = self.registry.entities.values();
        all.filter(|entity| entity.domain() == domain).collect()
    }

    pub fn state(&self, entity: &Entity) -> Option<&State> {
        self.states.get(&entity.id).map(Arc::as_ref)
    }

    /// Known and not unavailable.
    pub fn is_available(&self, entity: &Entity) -> bool {
        self.state(entity).is_some_and(State::is_available)
    }

    pub fn device_class(&self, entity: &Entity) -> Option<&str> {
        self.state(entity)?.text("device_class")
    }

    pub fn supports(&self, entity: &Entity, feature: u64) -> bool {
        self.state(entity).is_none_or(|state| state.supports(feature))
    }
}
