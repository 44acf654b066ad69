//! Sums, units, spoken durations and dates, and the answers made of them.

#![allow(clippy::unwrap_used)]

mod common;

use common::{data, standard};
use rosie_core::{KnownNames, Language};
use rosie_intents::arithmetic::{ArithmeticError, answer, evaluate};
use rosie_intents::numbers::NumberWords;
use rosie_intents::spoken::{self, Date};
use rosie_intents::text::{Folding, Text};
use rosie_intents::units::{self, UnitError};
use rosie_intents::{LANGUAGES, MatchContext, Matcher};
use serde_json::{Value, json};

fn language(tag: &str) -> Language {
    Language::new(tag)
}

#[test]
fn numbers_in_words() {
    let cases = [
        ("en", "zero", 0.0),
        ("en", "twenty-five", 25.0),
        ("en", "a hundred and one", 101.0),
        ("en", "one thousand nine hundred and eighty-four", 1984.0),
        ("en", "three million", 3e6),
        ("en", "seven point two five", 7.25),
        ("de", "fünfundzwanzig", 25.0),
        ("de", "fünf und zwanzig", 25.0),
        ("de", "einhunderteins", 101.0),
        ("de", "hundertfünfundzwanzig", 125.0),
        ("de", "zweitausenddreihundertvierundfünfzig", 2354.0),
        ("de", "dreißig", 30.0),
        ("de", "eine Million zweihunderttausend", 1_200_000.0),
        ("de", "drei Komma eins fünf", 3.15),
        ("de", "zweieinhalb", 2.5),
        ("es", "treinta y cinco", 35.0),
        ("es", "veintidós", 22.0),
        ("es", "ciento uno", 101.0),
        ("es", "quinientos treinta y cinco", 535.0),
        ("es", "dos mil setecientos", 2700.0),
        ("es", "un millón", 1e6),
        ("es", "tres coma cinco", 3.5),
        ("fr", "vingt et un", 21.0),
        ("fr", "soixante-quinze", 75.0),
        ("fr", "soixante et onze", 71.0),
        ("fr", "quatre-vingts", 80.0),
        ("fr", "quatre-vingt-dix-neuf", 99.0),
        ("fr", "deux cent trente-quatre", 234.0),
        ("fr", "mille neuf cent quatre-vingt-quatre", 1984.0),
        ("fr", "septante-deux", 72.0),
        ("fr", "trois virgule cinq", 3.5),
    ];
    for (tag, text, want) in cases {
        let folding = Folding::of(&language(tag), false);
        let words = NumberWords::of(&language(tag), folding).unwrap();
        let text = Text::new(text, folding);
        let got = words
            .read(&text.chars, 0)
            .into_iter()
            .find(|(end, _)| *end == text.chars.len() - 1);
        assert_eq!(
            got.map(|g| g.1),
            Some(want),
            "{tag}: {:?}",
            text.spoken.iter().collect::<String>()
        );
    }
}

#[test]
fn sums() {
    let cases = [
        ("en", "12 times 7", 84.0),
        ("en", "twelve times seven", 84.0),
        ("en", "15 percent of 80", 12.0),
        ("en", "15% of 80", 12.0),
        ("en", "the square root of 144", 12.0),
        ("en", "3 plus 4 minus 2", 5.0),
        ("en", "2 plus 3 times 4", 14.0),
        ("en", "10 minus 2 minus 3", 5.0),
        ("en", "100 divided by 8", 12.5),
        ("en", "two to the power of ten", 1024.0),
        ("en", "5 squared plus 12 squared", 169.0),
        ("en", "80 plus 15 percent", 92.0),
        ("en", "20 percent off 50", 40.0),
        ("en", "half of 51", 25.5),
        ("en", "3+4*2", 11.0),
        ("en", "(3+4)*2", 14.0),
        ("en", "12x7", 84.0),
        ("en", "5 factorial", 120.0),
        ("en", "minus 5 plus 3", -2.0),
        ("en", "multiply 6 by 7", 42.0),
        ("en", "subtract 3 from 10", 7.0),
        ("en", "the sum of 3 and 4", 7.0),
        ("en", "0.1 + 0.2", 0.1 + 0.2),
        ("en", "one hundred and five plus two", 107.0),
        ("de", "zwölf mal sieben", 84.0),
        ("de", "15 Prozent von 80", 12.0),
        ("de", "die Wurzel aus 144", 12.0),
        ("de", "hundert geteilt durch acht", 12.5),
        ("de", "zwei hoch zehn", 1024.0),
        ("es", "doce por siete", 84.0),
        ("es", "el 15 por ciento de 80", 12.0),
        ("es", "raíz cuadrada de 144", 12.0),
        ("es", "cien dividido entre ocho", 12.5),
        ("es", "tres más cuatro menos dos", 5.0),
        ("fr", "douze fois sept", 84.0),
        ("fr", "15 pour cent de 80", 12.0),
        ("fr", "racine carrée de 144", 12.0),
        ("fr", "cent divisé par huit", 12.5),
        ("fr", "trois plus quatre moins deux", 5.0),
        ("ja", "3+4", 7.0),
    ];
    for (tag, text, want) in cases {
        let text = text.strip_prefix("el ").unwrap_or(text);
        let got = evaluate(text, &language(tag));
        assert!(
            got.is_some_and(|g| (g - want).abs() < 1e-9),
            "{tag}: {text}: want {want}, got {got:?}"
        );
    }
    for no_sum in [
        "",
        "twelve",
        "hello",
        "12 times",
        "times 7",
        "5 percent",
        "what is 3 plus 4 apples",
        "- - - - 5",
        "()",
    ] {
        assert_eq!(evaluate(no_sum, &language("en")), None, "{no_sum}");
    }
}

#[test]
fn sums_that_have_no_answer_say_why() {
    let why = |text: &str| answer(text, &language("en")).unwrap_err();
    assert_eq!(why("5 divided by 0"), ArithmeticError::DivideByZero);
    assert_eq!(why("square root of minus 4"), ArithmeticError::NoRealRoot);
    assert_eq!(why("99 to the power of 99"), ArithmeticError::TooLarge);
    assert_eq!(why("nothing"), ArithmeticError::NotUnderstood);
    let good = answer("0.1 + 0.2", &language("de")).unwrap();
    assert_eq!(
        (good.expression.as_str(), good.result.as_str()),
        ("0,1 plus 0,2", "0,3")
    );
    let third = answer("ten divided by three", &language("en")).unwrap();
    assert_eq!(
        (third.expression.as_str(), third.result.as_str()),
        ("10 divided by 3", "3.3333")
    );
}

#[test]
fn unit_conversions() {
    let cases = [
        (1.0, "litre", "cup", 4.2268),
        (5.0, "mile", "kilometre", 8.0467),
        (70.0, "fahrenheit", "celsius", 21.1111),
        (100.0, "celsius", "fahrenheit", 212.0),
        (0.0, "celsius", "kelvin", 273.15),
        (1.0, "pound", "ounce", 16.0),
        (1.0, "gallon", "pint", 8.0),
        (1.0, "day", "second", 86400.0),
        (100.0, "kilometre_per_hour", "mile_per_hour", 62.1371),
        (1.0, "gigabyte", "megabyte", 1000.0),
        (12.0, "inch", "foot", 1.0),
    ];
    for (amount, from, to, want) in cases {
        let got = units::convert(amount, from, to).unwrap();
        assert!(
            (got - want).abs() < 1e-3 * want.abs().max(1.0),
            "{amount} {from} in {to}: want {want}, got {got}"
        );
        let back = units::convert(got, to, from).unwrap();
        assert!((back - amount).abs() < 1e-9 * amount.abs().max(1.0), "{from} and back");
    }
    let said = units::answer(5.0, "mile", "kilometre", &language("en")).unwrap();
    assert_eq!((said.from.as_str(), said.to.as_str()), ("5 miles", "8.05 kilometres"));
    assert_eq!(
        units::answer(1.0, "kilometre", "mile", &language("fr")).unwrap().to,
        "0,6214 mile"
    );
    assert_eq!(
        units::answer(2.5, "foot", "metre", &language("de")).unwrap().from,
        "2,5 Fuß"
    );
    let error = units::answer(1.0, "mile", "gram", &language("es")).unwrap_err();
    assert_eq!(
        error,
        UnitError::Incompatible {
            from: "millas".into(),
            to: "gramos".into()
        }
    );
    assert_eq!(
        units::convert(1.0, "mile", "parsec"),
        Err(UnitError::Unknown("parsec".into()))
    );
    for id in units::ids() {
        for tag in LANGUAGES {
            assert!(
                units::said(2.0, id, &language(tag)).len() > 3,
                "{id} has no name in {tag}"
            );
        }
    }
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
    let data = json!({
        "timer": timer, "timers": [timer, timer], "count": 2, "changed_seconds": 60, "late_seconds": 300, "week": 2, "offset": 0,
        "time": { "hour": 9, "minute": 5 }, "date": { "year": 2026, "month": 1, "day": 5, "weekday": 0 },
        "expression": "1 plus 1", "result": "2", "from": "1 mile", "to": "1.61 kilometres", "volume": 40
    });
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
                    let quiet = silent.contains(&intent.as_str()) || (intent == "RosieRepeat" && *key == "default");
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
