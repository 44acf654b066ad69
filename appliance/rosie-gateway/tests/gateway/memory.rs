//! What is remembered, over HTTP: found, listed page by page, changed, deleted, and refused where it cannot be meant.

use crate::client::{Reply, Server};
use rosie_core::memory::NewFact;
use serde_json::{Value, json};

const DAY_MS: u64 = 86_400_000;
const NOON: u64 = 1_763_812_800_000;

/// Three conversations that interleave, two of one evening; ids in the order of time.
pub async fn house() -> Server {
    let server = Server::plain().await;
    server.fake.memories().with(|kept| {
        kept.add_message(
            "k1",
            "kitchen",
            Some("anna"),
            NOON - DAY_MS,
            "Remember the dentist on Friday",
        );
        kept.add_message(
            "k1",
            "kitchen",
            Some("anna"),
            NOON - DAY_MS + 1,
            "Rosie: I will remember the dentist.",
        );
        kept.add_message("o1", "office", None, NOON, "What is the capital of France?");
        kept.add_message("k2", "kitchen", Some("ben"), NOON + 1, "Set a timer for the pasta");
        kept.add_message("o1", "office", None, NOON + 2, "Rosie: Paris.");
        kept.add_fact(fact("daughter", "name", "Ida", Some("anna")), NOON + 3);
        kept.add_fact(fact("daughter", "name", "Ada", Some("anna")), NOON + 4);
        kept.add_fact(fact("house", "note", "the fuse box is in the pantry", None), NOON + 5);
    });
    server
}

fn fact(subject: &str, predicate: &str, object: &str, visible_to: Option<&str>) -> NewFact {
    NewFact {
        subject: subject.into(),
        predicate: predicate.into(),
        object: object.into(),
        sentence: String::new(),
        visible_to: visible_to.map(Into::into),
        tags: vec!["home".into()],
    }
}

/// An id of the fake memory, by its place.
pub fn id(n: u64) -> String {
    format!("019aa6bf-0000-7000-8000-{n:012x}")
}

fn texts(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let items = reply.json()["items"].as_array().unwrap().clone();
    let text = |item: &Value| item["text"].as_str().or(item["sentence"].as_str()).unwrap().to_owned();
    items.iter().map(text).collect()
}

pub fn refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!(
        (reply.status, &reply.json()["code"]),
        (status, &json!(code)),
        "{}",
        reply.body
    );
    for part in ["message", "hint"] {
        assert!(
            reply.json()[part].as_str().is_some_and(|text| text.len() > 5),
            "{}",
            reply.body
        );
    }
}

#[tokio::test]
async fn the_best_match_comes_first_and_a_filter_narrows() {
    let server = house().await;
    let ask = async |body: Value| server.send("POST", "/api/v1/memory/query", body).await;
    let found = ask(json!({"text": "remember the dentist", "k": 2})).await;
    assert_eq!(
        texts(&found),
        ["I will remember the dentist.", "Remember the dentist on Friday"]
    );
    assert!(found.json()["items"][0]["score"].as_f64().unwrap() > 0.9);
    assert_eq!(found.json()["next"], Value::Null);
    let kitchen = ask(json!({"rooms": ["kitchen"], "since_unix_ms": NOON})).await;
    assert_eq!(texts(&kitchen), ["Set a timer for the pasta"]);
    let before = ask(json!({"collections": ["messages"], "until_unix_ms": NOON, "speaker": "user"})).await;
    assert_eq!(texts(&before), ["Remember the dentist on Friday"]);
    let facts = ask(json!({"collections": ["facts"], "tags": ["home"]})).await;
    assert_eq!(texts(&facts).len(), 2, "what was superseded is history");
    let bens = ask(json!({"collections": ["facts"], "user": "ben"})).await;
    assert_eq!(
        texts(&bens),
        ["house note the fuse box is in the pantry."],
        "nor does ben see what is anna's"
    );
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repeat() {
    let server = house().await;
    let mut all = Vec::new();
    let mut path = "/api/v1/memory/messages?limit=2".to_owned();
    loop {
        let page = server.get(&path).await;
        all.extend(texts(&page));
        match page.json()["next"].as_str() {
            Some(next) => path = format!("/api/v1/memory/messages?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(
        all,
        [
            "Paris.",
            "Set a timer for the pasta",
            "What is the capital of France?",
            "I will remember the dentist.",
            "Remember the dentist on Friday"
        ]
    );
    let exact = server.get("/api/v1/memory/messages?limit=5").await;
    assert_eq!(exact.json()["next"], Value::Null, "a full last page leads nowhere");
    let narrow = server
        .get("/api/v1/memory/messages?room=kitchen&room=office&speaker=rosie&conversation=o1")
        .await;
    assert_eq!(texts(&narrow), ["Paris."]);
}

#[tokio::test]
async fn conversations_stand_where_their_newest_message_stands() {
    let server = house().await;
    let all = server.get("/api/v1/memory/conversations").await.json();
    let names: Vec<&Value> = all["conversations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["conversation"])
        .collect();
    assert_eq!(names, ["o1", "k2", "k1"]);
    assert_eq!(
        all["conversations"][0],
        json!({"conversation": "o1", "room": "office", "user": null, "first_unix_ms": NOON, "last_unix_ms": NOON + 2,
               "messages": 2, "opening": "What is the capital of France?"})
    );
    let first = server.get("/api/v1/memory/conversations?limit=1").await.json();
    let path = format!(
        "/api/v1/memory/conversations?limit=1&cursor={}",
        first["next"].as_str().unwrap()
    );
    assert_eq!(server.get(&path).await.json()["conversations"][0]["conversation"], "k2");
    // The older message of o1 lies behind k2's: it does not bring o1 up again.
    let path = format!(
        "/api/v1/memory/conversations?cursor={}",
        first["next"].as_str().unwrap()
    );
    assert_eq!(
        server.get(&path).await.json()["conversations"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn a_memory_is_seen_changed_tagged_and_deleted() {
    let server = house().await;
    let path = format!("/api/v1/memory/messages/{}", id(1));
    assert_eq!(server.get(&path).await.json()["text"], "Remember the dentist on Friday");
    let change = json!({"text": "Remember the dentist on Monday", "tags": ["health"]});
    let changed = server.send("PATCH", &path, change).await;
    assert_eq!((changed.status, &changed.json()["tags"]), (200, &json!(["health"])));
    let found = server.get("/api/v1/memory/messages?tag=health").await;
    assert_eq!(texts(&found), ["Remember the dentist on Monday"]);
    let gone = server.ask("DELETE", &path, &[], "").await;
    assert_eq!((gone.status, gone.json()), (200, json!({"deleted": 1})));
    refused(&server.get(&path).await, 404, "unknown-memory");
    refused(&server.ask("DELETE", &path, &[], "").await, 404, "unknown-memory");
    let many = json!({"ids": [id(2), id(3), id(99)]});
    assert_eq!(
        server.send("POST", "/api/v1/memory/delete", many).await.json(),
        json!({"deleted": 2})
    );
    assert_eq!(texts(&server.get("/api/v1/memory/messages").await).len(), 2);
}

#[tokio::test]
async fn a_fact_is_added_contradicted_and_shown_to_everybody() {
    let server = house().await;
    let new = json!({"subject": "daughter", "predicate": "name", "object": "Eda", "visible_to": "anna"});
    let added = server.send("POST", "/api/v1/memory/facts", new).await;
    assert_eq!(
        (added.status, &added.json()["kind"]),
        (201, &json!("fact")),
        "{}",
        added.body
    );
    let path = format!("/api/v1/memory/facts/{}", added.json()["id"].as_str().unwrap());
    let history = server.get(&format!("{path}/history")).await.json();
    let objects: Vec<&Value> = history["facts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fact| &fact["object"])
        .collect();
    assert_eq!(objects, ["Eda", "Ada", "Ida"]);
    assert_eq!(history["facts"][1]["superseded_by"], added.json()["id"]);
    let shown = server
        .send("PATCH", &path, json!({"visible_to": null, "object": "Edda"}))
        .await
        .json();
    assert_eq!((shown.get("visible_to"), &shown["object"]), (None, &json!("Edda")));
    refused(
        &server.get(&format!("/api/v1/memory/messages/{}", id(6))).await,
        404,
        "unknown-memory",
    );
    refused(
        &server.get(&format!("/api/v1/memory/facts/{}/history", id(1))).await,
        404,
        "unknown-memory",
    );
}

#[tokio::test]
async fn much_is_deleted_only_when_it_is_named_and_confirmed() {
    let server = house().await;
    let clear = async |body: Value| server.send("POST", "/api/v1/memory/clear", body).await;
    refused(&clear(json!({"everything": true})).await, 422, "not-confirmed");
    refused(
        &clear(json!({"everything": true, "confirm": "yes"})).await,
        422,
        "not-confirmed",
    );
    refused(&clear(json!({"confirm": "delete"})).await, 422, "bad-request");
    refused(
        &clear(json!({"confirm": "delete", "rooms": []})).await,
        422,
        "bad-request",
    );
    refused(
        &clear(json!({"confirm": "delete", "everything": true, "rooms": ["office"]})).await,
        422,
        "bad-request",
    );
    assert_eq!(
        server.fake.memories().with(|kept| kept.records.len()),
        8,
        "until then nothing went"
    );
    assert_eq!(
        clear(json!({"confirm": "delete", "rooms": ["office"]})).await.json(),
        json!({"deleted": 2})
    );
    let since = json!({"confirm": "delete", "collections": ["messages"], "since_unix_ms": NOON});
    assert_eq!(clear(since).await.json(), json!({"deleted": 1}));
    assert_eq!(
        clear(json!({"confirm": "delete", "everything": true})).await.status,
        200
    );
    assert!(server.fake.memories().with(|kept| kept.records.is_empty()));
}

/// A filter's `user` is what a person may see, and that is the house's too: it must not go with them.
#[tokio::test]
async fn what_is_deleted_of_a_person_is_theirs_alone() {
    let server = house().await;
    let all_of_anna = json!({"confirm": "delete", "user": "anna"});
    assert_eq!(
        server.send("POST", "/api/v1/memory/clear", all_of_anna).await.json(),
        json!({"deleted": 3})
    );
    let left: Vec<String> = server
        .fake
        .memories()
        .with(|kept| kept.records.keys().cloned().collect());
    assert_eq!(left, [id(3), id(4), id(5), id(8)], "her facts went with their history");
}

#[tokio::test]
async fn settings_are_checked_against_the_house() {
    let server = house().await;
    let path = "/api/v1/memory/settings";
    let wanted = json!({"retention_days": 90, "do_not_store_rooms": ["kitchen"]});
    assert_eq!(server.send("PUT", path, wanted.clone()).await.json(), wanted);
    assert_eq!(server.get(path).await.json(), wanted);
    let misspelt = server
        .send("PUT", path, json!({"do_not_store_rooms": ["kitchn"]}))
        .await;
    refused(&misspelt, 422, "bad-request");
    assert_eq!(misspelt.json()["hint"], "the rooms are living_room, kitchen");
    refused(
        &server.send("PUT", path, json!({"retention_days": 0})).await,
        422,
        "bad-request",
    );
    refused(
        &server.send("PUT", path, json!({"retention": 1})).await,
        400,
        "bad-body",
    );
    // A room that left the configuration stays protected, and can be sent back as it came.
    server
        .fake
        .memories()
        .with(|kept| kept.settings.do_not_store_rooms.push("attic".into()));
    let kept = server.get(path).await.json();
    assert_eq!(server.send("PUT", path, kept).await.status, 200);
    assert_eq!(server.get("/api/v1/memory/stats").await.json()["facts_superseded"], 1);
}
