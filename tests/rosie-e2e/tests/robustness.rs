//! What homes do to an appliance: many people at once, power cuts, damaged files, nonsense on the wire.
#![allow(clippy::unwrap_used)]

use futures_util::{SinkExt, future::join_all};
use rosie_e2e::{Daemon, Endpoint, models, spoken};
use serde_json::json;
use std::{fs, path::Path};
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::Message;

/// A models folder whose files are links to the real ones, so that a test may damage its own.
fn models_without(missing: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    link_all(&models(), folder.path(), missing);
    folder
}

fn link_all(from: &Path, to: &Path, missing: &str) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_name() == missing || entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if source.is_dir() {
            fs::create_dir(&target).unwrap();
            link_all(&source, &target, missing);
        } else {
            std::os::unix::fs::symlink(&source, &target).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_people_at_once_are_all_answered() {
    let daemon = Daemon::start("{}");
    daemon.ready(&["vad", "stt", "tts"]).await;
    let speech = spoken("What time is it?");
    let ask = async |i: usize| {
        let mut endpoint = Endpoint::connect(&daemon, &format!("room-{i}")).await;
        // Half of them speak, half type, all within two seconds.
        tokio::time::sleep(std::time::Duration::from_millis(i as u64 * 100)).await;
        if i.is_multiple_of(2) {
            endpoint.ask_aloud(&speech).await
        } else {
            endpoint.ask_typed("What time is it?").await
        }
    };
    for (i, turn) in join_all((0..20).map(ask)).await.into_iter().enumerate() {
        assert_eq!(
            (turn.outcome.as_str(), turn.intent.as_str()),
            ("answered", "HassGetCurrentTime"),
            "{i}: {turn:?}"
        );
        assert!(!turn.audio.is_empty(), "{i} heard nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_in_the_middle_of_a_turn_loses_no_timer() {
    let data = TempDir::new().unwrap();
    let daemon = Daemon::start_in(data.path(), "{}", &models());
    daemon.ready(&["tts"]).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    let turn = endpoint.ask_typed("Set a pizza timer for 20 minutes").await;
    assert_eq!(turn.intent, "HassStartTimer", "{turn:?}");
    endpoint.say(json!({ "type": "press" })).await;
    endpoint.control().await;
    daemon.kill();
    let daemon = Daemon::start_in(data.path(), "{}", &models());
    daemon.ready(&["tts"]).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    let turn = endpoint.ask_typed("How much time is left on my pizza timer?").await;
    assert!(turn.reply.contains("19") || turn.reply.contains("20"), "{}", turn.reply);
    assert!(daemon.terminate(), "SIGTERM must end it with exit 0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_rings_on_the_endpoint_that_set_it() {
    let daemon = Daemon::start("{}");
    daemon.ready(&["tts"]).await;
    let mut kitchen = Endpoint::connect(&daemon, "kitchen").await;
    let mut office = Endpoint::hello(&daemon, json!({ "endpoint": "office", "room": "office" })).await;
    kitchen.ask_typed("Set a timer for 2 seconds").await;
    let ringing = async { while kitchen.control().await["type"] != "timer_ringing" {} };
    tokio::time::timeout(std::time::Duration::from_secs(10), ringing)
        .await
        .expect("it never rang");
    let turn = kitchen.finish_turn().await;
    assert!(!turn.audio.is_empty());
    let elsewhere = tokio::time::timeout(std::time::Duration::from_millis(300), office.control()).await;
    assert!(elsewhere.is_err(), "the wrong room rings: {elsewhere:?}");
    let turn = kitchen.ask_typed("stop").await;
    assert!(turn.messages.iter().any(|m| m["type"] == "timer_stopped"), "{turn:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_model_is_told_and_picked_up_when_it_comes() {
    let data = TempDir::new().unwrap();
    let folder = models_without("whisper-base");
    let daemon = Daemon::start_in(data.path(), "{}", folder.path());
    daemon.ready(&["vad", "tts"]).await;
    let (status, body) = daemon.get("/health/stt").await;
    assert!(status == 503 && body.contains("whisper-base"), "{status} {body}");
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    let turn = endpoint.ask_aloud(&spoken("What time is it?")).await;
    assert_eq!(turn.errors, ["stt-unavailable"], "{turn:?}");
    assert!(turn.reply.contains("trouble hearing"), "{}", turn.reply);
    assert!(!turn.audio.is_empty(), "it must be said aloud");
    std::os::unix::fs::symlink(models().join("whisper-base"), folder.path().join("whisper-base")).unwrap();
    daemon.ready(&["stt"]).await;
    let turn = endpoint.ask_aloud(&spoken("What time is it?")).await;
    assert_eq!(turn.outcome, "answered", "{turn:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_model_is_refused_with_the_reason() {
    let data = TempDir::new().unwrap();
    let folder = models_without("ggml.bin");
    let whole = fs::read(models().join("whisper-base/ggml.bin")).unwrap();
    fs::write(folder.path().join("whisper-base/ggml.bin"), &whole[..whole.len() / 2]).unwrap();
    let daemon = Daemon::start_in(data.path(), "{}", folder.path());
    daemon.ready(&["vad", "tts"]).await;
    let (status, body) = daemon.get("/health/stt").await;
    assert!(status == 503 && body.contains("ggml.bin"), "{status} {body}");
    assert_eq!(daemon.get("/health").await.0, 200, "the daemon itself stays alive");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_model_she_still_starts_and_says_what_is_missing() {
    let (data, nothing) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let daemon = Daemon::start_in(data.path(), "{}", nothing.path());
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    // espeak-ng speaks in Piper's place, and Rosie's own sentences need no download.
    let turn = endpoint.ask_typed("What is 12 times 12?").await;
    assert!(turn.reply.contains("144") && !turn.audio.is_empty(), "{turn:?}");
    let health = daemon.json("/api/v1/health").await.to_string();
    for part in ["vad", "stt", "tts", "llm"] {
        assert!(health.contains(part), "{part} is not in {health}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_on_the_wire_is_answered_and_hurts_nobody() {
    let daemon = Daemon::start("{}");
    let mut bystander = Endpoint::connect(&daemon, "bystander").await;
    let nonsense = [
        Message::text("{"),
        Message::text("[]"),
        Message::text(r#"{"type":"fly"}"#),
        Message::text(r#"{"type":"text"}"#),
        Message::text(r#"{"type":"text","text":"x","colour":"red"}"#),
        Message::text("x".repeat(20_000)),
        Message::binary(vec![]),
        Message::binary(vec![9; 64]),
        Message::binary(vec![1, 0, 0, 0, 0, 0, 0, 0, 7]),
        Message::binary(vec![1; 400_000]),
    ];
    for (i, message) in nonsense.into_iter().enumerate() {
        let mut endpoint = Endpoint::connect(&daemon, &format!("fool-{i}")).await;
        endpoint.socket.send(message).await.unwrap();
        let answer = tokio::time::timeout(std::time::Duration::from_secs(5), endpoint.control()).await;
        let answer = answer.unwrap_or_else(|_| panic!("nonsense {i} was not answered"));
        assert_eq!(answer["type"], "error", "{i}: {answer}");
        assert!(
            !answer["detail"].as_str().unwrap_or_default().is_empty(),
            "{i}: {answer}"
        );
    }
    let turn = bystander.ask_typed("What is 2 plus 2?").await;
    assert!(turn.reply.contains('4'), "{turn:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_that_cannot_be_written_costs_nothing_but_speed() {
    let data = TempDir::new().unwrap();
    // A file where the cache folder should be refuses every write, as a full disk does.
    fs::write(data.path().join("cache"), b"").unwrap();
    let daemon = Daemon::start_in(data.path(), "{}", &models());
    daemon.ready(&["vad", "stt", "tts"]).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    for _ in 0..2 {
        let turn = endpoint.ask_typed("What time is it?").await;
        assert!(turn.outcome == "answered" && !turn.audio.is_empty(), "{turn:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_is_applied_as_a_whole_or_not_at_all() {
    let daemon = Daemon::start("{}");
    daemon.ready(&["tts"]).await;
    let post = async |body: &str| {
        let request = reqwest::Client::new()
            .post(format!("{}/api/v1/config", daemon.url))
            .body(body.to_owned());
        let answer = request.header("content-type", "application/yaml").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, body) = post("{languages: [en], tts: {rate: 9}, audio: {silence_ms: 1}}").await;
    assert!(
        status == 422 && body.contains("tts.rate") && body.contains("audio.silence_ms"),
        "{status} {body}"
    );
    let (status, body) = post("{rooms: [{id: attic, name: Attic}], audio: {silence_ms: 600}}").await;
    assert!(status == 200 && body.contains("sessions"), "{status} {body}");
    let endpoint = Endpoint::connect(&daemon, "new").await;
    assert_eq!(endpoint.welcome["room"], "attic");
    let kept = fs::read_to_string(daemon.data.join("config.yaml")).unwrap();
    assert!(kept.contains("attic"), "{kept}");
}
