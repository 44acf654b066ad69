//! A small house in which rooms have players of their own names, and what is understood there.
#![allow(dead_code)]

use rosie_core::{Intent, KnownName, KnownNames, Language};
use rosie_intents::{MatchContext, Matcher, Understood};
use std::collections::BTreeMap;

pub fn name(spoken: &str, value: &str, domain: &str, place: &str) -> KnownName {
    let context = [("domain", domain), ("place", place)];
    KnownName {
        spoken: spoken.into(),
        value: value.into(),
        context: context.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
    }
}

pub fn area(spoken: &str, value: &str) -> KnownName {
    KnownName {
        spoken: spoken.into(),
        value: value.into(),
        context: BTreeMap::new(),
    }
}

pub fn house() -> KnownNames {
    let names = vec![
        name("Salt and pepper lamp", "light.salt", "light", "kitchen"),
        name("Desk lamp", "light.desk", "light", "office"),
        name("Tall lamp", "light.tall", "light", "office"),
        name("Ball lamp", "light.ball", "light", "office"),
        name("Front door", "lock.front", "lock", "hall"),
        name("Garage door", "cover.garage", "cover", "garage"),
        name("Thermostat", "climate.office", "climate", "office"),
        name("Kitchen main light", "light.kitchen_main", "light", "kitchen"),
        name("Kitchen", "media_player.kitchen", "media_player", "kitchen"),
        name("Night light, big one", "light.night", "light", "hall"),
        name("Shopping list", "todo.shopping", "todo", ""),
        name("Bedroom", "media_player.bedroom", "media_player", "bedroom"),
        name("Bed light", "light.bed", "light", "bedroom"),
        name("Bedroom heating", "climate.bedroom", "climate", "bedroom"),
        name("Office lights", "light.office_group", "light", "office"),
    ];
    let areas = vec![
        area("Kitchen", "kitchen"),
        area("Office", "office"),
        area("Entrance", "hall"),
        area("Garage", "garage"),
        area("Bedroom", "bedroom"),
    ];
    KnownNames::from([("name".to_owned(), names), ("area".to_owned(), areas)])
}

pub fn understood(text: &str, before: &[Intent]) -> Option<Understood> {
    let language = Language::new("en");
    let matcher = Matcher::standard(&language, None, &[]).unwrap();
    matcher.understand(text, &house(), &MatchContext::in_area("office"), before)
}

/// Each intent with what it is done to.
pub fn done(text: &str) -> Vec<String> {
    written(&understood(text, &[]).unwrap_or_default().intents)
}

pub fn written(intents: &[Intent]) -> Vec<String> {
    let one = |intent: &Intent| {
        let of = |key: &str| intent.text(key).unwrap_or_default();
        let target = [of("name"), of("area"), of("domain")];
        let target: Vec<&str> = target
            .iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        format!("{} {}", intent.name, target.join(" "))
    };
    intents.iter().map(one).collect()
}
