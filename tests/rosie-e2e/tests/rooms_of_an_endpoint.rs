//! A tablet that the owner lets control one room, from the pairing to what arrives at the things: by sentences, for later, and
//! what the house writes down of it.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Broker, Daemon, Endpoint, Listener, Turn};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

struct House {
    daemon: Daemon,
    listener: Listener,
    _broker: Broker,
}

const PASSWORD: &str = "open sesame";
const KITCHEN_LAMP: &str = "kitchen/lamp/set";
const BEDROOM_LAMP: &str = "bedroom/lamp/set";
const KITCHEN_BLINDS: &str = "kitchen/blinds/set";
const BEDROOM_BLINDS: &str = "bedroom/blinds/set";

impl House {
    async fn start() -> Self {
        let broker = Broker::start();
        let listener = Listener::connect(broker.port).await;
        for room in ["Kitchen", "Bedroom"] {
            let id = room.to_lowercase();
            for (kind, thing) in [("light", "lamp"), ("light", "spot"), ("cover", "blinds")] {
                let announced = json!({
                    "name": format!("{room} {thing}"), "uniq_id": format!("{id}-{thing}"),
                    "cmd_t": format!("{id}/{thing}/set"), "stat_t": format!("{id}/{thing}"),
                    "dev": { "ids": [format!("{id}-{thing}")], "sa": room },
                });
                let topic = format!("homeassistant/{kind}/{id}-{thing}/config");
                listener.publish_as(&topic, announced.to_string(), true).await;
            }
        }
        let config = json!({
            "mqtt": { "url": broker.url() },
            "rooms": [{ "id": "kitchen", "name": "Kitchen" }, { "id": "bedroom", "name": "Bedroom" }],
        });
        let daemon = Daemon::start(&config.to_string());
        daemon.ready(&["integrations/mqtt"]).await;
        let house = Self {
            daemon,
            listener,
            _broker: broker,
        };
        let owner = reqwest::Client::new().post(format!("{}/api/v1/access/owner", house.daemon.url));
        let made = owner
            .json(&json!({ "name": "Ada", "password": PASSWORD }))
            .send()
            .await
            .unwrap();
        assert!(made.status().is_success(), "{}", made.text().await.unwrap());
        for room in ["kitchen", "bedroom"] {
            for (thing, state) in [("lamp", "ON"), ("spot", "ON"), ("blinds", "closed")] {
                house.listener.publish_as(&format!("{room}/{thing}"), state, true).await;
            }
        }
        house
    }

    /// Asks as the owner.
    async fn ask(&self, method: &str, path: &str, body: Value) -> Value {
        let address = format!("{}/api/v1/{path}", self.daemon.url);
        let request = reqwest::Client::new().request(method.parse().unwrap(), address);
        let request = request.basic_auth("Ada", Some(PASSWORD));
        let request = match body {
            Value::Null => request,
            body => request.json(&body),
        };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// An endpoint in the kitchen, paired as the page does it.
    async fn paired(&self, endpoint: &str, may_control: Value) -> Endpoint {
        let asked = json!({ "endpoint": endpoint, "label": "A tablet" });
        let asked = self.ask("POST", "pairing", asked).await;
        let confirm = json!({
            "code": asked["code"], "name": endpoint, "room": "kitchen", "may_control": may_control,
        });
        self.ask("POST", "pairing/confirm", confirm).await;
        let path = format!("pairing/{}", asked["ticket"].as_str().unwrap());
        let key = self.ask("GET", &path, Value::Null).await["key"].clone();
        // Without a speaker, so that no voice is waited for.
        let hello = json!({ "endpoint": endpoint, "key": key, "capabilities": ["microphone"] });
        Endpoint::hello(&self.daemon, hello).await
    }

    /// What was sent to a thing last.
    fn sent(&self, topic: &str) -> Option<String> {
        self.listener.last(topic)
    }
}

fn refused(turn: &Turn) {
    assert_eq!(turn.errors, ["not-allowed-here"], "{turn:?}");
    let told = turn.messages.iter().find(|message| message["type"] == "error").unwrap();
    assert_eq!(told["sentence"], "I may not do that from here.", "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_controls_its_rooms_and_no_other() {
    let house = House::start().await;
    let mut tablet = house.paired("tablet", json!(["kitchen"])).await;
    let mut panel = house.paired("panel", Value::Null).await;
    // The last thing that was announced is there as soon as somebody who may do everything reaches it.
    let until = Instant::now() + Duration::from_secs(20);
    while house.sent(BEDROOM_BLINDS).is_none() {
        assert!(Instant::now() < until, "the things of the house do not appear");
        panel.ask_typed("open the bedroom blinds").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    house.listener.forget();

    refused(&tablet.ask_typed("open the bedroom blinds").await);
    refused(&tablet.ask_typed("turn off the bedroom lamp").await);
    refused(&tablet.ask_typed("turn off the bedroom lamp in five minutes").await);
    let own = tablet.ask_typed("open the kitchen blinds").await;
    assert!(own.errors.is_empty(), "{own:?}");
    house.listener.becomes(KITCHEN_BLINDS, "OPEN").await;
    let all = tablet.ask_typed("turn off everything except the kitchen spot").await;
    assert!(all.errors.is_empty(), "{all:?}");
    house.listener.becomes(KITCHEN_LAMP, "OFF").await;
    for spared in ["kitchen/spot/set", "bedroom/spot/set", BEDROOM_LAMP, BEDROOM_BLINDS] {
        assert_eq!(house.sent(spared), None, "{spared}");
    }

    let deeds = house.ask("GET", "deeds", Value::Null).await;
    let refusals: Vec<&Value> = deeds["deeds"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|deed| deed["failed"] == "not-allowed-here")
        .collect();
    assert_eq!(refusals.len(), 3, "{deeds}");
    let first = refusals[2];
    assert_eq!(
        (&first["action"], &first["endpoint"], &first["room"]),
        (&json!("cover.open_cover"), &json!("tablet"), &json!("kitchen")),
        "{first}"
    );
    let turns = house.ask("GET", "turns", Value::Null).await;
    let of_tablet = |turn: &&Value| turn["endpoint"] == "tablet" && turn.to_string().contains("not-allowed-here");
    assert_eq!(
        turns["turns"].as_array().unwrap().iter().filter(of_tablet).count(),
        3,
        "{turns}"
    );

    // The owner gives it the bedroom: at once.
    let place = json!({ "name": "tablet", "room": "kitchen", "may_control": ["kitchen", "bedroom"] });
    house.ask("PUT", "paired/tablet", place).await;
    let key = house.ask("POST", "paired/tablet/rotate", Value::Null).await["key"].clone();
    let hello = json!({ "endpoint": "tablet", "key": key, "capabilities": ["microphone"] });
    let mut tablet = Endpoint::hello(&house.daemon, hello).await;
    let opened = tablet.ask_typed("open the bedroom blinds").await;
    assert!(opened.errors.is_empty(), "{opened:?}");
    house.listener.becomes(BEDROOM_BLINDS, "OPEN").await;
}
