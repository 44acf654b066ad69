//! Endpoints are paired, moved and cut off; nothing that nobody knows is welcomed.

use crate::client::{Browser, Endpoint, Heard, Server, hello, hello_with};
use rosie_core::RoomId;
use serde_json::{Value, json};

/// From the first refusal to a key.
async fn paired(server: &Server, ada: &Browser, endpoint: &str, room: &str) -> String {
    let asked = json!({"endpoint": endpoint, "label": "Chrome on a tablet"});
    let asked = server.send("POST", "/api/v1/pairing", asked).await.json();
    let poll = format!("/api/v1/pairing/{}", asked["ticket"].as_str().unwrap());
    assert_eq!(server.get(&poll).await.json()["state"], "waiting");
    let waiting = ada.get(server, "/api/v1/pairing").await.json();
    assert_eq!(waiting["waiting"][0]["code"], asked["code"]);
    let confirm = json!({"code": asked["code"], "name": "Tablet", "room": room, "may_control": [room]});
    let confirmed = ada.ask(server, "POST", "/api/v1/pairing/confirm", confirm).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    let given = server.get(&poll).await.json();
    assert_eq!(
        (&given["state"], &given["endpoint"]),
        (&json!("paired"), &json!(endpoint))
    );
    assert_eq!(server.get(&poll).await.status, 404, "a key is given once");
    given["key"].as_str().unwrap().to_owned()
}

async fn with_key(server: &Server, key: &str) -> Endpoint {
    let mut endpoint = server.endpoint().await;
    endpoint.send(hello_with(json!({"key": key}))).await;
    endpoint
}

#[tokio::test]
async fn who_is_not_known_hears_nothing_and_may_be_paired() {
    let (server, ada) = Server::owned(|_| {}).await;
    for (headers, changes) in [
        (vec![], json!({})),
        (vec![], json!({"key": "wrong"})),
        (vec![("authorization", "Bearer wrong")], json!({})),
        (vec![("cookie", "rosie_session=wrong")], json!({})),
    ] {
        let mut stranger = server.endpoint_with(&headers).await.unwrap();
        stranger.send(hello_with(changes)).await;
        stranger.closed("not-paired", 4008).await;
    }
    assert!(server.fake.seen(|seen| seen.specs.is_empty()), "no session was opened");

    let key = paired(&server, &ada, "kitchen", "kitchen").await;
    let mut endpoint = server.endpoint().await;
    // Whatever it says, it is where the owner put it.
    endpoint
        .send(hello_with(json!({"key": key, "room": "living_room"})))
        .await;
    assert_eq!(endpoint.json().await["room"], "kitchen");
    assert_eq!(
        server.fake.seen(|seen| seen.specs[0].room.clone()),
        Some(RoomId("kitchen".into()))
    );
    let bearer = format!("Bearer {key}");
    let mut native = server.endpoint_with(&[("authorization", &bearer)]).await.unwrap();
    native.send(hello()).await;
    assert_eq!(native.json().await["type"], "welcome");
    let mut thief = server.endpoint().await;
    thief.send(hello_with(json!({"key": key, "endpoint": "other"}))).await;
    thief.closed("not-paired", 4008).await;
    // The key talks, and opens nothing else.
    let asked = server
        .ask("GET", "/api/v1/turns", &[("authorization", &bearer)], "")
        .await;
    assert_eq!(asked.status, 403);
}

#[tokio::test]
async fn what_is_taken_away_ends_the_stream_at_once() {
    let (server, ada) = Server::owned(|_| {}).await;
    let key = paired(&server, &ada, "kitchen", "kitchen").await;
    let mut endpoint = with_key(&server, &key).await;
    assert_eq!(endpoint.json().await["room"], "kitchen");
    assert_eq!(
        ada.get(&server, "/api/v1/paired").await.json()["paired"][0]["connected"],
        true
    );
    let told = server.pairings.clone();
    assert_eq!(told.may_control("kitchen"), Some(vec!["kitchen".to_owned()]));
    assert_eq!(told.may_control("other"), None, "nobody paired it");
    // Moved: it has to come again, and is elsewhere.
    let moved = json!({"name": "Tablet", "room": "living_room"});
    assert_eq!(
        ada.ask(&server, "PUT", "/api/v1/paired/kitchen", moved).await.status,
        200
    );
    endpoint.closed("not-paired", 4008).await;
    assert_eq!(told.may_control("kitchen"), None, "all rooms, from now on");
    let mut endpoint = with_key(&server, &key).await;
    assert_eq!(endpoint.json().await["room"], "living_room");
    let gone = ada.ask(&server, "DELETE", "/api/v1/paired/kitchen", Value::Null).await;
    assert_eq!(gone.status, 200);
    endpoint.closed("not-paired", 4008).await;
    with_key(&server, &key).await.closed("not-paired", 4008).await;

    // The same of a browser that is signed out.
    let mut page = server.endpoint_with(&[("cookie", &ada.cookie)]).await.unwrap();
    page.send(hello()).await;
    assert_eq!(page.json().await["type"], "welcome");
    ada.ask(&server, "DELETE", "/api/v1/access/session", Value::Null).await;
    page.closed("not-paired", 4008).await;
}

#[tokio::test]
async fn an_endpoint_changes_its_own_key() {
    let (server, ada) = Server::owned(|_| {}).await;
    let old = paired(&server, &ada, "kitchen", "kitchen").await;
    let rotate = |key: String, endpoint: &'static str| {
        let server = &server;
        async move {
            let (value, path) = (format!("Bearer {key}"), format!("/api/v1/paired/{endpoint}/rotate"));
            server.ask("POST", &path, &[("authorization", &value)], "").await
        }
    };
    assert_eq!(rotate(old.clone(), "other").await.status, 403);
    let new = rotate(old.clone(), "kitchen").await.json()["key"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(with_key(&server, &old).await.json().await["type"], "welcome");
    let mut endpoint = with_key(&server, &new).await;
    assert_eq!(endpoint.json().await["type"], "welcome");
    // The old one ends a moment after the new one was used: that is kept first.
    for _ in 0..500 {
        let mut late = with_key(&server, &old).await;
        if late.json().await["code"] == "not-paired" {
            endpoint.alive().await;
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the old key is good for ever");
}

#[tokio::test]
async fn the_owner_may_open_the_house_and_makes_it_his_own_at_any_time() {
    let (server, _) = Server::owned(|config| config.access.open_house = true).await;
    drop(server.welcomed().await);
    assert_eq!(server.get("/api/v1/access").await.json()["open_house"], true);
    assert_eq!(server.get("/api/v1/status").await.status, 401);

    let server = Server::plain().await;
    let mut before = server.welcomed().await;
    let made = server.send("POST", "/api/v1/access/owner", crate::client::ada()).await;
    before.closed("not-paired", 4008).await;
    let ada = Browser::of(&made);
    let body = json!({"name": "lab", "scopes": ["talk"]});
    let token = ada.ask(&server, "POST", "/api/v1/tokens", body).await.json();
    let bearer = format!("Bearer {}", token["token"].as_str().unwrap());
    let mut lab = server.endpoint_with(&[("authorization", &bearer)]).await.unwrap();
    lab.send(hello_with(json!({"room": "kitchen"}))).await;
    assert_eq!(lab.json().await["room"], "kitchen");
    let path = format!("/api/v1/tokens/{}", token["id"].as_str().unwrap());
    ada.ask(&server, "DELETE", &path, Value::Null).await;
    assert_eq!(
        lab.closed("not-paired", 4008).await["sentence"],
        "I don't know this device yet."
    );
    assert_eq!(lab.hear().await, Heard::Cut);
}
