//! What the description says of the integrations' settings is true: every answer that it names can be had, and has its shape.

use crate::{
    client::Server,
    fake::engine,
    openapi::{check, described, description},
};
use rosie_core::engine::EngineHealth;
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};

const ALL: &str = "/api/v1/integrations";
const ONE: &str = "/api/v1/integrations/{name}";
const TEST: &str = "/api/v1/integrations/{name}/test";

#[tokio::test]
async fn every_described_answer_of_integrations_can_be_had() {
    let server = Server::start(|config| {
        config.limits.max_body_bytes = 1000;
        config.body_timeout = Duration::from_millis(200);
    })
    .await;
    let description = description(&server).await;
    let evil = ("origin", "http://evil.example");
    let (long, fine) = ("x".repeat(2000), r#"{"values": {"url": "http://chat"}}"#);
    let mut seen = Vec::new();
    let reply = server.get(ALL).await;
    check(&description, ALL, "GET", &reply);
    seen.push((ALL, "get", reply.status));
    for (path, method, low) in [(ONE, "PUT", "put"), (TEST, "POST", "post")] {
        let mut answers = Vec::new();
        for (name, headers, body) in [
            ("chat", &[][..], fine),
            ("chat", &[], r#"{"values": {"wrong": 1}}"#),
            ("chat", &[], r#"{"values": 1}"#),
            ("chat", &[], "{}"),
            ("chat", &[evil], fine),
            ("chat", &[], &long),
            ("none", &[], fine),
        ] {
            answers.push(server.ask(method, &path.replace("{name}", name), headers, body).await);
        }
        let target = path.replace("{name}", "chat");
        let slow = format!("{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 9\r\n\r\n");
        answers.push(server.raw(slow.as_bytes()).await);
        for reply in &answers {
            check(&description, path, method, reply);
            seen.push((path, low, reply.status));
        }
        assert_eq!(answers[1].json()["mistakes"][0]["key"], "chat.wrong");
        assert_eq!(answers[6].json()["hint"], json!("there are chat"));
    }
    for (path, method, status) in described(&description) {
        if path.starts_with(ALL) {
            let had = seen.iter().any(|(p, m, s)| *p == path && *m == method && *s == status);
            assert!(had, "{method} {path} {status} was never answered");
        }
    }
}

/// What nobody has set up to the end is no fault of the house.
#[tokio::test]
async fn what_is_not_set_up_impairs_nothing() {
    let server = Server::plain().await;
    let health = |calendar: EngineHealth| {
        let parts = BTreeMap::from([
            ("vad".to_owned(), engine(EngineHealth::Ready)),
            ("integrations/calendar".to_owned(), engine(calendar)),
        ]);
        server.fake.seen(|seen| seen.parts = Some(parts));
    };
    let reason = || "no account is connected".to_owned();
    for (calendar, status, one) in [
        (EngineHealth::Ready, "ok", 200),
        (EngineHealth::NotSetUp { reason: reason() }, "ok", 503),
        (EngineHealth::Degraded { reason: reason() }, "degraded", 200),
        (EngineHealth::Unavailable { reason: reason() }, "impaired", 503),
    ] {
        health(calendar);
        let reply = server.get("/api/v1/health").await;
        check(&description(&server).await, "/api/v1/health", "GET", &reply);
        assert_eq!(reply.json()["status"], status);
        assert_eq!(server.get("/health/integrations/calendar").await.status, one);
    }
}
