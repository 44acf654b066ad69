//! Warmth: what it is, what it shall be, a step warmer or colder; and fans.

use super::super::{
    answer,
    house::Entity,
    plan::{Ask, Plan, Planned, ServiceCall},
    target::{Miss, Target, own_area},
};
use crate::skill::said;
use serde_json::{Value, json};

const CLIMATE: [&str; 1] = ["climate"];
const WARMED: [&str; 2] = ["climate", "water_heater"];
/// Bits of `supported_features`.
const TARGET_TEMPERATURE: u64 = 1;
const FAN_SPEED: u64 = 1;

pub(super) fn temperature(ask: Ask<'_>) -> Planned<'_> {
    const ASKED: [&str; 3] = ["climate", "sensor", "weather"];
    // "How warm is it?" in a room that nothing is known of is asked about the house's only thermostat.
    let found = ask.find(&ASKED, &ASKED);
    let candidates: Vec<&Entity> = match found {
        Ok(target) => target.entities,
        Err(miss) => vec![only_thermostat(ask).ok_or(miss)?],
    };
    let measures = |entity: &&Entity| -> bool {
        let state = ask.house.state(entity).filter(|state| state.is_available());
        state.is_some_and(|state| match entity.domain() {
            "climate" => state.number("current_temperature").is_some(),
            "sensor" => state.text("device_class") == Some("temperature") && state.value.parse::<f64>().is_ok(),
            _ => state.number("temperature").is_some(),
        })
    };
    let known: Vec<&Entity> = candidates.iter().copied().filter(measures).collect();
    let first = |domain: &str| known.iter().copied().find(|entity| entity.domain() == domain);
    match first("climate")
        .or_else(|| first("sensor"))
        .or_else(|| first("weather"))
    {
        Some(entity) => Ok(Plan::Answer(said(
            "default",
            answer::about(ask.house, &[entity], &ask.context.language),
        ))),
        None => Err(nothing_measures(ask).into()),
    }
}

fn only_thermostat(ask: Ask<'_>) -> Option<&Entity> {
    let own_room = ask
        .arguments()
        .text("area")
        .is_none_or(|area| area == ask.context.room.as_str());
    if !own_room || ask.arguments().text("name").is_some() {
        return None;
    }
    let all = ask.house.of_kind("climate");
    // One that stands in no room is hardly meant.
    let placed: Vec<&Entity> = all.iter().copied().filter(|entity| entity.area.is_some()).collect();
    match (all.as_slice(), placed.as_slice()) {
        ([one], _) | (_, [one]) => Some(one),
        _ => None,
    }
}

fn nothing_measures(ask: Ask<'_>) -> Miss<'_> {
    let area = ask
        .arguments()
        .text("area")
        .and_then(|area| ask.house.registry.area(&area));
    match area {
        Some(area) => Miss::Nothing("no_domain_in_area", json!({ "domain": "climate", "area": area.name })),
        None => Miss::Nothing("no_domain", json!({ "domain": "climate" })),
    }
}

pub(super) fn set_temperature(ask: Ask<'_>) -> Planned<'_> {
    let degrees = ask
        .arguments()
        .number("temperature")
        .ok_or_else(|| ask.missing("temperature"))?;
    let degrees = match ask.arguments().text("temperature_unit") {
        Some(named) => ask.house.scale.from_named(degrees, &named),
        None => degrees,
    };
    let target = warmed(ask, &WARMED)?;
    ask.act(
        &target,
        |entity| ask.house.supports(entity, TARGET_TEMPERATURE),
        "default",
        |entities| {
            let of =
                |domain: &str| -> Vec<&Entity> { entities.iter().copied().filter(|e| e.domain() == domain).collect() };
            let calls = WARMED.iter().filter_map(|domain| {
                let entities = of(domain);
                let data = json!({ "temperature": degrees });
                (!entities.is_empty()).then(|| ServiceCall::new(domain, "set_temperature", &entities, data))
            });
            calls.collect()
        },
    )
}

/// What is named, else what warms the own room, else the house's only one.
fn warmed<'a>(ask: Ask<'a>, kinds: &[&str]) -> Result<Target<'a>, Miss<'a>> {
    match ask.find(kinds, &CLIMATE) {
        Err(Miss::Unbounded) => here(ask),
        Err(miss) => the_only(ask).ok_or(miss),
        Ok(target) => Ok(target),
    }
}

/// Heating, cooling and the like.
pub(super) fn set_mode(ask: Ask<'_>) -> Planned<'_> {
    let mode = ask.arguments().text("mode").ok_or_else(|| ask.missing("mode"))?;
    let target = warmed(ask, &CLIMATE)?;
    // What does both by itself is called so by some, and "auto" by others.
    let named = |wanted: &str| -> Vec<String> {
        match wanted {
            "auto" => vec!["auto".to_owned(), "heat_cool".to_owned()],
            other => vec![other.to_owned()],
        }
    };
    let knows = |entity: &Entity, mode: &str| {
        let state = ask.house.state(entity);
        state.is_some_and(|state| state.lists("hvac_modes", mode))
    };
    let taken = |entity: &Entity| named(&mode).into_iter().find(|mode| knows(entity, mode));
    ask.act(
        &target,
        |entity| taken(entity).is_some(),
        &mode,
        |entities| {
            let call = |entity: &&Entity| {
                let data = json!({ "hvac_mode": taken(entity) });
                ServiceCall::new("climate", "set_hvac_mode", &[entity], data)
            };
            entities.iter().map(call).collect()
        },
    )
}

/// The house's only thermostat, where the room that it is said in has none.
fn the_only(ask: Ask<'_>) -> Option<Target<'_>> {
    Some(Target {
        entities: vec![only_thermostat(ask)?],
        area: None,
        named: false,
    })
}

/// "Set the thermostat to 20" names neither a thing nor a place: that of the own room is meant, or the house's only one.
fn here(ask: Ask<'_>) -> Result<Target<'_>, Miss<'_>> {
    let area = own_area(ask.house, ask.context);
    let all = ask.house.registry.entities.values();
    let in_room = |entity: &&Entity| {
        entity.domain() == "climate" && area.is_some_and(|area| entity.area.as_ref() == Some(&area.id))
    };
    let mut entities: Vec<&Entity> = all.filter(in_room).collect();
    if entities.is_empty() {
        entities.extend(only_thermostat(ask));
    }
    match entities.is_empty() {
        true => Err(nothing_measures(ask)),
        false => Ok(Target {
            entities,
            area,
            named: false,
        }),
    }
}

/// Warmer and colder, by the thermostat's own step but at least a degree.
pub(super) fn step(ask: Ask<'_>) -> Planned<'_> {
    let target = match ask.find(&CLIMATE, &CLIMATE) {
        Err(miss) => the_only(ask).ok_or(miss)?,
        Ok(target) => target,
    };
    let down = ask.arguments().text("direction").as_deref() == Some("down");
    let by = ask.arguments().number("step").map(f64::abs);
    let set = |entity: &Entity| ask.house.state(entity)?.number("temperature");
    let after = |entity: &Entity| {
        let state = ask.house.state(entity)?;
        let step = by.unwrap_or_else(|| state.number("target_temp_step").unwrap_or(1.0).max(1.0));
        let wanted = if down { set(entity)? - step } else { set(entity)? + step };
        let lowest = state.number("min_temp").unwrap_or(f64::MIN);
        Some(wanted.clamp(lowest, state.number("max_temp").unwrap_or(f64::MAX).max(lowest)))
    };
    let mut plan = ask.act(
        &target,
        |entity| set(entity).is_some() && ask.house.supports(entity, TARGET_TEMPERATURE),
        "default",
        |entities| {
            let call = |entity: &&Entity| {
                let data = json!({ "temperature": after(entity) });
                ServiceCall::new("climate", "set_temperature", &[entity], data)
            };
            entities.iter().map(call).collect()
        },
    )?;
    if let Plan::Do { calls, answer } = &mut plan {
        answer.data["temperature"] = calls
            .first()
            .and_then(|call| call.data.get("temperature").cloned())
            .into();
    }
    Ok(plan)
}

pub(super) fn set_fan_mode(ask: Ask<'_>) -> Planned<'_> {
    let mode = ask
        .arguments()
        .text("fan_mode")
        .ok_or_else(|| ask.missing("fan mode"))?;
    let target = ask.find(&CLIMATE, &CLIMATE)?;
    ask.act(
        &target,
        |entity| {
            ask.house
                .state(entity)
                .is_none_or(|state| state.lists("fan_modes", &mode))
        },
        "default",
        |entities| {
            vec![ServiceCall::new(
                "climate",
                "set_fan_mode",
                entities,
                json!({ "fan_mode": mode }),
            )]
        },
    )
}

pub(super) fn fan_speed(ask: Ask<'_>) -> Planned<'_> {
    let percent = ask
        .arguments()
        .number("percentage")
        .ok_or_else(|| ask.missing("speed"))?;
    let data: Value = json!({ "percentage": percent.clamp(0.0, 100.0).round() as u64 });
    let target = ask.find(&["fan"], &["fan"])?;
    ask.act(
        &target,
        |entity| ask.house.supports(entity, FAN_SPEED),
        "default",
        |entities| vec![ServiceCall::new("fan", "set_percentage", entities, data.clone())],
    )
}
