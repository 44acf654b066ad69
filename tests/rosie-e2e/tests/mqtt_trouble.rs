//! MQTT when things go wrong: what is refused, what comes twice, who goes away, who does not let Rosie in.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Broker, Daemon, Endpoint, Listener, Relay, certificates, models};
use serde_json::{Value, json};
use std::{process::Command, time::Duration};
use tempfile::TempDir;

fn config(url: &str, more: Value) -> String {
    let mut mqtt = json!({ "url": url });
    mqtt.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "mqtt": mqtt, "rooms": [{ "id": "kitchen", "name": "Kitchen" }] }).to_string()
}

async fn connected(daemon: &Daemon) {
    daemon.ready(&["integrations/mqtt"]).await;
}

async fn panel(daemon: &Daemon) -> Endpoint {
    let hello = json!({ "endpoint": "panel", "room": "kitchen", "capabilities": ["microphone"] });
    Endpoint::hello(daemon, hello).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_refused_and_nothing_breaks() {
    let broker = Broker::start();
    let listener = Listener::connect(broker.port).await;
    listener.publish_as("rosie/kitchen/say", "kept for ever", true).await;
    let daemon = Daemon::start(&config(&broker.url(), json!({})));
    connected(&daemon).await;
    let refused = async |topic: &str, payload: Vec<u8>, error: &str| {
        listener.forget();
        listener.publish(topic, payload).await;
        let told = listener.wait(error, |heard| heard.topic == "rosie/error").await.json();
        assert_eq!(
            (told["topic"].as_str(), told["error"].as_str()),
            (Some(topic), Some(error)),
            "{told}"
        );
        assert!(!told["message"].as_str().unwrap().is_empty());
    };
    for (topic, payload, error) in [
        ("rosie/kitchen/say", &b"{\"text\": 3}"[..], "bad-payload"),
        ("rosie/kitchen/say", b"{\"txt\": \"hello\"}", "bad-payload"),
        ("rosie/kitchen/say", b"{", "bad-payload"),
        ("rosie/kitchen/ask", b"\xff\xfe\xfd", "bad-payload"),
        ("rosie/kitchen/listen", b"{", "bad-payload"),
        ("rosie/endpoint/nobody/stop", b"now", "bad-payload"),
        (
            "rosie/kitchen/ask",
            b"{\"text\": \"hello\", \"language\": \"xx\"}",
            "bad-request",
        ),
        ("rosie/kitchen/volume/set", b"loud", "bad-payload"),
        ("rosie/kitchen/volume/set", b"101", "bad-payload"),
        ("rosie/attic/say", b"hello", "unknown-room"),
        ("rosie/all/ask", b"hello", "unknown-room"),
        ("rosie/endpoint/nobody/say", b"hello", "unknown-endpoint"),
        ("rosie/kitchen/say", b"nobody hears it", "nobody-there"),
        ("rosie/appliance/restart", b"please", "bad-payload"),
    ] {
        refused(topic, payload.to_vec(), error).await;
    }
    refused("rosie/kitchen/ask", vec![b'x'; 20_000], "bad-payload").await;
    // Only the last is carried out, and a flood is thinned out.
    let mut kitchen = panel(&daemon).await;
    let answer = listener.request("rosie/kitchen/say", "").await;
    assert_eq!(
        (answer["ok"].clone(), answer["error"].clone()),
        (json!(false), json!("bad-payload"))
    );
    listener.forget();
    for _ in 0..150 {
        listener.publish_loosely("rosie/kitchen/volume/set", "50").await;
    }
    listener
        .wait("the limit", |heard| {
            heard.topic == "rosie/error" && heard.json()["error"] == "too-many"
        })
        .await;
    // What the broker kept from before was said neither at the start nor when the connection came anew.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(kitchen.ask_typed("what is two plus two").await.reply, "2 plus 2 is 4.");
    assert!(daemon.terminate());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_twice_and_nothing_acknowledged_is_lost() {
    let mut broker = Broker::start();
    let relay = Relay::start(broker.port, false);
    let listener = Listener::connect(broker.port).await;
    let data = TempDir::new().unwrap();
    let config = config(&relay.url(), json!({}));
    let daemon = Daemon::start_in(data.path(), &config, &models());
    connected(&daemon).await;
    let replies = || listener.count(|heard| heard.topic == "rosie/kitchen/reply");
    let replied = async |count: usize| {
        for _ in 0..500 {
            if replies() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{} replies and not {count}", replies());
    };
    // The acknowledgement is lost, and the line with it: the broker sends the command again.
    relay.lose_acknowledgements(true);
    listener.publish("rosie/kitchen/ask", "what is one plus one").await;
    replied(1).await;
    // Until the broker has acknowledged the answer: that may come twice, as everything for sure may.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let lost = relay.lost();
    assert!(lost > 0);
    relay.cut();
    listener.becomes("rosie/status", "online").await;
    // It came again: another acknowledgement was lost.
    for _ in 0..300 {
        if relay.lost() > lost {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(relay.lost() > lost, "the broker does not send it again");
    assert_eq!(replies(), 1, "a command was done twice");
    // The same across a crash of Rosie.
    let lost = relay.lost();
    daemon.kill();
    relay.cut();
    let daemon = Daemon::start_in(data.path(), &config, &models());
    connected(&daemon).await;
    for _ in 0..300 {
        if relay.lost() > lost {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(relay.lost() > lost, "the broker does not send it again");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(replies(), 1, "a command was done twice after a crash");
    relay.lose_acknowledgements(false);
    // The same words sent anew are a command of their own.
    listener.publish("rosie/kitchen/ask", "what is one plus one").await;
    replied(2).await;
    // Sent while Rosie is away, and the broker starts anew besides: done when she is back.
    assert!(daemon.terminate());
    listener.becomes("rosie/status", "offline").await;
    // More than are carried out at once.
    for _ in 0..40 {
        listener.publish("rosie/kitchen/ask", "what is two plus one").await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    broker.stop();
    broker.resume();
    let daemon = Daemon::start_in(data.path(), &config, &models());
    connected(&daemon).await;
    let listener = Listener::connect(broker.port).await;
    let health = daemon.json("/health/integrations/mqtt").await;
    assert_eq!(health["health"]["state"], "ready");
    // The listener was away, too: the turn tells that it was answered.
    for round in 0.. {
        let turns = daemon.json("/api/v1/turns").await;
        let done = turns
            .as_array()
            .or(turns["turns"].as_array())
            .unwrap()
            .iter()
            .filter(|turn| turn["session"] == "mqtt")
            .count();
        if done == 40 {
            break;
        }
        assert!(round < 500 && done < 40, "{done} of 40: {turns}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // And now and then the broker alone goes away.
    for _ in 0..2 {
        broker.stop();
        broker.resume();
        connected(&daemon).await;
    }
    let answer = listener.request("rosie/kitchen/ask", "what is four plus four").await;
    assert_eq!(answer["text"], "4 plus 4 is 8.");
}

#[tokio::test(flavor = "multi_thread")]
async fn older_brokers_passwords_and_certificates() {
    let broker = Broker::start();
    let old = Relay::start(broker.port, true);
    let listener = Listener::connect(broker.port).await;
    let daemon = Daemon::start(&config(&old.url(), json!({})));
    connected(&daemon).await;
    let health = daemon.json("/health/integrations/mqtt").await;
    assert!(health["model"].as_str().unwrap().starts_with("MQTT 3.1.1"), "{health}");
    // Without response topics the answer comes on the room's.
    listener.publish("rosie/kitchen/ask", "what is five plus five").await;
    let reply = listener
        .wait("the reply", |heard| heard.topic == "rosie/kitchen/reply")
        .await;
    assert_eq!(reply.json()["text"], "5 plus 5 is 10.");
    daemon.kill();
    listener.becomes("rosie/status", "offline").await;

    // A certificate of one's own, and a password.
    let folder = TempDir::new().unwrap();
    certificates(folder.path());
    let file = |name: &str| folder.path().join(name).display().to_string();
    let made = Command::new("mosquitto_passwd")
        .args(["-b", "-c", &file("passwords"), "rosie", "right"])
        .output()
        .unwrap();
    assert!(made.status.success());
    let more = format!(
        "allow_anonymous false\npassword_file {}\ncertfile {}\nkeyfile {}",
        file("passwords"),
        file("server.pem"),
        file("server.key")
    );
    let broker = Broker::start_with(&more);
    let url = format!("mqtts://localhost:{}", broker.port);
    let reason = async |more: Value| {
        let daemon = Daemon::start(&config(&url, more));
        for _ in 0..500 {
            let (status, body) = daemon.get("/health/integrations/mqtt").await;
            let health: Value = serde_json::from_str(&body).unwrap();
            if status == 503 && health["health"]["reason"].is_string() {
                assert!(!body.contains("wrong"), "a secret is told: {body}");
                return health["health"]["reason"].as_str().unwrap().to_owned();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it is let in");
    };
    let untrusted = reason(json!({ "username": "rosie", "password": "right" })).await;
    assert!(untrusted.contains("mqtt.ca_file"), "{untrusted}");
    let trusted = json!({ "username": "rosie", "ca_file": file("ca.pem") });
    let with = |password: &str| {
        let mut with = trusted.clone();
        with["password"] = json!(password);
        with
    };
    let refused = reason(with("wrong")).await;
    assert!(refused.contains("mqtt.password"), "{refused}");
    let daemon = Daemon::start(&config(&url, with("right")));
    connected(&daemon).await;
    let shown = daemon.json("/api/v1/config").await;
    assert_eq!(shown["mqtt"]["password"], "***");
}

/// Switched on, changed, and switched off while she runs; the password and what was said are in no log.
#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_changes_while_she_runs() {
    let broker = Broker::start();
    let listener = Listener::connect(broker.port).await;
    let data = TempDir::new().unwrap();
    let secret = [("TEST_MQTT_PASSWORD", "pw-77d0c3aa41")];
    let off = config("", json!({ "url": "" }));
    let daemon = Daemon::start_logging(data.path(), &off, &models(), ("debug", &secret));
    let put = async |more: Value| {
        let post = reqwest::Client::new().post(format!("{}/api/v1/config", daemon.url));
        let mut whole = json!({ "username": "rosie", "password": "${TEST_MQTT_PASSWORD}" });
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = post.body(config(&broker.url(), whole)).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{}", answer.text().await.unwrap());
    };
    let mut kitchen = panel(&daemon).await;
    put(json!({})).await;
    connected(&daemon).await;
    listener.becomes("rosie/endpoint/panel/state", "idle").await;
    kitchen.ask_typed("set a pizza timer for ninety minutes").await;
    listener
        .wait("the timer", |heard| {
            heard.topic == "rosie/appliance/timers" && heard.json()["count"] == 1
        })
        .await;
    assert!(listener.all().iter().all(|heard| !heard.payload.contains("pizza")));
    put(json!({ "show_texts": true })).await;
    connected(&daemon).await;
    listener
        .wait("its name", |heard| {
            heard.topic == "rosie/appliance/timers" && heard.payload.contains("pizza")
        })
        .await;
    kitchen.ask_typed("what is two plus three").await;
    listener
        .becomes("rosie/endpoint/panel/transcript", "what is two plus three")
        .await;
    listener.becomes("rosie/endpoint/panel/reply", "2 plus 3 is 5.").await;
    // Not shown any more: what was shown is taken back.
    put(json!({ "show_texts": false })).await;
    connected(&daemon).await;
    listener.becomes("rosie/endpoint/panel/transcript", "").await;
    listener.becomes("rosie/endpoint/panel/reply", "").await;
    listener.becomes("rosie/status", "online").await;
    let gone = reqwest::Client::new().post(format!("{}/api/v1/config", daemon.url));
    assert!(gone.body(off.clone()).send().await.unwrap().status().is_success());
    listener.becomes("rosie/status", "offline").await;
    assert!(daemon.terminate());
    let log = std::fs::read_to_string(data.path().join("log")).unwrap();
    for word in ["pw-77d0c3aa41", "pizza", "plus three"] {
        let told = log.lines().find(|line| line.contains(word));
        assert_eq!(told, None, "\"{word}\" is in the log");
    }
    assert!(log.contains("the MQTT broker is connected"));
}
