//! The stock Wyoming client and the stock satellite (packages of PyPI) against a real daemon with real engines.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, at_16_khz, free_port, spoken, transcribed};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

fn place() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../wyoming")
}

fn python() -> PathBuf {
    let cache = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/rosie");
    let cache = std::env::var_os("ROSIE_CACHE").map_or_else(cache, PathBuf::from);
    let python = cache.join("wyoming/bin/python");
    assert!(
        python.exists(),
        "{} is missing: run `make setup-test`",
        python.display()
    );
    python
}

/// A daemon that offers Wyoming on this port.
fn daemon(port: u16, more: Value) -> Daemon {
    let mut wyoming = json!({ "listen": [format!("127.0.0.1:{port}")] });
    wyoming
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    Daemon::start(&json!({ "wyoming": wyoming }).to_string())
}

fn client(port: u16, arguments: &[&str]) -> Value {
    let output = Command::new(python())
        .arg(place().join("client.py"))
        .arg(port.to_string())
        .args(arguments)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {told}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A recording for others to read, 16 kHz mono.
fn written(samples: &[i16], folder: &Path) -> String {
    let path = folder.join("said.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&path, spec).unwrap();
    samples.iter().for_each(|sample| writer.write_sample(*sample).unwrap());
    writer.finalize().unwrap();
    path.to_str().unwrap().to_owned()
}

fn heard(text: &Value) -> String {
    let text = text.as_str().unwrap().to_lowercase();
    text.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect()
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
    assert_eq!(heard(&transcript["text"]), "turn on the lights in the office");
    let silence = written(&[0; 16_000], folder.path());
    assert_eq!(client(port, &["transcribe", &silence])["text"], "");

    // At 22,050 Hz, as Piper speaks: Rosie hears what Rosie says.
    let out = folder.path().join("reply.wav");
    let said = client(
        port,
        &[
            "say",
            "Dinner is ready. Please come to the table.",
            out.to_str().unwrap(),
        ],
    );
    assert_eq!(
        said["types"],
        json!(["audio-start", "audio-chunk", "audio-stop"]),
        "{said}"
    );
    assert_eq!(
        transcribed(&at_16_khz(&out)),
        "dinner is ready please come to the table"
    );
    let again = client(port, &["transcribe", out.to_str().unwrap(), "en"]);
    assert_eq!(heard(&again["text"]), "dinner is ready please come to the table");

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
    assert_eq!(
        transcribed(&at_16_khz(Path::new(out))),
        "the washing machine is done shall i remind you later"
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
    assert_eq!(info["wake"], json!([]));
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
    let told = raw("{\"type\":\"detect\"}\n");
    assert!(told["text"].as_str().unwrap().contains("no wake word"), "{told}");
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

struct Satellite(Child);

impl Drop for Satellite {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The stock satellite in a kitchen, whose microphone hears `recording` half a second after the wake word.
fn satellite(port: u16, recording: &str, out: &Path) -> Satellite {
    satellite_with(port, recording, out, &["--no-zeroconf"])
}

fn satellite_with(port: u16, recording: &str, out: &Path, more: &[&str]) -> Satellite {
    let python = python().display().to_string();
    let script = |name: &str| place().join(name).display().to_string();
    let child = Command::new(&python)
        .args(["-m", "wyoming_satellite", "--name", "Kitchen Box"])
        .args(more)
        .args(["--uri", &format!("tcp://0.0.0.0:{port}")])
        .args([
            "--mic-command",
            &format!("{python} {} {recording} 9.5", script("microphone.py")),
        ])
        .args(["--wake-command", &format!("{python} {} 9", script("wake.py"))])
        .args(["--wake-word-name", "hey_rosie"])
        .args(["--snd-command", &format!("tee -a {}", out.display())])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Satellite(child)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stock_satellite_is_an_endpoint_in_its_room() {
    let folder = tempfile::tempdir().unwrap();
    let recording = written(&spoken("What is twelve plus thirty?"), folder.path());
    let (port, out) = (free_port(), folder.path().join("heard.raw"));
    let satellites = json!([{ "address": format!("127.0.0.1:{port}"), "room": "kitchen" }]);
    let daemon = daemon(free_port(), json!({ "satellites": satellites }));
    daemon.ready(&["vad", "stt", "tts"]).await;
    let _satellite = satellite(port, &recording, &out);

    let until = Instant::now() + Duration::from_secs(60);
    let turn = loop {
        let turns = daemon.json("/api/v1/turns").await;
        if let Some(turn) = turns["turns"].as_array().and_then(|turns| turns.first()) {
            break turn.clone();
        }
        assert!(Instant::now() < until, "no turn from the satellite");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(
        (&turn["room"], &turn["outcome"]),
        (&json!("kitchen"), &json!("answered")),
        "{turn}"
    );
    assert_eq!(turn["endpoint"], "satellite-kitchen-box");
    // What its loudspeaker was given: 22,050 Hz.
    let sound = std::fs::read(&out).unwrap();
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 22_050,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let reply = folder.path().join("reply.wav");
    let mut writer = hound::WavWriter::create(&reply, spec).unwrap();
    for two in sound.as_chunks().0 {
        writer.write_sample(i16::from_le_bytes(*two)).unwrap();
    }
    writer.finalize().unwrap();
    let words = transcribed(&at_16_khz(&reply));
    assert!(words.contains("42") || words.contains("fortytwo"), "{words}");
}

/// By mDNS: another library finds Rosie on the network, without an address that only this machine has, and Rosie finds a
/// satellite that stands in one of her rooms.
#[tokio::test(flavor = "multi_thread")]
async fn rosie_is_found_on_the_network_and_finds_satellites() {
    let folder = tempfile::tempdir().unwrap();
    let recording = written(&[0; 1600], folder.path());
    let (port, own) = (free_port(), free_port());
    let listen = json!({ "listen": [format!("0.0.0.0:{own}")], "discover": true });
    let daemon = daemon(own, listen);
    let _satellite = satellite_with(port, &recording, Path::new("/dev/null"), &["--area", "Office"]);

    let find = Command::new(python())
        .arg(place().join("find.py"))
        .args([own.to_string().as_str(), "30"])
        .output()
        .unwrap();
    let found = String::from_utf8_lossy(&find.stdout).into_owned();
    let lines = found.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let rosie: Vec<Value> = lines.filter(|told| told["port"] == own).collect();
    assert!(!rosie.is_empty(), "{found}{}", String::from_utf8_lossy(&find.stderr));
    assert!(
        rosie
            .iter()
            .all(|told| !told["addresses"].to_string().contains("127.0.0.1")),
        "{found}"
    );

    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let status = daemon.json("/api/v1/status").await;
        if let Some(session) = status["sessions"].as_array().and_then(|all| all.first()) {
            assert_eq!(
                (&session["endpoint"], &session["room"]),
                (&json!("satellite-kitchen-box"), &json!("office"))
            );
            return;
        }
        assert!(Instant::now() < until, "the satellite was not found: {status}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
