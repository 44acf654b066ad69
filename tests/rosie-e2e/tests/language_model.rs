//! A real llama.cpp server with a tiny model, run by the daemon: it answers, it dies in the middle, it comes back.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, models};
use serde_json::json;
use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, process::Command};
use tempfile::TempDir;

/// A `llama-server` on the wheel that `ci/test-peers.sh` installed.
fn launcher(folder: &TempDir) -> PathBuf {
    let cache = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/rosie");
    let cache = std::env::var_os("ROSIE_CACHE").map_or_else(cache, PathBuf::from);
    let python = cache.join("llm-venv/bin/python");
    assert!(
        python.exists(),
        "{} is missing: run `make setup-test`",
        python.display()
    );
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers/llama_server.py");
    let path = folder.path().join("llama-server");
    fs::write(&path, format!("#!/bin/sh\nexec {} {script} \"$@\"\n", python.display())).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn daemon(folder: &TempDir) -> Daemon {
    let model = models().join("smollm2-135m/model.gguf");
    assert!(model.exists(), "{} is missing: run `make setup-test`", model.display());
    let local = json!({
        "provider": "llama-cpp", "model": model, "binary": launcher(folder), "threads": 2, "first_token_ms": 60_000,
        "context_tokens": 1024,
    });
    Daemon::start(&json!({ "llm": { "local": local } }).to_string())
}

/// The server that the daemon started.
fn server_of(daemon: &Daemon) -> Option<String> {
    let output = Command::new("pgrep")
        .args(["-P", &daemon.pid().to_string(), "-f", "llama"])
        .output()
        .unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .next()
        .map(str::to_owned)
}

/// Such a small model says nothing at all now and then.
const ATTEMPTS: usize = 4;

async fn answered(endpoint: &mut Endpoint, question: &str) -> rosie_e2e::Turn {
    let mut turn = endpoint.ask_typed(question).await;
    for _ in 1..ATTEMPTS {
        if turn.outcome == "answered" {
            break;
        }
        turn = endpoint.ask_typed(question).await;
    }
    assert_eq!(turn.outcome, "answered", "{turn:?}");
    turn
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_answers_dies_in_the_middle_and_is_started_again() {
    let folder = TempDir::new().unwrap();
    let daemon = daemon(&folder);
    daemon.ready(&["llm", "tts"]).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    let turn = answered(&mut endpoint, "Please say hello to me in a few words.").await;
    assert!(!turn.reply.trim().is_empty() && !turn.audio.is_empty(), "{turn:?}");
    let grown: String = turn
        .messages
        .iter()
        .filter(|m| m["type"] == "reply_delta")
        .map(|m| m["text"].as_str().unwrap())
        .collect();
    assert_eq!(grown, turn.reply, "the reply is its deltas");

    // A model that has said all before it is killed was not interrupted: then it is asked again.
    let mut turn = None;
    for _ in 0..ATTEMPTS {
        daemon.ready(&["llm"]).await;
        endpoint
            .say(json!({ "type": "text", "text": "Tell me a very long story about owls and foxes in a dark forest." }))
            .await;
        while endpoint.control().await["type"] != "reply_delta" {}
        let server = server_of(&daemon).expect("the daemon runs no server");
        Command::new("kill").args(["-9", &server]).status().unwrap();
        let ended = endpoint.finish_turn().await;
        let interrupted = ended.outcome == "failed";
        turn = Some(ended);
        if interrupted {
            break;
        }
    }
    let turn = turn.unwrap();
    assert_eq!(
        (turn.outcome.as_str(), &turn.errors[..]),
        ("failed", &["llm-unavailable".to_owned()][..]),
        "{turn:?}"
    );
    assert!(turn.reply.contains("trouble thinking"), "{}", turn.reply);
    // What needs no model still works, and the server comes back by itself.
    assert_eq!(endpoint.ask_typed("what time is it").await.outcome, "answered");
    daemon.ready(&["llm"]).await;
    answered(&mut endpoint, "Please say hello again.").await;
    let server = server_of(&daemon).expect("the daemon runs no server");
    assert!(daemon.terminate());
    let gone = !PathBuf::from(format!("/proc/{server}")).exists();
    assert!(gone, "the server outlived the daemon");
}
