//! What was said is read for facts once, in order; what a model makes of it is kept as far as it was said.

use super::support::*;
use rosie_core::memory::{FactReading, FactRecord, Forget, Memory, MemoryFilter, MessageMeta};

fn fact(subject: &str, predicate: &str, object: &str, single: bool) -> String {
    format!(
        r#"{{"facts":[{{"subject":"{subject}","predicate":"{predicate}","object":"{object}","sentence":"It is {object}.","single":{single},"confidence":0.9}}]}}"#
    )
}

fn facts(memory: &rosie_memory::RosieMemory) -> Vec<(String, Vec<String>, bool)> {
    let seen = |fact: FactRecord| (fact.object, fact.tags, fact.superseded_by.is_some());
    facts_of(memory).into_iter().map(seen).collect()
}

#[test]
fn read_once_in_order_and_kept_as_far_as_it_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let memory = memory(folder.path());
    let command = MessageMeta {
        intent: Some("HassTurnOn".into()),
        ..MessageMeta::default()
    };
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis() as u64;
    let say = |at: u64, text: &str, meta: MessageMeta| {
        let exchange = rosie_core::memory::Exchange {
            meta,
            ..exchange(text, "Okay.", now + at)
        };
        wait(memory.record(exchange)).unwrap();
    };
    say(0, "turn on the lamp in the office", command);
    say(
        1_000,
        "the boiler man is called Berg by the way",
        MessageMeta::default(),
    );
    say(2_000, "is it going to rain today?", MessageMeta::default());
    say(3_000, "good morning", MessageMeta::default());
    say(
        4_000,
        "oh and the boiler man is now called Stein",
        MessageMeta::default(),
    );

    let task = wait(memory.unread()).unwrap().expect("something to read");
    assert!(
        task.prompt.contains("Berg") && !task.prompt.contains("lamp"),
        "{}",
        task.prompt
    );
    // Nothing is marked before the answer is there.
    assert_eq!(wait(memory.unread()).unwrap().as_ref(), Some(&task));
    assert_eq!(
        wait(memory.read(task, &fact("boiler man", "name", "Berg", true))).unwrap(),
        1
    );
    let task = wait(memory.unread()).unwrap().expect("more to read");
    assert!(
        task.prompt.contains("Stein"),
        "commands, questions and greetings are passed over: {}",
        task.prompt
    );
    assert_eq!(
        wait(memory.read(task.clone(), &fact("boiler man", "name", "Stein", true))).unwrap(),
        1
    );
    assert_eq!(wait(memory.unread()).unwrap(), None);
    let mut all = facts(&memory);
    all.sort();
    let tag = vec!["found-by-model".to_owned()];
    assert_eq!(all, [("Stein".to_owned(), tag, false)], "the old name is history");

    // Known in other words, made up, no JSON: nothing.
    for answer in [
        fact("plumber", "is", "Stein", false),
        fact("user", "name", "Napoleon", false),
        "none".to_owned(),
    ] {
        assert_eq!(wait(memory.read(task.clone(), &answer)).unwrap(), 0, "{answer}");
    }
    drop(memory);
    let memory = super::support::memory(folder.path());
    assert_eq!(
        wait(memory.unread()).unwrap(),
        None,
        "what was read stays read after a restart"
    );
}

#[test]
fn nothing_is_kept_of_what_was_deleted_while_the_model_read() {
    let folder = tempfile::tempdir().unwrap();
    let memory = memory(folder.path());
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis() as u64;
    wait(memory.record(exchange("the new doctor is called Berg you know", "Okay.", now))).unwrap();
    let task = wait(memory.unread()).unwrap().expect("something to read");
    let everything = MemoryFilter {
        all_users: true,
        ..MemoryFilter::default()
    };
    wait(memory.forget(Forget::Matching(everything))).unwrap();
    assert_eq!(
        wait(memory.read(task, &fact("doctor", "name", "Berg", true))).unwrap(),
        0
    );
    assert_eq!(facts(&memory), []);
}
