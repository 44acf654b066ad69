//! Somebody changes their own password.

use crate::client::{Browser, Reply, Server};
use serde_json::{Value, json};

const OWN: &str = "/api/v1/access/password";
const SESSION: &str = "/api/v1/access/session";

async fn knock(server: &Server, password: &str) -> Reply {
    let body = json!({"name": "Kim", "password": password});
    server.send("POST", SESSION, body).await
}

#[tokio::test]
async fn a_child_changes_the_own_password_and_other_browsers_are_signed_out() {
    let (server, ada) = Server::owned(|_| {}).await;
    let kim = json!({"name": "Kim", "role": "child", "password": "open barley"});
    assert_eq!(ada.ask(&server, "POST", "/api/v1/people", kim).await.status, 201);
    let here = Browser::of(&knock(&server, "open barley").await);
    let elsewhere = Browser::of(&knock(&server, "open barley").await);
    let change = |old: &str, new: &str| json!({"old": old, "new": new});

    let wrong = here.ask(&server, "PUT", OWN, change("open rye", "open wheat")).await;
    assert_eq!((wrong.status, &wrong.json()["code"]), (401, &json!("wrong-password")));
    let short = here.ask(&server, "PUT", OWN, change("open barley", "short")).await;
    assert_eq!((short.status, &short.json()["code"]), (422, &json!("refused")));
    assert_eq!(
        elsewhere.get(&server, "/api/v1/health").await.status,
        200,
        "nothing was changed"
    );

    let changed = here.ask(&server, "PUT", OWN, change("open barley", "open wheat")).await;
    assert_eq!((changed.status, changed.json()), (200, json!({"signed_out": 1})));
    assert_eq!(here.get(&server, "/api/v1/health").await.status, 200);
    assert_eq!(elsewhere.get(&server, "/api/v1/health").await.status, 401);
    assert_eq!(ada.get(&server, "/api/v1/people").await.status, 200);
    assert_eq!(knock(&server, "open barley").await.status, 401);
    assert_eq!(knock(&server, "open wheat").await.status, 200);
}

#[tokio::test]
async fn what_has_no_password_changes_none_and_a_page_of_others_neither() {
    let (server, ada) = Server::owned(|_| {}).await;
    let token = json!({"name": "x", "scopes": ["admin"]});
    let token = ada.ask(&server, "POST", "/api/v1/tokens", token).await.json();
    let bearer = format!("Bearer {}", token["token"].as_str().unwrap());
    let change = json!({"old": "open sesame", "new": "open wheat"});
    let body = change.to_string();
    let refused = server.ask("PUT", OWN, &[("authorization", &bearer)], &body).await;
    assert_eq!((refused.status, &refused.json()["code"]), (403, &json!("no-password")));
    let forged = Browser {
        csrf: "x".to_owned(),
        ..ada.clone()
    };
    let refused = forged.ask(&server, "PUT", OWN, change).await;
    assert_eq!((refused.status, &refused.json()["code"]), (403, &json!("csrf-wanted")));
    // Whoever says the name and the password with the request has no session to keep.
    let basic = [("authorization", "Basic QWRhOm9wZW4gc2VzYW1l")];
    let changed = server.ask("PUT", OWN, &basic, &body).await;
    assert_eq!((changed.status, changed.json()), (200, json!({"signed_out": 1})));
    assert_eq!(ada.ask(&server, "GET", "/api/v1/people", Value::Null).await.status, 401);
}

/// Who has somebody's browser for a moment does not guess the password with it.
#[tokio::test]
async fn guessing_the_old_one_costs_time() {
    let (server, ada) = Server::owned(|_| {}).await;
    for _ in 0..12 {
        let wrong = json!({"old": "open rye", "new": "open wheat"});
        let reply = ada.ask(&server, "PUT", OWN, wrong).await;
        if reply.status == 429 {
            assert!(reply.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
            return;
        }
        assert_eq!(reply.status, 401, "{}", reply.body);
    }
    panic!("a wrong password costs nothing");
}
