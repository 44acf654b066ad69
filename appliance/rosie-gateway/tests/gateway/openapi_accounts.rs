//! What the description says of accounts is true: every answer that it names can be had, and has the described shape.

use crate::{
    client::Server,
    openapi::{check, described, description},
};
use std::time::Duration;

/// Method, name, headers, body.
type Asked<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str);

const PATH: &str = "/api/v1/accounts/{name}";

#[tokio::test]
async fn every_described_answer_of_accounts_can_be_had() {
    let server = Server::start(|config| {
        config.limits.max_body_bytes = 1000;
        config.body_timeout = Duration::from_millis(200);
    })
    .await;
    let description = description(&server).await;
    let (long, evil) = ("x".repeat(2000), ("origin", "http://evil.example"));
    let (device, browser) = (r#"{"road": "device"}"#, r#"{"road": "browser"}"#);
    let asked: &[Asked<'_>] = &[
        ("GET", "calendar", &[], ""),
        ("GET", "none", &[], ""),
        ("GET", "away", &[], ""),
        ("POST", "calendar", &[], device),
        ("POST", "calendar", &[], browser),
        ("POST", "calendar", &[], "{}"),
        ("POST", "calendar", &[], r#"{"road": "train"}"#),
        ("POST", "calendar", &[evil], device),
        ("POST", "calendar", &[], &long),
        ("POST", "none", &[], device),
        ("POST", "away", &[], device),
        ("PUT", "calendar", &[], r#"{"answer": "http://127.0.0.1:1/?code=x"}"#),
        ("PUT", "calendar", &[], r#"{"answer": "early"}"#),
        ("PUT", "calendar", &[], "{}"),
        ("PUT", "calendar", &[evil], "{}"),
        ("PUT", "calendar", &[], &long),
        ("PUT", "none", &[], r#"{"answer": "x"}"#),
        ("PUT", "away", &[], r#"{"answer": "x"}"#),
        ("DELETE", "calendar", &[], ""),
        ("DELETE", "calendar", &[evil], ""),
        ("DELETE", "none", &[], ""),
        ("DELETE", "away", &[], ""),
    ];
    let mut seen: Vec<(String, u16)> = Vec::new();
    for (method, name, headers, body) in asked {
        let reply = server.ask(method, &PATH.replace("{name}", name), headers, body).await;
        check(&description, PATH, method, &reply);
        seen.push((method.to_lowercase(), reply.status));
    }
    for method in ["POST", "PUT"] {
        let slow = format!(
            "{method} /api/v1/accounts/calendar HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 9\r\n\r\n"
        );
        let reply = server.raw(slow.as_bytes()).await;
        check(&description, PATH, method, &reply);
        seen.push((method.to_lowercase(), reply.status));
    }
    for (path, method, status) in described(&description) {
        if path == PATH {
            assert!(
                seen.contains(&(method.clone(), status)),
                "{method} {path} {status} was never answered"
            );
        }
    }
}
