//! Google's Gemini.

use crate::common::*;
use rosie_dialog::llm::{FinishReason, JsonFormat, LlmError, ProviderKind, RemoteModel, Usage, provider};
use serde_json::json;
use std::time::{Duration, Instant};

const CALLS: &str = "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"Let me think.\",\"thought\": true}],\"role\": \"model\"},\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": 40,\"totalTokenCount\": 40},\"modelVersion\": \"gemini-3-flash\"}\r
\r
data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"I will\"}],\"role\": \"model\"},\"index\": 0}]}\r
\r
data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \" look.\"},{\"functionCall\": {\"name\": \"get_weather\",\"args\": {\"city\": \"Paris\"}},\"thoughtSignature\": \"EjQKMgEM+/=\"},{\"functionCall\": {\"name\": \"get_weather\",\"args\": {\"city\": \"Rome\"}}}],\"role\": \"model\"},\"finishReason\": \"STOP\",\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": 40,\"candidatesTokenCount\": 12,\"thoughtsTokenCount\": 30,\"cachedContentTokenCount\": 8,\"totalTokenCount\": 82}}\r
\r
";

const TEXT: &str = "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"Cold.\"}],\"role\": \"model\"},\"finishReason\": \"STOP\"}]}\r\n\r\n";

#[tokio::test]
async fn words_thoughts_and_parallel_calls() {
    for pieces in [0, 5] {
        let (heard, server) = exchange(ProviderKind::Gemini, &question(), events(CALLS).in_pieces(pieces)).await;
        assert_eq!(
            (heard.error.clone(), heard.text.as_str(), heard.thought.as_str()),
            (None, "I will look.", "Let me think.")
        );
        assert_eq!(
            heard.called(),
            [
                ("get_weather", json!({ "city": "Paris" })),
                ("get_weather", json!({ "city": "Rome" }))
            ]
        );
        assert!(heard.calls[0].id != heard.calls[1].id);
        let usage = Usage {
            prompt_tokens: 40,
            completion_tokens: 42,
            cached_tokens: 8,
        };
        assert_eq!(heard.end, Some((FinishReason::ToolCalls, usage)));
        let (head, body) = server.last();
        assert!(
            head.starts_with("POST /v1beta/models/tiny:streamGenerateContent?alt=sse "),
            "{head}"
        );
        assert!(head.contains(&format!("x-goog-api-key: {KEY}")), "{head}");
        assert!(!head.lines().next().unwrap().contains(KEY), "no key in the address");
        assert_eq!(body["systemInstruction"], json!({ "parts": [{ "text": "Be brief." }] }));
        assert_eq!(
            body["contents"],
            json!([{ "role": "user", "parts": [{ "text": "Weather in Paris and Rome?" }] }])
        );
        let declared = &body["tools"][0]["functionDeclarations"][0];
        assert_eq!(
            (&declared["name"], &declared["parametersJsonSchema"]["type"]),
            (&json!("get_weather"), &json!("object"))
        );
        assert_eq!(body["generationConfig"]["maxOutputTokens"], 300);
    }
}

#[tokio::test]
async fn the_signature_of_a_call_comes_back_with_it() {
    let (heard, _) = exchange(ProviderKind::Gemini, &question(), events(CALLS)).await;
    let ids = [heard.calls[0].id.as_str(), heard.calls[1].id.as_str()];
    let (_, server) = exchange(ProviderKind::Gemini, &answered(ids), events(TEXT)).await;
    let contents = server.last().1["contents"].clone();
    assert_eq!(contents.as_array().unwrap().len(), 3);
    assert_eq!(
        contents[1],
        json!({ "role": "model", "parts": [
            { "text": "Let me look." },
            { "functionCall": { "name": "get_weather", "args": { "city": "Paris" } }, "thoughtSignature": "EjQKMgEM+/=" },
            { "functionCall": { "name": "get_weather", "args": { "city": "Rome" } } },
        ] })
    );
    assert_eq!(
        contents[2],
        json!({ "role": "user", "parts": [
            { "functionResponse": { "name": "get_weather", "response": { "celsius": 12 } } },
            { "functionResponse": { "name": "get_weather", "response": { "result": "sunny" } } },
        ] })
    );
}

#[tokio::test]
async fn a_form_and_a_model_that_thinks() {
    let mut request = question();
    request.format = Some(JsonFormat {
        name: "x".to_owned(),
        schema: json!({ "type": "object" }),
    });
    let server = Server::start([events(TEXT)]).await;
    for (name, thinking) in [
        ("models/gemini-2.5-flash", json!({ "thinkingBudget": 0 })),
        ("gemini-2.5-pro", json!({ "thinkingBudget": 128 })),
        ("gemini-3-flash", json!({ "thinkingLevel": "low" })),
    ] {
        let gemini = RemoteModel {
            model: name.to_owned(),
            ..model(ProviderKind::Gemini, &server.address)
        };
        ask(&*provider(gemini).unwrap(), &request).await;
        let (head, body) = server.last();
        assert!(
            head.starts_with(&format!("POST /v1beta/models/{}:", name.trim_start_matches("models/"))),
            "{head}"
        );
        let config = &body["generationConfig"];
        assert_eq!(config["thinkingConfig"], thinking);
        assert_eq!(
            (&config["responseMimeType"], &config["responseJsonSchema"]["type"]),
            (&json!("application/json"), &json!("object"))
        );
    }
}

#[tokio::test]
async fn its_errors() {
    for (status, body, said) in [
        (
            400,
            r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}"#,
            "check api_key",
        ),
        (
            404,
            r#"[{"error":{"code":404,"message":"models/tiny is not found for API version v1beta","status":"NOT_FOUND"}}]"#,
            "models/tiny is not found",
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"* GenerateContentRequest.contents: contents is not specified","status":"INVALID_ARGUMENT"}}"#,
            "contents is not specified",
        ),
    ] {
        let (heard, _) = exchange(ProviderKind::Gemini, &question(), refusal(status, "", body)).await;
        let error = heard.error.unwrap().to_string();
        assert!(error.contains(said), "{error}");
    }
    let blocked = "data: {\"promptFeedback\": {\"blockReason\": \"SAFETY\"},\"usageMetadata\": {\"promptTokenCount\": 4}}\r\n\r\n";
    let blocked = blocked.replace("\"blockReason\": \"SAFETY\"", "\"blockReason\": \"PROHIBITED_CONTENT\"");
    let (heard, _) = exchange(ProviderKind::Gemini, &question(), events(&blocked)).await;
    assert!(
        matches!(heard.error, Some(LlmError::Declined { .. })),
        "{:?}",
        heard.error
    );
}

#[tokio::test]
async fn when_to_come_back_is_in_the_body() {
    let body = r#"{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"17s"}]}}"#;
    let server = Server::start([refusal(429, "", body)]).await;
    let gemini = provider(model(ProviderKind::Gemini, &server.address)).unwrap();
    let heard = ask(&*gemini, &question()).await;
    assert!(heard.error.unwrap().to_string().contains("again in 17 s"));
    let from = gemini
        .available_from()
        .unwrap()
        .saturating_duration_since(Instant::now());
    assert!((10..=17).contains(&from.as_secs()), "{from:?}");
    // Nothing is sent before then: neither a question nor a probe.
    assert!(ask(&*gemini, &question()).await.error.is_some());
    assert!(gemini.probe(Duration::from_secs(5)).await.is_err());
    assert_eq!(server.count(), 1);
}
