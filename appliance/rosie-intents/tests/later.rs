//! Commands at a later time: the time that was said, and what is left as calls; and what is no such command.
#![allow(clippy::unwrap_used)]

mod common;

use rosie_core::{Intent, KnownName, KnownNames};
use rosie_intents::{MatchContext, Matcher};
use serde_json::Value;
use std::{collections::BTreeMap, sync::LazyLock};

fn house(language: &str) -> KnownNames {
    let (lamp, room, thermostat) = match language {
        "de" => ("Leselampe", "Küche", "Thermostat"),
        "es" => ("lámpara de lectura", "cocina", "termostato"),
        "fr" => ("lampe de lecture", "cuisine", "thermostat"),
        _ => ("reading lamp", "kitchen", "thermostat"),
    };
    let name = |spoken: &str, value: &str, domain: &str| KnownName {
        spoken: spoken.into(),
        value: value.into(),
        context: [("domain", domain), ("place", "kitchen")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into(),
    };
    let area = KnownName {
        spoken: room.into(),
        value: "kitchen".into(),
        context: Default::default(),
    };
    let names = vec![
        name(lamp, "light.reading", "light"),
        name(thermostat, "climate.kitchen", "climate"),
    ];
    KnownNames::from([("name".to_owned(), names), ("area".to_owned(), vec![area])])
}

fn understood(language: &str, text: &str) -> Vec<Intent> {
    static MATCHERS: LazyLock<BTreeMap<&str, Matcher>> = LazyLock::new(|| {
        ["en", "de", "es", "fr"]
            .into_iter()
            .map(|of| (of, common::standard(of)))
            .collect()
    });
    let understood = MATCHERS[language].understand(text, &house(language), &MatchContext::in_area("kitchen"), &[]);
    understood.unwrap_or_default().intents
}

/// `RosieLater` as "when: calls", anything else by its names.
fn read(language: &str, text: &str) -> String {
    let intents = understood(language, text);
    let [intent] = &intents[..] else {
        return format!("{:?}", intents.iter().map(|intent| &intent.name).collect::<Vec<_>>());
    };
    written(intent)
}

fn written(intent: &Intent) -> String {
    if intent.name != "RosieLater" {
        return intent.name.clone();
    }
    let calls: Value = serde_json::from_str(&intent.text("calls").unwrap()).unwrap();
    let one = |call: &Value| {
        let of = |key: &str| call["arguments"][key].as_str().unwrap_or_default().to_owned();
        let target = if of("name").is_empty() { of("area") } else { of("name") };
        format!("{} {target}", call["name"].as_str().unwrap())
    };
    let calls: Vec<String> = calls.as_array().unwrap().iter().map(one).collect();
    let when = intent
        .slots
        .iter()
        .filter(|(key, _)| !["command", "calls"].contains(&key.as_str()));
    let when: Vec<String> = when.map(|(key, slot)| format!("{key}={}", slot.value)).collect();
    format!("{}: {}", when.join(" "), calls.join(", "))
}

#[test]
fn a_time_in_what_is_told_behind_is_not_when() {
    for (language, text) in [
        ("en", "reading lamp on i've got a video call in two minutes"),
        ("de", "leselampe an ich hab in zwei minuten eine besprechung"),
        ("es", "enciende la lámpara de lectura que tengo reunión en dos minutos"),
        ("fr", "allume la lampe de lecture j'ai une réunion dans deux minutes"),
    ] {
        assert_eq!(read(language, text), "HassTurnOn", "{text}");
    }
    // The command stands before the time.
    assert!(read("en", "i'm going out so turn off the reading lamp in two minutes").starts_with("minutes=2"));
}

#[test]
fn the_time_is_cut_out_wherever_it_stands() {
    for (language, text, wanted) in [
        (
            "en",
            "turn off the reading lamp in ten minutes",
            "minutes=10: HassTurnOff light.reading",
        ),
        (
            "en",
            "in half an hour turn the reading lamp off",
            "minutes=30: HassTurnOff light.reading",
        ),
        (
            "en",
            "at seven tomorrow turn on the reading lamp",
            "day=1 hour=7: HassTurnOn light.reading",
        ),
        (
            "en",
            "tonight at ten, turn off the reading lamp please",
            "half=pm hour=10: HassTurnOff light.reading",
        ),
        (
            "en",
            "turn off the kitchen lights at 10 pm",
            "half=pm hour=10: HassTurnOff kitchen",
        ),
        (
            "en",
            "in five minutes turn off the reading lamp and set the thermostat to 18 degrees",
            "minutes=5: HassTurnOff light.reading, HassClimateSetTemperature climate.kitchen",
        ),
        (
            "de",
            "in 10 Minuten die Leselampe aus",
            "minutes=10: HassTurnOff light.reading",
        ),
        (
            "de",
            "schalte in zehn Minuten die Leselampe aus",
            "minutes=10: HassTurnOff light.reading",
        ),
        (
            "de",
            "schalte um sieben die Leselampe ein",
            "hour=7: HassTurnOn light.reading",
        ),
        (
            "de",
            "morgen um halb acht die Leselampe einschalten",
            "day=1 hour=8 minutes_to=30: HassTurnOn light.reading",
        ),
        (
            "de",
            "mach das Licht in der Küche um 22 Uhr aus",
            "hour=22: HassTurnOff kitchen",
        ),
        (
            "es",
            "apaga la lámpara de lectura dentro de diez minutos",
            "minutes=10: HassTurnOff light.reading",
        ),
        (
            "es",
            "a las siete enciende la lámpara de lectura",
            "hour=7: HassTurnOn light.reading",
        ),
        (
            "es",
            "enciende mañana a las siete la lámpara de lectura",
            "day=1 hour=7: HassTurnOn light.reading",
        ),
        (
            "fr",
            "éteins la lampe de lecture dans dix minutes",
            "minutes=10: HassTurnOff light.reading",
        ),
        (
            "fr",
            "à sept heures allume la lampe de lecture",
            "hour=7: HassTurnOn light.reading",
        ),
        (
            "fr",
            "demain à 7 heures allume la lampe de lecture",
            "day=1 hour=7: HassTurnOn light.reading",
        ),
    ] {
        assert_eq!(read(language, text), wanted, "{language}: {text}");
    }
}

#[test]
fn what_is_no_time_or_no_command_is_none() {
    for (language, text) in [
        ("en", "turn on the reading lamp"),
        ("en", "don't turn off the reading lamp in ten minutes"),
        ("en", "I turned off the reading lamp at seven"),
        ("en", "remind me to turn off the reading lamp at seven"),
        ("en", "wake me at seven tomorrow"),
        ("en", "if it rains turn off the reading lamp at ten"),
        ("en", "set the thermostat to 20 degrees"),
        ("en", "every day at seven turn on the reading lamp"),
        ("en", "is the reading lamp on at seven"),
        ("de", "mach die Leselampe um 20 heller"),
        ("de", "stell den Thermostat um 19 Grad wärmer"),
        ("de", "ich habe die Leselampe um sieben ausgemacht"),
        ("de", "mach die Leselampe um 20 Prozent heller"),
        ("es", "pon el termostato a 20 grados"),
        ("es", "la lámpara de lectura se apagó a las siete"),
        ("fr", "mets le thermostat à 20 degrés"),
        ("fr", "j'ai éteint la lampe de lecture à sept heures"),
    ] {
        let read = read(language, text);
        assert!(!read.contains(": "), "{language}: {text}: {read}");
    }
}

/// The time belonged to all commands of a sentence: the fan that was to run for ten minutes came on after ten.
#[test]
fn what_is_to_be_done_at_once_is_done_at_once() {
    let off = "minutes=10: HassTurnOff light.reading";
    for (language, text, wanted) in [
        (
            "en",
            "turn on the reading lamp and turn it off in ten minutes",
            vec!["HassTurnOn", off],
        ),
        (
            "en",
            "turn on the reading lamp and in ten minutes turn it off again",
            vec!["HassTurnOn", off],
        ),
        (
            "en",
            "turn the reading lamp on, then turn the reading lamp off in ten minutes",
            vec!["HassTurnOn", off],
        ),
        (
            "en",
            "set the thermostat to 21 degrees now and turn off the reading lamp in ten minutes",
            vec!["HassClimateSetTemperature", off],
        ),
        (
            "en",
            "turn on the reading lamp in five minutes and turn it off in ten minutes",
            vec!["minutes=5: HassTurnOn light.reading", off],
        ),
        // One time for both.
        (
            "en",
            "turn off the reading lamp and set the thermostat to 18 degrees in ten minutes",
            vec!["minutes=10: HassTurnOff light.reading, HassClimateSetTemperature climate.kitchen"],
        ),
        (
            "en",
            "turn off the reading lamp and the thermostat in ten minutes",
            vec!["minutes=10: HassTurnOff light.reading, HassTurnOff climate.kitchen"],
        ),
        (
            "de",
            "schalte die Leselampe ein und schalte sie in zehn Minuten wieder aus",
            vec!["HassTurnOn", off],
        ),
        (
            "de",
            "mach die Leselampe an und in zehn Minuten wieder aus",
            vec!["HassTurnOn", off],
        ),
        (
            "de",
            "mach die Leselampe jetzt an und stell den Thermostat um sieben auf 20 Grad",
            vec!["HassTurnOn", "hour=7: HassClimateSetTemperature kitchen"],
        ),
        (
            "es",
            "enciende la lámpara de lectura y apágala en diez minutos",
            vec!["HassTurnOn", off],
        ),
        (
            "es",
            "enciende la lámpara de lectura y dentro de diez minutos apágala",
            vec!["HassTurnOn", off],
        ),
        (
            "fr",
            "allume la lampe de lecture et éteins-la dans dix minutes",
            vec!["HassTurnOn", off],
        ),
        (
            "fr",
            "allume la lampe de lecture et dans dix minutes éteins-la",
            vec!["HassTurnOn", off],
        ),
    ] {
        let all: Vec<String> = understood(language, text).iter().map(written).collect();
        assert_eq!(all, wanted, "{language}: {text}");
    }
    // What is not understood holds all of it back, the first command too: it would be half of what was wanted.
    assert_eq!(
        understood("en", "turn on the reading lamp and don't turn it off in ten minutes"),
        []
    );
}

#[test]
fn planned_commands_are_asked_after_and_cancelled() {
    for (language, text, wanted) in [
        ("en", "what's planned?", "RosieLaterStatus"),
        ("en", "cancel that", "RosieCancelLater"),
        ("en", "undo that", "RosieCancelLater"),
        ("de", "mach das wieder rückgängig", "RosieCancelLater"),
        ("en", "cancel the planned command", "RosieCancelLater"),
        ("de", "was ist geplant?", "RosieLaterStatus"),
        ("de", "brich das ab", "RosieCancelLater"),
        ("de", "lösche alle geplanten Befehle", "RosieCancelLater"),
        ("es", "qué hay programado", "RosieLaterStatus"),
        ("es", "cancela eso", "RosieCancelLater"),
        ("fr", "qu'est-ce qui est prévu", "RosieLaterStatus"),
        ("fr", "annule ça", "RosieCancelLater"),
    ] {
        assert_eq!(read(language, text), wanted, "{language}: {text}");
    }
}
