//! The daemon as its own endpoint, on ALSA itself with plugins instead of cards: what is said to the microphone is answered by the
//! loudspeaker.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, SoundCard, models, spoken, transcribed};
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_her_own_microphone_is_answered_by_her_own_loudspeaker() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let card = SoundCard::in_folder(folder.path());
    let mut device = card.device();
    device["room"] = json!("kitchen");
    let config = json!({ "device": device });
    let asoundrc = SoundCard::asoundrc();
    let alsa = [("ALSA_CONFIG_PATH", asoundrc.as_str())];
    let daemon = Daemon::start_logging(&data, &config.to_string(), &models(), ("warn", &alsa));
    let question = spoken("Hey Rosie, what is twelve plus thirty?");
    daemon.ready(&["vad", "wake", "stt", "tts", "device"]).await;
    let until = Instant::now() + Duration::from_secs(180);
    let session = loop {
        let status = daemon.json("/api/v1/status").await;
        if let Some(session) = status["sessions"].as_array().and_then(|all| all.first()) {
            break session.clone();
        }
        assert!(Instant::now() < until, "no session: {status}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(
        (&session["endpoint"], &session["room"]),
        (&json!("local"), &json!("kitchen"))
    );

    let person = card.person(question);
    let turn = loop {
        let turns = daemon.json("/api/v1/turns").await;
        let mut turns = turns["turns"].as_array().unwrap().iter();
        if let Some(turn) = turns.find(|turn| turn["outcome"] == "answered") {
            break turn.clone();
        }
        assert!(Instant::now() < until, "no answer");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(
        (&turn["trigger"], &turn["endpoint"]),
        (&json!("wake_word"), &json!("local")),
        "{turn}"
    );
    let words = transcribed(&card.heard(0));
    assert!(words.contains("42") || words.contains("fortytwo"), "{words}");
    // A thread that waits for the microphone for ever keeps nobody from ending.
    drop(person);
    assert!(daemon.terminate(), "the daemon did not end well");
}
