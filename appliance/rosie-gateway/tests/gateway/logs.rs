//! The log over HTTP, and the file for whom helps.

use crate::{
    client::Server,
    openapi::{check, described, description},
};
use rosie_core::logs::LogLevel;
use serde_json::{Value, json};

const LOGS: &str = "/api/v1/logs";
const SUPPORT: &str = "/api/v1/support";

#[tokio::test]
async fn every_answer_of_the_log_can_be_had() {
    let server = Server::plain().await;
    let description = description(&server).await;
    let mut seen = Vec::new();
    for (path, asked) in [
        (LOGS, LOGS.to_owned()),
        (LOGS, format!("{LOGS}?level=loud")),
        (LOGS, format!("{LOGS}?limit=0")),
        (LOGS, format!("{LOGS}?room=kitchen")),
        (SUPPORT, SUPPORT.to_owned()),
    ] {
        let reply = server.get(&asked).await;
        check(&description, path, "get", &reply);
        seen.push((path.to_owned(), "get".to_owned(), reply.status));
    }
    for answer in described(&description) {
        let own = answer.0 == LOGS || answer.0 == SUPPORT;
        assert!(!own || seen.contains(&answer), "{answer:?} was never answered");
    }
}

#[tokio::test]
async fn lines_are_told_by_level_and_part() {
    let server = Server::plain().await;
    let told = |query: &'static str| {
        let server = &server;
        async move {
            let told = server.get(&format!("{LOGS}?{query}")).await.json();
            let lines = told["lines"].as_array().unwrap().clone();
            let messages: Vec<String> = lines
                .iter()
                .map(|l| l["message"].as_str().unwrap().to_owned())
                .collect();
            (messages, told["parts"].clone())
        }
    };
    let (all, parts) = told("").await;
    assert_eq!(
        all,
        [
            "asked http://***@10.0.0.7/",
            "a model cannot be used",
            "a session began"
        ]
    );
    assert_eq!(parts, json!(["gateway", "hub", "speech"]));
    assert_eq!(told("level=warn").await.0, ["a model cannot be used"]);
    assert_eq!(told("part=gateway&level=info").await.0, ["a session began"]);
    assert_eq!(told("limit=1").await.0.len(), 1);
}

/// Whatever is sent to somebody has neither keys nor what was said in it, wherever they came from.
#[tokio::test]
async fn neither_keys_nor_words_get_into_the_file() {
    let (server, ada) = Server::owned(|_| {}).await;
    let push = |fields: Value| {
        let fields = fields.as_object().unwrap().clone();
        let log = server.fake.seen(|seen| seen.log.clone());
        log.0.push(1_700_000_009_000, LogLevel::Error, "dialog", fields);
    };
    push(json!({"message": "refused: Bearer sk-proj-0123", "transcript": "tell nobody", "token": "t0ken"}));
    push(json!({"message": "x", "detail": "https://kim:hunter22@mail.local/?key=k3y&a=1"}));
    let token = json!({"name": "x", "scopes": ["read"]});
    let token = ada.ask(&server, "POST", "/api/v1/tokens", token).await.json();
    let reply = ada.get(&server, SUPPORT).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(
        reply
            .header("content-disposition")
            .unwrap()
            .contains("rosie-support.json")
    );
    // The stand-in's turn was "what time is it".
    let heard = [
        "what time is it",
        "tell nobody",
        "sk-proj-0123",
        "t0ken",
        "hunter22",
        "k3y",
        "open sesame",
        "Ada",
    ];
    let kept = [token["token"].as_str().unwrap(), ada.csrf.as_str()];
    for secret in heard.into_iter().chain(kept) {
        assert!(!reply.body.contains(secret), "{secret} in {}", reply.body);
    }
    let file = reply.json();
    assert_eq!(
        file["latency"]["voice_to_voice"],
        json!({"count": 1, "p50_ms": 120, "p95_ms": 120})
    );
    assert_eq!(
        (&file["outcomes"]["answered"], &file["version"]),
        (&json!(1), &json!("9.9.9"))
    );
    assert_eq!(file["config"]["llm"]["cloud"]["api_key"], "***");
    assert_eq!(
        file["logs"][0]["fields"]["detail"],
        "https://***@mail.local/?key=***&a=1"
    );
}
