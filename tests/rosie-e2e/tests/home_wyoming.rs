//! A real Home Assistant whose own voice pipeline hears, thinks and speaks through Rosie: its Wyoming integration, unchanged.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Home, assert_says, at_16_khz, free_port, spoken};
use serde_json::{Value, json};

/// The Wyoming entry, made as a person makes it, and the entities that come of it.
async fn enter(home: &Home, port: u16) {
    let flow = home
        .post("/api/config/config_entries/flow", json!({ "handler": "wyoming" }))
        .await;
    let path = format!("/api/config/config_entries/flow/{}", flow["flow_id"].as_str().unwrap());
    let made = home.post(&path, json!({ "host": "127.0.0.1", "port": port })).await;
    assert_eq!(
        (&made["type"], &made["title"]),
        (&json!("create_entry"), &json!("rosie")),
        "{made}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn home_assistants_own_pipeline_hears_thinks_and_speaks_through_rosie() {
    let home = Home::start();
    let port = free_port();
    let config = json!({
        "wyoming": { "listen": [format!("127.0.0.1:{port}")], "room": "office" },
        "home_assistant": { "url": home.url, "token": home.token },
        "rooms": [{ "id": "kitchen", "name": "Kitchen" }, { "id": "office", "name": "Office" }],
    });
    let daemon = Daemon::start(&config.to_string());
    daemon.ready(&["stt", "tts", "integrations/home_assistant"]).await;
    enter(&home, port).await;
    for entity in ["stt.rosie", "tts.rosie", "conversation.rosie"] {
        home.has(entity).await;
    }

    // Hears.
    let samples = spoken("Turn on the ceiling light in the office.");
    let sound: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let content = "format=wav; codec=pcm; sample_rate=16000; bit_rate=16; channel=1; language=en";
    let heard = reqwest::Client::new()
        .post(format!("{}/api/stt/stt.rosie", home.url))
        .bearer_auth(&home.token)
        .header("X-Speech-Content", content)
        .body(sound)
        .send()
        .await
        .unwrap();
    let heard: Value = heard.json().await.unwrap();
    assert_eq!(heard["result"], "success", "{heard}");
    assert!(
        heard["text"]
            .as_str()
            .unwrap()
            .to_lowercase()
            .contains("ceiling light in the office"),
        "{heard}"
    );

    // Thinks, and does it in this very Home Assistant; no room is named, so it is the one of the configuration.
    assert_eq!(home.state("light.office_ceiling").await, "off");
    let asked = json!({ "text": "turn on the lights", "agent_id": "conversation.rosie", "language": "en" });
    let answer = home.post("/api/conversation/process", asked).await;
    let speech = answer["response"]["speech"]["plain"]["speech"].as_str().unwrap();
    assert_eq!(speech, "Turned on the lights", "{answer}");
    home.becomes("light.office_ceiling", "on").await;
    assert_eq!(home.state("light.bedroom_desk").await, "off");

    // Speaks.
    let said = json!({ "engine_id": "tts.rosie", "message": "The washing machine is done.", "language": "en",
        "options": { "preferred_format": "wav" } });
    let made = home.post("/api/tts_get_url", said).await;
    let path = made["path"].as_str().unwrap();
    let sound = reqwest::get(format!("{}{path}", home.url)).await.unwrap();
    assert!(sound.status().is_success(), "{}", sound.status());
    let file = tempfile::Builder::new().suffix(".wav").tempfile().unwrap();
    std::fs::write(file.path(), sound.bytes().await.unwrap()).unwrap();
    assert_says(&at_16_khz(file.path()), "The washing machine is done.");
}
