//! Vacuum cleaners and lawn mowers.

use super::super::{
    plan::{Ask, Planned, ServiceCall},
    target::{Miss, Target},
};
use serde_json::{Value, json};

const VACUUM: [&str; 1] = ["vacuum"];
const MOWER: [&str; 1] = ["lawn_mower"];
/// Where a cleaning call names the rooms it is for.
pub const AREAS: &str = "cleaning_area_id";

/// The one that was named; else all of the kind, wherever they rest.
fn robots<'a>(ask: Ask<'a>, kind: &[&str; 1], anywhere: bool) -> Result<Target<'a>, Miss<'a>> {
    let named = ask.arguments().text("name").is_some();
    if named || (!anywhere && ask.arguments().text("area").or(ask.arguments().text("floor")).is_some()) {
        return ask.find(kind, kind);
    }
    let entities = ask.house.of_kind(kind[0]);
    match entities.is_empty() {
        true => Err(Miss::Nothing("no_domain", json!({ "domain": kind[0] }))),
        false => Ok(Target {
            entities,
            area: None,
            named: false,
        }),
    }
}

pub(super) fn vacuum(ask: Ask<'_>, start: bool) -> Planned<'_> {
    const START: u64 = 8192;
    const RETURN: u64 = 16;
    let (service, feature) = if start {
        ("start", START)
    } else {
        ("return_to_base", RETURN)
    };
    let target = robots(ask, &VACUUM, false)?;
    ask.act(
        &target,
        |entity| ask.house.supports(entity, feature),
        "default",
        |entities| vec![ServiceCall::new("vacuum", service, entities, Value::Null)],
    )
}

pub(super) fn mower(ask: Ask<'_>, start: bool) -> Planned<'_> {
    let service = if start { "start_mowing" } else { "dock" };
    let target = robots(ask, &MOWER, false)?;
    ask.act(
        &target,
        |_| true,
        "default",
        |entities| vec![ServiceCall::new("lawn_mower", service, entities, Value::Null)],
    )
}

/// A room to be cleaned, by a vacuum that may rest elsewhere.
pub(super) fn clean(ask: Ask<'_>) -> Planned<'_> {
    let said = ask.arguments().text("area").ok_or_else(|| ask.missing("room"))?;
    let area = ask.house.registry.area(&said);
    let area = area.ok_or_else(|| Miss::Nothing("no_area", json!({ "area": said })))?;
    let mut target = robots(ask, &VACUUM, true)?;
    target.area = Some(area);
    let data = json!({ AREAS: [area.id] });
    ask.act(
        &target,
        |_| true,
        "default",
        |entities| vec![ServiceCall::new("vacuum", "clean_area", entities, data.clone())],
    )
}
