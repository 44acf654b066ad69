//! What people say to the calendar, the chat and the address book, in four languages (sentences/services.txt, which a person
//! can extend): the intent and its slots. And that these sentences take nothing away from a house of three hundred things.
#![allow(clippy::unwrap_used)]

use rosie_core::{Intent, KnownName, SlotValue};
use rosie_e2e::{
    sentences::{LANGUAGES, sentence_file},
    spoken::Spoken,
};
use std::{collections::BTreeMap, path::Path};

fn with_services(language: &'static str) -> Spoken {
    let file = |folder: &str| {
        let name = format!("{folder}/{language}.yaml");
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../appliance/rosie-hub/data")
            .join(&name);
        (name, std::fs::read_to_string(path).unwrap())
    };
    let mut spoken = Spoken::with(language, ["calendar", "chat", "contacts"].map(file).to_vec());
    let known = |names: &[&str]| -> Vec<KnownName> {
        let name = |name: &&str| KnownName {
            spoken: (*name).to_owned(),
            value: (*name).to_owned(),
            context: BTreeMap::new(),
        };
        names.iter().map(name).collect()
    };
    let team = match language {
        "es" => "equipo",
        "fr" => "équipe",
        _ => "team",
    };
    spoken
        .names
        .insert("chat_target".to_owned(), known(&[team, "Ben", "Town Square"]));
    spoken
        .names
        .insert("contact".to_owned(), known(&["Anna", "Anna Berg", "Clara"]));
    spoken
}

/// `RosieFree weekday=4 part=afternoon`; slots in order.
fn written(intents: &[Intent]) -> String {
    let one = |intent: &Intent| {
        let slot = |(name, slot): (&String, &rosie_core::Slot)| match &slot.value {
            SlotValue::Number(n) => format!(" {name}={n}"),
            SlotValue::Text(text) => format!(" {name}={text}"),
        };
        intent
            .slots
            .iter()
            .map(slot)
            .fold(intent.name.clone(), |all, slot| all + &slot)
    };
    match intents {
        [] => "-".to_owned(),
        all => all.iter().map(one).collect::<Vec<_>>().join("; "),
    }
}

#[test]
fn sentences_become_what_is_meant() {
    let text = sentence_file("services.txt");
    let (mut wrong, mut count) = (Vec::new(), 0);
    for language in LANGUAGES {
        let spoken = with_services(language);
        for line in text.lines().filter(|line| line.starts_with(&format!("{language} |"))) {
            let fields: Vec<&str> = line.split('|').map(str::trim).collect();
            let got = written(&spoken.understood("office", fields[1], &[]));
            count += 1;
            if got != fields[2] {
                wrong.push(format!("{language} | {} | {got}\n    wanted {}", fields[1], fields[2]));
            }
        }
    }
    println!("{count} sentences, {} wrong", wrong.len());
    assert!(
        wrong.is_empty(),
        "{} of {count} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 100, "only {count} sentences");
}

#[test]
fn a_house_is_understood_as_before() {
    let text = sentence_file("sentences.txt") + &sentence_file("spoken.txt");
    let mut other = Vec::new();
    for language in LANGUAGES {
        let (with, without) = (with_services(language), Spoken::new(language));
        for line in text.lines().filter(|line| line.starts_with(&format!("{language} |"))) {
            let fields: Vec<&str> = line.splitn(4, '|').map(str::trim).collect();
            let (now, before) = (
                with.outcome(fields[1], fields[2]),
                without.outcome(fields[1], fields[2]),
            );
            if now != before {
                other.push(format!("{language} | {} | {now}\n    before {before}", fields[2]));
            }
        }
    }
    assert!(other.is_empty(), "{} otherwise:\n{}", other.len(), other.join("\n"));
}
