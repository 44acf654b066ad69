//! Spoken durations and dates, and the answers made of them.

#![allow(clippy::unwrap_used)]

mod common;

use common::{data, standard};
use rosie_core::{KnownNames, Language};
use rosie_intents::spoken::{self, Date};
use rosie_intents::units;
use rosie_intents::{LANGUAGES, MatchContext, Matcher};
use serde_json::{Value, json};

fn language(tag: &str) -> Language {
    Language::new(tag)
}

#[test]
fn every_unit_of_the_templates_exists() {
    for tag in LANGUAGES {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/{tag}.yaml"));
        let source = rosie_intents::source::Source::from_yaml(tag, &std::fs::read_to_string(file).unwrap()).unwrap();
        let values = source.lists["rosie_unit"].values.as_ref().unwrap();
        assert!(values.len() > 40);
        for value in values {
            let rosie_intents::source::ValueSource::Full { out, .. } = value else {
                panic!("{tag}: {value:?}")
            };
            let id = out.as_str().unwrap();
            assert!(units::ids().any(|known| known == id), "{tag}: there is no unit {id}");
        }
    }
}

#[test]
fn durations_clocks_and_dates() {
    let say = |seconds, tag| spoken::duration(seconds, &language(tag));
    assert_eq!(say(3903, "en"), "1 hour, 5 minutes and 3 seconds");
    assert_eq!(say(60, "de"), "eine Minute");
    assert_eq!(say(5400, "es"), "una hora y 30 minutos");
    assert_eq!(say(61, "fr"), "une minute et une seconde");
    assert_eq!(say(0, "en"), "0 seconds");
    let clock = |h, m| LANGUAGES.map(|tag| spoken::clock(h, m, &language(tag)));
    assert_eq!(clock(16, 35), ["4:35 PM", "16:35 Uhr", "las 16:35", "16 heures 35"]);
    assert_eq!(clock(0, 5), ["12:05 AM", "0:05 Uhr", "las 0:05", "minuit 5"]);
    assert_eq!(clock(12, 0), ["12:00 PM", "12 Uhr", "las 12:00", "midi"]);
    let date = Date {
        year: 2026,
        month: 3,
        day: 1,
        weekday: 6,
    };
    assert_eq!(
        LANGUAGES.map(|tag| spoken::date_text(date, &language(tag))),
        [
            "Sunday, March 1, 2026",
            "Sonntag, der 1. März 2026",
            "domingo, 1 de marzo de 2026",
            "dimanche 1er mars 2026"
        ]
    );
    let list = ["iglesia".to_owned(), "casa".to_owned()];
    assert_eq!(
        spoken::and_list(&[list[1].clone(), list[0].clone()], &language("es")),
        "casa e iglesia"
    );
}

fn timer(name: Option<&str>, total: u64, left: u64, active: bool) -> Value {
    json!({ "name": name, "seconds_total": total, "seconds_left": left, "active": active })
}

fn answered(matcher: &Matcher, intent: &str, key: &str, data: &Value) -> String {
    matcher.render_response(intent, key, data).unwrap().unwrap_or_default()
}

#[test]
fn answers_about_timers() {
    let en = standard("en");
    let pizza = timer(Some("pizza"), 720, 421, true);
    let plain = timer(None, 600, 60, true);
    let say = |intent: &str, key: &str, data: Value| answered(&en, intent, key, &data);
    assert_eq!(
        say("HassStartTimer", "default", json!({ "timer": plain })),
        "10 minutes, starting now."
    );
    assert_eq!(
        say("HassStartTimer", "default", json!({ "timer": pizza })),
        "Pizza timer set for 12 minutes."
    );
    assert_eq!(
        say("HassCancelTimer", "default", json!({ "timer": plain })),
        "10 minute timer cancelled."
    );
    assert_eq!(say("HassTimerStatus", "no_timer", json!({})), "No timer is running.");
    assert_eq!(
        say("HassTimerStatus", "default", json!({ "timers": [pizza] })),
        "The pizza timer has 7 minutes and 1 second left."
    );
    assert_eq!(
        say(
            "HassTimerStatus",
            "default",
            json!({ "timers": [plain, timer(Some("eggs"), 300, 120, false)] })
        ),
        "There are 2 timers: 10 minute timer: 1 minute left and eggs timer: paused, 2 minutes left."
    );
    assert_eq!(
        say("RosieTimerFinished", "default", json!({ "timer": pizza })),
        "Your pizza timer is done."
    );
    assert_eq!(
        say("HassCancelAllTimers", "default", json!({ "count": 3 })),
        "All 3 timers cancelled."
    );
    assert_eq!(say("NoSuchIntent", "default", json!({})), "");
    assert_eq!(say("RosieStop", "default", json!({})), "");
}

#[test]
fn when_alarms_come() {
    let say = |alarm: Value| {
        LANGUAGES.map(|tag| answered(&standard(tag), "RosieSetAlarm", "default", &json!({ "alarm": alarm })))
    };
    assert_eq!(
        say(json!({ "hour": 7, "minute": 0, "offset": 3, "weekday": 0, "days": 0b1_1111, "everywhere": true })),
        [
            "Alarm set for 7:00 AM every weekday, in every room.",
            "Der Wecker klingelt werktags um 7 Uhr in allen Räumen.",
            "Alarma puesta para de lunes a viernes a las 7:00, en todas las habitaciones.",
            "Le réveil sonnera du lundi au vendredi à 7 heures, dans toutes les pièces."
        ]
    );
    assert_eq!(
        say(json!({ "hour": 9, "minute": 30, "offset": 2, "weekday": 6, "days": 0b100_0001 }))[0],
        "Alarm set for 9:30 AM every Monday and Sunday."
    );
    assert_eq!(
        say(json!({ "hour": 9, "minute": 0, "offset": 20, "weekday": 6, "month": 3, "day": 1 })),
        [
            "Alarm set for 9:00 AM on March 1.",
            "Der Wecker klingelt am 1. März um 9 Uhr.",
            "Alarma puesta para el 1 de marzo a las 9:00.",
            "Le réveil sonnera le 1er mars à 9 heures."
        ]
    );
    let alarms = json!({ "alarms": [{ "hour": 8, "minute": 0, "offset": 0, "name": "medicine" }] });
    assert_eq!(
        answered(&standard("en"), "RosieAlarmStatus", "default", &alarms),
        "There is one alarm, for 8:00 AM today (medicine)."
    );
}

#[test]
fn the_weather_in_few_words() {
    let today = json!({ "offset": 0, "weekday": 0, "condition": "rainy", "high": 10, "low": 2, "chance": 90 });
    let friday = json!({ "offset": 4, "weekday": 4, "condition": "snowy", "high": 0, "low": null, "chance": 85 });
    let say = |key: &str, data: Value| LANGUAGES.map(|tag| answered(&standard(tag), "RosieWeather", key, &data));
    assert_eq!(
        say(
            "now",
            json!({ "temperature": 0, "condition": "cloudy", "day": today, "rain_from": 17 })
        ),
        [
            "It's 0 degrees and cloudy. Up to 10 today, rain from 5:00 PM.",
            "0 Grad, bewölkt. Heute bis 10, Regen ab 17 Uhr.",
            "0 grados, nublado. Hoy hasta 10, lluvia desde las 17:00.",
            "0 degrés, nuageux. Jusqu'à 10 aujourd'hui, pluie à partir de 17 heures."
        ]
    );
    assert_eq!(
        say("day", json!({ "day": friday, "chance": 85, "is_snow": true })),
        [
            "On Friday: snowy, up to 0 degrees, 85 percent chance of snow.",
            "Am Freitag: Schnee, bis 0 Grad, 85 Prozent Schneewahrscheinlichkeit.",
            "El viernes: con nieve, hasta 0 grados, 85 por ciento de probabilidad de nieve.",
            "Vendredi : neigeux, jusqu'à 0 degrés, 85 pour cent de risque de neige."
        ]
    );
    assert_eq!(
        say("umbrella_yes", json!({ "day": today, "rain_from": 17 }))[..2],
        [
            "Yes, take one: rain today from 5:00 PM.",
            "Ja, nimm einen mit: heute ab 17 Uhr regnet es."
        ]
    );
    assert_eq!(
        say("days", json!({ "days": [today, friday] }))[0],
        "Today: rainy, up to 10 degrees; On Friday: snowy, up to 0 degrees."
    );
    assert_eq!(
        say("rain_no", json!({ "day": today, "old_seconds": 7200 }))[..2],
        [
            "As of 2 hours ago: No, no rain today.",
            "Stand vor 2 Stunden: Nein, heute bleibt es trocken."
        ]
    );
}

#[test]
fn what_was_done_and_why() {
    let data = json!({
        "heard": "turn off the lights", "kind": "sentence", "family": "home",
        "deeds": [{ "verb": "turn_off", "names": ["Ceiling", "Desk lamp"], "failed": false },
                  { "verb": "reload", "names": [], "failed": true }],
    });
    let say = |data: &Value| LANGUAGES.map(|tag| answered(&standard(tag), "RosieWhy", "default", data));
    assert_eq!(
        say(&data)[0],
        "I heard: turn off the lights. I know that sentence: it is a command for the home, so no language model was asked. I \
         switched off: Ceiling and Desk lamp. I changed something, but that failed."
    );
    let plugin = json!({
        "heard": "which bin is next", "kind": "sentence", "family": "plugin",
        "deeds": [{ "verb": "plugin", "names": ["bins"], "failed": true }],
    });
    assert_eq!(
        say(&plugin)[0],
        "I heard: which bin is next. I know that sentence: it is something that a plugin does, so no language model was \
         asked. I asked a plugin: bins, but that failed."
    );
    let model = json!({ "heard": "why is the sky blue", "kind": "model", "explanation": "I asked the cloud model.", "deeds": [] });
    assert!(
        say(&model)
            .iter()
            .all(|said| said.ends_with("I asked the cloud model."))
    );
}

#[test]
fn answers_about_time_sums_and_units() {
    let time = json!({ "time": { "hour": 16, "minute": 35 } });
    let date = json!({ "date": { "year": 2026, "month": 1, "day": 5, "weekday": 0 }, "offset": 1 });
    let want = [
        ["It's 4:35 PM.", "Tomorrow is Monday."],
        ["Es ist 16:35 Uhr.", "Morgen ist Montag."],
        ["Son las 16:35.", "Mañana es lunes."],
        ["Il est 16 heures 35.", "Demain, c'est lundi."],
    ];
    for (tag, want) in LANGUAGES.iter().zip(want) {
        let matcher = standard(tag);
        assert_eq!(answered(&matcher, "HassGetCurrentTime", "default", &time), want[0]);
        assert_eq!(answered(&matcher, "RosieDayOfWeek", "default", &date), want[1]);
    }
}

/// Every key that data/README.md names renders in each language with the data it names, and says something.
#[test]
fn every_documented_answer_is_there() {
    let timer = timer(Some("pizza"), 720, 421, true);
    let alarm = json!({ "hour": 7, "minute": 30, "offset": 1, "weekday": 5 });
    let reminder = json!({ "text": "call mum", "alarm": alarm, "room": "Kitchen", "placed": true });
    let mut data = json!({
        "reminder": reminder, "reminders": [reminder, { "text": "x", "alarm": null, "room": "Office" }], "rooms": ["Kitchen", "Office"],
        "temperature": -2, "condition": "cloudy", "wind": 12, "wind_unit": "km/h", "rain_from": 17, "chance": 80, "is_snow": false,
        "day": { "offset": 1, "weekday": 1, "condition": "rainy", "high": 10, "low": 2, "chance": 80, "wind": 20 },
        "days": [{ "offset": 2, "weekday": 5, "condition": "sunny", "high": 0 }, { "offset": 3, "weekday": 6, "high": 4 }],
        "wet": [], "item": "milk", "entity": "milk", "items": ["milk", "bread"], "list": "shopping",
        "text": "call mum", "seconds": 600, "heard": "turn on the light", "kind": "sentence", "family": "home",
        "deeds": [{ "verb": "turn_on", "names": ["Lamp"] }],
        "alarm": alarm, "alarms": [alarm, alarm],
        "timer": timer, "timers": [timer, timer], "count": 2, "changed_seconds": 60, "late_seconds": 300, "week": 2, "offset": 0,
        "time": { "hour": 9, "minute": 5 }, "date": { "year": 2026, "month": 1, "day": 5, "weekday": 0 },
        "expression": "1 plus 1", "result": "2", "from": "1 mile", "to": "1.61 kilometres", "volume": 40
    });
    for (key, value) in [
        ("person", json!("Ada")),
        ("people", json!(["Ada", "Grace"])),
        ("number", json!(1)),
    ] {
        data[key] = value;
    }
    let silent = ["RosieStop", "HassNevermind"];
    let readme =
        std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/README.md")).unwrap();
    let matchers = LANGUAGES.map(|tag| (tag, Matcher::standard(&language(tag), None, &[]).unwrap()));
    let mut intents: Vec<String> = vec![];
    let mut checked = 0;
    for row in readme
        .lines()
        .filter(|l| l.starts_with("| ") && !l.starts_with("| intent") && !l.starts_with("|---"))
    {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let named: Vec<String> = cells[0]
            .split(", ")
            .map(|n| n.split(' ').next().unwrap_or("").to_owned())
            .filter(|n| n.contains("Timer") || n.starts_with("Rosie") || n.starts_with("Hass"))
            .collect();
        if !named.is_empty() {
            intents = named;
        } else if cells[0].starts_with("each") {
            continue;
        }
        let keys: Vec<&str> = cells[2]
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|k| !k.contains("::") && !k.contains(' '))
            .collect();
        for intent in &intents {
            for key in &keys {
                for (tag, matcher) in &matchers {
                    assert!(
                        matcher.response_keys(intent).contains(key),
                        "{tag}: {intent} has no response `{key}`"
                    );
                    let said = answered(matcher, intent, key, &data);
                    let quiet = (silent.contains(&intent.as_str()) && *key != "left")
                        || [("RosieRepeat", "default"), ("RosieCancelAlarm", "silenced")]
                            .contains(&(intent.as_str(), *key));
                    assert_eq!(said.is_empty(), quiet, "{tag}: {intent}.{key}: `{said}`");
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 100, "only {checked} answers in data/README.md");
}

/// The answers of the data itself render: their Jinja is Python's.
#[test]
fn answers_of_the_data_render() {
    for tag in ["en", "de", "es", "fr", "nl", "it"] {
        let matcher = Matcher::builder(&language(tag))
            .add_data_json(&data(tag))
            .unwrap()
            .build()
            .unwrap();
        let state = json!({ "state": "on", "state_with_unit": "21 °C", "name": "Lamp", "domain": "light", "entity_id": "light.x",
            "attributes": { "temperature": 20, "temperature_unit": "°C", "device_class": "door" } });
        let data = json!({
            "state": state, "query": { "matched": [{ "name": "A" }, { "name": "B" }], "unmatched": [] },
            "time": { "hour": 16, "minute": 5 }, "date": { "year": 2026, "month": 1, "day": 5, "weekday": 0 },
            "name": "Lampe", "area": "Küche", "item": "Milch", "timers": [], "canceled": 1, "brightness": 50, "color": "rot",
        });
        let mut failed = vec![];
        for intent in matcher.intents() {
            for key in matcher.response_keys(intent) {
                failed.extend(matcher.render_response(intent, key, &data).err().map(|e| e.to_string()));
            }
        }
        assert!(failed.is_empty(), "{tag}: {}", failed.join("\n"));
    }
}

#[test]
fn a_matched_intent_is_answered_with_its_words() {
    let en = standard("en");
    let intent = en
        .match_text(
            "Add two eggs to my shopping list.",
            &KnownNames::new(),
            &MatchContext::default(),
        )
        .unwrap();
    assert_eq!(
        en.render(&intent, &intent.response, &json!({})).unwrap().as_deref(),
        Some("Added two eggs")
    );
}
