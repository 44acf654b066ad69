//! Which things of the home a call means: by name, by place, by kind; and what to say where it means none, or several.

use super::{
    alike::{called, like},
    house::{Area, Entity, Floor, House},
};
use crate::Arguments;
use rosie_core::CallContext;
use serde_json::{Value, json};

/// What a call asks for.
pub(super) struct Wanted<'a> {
    pub arguments: Arguments<'a>,
    pub context: &'a CallContext,
    /// Kinds that can be meant; empty: any. The call's own `domain` narrows them.
    pub domains: &'a [&'a str],
    /// Kinds that are meant where the call names only a place; empty: as `domains`.
    pub in_places: &'a [&'a str],
}

/// What is meant.
#[derive(Debug)]
pub(super) struct Target<'h> {
    /// Never empty.
    pub entities: Vec<&'h Entity>,
    pub area: Option<&'h Area>,
    /// A name was said, not a place.
    pub named: bool,
}

/// Nothing can be meant, or too much.
#[derive(Debug)]
pub(super) enum Miss<'h> {
    /// A response of the language's errors (`no_entity`), and its values.
    Nothing(&'static str, Value),
    /// Several things of one name: which?
    Several(Vec<&'h Entity>),
    /// The call names neither a thing nor a place nor a kind.
    Unbounded,
}

/// Where something shall be.
#[derive(Default, Clone, Copy)]
struct Place<'h> {
    area: Option<&'h Area>,
    floor: Option<&'h Floor>,
    /// The area is the endpoint's own room, which the sentence may have left out.
    own: bool,
}

/// Values of an argument that may be several, joined by commas.
pub(super) fn several(arguments: Arguments<'_>, key: &str) -> Vec<String> {
    let text = arguments.text(key).unwrap_or_default();
    text.split(',')
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

pub(super) fn find<'h>(house: &'h House, wanted: &Wanted<'_>) -> Result<Target<'h>, Miss<'h>> {
    let place = place(house, wanted)?;
    let mut target = match wanted.arguments.text("name") {
        Some(name) => named(house, wanted, &name, place)?,
        None => placed(house, wanted, place)?,
    };
    target.entities.retain(|entity| !is_excepted(house, wanted, entity));
    match target.entities.is_empty() {
        true => Err(Miss::Nothing("no_domain", json!({ "domain": "device" }))),
        false => Ok(target),
    }
}

/// "All but the hall light": their ids. A group would take its members along; those that are meant stand beside it.
fn is_excepted(house: &House, wanted: &Wanted<'_>, entity: &Entity) -> bool {
    let state = house.state(entity);
    let of_group = |id: &String| state.is_some_and(|state| state.lists("entity_id", id));
    let except = several(wanted.arguments, "except");
    except.iter().any(|id| *id == entity.id || of_group(id))
}

fn place<'h>(house: &'h House, wanted: &Wanted<'_>) -> Result<Place<'h>, Miss<'h>> {
    let registry = &house.registry;
    let mut place = Place::default();
    if let Some(said) = wanted.arguments.text("area") {
        let area = registry.area(&said);
        place.area = Some(area.ok_or_else(|| {
            let spoken = registry
                .rooms
                .find(&said)
                .map_or(said.as_str(), |room| room.name.as_str());
            Miss::Nothing("no_area", json!({ "area": spoken }))
        })?);
        place.own = own_area(house, wanted.context).is_some_and(|own| Some(own) == place.area);
    }
    if let Some(said) = wanted.arguments.text("floor") {
        let floor = registry.floor(&said);
        place.floor = Some(floor.ok_or_else(|| Miss::Nothing("no_floor", json!({ "floor": said })))?);
    }
    Ok(place)
}

/// The area that the endpoint's room is.
pub(super) fn own_area<'h>(house: &'h House, context: &CallContext) -> Option<&'h Area> {
    house.registry.area(context.room.as_str())
}

fn is_in(house: &House, entity: &Entity, place: Place<'_>) -> bool {
    let area = place.area.is_none_or(|area| entity.area.as_ref() == Some(&area.id));
    let floor = place
        .floor
        .is_none_or(|floor| house.registry.floor_of(entity) == Some(floor.id.as_str()));
    area && floor
}

fn named<'h>(house: &'h House, wanted: &Wanted<'_>, name: &str, place: Place<'h>) -> Result<Target<'h>, Miss<'h>> {
    let domains = several(wanted.arguments, "domain");
    let fits = |entity: &&Entity| {
        let domain = entity.domain();
        (wanted.domains.is_empty() || wanted.domains.contains(&domain))
            && (domains.is_empty() || domains.iter().any(|d| d == domain))
    };
    let mut found = called(house, name);
    let spoken = match found.first() {
        Some(one) if name.contains('.') => one.name().to_owned(),
        _ => name.to_owned(),
    };
    if found.is_empty() {
        found = like(house, name, &fits);
    }
    // "Set the living room to nineteen and a half": a room that was taken for a thing.
    if found.is_empty()
        && place.floor.is_none()
        && let Some(area) = house.registry.area(name)
    {
        let there = Place {
            area: Some(area),
            ..Place::default()
        };
        return placed(house, wanted, there);
    }
    let usable: Vec<&Entity> = found.iter().copied().filter(|entity| fits(entity)).collect();
    if usable.is_empty() {
        return Err(match found.is_empty() {
            true => Miss::Nothing("no_entity", values(&spoken, place)),
            false => Miss::Nothing("feature_not_supported", json!({})),
        });
    }
    let mut here: Vec<&Entity> = usable
        .iter()
        .copied()
        .filter(|entity| is_in(house, entity, place))
        .collect();
    if here.is_empty() && place.own && place.floor.is_none() {
        here = usable;
    }
    if here.is_empty() {
        let key = if place.area.is_some() {
            "no_entity_in_area"
        } else {
            "no_entity_in_floor"
        };
        return Err(Miss::Nothing(key, values(&spoken, place)));
    }
    // What is left out of it cannot be the one that is meant.
    here.retain(|entity| !is_excepted(house, wanted, entity));
    if here.len() > 1 && wanted.arguments.text("all").is_none() {
        let own = own_area(house, wanted.context).map(|area| area.id.clone());
        let nearest: Vec<&Entity> = here
            .iter()
            .copied()
            .filter(|e| own.is_some() && e.area == own)
            .collect();
        match nearest.len() {
            1 => here = nearest,
            0 => return Err(Miss::Several(here)),
            _ => return Err(Miss::Several(nearest)),
        }
    }
    Ok(Target {
        entities: here,
        area: place.area,
        named: true,
    })
}

/// Kinds of covers that people call by each other's names.
const SHADES: [&str; 4] = ["blind", "curtain", "shade", "shutter"];

fn placed<'h>(house: &'h House, wanted: &Wanted<'_>, place: Place<'h>) -> Result<Target<'h>, Miss<'h>> {
    let said_domains = several(wanted.arguments, "domain");
    let classes = several(wanted.arguments, "device_class");
    if place.area.is_none() && place.floor.is_none() && said_domains.is_empty() && classes.is_empty() {
        return Err(Miss::Unbounded);
    }
    let usual = if wanted.in_places.is_empty() {
        wanted.domains
    } else {
        wanted.in_places
    };
    let domains: Vec<&str> = match said_domains.is_empty() {
        true => usual.to_vec(),
        false => said_domains.iter().map(String::as_str).collect(),
    };
    let fits = |entity: &&Entity| {
        (domains.is_empty() || domains.contains(&entity.domain()))
            && (wanted.domains.is_empty() || wanted.domains.contains(&entity.domain()))
            && (classes.is_empty()
                || house
                    .device_class(entity)
                    .is_some_and(|class| classes.iter().any(|wanted| wanted == class)))
            && is_in(house, entity, place)
    };
    let mut entities: Vec<&Entity> = house.registry.entities.values().filter(fits).collect();
    // A garage's gate is its door, whatever language and owner call it.
    if entities.is_empty() && classes == ["gate"] && place.area.is_some() {
        let is_door = |entity: &&Entity| {
            domains.contains(&entity.domain())
                && house.device_class(entity) == Some("garage")
                && is_in(house, entity, place)
        };
        entities = house.registry.entities.values().filter(is_door).collect();
    }
    // A room's only cover that shades is its blind, whatever it says it is.
    if entities.is_empty()
        && place.area.is_some()
        && !classes.is_empty()
        && classes.iter().all(|class| SHADES.contains(&class.as_str()))
    {
        let shades = |entity: &&Entity| {
            entity.domain() == "cover"
                && domains.contains(&"cover")
                && house.device_class(entity).is_none_or(|class| SHADES.contains(&class))
                && is_in(house, entity, place)
        };
        entities = house.registry.entities.values().filter(shades).collect();
        if entities.len() > 1 {
            entities.clear();
        }
    }
    if entities.is_empty() {
        return Err(nothing_there(&domains, &classes, place));
    }
    Ok(Target {
        entities,
        area: place.area,
        named: false,
    })
}

fn nothing_there<'h>(domains: &[&str], classes: &[String], place: Place<'_>) -> Miss<'h> {
    let key = match (classes.is_empty(), place.area.is_some(), place.floor.is_some()) {
        (true, true, _) => "no_domain_in_area",
        (true, false, true) => "no_domain_in_floor",
        (true, false, false) => "no_domain",
        (false, true, _) => "no_device_class_in_area",
        (false, false, true) => "no_device_class_in_floor",
        (false, false, false) => "no_device_class",
    };
    let mut data = values("", place);
    data["domain"] = json!(domains.first().unwrap_or(&"device"));
    data["device_class"] = json!(classes.first());
    Miss::Nothing(key, data)
}

fn values(spoken: &str, place: Place<'_>) -> Value {
    json!({
        "entity": spoken,
        "area": place.area.map(|area| area.name.as_str()),
        "floor": place.floor.map(|floor| floor.name.as_str()),
    })
}
