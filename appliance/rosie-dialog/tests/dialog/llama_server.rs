//! The supervised server: with a stand-in that dies and hangs as told, and, where `ROSIE_LLAMA_SERVER` names a real
//! `llama-server` (or the launcher in tests/peers), with the real thing and a small model.

use crate::common::House;
use rosie_core::{dialog::Dialog, engine::EngineHealth};
use rosie_dialog::llm::{Limits, LlmConfig, LlmEngine, LocalModel, ServerConfig};
use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// `llama-server` in twenty lines: /health, a streamed answer, an end on request.
const STAND_IN: &str = r#"#!/usr/bin/env python3
import http.server, json, os, sys
args = dict(zip(sys.argv[1::2], sys.argv[2::2]))
open(args["--model"] + ".pids", "a").write(f"{os.getpid()}\n")
class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'{"status":"ok"}')
    def do_POST(self):
        question = json.loads(self.rfile.read(int(self.headers["content-length"])))["messages"][-1]["content"]
        self.send_response(200); self.send_header("content-type", "text/event-stream"); self.end_headers()
        self.word(args["--ctx-size"])
        if "die" in question: os._exit(3)
        self.wfile.write(b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')
    def word(self, word):
        event = json.dumps({"choices": [{"delta": {"content": word}}]})
        self.wfile.write(f"data: {event}\n\n".encode()); self.wfile.flush()
    def log_message(self, *args): pass
assert args["--host"] == "127.0.0.1"
http.server.HTTPServer(("127.0.0.1", int(args["--port"])), Server).serve_forever()
"#;

struct Managed {
    house: House,
    tracker: TaskTracker,
    cancel: CancellationToken,
}

impl Managed {
    fn start(server: ServerConfig) -> Self {
        let (tracker, cancel) = (TaskTracker::new(), CancellationToken::new());
        let limits = Limits {
            first_token: Duration::from_secs(60),
            overall: Duration::from_secs(120),
            max_tokens: 12,
            ..Limits::default()
        };
        let config = LlmConfig {
            local: Some(LocalModel::Managed(ServerConfig { limits, ..server })),
            ..LlmConfig::default()
        };
        let engine = LlmEngine::start(config, &tracker, &cancel).unwrap();
        Self {
            house: House::with(engine),
            tracker,
            cancel,
        }
    }

    async fn until(&self, what: impl Fn(&EngineHealth) -> bool) {
        let began = Instant::now();
        while !what(&self.house.dialog.llm().health) {
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "still {:?}",
                self.house.dialog.llm()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn shut_down(self) {
        self.cancel.cancel();
        self.tracker.close();
        tokio::time::timeout(Duration::from_secs(10), self.tracker.wait())
            .await
            .unwrap();
    }
}

fn stand_in(folder: &Path) -> ServerConfig {
    let (binary, model) = (folder.join("llama-server"), folder.join("model.gguf"));
    std::fs::write(&binary, STAND_IN).unwrap();
    std::fs::set_permissions(&binary, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::write(&model, "GGUF").unwrap();
    ServerConfig {
        binary,
        context: 777,
        ..ServerConfig::new(model)
    }
}

fn pids(config: &ServerConfig) -> Vec<u32> {
    let text = std::fs::read_to_string(format!("{}.pids", config.model.display())).unwrap_or_default();
    text.lines().map(|line| line.parse().unwrap()).collect()
}

/// Running, not only waiting to be reaped.
fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_dies_comes_back_and_ends_with_the_daemon() {
    let folder = tempfile::tempdir().unwrap();
    let config = stand_in(folder.path());
    let managed = Managed::start(config.clone());
    managed.until(EngineHealth::serves).await;
    let info = managed.house.dialog.llm();
    // The manifest's models are all files called `model.gguf`: their folders name them.
    let named = folder.path().file_name().unwrap().to_str().unwrap();
    assert_eq!(
        (info.engine.as_str(), info.model.as_str(), info.restarts),
        ("llama-cpp", named, 0)
    );
    assert_eq!(managed.house.ask("say the context").await.outcome.unwrap().text, "777");

    let heard = managed.house.ask("now die").await;
    assert_eq!(
        (heard.deltas().as_str(), heard.failure().detail.contains("broke off")),
        ("777", true)
    );
    managed.until(|health| !health.serves()).await;
    managed.until(EngineHealth::serves).await;
    assert_eq!(managed.house.dialog.llm().restarts, 1);
    assert_eq!(managed.house.ask("say the context").await.outcome.unwrap().text, "777");

    let started = pids(&config);
    assert_eq!(started.len(), 2);
    assert!(is_alive(started[1]));
    // When memory runs out the kernel takes the model, not the daemon.
    let soon = |pid| std::fs::read_to_string(format!("/proc/{pid}/oom_score_adj")).unwrap();
    let (model, daemon) = (soon(started[1]), soon(std::process::id()));
    assert_eq!(model.trim(), "900");
    assert_ne!(daemon.trim(), "900");
    managed.shut_down().await;
    assert!(started.iter().all(|&pid| !is_alive(pid)), "a server was left behind");
}

/// Runs itself once more as the daemon that is killed.
#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_killed_with_9_leaves_no_server_behind() {
    if let Some(folder) = std::env::var_os("ROSIE_TEST_AS_DAEMON") {
        let _daemon = Managed::start(stand_in(Path::new(&folder)));
        return std::future::pending().await;
    }
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.gguf");
    let mut daemon = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "llama_server::a_daemon_killed_with_9_leaves_no_server_behind",
            "--exact",
        ])
        .env("ROSIE_TEST_AS_DAEMON", folder.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    let server = loop {
        if let Some(&pid) = pids(&ServerConfig::new(model.clone())).first() {
            break pid;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "the server never started");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(is_alive(server));
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    let began = Instant::now();
    while is_alive(server) {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{server} lives on (is util-linux's setpriv installed?)"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let here = stand_in(folder.path());
    for (config, said) in [
        (
            ServerConfig {
                model: folder.path().join("gone.gguf"),
                ..here.clone()
            },
            "rosied models fetch",
        ),
        (
            ServerConfig {
                binary: folder.path().join("gone"),
                ..here.clone()
            },
            "install llama.cpp's server",
        ),
        (
            ServerConfig {
                binary: PathBuf::from("no-such-llama-server"),
                ..here.clone()
            },
            "llm.local.binary",
        ),
        (
            ServerConfig {
                binary: here.model.clone(),
                ..here.clone()
            },
            "ended",
        ),
    ] {
        let managed = Managed::start(config);
        managed
            .until(|health| matches!(health, EngineHealth::Unavailable { reason } if reason.contains(said)))
            .await;
        let failure = managed.house.ask("why is the sky blue").await.failure();
        assert!(failure.detail.contains("not ready"), "{failure}");
        managed.shut_down().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_server_answers() {
    let Some(binary) = std::env::var_os("ROSIE_LLAMA_SERVER").map(PathBuf::from) else {
        eprintln!("ROSIE_LLAMA_SERVER is not set: the real llama.cpp server is not tried here (`make test` sets it)");
        return;
    };
    let models = std::env::var_os("ROSIE_MODELS").map(PathBuf::from).unwrap_or_else(|| {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache");
        cache.unwrap_or_else(home).join("rosie/models")
    });
    let model = models.join("smollm2-135m/model.gguf");
    assert!(model.is_file(), "no model at {}: run `make models`", model.display());
    let config = ServerConfig {
        binary,
        threads: Some(2),
        context: 1024,
        ..ServerConfig::new(model)
    };
    let managed = Managed::start(config);
    managed.until(EngineHealth::serves).await;
    let mut answered = 0;
    for question in [
        "Say hello to me.",
        "And good night.",
        "Tell me about owls.",
        "What is a fox?",
    ] {
        let began = Instant::now();
        let heard = managed.house.ask(question).await;
        match heard.outcome.as_ref() {
            Ok(reply) => {
                answered += 1;
                assert!(!reply.text.trim().is_empty());
                assert_eq!(heard.deltas(), reply.text);
            }
            // So small a model says nothing at all now and then.
            Err(failure) => assert!(failure.detail.contains("empty answer"), "{failure}"),
        }
        eprintln!("answered in {} ms", began.elapsed().as_millis());
    }
    assert!(answered > 0, "four questions and no answer");
    managed.shut_down().await;
}
