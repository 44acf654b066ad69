//! Burglar alarms, and what has a choice or a number of its own.

use super::super::{
    house::Entity,
    plan::{Ask, Plan, Planned, ServiceCall},
    target::Miss,
};
use crate::{rooms::plain, skill::said};
use serde_json::{Value, json};

const PANEL: [&str; 1] = ["alarm_control_panel"];
const CHOICES: [&str; 2] = ["select", "input_select"];
const NUMBERS: [&str; 2] = ["number", "input_number"];
/// Ways to arm it: the argument, the service and its bit of `supported_features`.
const GUARDS: [(&str, &str, u64); 4] = [
    ("away", "alarm_arm_away", 2),
    ("home", "alarm_arm_home", 1),
    ("night", "alarm_arm_night", 4),
    ("vacation", "alarm_arm_vacation", 32),
];
pub const DISARM: &str = "alarm_disarm";

/// Arms, disarms, or tells how it is: `mode`, or `asked`.
pub(super) fn alarm(ask: Ask<'_>) -> Planned<'_> {
    let panel = panel(ask)?;
    let state = ask.house.state(panel);
    if ask.arguments().text("asked").is_some() {
        let key = match state.map_or("", |state| state.value.as_str()) {
            "disarmed" => "is_disarmed",
            "triggered" => "is_triggered",
            known if known.starts_with("armed") || known == "arming" || known == "pending" => "is_armed",
            _ => "none",
        };
        return Ok(Plan::Answer(said(key, json!({}))));
    }
    let mode = ask.arguments().text("mode").unwrap_or_else(|| "away".to_owned());
    let (key, service, feature) = match mode.as_str() {
        "disarmed" => ("disarmed", DISARM, 0),
        mode => *GUARDS
            .iter()
            .find(|(known, ..)| *known == mode)
            .ok_or_else(|| ask.missing("mode"))?,
    };
    if feature != 0 && !ask.house.supports(panel, feature) {
        return Err(Miss::Nothing("no_mode", json!({})).into());
    }
    // Its code is nobody's to say aloud.
    let attribute = |name: &str| state.and_then(|state| state.attributes.get(name));
    let wants_code = attribute("code_format").is_some_and(|format| !format.is_null())
        && (service == DISARM || attribute("code_arm_required") != Some(&Value::Bool(false)));
    if wants_code {
        return Err(Miss::Nothing("code", json!({})).into());
    }
    if !ask.house.is_available(panel) {
        return Err(Miss::Nothing("none", json!({})).into());
    }
    Ok(Plan::Do {
        calls: vec![ServiceCall::new("alarm_control_panel", service, &[panel], Value::Null)],
        answer: said(key, json!({})),
    })
}

/// The one that is named, or the house's only one.
fn panel(ask: Ask<'_>) -> Result<&Entity, Miss<'_>> {
    if ask.arguments().text("name").is_some() {
        let named = ask.find(&PANEL, &PANEL)?;
        return match named.entities.as_slice() {
            [one] => Ok(one),
            _ => Err(Miss::Several(named.entities)),
        };
    }
    let all = ask.house.of_kind(PANEL[0]);
    match all.as_slice() {
        [] => Err(Miss::Nothing("none", json!({}))),
        [one] => Ok(one),
        _ => Err(Miss::Several(all)),
    }
}

/// "Set the house mode to night": one of its options.
pub(super) fn select(ask: Ask<'_>) -> Planned<'_> {
    let wanted = ask.arguments().text("option").ok_or_else(|| ask.missing("option"))?;
    let target = ask.find(&CHOICES, &CHOICES)?;
    let entity = target.entities[0];
    let options = ask
        .house
        .state(entity)
        .and_then(|state| state.attributes.get("options"));
    let options: Vec<&str> = options
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let wanted = plain(wanted.trim_end_matches(['.', '!', '?']));
    let option = options.iter().find(|option| plain(option) == wanted);
    let Some(option) = option else {
        let known = json!({ "name": entity.name(), "options": options });
        return Err(Miss::Nothing("no_option", known).into());
    };
    Ok(Plan::Do {
        calls: vec![ServiceCall::new(
            entity.domain(),
            "select_option",
            &[entity],
            json!({ "option": option }),
        )],
        answer: said("default", json!({ "name": entity.name(), "option": option })),
    })
}

/// "Set the pond level to 60": within its bounds.
pub(super) fn number(ask: Ask<'_>) -> Planned<'_> {
    let value = ask.arguments().number("value").ok_or_else(|| ask.missing("value"))?;
    let target = ask.find(&NUMBERS, &NUMBERS)?;
    let entity = target.entities[0];
    let bound = |name: &str| ask.house.state(entity).and_then(|state| state.number(name));
    if let (Some(min), Some(max)) = (bound("min"), bound("max"))
        && !(min..=max).contains(&value)
    {
        let bounds = json!({ "name": entity.name(), "min": min, "max": max });
        return Err(Miss::Nothing("range", bounds).into());
    }
    Ok(Plan::Do {
        calls: vec![ServiceCall::new(
            entity.domain(),
            "set_value",
            &[entity],
            json!({ "value": value }),
        )],
        answer: said("default", json!({ "name": entity.name(), "value": value })),
    })
}
