//! A plugin that runs elsewhere and is called over streamable HTTP, with the official SDK's server.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, Endpoint};
use serde_json::{Value, json};
use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};
use tempfile::TempDir;

async fn send(daemon: &Daemon, method: reqwest::Method, path: &str, body: Value) -> (u16, Value) {
    let request = reqwest::Client::new()
        .request(method, format!("{}{path}", daemon.url))
        .json(&body);
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap())
}

/// An MCP server of the official Python SDK, on a port of its own.
struct Kettle(std::process::Child);

impl Kettle {
    fn start(port: u16) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mcp/server.py");
        let child = Command::new(rosie_e2e::mcp_python())
            .arg(script)
            .arg(port.to_string())
            .spawn();
        Self(child.unwrap())
    }
}

impl Drop for Kettle {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A plugin by its address: the server goes away and comes back, and nobody has to do anything.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_runs_elsewhere_is_called_and_waited_for() {
    let daemon = Daemon::start("{}");
    let port = rosie_e2e::free_port();
    let folder = TempDir::new().unwrap();
    let manifest = json!({
        "name": "kettle", "version": "1", "url": format!("http://127.0.0.1:{port}/mcp"), "permissions": {"network": true},
        "lists": {"cups": {"from": 1, "to": 20}},
        "intents": [{"tool": "boil", "sentences": {"en": ["boil {cups} cups of water"]}}],
    });
    std::fs::write(folder.path().join("plugin.yaml"), manifest.to_string()).unwrap();
    let put = json!({"folder": folder.path()});
    let (status, told) = send(&daemon, reqwest::Method::POST, "/api/v1/plugins", put).await;
    assert_eq!(status, 201, "{told}");
    let enabled = json!({"enabled": true});
    let (status, told) = send(&daemon, reqwest::Method::PUT, "/api/v1/plugins/kettle/enabled", enabled).await;
    assert_eq!(status, 200, "{told}");
    let health = async |wanted: &str| {
        let began = Instant::now();
        loop {
            let health = daemon.json("/health/integrations/plugin_kettle").await;
            if health["health"]["state"] == wanted {
                return health;
            }
            assert!(began.elapsed() < Duration::from_secs(90), "{health}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let away = health("unavailable").await;
    assert!(
        away["health"]["reason"].as_str().unwrap().contains("no plugin answers"),
        "{away}"
    );
    let mut endpoint = Endpoint::connect(&daemon, "k1").await;
    assert_eq!(
        endpoint.ask_typed("boil three cups of water").await.errors,
        ["tool-failed"]
    );
    for round in 0..2 {
        let kettle = Kettle::start(port);
        health("ready").await;
        let turn = endpoint.ask_typed("boil three cups of water").await;
        assert_eq!(turn.reply, "Boiling 3 cups.", "{round}: {:?}", turn.errors);
        let reply = endpoint.ask_typed("boil twelve cups of water").await.reply;
        assert!(reply.contains("too small"), "{reply}");
        drop(kettle);
        let turn = endpoint.ask_typed("boil two cups of water").await;
        assert_eq!(turn.errors, ["tool-failed"], "{round}: {}", turn.reply);
    }
}
