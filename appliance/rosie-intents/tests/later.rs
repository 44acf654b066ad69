//! Commands at a later time: the time that was said, and what is left as calls; and what is no such command.
#![allow(clippy::unwrap_used)]

mod common;

use rosie_core::{KnownName, KnownNames};
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

/// `RosieLater` as "when: calls", anything else by its names.
fn read(language: &str, text: &str) -> String {
    static MATCHERS: LazyLock<BTreeMap<&str, Matcher>> = LazyLock::new(|| {
        ["en", "de", "es", "fr"]
            .into_iter()
            .map(|of| (of, common::standard(of)))
            .collect()
    });
    let understood = MATCHERS[language].understand(text, &house(language), &MatchContext::in_area("kitchen"), &[]);
    let intents = understood.unwrap_or_default().intents;
    let [intent] = &intents[..] else {
        return format!("{:?}", intents.iter().map(|intent| &intent.name).collect::<Vec<_>>());
    };
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

#[test]
fn planned_commands_are_asked_after_and_cancelled() {
    for (language, text, wanted) in [
        ("en", "what's planned?", "RosieLaterStatus"),
        ("en", "cancel that", "RosieCancelLater"),
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
