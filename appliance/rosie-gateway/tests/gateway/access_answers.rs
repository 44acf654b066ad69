//! Every answer that is described of the access can be had, and has the described shape.

use crate::{
    client::Server,
    openapi::{check, described, description},
};
use serde_json::{Value, json};
use std::time::Duration;

const PATHS: [&str; 4] = ["/api/v1/access", "/api/v1/people", "/api/v1/tokens", "/api/v1/pair"];

/// Method, path as described, path as asked, body.
type Asked<'a> = (&'a str, &'a str, String, Value);

#[tokio::test]
async fn every_answer_of_the_access_can_be_had() {
    let limits = |config: &mut rosie_gateway::GatewayConfig| {
        config.limits.max_body_bytes = 1000;
        config.body_timeout = Duration::from_millis(200);
    };
    let mut seen: Vec<(String, String, u16)> = Vec::new();
    let description = description(&Server::plain().await).await;
    let mut note = |path: &str, method: &str, reply: &crate::client::Reply| {
        check(&description, path, method, reply);
        seen.push((path.to_owned(), method.to_lowercase(), reply.status));
    };

    // Where there is no owner.
    let open = Server::start(|config| {
        limits(config);
        config.limits.knocks_per_minute = 4;
    })
    .await;
    let person = json!({"name": "Grace", "role": "adult", "password": "open barley"});
    let token = json!({"name": "x", "scopes": ["read"]});
    let ask = json!({"endpoint": "tablet", "label": "Tablet"});
    for (path, body) in [
        ("/api/v1/access/session", crate::client::ada()),
        ("/api/v1/people", person.clone()),
        ("/api/v1/tokens", token.clone()),
        ("/api/v1/pairing", ask.clone()),
        (
            "/api/v1/pairing/confirm",
            json!({"code": "1", "name": "x", "room": "kitchen"}),
        ),
        ("/api/v1/access/owner", json!({"name": "Ada", "password": "short"})),
    ] {
        note(path, "POST", &open.send("POST", path, body).await);
    }
    let change = json!({"old": "open sesame", "new": "open barley"});
    let path = "/api/v1/access/password";
    note(path, "PUT", &open.send("PUT", path, change).await);
    for path in ["/api/v1/access/session", "/api/v1/access/owner", "/api/v1/pairing"] {
        for _ in 0..4 {
            let reply = open.send("POST", path, json!({})).await;
            note(path, "POST", &reply);
        }
    }

    let first = Server::plain()
        .await
        .send("POST", "/api/v1/access/owner", crate::client::ada())
        .await;
    note("/api/v1/access/owner", "POST", &first);

    let (server, ada) = Server::owned(limits).await;
    let long = "x".repeat(2000);
    let waiting = server.send("POST", "/api/v1/pairing", ask.clone()).await;
    note("/api/v1/pairing", "POST", &waiting);
    let (code, ticket) = (waiting.json()["code"].clone(), waiting.json()["ticket"].clone());
    let poll = format!("/api/v1/pairing/{}", ticket.as_str().unwrap());
    let made = ada.ask(&server, "POST", "/api/v1/tokens", token.clone()).await;
    note("/api/v1/tokens", "POST", &made);
    let of_token = format!("/api/v1/tokens/{}", made.json()["id"].as_str().unwrap());
    let confirm = |code: &Value| json!({"code": code, "name": "Tablet", "room": "kitchen", "may_control": ["kitchen"]});
    let place = |room: &str| json!({"name": "Tablet", "room": room});
    let same = |path: &'static str| (path, path.to_owned());
    let to = |path: &'static str, asked: &str| (path, asked.to_owned());
    let own = "/api/v1/access/password";
    let p = "/api/v1/people/{name}";
    let e = "/api/v1/paired/{endpoint}";
    let r = "/api/v1/paired/{endpoint}/rotate";
    let asked: Vec<(&str, (&str, String), Value)> = vec![
        ("GET", same("/api/v1/access"), Value::Null),
        ("POST", same("/api/v1/access/owner"), crate::client::ada()),
        ("POST", same("/api/v1/access/session"), crate::client::ada()),
        (
            "POST",
            same("/api/v1/access/session"),
            json!({"name": "Ada", "password": "wrong"}),
        ),
        ("GET", same("/api/v1/access/sessions"), Value::Null),
        ("PUT", same(own), json!({"old": "open barley", "new": "open wheat"})),
        ("PUT", same(own), json!({"old": "open sesame", "new": "short"})),
        ("PUT", same(own), json!({"old": "open sesame", "new": "open sesame"})),
        ("GET", same("/api/v1/people"), Value::Null),
        ("POST", same("/api/v1/people"), person.clone()),
        ("POST", same("/api/v1/people"), person.clone()),
        (
            "POST",
            same("/api/v1/people"),
            json!({"name": "a:b", "role": "child", "password": "open wheat"}),
        ),
        ("PUT", to(p, "/api/v1/people/grace"), json!({"role": "child"})),
        ("PUT", to(p, "/api/v1/people/nobody"), json!({"role": "child"})),
        ("PUT", to(p, "/api/v1/people/Ada"), json!({"role": "child"})),
        ("PUT", to(p, "/api/v1/people/grace"), json!({"password": "short"})),
        ("DELETE", to(p, "/api/v1/people/Grace"), Value::Null),
        ("DELETE", to(p, "/api/v1/people/Grace"), Value::Null),
        ("DELETE", to(p, "/api/v1/people/Ada"), Value::Null),
        ("GET", same("/api/v1/tokens"), Value::Null),
        ("POST", same("/api/v1/tokens"), token.clone()),
        ("POST", same("/api/v1/tokens"), json!({"name": "y", "scopes": []})),
        ("DELETE", to("/api/v1/tokens/{id}", &of_token), Value::Null),
        ("DELETE", to("/api/v1/tokens/{id}", &of_token), Value::Null),
        ("GET", same("/api/v1/pairing"), Value::Null),
        (
            "POST",
            same("/api/v1/pairing"),
            json!({"endpoint": "a b", "label": "x"}),
        ),
        ("GET", to("/api/v1/pairing/{ticket}", &poll), Value::Null),
        ("GET", to("/api/v1/pairing/{ticket}", "/api/v1/pairing/x"), Value::Null),
        (
            "POST",
            same("/api/v1/pairing/confirm"),
            json!({"code": "1", "name": "x", "room": "cellar"}),
        ),
        ("POST", same("/api/v1/pairing/confirm"), confirm(&code)),
        ("GET", to("/api/v1/pairing/{ticket}", &poll), Value::Null),
        ("GET", same("/api/v1/paired"), Value::Null),
        ("PUT", to(e, "/api/v1/paired/tablet"), place("living_room")),
        ("PUT", to(e, "/api/v1/paired/tablet"), place("cellar")),
        ("PUT", to(e, "/api/v1/paired/none"), place("kitchen")),
        ("POST", to(r, "/api/v1/paired/tablet/rotate"), Value::Null),
        ("POST", to(r, "/api/v1/paired/none/rotate"), Value::Null),
        ("DELETE", to(e, "/api/v1/paired/tablet"), Value::Null),
        ("DELETE", to(e, "/api/v1/paired/tablet"), Value::Null),
    ];
    let asked = asked
        .into_iter()
        .map(|(method, (path, to), body)| (method, path, to, body));
    for (method, path, to, body) in asked.collect::<Vec<Asked>>() {
        note(path, method, &ada.ask(&server, method, &to, body).await);
    }
    let path = "/api/v1/pairing/confirm";
    for _ in 0..12 {
        let reply = ada.ask(&server, "POST", path, confirm(&json!("none"))).await;
        note(path, "POST", &reply);
        if reply.status == 429 {
            break;
        }
    }
    for _ in 0..12 {
        let wrong = json!({"old": "open barley", "new": "open wheat"});
        let reply = ada.ask(&server, "PUT", own, wrong).await;
        note(own, "PUT", &reply);
        if reply.status == 429 {
            break;
        }
    }
    // Bodies that are wrong, too long and too slow, and pages of others: the same of every change.
    for (path, method) in changes(&description) {
        let to = path
            .replace("{name}", "x")
            .replace("{endpoint}", "x")
            .replace("{id}", "x");
        if described(&description).contains(&(path.clone(), method.clone(), 400)) {
            note(
                &path,
                &method,
                &ada.ask(&server, &method.to_uppercase(), &to, json!({"x": 1})).await,
            );
            note(
                &path,
                &method,
                &ada.ask(&server, &method.to_uppercase(), &to, json!(long)).await,
            );
            let head = format!(
                "{} {to} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: {}\r\nx-rosie-csrf: {}\r\ncontent-length: 9\r\n\r\n",
                method.to_uppercase(),
                ada.cookie,
                ada.csrf
            );
            note(&path, &method, &server.raw(head.as_bytes()).await);
        }
        let evil = [("origin", "http://evil.example")];
        note(
            &path,
            &method,
            &server.ask(&method.to_uppercase(), &to, &evil, "{}").await,
        );
    }
    // Each of them signs out; the other session is still there.
    let first = ada.ask(&server, "DELETE", "/api/v1/access/sessions", Value::Null).await;
    note("/api/v1/access/sessions", "DELETE", &first);
    let (server, ada) = Server::owned(limits).await;
    let out = ada.ask(&server, "DELETE", "/api/v1/access/session", Value::Null).await;
    note("/api/v1/access/session", "DELETE", &out);

    for answer in described(&description) {
        let own = PATHS.iter().any(|path| answer.0.starts_with(path));
        assert!(!own || seen.contains(&answer), "{answer:?} was never answered");
    }
}

/// What is changed by the routes of the access.
fn changes(description: &Value) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = described(description)
        .into_iter()
        .filter(|(path, method, _)| method != "get" && PATHS.iter().any(|own| path.starts_with(own)))
        .map(|(path, method, _)| (path, method))
        .collect();
    all.dedup();
    all
}
