//! Covers and valves: open, close, to a position, stop.

use super::super::{
    house::Entity,
    plan::{Ask, Planned, ServiceCall},
};
use serde_json::{Value, json};

const OPENED: [&str; 2] = ["cover", "valve"];
const COVER: [&str; 1] = ["cover"];
const MOVING: [&str; 4] = ["cover", "valve", "vacuum", "lawn_mower"];
/// Bits of `supported_features`; a vacuum's for stopping is the same.
const SET_POSITION: u64 = 4;
const STOP: u64 = 8;

fn one_call_a_kind(entities: &[&Entity], service: impl Fn(&str) -> String, data: &Value) -> Vec<ServiceCall> {
    let of = |domain: &str| -> Vec<&Entity> { entities.iter().copied().filter(|e| e.domain() == domain).collect() };
    let calls = MOVING.iter().filter_map(|domain| {
        let entities = of(domain);
        (!entities.is_empty()).then(|| ServiceCall::new(domain, &service(domain), &entities, data.clone()))
    });
    calls.collect()
}

pub(super) fn open(ask: Ask<'_>, open: bool) -> Planned<'_> {
    let target = ask.find(&OPENED, &COVER)?;
    let verb = if open { "open" } else { "close" };
    ask.act(
        &target,
        |_| true,
        "default",
        |entities| one_call_a_kind(entities, |domain| format!("{verb}_{domain}"), &Value::Null),
    )
}

pub(super) fn position(ask: Ask<'_>) -> Planned<'_> {
    let position = ask
        .arguments()
        .number("position")
        .ok_or_else(|| ask.missing("position"))?;
    let data = json!({ "position": position.clamp(0.0, 100.0).round() as u64 });
    let target = ask.find(&OPENED, &COVER)?;
    ask.act(
        &target,
        |entity| ask.house.supports(entity, SET_POSITION),
        "default",
        |entities| one_call_a_kind(entities, |domain| format!("set_{domain}_position"), &data),
    )
}

/// What moves: covers, valves, and robots that are named.
pub(super) fn stop(ask: Ask<'_>) -> Planned<'_> {
    let target = ask.find(&MOVING, &COVER)?;
    ask.act(
        &target,
        |entity| entity.domain() == "lawn_mower" || ask.house.supports(entity, STOP),
        "default",
        |entities| {
            let service = |domain: &str| match domain {
                "vacuum" => "stop".to_owned(),
                "lawn_mower" => "pause".to_owned(),
                other => format!("stop_{other}"),
            };
            one_call_a_kind(entities, service, &Value::Null)
        },
    )
}
