//! Rooms of Rosie's as Wyoming satellites: a pipeline by the stock package answers in them, and real Home Assistant does.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{
    Daemon, Endpoint, Home, Turn, assert_heard, assert_says, free_port, spoken, transcribed,
    wyoming::{place, python},
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// tests/wyoming/home.py.
struct Pipeline {
    child: Child,
    lines: std::sync::mpsc::Receiver<Value>,
}

impl Pipeline {
    fn start(port: u16, arguments: &[&str]) -> Self {
        let mut child = Command::new(python())
            .arg(place().join("home.py"))
            .arg(port.to_string())
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, lines) = std::sync::mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines() {
                let _ = tell.send(serde_json::from_str(&line.unwrap()).unwrap());
            }
        });
        Self { child, lines }
    }

    fn until(&self, kind: &str) -> Value {
        loop {
            let line = self
                .lines
                .recv_timeout(Duration::from_secs(60))
                .expect("it says nothing more");
            if line["type"] == kind {
                return line;
            }
        }
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A daemon that offers its kitchen on a port.
fn daemon() -> (Daemon, u16) {
    let port = free_port();
    let config = json!({
        "wyoming": { "offered_rooms": [{ "room": "kitchen", "listen": format!("127.0.0.1:{port}") }], "announce": false },
        "rooms": [{ "id": "kitchen", "name": "Kitchen" }, { "id": "office", "name": "Office" }],
    });
    (Daemon::start(&config.to_string()), port)
}

fn seconds(turn: &Turn) -> f32 {
    turn.audio.len() as f32 / 16_000.0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_answers_in_the_room_that_it_has_and_nowhere_else() {
    let (daemon, port) = daemon();
    daemon.ready(&["vad", "stt", "tts"]).await;
    let speech = spoken("What is twelve plus thirty?");
    let mut kitchen = Endpoint::hello(&daemon, json!({ "endpoint": "page", "room": "kitchen" })).await;

    let pipeline = Pipeline::start(port, &["answer", "make it so"]);
    let info = pipeline.until("info");
    assert_eq!(
        (&info["name"], &info["area"]),
        (&json!("Rosie Kitchen"), &json!("Kitchen"))
    );
    pipeline.until("pong");
    let turn = kitchen.ask_aloud(&speech).await;
    assert_eq!(turn.outcome, "answered", "{turn:?}");
    assert_eq!(
        (turn.transcript.as_str(), turn.reply.as_str()),
        ("make it so", "A tone")
    );
    assert!(
        (0.95..1.1).contains(&seconds(&turn)),
        "{} s of the tone",
        seconds(&turn)
    );
    // The whole of what was said went there, and nothing while nobody spoke.
    let stop = pipeline.until("audio-stop");
    let (heard, said) = (stop["heard_ms"].as_f64().unwrap(), speech.len() as f64 / 16.0);
    assert!((0.6 * said..said + 2_500.0).contains(&heard), "{heard} ms of {said} ms");
    pipeline.until("played");
    let told = daemon.json("/api/v1/turns").await;
    let tier = told["turns"][0]["events"].to_string();
    assert!(tier.contains("lent to another pipeline"), "{told}");

    // Another room is Rosie's own, and so is what is typed.
    let mut office = Endpoint::hello(&daemon, json!({ "endpoint": "desk", "room": "office" })).await;
    assert!(office.ask_aloud(&speech).await.reply.contains("42"));
    assert!(
        kitchen
            .ask_typed("What is twelve plus thirty?")
            .await
            .reply
            .contains("42")
    );
    // And the room itself, when the pipeline has gone.
    drop(pipeline);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(kitchen.ask_aloud(&speech).await.reply.contains("42"));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_announces_converses_and_tells_of_timers() {
    let (daemon, port) = daemon();
    daemon.ready(&["vad", "stt", "tts"]).await;
    // Made before somebody listens for it: that takes a while on a busy machine.
    let speech = spoken("What is twelve plus thirty?");
    let mut kitchen = Endpoint::hello(&daemon, json!({ "endpoint": "page", "room": "kitchen" })).await;

    let pipeline = Pipeline::start(port, &["announce"]);
    let turn = kitchen.finish_turn().await;
    assert!(
        (0.45..0.6).contains(&seconds(&turn)),
        "{} s of the tone",
        seconds(&turn)
    );
    pipeline.until("played");

    // It listens of its own: nobody taps here.
    let pipeline = Pipeline::start(port, &["converse", "yes please"]);
    loop {
        let message = kitchen.control().await;
        if message["type"] == "state" && message["state"] == "listening" {
            break;
        }
    }
    let turn = kitchen.speak(&speech).await;
    assert_eq!(
        (turn.transcript.as_str(), turn.outcome.as_str()),
        ("yes please", "answered")
    );
    pipeline.until("played");

    let _pipeline = Pipeline::start(port, &["timer"]);
    let turn = kitchen.finish_turn().await;
    assert!(turn.reply.to_lowercase().contains("pizza"), "{turn:?}");
    assert_says(&turn.audio, &turn.reply);
}

/// A pipeline that goes away before it answers is told of in a sentence, and the next turn is Rosie's own.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_goes_away_is_told_of() {
    let (daemon, port) = daemon();
    daemon.ready(&["vad", "stt", "tts"]).await;
    let speech = spoken("What is twelve plus thirty?");
    let mut kitchen = Endpoint::hello(&daemon, json!({ "endpoint": "page", "room": "kitchen" })).await;
    let pipeline = Pipeline::start(port, &["leave"]);
    pipeline.until("pong");
    let turn = kitchen.ask_aloud(&speech).await;
    assert_eq!(
        (turn.outcome.as_str(), turn.errors.as_slice()),
        ("failed", ["home-unavailable".to_owned()].as_slice())
    );
    assert!(kitchen.ask_aloud(&speech).await.reply.contains("42"));
}

/// Makes a Wyoming entry as a person does; returns its title.
async fn enter(home: &Home, port: u16) -> String {
    let flow = home
        .post("/api/config/config_entries/flow", json!({ "handler": "wyoming" }))
        .await;
    let path = format!("/api/config/config_entries/flow/{}", flow["flow_id"].as_str().unwrap());
    let made = home.post(&path, json!({ "host": "127.0.0.1", "port": port })).await;
    assert_eq!(made["type"], "create_entry", "{made}");
    made["title"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn home_assistant_has_a_room_as_its_satellite() {
    let home = Home::start();
    let (service, room) = (free_port(), free_port());
    let config = json!({
        "wyoming": {
            "listen": [format!("127.0.0.1:{service}")], "announce": false,
            "offered_rooms": [{ "room": "office", "listen": format!("127.0.0.1:{room}") }],
        },
        "rooms": [{ "id": "kitchen", "name": "Kitchen" }, { "id": "office", "name": "Office" }],
    });
    let daemon = Daemon::start(&config.to_string());
    daemon.ready(&["vad", "stt", "tts"]).await;
    assert_eq!(enter(&home, service).await, "rosie");
    for entity in ["stt.rosie", "tts.rosie"] {
        home.has(entity).await;
    }
    // Home Assistant's own agent thinks; only it knows the house, for this Rosie has no token.
    let pipeline = home
        .ask(json!({
            "type": "assist_pipeline/pipeline/create", "name": "Test", "language": "en",
            "conversation_engine": "conversation.home_assistant", "conversation_language": "en",
            "stt_engine": "stt.rosie", "stt_language": "en", "tts_engine": "tts.rosie", "tts_language": "en",
            "tts_voice": null, "wake_word_entity": null, "wake_word_id": null,
        }))
        .await;
    home.ask(json!({ "type": "assist_pipeline/pipeline/set_preferred", "pipeline_id": pipeline["id"] }))
        .await;
    assert_eq!(enter(&home, room).await, "Rosie Office");
    let satellite = "assist_satellite.rosie_office";
    let [on, off, timer] = [
        "Turn on the lights in the kitchen.",
        "Turn off the lights in the kitchen.",
        "Set a timer for five seconds.",
    ]
    .map(spoken);
    home.has(satellite).await;
    let mut office = Endpoint::hello(&daemon, json!({ "endpoint": "desk", "room": "office" })).await;

    let turn = office.ask_aloud(&on).await;
    assert_eq!(turn.outcome, "answered", "{turn:?}");
    assert!(turn.transcript.to_lowercase().contains("kitchen"), "{turn:?}");
    home.becomes("light.kitchen_main", "on").await;
    let said = transcribed(&turn.audio);
    // The question names the kitchen, the answer does not; "turned" and "turn" sound alike.
    assert!(!said.contains("kitchen"), "{said}");
    assert_heard(&said, &turn.reply);
    home.becomes(satellite, "idle").await;

    let words = json!({ "entity_id": satellite, "message": "The washing machine is done." });
    let announced = home.call("assist_satellite", "announce", words);
    let (turn, ()) = tokio::join!(office.finish_turn(), announced);
    assert_says(&turn.audio, "The washing machine is done.");

    // Set there, told here.
    let turn = office.ask_aloud(&timer).await;
    assert_eq!(turn.outcome, "answered", "{turn:?}");
    let turn = office.finish_turn().await;
    assert!(turn.reply.starts_with("Time's up"), "{}", turn.reply);
    assert_says(&turn.audio, &turn.reply);

    // What it shows as muted hears nothing. Home Assistant tells of the unmuting with a new connection; where that comes
    // before it has looked at the mute, it tells of it nowhere, and the room stayed deaf.
    for muted_for in [Duration::ZERO, Duration::from_secs(4)] {
        for (service, on) in [("turn_on", true), ("turn_off", false)] {
            home.call("switch", service, json!({ "entity_id": "switch.rosie_office_mute" }))
                .await;
            muted(&mut office, on).await;
            tokio::time::sleep(muted_for).await;
        }
    }

    let turn = office.ask_aloud(&off).await;
    assert_eq!(turn.outcome, "answered", "{turn:?}");
    home.becomes("light.kitchen_main", "off").await;
}

/// Waits until the endpoint is told that it is muted, or is not.
async fn muted(endpoint: &mut Endpoint, on: bool) {
    loop {
        let message = endpoint.control().await;
        if message["type"] == "muted" {
            assert_eq!(message["on"], on);
            return;
        }
    }
}
