//! From what is done and the kind of thing it is done to, to the intent that does it.

use super::{frame::Value, tag::Act};
use rosie_core::SlotValue;

/// An intent's name and the slots that say what is done.
pub type Call = (&'static str, Vec<(&'static str, SlotValue)>);

/// What can be switched.
const SWITCHED: [&str; 12] = [
    "light",
    "media_player",
    "fan",
    "switch",
    "input_boolean",
    "humidifier",
    "climate",
    "script",
    "automation",
    "siren",
    "remote",
    "water_heater",
];
/// What "everything" means: nothing that keeps strangers out, warms, or is a mode.
pub const EVERYTHING: &str = "fan,humidifier,light,media_player,switch";

/// Of a step.
const MOST_DEGREES: f64 = 5.0;

fn text(text: &str) -> SlotValue {
    SlotValue::Text(text.to_owned())
}

/// The kinds that something can be done to, the likeliest first.
pub fn kinds(act: Act) -> Vec<&'static str> {
    match act {
        Act::On => [&SWITCHED[..], &["scene", "vacuum", "valve"]].concat(),
        // "Turn the tap off."
        Act::Off => [&SWITCHED[..], &["valve"]].concat(),
        Act::Toggle => vec!["light", "switch", "fan", "input_boolean", "media_player"],
        // "Ouvre la lumière", "open the light". A door that is only a lock is unlocked and locked.
        Act::Open => vec!["cover", "valve", "light", "lock"],
        // "Recoge el cortacésped", "rentre la tondeuse": the word for a curtain brings in what is outside.
        Act::Close => vec!["cover", "valve", "light", "lock", "lawn_mower", "vacuum"],
        // "Arrête le ventilateur", "stop the fan": what runs and does not move goes off.
        Act::Stop => vec!["cover", "valve", "media_player", "fan", "humidifier", "switch"],
        Act::Lock | Act::Unlock => vec!["lock"],
        Act::Raise | Act::Lower => vec!["cover", "light", "media_player", "climate"],
        Act::Brighter | Act::Darker | Act::Dark => vec!["light"],
        Act::Warmer | Act::Colder | Act::Warmth => vec!["climate"],
        // "Moins fort", "más flojo" are said of lamps, too.
        Act::Louder | Act::Quieter => vec!["media_player", "light"],
        Act::Pause | Act::Play | Act::Next | Act::Previous | Act::Mute | Act::Unmute => vec!["media_player"],
        Act::Start => vec![
            "vacuum",
            "lawn_mower",
            "script",
            "scene",
            "switch",
            "fan",
            "humidifier",
            "automation",
            "input_boolean",
            "media_player",
        ],
        Act::Dock => vec!["vacuum", "lawn_mower"],
        Act::Press => vec!["button", "input_button"],
    }
}

pub fn kinds_of_value(value: &Value) -> Vec<&'static str> {
    match value {
        Value::Colour(_) | Value::White(_) => vec!["light"],
        Value::Degrees(_) => vec!["climate"],
        Value::Percent(_) => vec!["light", "cover", "fan", "media_player", "valve"],
        Value::Number(_) => vec!["climate", "light", "cover", "fan", "media_player"],
    }
}

/// The kind that is meant where only a place was said.
pub fn kind_in_places(act: Act) -> Option<&'static str> {
    match act {
        Act::On | Act::Off | Act::Brighter | Act::Darker | Act::Dark => Some("light"),
        Act::Warmer | Act::Colder | Act::Warmth => Some("climate"),
        Act::Louder | Act::Quieter | Act::Pause | Act::Play | Act::Next | Act::Previous | Act::Mute | Act::Unmute => {
            Some("media_player")
        }
        Act::Lock => Some("lock"),
        _ => None,
    }
}

pub fn kind_in_places_of_value(value: &Value) -> Option<&'static str> {
    match value {
        Value::Colour(_) | Value::White(_) | Value::Percent(_) => Some("light"),
        Value::Degrees(_) => Some("climate"),
        Value::Number(_) => None,
    }
}

pub fn of_act(act: Act, domain: &str) -> Option<Call> {
    let direction = |up: bool| vec![("direction", text(if up { "up" } else { "down" }))];
    let volume = |up: bool| vec![("volume_step", text(if up { "up" } else { "down" }))];
    if !kinds(act).contains(&domain) {
        return None;
    }
    Some(match (act, domain) {
        (Act::Open, "lock") => ("HassTurnOff", vec![]),
        (Act::Close, "lock") => ("HassTurnOn", vec![]),
        (Act::Close, "lawn_mower") => ("HassLawnMowerDock", vec![]),
        (Act::Close, "vacuum") => ("HassVacuumReturnToBase", vec![]),
        (Act::On, "vacuum") | (Act::Start, "vacuum") => ("HassVacuumStart", vec![]),
        (Act::Start, "lawn_mower") => ("HassLawnMowerStartMowing", vec![]),
        (Act::Start, "media_player") => ("HassMediaUnpause", vec![]),
        (Act::On | Act::Open | Act::Lock | Act::Start | Act::Press, _) => ("HassTurnOn", vec![]),
        (Act::Off | Act::Close | Act::Unlock | Act::Dark, _) => ("HassTurnOff", vec![]),
        (Act::Toggle, _) => ("HassToggle", vec![]),
        (Act::Stop, "media_player") | (Act::Pause, _) => ("HassMediaPause", vec![]),
        (Act::Stop, "fan" | "humidifier" | "switch") => ("HassTurnOff", vec![]),
        (Act::Stop, _) => ("HassStopMoving", vec![]),
        (Act::Raise, "cover") => ("HassTurnOn", vec![]),
        (Act::Lower, "cover") => ("HassTurnOff", vec![]),
        (Act::Brighter, _) | (Act::Raise | Act::Louder, "light") => ("RosieLightStep", direction(true)),
        (Act::Darker, _) | (Act::Lower | Act::Quieter, "light") => ("RosieLightStep", direction(false)),
        (Act::Warmer, _) | (Act::Raise, "climate") => ("RosieClimateStep", direction(true)),
        (Act::Colder, _) | (Act::Lower, "climate") => ("RosieClimateStep", direction(false)),
        (Act::Louder | Act::Raise, _) => ("HassSetVolumeRelative", volume(true)),
        (Act::Quieter | Act::Lower, _) => ("HassSetVolumeRelative", volume(false)),
        (Act::Play, _) => ("HassMediaUnpause", vec![]),
        (Act::Next, _) => ("HassMediaNext", vec![]),
        (Act::Previous, _) => ("HassMediaPrevious", vec![]),
        (Act::Mute, _) => ("HassMediaPlayerMute", vec![]),
        (Act::Unmute, _) => ("HassMediaPlayerUnmute", vec![]),
        (Act::Dock, "lawn_mower") => ("HassLawnMowerDock", vec![]),
        (Act::Dock, _) => ("HassVacuumReturnToBase", vec![]),
        (Act::Warmth, _) => ("HassClimateGetTemperature", vec![]),
    })
}

pub fn of_value(value: &Value, domain: &str) -> Option<Call> {
    let number = |number: &f64| SlotValue::Number(*number);
    let percent = |n: &f64| (0.0..=100.0).contains(n);
    Some(match (value, domain) {
        (Value::Colour(colour), "light") => ("HassLightSet", vec![("color", text(colour))]),
        (Value::White(kelvin), "light") => ("HassLightSet", vec![("temperature", number(kelvin))]),
        (Value::Percent(n) | Value::Number(n), "light") if percent(n) => {
            ("HassLightSet", vec![("brightness", number(n))])
        }
        (Value::Percent(n) | Value::Number(n), "cover" | "valve") if percent(n) => {
            ("HassSetPosition", vec![("position", number(n))])
        }
        (Value::Percent(n) | Value::Number(n), "fan") if percent(n) => {
            ("HassFanSetSpeed", vec![("percentage", number(n))])
        }
        (Value::Percent(n) | Value::Number(n), "media_player") if percent(n) => {
            ("HassSetVolume", vec![("volume_level", number(n))])
        }
        (Value::Degrees(n) | Value::Number(n), "climate") if (4.0..=100.0).contains(n) => {
            ("HassClimateSetTemperature", vec![("temperature", number(n))])
        }
        _ => return None,
    })
}

/// Nobody sets so few degrees: "two degrees warmer", "raise the heating by two degrees" change by them. Up or down.
pub fn step(acts: &[Act], degrees: f64) -> Option<bool> {
    // "Súbele dos grados" is said of what is loud, too; degrees are not.
    let up = |act: &Act| matches!(act, Act::Warmer | Act::Raise | Act::Louder);
    let down = |act: &Act| matches!(act, Act::Colder | Act::Lower | Act::Quieter);
    let small = degrees > 0.0 && degrees <= MOST_DEGREES;
    match small && !acts.is_empty() {
        true if acts.iter().all(up) => Some(true),
        true if acts.iter().all(down) => Some(false),
        _ => None,
    }
}

pub fn climate_step(up: bool, degrees: f64) -> Call {
    let direction = text(if up { "up" } else { "down" });
    (
        "RosieClimateStep",
        vec![("direction", direction), ("step", SlotValue::Number(degrees))],
    )
}

/// The one thing that several words for doing mean together.
pub fn one(acts: &[Act]) -> Option<Act> {
    let more_exact = |rough: Act, exact: &[Act]| acts.contains(&rough) && acts.iter().any(|act| exact.contains(act));
    let up = [Act::Open, Act::Brighter, Act::Warmer, Act::Louder];
    let down = [Act::Close, Act::Darker, Act::Colder, Act::Quieter];
    let mut left: Vec<Act> = acts.to_vec();
    left.retain(|act| match act {
        Act::Raise => !more_exact(Act::Raise, &up),
        Act::Lower => !more_exact(Act::Lower, &down),
        Act::On => !more_exact(Act::On, &[Act::Start, Act::Brighter]),
        Act::Close => !more_exact(Act::Close, &[Act::Lock]),
        Act::Open => !more_exact(Act::Open, &[Act::Unlock]),
        Act::Play => !more_exact(Act::Play, &[Act::Next, Act::Previous]),
        Act::Start => !more_exact(Act::Start, &[Act::Dock]),
        _ => true,
    });
    match left[..] {
        [act] => Some(act),
        _ => None,
    }
}
