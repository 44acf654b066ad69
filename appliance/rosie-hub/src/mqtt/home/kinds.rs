//! The kinds of things that are taken: which topics tell of them, and what a message says, in the words of Home Assistant's
//! states, so that the same plans fit.

use super::thing::{Reading, number, payload, sound, text};
use serde_json::{Map, Value, json};

/// What a topic tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    State,
    /// A light's whole state as JSON.
    Json,
    Brightness,
    ColorTemp,
    Position,
    Percentage,
    Target,
    Current,
    FanMode,
}

type Settings = Map<String, Value>;

fn is_json(settings: &Settings) -> bool {
    text(settings, "schema") == Some("json")
}

/// `None`: no kind that is taken, or nothing can be done with it.
pub fn readings(component: &str, settings: &Settings) -> Option<Vec<Reading>> {
    let reading = |topic: &str, template: &str, role| {
        let topic = text(settings, topic).filter(|topic| sound(topic))?;
        Some(Reading {
            topic: topic.to_owned(),
            template: text(settings, template).map(str::to_owned),
            role,
        })
    };
    let commanded = |key: &str| text(settings, key).is_some_and(sound);
    let state = || reading("state_topic", "value_template", Role::State);
    let (needed, all) = match component {
        "sensor" | "binary_sensor" => (commanded("state_topic"), vec![state()]),
        "switch" | "lock" => (commanded("command_topic"), vec![state()]),
        "button" | "scene" => (commanded("command_topic"), vec![]),
        // Templates of the third schema build commands out of what is not known here.
        "light" if text(settings, "schema") == Some("template") => return None,
        "light" if is_json(settings) => (commanded("command_topic"), vec![reading("state_topic", "", Role::Json)]),
        "light" => (
            commanded("command_topic"),
            vec![
                reading("state_topic", "state_value_template", Role::State),
                reading("brightness_state_topic", "brightness_value_template", Role::Brightness),
                reading("color_temp_state_topic", "color_temp_value_template", Role::ColorTemp),
            ],
        ),
        "cover" => (
            commanded("command_topic") || commanded("set_position_topic"),
            vec![state(), reading("position_topic", "position_template", Role::Position)],
        ),
        "fan" => (
            commanded("command_topic"),
            vec![
                reading("state_topic", "state_value_template", Role::State),
                reading("percentage_state_topic", "percentage_value_template", Role::Percentage),
            ],
        ),
        "climate" => (
            commanded("temperature_command_topic") || commanded("mode_command_topic"),
            vec![
                reading("mode_state_topic", "mode_state_template", Role::State),
                reading("temperature_state_topic", "temperature_state_template", Role::Target),
                reading(
                    "current_temperature_topic",
                    "current_temperature_template",
                    Role::Current,
                ),
                reading("fan_mode_state_topic", "fan_mode_state_template", Role::FanMode),
            ],
        ),
        _ => return None,
    };
    needed.then(|| all.into_iter().flatten().collect())
}

/// What is so from the start.
pub fn attributes(component: &str, settings: &Settings) -> Map<String, Value> {
    let has = |key: &str| text(settings, key).is_some();
    let known = match component {
        "light" => {
            let listed = settings.get("supported_color_modes").and_then(Value::as_array);
            let modes: Vec<String> = match listed {
                Some(listed) => listed
                    .iter()
                    .filter_map(|mode| Some(mode.as_str()?.to_owned()))
                    .collect(),
                None => {
                    let mut modes = Vec::new();
                    let flag = |key: &str| settings.get(key) == Some(&Value::Bool(true));
                    if has("color_temp_command_topic") || (is_json(settings) && flag("color_temp")) {
                        modes.push("color_temp".to_owned());
                    }
                    if has("rgb_command_topic") || (is_json(settings) && (flag("rgb") || flag("color"))) {
                        modes.push("rgb".to_owned());
                    }
                    if has("hs_command_topic") || (is_json(settings) && flag("hs")) {
                        modes.push("hs".to_owned());
                    }
                    if modes.is_empty() {
                        let dims = has("brightness_command_topic") || flag("brightness");
                        modes.push(if dims { "brightness" } else { "onoff" }.to_owned());
                    }
                    modes
                }
            };
            json!({ "supported_color_modes": modes })
        }
        "cover" => {
            let mut features = 0;
            if has("command_topic") {
                features |= 1 | 2;
                // A null says that it cannot be stopped.
                if settings.get("payload_stop") != Some(&Value::Null) {
                    features |= 8;
                }
            }
            if has("set_position_topic") {
                features |= 1 | 2 | 4;
            }
            json!({ "supported_features": features })
        }
        "fan" => json!({ "supported_features": u64::from(has("percentage_command_topic")) }),
        "climate" => {
            let mut known = json!({ "supported_features": u64::from(has("temperature_command_topic")) });
            known["fan_modes"] = match (has("fan_mode_command_topic"), settings.get("fan_modes")) {
                (true, Some(modes @ Value::Array(_))) => modes.clone(),
                (true, _) => json!(["auto", "low", "medium", "high"]),
                (false, _) => json!([]),
            };
            known["hvac_modes"] = match (has("mode_command_topic"), settings.get("modes")) {
                (true, Some(modes @ Value::Array(_))) => modes.clone(),
                (true, _) => json!(["auto", "off", "cool", "heat", "dry", "fan_only"]),
                (false, _) => json!([]),
            };
            known["min_temp"] = json!(number(settings, "min_temp").unwrap_or(7.0));
            known["max_temp"] = json!(number(settings, "max_temp").unwrap_or(35.0));
            known["target_temp_step"] = json!(number(settings, "temp_step").unwrap_or(1.0));
            known
        }
        _ => json!({}),
    };
    match known {
        Value::Object(known) => known,
        _ => Map::new(),
    }
}

/// Takes what a message says into a state.
pub fn hears(
    component: &str,
    settings: &Settings,
    role: Role,
    told: &str,
    (value, attributes): (&mut String, &mut Map<String, Value>),
) {
    if told.len() > 4_096 && role != Role::Json {
        return;
    }
    let parsed = || told.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    match role {
        Role::State => {
            if let Some(heard) = state(component, settings, told) {
                *value = heard;
            }
        }
        Role::Json => light_json(settings, told, (value, attributes)),
        Role::Brightness => {
            if let Some(level) = parsed() {
                let scale = number(settings, "brightness_scale")
                    .filter(|scale| *scale > 0.0)
                    .unwrap_or(255.0);
                attributes.insert(
                    "brightness".into(),
                    json!((level / scale * 255.0).round().clamp(0.0, 255.0)),
                );
            }
        }
        Role::ColorTemp => {
            if let Some(heard) = parsed() {
                set_kelvin(settings, heard, attributes);
            }
        }
        Role::Position => {
            let Some(heard) = parsed() else { return };
            let closed = number(settings, "position_closed").unwrap_or(0.0);
            let open = number(settings, "position_open").unwrap_or(100.0);
            if open == closed {
                return;
            }
            let percent = ((heard - closed) / (open - closed) * 100.0).round().clamp(0.0, 100.0);
            attributes.insert("current_position".into(), json!(percent));
            if text(settings, "state_topic").is_none() {
                *value = if percent == 0.0 { "closed" } else { "open" }.into();
            }
        }
        Role::Percentage => {
            let Some(heard) = parsed() else { return };
            let (low, high) = speeds(settings);
            let percent = ((heard - low + 1.0) / (high - low + 1.0) * 100.0)
                .round()
                .clamp(0.0, 100.0);
            attributes.insert("percentage".into(), json!(percent));
        }
        Role::Target | Role::Current => {
            if let Some(heard) = parsed() {
                let key = if role == Role::Target {
                    "temperature"
                } else {
                    "current_temperature"
                };
                attributes.insert(key.into(), json!(heard));
            }
        }
        Role::FanMode => {
            attributes.insert("fan_mode".into(), told.into());
        }
    }
}

/// The lowest and the highest speed of a fan.
pub fn speeds(settings: &Settings) -> (f64, f64) {
    let low = number(settings, "speed_range_min").unwrap_or(1.0);
    let high = number(settings, "speed_range_max").unwrap_or(100.0);
    if high > low { (low, high) } else { (1.0, 100.0) }
}

fn state(component: &str, settings: &Settings, told: &str) -> Option<String> {
    let is = |key: &str, usual: &str| payload(settings, key, usual) == told;
    let on_off = |on: bool, off: bool| match (on, off) {
        (true, _) => Some("on".to_owned()),
        (_, true) => Some("off".to_owned()),
        _ => None,
    };
    match component {
        "sensor" => Some(told.to_owned()),
        "climate" => (!told.is_empty()).then(|| told.to_lowercase()),
        "binary_sensor" | "light" | "fan" => on_off(is("payload_on", "ON"), is("payload_off", "OFF")),
        "switch" => {
            let on = payload(settings, "state_on", &payload(settings, "payload_on", "ON"));
            let off = payload(settings, "state_off", &payload(settings, "payload_off", "OFF"));
            on_off(on == told, off == told)
        }
        "cover" => match () {
            () if is("state_open", "open") => Some("open".into()),
            () if is("state_closed", "closed") => Some("closed".into()),
            () if is("state_opening", "opening") => Some("opening".into()),
            () if is("state_closing", "closing") => Some("closing".into()),
            // Where it stopped, nobody says.
            () if is("state_stopped", "stopped") => Some("open".into()),
            () => None,
        },
        "lock" => match () {
            () if is("state_locked", "LOCKED") => Some("locked".into()),
            () if is("state_unlocked", "UNLOCKED") => Some("unlocked".into()),
            () => None,
        },
        _ => None,
    }
}

fn set_kelvin(settings: &Settings, heard: f64, attributes: &mut Map<String, Value>) {
    let kelvin = match settings.get("color_temp_kelvin") == Some(&Value::Bool(true)) {
        true => heard,
        // Mireds.
        false if heard > 0.0 => 1e6 / heard,
        false => return,
    };
    attributes.insert("color_temp_kelvin".into(), json!(kelvin.round()));
}

fn light_json(settings: &Settings, told: &str, (value, attributes): (&mut String, &mut Map<String, Value>)) {
    let Ok(Value::Object(heard)) = serde_json::from_str(told) else {
        return;
    };
    match heard.get("state").and_then(Value::as_str) {
        Some("ON") => *value = "on".into(),
        Some("OFF") => *value = "off".into(),
        _ => {}
    }
    if let Some(level) = number(&heard, "brightness") {
        let scale = number(settings, "brightness_scale")
            .filter(|scale| *scale > 0.0)
            .unwrap_or(255.0);
        attributes.insert(
            "brightness".into(),
            json!((level / scale * 255.0).round().clamp(0.0, 255.0)),
        );
    }
    if let Some(heard) = number(&heard, "color_temp") {
        set_kelvin(settings, heard, attributes);
    }
}
