//! What people say to a house of three hundred things, in four languages: each sentence with the services that must be
//! called (sentences/sentences.txt, which a person can extend), sentences that are no command, and how long it takes.
#![allow(clippy::unwrap_used)]

use rosie_core::{CallContext, Intent, Language, SlotValue, ToolCall, TurnId};
use rosie_e2e::sentences::{LANGUAGES, house, sentence_file};
use rosie_hub::{
    SystemClock,
    home_assistant::{HomeAssistant, HomeAssistantConfig, House, Plan, Token, plan},
    integration::Integration,
};
use rosie_intents::{MatchContext, Matcher};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Instant};

struct Spoken {
    language: &'static str,
    house: House,
    matcher: Matcher,
}

impl Spoken {
    fn new(language: &'static str) -> Self {
        let data = rosie_e2e::models().join(format!("home-assistant-intents/data/{language}.json"));
        let data = std::fs::read_to_string(&data).unwrap_or_else(|error| panic!("{}: {error}", data.display()));
        let config = HomeAssistantConfig::new("http://nowhere", Token::new("none"), Default::default()).unwrap();
        let integration = HomeAssistant::new(config, Arc::new(SystemClock)).unwrap();
        let own: Vec<(String, String)> = integration
            .intents()
            .into_iter()
            .filter(|sentences| sentences.language == language)
            .map(|sentences| (sentences.file.to_owned(), sentences.yaml.to_owned()))
            .collect();
        Self {
            language,
            house: house(language),
            matcher: Matcher::standard(&Language::new(language), Some(&data), &own).unwrap(),
        }
    }

    fn matched(&self, room: &str, text: &str) -> Option<Intent> {
        let names = self.house.registry.names();
        let area = self.house.registry.areas.iter().find(|area| area.id == room).unwrap();
        let context = MatchContext::default()
            .with("area", room, &area.name)
            .with_unresolved_names();
        self.matcher.match_text(text, names, &context)
    }

    /// As the file writes it.
    fn outcome(&self, room: &str, text: &str) -> String {
        let Some(intent) = self.matched(room, text) else {
            return "-".to_owned();
        };
        let context = CallContext {
            turn_id: TurnId(1),
            room: room.into(),
            endpoint: "panel".into(),
            language: Language::new(self.language),
            conversation: "c".into(),
            user: None,
        };
        let call = ToolCall {
            name: intent.name.clone(),
            arguments: arguments(&intent),
        };
        match plan(&self.house, &call, &context) {
            Ok(Plan::Do { calls, .. }) => {
                let calls = calls.iter().map(|call| {
                    let data = match call.data.is_empty() {
                        true => String::new(),
                        false => format!(" {}", Value::Object(call.data.clone())),
                    };
                    format!(
                        "{}.{}{data} {}",
                        call.domain,
                        call.service,
                        self.shortened(&call.entities)
                    )
                });
                calls.collect::<Vec<_>>().join("; ")
            }
            Ok(Plan::Answer(result)) => {
                let key = match result.response.as_str() {
                    "default" => intent.response.clone(),
                    key => key.to_owned(),
                };
                format!(
                    "= {}",
                    self.matcher
                        .render(&intent, &key, &result.data)
                        .unwrap()
                        .unwrap_or_default()
                )
            }
            Ok(Plan::Item { list, item, remove }) => {
                format!("{} {item:?} {list}", if remove { "remove" } else { "complete" })
            }
            Ok(Plan::Play { player, query, .. }) => format!("play {query:?} {player}"),
            Ok(Plan::Which { choices }) => format!("? {}", choices.join(" ")),
            Err(failure) => match call.name.starts_with("Hass") && failure.code.as_str() != "not-supported" {
                true => format!("! {}", failure.code),
                false => format!("own {}", call.name),
            },
        }
    }

    /// All of a kind in a room, or in the house, as `light.kitchen_*`.
    fn shortened(&self, ids: &[String]) -> String {
        let all: Vec<&String> = self.house.registry.entities.keys().collect();
        let mut prefixes: Vec<String> = self
            .house
            .registry
            .areas
            .iter()
            .flat_map(|area| ["light", "switch", "fan", "cover"].map(|kind| format!("{kind}.{}_", area.id)))
            .chain(["light.".to_owned(), "fan.".to_owned()])
            .collect();
        prefixes.reverse();
        let mut left: Vec<&String> = ids.iter().collect();
        let mut short = Vec::new();
        for prefix in prefixes {
            let of: Vec<&String> = all.iter().copied().filter(|id| id.starts_with(&prefix)).collect();
            if of.len() > 2 && of.iter().all(|id| left.contains(id)) {
                left.retain(|id| !of.contains(id));
                short.push(format!("{prefix}*"));
            }
        }
        short.sort();
        short.extend(left.into_iter().cloned());
        short.join(" ")
    }
}

fn arguments(intent: &Intent) -> Value {
    let value = |value: &SlotValue| match value {
        SlotValue::Number(n) if n.fract() == 0.0 => json!(*n as i64),
        SlotValue::Number(n) => json!(n),
        SlotValue::Text(text) => json!(text),
    };
    let slots = intent
        .slots
        .iter()
        .map(|(name, slot)| (name.clone(), value(&slot.value)));
    Value::Object(slots.collect::<Map<_, _>>())
}

fn all() -> BTreeMap<&'static str, Spoken> {
    LANGUAGES
        .into_iter()
        .map(|language| (language, Spoken::new(language)))
        .collect()
}

/// Language, room, words, outcome.
fn lines(text: &str) -> Vec<(&str, &str, &str, &str)> {
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let fields = lines.map(|line| {
        let mut fields = line.splitn(4, '|').map(str::trim);
        let mut next = || fields.next().unwrap_or_else(|| panic!("{line}: four fields"));
        (next(), next(), next(), next())
    });
    fields.collect()
}

#[test]
fn sentences_become_the_calls_that_are_meant() {
    let spoken = all();
    assert!(
        spoken["en"].house.registry.entities.len() >= 300,
        "{}",
        spoken["en"].house.registry.entities.len()
    );
    let text = sentence_file("sentences.txt");
    let (mut wrong, mut commands, mut none) = (Vec::new(), 0, 0);
    for (language, room, words, wanted) in lines(&text) {
        let got = spoken[language].outcome(room, words);
        if wanted == "-" {
            none += 1;
        } else {
            commands += 1;
        }
        if got != wanted {
            wrong.push(format!("{language} | {room} | {words} | {got}\n    wanted {wanted}"));
        }
    }
    println!(
        "{commands} commands and {none} sentences that are none, {} wrong",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(
        commands >= 150 && none >= 50,
        "{commands} commands, {none} that are none"
    );
}

#[test]
fn matching_in_a_house_of_three_hundred_things() {
    let spoken = all();
    let text = sentence_file("sentences.txt");
    for (language, known) in &spoken {
        // The quickest of five: other programs on a busy machine do not count.
        let sentences = lines(&text).into_iter().filter(|(of, ..)| of == language);
        let mut took: Vec<f64> = sentences
            .map(|(_, room, words, _)| {
                let tries = (0..5).map(|_| {
                    let began = Instant::now();
                    let _ = known.matched(room, words);
                    began.elapsed().as_secs_f64() * 1000.0
                });
                tries.fold(f64::INFINITY, f64::min)
            })
            .collect();
        took.sort_by(f64::total_cmp);
        let at = |part: usize| took[(took.len() * part / 100).min(took.len() - 1)];
        let load = std::fs::read_to_string("/proc/loadavg").unwrap();
        println!(
            "{language}: {} sentences among {} names: p50 {:.2} ms, p99 {:.2} ms (goal 10; load {})",
            took.len(),
            known.house.registry.names()["name"].len(),
            at(50),
            at(99),
            load.split(' ').next().unwrap_or_default()
        );
    }
}
