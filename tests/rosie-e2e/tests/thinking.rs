//! Tiers and memory through the whole daemon: one model dies and the next goes on, none is there, and what was said
//! before a restart comes back when it matters.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, models};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// An OpenAI-compatible model on loopback that says the same to everything, and keeps what it was asked.
struct Scripted {
    address: String,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Scripted {
    /// `dies`: it breaks off after its first words.
    fn start(words: &'static str, dies: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/v1", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<Value>>>::default();
        let kept = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = kept.clone();
                std::thread::spawn(move || answer(stream, words, dies, &kept));
            }
        });
        Self { address, asked }
    }

    fn tier(&self) -> Value {
        json!({ "provider": "openai-compatible", "host": self.address, "model": "scripted" })
    }

    /// The last message that it was asked.
    fn last_question(&self) -> String {
        let asked = self.asked.lock().unwrap();
        let messages = asked.last().unwrap()["messages"].as_array().unwrap().clone();
        messages.last().unwrap()["content"].as_str().unwrap().to_owned()
    }
}

fn answer(mut stream: TcpStream, words: &str, dies: bool, asked: &Mutex<Vec<Value>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim().to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    if first.starts_with("GET") {
        let list = r#"{"data":[{"id":"scripted"}]}"#;
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
        return write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{list}", list.len()).ok();
    }
    let question: Value = serde_json::from_slice(&body).ok()?;
    // What the daemon lets it read beforehand is no question, and does not kill it.
    let warming = question["max_tokens"] == 1;
    if !warming {
        asked.lock().unwrap().push(question);
    }
    let piece = json!({ "choices": [{ "index": 0, "delta": { "content": words } }] });
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    write!(stream, "{head}data: {piece}\n\n").ok()?;
    if !dies || warming {
        let end = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] });
        write!(stream, "data: {end}\n\ndata: [DONE]\n\n").ok()?;
    }
    Some(())
}

fn config(llm: Value) -> String {
    json!({ "llm": llm }).to_string()
}

async fn tiers_of_last_turn(daemon: &Daemon) -> Vec<(String, String)> {
    let turns = daemon.json("/api/v1/turns").await;
    let last = turns.as_array().or_else(|| turns["turns"].as_array()).unwrap()[0].clone();
    let chosen = last["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["event"] == "tier_chosen");
    let words = |event: &Value, key: &str| event[key].as_str().unwrap().to_owned();
    chosen
        .map(|event| (words(event, "tier"), words(event, "reason")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_dies_in_the_middle_is_gone_on_with_by_the_next_and_that_is_explained() {
    let local = Scripted::start("The capital of Peru", true);
    let network = Scripted::start("is Lima.", false);
    let daemon = Daemon::start(&config(json!({ "local": local.tier(), "network": network.tier() })));
    daemon.ready(&["llm", "tts"]).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    let turn = endpoint.ask_typed("what is the capital of Peru").await;
    assert_eq!(
        (turn.outcome.as_str(), turn.reply.as_str()),
        ("answered", "The capital of Peru is Lima."),
        "{:?}",
        turn.messages
            .iter()
            .map(|message| message["type"].clone())
            .collect::<Vec<_>>()
    );
    let tiers = tiers_of_last_turn(&daemon).await;
    assert_eq!(
        (tiers[0].0.as_str(), tiers[1].0.as_str()),
        ("local", "network"),
        "{tiers:?}"
    );
    assert!(tiers[1].1.contains("the local model failed"), "{tiers:?}");
    let why = endpoint.ask_typed("which model was that").await;
    assert!(
        why.reply.contains("your own network") && why.reply.contains("broke off in the middle"),
        "{}",
        why.reply
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn why_the_cloud_was_used_is_told_and_why_it_was_not() {
    let (local, cloud) = (Scripted::start("Maybe.", false), Scripted::start("They differ.", false));
    let config = json!({
        "llm": { "local": local.tier(), "cloud": cloud.tier() }, "privacy": { "cloud_allowed": true },
    });
    let daemon = Daemon::start(&config.to_string());
    daemon.ready(&["llm", "tts"]).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    let turn = endpoint.ask_typed("compare heat pumps with gas boilers").await;
    assert_eq!(turn.reply, "They differ.");
    let why = endpoint.ask_typed("why did you use the cloud").await;
    assert_eq!(why.reply, "I asked the cloud model. It was a complex question.");
    let turn = endpoint.ask_typed("compare my salary with that of my boss").await;
    assert_eq!(turn.reply, "Maybe.");
    let why = endpoint.ask_typed("which model was that").await;
    assert!(why.reply.contains("private"), "{}", why.reply);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_both_models_down_rosie_says_so_within_two_seconds() {
    let nowhere = || {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        json!({ "provider": "openai-compatible", "host": format!("http://127.0.0.1:{port}/v1"), "model": "gone" })
    };
    let daemon = Daemon::start(&config(json!({ "local": nowhere(), "network": nowhere() })));
    daemon.ready(&["tts"]).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    // The best of three: others may keep this machine busy, and they are not what is tried here.
    let (mut best, mut turn) = (Duration::MAX, None);
    for _ in 0..3 {
        let began = Instant::now();
        endpoint
            .say(json!({ "type": "text", "text": "why is the sky blue" }))
            .await;
        while endpoint.control().await["type"] != "reply_delta" {}
        best = best.min(began.elapsed());
        turn = Some(endpoint.finish_turn().await);
        if best < Duration::from_secs(2) {
            break;
        }
    }
    let turn = turn.unwrap();
    assert!(best < Duration::from_secs(2), "{best:?}");
    assert_eq!(
        (turn.outcome.as_str(), turn.reply.contains("trouble thinking")),
        ("failed", true),
        "{}",
        turn.reply
    );
    assert!(!turn.audio.is_empty(), "it is said, not only shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_comes_back_after_a_restart_and_goes_when_it_is_to_be_forgotten() {
    let model = Scripted::start("Noted.", false);
    let folder = TempDir::new().unwrap();
    let config = config(json!({ "local": model.tier() }));
    let daemon = Daemon::start_in(folder.path(), &config, &models());
    daemon.ready(&["llm", "memory"]).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    endpoint
        .ask_typed("The plumber called, he comes on Friday to mend the boiler.")
        .await;
    let kept = endpoint.ask_typed("Remember that my daughter's name is Ada.").await;
    assert!(kept.reply.contains("Ada"), "{}", kept.reply);
    // The exchange is written behind the answer.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(daemon.terminate());

    let daemon = Daemon::start_in(folder.path(), &config, &models());
    daemon.ready(&["llm", "memory"]).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    // The index is filled in the background after a start; on a busy machine that takes its time.
    let mut said = String::new();
    for _ in 0..10 {
        said = endpoint.ask_typed("what did I say about the plumber?").await.reply;
        if said.contains("Friday") {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    // It is told as it was said; what a model is to make of it, it reads.
    assert!(said.contains("he comes on Friday to mend the boiler"), "{said}");
    let note = endpoint.ask_typed("write a note to the plumber about the boiler").await;
    let asked = model.last_question();
    assert!(asked.contains("Friday"), "{asked}: {}", note.reply);
    let known = endpoint.ask_typed("what do you know about me").await;
    assert!(known.reply.contains("Ada"), "{}", known.reply);

    endpoint.ask_typed("what is the capital of Chile").await;
    assert!(
        !model.last_question().contains("plumber"),
        "what does not matter stays away: {}",
        model.last_question()
    );

    let asked = endpoint.ask_typed("forget everything").await;
    assert!(
        asked.reply.ends_with('?') || asked.reply.contains("Shall I"),
        "{}",
        asked.reply
    );
    let done = endpoint.ask_typed("yes").await;
    assert_eq!(done.reply, "I've forgotten everything.");
    let known = endpoint.ask_typed("what do you know about me").await;
    assert!(!known.reply.contains("Ada"), "{}", known.reply);
}
