//! The owner, signing in and out, people, tokens, and what each of them may do.

use crate::client::{Browser, Server, ada};
use serde_json::{Value, json};

const OWNER: &str = "/api/v1/access/owner";
const SESSION: &str = "/api/v1/access/session";

fn in_folder(folder: &tempfile::TempDir) -> impl FnOnce(&mut rosie_gateway::GatewayConfig) + use<> {
    let folder = folder.path().join("access");
    |config| config.access.folder = Some(folder)
}

async fn sign_in(server: &Server, name: &str, password: &str) -> Browser {
    let reply = server
        .send("POST", SESSION, json!({"name": name, "password": password}))
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    Browser::of(&reply)
}

async fn bearer(server: &Server, method: &str, path: &str, token: &str) -> u16 {
    let value = format!("Bearer {token}");
    server.ask(method, path, &[("authorization", &value)], "").await.status
}

#[tokio::test]
async fn the_first_visit_makes_the_owner_and_closes_the_house() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(in_folder(&folder)).await;
    let open = server.get("/api/v1/access").await.json();
    assert_eq!((&open["owned"], &open["administers"]), (&json!(false), &json!(true)));
    assert_eq!(server.get("/api/v1/status").await.status, 200);
    assert_eq!(server.send("POST", SESSION, ada()).await.json()["code"], "no-owner");

    let made = server.send("POST", OWNER, ada()).await;
    assert_eq!((made.status, &made.json()["who"]["role"]), (201, &json!("owner")));
    let cookies: Vec<&str> = made
        .head
        .lines()
        .filter(|line| line.starts_with("set-cookie"))
        .collect();
    assert!(
        cookies[0].contains("HttpOnly") && !cookies[1].contains("HttpOnly"),
        "{cookies:?}"
    );
    assert!(
        cookies
            .iter()
            .all(|cookie| cookie.contains("SameSite=Strict") && !cookie.contains("Secure"))
    );

    let refused = server.get("/api/v1/status").await;
    assert_eq!((refused.status, &refused.json()["code"]), (401, &json!("sign-in")));
    assert!(refused.header("www-authenticate").unwrap().starts_with("Bearer"));
    assert_eq!(
        server
            .send("POST", OWNER, json!({"name": "Eve", "password": "open sesame"}))
            .await
            .status,
        409
    );
    let browser = Browser::of(&made);
    assert_eq!(browser.get(&server, "/api/v1/status").await.status, 200);
    let now = browser.get(&server, "/api/v1/access").await.json();
    assert_eq!(
        (&now["who"]["name"], &now["csrf"]),
        (&json!("Ada"), &json!(browser.csrf))
    );

    // After a restart it is the same house, and the browser is still signed in.
    let again = Server::start(in_folder(&folder)).await;
    assert_eq!(again.get("/api/v1/status").await.status, 401);
    assert_eq!(browser.get(&again, "/api/v1/status").await.status, 200);
    let file = std::fs::read_to_string(folder.path().join("access/access.json")).unwrap();
    assert!(!file.contains("sesame") && !file.contains(&browser.csrf), "{file}");
    assert!(
        browser
            .cookie
            .split(['=', ';'])
            .all(|part| part.len() < 40 || !file.contains(part)),
        "{file}"
    );
}

#[tokio::test]
async fn what_a_browser_changes_comes_from_a_page_of_rosies() {
    let (server, ada) = Server::owned(|_| {}).await;
    let filter = json!({"filter": "info"});
    assert_eq!(
        ada.ask(&server, "PUT", "/api/v1/log-level", filter.clone())
            .await
            .status,
        200
    );
    let other = sign_in(&server, "Ada", "open sesame").await;
    for csrf in ["", "x", &other.csrf] {
        let forged = Browser {
            csrf: csrf.to_owned(),
            ..ada.clone()
        };
        let reply = forged.ask(&server, "PUT", "/api/v1/log-level", filter.clone()).await;
        assert_eq!(
            (reply.status, &reply.json()["code"]),
            (403, &json!("csrf-wanted")),
            "{csrf}"
        );
        assert_eq!(forged.get(&server, "/api/v1/status").await.status, 200);
    }
    // Over https the cookie never leaves it; behind what speaks https for Rosie the origin tells.
    let origin = format!("https://{}", server.address);
    let headers = [("origin", origin.as_str())];
    let body = crate::client::ada().to_string();
    let reply = server.ask("POST", SESSION, &headers, &body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.head.matches("; Secure").count(), 2, "{}", reply.head);
}

#[tokio::test]
async fn signing_out_here_and_everywhere() {
    let (server, first) = Server::owned(|_| {}).await;
    let (second, third) = (
        sign_in(&server, "ada", "open sesame").await,
        sign_in(&server, "ADA", "open sesame").await,
    );
    let sessions = second.get(&server, "/api/v1/access/sessions").await.json();
    let this: Vec<&Value> = sessions["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| &s["this"])
        .collect();
    assert_eq!(this, [&json!(false), &json!(true), &json!(false)]);
    let out = first.ask(&server, "DELETE", SESSION, Value::Null).await;
    assert_eq!((out.status, out.json()), (200, json!({"signed_out": 1})));
    assert_eq!(out.head.matches("Max-Age=0").count(), 2, "{}", out.head);
    assert_eq!(first.get(&server, "/api/v1/status").await.status, 401);
    let out = second
        .ask(&server, "DELETE", "/api/v1/access/sessions", Value::Null)
        .await;
    assert_eq!(out.json(), json!({"signed_out": 2}));
    for browser in [second, third] {
        assert_eq!(browser.get(&server, "/api/v1/status").await.status, 401);
    }
}

#[tokio::test]
async fn each_role_may_what_is_for_it() {
    let (server, ada) = Server::owned(|_| {}).await;
    let asked = [
        ("GET", "/api/v1/health"),
        ("GET", "/api/v1/status"),
        ("POST", "/api/v1/memory/delete"),
        ("GET", "/api/v1/config"),
        ("GET", "/api/v1/people"),
        ("GET", "/api/v1/backups"),
    ];
    for (role, expected) in [
        ("owner", [200, 200, 200, 200, 200, 200]),
        ("adult", [200, 200, 200, 403, 403, 403]),
        ("child", [200, 403, 403, 403, 403, 403]),
        ("guest", [200, 403, 403, 403, 403, 403]),
    ] {
        let body = json!({"name": role, "role": role, "password": "open barley"});
        let added = ada.ask(&server, "POST", "/api/v1/people", body).await;
        assert_eq!(added.status, 201, "{}", added.body);
        let browser = sign_in(&server, role, "open barley").await;
        for ((method, path), expected) in asked.into_iter().zip(expected) {
            let body = if method == "POST" {
                json!({"ids": []})
            } else {
                Value::Null
            };
            let status = browser.ask(&server, method, path, body).await.status;
            let allowed = if expected == 200 {
                status != 403 && status != 401
            } else {
                status == expected
            };
            assert!(allowed, "{role} {method} {path}: {status}");
        }
    }
    // A new password, and a removal, end what is signed in.
    let child = sign_in(&server, "child", "open barley").await;
    let anew = json!({"password": "open wheat"});
    assert_eq!(ada.ask(&server, "PUT", "/api/v1/people/child", anew).await.status, 200);
    assert_eq!(child.get(&server, "/api/v1/health").await.status, 401);
    let child = sign_in(&server, "child", "open wheat").await;
    assert_eq!(
        ada.ask(&server, "DELETE", "/api/v1/people/child", Value::Null)
            .await
            .status,
        200
    );
    assert_eq!(child.get(&server, "/api/v1/health").await.status, 401);
}

#[tokio::test]
async fn programs_come_with_a_password_or_a_token() {
    let (server, ada) = Server::owned(|config| config.access.open_metrics = false).await;
    let basic = |text: &'static str| [("authorization", text)];
    let right = server
        .ask("GET", "/api/v1/people", &basic("Basic QWRhOm9wZW4gc2VzYW1l"), "")
        .await;
    assert_eq!(right.status, 200, "{}", right.body);
    // What says itself who it is needs no token of a page.
    let filter = "{\"filter\": \"info\"}";
    let changed = server
        .ask("PUT", "/api/v1/log-level", &basic("Basic QWRhOm9wZW4gc2VzYW1l"), filter)
        .await;
    assert_eq!(changed.status, 200);
    for wrong in ["Basic QWRhOm9wZW4=", "Basic !", "Bearer x", "Digest a", "x"] {
        let reply = server
            .ask("GET", "/api/v1/people", &[("authorization", wrong)], "")
            .await;
        assert_eq!(
            (reply.status, &reply.json()["code"]),
            (401, &json!("wrong-password")),
            "{wrong}"
        );
    }
    let token = |scopes: Value| {
        let (server, ada) = (&server, &ada);
        async move {
            let body = json!({"name": scopes.to_string(), "scopes": scopes});
            ada.ask(server, "POST", "/api/v1/tokens", body).await.json()
        }
    };
    let (read, admin) = (token(json!(["read"])).await, token(json!(["admin"])).await);
    let (reader, all) = (read["token"].as_str().unwrap(), admin["token"].as_str().unwrap());
    for (path, reads) in [("/metrics", 200), ("/api/v1/turns", 200), ("/api/v1/config", 403)] {
        assert_eq!(bearer(&server, "GET", path, reader).await, reads, "{path}");
        assert_eq!(bearer(&server, "GET", path, all).await, 200, "{path}");
        assert_eq!(server.get(path).await.status, 401, "{path}");
    }
    let listed = ada.get(&server, "/api/v1/tokens").await;
    assert!(!listed.body.contains(reader) && listed.json()["tokens"].as_array().unwrap().len() == 2);
    let path = format!("/api/v1/tokens/{}", read["id"].as_str().unwrap());
    assert_eq!(ada.ask(&server, "DELETE", &path, Value::Null).await.status, 200);
    assert_eq!(bearer(&server, "GET", "/metrics", reader).await, 401);
}

/// Whoever guesses learns neither which names there are nor anything quickly.
#[tokio::test]
async fn wrong_passwords_cost_time() {
    let (server, _) = Server::owned(|_| {}).await;
    let attempt = |name: &'static str| {
        let server = &server;
        async move {
            server
                .send("POST", SESSION, json!({"name": name, "password": "open wheat"}))
                .await
        }
    };
    let (known, unknown) = (attempt("Ada").await, attempt("Eve").await);
    assert_eq!((known.status, &known.body), (401, &unknown.body));
    // The wait doubles, so that also a slow machine comes to it.
    for _ in 0..12 {
        let reply = attempt("Ada").await;
        if reply.status == 429 {
            assert!(reply.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
            return;
        }
        assert_eq!(reply.status, 401, "{}", reply.body);
    }
    panic!("a wrong password costs nothing");
}

#[tokio::test]
async fn tries_and_requests_are_counted() {
    let server = Server::start(|config| {
        config.limits.request_burst = 2;
        config.limits.requests_per_s = 1;
    })
    .await;
    assert_eq!(server.get("/api/v1/status").await.status, 200);
    let mut refused = false;
    for _ in 0..50 {
        refused = refused || server.get("/api/v1/status").await.status == 429;
    }
    assert!(refused, "fifty requests, and one a second is allowed");
    assert_eq!(
        server.get("/health").await.status,
        200,
        "whether it lives may be asked for ever"
    );

    let server = Server::start(|config| config.limits.knocks_per_minute = 1).await;
    let wrong = json!({"name": "Ada", "password": "short"});
    assert_eq!(server.send("POST", OWNER, wrong.clone()).await.status, 422);
    assert_eq!(
        server.send("POST", OWNER, wrong).await.json()["code"],
        "too-many-requests"
    );
    assert_eq!(server.get("/api/v1/status").await.status, 200);
}

#[tokio::test]
async fn one_address_does_not_take_all_connections() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = Server::start(|config| config.limits.max_connections_of_one = 2).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut tcp = tokio::net::TcpStream::connect(server.address).await.unwrap();
        tcp.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        tcp.read_u8().await.unwrap();
        held.push(tcp);
    }
    let refused = server.get("/health").await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (503, &json!("too-many-connections"))
    );
    // From another address of this machine there is room.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = socket.connect(server.address).await.unwrap();
    other
        .write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(crate::client::read_reply(&mut other).await.status, 200);
}

/// A house whose file cannot be read must not be taken for an open one.
#[tokio::test]
async fn with_a_broken_file_nothing_is_served() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("access.json"), "{").unwrap();
    let config = rosie_gateway::GatewayConfig {
        listen: vec!["127.0.0.1:0".parse().unwrap()],
        access: rosie_gateway::AccessConfig {
            folder: Some(folder.path().to_owned()),
            ..Default::default()
        },
        ..Default::default()
    };
    let metrics = std::sync::Arc::new(rosie_gateway::Metrics::new().unwrap());
    let fake = std::sync::Arc::new(crate::fake::Fake::default());
    let error = rosie_gateway::Gateway::bind(config, fake, metrics)
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("access.json") && error.contains("rosied access reset-owner"),
        "{error}"
    );
}
