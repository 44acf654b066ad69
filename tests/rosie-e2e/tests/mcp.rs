//! Rosie as a server of the Model Context Protocol: the official Python client and the official Rust one, with a real daemon.
#![allow(clippy::unwrap_used)]

use rmcp::{
    ServiceExt,
    model::{CallToolRequestParams, CallToolResult},
    transport::{StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig},
};
use rosie_e2e::{Daemon, Endpoint};
use serde_json::{Value, json};
use std::{
    path::Path,
    process::{Command, Output},
};

const TOKEN: &str = "5f1c9ab7e277d0c3aa4190be12fd88aa";

fn daemon() -> Daemon {
    Daemon::start(&format!("mcp: {{ token: {TOKEN} }}\n"))
}

async fn client(daemon: &Daemon, token: &str, mode: &str, calls: &[(&str, Value)]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mcp/client.py");
    let mut command = Command::new(rosie_e2e::mcp_python());
    command
        .arg(script)
        .arg(format!("{}/mcp", daemon.url))
        .args([token, mode]);
    for (name, arguments) in calls {
        command.arg(name).arg(arguments.to_string());
    }
    tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap()
}

fn said(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_python_client_asks_and_says() {
    let daemon = daemon();
    daemon.ready(&["tts"]).await;
    let mut endpoint = Endpoint::hello(&daemon, json!({"endpoint": "k1", "room": "kitchen"})).await;
    let (tell, spoken) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let mut tell = Some(tell);
        loop {
            if endpoint.control().await["type"] == "audio_end"
                && let Some(tell) = tell.take()
            {
                let _ = tell.send(());
            }
        }
    });
    for mode in ["legacy", "auto"] {
        let calls = [
            ("ask", json!({"text": "What is 12 times 7?"})),
            (
                "ask",
                json!({"text": "Set a pizza timer for ten minutes", "room": "kitchen"}),
            ),
            ("timers", json!({})),
            ("say", json!({"text": "Dinner is ready.", "room": "kitchen"})),
            ("announce", json!({"text": "Dinner is ready.", "urgent": true})),
            ("say", json!({"text": "Nobody hears this.", "room": "bedroom"})),
            ("home_state", json!({})),
            ("search_memory", json!({"text": "pizza", "limit": 3})),
            ("ask", json!({"text": "Cancel the pizza timer", "room": "kitchen"})),
            ("timers", json!({})),
        ];
        let output = client(&daemon, TOKEN, mode, &calls).await;
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{mode}: {told}");
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(told["tools"].as_array().unwrap().len(), 6);
        assert_eq!(told["tools"][0]["inputSchema"]["required"], json!(["text"]));
        let calls = told["calls"].as_array().unwrap();
        assert!(said(&calls[0]).contains("84"), "{calls:?}");
        assert_eq!(calls[2]["structuredContent"]["found"][0]["name"], "pizza", "{calls:?}");
        assert_eq!(calls[2]["structuredContent"]["found"][0]["room"], "kitchen");
        assert!(
            said(&calls[3]).contains("1 endpoint") && said(&calls[4]).contains("1 endpoint"),
            "{calls:?}"
        );
        assert_eq!(calls[5]["isError"], json!(true), "{calls:?}");
        assert_eq!(calls[6]["structuredContent"]["found"], json!([]));
        assert_eq!(calls[7]["isError"], json!(false), "{calls:?}");
        assert_eq!(calls[9]["structuredContent"]["found"], json!([]), "{calls:?}");
    }
    spoken.await.expect("the endpoint in the kitchen spoke");
    let output = client(&daemon, "wrong", "legacy", &[]).await;
    assert!(!output.status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_rust_client_asks() {
    let daemon = daemon();
    let mut config = StreamableHttpClientTransportConfig::with_uri(format!("{}/mcp", daemon.url));
    config.auth_header = Some(TOKEN.to_owned());
    let transport = StreamableHttpClientTransport::with_client(reqwest::Client::new(), config);
    let client = ().serve(transport).await.unwrap();
    assert_eq!(client.list_all_tools().await.unwrap().len(), 6);
    let mut request = CallToolRequestParams::new("ask");
    request.arguments = json!({"text": "What is 15 percent of 80?"}).as_object().cloned();
    let result: CallToolResult = client.call_tool(request).await.unwrap();
    let result = serde_json::to_value(result).unwrap();
    assert!(said(&result).contains("12"), "{result}");
    client.cancel().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_it_is_off_and_the_token_is_shown_nowhere() {
    let off = Daemon::start("{}");
    let answer = reqwest::Client::new()
        .post(format!("{}/mcp", off.url))
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 404);
    let daemon = daemon();
    for path in ["/api/v1/config", "/api/v1/status", "/metrics", "/api/v1/health"] {
        assert!(!daemon.get(path).await.1.contains(TOKEN), "{path}");
    }
}
