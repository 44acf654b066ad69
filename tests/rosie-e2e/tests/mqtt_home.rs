//! The MQTT bridge and a real Home Assistant: Rosie's entities appear there and work both ways, everybody goes away and comes
//! back, and a house without a token works by its states on the broker.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Broker, Daemon, Endpoint, Home, Listener, models, quiet_satellite};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SATELLITES_WORD: &str = "select.rosie_satellite_kitchen_box_wake_word";
const SATELLITES_SENSITIVITY: &str = "number.rosie_satellite_kitchen_box_wake_word_sensitivity";

fn config(mqtt: Value, satellites: Value) -> String {
    json!({
        "mqtt": mqtt,
        "wyoming": { "satellites": satellites },
        "rooms": [{ "id": "office", "name": "Office" }, { "id": "kitchen", "name": "Kitchen" }],
    })
    .to_string()
}

async fn panel(daemon: &Daemon) -> Endpoint {
    // Without a speaker, so that no voice is waited for.
    let hello = json!({ "endpoint": "office-panel", "room": "office", "capabilities": ["microphone", "screen"] });
    Endpoint::hello(daemon, hello).await
}

/// Waits until Home Assistant shows this, at most half a minute.
async fn shows(home: &Home, entity: &str, wanted: &str) {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let now = home.entity(entity).await["state"]
            .as_str()
            .unwrap_or("not there")
            .to_owned();
        if now == wanted {
            return;
        }
        assert!(Instant::now() < until, "{entity} is {now} and not {wanted}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rosie_is_a_device_that_works_both_ways_and_everybody_may_go_and_come_back() {
    let mut broker = Broker::start();
    let mut home = Home::start_on(Some(broker.port));
    let data = TempDir::new().unwrap();
    let satellite = format!("127.0.0.1:{}", quiet_satellite("Kitchen Box").await);
    let mqtt = config(
        json!({ "url": broker.url(), "show_texts": true }),
        json!([{ "address": satellite, "room": "kitchen" }]),
    );
    let daemon = Daemon::start_in(data.path(), &mqtt, &models());
    daemon.ready(&["integrations/mqtt"]).await;
    let mut office = panel(&daemon).await;
    let began = Instant::now();
    shows(&home, "sensor.rosie_office_panel_state", "idle").await;
    println!(
        "the endpoint shows in Home Assistant after {} ms",
        began.elapsed().as_millis()
    );
    shows(&home, SATELLITES_WORD, "Hey Rosie").await;
    // The area is that of the room.
    let devices = home.ask(json!({ "type": "config/device_registry/list" })).await;
    let ours: Vec<&Value> = devices
        .as_array()
        .unwrap()
        .iter()
        .filter(|device| device["manufacturer"] == "Rosie")
        .collect();
    assert_eq!(ours.len(), 3, "{ours:?}");
    assert!(
        ours.iter()
            .any(|device| device["name"] == "Rosie office-panel" && device["area_id"] == "office")
    );
    // Every entity is there and none is unavailable.
    for entity in [
        "number.rosie_office_panel_volume",
        "number.rosie_office_panel_screen_brightness",
        "switch.rosie_office_panel_microphone_mute",
        "switch.rosie_office_panel_do_not_disturb",
        "switch.rosie_office_panel_store_conversations",
        "notify.rosie_office_panel_say",
        "text.rosie_office_panel_say",
        "button.rosie_office_panel_listen",
        "button.rosie_office_panel_stop",
        "sensor.rosie_office_panel_timers",
        "event.rosie_office_panel_event",
        "sensor.rosie_office_panel_last_transcript",
        "notify.rosie_announce",
        "button.rosie_restart",
        "sensor.rosie_timers",
        "sensor.rosie_processor",
        "sensor.rosie_memory",
        "sensor.rosie_disk_free",
        "sensor.rosie_started",
    ] {
        let state = home.entity(entity).await;
        assert!(
            state["state"].is_string() && state["state"] != "unavailable",
            "{entity}: {state}"
        );
    }
    works_both_ways(&home, &mut office).await;
    the_wake_word(&home).await;

    // Home Assistant goes and comes back: everything is there again.
    home.stop();
    home.resume();
    shows(&home, "number.rosie_office_panel_volume", "30").await;
    shows(&home, "sensor.rosie_office_panel_state", "idle").await;

    // The broker goes and comes back.
    broker.stop();
    shows(&home, "sensor.rosie_office_panel_state", "unavailable").await;
    let (status, body) = daemon.get("/health/integrations/mqtt").await;
    assert!(status == 503 && body.contains("broker"), "{status} {body}");
    assert!(!office.ask_typed("what time is it").await.reply.is_empty());
    broker.resume();
    shows(&home, "sensor.rosie_office_panel_state", "idle").await;
    volume(&home, 45).await;
    shows(&home, "number.rosie_office_panel_volume", "45").await;

    // Rosie is killed: the broker says so. Anew, she is the same device, and the endpoint is known and away.
    daemon.kill();
    shows(&home, "sensor.rosie_timers", "unavailable").await;
    let daemon = Daemon::start_in(data.path(), &mqtt, &models());
    shows(&home, "sensor.rosie_timers", "1").await;
    shows(&home, "sensor.rosie_office_panel_state", "unavailable").await;
    let office = panel(&daemon).await;
    shows(&home, "number.rosie_office_panel_volume", "45").await;
    shows(&home, "number.rosie_office_panel_screen_brightness", "25").await;
    assert_eq!(office.welcome["brightness_percent"], 25);
    shows(&home, SATELLITES_WORD, "Rosie").await;
    shows(&home, SATELLITES_SENSITIVITY, "65").await;
    let devices = home.ask(json!({ "type": "config/device_registry/list" })).await;
    let ours = devices
        .as_array()
        .unwrap()
        .iter()
        .filter(|device| device["manufacturer"] == "Rosie")
        .count();
    assert_eq!(ours, 3);

    without_a_token(&broker, &home).await;

    // An endpoint that is gone for good is taken out.
    drop(office);
    shows(&home, "sensor.rosie_office_panel_state", "unavailable").await;
    let listener = Listener::connect(broker.port).await;
    let gone = listener.request("rosie/endpoint/office-panel/forget", "PRESS").await;
    assert_eq!(gone["ok"], true, "{gone}");
    shows(&home, "sensor.rosie_office_panel_state", "not there").await;
    shows(&home, "sensor.rosie_timers", "1").await;
}

async fn volume(home: &Home, percent: u8) {
    let wanted = json!({ "entity_id": "number.rosie_office_panel_volume", "value": percent });
    home.call("number", "set_value", wanted).await;
}

/// Where Rosie listens for it: at the satellite, and not at a panel with a button.
async fn the_wake_word(home: &Home) {
    let rosie = json!({ "entity_id": SATELLITES_WORD, "option": "Rosie" });
    home.call("select", "select_option", rosie).await;
    shows(home, SATELLITES_WORD, "Rosie").await;
    let easily = json!({ "entity_id": SATELLITES_SENSITIVITY, "value": 65 });
    home.call("number", "set_value", easily).await;
    shows(home, SATELLITES_SENSITIVITY, "65").await;
    let event = home.entity("event.rosie_satellite_kitchen_box_event").await;
    let kinds = event["attributes"]["event_types"].as_array().unwrap();
    assert!(kinds.contains(&json!("wake_word_heard")), "{event}");
    shows(home, "select.rosie_office_panel_wake_word", "not there").await;
}

async fn works_both_ways(home: &Home, office: &mut Endpoint) {
    volume(home, 30).await;
    shows(home, "number.rosie_office_panel_volume", "30").await;
    let dark = json!({ "entity_id": "number.rosie_office_panel_screen_brightness", "value": 25 });
    home.call("number", "set_value", dark).await;
    shows(home, "number.rosie_office_panel_screen_brightness", "25").await;
    let turn = office.ask_typed("set the volume to 30 percent").await;
    let dimmed = json!({ "type": "brightness", "percent": 25 });
    assert!(turn.messages.contains(&dimmed), "{turn:?}");
    assert!(turn.errors.is_empty(), "{turn:?}");
    assert!(turn.messages.iter().all(|message| message["type"] != "error"));
    for (entity, service, shown) in [
        ("switch.rosie_office_panel_microphone_mute", "turn_on", "on"),
        ("switch.rosie_office_panel_microphone_mute", "turn_off", "off"),
        ("switch.rosie_office_panel_store_conversations", "turn_off", "off"),
        ("switch.rosie_office_panel_store_conversations", "turn_on", "on"),
    ] {
        home.call("switch", service, json!({ "entity_id": entity })).await;
        shows(home, entity, shown).await;
    }
    for (domain, service, data) in [
        (
            "notify",
            "send_message",
            json!({ "entity_id": "notify.rosie_office_panel_say", "message": "The post" }),
        ),
        (
            "notify",
            "send_message",
            json!({ "entity_id": "notify.rosie_announce", "message": "The post" }),
        ),
        (
            "text",
            "set_value",
            json!({ "entity_id": "text.rosie_office_panel_say", "value": "The post" }),
        ),
    ] {
        home.call(domain, service, data).await;
        assert_eq!(office.finish_turn().await.reply, "The post", "{domain}");
    }
    home.call(
        "button",
        "press",
        json!({ "entity_id": "button.rosie_office_panel_listen" }),
    )
    .await;
    shows(home, "sensor.rosie_office_panel_state", "listening").await;
    home.call(
        "button",
        "press",
        json!({ "entity_id": "button.rosie_office_panel_stop" }),
    )
    .await;
    shows(home, "sensor.rosie_office_panel_state", "idle").await;
    office.finish_turn().await;
    office.ask_typed("set a timer for fifty minutes").await;
    shows(home, "sensor.rosie_office_panel_timers", "1").await;
    let timers = home.entity("sensor.rosie_timers").await;
    assert_eq!(timers["attributes"]["timers"][0]["seconds"], 3000, "{timers}");
    shows(
        home,
        "sensor.rosie_office_panel_last_transcript",
        "set a timer for fifty minutes",
    )
    .await;
    let event = home.entity("event.rosie_office_panel_event").await;
    assert_eq!(event["attributes"]["event_type"], "command_done", "{event}");
    assert_eq!(event["attributes"]["intent"], "HassStartTimer");
}

/// A second Rosie, that has no token: states from the broker, commands through the topic of docs/mqtt.md.
async fn without_a_token(broker: &Broker, home: &Home) {
    let mqtt = json!({ "url": broker.url(), "topic": "tokenless", "discovery": "off", "devices": "statestream" });
    let daemon = Daemon::start(&config(mqtt, json!([])));
    daemon.ready(&["integrations/mqtt"]).await;
    let mut office = panel(&daemon).await;
    // mqtt_statestream tells of a thing when it changes for the first time.
    let lights = json!({ "entity_id": ["light.office_ceiling", "light.office_desk"] });
    for (service, shown) in [("turn_on", "on"), ("turn_off", "off")] {
        home.call("light", service, lights.clone()).await;
        shows(home, "light.office_ceiling", shown).await;
        shows(home, "light.office_desk", shown).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let turn = office.ask_typed("turn on the office desk lamp").await;
    assert!(turn.errors.is_empty(), "{turn:?}");
    shows(home, "light.office_desk", "on").await;
    let turn = office
        .ask_typed("set the office ceiling to 40 percent brightness")
        .await;
    assert!(turn.errors.is_empty(), "{turn:?}");
    shows(home, "input_number.office_level", "102.0").await;
    for (service, shown) in [("close_cover", "closed"), ("open_cover", "open")] {
        home.call("cover", service, json!({ "entity_id": "cover.garage_door" }))
            .await;
        shows(home, "cover.garage_door", shown).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(office.ask_typed("is the garage door open?").await.reply, "Yes");
    // What opens a house is asked about here, too.
    for (service, shown) in [("unlock", "unlocked"), ("lock", "locked")] {
        home.call("lock", service, json!({ "entity_id": "lock.street_door" }))
            .await;
        shows(home, "lock.street_door", shown).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let asked = office.ask_typed("unlock the street door").await;
    assert_eq!(asked.reply, "Shall I unlock Street door?");
    assert_eq!(home.state("lock.street_door").await, "locked");
    assert!(daemon.terminate());
}
