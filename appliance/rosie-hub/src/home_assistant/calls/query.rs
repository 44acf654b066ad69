//! Questions: is it, are any, which are, how many, what is; and the weather.

use super::super::{
    answer,
    house::{Entity, House},
    names,
    plan::{Ask, Plan, Planned},
    target::{Miss, Target, several},
};
use crate::{Arguments, skill::said};
use serde_json::json;

/// What says whether something is open: what the data calls a cover's class, and the sensors of it.
const OPENINGS: [(&str, &[&str]); 4] = [
    ("window", &["window", "opening"]),
    ("door", &["door", "opening"]),
    ("garage", &["garage_door"]),
    ("gate", &["door", "opening"]),
];

pub(super) fn state(ask: Ask<'_>) -> Planned<'_> {
    let arguments = ask.arguments();
    let wanted = several(arguments, "state");
    let entities = match ask.find(&[], &[]) {
        Ok(target) => doors(ask, &target, &wanted).unwrap_or_else(|| with_sensors(ask, target)),
        // Windows that no motor opens: only sensors know them.
        Err(miss @ Miss::Nothing("no_device_class" | "no_device_class_in_area" | "no_device_class_in_floor", _)) => {
            let sensors = sensors(ask, None);
            if sensors.is_empty() {
                return Err(miss.into());
            }
            sensors
        }
        Err(miss) => return Err(miss.into()),
    };
    let heard = |entity: &&Entity| ask.house.is_available(entity);
    let known: Vec<&Entity> = entities.iter().copied().filter(heard).collect();
    if known.is_empty() {
        let failure = rosie_core::Failure::new(
            rosie_core::ErrorCode::DeviceUnavailable,
            "none of what was asked about is available in Home Assistant",
        );
        return Err(failure.into());
    }
    let (yes, no): (Vec<&Entity>, Vec<&Entity>) = known
        .into_iter()
        .partition(|entity| wanted.is_empty() || wanted.iter().any(|state| is(ask.house, entity, state)));
    let data = answer::matched(ask.house, &yes, &no, &ask.context.language);
    Ok(Plan::Answer(said("default", data)))
}

/// "Are the doors shut?": that is asked of what tells it, and a lock does not.
fn doors<'a>(ask: Ask<'a>, target: &Target<'a>, wanted: &[String]) -> Option<Vec<&'a Entity>> {
    const DOORS: [&str; 2] = ["door", "opening"];
    let locks = !target.named && target.entities.iter().all(|entity| entity.domain() == "lock");
    let shut = wanted.iter().all(|state| matches!(state.as_str(), "open" | "closed"));
    let place = (ask.arguments().text("area"), ask.arguments().text("floor"));
    if !locks || !shut || wanted.is_empty() || place != (None, None) {
        return None;
    }
    let is_door = |entity: &&Entity| {
        let class = ask.house.device_class(entity);
        match entity.domain() {
            "binary_sensor" => class.is_some_and(|class| DOORS.contains(&class)),
            "cover" => class == Some("door"),
            _ => false,
        }
    };
    let all: Vec<&Entity> = ask.house.registry.entities.values().filter(is_door).collect();
    (!all.is_empty()).then_some(all)
}

/// Things of a class, and the sensors that tell of the same.
fn with_sensors<'a>(ask: Ask<'a>, target: Target<'a>) -> Vec<&'a Entity> {
    let mut entities = target.entities;
    if !target.named {
        for sensor in sensors(ask, Some(&entities)) {
            entities.push(sensor);
        }
    }
    entities
}

fn sensors<'a>(ask: Ask<'a>, besides: Option<&[&Entity]>) -> Vec<&'a Entity> {
    let arguments: Arguments<'_> = ask.arguments();
    let classes = several(arguments, "device_class");
    let tell: Vec<&str> = OPENINGS
        .iter()
        .filter(|(class, _)| classes.iter().any(|wanted| wanted == class))
        .flat_map(|(_, sensors)| sensors.iter().copied())
        .collect();
    let house: &House = ask.house;
    let area = arguments.text("area").and_then(|said| house.registry.area(&said));
    let floor = arguments.text("floor").and_then(|said| house.registry.floor(&said));
    let told = |entity: &&Entity| {
        entity.domain() == "binary_sensor"
            && house.device_class(entity).is_some_and(|class| tell.contains(&class))
            && area.is_none_or(|area| entity.area.as_ref() == Some(&area.id))
            && floor.is_none_or(|floor| house.registry.floor_of(entity) == Some(floor.id.as_str()))
    };
    // A cover with a sensor of the same name is counted once.
    let known = |entity: &&Entity| besides.is_none_or(|known| known.iter().all(|other| other.name() != entity.name()));
    house.registry.entities.values().filter(told).filter(known).collect()
}

/// Whether an entity is in a state, as templates name it.
fn is(house: &House, entity: &Entity, wanted: &str) -> bool {
    let Some(state) = house.state(entity) else {
        return false;
    };
    let actual = state.value.to_lowercase();
    let wanted = wanted.to_lowercase();
    if actual == wanted {
        return true;
    }
    match (entity.domain(), wanted.as_str()) {
        ("binary_sensor", "open" | "unlocked") => actual == "on",
        ("binary_sensor", "closed" | "locked") => actual == "off",
        ("person" | "device_tracker", place) => actual == "home" && names::HOME.contains(&place),
        // Something that is at work is on, whatever it calls that.
        ("climate" | "media_player" | "humidifier" | "water_heater", "on") => {
            !matches!(actual.as_str(), "off" | "standby")
        }
        ("cover" | "valve", "on") => actual == "open",
        ("cover" | "valve", "off") => actual == "closed",
        ("lock", "closed" | "off") => actual == "locked",
        ("lock", "open" | "on") => actual == "unlocked",
        _ => false,
    }
}

pub(super) fn weather(ask: Ask<'_>) -> Planned<'_> {
    let entity = match ask.arguments().text("name") {
        Some(_) => ask.find(&["weather"], &["weather"])?.entities.first().copied(),
        None => {
            let all = ask.house.registry.entities.values();
            let mut stations = all.filter(|entity| entity.domain() == "weather" && ask.house.is_available(entity));
            stations.next()
        }
    };
    let entity = entity.ok_or_else(|| Miss::Nothing("no_domain", json!({ "domain": "weather" })))?;
    if !ask.house.is_available(entity) {
        let failure = rosie_core::Failure::new(
            rosie_core::ErrorCode::DeviceUnavailable,
            format!("the home reports {} as unavailable", entity.id),
        );
        return Err(failure.into());
    }
    let data = answer::about(ask.house, &[entity], &ask.context.language);
    Ok(Plan::Answer(said("default", data)))
}
