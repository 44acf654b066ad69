//! From a service that a plan calls to what is published for one thing.

use super::{
    colours,
    kinds::speeds,
    template::Templates,
    thing::{Thing, number, payload, sound, text},
};
use crate::{home_assistant::ServiceCall, mqtt::wire::Note};
use serde_json::{Map, Value, json};

/// What is published, and the state that the thing is taken to have then, where it tells none itself.
pub type Sent = (Vec<Note>, &'static str);

/// Makes notes for one thing.
struct Writer<'a> {
    templates: &'a Templates,
    settings: &'a Map<String, Value>,
}

impl Writer<'_> {
    /// Onto the topic of that name, through the template of that name.
    fn note(&self, topic: &str, template: &str, value: Value) -> Option<Note> {
        self.note_with(topic, template, value, json!({}))
    }

    fn note_with(&self, topic: &str, template: &str, value: Value, more: Value) -> Option<Note> {
        let topic = text(self.settings, topic).filter(|topic| sound(topic))?;
        let text = self.templates.write(text(self.settings, template), value, more)?;
        Some(Note {
            retain: self.settings.get("retain") == Some(&Value::Bool(true)),
            ..Note::at_most_once(topic, text)
        })
    }

    /// The payload for on, off, open, … onto the command topic.
    fn command(&self, key: &str, usual: &str) -> Option<Note> {
        let value = payload(self.settings, key, usual);
        self.note("command_topic", "command_template", json!(value))
    }
}

/// `None`: this thing cannot do that.
pub fn notes(templates: &Templates, thing: &Thing, call: &ServiceCall) -> Option<Sent> {
    let writer = Writer {
        templates,
        settings: &thing.settings,
    };
    let is = thing.state().value;
    let wanted = match (call.service.as_str(), is.as_str()) {
        ("toggle", "on" | "open" | "opening") => "off",
        ("toggle", _) => "on",
        ("turn_on" | "turn_off", _) => call.service.trim_start_matches("turn_"),
        (other, _) => other,
    };
    match (thing.component.as_str(), wanted) {
        ("light", "on") => light_on(&writer, call),
        ("light", "off") => match text(&thing.settings, "schema") {
            Some("json") => Some((
                vec![writer.note("command_topic", "", json!({ "state": "OFF" }))?],
                "off",
            )),
            _ => Some((vec![writer.command("payload_off", "OFF")?], "off")),
        },
        ("switch" | "fan", "on") => Some((vec![writer.command("payload_on", "ON")?], "on")),
        ("switch" | "fan", "off") => Some((vec![writer.command("payload_off", "OFF")?], "off")),
        ("fan", "set_percentage") => fan_speed(&writer, call),
        ("scene", "on") => Some((vec![writer.command("payload_on", "ON")?], "")),
        ("button", "press") => Some((vec![writer.command("payload_press", "PRESS")?], "")),
        ("lock", "lock") => Some((vec![writer.command("payload_lock", "LOCK")?], "locked")),
        ("lock", "unlock") => Some((vec![writer.command("payload_unlock", "UNLOCK")?], "unlocked")),
        ("cover", "open_cover" | "on") => cover(&writer, "payload_open", "OPEN", 100.0, "open"),
        ("cover", "close_cover" | "off") => cover(&writer, "payload_close", "CLOSE", 0.0, "closed"),
        ("cover", "stop_cover") => Some((vec![writer.command("payload_stop", "STOP")?], "")),
        ("cover", "set_cover_position") => {
            let percent = number(&call.data, "position")?;
            let state = if percent > 0.0 { "open" } else { "closed" };
            Some((vec![position(&writer, percent)?], state))
        }
        ("climate", "set_temperature") => {
            let degrees = whole(number(&call.data, "temperature")?);
            Some((
                vec![writer.note("temperature_command_topic", "temperature_command_template", degrees)?],
                "",
            ))
        }
        ("climate", "set_fan_mode") => {
            let mode = call.data.get("fan_mode")?.clone();
            Some((
                vec![writer.note("fan_mode_command_topic", "fan_mode_command_template", mode)?],
                "",
            ))
        }
        ("climate", "set_hvac_mode") => {
            let wanted = call.data.get("hvac_mode")?.as_str()?;
            Some((vec![mode(&writer, wanted)?], ""))
        }
        ("climate", "off") => Some((vec![mode(&writer, "off")?], "off")),
        ("climate", "on") => {
            let listed = thing.settings.get("modes").and_then(Value::as_array);
            let known = |wanted: &&str| listed.is_none_or(|modes| modes.iter().any(|mode| mode == *wanted));
            let first = ["heat_cool", "auto", "heat", "cool"].into_iter().find(known)?;
            Some((vec![mode(&writer, first)?], first))
        }
        _ => None,
    }
}

/// 21 for 21.0.
fn whole(number: f64) -> Value {
    match number.fract() == 0.0 && number.abs() < 1e15 {
        true => json!(number as i64),
        false => json!(number),
    }
}

fn mode(writer: &Writer<'_>, mode: &str) -> Option<Note> {
    writer.note("mode_command_topic", "mode_command_template", json!(mode))
}

fn position(writer: &Writer<'_>, percent: f64) -> Option<Note> {
    let closed = number(writer.settings, "position_closed").unwrap_or(0.0);
    let open = number(writer.settings, "position_open").unwrap_or(100.0);
    let at = whole((closed + (open - closed) * percent / 100.0).round());
    // Templates of covers call it position, and value is the percentage.
    let more = json!({ "position": at });
    match text(writer.settings, "set_position_template") {
        Some(_) => writer.note_with("set_position_topic", "set_position_template", whole(percent), more),
        None => writer.note("set_position_topic", "", at),
    }
}

fn cover(writer: &Writer<'_>, key: &str, usual: &str, percent: f64, state: &'static str) -> Option<Sent> {
    match text(writer.settings, "command_topic") {
        Some(_) => Some((vec![writer.command(key, usual)?], state)),
        None => Some((vec![position(writer, percent)?], state)),
    }
}

fn fan_speed(writer: &Writer<'_>, call: &ServiceCall) -> Option<Sent> {
    let percent = number(&call.data, "percentage")?;
    if percent == 0.0 {
        return Some((vec![writer.command("payload_off", "OFF")?], "off"));
    }
    let (low, high) = speeds(writer.settings);
    let speed = ((high - low + 1.0) * percent / 100.0 + low - 1.0)
        .ceil()
        .clamp(low, high);
    let note = writer.note("percentage_command_topic", "percentage_command_template", whole(speed))?;
    Some((vec![note], "on"))
}

fn light_on(writer: &Writer<'_>, call: &ServiceCall) -> Option<Sent> {
    let percent = number(&call.data, "brightness_pct");
    let is_json = text(writer.settings, "schema") == Some("json");
    if percent == Some(0.0) {
        let off = match is_json {
            true => writer.note("command_topic", "", json!({ "state": "OFF" }))?,
            false => writer.command("payload_off", "OFF")?,
        };
        return Some((vec![off], "off"));
    }
    let scale = number(writer.settings, "brightness_scale")
        .filter(|scale| *scale >= 1.0)
        .unwrap_or(255.0);
    let level = percent.map(|percent| whole((percent / 100.0 * scale).round().clamp(1.0, scale)));
    let warmth = number(&call.data, "color_temp_kelvin")
        .filter(|kelvin| *kelvin > 0.0)
        .map(
            |kelvin| match writer.settings.get("color_temp_kelvin") == Some(&Value::Bool(true)) {
                true => whole(kelvin),
                false => whole((1e6 / kelvin).round()),
            },
        );
    let colour = match call.data.get("color_name").and_then(Value::as_str) {
        // One that is not known cannot be shown.
        Some(name) => Some(colours::rgb(name)?),
        None => None,
    };
    match is_json {
        true => json_light(writer, level, warmth, colour),
        false => plain_light(writer, level, warmth, colour),
    }
}

fn json_light(
    writer: &Writer<'_>,
    level: Option<Value>,
    warmth: Option<Value>,
    colour: Option<[u8; 3]>,
) -> Option<Sent> {
    let mut wanted = json!({ "state": "ON" });
    if let Some(level) = level {
        wanted["brightness"] = level;
    }
    if let Some(warmth) = warmth {
        wanted["color_temp"] = warmth;
    }
    if let Some(rgb) = colour {
        let modes = writer.settings.get("supported_color_modes").and_then(Value::as_array);
        let only_hs = modes.is_some_and(|modes| {
            modes.iter().any(|mode| mode == "hs") && !modes.iter().any(|mode| mode == "rgb" || mode == "xy")
        });
        let (h, s) = colours::hue_saturation(rgb);
        wanted["color"] = match only_hs {
            true => json!({ "h": h, "s": s }),
            false => json!({ "r": rgb[0], "g": rgb[1], "b": rgb[2] }),
        };
    }
    Some((vec![writer.note("command_topic", "", wanted)?], "on"))
}

fn plain_light(
    writer: &Writer<'_>,
    level: Option<Value>,
    warmth: Option<Value>,
    colour: Option<[u8; 3]>,
) -> Option<Sent> {
    let mut styles = Vec::new();
    if let Some(level) = level {
        styles.push(writer.note("brightness_command_topic", "brightness_command_template", level)?);
    }
    if let Some(warmth) = warmth {
        styles.push(writer.note("color_temp_command_topic", "color_temp_command_template", warmth)?);
    }
    if let Some(rgb) = colour {
        let [r, g, b] = rgb;
        let parts = json!({ "red": r, "green": g, "blue": b });
        let as_rgb = writer.note_with(
            "rgb_command_topic",
            "rgb_command_template",
            json!(format!("{r},{g},{b}")),
            parts,
        );
        let (h, s) = colours::hue_saturation(rgb);
        let as_hs = || writer.note("hs_command_topic", "", json!(format!("{h},{s}")));
        styles.push(as_rgb.or_else(as_hs)?);
    }
    let on = writer.command("payload_on", "ON")?;
    let notes = match text(writer.settings, "on_command_type") {
        Some("brightness") if !styles.is_empty() => styles,
        Some("first") => std::iter::once(on).chain(styles).collect(),
        _ => styles.into_iter().chain([on]).collect(),
    };
    Some((notes, "on"))
}
