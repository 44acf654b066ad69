//! Keys of language models, searched for in everything that a daemon writes and shows while every provider refuses in
//! every way: logs at their finest, turns, health, status, metrics, configuration, what endpoints hear, the export.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint, models};
use serde_json::json;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tempfile::TempDir;

const KEYS: [(&str, &str); 3] = [
    ("ROSIE_TEST_KEY_LOCAL", "sk-local-5f1c9ab7e2"),
    ("ROSIE_TEST_KEY_NETWORK", "sk-network-77d0c3aa41"),
    ("ROSIE_TEST_KEY_CLOUD", "sk-cloud-90be12fd88"),
];

/// Refuses each question in another way, quoting the key that it was sent.
fn refusing() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = refuse(stream, &count);
        }
    });
    (address, asked)
}

fn refuse(mut stream: TcpStream, asked: &AtomicUsize) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        head += &line;
    }
    reader.read_exact(&mut vec![0; length])?;
    let quoted = format!("who are you, {}?", KEYS[2].1);
    let error = json!({ "error": { "message": quoted, "code": "x", "type": quoted, "status": quoted } }).to_string();
    let (status, extra, body) = match head.starts_with("GET") {
        // It is there, and has whatever model is asked for.
        true => (
            200,
            "",
            json!({ "data": [{ "id": "m" }], "models": [{ "name": "m:latest" }] }).to_string(),
        ),
        false => match asked.fetch_add(1, Ordering::SeqCst) {
            0 => (400, "", error),
            1 => (401, "", error),
            2 => (403, "", error),
            3 => (404, "", error),
            4 => (500, "", error),
            5 => (302, "location: http://127.0.0.1:9/?sk-cloud-90be12fd88\r\n", error),
            6 => (200, "", format!("data: {error}\n\n{error}\n")),
            7 => (200, "", format!("data: {quoted}\n\n")),
            8 => (503, "", format!("<html>{quoted}</html>")),
            _ => (429, "retry-after: 60\r\n", error),
        },
    };
    let kind = if status == 200 && !head.starts_with("GET") {
        "text/event-stream"
    } else {
        "application/json"
    };
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\nconnection: close\r\n{extra}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Takes connections and says something that is not TLS.
fn no_tls() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    address
}

async fn refused_by(provider: &str) {
    let (address, asked) = refusing();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let tier = |host: &str, key: &str| json!({ "provider": provider, "host": host, "model": "m", "api_key": format!("${{{key}}}") });
    let config = json!({
        "llm": {
            "local": tier(&format!("http://{gone}/v1"), KEYS[0].0),
            "network": tier(&no_tls(), KEYS[1].0),
            "cloud": tier(&address, KEYS[2].0),
        },
        "privacy": { "cloud_allowed": true, "keep_turn_text": true },
        "logging": { "format": "json" },
    });
    let folder = TempDir::new().unwrap();
    let daemon = Daemon::start_logging(folder.path(), &config.to_string(), &models(), ("trace", &KEYS));
    daemon.ready(&["tts", "memory"]).await;
    let mut endpoint = Endpoint::connect(&daemon, "kitchen").await;
    let mut shown = String::new();
    for n in 0..12 {
        // The cloud is asked first about this, then the others.
        let turn = endpoint
            .ask_typed(&format!("compare {n} heat pumps with gas boilers"))
            .await;
        shown += &format!("{turn:?}");
        shown += &daemon.get("/health/llm").await.1;
    }
    assert!(
        asked.load(Ordering::SeqCst) >= 9,
        "{provider}: the cloud was asked {asked:?} times"
    );
    endpoint.ask_typed("why did you use the cloud").await;
    for path in [
        "/api/v1/turns",
        "/api/v1/health",
        "/api/v1/status",
        "/api/v1/config",
        "/api/v1/memory/export",
        "/metrics",
    ] {
        let (status, body) = daemon.get(path).await;
        assert!(matches!(status, 200 | 503), "{path}: {status}");
        shown += &body;
    }
    assert!(daemon.terminate());
    let log = std::fs::read(folder.path().join("log")).unwrap();
    assert!(log.len() > 10_000, "the log is there");
    shown += &String::from_utf8_lossy(&log);
    // The page may have written the configuration; whatever else is on the disk holds no key either.
    for entry in std::fs::read_dir(folder.path()).unwrap().flatten() {
        if entry.file_type().unwrap().is_file() && entry.file_name() != "log" {
            shown += &String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap());
        }
    }
    for (name, key) in KEYS {
        let at = shown.find(key);
        let around = at.map(|at| {
            shown[..at]
                .chars()
                .rev()
                .take(300)
                .collect::<Vec<_>>()
                .iter()
                .rev()
                .collect::<String>()
        });
        assert_eq!(around, None, "{provider}: the key {name} got out");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_gets_out_of_openai_and_what_speaks_like_it() {
    for provider in ["openai", "xai", "openai-compatible", "llama-cpp"] {
        refused_by(provider).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_gets_out_of_the_others() {
    for provider in ["gemini", "anthropic", "ollama"] {
        refused_by(provider).await;
    }
}
