//! A discovery message, read: abbreviations written out, the base topic put in, device-based messages taken apart.

use serde_json::{Map, Value};

/// Entities of one message, and bytes of it.
const MOST: usize = 500;
const LARGEST: usize = 1 << 20;

/// One entity's configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `light`
    pub component: String,
    /// What tells it from others of its message.
    pub key: String,
    pub settings: Map<String, Value>,
    pub device: Map<String, Value>,
}

/// The short forms of Home Assistant's MQTT discovery, for the kinds that are taken here.
const SHORT: &[(&str, &str)] = &[
    ("avty", "availability"),
    ("avty_mode", "availability_mode"),
    ("avty_t", "availability_topic"),
    ("avty_tpl", "availability_template"),
    ("bri_cmd_t", "brightness_command_topic"),
    ("bri_cmd_tpl", "brightness_command_template"),
    ("bri_scl", "brightness_scale"),
    ("bri_stat_t", "brightness_state_topic"),
    ("bri_val_tpl", "brightness_value_template"),
    ("clr_temp_cmd_t", "color_temp_command_topic"),
    ("clr_temp_cmd_tpl", "color_temp_command_template"),
    ("clr_temp_k", "color_temp_kelvin"),
    ("clr_temp_stat_t", "color_temp_state_topic"),
    ("clr_temp_val_tpl", "color_temp_value_template"),
    ("cmd_t", "command_topic"),
    ("cmd_tpl", "command_template"),
    ("cmps", "components"),
    ("curr_temp_t", "current_temperature_topic"),
    ("curr_temp_tpl", "current_temperature_template"),
    ("dev", "device"),
    ("dev_cla", "device_class"),
    ("en", "enabled_by_default"),
    ("ent_cat", "entity_category"),
    ("fan_mode_cmd_t", "fan_mode_command_topic"),
    ("fan_mode_cmd_tpl", "fan_mode_command_template"),
    ("fan_mode_stat_t", "fan_mode_state_topic"),
    ("fan_mode_stat_tpl", "fan_mode_state_template"),
    ("hs_cmd_t", "hs_command_topic"),
    ("max_temp", "max_temp"),
    ("min_temp", "min_temp"),
    ("mode_cmd_t", "mode_command_topic"),
    ("mode_cmd_tpl", "mode_command_template"),
    ("mode_stat_t", "mode_state_topic"),
    ("mode_stat_tpl", "mode_state_template"),
    ("o", "origin"),
    ("obj_id", "object_id"),
    ("opt", "optimistic"),
    ("p", "platform"),
    ("pct_cmd_t", "percentage_command_topic"),
    ("pct_cmd_tpl", "percentage_command_template"),
    ("pct_stat_t", "percentage_state_topic"),
    ("pct_val_tpl", "percentage_value_template"),
    ("pl_avail", "payload_available"),
    ("pl_cls", "payload_close"),
    ("pl_lock", "payload_lock"),
    ("pl_not_avail", "payload_not_available"),
    ("pl_off", "payload_off"),
    ("pl_on", "payload_on"),
    ("pl_open", "payload_open"),
    ("pl_prs", "payload_press"),
    ("pl_stop", "payload_stop"),
    ("pl_unlk", "payload_unlock"),
    ("pos_clsd", "position_closed"),
    ("pos_open", "position_open"),
    ("pos_t", "position_topic"),
    ("pos_tpl", "position_template"),
    ("ret", "retain"),
    ("rgb_cmd_t", "rgb_command_topic"),
    ("rgb_cmd_tpl", "rgb_command_template"),
    ("set_pos_t", "set_position_topic"),
    ("set_pos_tpl", "set_position_template"),
    ("spd_rng_max", "speed_range_max"),
    ("spd_rng_min", "speed_range_min"),
    ("stat_clsd", "state_closed"),
    ("stat_closing", "state_closing"),
    ("stat_locked", "state_locked"),
    ("stat_off", "state_off"),
    ("stat_on", "state_on"),
    ("stat_open", "state_open"),
    ("stat_opening", "state_opening"),
    ("stat_stopped", "state_stopped"),
    ("stat_t", "state_topic"),
    ("stat_tpl", "state_template"),
    ("stat_unlocked", "state_unlocked"),
    ("stat_val_tpl", "state_value_template"),
    ("sup_clrm", "supported_color_modes"),
    ("t", "topic"),
    ("temp_cmd_t", "temperature_command_topic"),
    ("temp_cmd_tpl", "temperature_command_template"),
    ("temp_stat_t", "temperature_state_topic"),
    ("temp_stat_tpl", "temperature_state_template"),
    ("temp_step", "temp_step"),
    ("temp_unit", "temperature_unit"),
    ("uniq_id", "unique_id"),
    ("unit_of_meas", "unit_of_measurement"),
    ("val_tpl", "value_template"),
];
const SHORT_OF_DEVICES: &[(&str, &str)] = &[
    ("ids", "identifiers"),
    ("mf", "manufacturer"),
    ("mdl", "model"),
    ("sa", "suggested_area"),
    ("sw", "sw_version"),
];
/// What a device-based message may say once for all of its entities.
const SHARED: [&str; 8] = [
    "availability",
    "availability_mode",
    "availability_template",
    "availability_topic",
    "command_topic",
    "payload_available",
    "payload_not_available",
    "state_topic",
];

fn written_out(map: Map<String, Value>, short: &[(&str, &str)]) -> Map<String, Value> {
    let long = |key: String| {
        short
            .iter()
            .find(|(short, _)| *short == key)
            .map_or(key, |(_, long)| (*long).to_owned())
    };
    map.into_iter().map(|(key, value)| (long(key), value)).collect()
}

fn object(value: Option<Value>) -> Map<String, Value> {
    match value {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// Entities that a message on `<prefix>/<rest>` announces: none for an empty one, `None` for one that cannot be read.
pub fn read(rest: &str, payload: &[u8]) -> Option<Vec<Config>> {
    let parts: Vec<&str> = rest.split('/').collect();
    let (component, key) = match parts[..] {
        [component, object, "config"] => (component, object.to_owned()),
        [component, node, object, "config"] => (component, format!("{node}/{object}")),
        _ => return None,
    };
    if payload.is_empty() {
        return Some(Vec::new());
    }
    if payload.len() > LARGEST {
        return None;
    }
    let Value::Object(message) = serde_json::from_slice(payload).ok()? else {
        return None;
    };
    let message = written_out(message, SHORT);
    match component {
        "device" => of_device(message),
        _ => Some(vec![of_entity(component.to_owned(), key, message)?]),
    }
}

fn of_entity(component: String, key: String, mut settings: Map<String, Value>) -> Option<Config> {
    base_topic(&mut settings);
    let device = written_out(object(settings.remove("device")), SHORT_OF_DEVICES);
    Some(Config {
        component,
        key,
        settings,
        device,
    })
}

fn of_device(mut message: Map<String, Value>) -> Option<Vec<Config>> {
    let components = object(message.remove("components"));
    if components.len() > MOST {
        return None;
    }
    let shared: Map<String, Value> = SHARED
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), message.get(*key)?.clone())))
        .collect();
    let base = message.get("~").cloned();
    let device = message.remove("device");
    let one = |(key, component): (String, Value)| {
        let Value::Object(component) = component else {
            return None;
        };
        let mut settings = written_out(component, SHORT);
        // With nothing but its kind it is one that goes.
        if settings.len() < 2 {
            return None;
        }
        for (shared, value) in &shared {
            settings.entry(shared.clone()).or_insert_with(|| value.clone());
        }
        if let Some(base) = &base {
            settings.entry("~").or_insert_with(|| base.clone());
        }
        if let Some(device) = &device {
            settings.insert("device".into(), device.clone());
        }
        let platform = settings.get("platform")?.as_str()?.to_owned();
        of_entity(platform, key, settings)
    };
    Some(components.into_iter().filter_map(one).collect())
}

/// `~` at the beginning or the end of a topic is the base topic.
fn base_topic(settings: &mut Map<String, Value>) {
    let Some(Value::String(base)) = settings.remove("~") else {
        return;
    };
    let put_in = |topic: &mut Value| {
        if let Value::String(text) = topic {
            if let Some(rest) = text.strip_prefix('~') {
                *text = format!("{base}{rest}");
            } else if let Some(rest) = text.strip_suffix('~') {
                *text = format!("{rest}{base}");
            }
        }
    };
    for (key, value) in settings.iter_mut() {
        match value {
            topic @ Value::String(_) if key.ends_with("topic") => put_in(topic),
            Value::Array(several) if key == "availability" => {
                for one in several.iter_mut().filter_map(Value::as_object_mut) {
                    one.iter_mut()
                        .filter(|(key, _)| *key == "topic" || *key == "t")
                        .for_each(|(_, topic)| put_in(topic));
                }
            }
            _ => {}
        }
    }
}

/// The short forms inside of an `availability`.
pub fn availability(one: &Map<String, Value>) -> Map<String, Value> {
    written_out(one.clone(), SHORT)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn one(rest: &str, payload: Value) -> Config {
        read(rest, payload.to_string().as_bytes()).unwrap().remove(0)
    }

    #[test]
    fn short_forms_and_base_topics_are_written_out() {
        let payload = json!({
            "~": "shellies/plug-1/", "name": "Plug", "cmd_t": "~relay/0/command", "stat_t": "~relay/0", "pl_on": "on",
            "avty": [{ "t": "~online" }], "dev": { "ids": ["x"], "sa": "Kitchen" }, "uniq_id": "u",
        });
        let config = one("switch/plug/config", payload);
        assert_eq!((config.component.as_str(), config.key.as_str()), ("switch", "plug"));
        assert_eq!(config.settings["command_topic"], "shellies/plug-1/relay/0/command");
        assert_eq!(config.settings["payload_on"], "on");
        assert_eq!(config.settings["availability"][0]["t"], "shellies/plug-1/online");
        assert_eq!(config.device["suggested_area"], "Kitchen");
    }

    #[test]
    fn a_device_is_taken_apart() {
        let payload = json!({
            "dev": { "ids": "x", "name": "Lamp" }, "o": { "name": "z2m" }, "stat_t": "z/lamp", "avty_t": "z/up",
            "cmps": {
                "light": { "p": "light", "schema": "json", "cmd_t": "z/lamp/set", "uniq_id": "a" },
                "power": { "p": "sensor", "uniq_id": "b", "stat_t": "z/power" },
                "gone": { "p": "sensor" },
            },
        });
        let all = read("device/lamp/config", payload.to_string().as_bytes()).unwrap();
        assert_eq!(all.len(), 2);
        let light = all.iter().find(|config| config.component == "light").unwrap();
        assert_eq!(light.settings["state_topic"], "z/lamp");
        assert_eq!(light.settings["availability_topic"], "z/up");
        assert_eq!(light.device["name"], "Lamp");
        let power = all.iter().find(|config| config.component == "sensor").unwrap();
        assert_eq!(power.settings["state_topic"], "z/power");
    }

    #[test]
    fn nonsense_is_none_and_nothing_breaks() {
        for (rest, payload) in [
            ("light/x", "{}"),
            ("light/a/b/c/config", "{}"),
            ("light/x/config", "[1]"),
            ("light/x/config", "{"),
            ("light/x/config", "null"),
            ("config", "{}"),
        ] {
            assert_eq!(read(rest, payload.as_bytes()), None, "{rest} {payload}");
        }
        assert_eq!(read("light/x/config", b""), Some(Vec::new()));
        for payload in [
            json!({ "components": 3 }),
            json!({ "components": { "a": 3, "b": { "p": 7, "x": 1 }, "c": [] } }),
            json!({ "components": {}, "~": 3, "device": "x" }),
        ] {
            assert_eq!(
                read("device/x/config", payload.to_string().as_bytes()),
                Some(Vec::new())
            );
        }
        let odd = json!({ "~": "b", "availability": [3, { "topic": 7 }], "state_topic": 9, "command_topic": "~", "device": [] });
        assert_eq!(one("light/x/config", odd).settings["command_topic"], "b");
    }
}
