//! What answers are made of: states as the response templates of Home Assistant's language data know them.

use super::{
    house::{Entity, House, State},
    spoken,
};
use rosie_core::Language;
use serde_json::{Map, Value, json};

/// Attributes that templates ask for or a model may need. The rest (pictures with access tokens, long lists of effects)
/// stays here.
const TOLD: [&str; 21] = [
    "brightness",
    "color_temp_kelvin",
    "current_humidity",
    "current_position",
    "current_temperature",
    "device_class",
    "fan_mode",
    "humidity",
    "hvac_action",
    "media_artist",
    "media_title",
    "percentage",
    "pressure",
    "target_temp_high",
    "target_temp_low",
    "temperature",
    "temperature_unit",
    "unit_of_measurement",
    "volume_level",
    "wind_speed",
    "wind_speed_unit",
];

/// `state`: of the first; `query`: of all, as matched.
pub(super) fn about(house: &House, entities: &[&Entity], language: &Language) -> Value {
    matched(house, entities, &[], language)
}

/// As the templates of `HassGetState` get it.
pub(super) fn matched(house: &House, yes: &[&Entity], no: &[&Entity], language: &Language) -> Value {
    let short = |entity: &&Entity| short(house, entity, language);
    let first = yes.first().or(no.first());
    json!({
        "state": first.map(|entity| full(house, entity, language)),
        "query": {
            "matched": yes.iter().map(short).collect::<Vec<_>>(),
            "unmatched": no.iter().map(short).collect::<Vec<_>>(),
        },
    })
}

fn short(house: &House, entity: &Entity, language: &Language) -> Value {
    json!({
        "entity_id": entity.id,
        "name": entity.name(),
        "state": house.state(entity).map(|state| state.value.as_str()),
        "state_with_unit": with_unit(house.state(entity), language),
    })
}

fn full(house: &House, entity: &Entity, language: &Language) -> Value {
    let none = State::default();
    let state = house.state(entity).unwrap_or(&none);
    let attributes: Map<String, Value> = TOLD
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), whole(state.attributes.get(*name)?))))
        .collect();
    let mut all = short(house, entity, language);
    all["domain"] = json!(entity.domain());
    all["attributes"] = Value::Object(attributes);
    all
}

/// 17 for 17.0: nobody says the nought.
fn whole(value: &Value) -> Value {
    match value.as_f64() {
        Some(number) if value.is_f64() && number.fract() == 0.0 && number.abs() < 1e15 => json!(number as i64),
        _ => value.clone(),
    }
}

/// How an entity is, in words for a model: a contact that is `on` is open.
pub(super) fn told(entity: &Entity, state: &State) -> String {
    let (on, off) = match (entity.domain(), state.text("device_class").unwrap_or_default()) {
        ("binary_sensor", "door" | "garage_door" | "opening" | "window") => ("open", "closed"),
        ("binary_sensor", "lock") => ("unlocked", "locked"),
        ("binary_sensor", "moisture") => ("wet", "dry"),
        ("binary_sensor", "battery") => ("low", "not low"),
        ("binary_sensor", "battery_charging") => ("charging", "not charging"),
        ("binary_sensor", "connectivity") => ("connected", "disconnected"),
        ("binary_sensor", "plug") => ("plugged in", "unplugged"),
        ("binary_sensor", "presence") => ("home", "away"),
        ("binary_sensor", "problem") => ("has a problem", "all right"),
        ("binary_sensor", "safety") => ("unsafe", "safe"),
        ("binary_sensor", "running") => ("running", "not running"),
        ("binary_sensor", "cold") => ("cold", "not cold"),
        ("binary_sensor", "heat") => ("hot", "not hot"),
        ("binary_sensor", "light") => ("light", "dark"),
        (
            "binary_sensor",
            "carbon_monoxide" | "gas" | "motion" | "moving" | "occupancy" | "smoke" | "sound" | "tamper" | "vibration",
        ) => ("detected", "nothing detected"),
        _ => ("on", "off"),
    };
    match state.value.as_str() {
        "on" => on.to_owned(),
        "off" => off.to_owned(),
        "not_home" => "away".to_owned(),
        _ => with_unit(Some(state), &Language::default()).replace('_', " "),
    }
}

/// `21.5 °C`, with the language's decimal sign; at most two decimals.
pub(super) fn with_unit(state: Option<&State>, language: &Language) -> String {
    let Some(state) = state else {
        return String::new();
    };
    let value = match state.value.parse::<f64>() {
        Ok(number) if state.value.contains('.') && number.is_finite() => {
            let text = format!("{number:.2}");
            let text = text.trim_end_matches('0').trim_end_matches('.').to_owned();
            match language.primary() {
                "en" => text,
                _ => text.replace('.', ","),
            }
        }
        _ => spoken::word(state, language),
    };
    match state.text("unit_of_measurement") {
        Some(unit) => format!("{value} {unit}"),
        None => value,
    }
}
