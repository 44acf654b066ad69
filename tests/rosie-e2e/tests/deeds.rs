//! The list of what was done in the house: whoever asks, by whatever way, stands in it with where it was asked from.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Broker, Daemon, Endpoint, Home, Listener, free_port, spoken};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const TOKEN: &str = "5f1c9ab7e277d0c3aa4190be12fd88aa";

/// Asks as another assistant does.
async fn by_mcp(url: &str, text: &str, room: &str) {
    let cache = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/rosie");
    let cache = std::env::var_os("ROSIE_CACHE").map_or_else(cache, PathBuf::from);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mcp/client.py");
    let mut command = Command::new(cache.join("mcp/bin/python"));
    command.arg(script).arg(format!("{url}/mcp")).args([TOKEN, "auto"]);
    command.args(["ask", &json!({ "text": text, "room": room }).to_string()]);
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Asks as Home Assistant's pipeline does.
async fn by_wyoming(port: u16, text: &str) {
    let ask = json!({ "type": "transcript", "data": { "text": text, "context": { "conversation_id": "c1" } } });
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(format!("{ask}\n").as_bytes()).await.unwrap();
    let mut answer = [0; 4096];
    assert!(stream.read(&mut answer).await.unwrap() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_into_the_house_stands_in_the_list() {
    let (home, broker, port) = (Home::start(), Broker::start(), free_port());
    let config = json!({
        "home_assistant": { "url": home.url, "token": home.token },
        "mqtt": { "url": broker.url(), "discovery": "off" },
        "mcp": { "token": TOKEN },
        "wyoming": { "listen": [format!("127.0.0.1:{port}")], "room": "office", "announce": false },
        "rooms": [{ "id": "kitchen", "name": "Kitchen" }, { "id": "office", "name": "Office" }],
    });
    let daemon = Daemon::start(&config.to_string());
    daemon
        .ready(&["vad", "stt", "tts", "integrations/home_assistant", "integrations/mqtt"])
        .await;
    let speech = spoken("Turn on the office desk lamp.");
    let mut office = Endpoint::hello(&daemon, json!({ "endpoint": "desk", "room": "office" })).await;
    let turn = office.ask_aloud(&speech).await;
    assert!(turn.errors.is_empty(), "{turn:?}");
    home.becomes("light.office_desk", "on").await;
    office.ask_typed("turn off the office desk lamp").await;
    home.becomes("light.office_desk", "off").await;
    let listener = Listener::connect(broker.port).await;
    listener
        .request("rosie/kitchen/ask", "turn on the office desk lamp")
        .await;
    home.becomes("light.office_desk", "on").await;
    by_wyoming(port, "turn off the office desk lamp").await;
    home.becomes("light.office_desk", "off").await;
    by_mcp(&daemon.url, "turn on the office desk lamp", "kitchen").await;
    home.becomes("light.office_desk", "on").await;
    let _kitchen = Endpoint::hello(&daemon, json!({ "endpoint": "panel", "room": "kitchen" })).await;
    let turn = office.ask_typed("tell everyone dinner is ready").await;
    assert!(turn.errors.is_empty(), "{turn:?}");
    let set = listener.request("rosie/endpoint/desk/remembers/set", "OFF").await;
    assert_eq!(set["ok"], true, "{set}");

    let deeds = daemon.json("/api/v1/deeds").await;
    let told = |deed: &Value| {
        let text = |key: &str| deed[key].as_str().unwrap().to_owned();
        (text("action"), text("endpoint"), text("room"), text("cause"))
    };
    let told: Vec<_> = deeds["deeds"].as_array().unwrap().iter().map(told).collect();
    let expected = [
        ("rosie.store_no_conversations", "mqtt", "office", "mqtt"),
        ("rosie.announce", "desk", "office", "RosieBroadcast"),
        ("light.turn_on", "mcp/kitchen", "kitchen", "HassTurnOn"),
        ("light.turn_off", "wyoming-c1", "office", "HassTurnOff"),
        ("light.turn_on", "mqtt/kitchen", "kitchen", "HassTurnOn"),
        ("light.turn_off", "desk", "office", "HassTurnOff"),
        ("light.turn_on", "desk", "office", "HassTurnOn"),
    ];
    let expected = expected.map(|(a, b, c, d)| (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned()));
    assert_eq!(told, expected, "{deeds}");
}
