//! Ollama's own interface, in its shapes.

use crate::common::*;
use rosie_core::CancelFlag;
use rosie_dialog::llm::{
    FinishReason, JsonFormat, LlmError, ProviderKind, PullProgress, RemoteModel, Usage, provider, pull,
};
use serde_json::json;
use std::time::Duration;

const CALLS: &str = r#"{"model":"qwen3","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","thinking":"Two cities."},"done":false}
{"model":"qwen3","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"Let me see."},"done":false}
{"model":"qwen3","created_at":"2026-01-01T00:00:01Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"index":0,"name":"get_weather","arguments":{"city":"Paris"}}}]},"done":false}
{"model":"qwen3","created_at":"2026-01-01T00:00:01Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"index":0,"name":"get_weather","arguments":{"city":"Rome"}}}]},"done":false}
{"model":"qwen3","created_at":"2026-01-01T00:00:01Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":1,"load_duration":1,"prompt_eval_count":26,"prompt_eval_duration":1,"eval_count":30,"eval_duration":1}
"#;

#[tokio::test]
async fn words_thoughts_and_parallel_calls() {
    for pieces in [0, 4] {
        let (heard, server) = exchange(ProviderKind::Ollama, &question(), lines(CALLS).in_pieces(pieces)).await;
        assert_eq!(
            (heard.error.clone(), heard.text.as_str(), heard.thought.as_str()),
            (None, "Let me see.", "Two cities.")
        );
        assert_eq!(
            heard.called(),
            [
                ("get_weather", json!({ "city": "Paris" })),
                ("get_weather", json!({ "city": "Rome" }))
            ]
        );
        let usage = Usage {
            prompt_tokens: 26,
            completion_tokens: 30,
            cached_tokens: 0,
        };
        assert_eq!(heard.end, Some((FinishReason::ToolCalls, usage)));
        let (head, body) = server.last();
        assert!(head.starts_with("POST /api/chat "), "{head}");
        assert_eq!(
            (&body["think"], &body["keep_alive"], &body["stream"]),
            (&json!(false), &json!("60m"), &json!(true))
        );
        assert_eq!(
            (&body["options"]["num_ctx"], &body["options"]["num_predict"]),
            (&json!(2048), &json!(300))
        );
        assert_eq!(body["tools"][0]["function"]["name"], "get_weather");
    }
    let mut request = answered(["a", "b"]);
    request.format = Some(JsonFormat {
        name: "x".to_owned(),
        schema: json!({ "type": "object" }),
    });
    let (_, server) = exchange(ProviderKind::Ollama, &request, lines(CALLS)).await;
    let body = server.last().1;
    assert_eq!(
        body["messages"][2]["tool_calls"][0],
        json!({ "function": { "name": "get_weather", "arguments": { "city": "Paris" } } })
    );
    assert_eq!(
        body["messages"][4],
        json!({ "role": "tool", "tool_name": "get_weather", "content": "sunny" })
    );
    assert_eq!(body["format"], json!({ "type": "object" }));
}

#[tokio::test]
async fn its_errors() {
    let (heard, _) = exchange(
        ProviderKind::Ollama,
        &question(),
        refusal(404, "", r#"{"error":"model 'tiny' not found"}"#),
    )
    .await;
    assert!(
        matches!(heard.error, Some(LlmError::NoModel { .. })),
        "{:?}",
        heard.error
    );
    // In the middle, as the runner dies.
    let begun = CALLS.lines().take(2).collect::<Vec<_>>().join("\n");
    let died = format!("{begun}\n{{\"error\":\"an error was encountered while running the model: signal: killed\"}}\n");
    let (heard, _) = exchange(ProviderKind::Ollama, &question(), lines(&died)).await;
    assert!(
        heard.error.as_ref().unwrap().to_string().contains("signal: killed"),
        "{:?}",
        heard.error
    );
    assert_eq!((heard.text.as_str(), heard.end), ("Let me see.", None));
    let (heard, _) = exchange(ProviderKind::Ollama, &question(), lines(&format!("{begun}\n"))).await;
    assert!(
        matches!(heard.error, Some(LlmError::Broken { .. })),
        "{:?}",
        heard.error
    );
}

#[tokio::test]
async fn a_probe_looks_for_the_model() {
    let tags = r#"{"models":[{"name":"tiny:latest","model":"tiny:latest","size":815319791,"digest":"x","details":{"parameter_size":"1B"}},{"name":"big:70b","size":1}]}"#;
    let server = Server::start([refusal(200, "", tags)]).await;
    for (name, there) in [
        ("tiny", true),
        ("tiny:latest", true),
        ("big:70b", true),
        ("big", false),
        ("gone", false),
    ] {
        let ollama = RemoteModel {
            model: name.to_owned(),
            ..model(ProviderKind::Ollama, &server.address)
        };
        let found = provider(ollama).unwrap().probe(Duration::from_secs(5)).await;
        assert_eq!(found.is_ok(), there, "{name}: {found:?}");
    }
    assert!(server.last().0.starts_with("GET /api/tags "));
    let ollama = provider(model(ProviderKind::Ollama, &server.address)).unwrap();
    let models = ollama.models(Duration::from_secs(5)).await.unwrap();
    assert_eq!(
        (models[0].name.as_str(), models[0].size),
        ("tiny:latest", Some(815_319_791))
    );
}

const PULLED: &str = r#"{"status":"pulling manifest"}
{"status":"pulling dde5aa3fc5ff","digest":"sha256:dde5aa3fc5ff","total":2000}
{"status":"pulling dde5aa3fc5ff","digest":"sha256:dde5aa3fc5ff","total":2000,"completed":1200}
{"status":"verifying sha256 digest"}
{"status":"writing manifest"}
{"status":"success"}
"#;

async fn pulled(reply: Reply, cancel: &CancelFlag) -> (Result<(), LlmError>, Vec<PullProgress>, Server) {
    let server = Server::start([reply]).await;
    let mut seen = Vec::new();
    let done = pull(model(ProviderKind::Ollama, &server.address), cancel, &mut |progress| {
        seen.push(progress)
    })
    .await;
    (done, seen, server)
}

#[tokio::test]
async fn a_model_is_fetched() {
    let (done, seen, server) = pulled(lines(PULLED).in_pieces(9), &CancelFlag::new()).await;
    done.unwrap();
    assert_eq!(seen.len(), 6);
    assert_eq!((seen[1].bytes, seen[2].bytes), (Some((0, 2000)), Some((1200, 2000))));
    assert_eq!((seen[5].status.as_str(), seen[5].bytes), ("success", None));
    assert_eq!(server.last().1, json!({ "model": "tiny", "stream": true }));
    let missing = "{\"status\":\"pulling manifest\"}\n{\"error\":\"pull model manifest: file does not exist\"}\n";
    let (done, ..) = pulled(lines(missing), &CancelFlag::new()).await;
    assert!(matches!(done, Err(LlmError::NoModel { .. })), "{done:?}");
    let (done, ..) = pulled(lines("{\"status\":\"pulling manifest\"}\n"), &CancelFlag::new()).await;
    assert!(matches!(done, Err(LlmError::Broken { .. })), "{done:?}");
    let cancel = CancelFlag::new();
    cancel.cancel();
    let (done, ..) = pulled(lines(PULLED).held(), &cancel).await;
    assert_eq!(done, Err(LlmError::Cancelled));
}
