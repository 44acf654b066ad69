//! Recording, recalling, remembering, forgetting.

use crate::support::*;
use rosie_core::{
    ErrorCode, Language, UserId,
    engine::EngineHealth,
    memory::{Collection, Forget, Memory, MemoryFilter, Remember, Speaker},
};
use rosie_memory::{RosieMemory, Store};
use std::sync::Arc;
use tempfile::tempdir;

#[test]
fn what_was_said_comes_to_mind_again_and_after_a_restart() {
    let folder = tempdir().unwrap();
    {
        let memory = memory(folder.path());
        let said = exchange("The plumber comes on Thursday at nine.", "Good to know.", NOW - 3 * DAY);
        wait(memory.record(said)).unwrap();
        wait(memory.record(exchange("Turn on the light.", "The light is on.", NOW - DAY))).unwrap();
        memory.settle();
        let found = recall(&memory, "When does the plumber come?", "");
        assert_eq!(found[0].text, "The plumber comes on Thursday at nine.");
        assert_eq!(found[0].collection, Collection::Messages);
        assert_eq!(found[0].room.as_ref().unwrap().as_str(), "kitchen");
        assert!(recall(&memory, "How tall is the Eiffel tower?", "").is_empty());
        assert_eq!(memory.info().health, EngineHealth::Ready);
    }
    let memory = memory(folder.path());
    assert_eq!(recall(&memory, "When does the plumber come?", "").len(), 1);
    let history = memory.history(&"c-1".into(), 3).unwrap();
    assert_eq!(
        history,
        [
            (Speaker::Rosie, "Good to know.".to_owned()),
            (Speaker::User, "Turn on the light.".to_owned()),
            (Speaker::Rosie, "The light is on.".to_owned())
        ]
    );
}

#[test]
fn the_present_conversation_is_left_out() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    wait(memory.record(by(
        exchange("The plumber comes Thursday.", "Fine.", NOW),
        "",
        "kitchen",
        "now",
    )))
    .unwrap();
    memory.settle();
    assert!(recall(&memory, "When does the plumber come?", "").is_empty());
}

#[test]
fn facts_are_found_in_passing_kept_once_and_superseded() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    for (text, at) in [
        ("My daughter's name is Ada.", 3),
        ("my daughter's name is Ada", 2),
        ("My daughter's name is Eva.", 1),
    ] {
        wait(memory.record(exchange(text, "Nice.", NOW - at * DAY))).unwrap();
    }
    assert_eq!(
        wait(memory.known_about(None, 10)).unwrap(),
        ["Your daughter's name is Eva."]
    );
    memory.settle();
    let found = recall(&memory, "What is my daughter's name?", "");
    assert_eq!(found[0].text, "Your daughter's name is Eva.");
    assert_eq!(found[0].collection, Collection::Facts);
}

#[test]
fn what_is_private_is_shown_to_its_owner_only() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    let heard = remember(&memory, "Remember that the wifi password is hunter2", "ann").unwrap();
    assert_eq!(heard, "The wifi password is hunter2.");
    remember(&memory, "remember that the bins go out on Tuesday", "ann").unwrap();
    memory.settle();
    let question = "What is the wifi password?";
    assert_eq!(
        texts(&recall(&memory, question, "ann")),
        ["The wifi password is hunter2."]
    );
    assert!(recall(&memory, question, "bob").is_empty());
    assert!(recall(&memory, question, "").is_empty());
    let known = wait(memory.known_about(Some(UserId::from("bob")), 10)).unwrap();
    assert_eq!(known, ["The bins go out on Tuesday."]);
}

#[test]
fn forgetting_takes_the_exchange_and_its_facts() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    wait(memory.record(exchange(
        "I'm allergic to peanuts.",
        "I'll keep that in mind.",
        NOW - DAY,
    )))
    .unwrap();
    wait(memory.record(exchange("The plumber comes Thursday.", "Fine.", NOW))).unwrap();
    let last = || Forget::Last {
        conversation: "c-1".into(),
    };
    assert_eq!(wait(memory.forget(last())).unwrap(), 2);
    assert_eq!(memory.history(&"c-1".into(), 10).unwrap().len(), 2);
    assert_eq!(wait(memory.forget(last())).unwrap(), 3, "two messages and a fact");
    assert_eq!(wait(memory.forget(last())).unwrap(), 0);
    assert!(wait(memory.known_about(None, 10)).unwrap().is_empty());
    memory.settle();
    assert!(recall(&memory, "What about peanuts?", "").is_empty());
}

#[test]
fn forgetting_by_words_takes_what_is_surely_meant() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    wait(memory.record(exchange("My daughter's name is Ada.", "Nice name.", NOW - DAY))).unwrap();
    wait(memory.record(exchange("The plumber comes Thursday.", "Fine.", NOW))).unwrap();
    memory.settle();
    let about = |text: &str| Forget::About {
        text: text.to_owned(),
        filter: MemoryFilter::default(),
    };
    assert_eq!(wait(memory.forget(about("the weather in Paris"))).unwrap(), 0);
    assert_eq!(wait(memory.forget(about("my daughter's name"))).unwrap(), 2);
    assert!(recall(&memory, "What is my daughter's name?", "").is_empty());
    assert_eq!(recall(&memory, "When does the plumber come?", "").len(), 1);
    let everything = Forget::Matching(MemoryFilter {
        all_users: true,
        ..MemoryFilter::default()
    });
    assert_eq!(wait(memory.forget(everything)).unwrap(), 3);
    assert!(memory.history(&"c-1".into(), 10).unwrap().is_empty());
}

#[test]
fn forgetting_a_thing_leaves_nothing_behind_that_names_it() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    for what in [
        "the wifi password is tulip-78-horse",
        "my pin is 4421",
        "the spare key is under the blue pot",
    ] {
        remember(&memory, what, "").unwrap();
    }
    // Asked for, and told again.
    wait(memory.record(exchange(
        "what's the wifi password",
        "The wifi password is tulip-78-horse.",
        NOW + 900,
    )))
    .unwrap();
    wait(memory.record(exchange("is the wifi slow today", "I can't see that.", NOW + 1800))).unwrap();
    memory.settle();
    let about = |text: &str| {
        let (text, filter) = (text.to_owned(), MemoryFilter::default());
        wait(memory.forget(Forget::About { text, filter })).unwrap()
    };
    assert!(about("the wifi") >= 2, "the fact and what repeats it");
    let remembered = |text: &str| {
        let remember = Remember {
            text: text.to_owned(),
            room: "kitchen".into(),
            user: None,
            language: Language::new("en"),
            now_unix_ms: NOW + 2000,
        };
        wait(memory.remember(remember)).unwrap();
    };
    for (told, forgotten) in [
        ("the alarm code is 9932", "the code of the alarm"),
        ("the alarm code is 9933", "the alarmcode out of your memory"),
        ("my locker number is 12", "my locker"),
        ("the sofa hides the router", "the thing about the sofa"),
        ("Tom likes figs", "everything about Tom and Anna"),
        ("the safe opens with orchid-5", "orchid-5"),
    ] {
        remembered(told);
        assert!(about(forgotten) >= 1, "{told}: {forgotten}");
    }
    assert!(about("pin") >= 1);
    let facts = facts_of(&memory);
    assert_eq!(facts.len(), 1, "{facts:?}");
    assert!(facts[0].sentence.contains("spare key"));
    for question in ["what is the wifi password", "what is my pin"] {
        let told = recall(&memory, question, "");
        let secret = |text: &str| text.contains("tulip") || text.contains("4421");
        assert!(!told.iter().any(|one| secret(&one.text)), "{told:?}");
    }
}

#[test]
fn what_was_asked_to_be_remembered_is_forgotten_with_the_words_that_asked_for_it() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    for (what, sentence) in [
        ("my cat is called Quibble", "Your cat's name is Quibble."),
        (
            "the spare key is under the blue pot",
            "The spare key is under the blue pot.",
        ),
    ] {
        // The fact is kept first, then the exchange that asked for it.
        assert_eq!(remember(&memory, what, "").unwrap(), sentence);
        let mut asked = exchange(
            &format!("please remember that {what}"),
            &format!("{sentence} I'll remember that."),
            NOW + 900,
        );
        asked.meta.intent = Some("RosieRemember".to_owned());
        wait(memory.record(asked)).unwrap();
    }
    // Told once more: the fact stays from the first.
    wait(memory.record(exchange("My cat is called Quibble.", "I know.", NOW + DAY))).unwrap();
    memory.settle();
    let facts = facts_of(&memory);
    assert_eq!(facts.len(), 2);
    assert!(facts.iter().all(|fact| fact.source_message.is_some()), "{facts:?}");
    let about = |text: &str| {
        let (text, filter) = (text.to_owned(), MemoryFilter::default());
        wait(memory.forget(Forget::About { text, filter })).unwrap()
    };
    assert_eq!(
        about("my cat's name is Quibble"),
        4,
        "the fact, asking for it, the answer, once more"
    );
    assert_eq!(about("the spare key under the blue pot"), 3);
    assert!(recall(&memory, "what is my cat called", "").is_empty());
    assert!(recall(&memory, "where is the spare key", "").is_empty());
}

#[test]
fn words_of_time_choose_the_time() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    wait(memory.record(exchange("Buy apples.", "Noted.", NOW - 8 * DAY))).unwrap();
    wait(memory.record(exchange("The plumber is late.", "Sorry.", NOW - DAY))).unwrap();
    wait(memory.record(exchange("The plumber is ill.", "Sorry.", NOW - 2 * DAY))).unwrap();
    memory.settle();
    assert_eq!(
        texts(&recall(&memory, "What did I say yesterday?", "")),
        ["Sorry.", "The plumber is late."]
    );
    let found = recall(&memory, "What did I say about the plumber yesterday?", "");
    assert_eq!(texts(&found), ["The plumber is late."]);
    assert_eq!(
        texts(&recall(&memory, "Was habe ich letzte Woche gesagt?", "")),
        ["Noted.", "Buy apples."]
    );
}

#[test]
fn words_alone_serve_where_there_is_no_embedder() {
    let folder = tempdir().unwrap();
    let mut parts = parts(Store::open(folder.path()).unwrap(), None);
    parts.embedder = Some(Arc::new(Fetched::default()));
    let memory = RosieMemory::start(parts).unwrap();
    memory.settle();
    wait(memory.record(exchange("The plumber comes Thursday.", "Fine.", NOW - DAY))).unwrap();
    assert_eq!(recall(&memory, "When does the plumber come?", "").len(), 1);
    assert!(recall(&memory, "How is the weather?", "").is_empty());
    let EngineHealth::Degraded { reason } = memory.info().health else {
        panic!("{:?}", memory.info())
    };
    assert!(reason.contains("words only: the model is not installed"), "{reason}");
}

#[test]
fn an_ended_memory_refuses_and_nothing_to_remember_is_said_so() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    assert_eq!(
        remember(&memory, "Remember that", "").unwrap_err().code,
        ErrorCode::BadRequest
    );
    memory.end();
    assert_eq!(
        wait(memory.record(exchange("a", "b", NOW))).unwrap_err().code,
        ErrorCode::MemoryUnavailable
    );
}
