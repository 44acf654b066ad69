//! The owner looks, changes, deletes, takes out and brings in.

use crate::support::*;
use rosie_core::{
    ErrorCode, Failure, UserId,
    memory::{
        ChunkSource, Collection, Memory, MemoryAdmin, MemoryEdit, MemoryFilter, MemoryItem, MemoryQuery, MemoryRecord,
        MemorySettings, NewFact,
    },
};
use rosie_memory::{FILE_NAME, RosieMemory};
use std::{
    path::Path,
    sync::{Arc, Mutex},
};
use tempfile::tempdir;

pub fn everything() -> MemoryFilter {
    MemoryFilter {
        all_users: true,
        ..MemoryFilter::default()
    }
}

fn list(memory: &RosieMemory, filter: MemoryFilter) -> Vec<MemoryItem> {
    wait(memory.query(MemoryQuery {
        filter,
        limit: 1000,
        ..MemoryQuery::default()
    }))
    .unwrap()
}

fn text(item: &MemoryItem) -> String {
    match &item.record {
        MemoryRecord::Message(message) => message.text.clone(),
        MemoryRecord::Fact(fact) => fact.sentence.clone(),
        MemoryRecord::Document(document) => document.title.clone(),
        MemoryRecord::Chunk(chunk) => chunk.text.clone(),
    }
}

fn id(item: &MemoryItem) -> String {
    match &item.record {
        MemoryRecord::Message(message) => message.id.clone(),
        MemoryRecord::Fact(fact) => fact.id.clone(),
        MemoryRecord::Document(document) => document.id.clone(),
        MemoryRecord::Chunk(chunk) => chunk.id.clone(),
    }
}

fn filled(folder: &Path) -> RosieMemory {
    let memory = memory(folder);
    for (day, user, room, question) in [
        (4, "ann", "kitchen", "The plumber comes Thursday."),
        (3, "bob", "attic", "My sister's name is Zoe."),
        (2, "", "kitchen", "Turn on the light."),
    ] {
        let said = exchange(question, "All right, noted.", NOW - day * DAY);
        wait(memory.record(by(said, user, room, room))).unwrap();
    }
    memory.settle();
    memory
}

#[test]
fn lists_are_filtered_and_paged() {
    let folder = tempdir().unwrap();
    let memory = filled(folder.path());
    assert_eq!(list(&memory, everything()).len(), 7);
    let rooms = |room: &str| MemoryFilter {
        rooms: vec![room.into()],
        collections: vec![Collection::Messages],
        ..everything()
    };
    assert_eq!(list(&memory, rooms("kitchen")).len(), 4);
    assert_eq!(list(&memory, rooms("cellar")).len(), 0);
    let house = list(&memory, MemoryFilter::default());
    assert_eq!(
        house.iter().map(text).collect::<Vec<_>>(),
        ["All right, noted.", "Turn on the light."]
    );
    let of_bob = MemoryFilter {
        user: Some(UserId::from("bob")),
        since_unix_ms: Some(NOW - 3 * DAY),
        until_unix_ms: Some(NOW - 2 * DAY),
        ..MemoryFilter::default()
    };
    assert_eq!(list(&memory, of_bob).len(), 3);
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = wait(memory.query(MemoryQuery {
            filter: everything(),
            limit: 2,
            before: before.clone(),
            text: None,
        }))
        .unwrap();
        let Some(last) = page.last() else { break };
        before = Some(id(last));
        seen.extend(page.iter().map(id));
    }
    assert_eq!(seen, list(&memory, everything()).iter().map(id).collect::<Vec<_>>());
    let found = wait(memory.query(MemoryQuery {
        text: Some("plumber".to_owned()),
        filter: everything(),
        ..MemoryQuery::default()
    }))
    .unwrap();
    assert_eq!(text(&found[0]), "The plumber comes Thursday.");
    assert!(found[0].score.unwrap() > 0.3);
    let wrong = MemoryFilter {
        since_unix_ms: Some(2),
        until_unix_ms: Some(1),
        ..everything()
    };
    let query = MemoryQuery {
        filter: wrong,
        ..MemoryQuery::default()
    };
    assert_eq!(wait(memory.query(query)).unwrap_err().code, ErrorCode::BadRequest);
}

#[test]
fn items_are_edited_tagged_and_deleted() {
    let folder = tempdir().unwrap();
    let memory = filled(folder.path());
    let plumber = id(&wait(memory.query(MemoryQuery {
        text: Some("plumber".to_owned()),
        filter: everything(),
        ..MemoryQuery::default()
    }))
    .unwrap()[0]);
    let edit = MemoryEdit {
        text: Some("The gardener comes Thursday.".to_owned()),
        tags: Some(vec!["House ".to_owned(), "house".to_owned()]),
        ..MemoryEdit::default()
    };
    let MemoryRecord::Message(message) = wait(memory.edit(&plumber, edit)).unwrap() else {
        panic!("no message")
    };
    assert_eq!(
        (message.tags.as_slice(), message.edited_unix_ms.is_some()),
        (&["house".to_owned()][..], true)
    );
    memory.settle();
    assert_eq!(
        texts(&recall(&memory, "When does the gardener come?", "ann")),
        ["The gardener comes Thursday."]
    );
    assert!(recall(&memory, "When does the plumber come?", "ann").is_empty());
    let tagged = MemoryFilter {
        tags: vec!["house".to_owned()],
        ..everything()
    };
    assert_eq!(list(&memory, tagged).len(), 1);
    assert_eq!(wait(memory.delete(vec![plumber.clone(), plumber.clone()])).unwrap(), 1);
    assert_eq!(wait(memory.get(&plumber)).unwrap(), None);
    assert_eq!(
        wait(memory.delete(vec!["nonsense".to_owned()])).unwrap_err().code,
        ErrorCode::BadRequest
    );
    let nothing = MemoryEdit::default();
    assert_eq!(
        wait(memory.edit(&plumber, nothing)).unwrap_err().code,
        ErrorCode::BadRequest
    );
}

#[test]
fn facts_are_added_changed_and_show_their_history() {
    let folder = tempdir().unwrap();
    let memory = filled(folder.path());
    let fact = wait(memory.add_fact(NewFact {
        subject: "House".to_owned(),
        predicate: "bin day".to_owned(),
        object: "Tuesday".to_owned(),
        sentence: "The bins go out on Tuesday.".to_owned(),
        visible_to: None,
        tags: vec![],
    }))
    .unwrap();
    let edit = MemoryEdit {
        object: Some("Friday".to_owned()),
        visible_to: Some(Some(UserId::from("ann"))),
        ..MemoryEdit::default()
    };
    let MemoryRecord::Fact(edited) = wait(memory.edit(&fact.id, edit)).unwrap() else {
        panic!("no fact")
    };
    assert_eq!(edited.sentence, "The bins go out on Friday.");
    assert!(wait(memory.known_about(None, 9)).unwrap().is_empty());
    wait(memory.record(by(
        exchange("My sister's name is Mia.", "Oh.", NOW),
        "bob",
        "attic",
        "x",
    )))
    .unwrap();
    let found = list(
        &memory,
        MemoryFilter {
            collections: vec![Collection::Facts],
            user: Some(UserId::from("bob")),
            ..MemoryFilter::default()
        },
    );
    assert_eq!(found.len(), 1, "what was superseded is not listed");
    let history = wait(memory.fact_history(&id(&found[0]))).unwrap();
    assert_eq!(
        history.iter().map(|fact| fact.object.as_str()).collect::<Vec<_>>(),
        ["Mia", "Zoe"]
    );
    let stats = memory.stats().unwrap();
    assert_eq!((stats.facts, stats.facts_superseded, stats.messages), (2, 1, 8));
    assert_eq!(wait(memory.delete(vec![id(&found[0])])).unwrap(), 1);
    assert_eq!(memory.stats().unwrap().facts_superseded, 0);
}

fn exported(memory: &RosieMemory) -> Vec<u8> {
    let all = Arc::new(Mutex::new(Vec::new()));
    let sink = all.clone();
    wait(memory.export(
        Box::new(move |piece| {
            sink.lock().unwrap().extend(piece);
            true
        }),
        Box::new(|done, all| assert!(done <= all)),
    ))
    .unwrap();
    std::mem::take(&mut *all.lock().unwrap())
}

fn source(bytes: Vec<u8>) -> ChunkSource {
    let mut pieces: Vec<Vec<u8>> = bytes.chunks(1000).map(<[u8]>::to_vec).collect();
    pieces.reverse();
    Box::new(move || pieces.pop().map(Ok))
}

#[test]
fn an_export_comes_back_whole_and_a_wrong_file_changes_nothing() {
    let folder = tempdir().unwrap();
    let other = tempdir().unwrap();
    let memory = filled(folder.path());
    wait(memory.set_settings(MemorySettings {
        retention_days: None,
        do_not_store_rooms: vec!["bath".into()],
    }))
    .unwrap();
    let bytes = exported(&memory);
    serde_json::from_slice::<serde_json::Value>(&bytes).unwrap();
    let copy = crate::support::memory(other.path());
    let cut = bytes[..bytes.len() - 20].to_vec();
    let none = Box::new(|_, _| {});
    let refused = wait(copy.import(source(cut), none.clone())).unwrap_err();
    assert_eq!(refused.code, ErrorCode::BadRequest);
    // Wrong in the last record: nothing of those before is kept.
    let wrong = String::from_utf8(bytes.clone())
        .unwrap()
        .replace("\"confidence\":0.8", "\"confidence\":\"high\"");
    assert!(wait(copy.import(source(wrong.into_bytes()), none.clone())).is_err());
    let broken: ChunkSource = Box::new(|| Some(Err(Failure::new(ErrorCode::BadRequest, "the sender left"))));
    assert!(wait(copy.import(broken, none.clone())).is_err());
    assert_eq!(copy.stats().unwrap().messages, 0);
    let imported = wait(copy.import(source(bytes.clone()), none.clone())).unwrap();
    assert_eq!((imported.messages, imported.facts), (6, 1));
    assert_eq!(exported(&copy), bytes);
    copy.settle();
    assert_eq!(
        texts(&recall(&copy, "What is my sister's name?", "bob")),
        ["Your sister's name is Zoe."]
    );
    wait(copy.import(source(bytes.clone()), none)).unwrap();
    assert_eq!(exported(&copy), bytes, "a second time changes nothing");
    assert_eq!(copy.settings().unwrap().do_not_store_rooms.len(), 1);
}

#[test]
fn what_is_in_a_file_twice_counts_once_and_a_moment_that_is_none_is_told_with_its_line() {
    let (folder, other) = (tempdir().unwrap(), tempdir().unwrap());
    let text = String::from_utf8(exported(&filled(folder.path()))).unwrap();
    let copy = crate::support::memory(other.path());
    let none = Box::new(|_, _| {});
    let from = text.find("\"unix_ms\":").unwrap() + "\"unix_ms\":".len();
    let until = from + text[from..].find(|c: char| !c.is_ascii_digit()).unwrap();
    let late = format!("{}{}{}", &text[..from], 1_u64 << 63, &text[until..]);
    let refused = wait(copy.import(source(late.into_bytes()), none.clone())).unwrap_err();
    assert_eq!(refused.code, ErrorCode::BadRequest);
    assert!(
        refused.detail.contains("9223372036854775808") && refused.detail.contains(" at line "),
        "{refused}"
    );
    assert_eq!(copy.stats().unwrap().messages, 0);
    let first = text.lines().nth(1).unwrap();
    let twice = text
        .replacen(first, &format!("{first}\n{first}"), 1)
        .replace("\"messages\":6", "\"messages\":7");
    let imported = wait(copy.import(source(twice.into_bytes()), none)).unwrap();
    assert_eq!((imported.messages, imported.facts), (6, 1));
    assert_eq!(exported(&copy), text.as_bytes());
}

#[test]
fn silent_rooms_and_old_messages_are_not_kept() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    let silent = MemorySettings {
        retention_days: Some(30),
        do_not_store_rooms: vec!["bath".into()],
    };
    wait(memory.set_settings(silent.clone())).unwrap();
    wait(memory.record(by(exchange("I sing.", "Do.", NOW), "", "bath", "c"))).unwrap();
    assert_eq!(memory.stats().unwrap().messages, 0);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis() as u64;
    wait(memory.record(exchange("My dog's name is Rex.", "Oh.", now - 31 * DAY))).unwrap();
    wait(memory.record(exchange("I am here.", "Oh.", now - 29 * DAY))).unwrap();
    memory.tidy().unwrap();
    let stats = memory.stats().unwrap();
    assert_eq!(
        (stats.messages, stats.facts),
        (2, 1),
        "facts outlive the message they are from"
    );
    let zero = MemorySettings {
        retention_days: Some(0),
        ..silent.clone()
    };
    assert_eq!(wait(memory.set_settings(zero)).unwrap_err().code, ErrorCode::BadRequest);
    drop(memory);
    let memory = crate::support::memory(folder.path());
    assert_eq!(memory.settings().unwrap(), silent);
}

fn bytes_have(folder: &Path, what: &str) -> bool {
    let bytes = std::fs::read(folder.join(FILE_NAME)).unwrap();
    bytes.windows(what.len()).any(|window| window == what.as_bytes())
}

/// Bytes of text stay in redb's free pages after a deletion, and after compacting: found when searching the file.
#[test]
fn what_was_deleted_is_gone_from_the_file() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    for number in 0..200 {
        let said = exchange(
            &format!("The secret number {number} is xyzzy{number:04}."),
            "Hush.",
            NOW - number,
        );
        wait(memory.record(said)).unwrap();
    }
    memory.settle();
    let word = "xyzzy0123";
    assert!(bytes_have(folder.path(), word));
    let found = wait(memory.query(MemoryQuery {
        text: Some(word.to_owned()),
        filter: everything(),
        ..MemoryQuery::default()
    }))
    .unwrap();
    assert!(text(&found[0]).contains(word));
    assert_eq!(wait(memory.delete(vec![id(&found[0])])).unwrap(), 1);
    assert!(
        bytes_have(folder.path(), word),
        "without making the file anew it would still be there"
    );
    assert!(memory.tidy().unwrap());
    assert!(!memory.tidy().unwrap(), "once is enough");
    assert!(!bytes_have(folder.path(), word));
    assert!(bytes_have(folder.path(), "xyzzy0124"));
    assert_eq!(memory.stats().unwrap().messages, 399);
    wait(memory.clear(everything())).unwrap();
    memory.tidy().unwrap();
    assert!(!bytes_have(folder.path(), "xyzzy") && !bytes_have(folder.path(), "Hush"));
    assert_eq!(memory.stats().unwrap().index_entries, 0);
}
