//! The data's own answers about a home: of states, of what is missing, and of a call that went on as another one.

#![allow(clippy::unwrap_used)]

mod common;

use common::{data_folder, standard};
use rosie_core::Language;
use rosie_intents::{LANGUAGES, Matcher, spoken};
use serde_json::{Value, json};

fn say(matcher: &Matcher, intent: &str, key: &str, data: &Value) -> String {
    matcher.render_response(intent, key, data).unwrap().unwrap_or_default()
}

#[test]
fn a_sensor_without_the_attribute_answers_with_its_state() {
    let state = |attributes: Value| json!({ "state": { "entity_id": "x.y", "domain": "x", "name": "Y", "state": "21.5", "attributes": attributes } });
    let english = standard("en");
    let answer = |attributes| say(&english, "HassClimateGetTemperature", "default", &state(attributes));
    assert_eq!(answer(json!({})), "21.5 degrees");
    assert_eq!(answer(json!({ "current_temperature": 19.5 })), "19.5 degrees");
}

#[test]
fn a_slot_called_state_is_not_the_state_of_home_assistant() {
    let english = standard("en");
    let intent = english
        .match_text("are all the lights on", &Default::default(), &Default::default())
        .unwrap();
    let data = json!({
        "state": { "state": "off" },
        "query": { "matched": [], "unmatched": [{ "name": "Lamp", "state": "off" }] },
    });
    let said = english.render(&intent, &intent.response, &data).unwrap().unwrap();
    assert_eq!(said, "No, Lamp is not on");
}

#[test]
fn what_is_missing_is_said_in_every_language_and_never_as_done() {
    let keys = [
        "no_area",
        "no_floor",
        "no_domain",
        "no_domain_in_area",
        "no_domain_in_floor",
        "no_device_class",
        "no_device_class_in_area",
        "no_device_class_in_floor",
        "no_entity",
        "no_entity_in_area",
        "no_entity_in_floor",
        "entity_wrong_state",
        "feature_not_supported",
        "duplicate_targets",
    ];
    let data =
        json!({ "entity": "E", "area": "A", "floor": "F", "domain": "light", "device_class": "blind", "state": "on" });
    let done_data = json!({
        "name": "E",
        "state": { "domain": "light", "name": "E", "state": "on", "entity_id": "light.e", "attributes": { "device_class": "x" } },
    });
    let mut count = 0;
    for entry in std::fs::read_dir(data_folder()).unwrap() {
        let file = entry.unwrap().path();
        let tag = file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        let matcher = Matcher::standard(&Language::new(&tag), Some(&text), &[]).unwrap();
        // Some languages' words for what was done use more of Python than is understood; those of errors do not.
        let done = matcher.render_response("HassTurnOn", "default", &done_data);
        let done = done.ok().flatten().unwrap_or_default();
        for key in keys {
            let said = say(&matcher, "HassTurnOn", key, &data);
            assert!(!said.is_empty() && said != done, "{tag} {key}: {said}");
        }
        count += 1;
    }
    assert!(count >= 60, "{count} languages");
}

/// What is said of what was done, with the data that a call brings: each response of the data can be rendered.
#[test]
fn what_was_done_is_said_in_every_language() {
    let thing = |domain: &str| {
        json!({ "domain": domain, "name": "E", "state": "on", "entity_id": format!("{domain}.e"),
                "attributes": { "device_class": "blind", "current_temperature": 19.5, "temperature": 20 } })
    };
    let data = |name: &str, domain: &str| {
        json!({
            "name": name, "area": "A", "floor": "F", "domain": domain, "brightness": 50, "color": "red", "temperature": 21,
            "position": 30, "percentage": 40, "volume_level": 25, "item": "milk", "device_class": "blind",
            "search_query": "jazz", "state": thing(domain), "state_with_unit": "21",
            "query": { "matched": [thing(domain)], "unmatched": [] },
            "slots": { "name": name, "area": "A", "floor": "F", "brightness": 50, "color": "red", "temperature": 21,
                       "position": 30, "percentage": 40, "volume_level": 25, "item": "milk", "search_query": "jazz" },
        })
    };
    let done = [
        "HassTurn",
        "HassToggle",
        "HassLightSet",
        "HassOpen",
        "HassClose",
        "HassSet",
        "HassStop",
        "HassClimateSet",
        "HassFanSet",
        "HassVacuum",
        "HassLawnMower",
        "HassMedia",
        "HassListAdd",
        "HassShoppingListAdd",
    ];
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(data_folder()).unwrap() {
        let file = entry.unwrap().path();
        let tag = file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        let matcher = Matcher::standard(&Language::new(&tag), Some(&text), &[]).unwrap();
        for intent in matcher
            .intents()
            .into_iter()
            .filter(|intent| done.iter().any(|name| intent.starts_with(name)))
        {
            for key in matcher.response_keys(intent) {
                let domains = ["light", "cover", "fan", "lock", "media_player", "climate"];
                let names = ["E", "Lampa", "дверь", "новый фонарь", "свет", "окно", "шторы"];
                let all = names.iter().flat_map(|name| domains.map(|domain| data(name, domain)));
                let failed = all
                    .into_iter()
                    .find_map(|data| matcher.render_response(intent, key, &data).err());
                wrong.extend(failed.map(|error| format!("{tag} {intent} {key}: {error}")));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cannot be rendered:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_call_that_went_on_as_another_has_its_words() {
    let english = standard("en");
    assert_eq!(
        say(&english, "RosieAnswerWhich", "HassTurnOff/lock", &json!({})),
        "Unlocking"
    );
    assert_eq!(say(&english, "RosieAnswerWhich", "HassNothing/lock", &json!({})), "");
}

#[test]
fn or_lists() {
    let items = ["a", "b", "otra"].map(str::to_owned);
    let said = LANGUAGES.map(|tag| spoken::or_list(&items, &Language::new(tag)));
    assert_eq!(said, ["a, b or otra", "a, b oder otra", "a, b u otra", "a, b ou otra"]);
}
