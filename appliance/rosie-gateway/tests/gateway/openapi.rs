//! The description of the API is true: every route that it names is served, what is answered has the described shape.

use crate::client::{Reply, Server};
use serde_json::{Map, Value, json};

pub async fn description(server: &Server) -> Value {
    server.get("/api/v1/openapi.json").await.json()
}

/// Holds an answer against the shape that the description gives for its status.
pub fn check(description: &Value, path: &str, method: &str, reply: &Reply) {
    let responses = &description["paths"][path][method.to_lowercase()]["responses"];
    let response = &responses[reply.status.to_string()];
    assert!(
        response.is_object(),
        "{method} {path} answered {}, which is not described",
        reply.status
    );
    let Some(content) = response["content"].as_object() else {
        return assert_eq!(reply.body, "", "{method} {path} {}", reply.status);
    };
    let (kind, media) = content.iter().next().unwrap();
    assert!(
        reply.header("content-type").unwrap().starts_with(kind.as_str()),
        "{method} {path}: {}",
        reply.head
    );
    if kind == "application/json" {
        let schema = json!({"components": description["components"], "allOf": [media["schema"]]});
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator.iter_errors(&reply.json()).map(|e| e.to_string()).collect();
        assert!(
            errors.is_empty(),
            "{method} {path} {}: {errors:?}\n{}",
            reply.status,
            reply.body
        );
    }
}

/// Method, path as described, path as asked (the same when empty), headers, body.
type Asked<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)], &'a str);

#[tokio::test]
async fn every_described_answer_can_be_had_and_has_the_described_shape() {
    let server = Server::start(|config| {
        config.limits.max_body_bytes = 1000;
        config.body_timeout = std::time::Duration::from_millis(200);
    })
    .await;
    let description = description(&server).await;
    let long = "x".repeat(2000);
    let evil = ("origin", "http://evil.example");
    let mut seen: Vec<(String, String, u16)> = Vec::new();
    let asked: &[Asked] = &[
        ("GET", "/health", "/health", &[], ""),
        ("GET", "/health/{part}", "/health/vad", &[], ""),
        ("GET", "/health/{part}", "/health/nose", &[], ""),
        ("GET", "/health/{part}", "/health/llm", &[], ""),
        (
            "GET",
            "/health/integrations/{name}",
            "/health/integrations/home_assistant",
            &[],
            "",
        ),
        (
            "GET",
            "/health/integrations/{name}",
            "/health/integrations/away",
            &[],
            "",
        ),
        (
            "GET",
            "/health/integrations/{name}",
            "/health/integrations/none",
            &[],
            "",
        ),
        ("GET", "/api/v1/health", "", &[], ""),
        ("GET", "/api/v1/status", "", &[], ""),
        ("GET", "/metrics", "", &[], ""),
        ("GET", "/api/v1/config", "", &[], ""),
        ("POST", "/api/v1/config", "", &[], "stt: {}"),
        ("POST", "/api/v1/config", "", &[], "wrong: 1"),
        ("POST", "/api/v1/config", "", &[evil], "stt: {}"),
        ("POST", "/api/v1/config", "", &[], &long),
        ("GET", "/api/v1/config/schema", "", &[], ""),
        ("GET", "/api/v1/turns", "", &[], ""),
        ("GET", "/api/v1/deeds", "", &[], ""),
        (
            "GET",
            "/api/v1/deeds",
            "/api/v1/deeds?limit=2&before_unix_ms=9",
            &[],
            "",
        ),
        ("GET", "/api/v1/deeds", "/api/v1/deeds?limit=0", &[], ""),
        ("GET", "/api/v1/deeds", "/api/v1/deeds?room=kitchen", &[], ""),
        ("GET", "/api/v1/deeds", "/api/v1/deeds?before_unix_ms=7", &[], ""),
        ("PUT", "/api/v1/log-level", "", &[], r#"{"filter": "info"}"#),
        ("PUT", "/api/v1/log-level", "", &[], "{}"),
        ("PUT", "/api/v1/log-level", "", &[], r#"{"filter": "!"}"#),
        ("PUT", "/api/v1/log-level", "", &[evil], "{}"),
        ("PUT", "/api/v1/log-level", "", &[], &long),
        ("GET", "/api/v1/openapi.json", "", &[], ""),
        ("GET", "/api/v1/stream", "", &[], ""),
        ("GET", "/api/v1/stream", "", &[evil], ""),
        ("GET", "/api/v1/stream", "", &[("upgrade", "websocket")], ""),
    ];
    for (method, template, path, headers, body) in asked {
        let path = if path.is_empty() { template } else { path };
        let reply = server.ask(method, path, headers, body).await;
        check(&description, template, method, &reply);
        seen.push(((*template).to_owned(), method.to_lowercase(), reply.status));
    }
    for (method, path) in [("POST", "/api/v1/config"), ("PUT", "/api/v1/log-level")] {
        let slow = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 9\r\n\r\n");
        let reply = server.raw(slow.as_bytes()).await;
        check(&description, path, method, &reply);
        seen.push((path.to_owned(), method.to_lowercase(), reply.status));
        let broken = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n");
        let reply = server.raw(&[broken.as_bytes(), &[0xff, 0xfe]].concat()).await;
        check(&description, path, method, &reply);
        seen.push((path.to_owned(), method.to_lowercase(), reply.status));
    }
    server.endpoint().await;
    seen.push(("/api/v1/stream".into(), "get".into(), 101));
    for (path, method, status) in described(&description) {
        // Those of the access, of the memory, of accounts, of the plugins and of the certificate have tests of their own.
        if [
            "/api/v1/memory/",
            "/api/v1/models",
            "/api/v1/voices",
            "/api/v1/logs",
            "/api/v1/support",
            "/api/v1/access",
            "/api/v1/people",
            "/api/v1/tokens",
            "/api/v1/pair",
            "/api/v1/accounts/",
            "/api/v1/backups",
            "/api/v1/integrations",
            "/api/v1/plugins",
            "/api/v1/network",
            "/api/v1/speakers",
            "/api/v1/update",
            "/mcp",
            "/ca.crt",
            "/api/v1/certificate",
        ]
        .iter()
        .any(|own| path.starts_with(own))
        {
            continue;
        }
        assert!(
            seen.contains(&(path.clone(), method.clone(), status)),
            "{method} {path} {status} was never answered"
        );
    }
}

/// Refusals that come of who asks: `access_routes.rs` walks over them.
pub const OF_WHO_ASKS: [&str; 2] = [
    "There is an owner, and nobody who is known asks.",
    "Not for whoever asks.",
];

/// Path, method and status of every answer that comes of what is asked.
pub fn described(description: &Value) -> Vec<(String, String, u16)> {
    let mut all = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(key, _)| *key != "parameters") {
            for (status, reply) in operation["responses"].as_object().unwrap() {
                let of_who_asks = OF_WHO_ASKS.contains(&reply["description"].as_str().unwrap());
                if status != "default" && !of_who_asks {
                    all.push((path.clone(), method.clone(), status.parse().unwrap()));
                }
            }
        }
    }
    all
}

/// A method that a route does not describe is refused, and the refusal names exactly those it does.
#[tokio::test]
async fn what_is_described_is_all_that_is_served() {
    let server = Server::plain().await;
    let description = description(&server).await;
    for (path, item) in description["paths"].as_object().unwrap() {
        let path = path
            .replace("{part}", "vad")
            .replace("{id}", "019aa6bf-0000-7000-8000-000000000001");
        let item: &Map<String, Value> = item.as_object().unwrap();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let reply = server.ask(method, &path, &[], "").await;
            assert_eq!(
                reply.status == 405,
                !item.contains_key(&method.to_lowercase()),
                "{method} {path}"
            );
            assert!(!reply.body.contains("\"not-found\""), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_description_is_whole() {
    let server = Server::plain().await;
    let description = description(&server).await;
    let text = description.to_string();
    let schemas = description["components"]["schemas"].as_object().unwrap();
    for reference in text.split(r##""$ref":"#"##).skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(description.pointer(name).is_some(), "{name} leads nowhere");
    }
    for name in ["ClientMessage", "ServerMessage", "AudioFormat", "Capability", "StageMs"] {
        assert!(schemas.contains_key(name), "{name}");
    }
    for name in schemas
        .keys()
        .filter(|name| !["ClientMessage", "ServerMessage"].contains(&name.as_str()))
    {
        assert!(
            text.contains(&format!("#/components/schemas/{name}\"")),
            "{name} is described but never used"
        );
    }
}

/// The schemas of messages are those of the types: what a client makes from the description, the appliance takes.
#[tokio::test]
async fn messages_have_the_described_shape() {
    let server = Server::plain().await;
    let description = description(&server).await;
    let schema = json!({"components": description["components"], "$ref": "#/components/schemas/ClientMessage"});
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&crate::client::hello()));
    assert!(validator.is_valid(&json!({"type": "press"})));
    assert!(!validator.is_valid(&json!({"type": "dance"})));
}
