//! Models and voices over HTTP: every answer that the description names can be had.

use crate::{
    client::Server,
    openapi::{check, described, description},
};
use std::time::Duration;

const FETCH: &str = "/api/v1/models/{id}/fetch";
const SAMPLE: &str = "/api/v1/voices/sample";

#[tokio::test]
async fn every_answer_of_the_models_can_be_had() {
    let server = Server::start(|config| {
        config.limits.max_body_bytes = 1000;
        config.body_timeout = Duration::from_millis(200);
    })
    .await;
    let description = description(&server).await;
    let mut seen = Vec::new();
    let evil = ("origin", "http://evil.example");
    let long = format!("{{\"language\": \"en\", \"text\": \"{}\"}}", "x".repeat(201));
    let to = |id: &str| FETCH.replace("{id}", id);
    let asked = [
        ("GET", "/api/v1/models", String::new(), vec![], ""),
        ("POST", FETCH, to("whisper-small"), vec![], ""),
        ("POST", FETCH, to("whisper-small"), vec![evil], ""),
        ("POST", FETCH, to("whisper-base"), vec![], ""),
        ("POST", FETCH, to("..%2f..%2fetc"), vec![], ""),
        ("DELETE", FETCH, to("whisper-base"), vec![], ""),
        ("DELETE", FETCH, to("whisper-base"), vec![evil], ""),
        ("DELETE", FETCH, to("silero-vad"), vec![], ""),
        (
            "POST",
            SAMPLE,
            String::new(),
            vec![],
            "{\"language\": \"de\", \"text\": \"Guten Morgen\"}",
        ),
        ("POST", SAMPLE, String::new(), vec![], "{\"language\": \"en\"}"),
        (
            "POST",
            SAMPLE,
            String::new(),
            vec![],
            "{\"language\": \"xx\", \"text\": \"a\"}",
        ),
        (
            "POST",
            SAMPLE,
            String::new(),
            vec![],
            "{\"language\": \"en\", \"text\": \" \"}",
        ),
        ("POST", SAMPLE, String::new(), vec![], &long),
        (
            "POST",
            SAMPLE,
            String::new(),
            vec![],
            "{\"language\": \"en\", \"text\": \"hush\"}",
        ),
        ("POST", SAMPLE, String::new(), vec![evil], "{}"),
    ];
    for (method, path, other, headers, body) in asked {
        let target = if other.is_empty() { path } else { &other };
        let reply = server.ask(method, target, &headers, body).await;
        check(&description, path, method, &reply);
        seen.push((path.to_owned(), method.to_lowercase(), reply.status));
    }
    for length in ["9", "99999999"] {
        let head =
            format!("POST {SAMPLE} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        let reply = server.raw(head.as_bytes()).await;
        check(&description, SAMPLE, "POST", &reply);
        seen.push((SAMPLE.to_owned(), "post".to_owned(), reply.status));
    }
    for (path, method, status) in described(&description) {
        let own = path.starts_with("/api/v1/models") || path.starts_with("/api/v1/voices");
        assert!(
            !own || seen.contains(&(path.clone(), method.clone(), status)),
            "{method} {path} {status} was never answered"
        );
    }
}

#[tokio::test]
async fn a_sample_is_a_sound_as_long_as_its_sentence() {
    let server = Server::plain().await;
    let body = "{\"language\": \"en\", \"text\": \"Good morning\"}";
    let reply = server.ask("POST", SAMPLE, &[], body).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("audio/wav")));
    let length: usize = reply.header("content-length").unwrap().parse().unwrap();
    // Twelve times 800 samples of two bytes, and the head of the file.
    assert_eq!(length, 12 * 1600 + 44);
    let told = server.get("/api/v1/models").await.json();
    assert_eq!(told["voices"][0]["voice"], "en_US-joe-medium");
}
