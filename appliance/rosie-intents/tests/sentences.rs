//! What people really say, in four languages, as a recogniser writes it: each sentence with the intent and slots that
//! must come out (`tests/sentences/*.txt`), and sentences that are no command at all.

#![allow(clippy::unwrap_used)]

mod common;

use common::{standard, written};
use rosie_core::KnownNames;
use rosie_intents::{LANGUAGES, MatchContext};
use std::collections::BTreeMap;
use std::path::Path;

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sentences").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn check(language: &str) {
    let matcher = standard(language);
    let mut houses: BTreeMap<String, KnownNames> = serde_json::from_str(&read("house.json")).unwrap();
    let house = houses.remove(language).unwrap();
    let (mut names, mut context) = (KnownNames::new(), MatchContext::default().with_unresolved_names());
    let mut wrong = vec![];
    let mut count = 0;
    let files = [
        "",
        "memory-",
        "announce-",
        "reminders-",
        "account-",
        "weather-",
        "speakers-",
    ]
    .map(|kind| read(&format!("{kind}{language}.txt")));
    let sentences = files.concat();
    for line in sentences.lines() {
        match line {
            "# house" => (names, context) = (house.clone(), MatchContext::in_area("office")),
            "# no house" => (names, context) = (KnownNames::new(), MatchContext::default().with_unresolved_names()),
            line if line.starts_with('#') || line.trim().is_empty() => {}
            line => {
                let mut fields = line.splitn(3, '|').map(str::trim);
                let (text, intent, slots) = (
                    fields.next().unwrap(),
                    fields.next().unwrap(),
                    fields.next().unwrap_or(""),
                );
                let mut slots: Vec<&str> = slots.split("; ").filter(|s| !s.is_empty()).collect();
                slots.sort_unstable();
                let want = format!("{intent} | {}", slots.join("; "));
                let got = written(matcher.match_text(text, &names, &context).as_ref());
                count += 1;
                if got != want {
                    wrong.push(format!("{text}\n    want {want}\n    got  {got}"));
                }
            }
        }
    }
    assert!(count >= 40, "only {count} sentences for {language}");
    assert!(
        wrong.is_empty(),
        "{language}: {} of {count} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn english() {
    check("en");
}

#[test]
fn german() {
    check("de");
}

#[test]
fn spanish() {
    check("es");
}

#[test]
fn french() {
    check("fr");
}

#[test]
fn general_talk_is_no_command() {
    let matchers = LANGUAGES.map(|l| (l, standard(l)));
    let context = MatchContext::default().with_unresolved_names();
    let mut wrong = vec![];
    let mut count = 0;
    for line in read("none.txt").lines().filter(|l| !l.starts_with('#')) {
        let (language, text) = line.split_once('|').unwrap();
        let (_, matcher) = matchers.iter().find(|(l, _)| *l == language.trim()).unwrap();
        count += 1;
        if let Some(intent) = matcher.match_text(text, &KnownNames::new(), &context) {
            wrong.push(format!("{text} → {}", written(Some(&intent))));
        }
    }
    assert!(count >= 60, "only {count} sentences");
    assert!(
        wrong.is_empty(),
        "{} of {count} taken for commands:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
