//! The MQTT bridge on a real Mosquitto: Rosie as a device, commands, what is refused, and everybody who goes away and comes
//! back.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Broker, Daemon, Endpoint, Listener};
use serde_json::{Value, json};

fn config(broker: &str, more: Value) -> String {
    let mut mqtt = json!({ "url": broker });
    mqtt.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({
        "mqtt": mqtt,
        "rooms": [{ "id": "kitchen", "name": "Kitchen" }, { "id": "office", "name": "Office" }],
    })
    .to_string()
}

async fn connected(daemon: &Daemon) {
    daemon.ready(&["integrations/mqtt"]).await;
}

async fn panel(daemon: &Daemon, room: &str) -> Endpoint {
    // Without a speaker, so that no voice is waited for.
    let hello = json!({ "endpoint": format!("{room}-panel"), "room": room, "capabilities": ["microphone"] });
    Endpoint::hello(daemon, hello).await
}

#[tokio::test(flavor = "multi_thread")]
async fn rosie_shows_herself_and_does_what_she_is_told() {
    let broker = Broker::start();
    let listener = Listener::connect(broker.port).await;
    let daemon = Daemon::start(&config(&broker.url(), json!({})));
    connected(&daemon).await;
    listener.becomes("rosie/status", "online").await;
    let mut kitchen = panel(&daemon, "kitchen").await;
    listener.becomes("rosie/endpoint/kitchen-panel/status", "online").await;
    listener.becomes("rosie/endpoint/kitchen-panel/state", "idle").await;
    let device = listener
        .wait("the endpoint's device", |heard| {
            heard.topic.ends_with("_kitchen-panel/config")
        })
        .await;
    assert_eq!(device.json()["device"]["suggested_area"], "Kitchen");
    // Said in the room: a turn of its own.
    listener.publish("rosie/kitchen/say", "Dinner is ready").await;
    assert_eq!(kitchen.finish_turn().await.reply, "Dinner is ready");
    // Asked for: an answer, and no sound.
    let answer = listener.request("rosie/kitchen/ask", "what is three times four").await;
    assert_eq!(
        (answer["ok"].clone(), answer["text"].clone()),
        (json!(true), json!("3 times 4 is 12.")),
        "{answer}"
    );
    listener
        .publish("rosie/kitchen/ask", "{\"text\": \"what is three plus four\"}")
        .await;
    let reply = listener
        .wait("the reply", |heard| heard.topic == "rosie/kitchen/reply")
        .await;
    assert_eq!(reply.json()["text"], "3 plus 4 is 7.", "{reply:?}");
    // Set, and shown as it is.
    for (topic, payload, state, shown) in [
        ("rosie/kitchen/volume/set", "35", "volume", "35"),
        (
            "rosie/endpoint/kitchen-panel/volume/set",
            "{\"volume\": 40}",
            "volume",
            "40",
        ),
        ("rosie/endpoint/kitchen-panel/muted/set", "ON", "muted", "ON"),
        ("rosie/endpoint/kitchen-panel/muted/set", "OFF", "muted", "OFF"),
        ("rosie/endpoint/kitchen-panel/remembers/set", "OFF", "remembers", "OFF"),
        ("rosie/endpoint/kitchen-panel/remembers/set", "ON", "remembers", "ON"),
        (
            "rosie/endpoint/kitchen-panel/do_not_disturb/set",
            "ON",
            "do_not_disturb",
            "ON",
        ),
    ] {
        listener.publish(topic, payload).await;
        listener
            .becomes(&format!("rosie/endpoint/kitchen-panel/{state}"), shown)
            .await;
    }
    let said = listener.request("rosie/all/announce", "The post is here").await;
    assert_eq!(said, json!({ "ok": true, "spoken": 0, "spared": 1 }));
    let said = listener
        .request("rosie/kitchen/say", "{\"text\":\"Fire!\",\"urgent\":true}")
        .await;
    assert_eq!(said["spoken"], 1);
    kitchen.finish_turn().await;
    // Timers show, and what happens.
    kitchen.ask_typed("set a timer for ten minutes").await;
    let timers = listener
        .wait("a timer", |heard| {
            heard.topic == "rosie/endpoint/kitchen-panel/timers" && heard.json()["count"] == 1
        })
        .await;
    assert_eq!(timers.json()["timers"][0]["seconds"], 600);
    let event = listener
        .wait("an event", |heard| {
            heard.topic.ends_with("/event") && heard.json()["event_type"] == "command_done"
        })
        .await;
    assert_eq!(event.json()["intent"], "HassStartTimer");
    // Not a word of what was said is on the broker.
    assert!(
        listener
            .all()
            .iter()
            .all(|heard| !heard.topic.ends_with("/transcript") && !heard.topic.ends_with("-panel/reply"))
    );
    listener.publish("rosie/endpoint/kitchen-panel/listen", "").await;
    listener
        .becomes("rosie/endpoint/kitchen-panel/state", "listening")
        .await;
    listener.publish("rosie/kitchen/stop", "").await;
    listener.becomes("rosie/endpoint/kitchen-panel/state", "idle").await;
    let vitals = listener
        .wait("vitals", |heard| heard.topic == "rosie/appliance/vitals")
        .await
        .json();
    assert!(
        vitals["memory"].as_u64().unwrap() > 10 && vitals["disk_free"].is_number(),
        "{vitals}"
    );
}
