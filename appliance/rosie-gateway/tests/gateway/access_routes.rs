//! A walk over every route of the description: once there is an owner nothing answers whom it does not know, but what is named here.

use crate::{
    client::{Server, hello},
    openapi::{check, description},
};
use serde_json::{Value, json};

/// What answers everybody. Each looks after the daemon, leads to the sign-in, or asks by itself.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("get", "/health", "whether the daemon lives"),
    ("get", "/health/{part}", "what watches the daemon"),
    ("get", "/health/integrations/{name}", "what watches the daemon"),
    ("get", "/metrics", "the setting access.open_metrics"),
    (
        "get",
        "/api/v1/openapi.json",
        "the description, which is the same everywhere",
    ),
    ("get", "/api/v1/certificate", "needed to reach the sign-in safely"),
    ("get", "/ca.crt", "needed to reach the sign-in safely"),
    ("get", "/api/v1/access", "says where the sign-in is"),
    ("post", "/api/v1/access/owner", "409 once there is an owner"),
    ("post", "/api/v1/access/session", "the sign-in"),
    (
        "post",
        "/api/v1/pairing",
        "gives a code, which the owner has to confirm",
    ),
    ("get", "/api/v1/pairing/{ticket}", "the ticket is the secret"),
    ("get", "/api/v1/stream", "asks at hello, as its key may stand there"),
    ("post", "/mcp", "has a token of its own"),
];

fn operations(description: &Value) -> Vec<(String, String)> {
    let paths = description["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| -> Vec<(String, String)> {
        let methods = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
        methods.map(|method| (method.clone(), path.clone())).collect()
    };
    paths.iter().flat_map(of).collect()
}

/// A path as it may be asked.
fn filled(path: &str) -> String {
    path.replace("{part}", "vad")
        .replace("{id}", "019aa6bf-0000-7000-8000-000000000001")
        .replace("{name}", "x")
        .replace("{endpoint}", "x")
        .replace("{ticket}", "x")
}

#[tokio::test]
async fn nobody_is_answered_whom_the_house_does_not_know() {
    let (server, _) = Server::owned(|_| {}).await;
    let description = description(&server).await;
    let mut named = 0;
    for (method, path) in operations(&description) {
        let described = &description["paths"][&path][&method];
        let security = described["security"].as_array().unwrap();
        let closed = !security.is_empty() && !security.contains(&json!({}));
        if EXCEPTIONS
            .iter()
            .any(|(m, p, _)| (*m, *p) == (method.as_str(), path.as_str()))
        {
            assert!(!closed, "{method} {path} is described as closed");
            named += 1;
            continue;
        }
        assert!(closed, "{method} {path} is described as open");
        for headers in [
            &[][..],
            &[("authorization", "Bearer x")],
            &[("cookie", "rosie_session=x")],
        ] {
            let reply = server.ask(&method.to_uppercase(), &filled(&path), headers, "{}").await;
            assert_eq!(reply.status, 401, "{method} {path} {headers:?}: {}", reply.body);
            check(&description, &path, &method, &reply);
        }
    }
    assert_eq!(named, EXCEPTIONS.len(), "an exception that is no route");
    assert_eq!(server.get("/").await.status, 200);
    assert_eq!(server.get("/api/v1/config/").await.status, 404);
    assert_eq!(
        server.fake.seen(|seen| (seen.documents.len(), seen.filters.len())),
        (0, 0)
    );
}

/// A guest is known, and still is told no everywhere but where talking needs it.
#[tokio::test]
async fn a_guest_is_refused_with_what_is_described() {
    let (server, ada) = Server::owned(|_| {}).await;
    let body = json!({"name": "Guest", "role": "guest", "password": "open wheat"});
    assert_eq!(ada.ask(&server, "POST", "/api/v1/people", body).await.status, 201);
    let body = json!({"name": "Guest", "password": "open wheat"});
    let guest = server.send("POST", "/api/v1/access/session", body).await;
    let guest = crate::client::Browser::of(&guest);
    let description = description(&server).await;
    let known = [
        "/api/v1/health",
        "/api/v1/access/session",
        "/api/v1/access/sessions",
        "/api/v1/access/password",
    ];
    for (method, path) in operations(&description) {
        let excepted = EXCEPTIONS
            .iter()
            .any(|(m, p, _)| (*m, *p) == (method.as_str(), path.as_str()));
        if excepted || known.contains(&path.as_str()) {
            continue;
        }
        let reply = guest
            .ask(&server, &method.to_uppercase(), &filled(&path), json!({}))
            .await;
        assert_eq!(reply.status, 403, "{method} {path}: {}", reply.body);
        check(&description, &path, &method, &reply);
    }
    assert_eq!(guest.get(&server, "/api/v1/health").await.status, 200);
    // Talking is what a guest is for.
    let headers = [("cookie", guest.cookie.as_str())];
    let mut endpoint = server.endpoint_with(&headers).await.unwrap();
    endpoint.send(hello()).await;
    assert_eq!(endpoint.json().await["type"], "welcome");
}
