//! A spoken question gets a spoken answer: real engines, a real socket, real speech.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, assert_says, recording, spoken};
use serde_json::json;

const PARTS: [&str; 3] = ["vad", "stt", "tts"];

fn words(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ')
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoken_question_gets_a_spoken_answer() {
    let daemon = Daemon::start("{}");
    daemon.ready(&PARTS).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    let turn = endpoint.ask_aloud(&spoken("Set a pizza timer for ten minutes.")).await;
    assert_eq!(turn.outcome, "answered", "{turn:?}");
    let heard = words(&turn.transcript);
    assert!(heard.contains("pizza timer for"), "heard: {heard}");
    assert_eq!(turn.intent, "HassStartTimer");
    // What she says is what she wrote, heard by a recogniser.
    assert_says(&turn.audio, &turn.reply);
    for stage in [
        "speech",
        "endpointing",
        "stt_wait",
        "first_text",
        "first_audio",
        "voice_to_voice",
        "playback",
    ] {
        assert!(turn.stage(stage).is_some(), "{stage} is missing in {:?}", turn.stages);
    }
    // The turn is explained afterwards, without its words unless the owner allows them.
    let turns = daemon.json("/api/v1/turns").await.to_string();
    assert!(
        turns.contains("HassStartTimer") && !turns.to_lowercase().contains("pizza"),
        "{turns}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_heard() {
    let daemon = Daemon::start("{}");
    daemon.ready(&PARTS).await;
    let mut endpoint = Endpoint::connect(&daemon, "office").await;
    endpoint.say(json!({ "type": "hands_free", "on": true })).await;
    let turn = endpoint.ask_aloud(&recording("jfk.wav")[..16_000 * 4]).await;
    assert!(
        words(&turn.transcript).contains("my fellow americans"),
        "{}",
        turn.transcript
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_and_noise_are_no_words() {
    let daemon = Daemon::start("audio: {no_speech_ms: 1500}");
    daemon.ready(&PARTS).await;
    let mut endpoint = Endpoint::connect(&daemon, "office").await;
    let mut state = 1u32;
    let noise: Vec<i16> = (0..48_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 16) as i16) / 24
        })
        .collect();
    for audio in [vec![0i16; 48_000], noise] {
        let turn = endpoint.ask_aloud(&audio).await;
        assert_eq!(turn.transcript, "", "words out of nothing: {turn:?}");
        assert_eq!(
            (turn.outcome.as_str(), &turn.errors[..]),
            ("no_speech", &["stt-no-text-recognized".to_owned()][..])
        );
        assert!(!turn.audio.is_empty(), "Rosie must say that she heard nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_for_a_model_is_answered_with_what_is_missing() {
    let daemon = Daemon::start("{}");
    daemon.ready(&["tts"]).await;
    let mut endpoint = Endpoint::connect(&daemon, "office").await;
    let turn = endpoint.ask_typed("Who wrote the Odyssey?").await;
    assert_eq!(turn.errors, ["llm-not-configured"]);
    assert!(turn.reply.contains("language model"), "{}", turn.reply);
    assert_says(&turn.audio, &turn.reply);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_everyone_is_to_be_told_is_said_in_the_other_rooms() {
    let daemon = Daemon::start("{}");
    daemon.ready(&["tts"]).await;
    let at = async |name: &str| Endpoint::hello(&daemon, json!({ "endpoint": name, "room": name })).await;
    let mut kitchen = at("kitchen").await;
    let alone = kitchen.ask_typed("tell everyone that dinner is ready").await;
    assert_eq!(alone.reply, "Nobody else can hear me right now.");
    let (mut office, mut bedroom) = (at("office").await, at("bedroom").await);
    let told = kitchen.ask_typed("tell everyone that dinner is ready").await;
    assert_eq!(
        (told.reply.as_str(), told.intent.as_str()),
        ("Said in 2 rooms.", "RosieBroadcast")
    );
    for endpoint in [&mut office, &mut bedroom] {
        let heard = endpoint.finish_turn().await;
        assert_says(&heard.audio, "dinner is ready");
    }
    let told = kitchen.ask_typed("tell the office that the taxi is here").await;
    assert_eq!(told.reply, "Said in the office.");
    assert_says(&office.finish_turn().await.audio, "the taxi is here");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rosie_asks_for_is_heard_in_the_other_rooms_in_the_persons_own_voice() {
    let daemon = Daemon::start("{}");
    daemon.ready(&PARTS).await;
    let at = async |name: &str| Endpoint::hello(&daemon, json!({ "endpoint": name, "room": name })).await;
    let mut kitchen = at("kitchen").await;
    assert_eq!(
        kitchen.ask_typed("make an announcement").await.reply,
        "Nobody else can hear me right now."
    );
    let mut office = at("office").await;
    // Typed: by Rosie, whatever it says.
    assert_eq!(
        kitchen.ask_typed("make an announcement").await.reply,
        "What shall I say?"
    );
    let told = kitchen.ask_typed("what time is it").await;
    assert_eq!(
        (told.reply.as_str(), told.intent.as_str()),
        ("Said in the office.", "RosieAnswerBroadcast")
    );
    assert_eq!(office.finish_turn().await.reply, "What time is it.");
    // Called off.
    kitchen.ask_typed("I want to tell everyone something").await;
    assert_eq!(kitchen.ask_typed("never mind").await.intent, "HassNevermind");
    // Said: what sounds has no words of Rosie's.
    kitchen.ask_typed("broadcast a message").await;
    let told = kitchen.ask_aloud(&spoken("Dinner is ready, please come down.")).await;
    assert_eq!(told.reply, "Said in the office.", "{told:?}");
    let heard = office.finish_turn().await;
    assert_eq!(heard.reply, "");
    assert_says(&heard.audio, "dinner is ready please come down");
}
