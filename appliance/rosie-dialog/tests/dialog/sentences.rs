//! Questions that a sentence takes: the hub is asked, the answer worded, effects passed on; and templates that are
//! missing or broken.

use crate::common::{FakeHub, House, SENTENCES};
use rosie_core::{
    Completeness, Effect, EndpointId, ErrorCode, Language, RoomId, ToolResult,
    dialog::{Dialog, DialogEvent, Tier},
};
use rosie_dialog::{DialogConfig, LanguageProblem, LanguageSources, Languages, RosieDialog, llm::LlmEngine};
use serde_json::json;
use std::sync::{Arc, atomic::Ordering};

#[tokio::test]
async fn an_intent_is_carried_out_and_worded() {
    let house = House::with(LlmEngine::none());
    let heard = house.ask("Tick tock, time?").await;
    let reply = heard.outcome.as_ref().unwrap();
    assert_eq!((reply.text.as_str(), reply.tier), ("It is 16 hours.", Tier::Local));
    assert_eq!(reply.intent.as_deref(), Some("HassGetCurrentTime"));
    let [
        DialogEvent::IntentMatched(_),
        DialogEvent::ToolCalled(_),
        DialogEvent::ToolFinished { ok: true, .. },
        DialogEvent::Delta(text),
    ] = &heard.events[..]
    else {
        panic!("{:?}", heard.events)
    };
    assert_eq!(text, &reply.text);
    let calls = house.hub.calls.lock().unwrap();
    assert_eq!(
        (calls[0].1.room.as_str(), calls[0].1.endpoint.as_str()),
        ("kitchen", "kitchen-1")
    );
}

#[tokio::test]
async fn what_was_asked_for_word_by_word_is_no_command_whatever_it_says() {
    let house = House::with(LlmEngine::none());
    house.hub.takes_dictation.store(true, Ordering::Relaxed);
    for said in ["Tick tock, time?", "something that no sentence takes"] {
        let reply = house.ask(said).await.outcome.unwrap();
        assert_eq!(reply.text, "Passed on.");
        let (call, _) = house.hub.calls.lock().unwrap().pop().unwrap();
        assert_eq!(
            (call.name.as_str(), call.arguments),
            ("TestDictated", json!({ "message": said }))
        );
    }
    // Nothing shall be passed on after all.
    let _ = house.ask("never mind").await;
    let (call, _) = house.hub.calls.lock().unwrap().pop().unwrap();
    assert_eq!(call.name, "HassNevermind");
}

#[tokio::test]
async fn slots_become_arguments_and_effects_come_before_words() {
    let house = House::with(LlmEngine::none());
    let heard = house.ask("test louder by twenty").await;
    assert_eq!(heard.outcome.as_ref().unwrap().text, "Louder by 20.");
    assert_eq!(house.hub.calls.lock().unwrap()[0].0.arguments, json!({ "percent": 20 }));
    let effect = heard
        .events
        .iter()
        .position(|e| *e == DialogEvent::Effect(Effect::VolumeBy { percent: 20 }))
        .unwrap();
    let words = heard
        .events
        .iter()
        .position(|e| matches!(e, DialogEvent::Delta(_)))
        .unwrap();
    assert!(effect < words);
    assert_eq!(
        house.ask("keyed by sentence").await.outcome.unwrap().text,
        "chosen by the sentence"
    );
    let quiet = house.ask("test hush").await;
    assert_eq!(
        (quiet.outcome.as_ref().unwrap().text.as_str(), quiet.deltas().as_str()),
        ("", "")
    );
    assert!(quiet.events.contains(&DialogEvent::Effect(Effect::Silence)));
}

#[tokio::test]
async fn only_what_was_said_is_said_again() {
    let house = House::with(LlmEngine::none());
    let first = house.ask("test again").await;
    assert_eq!(first.outcome.as_ref().unwrap().text, "I said nothing yet.");
    assert!(!first.events.contains(&DialogEvent::Effect(Effect::Repeat)));
    let second = house.ask("test again").await;
    assert!(second.events.contains(&DialogEvent::Effect(Effect::Repeat)));
    assert_eq!(second.outcome.unwrap().text, "");
}

#[tokio::test]
async fn failures_come_back_as_they_are() {
    let house = House::with(LlmEngine::none());
    assert_eq!(
        house.ask("please fail").await.failure().code,
        ErrorCode::HomeNotConnected
    );
    assert_eq!(house.ask("  ").await.failure().code, ErrorCode::SttNoTextRecognized);
    assert_eq!(
        house.ask(&"what ".repeat(20_000)).await.failure().code,
        ErrorCode::LlmNotConfigured
    );
    let failure = house.ask("what is the meaning of plumbing").await.failure();
    assert_eq!(failure.code, ErrorCode::LlmNotConfigured);
    assert!(!failure.detail.contains("plumbing"));
}

/// Russian answers of the language data use Python that Jinja has not: the lamp went on and Rosie said that she failed.
#[tokio::test]
async fn what_was_done_is_told_even_without_its_words() {
    let house = House::with(LlmEngine::none());
    let heard = house.ask("test the words").await;
    assert_eq!(heard.outcome.unwrap().text, "Done.");
    assert_eq!(heard.events.last(), Some(&DialogEvent::Delta("Done.".into())));
}

#[tokio::test]
async fn announcements_always_have_words() {
    let house = House::with(LlmEngine::none());
    let result = |key: &str| ToolResult {
        response: key.to_owned(),
        data: json!({ "timer": { "name": "egg" } }),
        effects: Vec::new(),
    };
    let english = Language::new("en");
    assert_eq!(
        house.dialog.announcement("TestTimer", &result("late"), &english),
        "The egg timer is done."
    );
    assert_eq!(
        house
            .dialog
            .announcement("TestTimer", &result("default"), &Language::new("ja")),
        "The egg timer is done."
    );
    assert_eq!(
        house.dialog.announcement("TestNobody", &result("default"), &english),
        "Your timer is done."
    );
}

#[test]
fn completeness_is_that_of_the_templates() {
    let house = House::with(LlmEngine::none());
    let english = Language::new("en");
    assert_eq!(
        house.dialog.completeness("tick tock time", &english),
        Completeness::Complete
    );
    assert_eq!(
        house.dialog.completeness("test louder by", &english),
        Completeness::Dangling
    );
    assert_eq!(
        house.dialog.completeness("tick tock time", &Language::new("ja")),
        Completeness::Unknown
    );
}

#[test]
fn typed_words_are_in_the_first_language_whose_sentences_take_them() {
    let both = ["en", "de"].map(Language::new);
    let sources = LanguageSources {
        languages: both.to_vec(),
        ..LanguageSources::default()
    };
    let (languages, _) = Languages::load(&sources);
    let (hub, llm) = (Arc::new(FakeHub::default()), Arc::new(LlmEngine::none()));
    let dialog = RosieDialog::new(hub, languages, llm, DialogConfig::default());
    let (endpoint, room) = (EndpointId::from("kitchen-1"), RoomId::from("kitchen"));
    for (text, expected) in [
        ("what time is it", "en"),
        ("Wie spät ist es?", "de"),
        ("stell einen Timer auf fünf Minuten", "de"),
        ("set a timer for five minutes", "en"),
        ("Lösche den Timer.", "de"),
        // Nobody's sentence.
        ("Erzähl mir von den Eulen.", "en"),
    ] {
        let found = dialog.language_of(text, (&endpoint, &room), &both);
        assert_eq!(found.tag(), expected, "{text}");
    }
    let german = dialog.language_of("what time is it", (&endpoint, &room), &both[1..]);
    assert_eq!(german.tag(), "de", "there is no other");
}

#[test]
fn one_broken_file_leaves_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    std::fs::create_dir_all(own.join("en")).unwrap();
    std::fs::write(own.join("en.yaml"), SENTENCES).unwrap();
    std::fs::write(
        own.join("en/broken.yaml"),
        "intents: {X: {data: [{sentences: [\"(never closed\"]}]}}",
    )
    .unwrap();
    std::fs::write(
        own.join("en/more.yaml"),
        "language: en\nintents: {Extra: {data: [{sentences: [\"one extra\"]}]}}",
    )
    .unwrap();
    std::fs::write(own.join("en/notes.txt"), "no templates").unwrap();
    let sources = LanguageSources {
        languages: vec![Language::new("en"), Language::new("en"), Language::new("xx")],
        data: Some(folder.path().join("none")),
        more: Vec::new(),
        own: Some(own),
    };
    let (languages, problems) = Languages::load(&sources);
    let intents = languages.of(&Language::new("en-GB")).unwrap().intents();
    assert!(
        intents.contains(&"Extra") && intents.contains(&"TestVolume"),
        "{intents:?}"
    );
    assert!(languages.of(&Language::new("xx")).is_none());
    let templates: Vec<_> = problems
        .iter()
        .filter(|p| matches!(p, LanguageProblem::Template(_)))
        .collect();
    assert!(
        templates.len() == 1 && templates[0].to_string().contains("broken.yaml"),
        "{problems:?}"
    );
    assert!(problems.iter().any(|p| matches!(p, LanguageProblem::NoData { .. })));
    assert!(problems.contains(&LanguageProblem::NoSentences {
        language: Language::new("xx")
    }));
}

#[test]
fn damaged_data_leaves_rosies_own_sentences() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("en.json"), "{\"intents\": 7").unwrap();
    std::fs::write(folder.path().join("en.yaml"), SENTENCES).unwrap();
    let place = Some(folder.path().to_owned());
    let sources = LanguageSources {
        languages: vec![Language::new("en")],
        data: place.clone(),
        more: Vec::new(),
        own: place,
    };
    let (languages, problems) = Languages::load(&sources);
    assert!(languages.main().unwrap().intents().contains(&"TestVolume"));
    assert_eq!(problems.len(), 1, "{problems:?}");
}
