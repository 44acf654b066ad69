//! The stock Wyoming client (a package of PyPI) against a real daemon with real engines.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{
    Daemon, assert_heard, assert_says, at_16_khz, free_port, spoken,
    wyoming::{client, daemon, written},
};
use serde_json::{Value, json};
use std::path::Path;

fn text(transcript: &Value) -> &str {
    transcript["text"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stock_client_hears_speaks_and_asks_through_rosie() {
    let port = free_port();
    let daemon = daemon(port, json!({}));
    daemon.ready(&["stt", "tts"]).await;
    let folder = tempfile::tempdir().unwrap();

    let info = client(port, &["describe"]);
    assert_eq!(info["asr"][0]["models"][0]["name"], "whisper-base", "{info}");
    assert_eq!(info["tts"][0]["voices"][0]["name"], "en_US-joe-medium", "{info}");
    assert_eq!(info["handle"][0]["models"][0]["languages"], json!(["en"]), "{info}");

    let recording = written(&spoken("Turn on the lights in the office."), folder.path());
    let transcript = client(port, &["transcribe", &recording, "en"]);
    assert_heard(text(&transcript), "Turn on the lights in the office.");
    let silence = written(&[0; 16_000], folder.path());
    assert_eq!(client(port, &["transcribe", &silence])["text"], "");

    // At 22,050 Hz, as Piper speaks: Rosie hears what Rosie says.
    let out = folder.path().join("reply.wav");
    let dinner = "Dinner is ready. Please come to the table.";
    let said = client(port, &["say", dinner, out.to_str().unwrap()]);
    assert_eq!(
        said["types"],
        json!(["audio-start", "audio-chunk", "audio-stop"]),
        "{said}"
    );
    assert_says(&at_16_khz(&out), dinner);
    let again = client(port, &["transcribe", out.to_str().unwrap(), "en"]);
    assert_heard(text(&again), dinner);

    let out = out.to_str().unwrap();
    let said = client(
        port,
        &[
            "stream",
            out,
            "The washing ma",
            "chine is done. ",
            "Shall I remind",
            " you later?",
        ],
    );
    let order = json!(["audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"]);
    assert_eq!(said["types"], order, "{said}");
    assert_says(
        &at_16_khz(Path::new(out)),
        "The washing machine is done. Shall I remind you later?",
    );

    let answer = client(port, &["ask", "what is seven times eight"]);
    assert_eq!(answer["type"], "handled", "{answer}");
    assert!(answer["text"].as_str().unwrap().contains("56"), "{answer}");
    // What is asked back can be answered in the same conversation.
    let asked = client(port, &["ask", "set a timer", "c-1"]);
    assert_eq!(
        (asked["type"].as_str(), asked["context"]["conversation_id"].as_str()),
        (Some("handled"), Some("c-1"))
    );
    let set = client(port, &["ask", "ten minutes", "c-1"]);
    assert!(set["text"].as_str().unwrap().contains("10 minutes"), "{set}");
    let refused = client(port, &["ask", ""]);
    assert_eq!(refused["type"], "not-handled", "{refused}");

    // Understood without being done.
    let info = client(port, &["describe"]);
    assert_eq!(info["intent"][0]["models"][0]["languages"], json!(["en"]), "{info}");
    let words = info["wake"][0]["models"].as_array().unwrap();
    let words: Vec<_> = words.iter().map(|word| (&word["name"], &word["phrase"])).collect();
    assert_eq!(words[0], (&json!("hey_rosie"), &json!("Hey Rosie")), "{info}");
    let understood = client(port, &["recognize", "set a timer for ten minutes"]);
    assert_eq!(understood[0]["name"], "HassStartTimer", "{understood}");
    let minutes = &understood[0]["entities"][0];
    assert_eq!(
        (&minutes["name"], minutes["value"].as_f64()),
        (&json!("minutes"), Some(10.0)),
        "{understood}"
    );
    assert_eq!(understood[0]["context"]["conversation_id"], "c");
    let two = client(port, &["recognize", "what time is it and set a timer for five minutes"]);
    let types: Vec<&str> = two
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|e| e["type"].as_str())
        .collect();
    assert_eq!(types, ["intents-start", "intent", "intent", "intents-stop"], "{two}");
    for none in ["the weather was nicer when we were young", ""] {
        assert_eq!(
            client(port, &["recognize", none])[0]["type"],
            "not-recognized",
            "{none}"
        );
    }
    let timers = client(port, &["ask", "how many timers are running"]);
    assert!(timers["text"].as_str().unwrap().contains('1'), "{timers}");
}

/// A client need not say which language it is, and may say another one each time.
#[tokio::test(flavor = "multi_thread")]
async fn each_sentence_of_a_conversation_is_answered_in_its_own_language() {
    let port = free_port();
    let wyoming = json!({ "listen": [format!("127.0.0.1:{port}")] });
    let daemon = Daemon::start(&json!({ "languages": ["en", "de"], "wyoming": wyoming }).to_string());
    daemon.ready(&["stt"]).await;
    for more in [&["c-1"][..], &["c-1", "de"], &["c-2", "de"], &["c-2"]] {
        let answer = client(port, &[&["ask", "wie spät ist es"], more].concat());
        assert_eq!(answer["type"], "handled", "{more:?}: {answer}");
        assert!(answer["text"].as_str().unwrap().ends_with("Uhr."), "{more:?}: {answer}");
    }
    for more in [&["c-1"][..], &["c-2", "en"]] {
        let answer = client(port, &[&["ask", "what time is it"], more].concat());
        assert!(
            answer["text"].as_str().unwrap().starts_with("It's"),
            "{more:?}: {answer}"
        );
    }
    // What is asked back is asked in that language.
    client(port, &["ask", "stell einen Timer", "c-1"]);
    let set = client(port, &["ask", "zehn Minuten", "c-1"]);
    assert!(set["text"].as_str().unwrap().contains("10 Minuten"), "{set}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_wyoming_is_told_so_and_others_go_on() {
    let port = free_port();
    let daemon = daemon(port, json!({ "answer": false }));
    daemon.ready(&["stt"]).await;
    let raw = |text: &str| {
        client(
            port,
            &["raw", &text.bytes().map(|b| format!("{b:02x}")).collect::<String>()],
        )
    };
    let told = raw("GET / HTTP/1.1\r\n\r\n");
    assert!(told["text"].as_str().unwrap().contains("not an event"), "{told}");
    let told = raw("{\"type\":\"audio-stop\"}\n");
    assert!(told["text"].as_str().unwrap().contains("audio-start"), "{told}");
    let told = raw(
        "{\"type\":\"audio-chunk\",\"data\":{\"rate\":16000,\"width\":4,\"channels\":1},\"payload_length\":4}\nabcd",
    );
    assert!(told["text"].as_str().unwrap().contains("16-bit"), "{told}");
    let told = raw("{\"type\":\"detect\",\"data\":{\"names\":[\"alexa\"]}}\n");
    assert!(told["text"].as_str().unwrap().contains("no wake word alexa"), "{told}");
    let told = raw("{\"type\":\"ping\",\"data\":{\"text\":\"x\"}}\n");
    assert_eq!(
        (told["type"].as_str(), told["text"].as_str()),
        (Some("pong"), Some("x"))
    );
    // Sentences are not taken where the owner does not want it.
    assert_eq!(client(port, &["describe"])["handle"], json!([]));
    assert_eq!(client(port, &["ask", "what time is it"])["type"], "not-handled");
    assert_eq!(
        client(port, &["recognize", "what time is it"])[0]["type"],
        "not-recognized"
    );
}

/// Her name is heard in what a client streams, and what sounds alike is not.
#[tokio::test(flavor = "multi_thread")]
async fn the_stock_client_asks_for_the_wake_word() {
    let port = free_port();
    let daemon = daemon(port, json!({}));
    daemon.ready(&["wake", "tts"]).await;
    let folder = tempfile::tempdir().unwrap();
    let detect = |text: &str, names: &[&str]| {
        let recording = written(&spoken(text), folder.path());
        client(port, &[&["detect", &recording], names].concat())
    };
    let called = detect("Hey Rosie, what is twelve plus thirty?", &[]);
    assert_eq!(
        (&called["type"], &called["name"]),
        (&json!("detection"), &json!("hey_rosie")),
        "{called}"
    );
    // Where it was said: "Hey Rosie" alone takes less than a second and a half.
    let at = called["timestamp"].as_u64().unwrap();
    assert!((300..2_500).contains(&at), "{called}");
    assert_eq!(detect("Hey Rosie.", &["hey_rosie"])["type"], "detection");
    for other in [
        "Turn on the lights in the office.",
        "The weather will be nice tomorrow.",
        "Hey there, my friend.",
    ] {
        assert_eq!(detect(other, &[])["type"], "not-detected", "{other}");
    }
    let silence = written(&[0; 16_000], folder.path());
    assert_eq!(client(port, &["detect", &silence])["type"], "not-detected");
    // And hears again on the same port.
    assert_eq!(detect("Hey Rosie.", &[])["type"], "detection");
}
