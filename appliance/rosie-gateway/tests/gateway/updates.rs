//! Updates over HTTP: every answer that the description names can be had.

use crate::{
    client::Server,
    openapi::{check, described, description},
};
use std::time::Duration;

#[tokio::test]
async fn every_answer_of_the_updates_can_be_had() {
    let server = Server::start(|config| {
        config.limits.max_body_bytes = 1000;
        config.body_timeout = Duration::from_millis(200);
    })
    .await;
    let description = description(&server).await;
    let mut seen = Vec::new();
    let evil = ("origin", "http://evil.example");
    let all = "/api/v1/update";
    let (look, install, settings) = (
        "/api/v1/update/look",
        "/api/v1/update/install",
        "/api/v1/update/settings",
    );
    let asked = [
        ("GET", all, vec![], ""),
        ("POST", look, vec![], "{}"),
        ("POST", look, vec![], "{}"),
        ("POST", look, vec![], "{}"),
        ("POST", look, vec![], "{\"now\": true}"),
        ("POST", look, vec![evil], "{}"),
        ("POST", install, vec![], "{\"version\": \"1.2.0\"}"),
        ("POST", install, vec![], "{\"version\": \"busy\"}"),
        ("POST", install, vec![], "{\"version\": \"9\"}"),
        ("POST", install, vec![], "{}"),
        ("POST", install, vec![evil], "{\"version\": \"1.2.0\"}"),
        (
            "PUT",
            settings,
            vec![],
            "{\"mode\": \"notify\", \"channel\": \"https://x\"}",
        ),
        ("PUT", settings, vec![], "{\"mode\": \"off\", \"channel\": \"busy\"}"),
        ("PUT", settings, vec![], "{\"mode\": \"off\", \"channel\": \"ftp://x\"}"),
        (
            "PUT",
            settings,
            vec![],
            "{\"mode\": \"always\", \"channel\": \"https://x\"}",
        ),
        ("PUT", settings, vec![evil], "{\"mode\": \"off\", \"channel\": \"\"}"),
    ];
    for (method, path, headers, body) in asked {
        let reply = server.ask(method, path, &headers, body).await;
        check(&description, path, method, &reply);
        seen.push((path.to_owned(), method.to_lowercase(), reply.status));
    }
    for (method, path) in [("POST", look), ("POST", install), ("PUT", settings)] {
        for length in ["9", "99999999"] {
            let head =
                format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
            let reply = server.raw(head.as_bytes()).await;
            check(&description, path, method, &reply);
            seen.push((path.to_owned(), method.to_lowercase(), reply.status));
        }
    }
    // `look` of the stand-in refuses by the count of calls; `settings` and `install` by what is asked.
    for (path, method, status) in described(&description) {
        assert!(
            !path.starts_with(all) || seen.contains(&(path.clone(), method.clone(), status)),
            "{method} {path} {status} was never answered"
        );
    }
}
