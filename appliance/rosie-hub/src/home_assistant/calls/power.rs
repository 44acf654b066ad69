//! On and off, and what these mean to each kind of thing: a cover opens, a lock locks, a scene is activated.

use super::super::{
    house::Entity,
    plan::{Ask, Planned, ServiceCall},
    target::{Miss, Target, own_area},
};
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    On,
    Off,
}

/// Kinds that `on` and `off` mean something to.
const SWITCHED: [&str; 22] = [
    "automation",
    "button",
    "camera",
    "climate",
    "cover",
    "fan",
    "group",
    "humidifier",
    "input_boolean",
    "input_button",
    "lawn_mower",
    "light",
    "lock",
    "media_player",
    "remote",
    "scene",
    "script",
    "siren",
    "switch",
    "vacuum",
    "valve",
    "water_heater",
];
/// What a mere place means: its lights.
const IN_PLACES: [&str; 1] = ["light"];

/// The service, if there is one. Templates and people call opening "on" as the data does.
fn service(domain: &str, power: Power) -> Option<&'static str> {
    use Power::{Off, On};
    Some(match (domain, power) {
        ("cover", On) => "open_cover",
        ("cover", Off) => "close_cover",
        ("valve", On) => "open_valve",
        ("valve", Off) => "close_valve",
        ("lock", On) => "lock",
        ("lock", Off) => "unlock",
        ("button" | "input_button", On) => "press",
        ("vacuum", On) => "start",
        ("vacuum", Off) => "return_to_base",
        ("lawn_mower", On) => "start_mowing",
        ("lawn_mower", Off) => "dock",
        ("button" | "input_button" | "scene", Off) => return None,
        (_, On) => "turn_on",
        (_, Off) => "turn_off",
    })
}

/// Groups answer to a service of their own.
fn service_domain(domain: &str) -> &str {
    if domain == "group" { "homeassistant" } else { domain }
}

pub(super) fn switch(ask: Ask<'_>, power: Power) -> Planned<'_> {
    let target = match ask.find(&SWITCHED, &IN_PLACES) {
        Err(miss) => locks_elsewhere(ask, power)?.ok_or(miss)?,
        Ok(target) => target,
    };
    let response = response(&target, power, ask.arguments().text("device_class").is_some());
    ask.act(
        &target,
        |entity| service(entity.domain(), power).is_some() && can(ask, entity, power),
        response,
        |entities| by_domain(entities, |domain| service(domain, power)),
    )
}

/// Home Assistant refuses the whole call if one player of it cannot be switched.
fn can(ask: Ask<'_>, entity: &Entity, power: Power) -> bool {
    const PLAYER_ON: u64 = 128;
    const PLAYER_OFF: u64 = 256;
    let feature = if power == Power::On { PLAYER_ON } else { PLAYER_OFF };
    entity.domain() != "media_player" || ask.house.supports(entity, feature)
}

pub(super) fn toggle(ask: Ask<'_>) -> Planned<'_> {
    const TOGGLED: [&str; 10] = [
        "light",
        "switch",
        "fan",
        "cover",
        "input_boolean",
        "media_player",
        "humidifier",
        "climate",
        "automation",
        "siren",
    ];
    let target = ask.find(&TOGGLED, &IN_PLACES)?;
    ask.act(
        &target,
        |_| true,
        "default",
        |entities| by_domain(entities, |_| Some("toggle")),
    )
}

/// "Lock the doors", in a room that has no lock: all of the house are locked; which one is to be opened is asked.
fn locks_elsewhere(ask: Ask<'_>, power: Power) -> Result<Option<Target<'_>>, Miss<'_>> {
    let arguments = ask.arguments();
    let here = arguments
        .text("area")
        .is_none_or(|area| own_area(ask.house, ask.context).is_some_and(|own| own.id == area));
    let elsewhere = here
        && arguments.text("domain").as_deref() == Some("lock")
        && ["name", "floor", "except"]
            .iter()
            .all(|one| arguments.text(one).is_none());
    if !elsewhere {
        return Ok(None);
    }
    let entities = ask.house.of_kind("lock");
    match entities.len() {
        0 => Ok(None),
        2.. if power == Power::Off => Err(Miss::Several(entities)),
        _ => Ok(Some(Target {
            entities,
            area: None,
            named: false,
        })),
    }
}

/// One call a kind.
fn by_domain(entities: &[&Entity], service: impl Fn(&str) -> Option<&'static str>) -> Vec<ServiceCall> {
    let mut kinds: BTreeMap<&str, Vec<&Entity>> = BTreeMap::new();
    for entity in entities {
        kinds.entry(entity.domain()).or_default().push(entity);
    }
    let calls = kinds.into_iter().filter_map(|(domain, entities)| {
        let call = ServiceCall::new(service_domain(domain), service(domain)?, &entities, Value::Null);
        Some(call)
    });
    calls.collect()
}

/// The response that the data has for the kind; for the rest the sentence's own choice is better.
fn response(target: &Target<'_>, power: Power, by_class: bool) -> &'static str {
    let domain = target.entities.first().map_or("", |entity| entity.domain());
    match (domain, target.named, power) {
        ("cover", false, _) if by_class => "cover_device_class",
        ("cover", ..) => "cover",
        ("valve", ..) => "valve",
        ("lock", ..) => "lock",
        ("scene", _, Power::On) => "scene",
        ("script", _, Power::On) => "script",
        _ => "default",
    }
}
