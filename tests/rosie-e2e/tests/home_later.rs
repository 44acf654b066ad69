//! Commands at a later time in a real Home Assistant: done once at their time, through a power cut, and in the audit list.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, Home, Turn, models};
use serde_json::json;
use std::{path::Path, time::Duration};

async fn rosie(home: &Home, folder: &Path) -> (Daemon, Endpoint) {
    let config = json!({
        "home_assistant": { "url": home.url, "token": home.token },
        "rooms": [{ "id": "office", "name": "Office" }, { "id": "kitchen", "name": "Kitchen" }],
    });
    let daemon = Daemon::start_in(folder, &config.to_string(), &models());
    daemon.ready(&["integrations/home_assistant"]).await;
    let kitchen = Endpoint::hello(&daemon, json!({ "endpoint": "kitchen-panel", "room": "kitchen" })).await;
    (daemon, kitchen)
}

fn said(turn: &Turn) -> &str {
    assert!(turn.errors.is_empty(), "{:?}: {}", turn.errors, turn.reply);
    &turn.reply
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_done_once_at_their_time() {
    let home = Home::start();
    let folder = tempfile::tempdir().unwrap();
    let (daemon, mut kitchen) = rosie(&home, folder.path()).await;
    let light = "light.kitchen_main";
    home.call("light", "turn_on", json!({ "entity_id": light })).await;
    home.call("lock", "lock", json!({ "entity_id": "lock.street_door" }))
        .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let set = kitchen
        .ask_typed("turn off the kitchen main light in four seconds")
        .await;
    assert_eq!((said(&set), set.intent.as_str()), ("In 4 seconds.", "RosieLater"));
    assert_eq!(home.state(light).await, "on", "not now");
    home.becomes_within(light, "off", Duration::from_secs(15)).await;
    let deeds = daemon.json("/api/v1/deeds").await;
    let deed = &deeds["deeds"][0];
    assert_eq!(
        (deed["action"].as_str(), deed["cause"].as_str(), deed["room"].as_str()),
        (Some("light.turn_off"), Some("RosieLater HassTurnOff"), Some("kitchen")),
        "{deeds}"
    );
    // One thing now, the other later.
    let both = kitchen
        .ask_typed("turn on the kitchen main light and turn it off in four seconds")
        .await;
    assert!(said(&both).ends_with("In 4 seconds."), "{}", both.reply);
    home.becomes(light, "on").await;
    home.becomes_within(light, "off", Duration::from_secs(15)).await;
    // What is dangerous is asked about now, and taken back in a word.
    let asked = kitchen.ask_typed("unlock the street door in ten minutes").await;
    assert_eq!(said(&asked), "Shall I unlock Street door?");
    assert_eq!(said(&kitchen.ask_typed("yes").await), "In 10 minutes.");
    let planned = kitchen.ask_typed("what's planned?").await;
    assert!(
        said(&planned).starts_with("Unlock the street door, "),
        "{}",
        planned.reply
    );
    assert_eq!(
        said(&kitchen.ask_typed("cancel that").await),
        "Cancelled: unlock the street door."
    );
    assert_eq!(said(&kitchen.ask_typed("what's planned?").await), "Nothing is planned.");
    // The power is cut, and it comes back before the time.
    let set = kitchen
        .ask_typed("turn on the kitchen main light in twenty seconds")
        .await;
    assert_eq!(said(&set), "In 20 seconds.");
    daemon.kill();
    let (daemon, mut kitchen) = rosie(&home, folder.path()).await;
    home.becomes_within(light, "on", Duration::from_secs(30)).await;
    said(&kitchen.ask_typed("turn off the kitchen main light").await);
    home.becomes(light, "off").await;
    daemon.kill();
    let (daemon, mut kitchen) = rosie(&home, folder.path()).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(home.state(light).await, "off", "not a second time");
    assert_eq!(said(&kitchen.ask_typed("what's planned?").await), "Nothing is planned.");
    let deeds = daemon.json("/api/v1/deeds").await.to_string();
    assert_eq!(deeds.matches("RosieLater HassTurnOn").count(), 1, "{deeds}");
}
