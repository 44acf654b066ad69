//! Lights: brightness, colour, colour temperature, and a step brighter or darker.

use super::super::{
    house::{Entity, House},
    plan::{Ask, Planned, ServiceCall},
    target::Miss,
};
use serde_json::{Value, json};

const LIGHT: [&str; 1] = ["light"];
/// Percent points of "brighter".
const STEP: f64 = 20.0;
const COLOURED: [&str; 5] = ["hs", "rgb", "rgbw", "rgbww", "xy"];

/// Whether a light has one of these colour modes; who does not say is asked all the same.
fn has_mode(house: &House, entity: &Entity, modes: &[&str]) -> bool {
    let Some(state) = house.state(entity) else {
        return true;
    };
    match state.attributes.get("supported_color_modes") {
        Some(Value::Array(_)) => modes.iter().any(|mode| state.lists("supported_color_modes", mode)),
        _ => true,
    }
}

fn is_dimmable(house: &House, entity: &Entity) -> bool {
    let Some(state) = house.state(entity) else {
        return true;
    };
    match state.attributes.get("supported_color_modes") {
        Some(Value::Array(modes)) => modes.iter().any(|mode| mode != "onoff" && mode != "unknown"),
        _ => true,
    }
}

pub(super) fn set(ask: Ask<'_>) -> Planned<'_> {
    let arguments = ask.arguments();
    let target = ask.find(&LIGHT, &LIGHT)?;
    let turn_on =
        |data: Value| move |lights: &[&Entity]| vec![ServiceCall::new("light", "turn_on", lights, data.clone())];
    if let Some(colour) = arguments.text("color") {
        return ask.act(
            &target,
            |light| has_mode(ask.house, light, &COLOURED),
            "color",
            turn_on(json!({ "color_name": colour })),
        );
    }
    if let Some(kelvin) = arguments.number("temperature") {
        let kelvin = kelvin.clamp(1000.0, 10_000.0).round() as u64;
        return ask.act(
            &target,
            |light| has_mode(ask.house, light, &["color_temp"]) || has_mode(ask.house, light, &COLOURED),
            "temperature",
            turn_on(json!({ "color_temp_kelvin": kelvin })),
        );
    }
    let percent = arguments
        .number("brightness")
        .ok_or_else(|| ask.missing("brightness or colour"))?;
    let percent = percent.clamp(0.0, 100.0).round() as u64;
    ask.act(
        &target,
        |light| is_dimmable(ask.house, light),
        "brightness",
        turn_on(json!({ "brightness_pct": percent })),
    )
}

/// Brighter and darker. Of a room's lights those that are on, else all that can be dimmed; darker never turns one off.
pub(super) fn step(ask: Ask<'_>) -> Planned<'_> {
    let arguments = ask.arguments();
    let step = arguments.number("step").unwrap_or(STEP).abs().clamp(1.0, 100.0);
    let down = arguments.text("direction").as_deref() == Some("down");
    let mut target = ask.find(&LIGHT, &LIGHT)?;
    let level = |light: &Entity| {
        let state = ask.house.state(light)?;
        (state.value == "on").then(|| state.number("brightness").map_or(100.0, |level| level / 2.55))
    };
    // What is off gets no darker: dimming it would switch it on.
    if down && target.entities.iter().all(|light| level(light).is_none()) {
        return Err(Miss::Nothing("off", json!({})).into());
    }
    if !target.named {
        let dimmable: Vec<&Entity> = target
            .entities
            .iter()
            .copied()
            .filter(|light| is_dimmable(ask.house, light))
            .collect();
        let on: Vec<&Entity> = dimmable
            .iter()
            .copied()
            .filter(|light| level(light).is_some())
            .collect();
        if !dimmable.is_empty() {
            target.entities = if on.is_empty() { dimmable } else { on };
        }
    }
    ask.act(
        &target,
        |light| is_dimmable(ask.house, light),
        if down { "darker" } else { "brighter" },
        |lights| {
            let call = |light: &&Entity| {
                let before = level(light).unwrap_or(0.0);
                let after = if down {
                    (before - step).max(1.0)
                } else {
                    (before + step).min(100.0)
                };
                let data = json!({ "brightness_pct": after.round() as u64 });
                ServiceCall::new("light", "turn_on", &[light], data)
            };
            lights.iter().map(call).collect()
        },
    )
}
