//! The voices over HTTP: every answer that the description names can be had, and a voice itself is in none.

use crate::{
    client::Server,
    openapi::{check, described, description},
};

#[tokio::test]
async fn every_answer_about_voices_can_be_had() {
    let server = Server::start(|_| {}).await;
    let description = description(&server).await;
    let one = "/api/v1/speakers/{name}";
    let mut seen = Vec::new();
    let evil = ("origin", "http://evil.example");
    for (method, path, asked, headers) in [
        ("GET", "/api/v1/speakers", "/api/v1/speakers", vec![]),
        ("DELETE", one, "/api/v1/speakers/Ada", vec![]),
        ("DELETE", one, "/api/v1/speakers/Ada", vec![evil]),
        ("DELETE", one, "/api/v1/speakers/nobody", vec![]),
        ("DELETE", one, "/api/v1/speakers/Grace", vec![]),
    ] {
        let reply = server.ask(method, asked, &headers, "").await;
        check(&description, path, method, &reply);
        seen.push((path.to_owned(), method.to_lowercase(), reply.status));
    }
    for answer in described(&description) {
        let own = answer.0.starts_with("/api/v1/speakers");
        assert!(!own || seen.contains(&answer), "{answer:?} was never answered");
    }
}
