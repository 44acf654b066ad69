//! What the memory's routes refuse, what they say when there is no memory, and that text stays text.

use crate::memory::{house, id, refused};
use rosie_core::{ErrorCode, Failure, memory::MemoryRecord};
use serde_json::json;

#[tokio::test]
async fn what_cannot_be_meant_is_refused_with_what_to_do() {
    let server = house().await;
    let query = "/api/v1/memory/query";
    for (body, status, code) in [
        (json!({"text": " "}), 422, "bad-request"),
        (json!({"text": "x".repeat(2001)}), 422, "bad-request"),
        (json!({"k": 0}), 422, "bad-request"),
        (json!({"k": 501}), 422, "bad-request"),
        (json!({"k": -1}), 400, "bad-body"),
        (json!({"text": "x", "cursor": id(1)}), 422, "bad-request"),
        (json!({"cursor": "no such"}), 422, "bad-request"),
        (json!({"since_unix_ms": 5, "until_unix_ms": 5}), 422, "bad-request"),
        (json!({"collections": ["dreams"]}), 400, "bad-body"),
        (json!({"query": "x"}), 400, "bad-body"),
        (json!([]), 400, "bad-body"),
    ] {
        refused(&server.send("POST", query, body).await, status, code);
    }
    let broken = server.ask("POST", query, &[], "{\"text\":\n \"x\",, }").await;
    assert!(
        broken.json()["message"].as_str().unwrap().contains("line 2 column"),
        "{}",
        broken.body
    );
    for tail in [
        "limit=many",
        "limit=",
        "speaker=nobody",
        "since_unix_ms=-1",
        "colour=red",
    ] {
        refused(
            &server.get(&format!("/api/v1/memory/messages?{tail}")).await,
            400,
            "bad-query",
        );
    }
    refused(&server.get("/api/v1/memory/facts?cursor=x").await, 422, "bad-request");
    let (message, fact) = (
        format!("/api/v1/memory/messages/{}", id(1)),
        format!("/api/v1/memory/facts/{}", id(7)),
    );
    for (path, body, status) in [
        (&message, json!({}), 422),
        (&message, json!({"text": ""}), 422),
        (&message, json!({"object": "x"}), 422),
        (&message, json!({"visible_to": "anna"}), 422),
        (&fact, json!({"tags": [""]}), 422),
        (&fact, json!({"tags": vec!["x"; 33]}), 422),
        (&fact, json!({"colour": 1}), 400),
    ] {
        assert_eq!(server.send("PATCH", path, body.clone()).await.status, status, "{body}");
    }
    for (body, status) in [
        (json!({"subject": "a", "predicate": "name"}), 400),
        (json!({"subject": "", "predicate": "name", "object": "x"}), 422),
        (json!({"subject": "a", "predicate": "first name", "object": "x"}), 422),
    ] {
        assert_eq!(
            server.send("POST", "/api/v1/memory/facts", body.clone()).await.status,
            status,
            "{body}"
        );
    }
    refused(
        &server.send("POST", "/api/v1/memory/delete", json!({"ids": []})).await,
        422,
        "bad-request",
    );
    assert_eq!(server.fake.memories().with(|kept| kept.records.len()), 8);
}

#[tokio::test]
async fn a_memory_that_is_missing_or_fails_says_so_in_its_sentence() {
    let server = house().await;
    let sentence = "I'm having trouble remembering past conversations.";
    let failure = Failure::new(ErrorCode::MemoryUnavailable, "the disk is full: free some space");
    server.fake.memories().with(|kept| kept.fails = Some(failure));
    let failed = server.get("/api/v1/memory/stats").await;
    refused(&failed, 503, "memory-unavailable");
    assert_eq!(failed.json()["message"], sentence);
    assert_eq!(failed.json()["hint"], "the disk is full: free some space");
    server.fake.seen(|seen| seen.memory_missing = true);
    let missing = server.get("/api/v1/memory/messages").await;
    refused(&missing, 503, "memory-unavailable");
    assert_eq!(missing.json()["message"], sentence);
    assert!(missing.header("retry-after").is_some());
    assert_eq!(server.get("/health").await.status, 200);
}

/// What anybody said goes out as data, and nothing of it is lost or changed on the way.
#[tokio::test]
async fn hostile_text_is_only_text() {
    let server = house().await;
    let path = format!("/api/v1/memory/messages/{}", id(1));
    let text = "</script><img src=x onerror=alert(1)> \u{202e}\u{0} \"; DROP TABLE --\r\nx: y";
    let changed = server
        .send("PATCH", &path, json!({"text": text, "tags": ["<b>"]}))
        .await;
    assert_eq!(changed.json()["text"], text);
    let shown = server.get(&path).await;
    assert_eq!(shown.json()["text"], text);
    assert_eq!(shown.header("content-type"), Some("application/json"));
    assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    for odd in ["%00", "..%2f..%2fetc", "%3Cscript%3E", "a%0d%0ab"] {
        refused(
            &server.get(&format!("/api/v1/memory/messages/{odd}")).await,
            404,
            "unknown-memory",
        );
    }
    let kept = server.fake.memories().with(|kept| kept.records[&id(1)].clone());
    assert!(matches!(kept, MemoryRecord::Message(message) if message.text == text));
}
