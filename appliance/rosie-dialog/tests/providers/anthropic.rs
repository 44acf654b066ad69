//! Anthropic's messages.

use crate::common::*;
use rosie_dialog::llm::{CalledTool, FinishReason, JsonFormat, LlmError, Message, ProviderKind, Role, Usage, provider};
use serde_json::json;
use std::time::Duration;

const CALLS: &str = r#"event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":20,"cache_creation_input_tokens":0,"cache_read_input_tokens":100,"output_tokens":2}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

event: ping
data: {"type": "ping"}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"I'll look"}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" that up."}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"city\": \"Par"}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"is\"}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: content_block_start
data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_2","name":"get_weather","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"city\": \"Rome\"}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":2}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":89}}

event: message_stop
data: {"type":"message_stop"}

"#;

#[tokio::test]
async fn words_and_parallel_calls() {
    for pieces in [0, 3] {
        let (heard, server) = exchange(ProviderKind::Anthropic, &question(), events(CALLS).in_pieces(pieces)).await;
        assert_eq!((heard.error.clone(), heard.text.as_str()), (None, "I'll look that up."));
        assert_eq!(
            heard.called(),
            [
                ("get_weather", json!({ "city": "Paris" })),
                ("get_weather", json!({ "city": "Rome" }))
            ]
        );
        assert_eq!(heard.calls[1].id, "toolu_2");
        let usage = Usage {
            prompt_tokens: 120,
            completion_tokens: 89,
            cached_tokens: 100,
        };
        assert_eq!(heard.end, Some((FinishReason::ToolCalls, usage)));
        let (head, body) = server.last();
        assert!(
            head.starts_with("POST /v1/messages ") && head.contains(&format!("x-api-key: {KEY}")),
            "{head}"
        );
        assert!(
            head.contains("anthropic-version: 2023-06-01") && !head.to_lowercase().contains("authorization"),
            "{head}"
        );
        // The system prompt is no message; what stays is marked for the cache.
        assert_eq!(
            body["system"],
            json!([{ "type": "text", "text": "Be brief.", "cache_control": { "type": "ephemeral" } }])
        );
        assert_eq!(body["messages"].as_array().unwrap().len(), 1);
        assert_eq!((&body["max_tokens"], &body["stream"]), (&json!(300), &json!(true)));
        assert_eq!(body["tools"][0]["input_schema"]["type"], "object");
        assert!(body.get("temperature").is_none());
    }
}

#[tokio::test]
async fn what_the_calls_brought_is_one_turn() {
    let (_, server) = exchange(ProviderKind::Anthropic, &answered(["toolu_1", "x~a/b="]), events(CALLS)).await;
    let messages = server.last().1["messages"].clone();
    assert_eq!(messages.as_array().unwrap().len(), 3);
    assert_eq!(messages[1]["role"], "assistant");
    assert_eq!(
        messages[1]["content"][0],
        json!({ "type": "text", "text": "Let me look." })
    );
    assert_eq!(
        messages[1]["content"][1],
        json!({ "type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": { "city": "Paris" } })
    );
    assert_eq!(messages[2]["role"], "user");
    assert_eq!(
        messages[2]["content"][0],
        json!({ "type": "tool_result", "tool_use_id": "toolu_1", "content": "{\"celsius\":12}" })
    );
    assert_eq!(messages[2]["content"][1]["tool_use_id"], "x");
    // Arguments that are no object are none, and nothing said is no block.
    let mut request = question();
    let broken = CalledTool {
        id: "t".to_owned(),
        name: "get_weather".to_owned(),
        arguments: "{broken".to_owned(),
    };
    request.messages.push(Message::called("", vec![broken.clone()]));
    request.messages.push(Message::tool_result(&broken, "no such city"));
    request.messages.push(Message::new(Role::User, "Never mind."));
    let (_, server) = exchange(ProviderKind::Anthropic, &request, events(CALLS)).await;
    let messages = server.last().1["messages"].clone();
    assert_eq!(
        messages[1]["content"],
        json!([{ "type": "tool_use", "id": "t", "name": "get_weather", "input": {} }])
    );
    assert_eq!(messages[2]["content"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_form_is_filled_in_and_comes_as_text() {
    let form = CALLS.replace("get_weather", "answer_as_json");
    let cut = form
        .find("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":2")
        .unwrap();
    let start = form
        .find("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":1")
        .unwrap();
    let body = format!(
        "{}{}",
        &form[start..cut],
        &form[form.find("event: message_delta").unwrap()..]
    );
    let mut request = question();
    request.tools.clear();
    request.format = Some(JsonFormat {
        name: "city".to_owned(),
        schema: json!({ "type": "object", "properties": { "city": {} } }),
    });
    let (heard, server) = exchange(ProviderKind::Anthropic, &request, events(&body)).await;
    assert_eq!((heard.text.as_str(), heard.calls.len()), (r#"{"city": "Paris"}"#, 0));
    assert_eq!(heard.end.unwrap().0, FinishReason::Stop);
    assert_eq!(
        server.last().1["tool_choice"],
        json!({ "type": "tool", "name": "answer_as_json" })
    );
}

#[tokio::test]
async fn its_errors() {
    let error = |kind: &str, said: &str| {
        format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"{said}"}},"request_id":"req_1"}}"#)
    };
    for (status, kind, said, expected) in [
        (401, "authentication_error", "invalid x-api-key", "check api_key"),
        (404, "not_found_error", "model: tiny", "does not have the model 'tiny'"),
        (
            400,
            "invalid_request_error",
            "max_tokens: must be greater than 0",
            "max_tokens: must be",
        ),
        (402, "billing_error", "Your credit balance is too low", "no credit left"),
        (500, "api_error", "Internal server error", "see its log"),
    ] {
        let (heard, server) = exchange(
            ProviderKind::Anthropic,
            &question(),
            refusal(status, "", &error(kind, said)),
        )
        .await;
        let found = heard.error.unwrap().to_string();
        assert!(found.contains(expected) && server.count() == 1, "{found}");
    }
    // Overloaded: told before the stream or as its first event, it is worth another try; later it is not.
    let event = format!("event: error\ndata: {}\n\n", error("overloaded_error", "Overloaded"));
    for first in [
        refusal(529, "", &error("overloaded_error", "Overloaded")),
        events(&event),
    ] {
        let server = Server::start([first, events(CALLS)]).await;
        let heard = ask(
            &*provider(model(ProviderKind::Anthropic, &server.address)).unwrap(),
            &question(),
        )
        .await;
        assert_eq!(
            (heard.error, server.count(), heard.text.as_str()),
            (None, 2, "I'll look that up.")
        );
    }
    let begun = &CALLS[..CALLS.find("event: content_block_stop").unwrap()];
    let server = Server::start([events(&format!("{begun}{event}")), events(CALLS)]).await;
    let heard = ask(
        &*provider(model(ProviderKind::Anthropic, &server.address)).unwrap(),
        &question(),
    )
    .await;
    assert!(
        matches!(heard.error, Some(LlmError::Broken { .. })),
        "{:?}",
        heard.error
    );
    assert_eq!(
        (server.count(), heard.text.as_str(), heard.end),
        (1, "I'll look that up.", None)
    );
}

#[tokio::test]
async fn what_it_will_not_say_and_what_does_not_fit() {
    for (stop, nothing) in [("refusal", "declines"), ("max_tokens", "cut off before its first word")] {
        let body = format!(
            "data: {{\"type\":\"message_delta\",\"delta\":{{\"stop_reason\":\"{stop}\"}},\"usage\":{{\"output_tokens\":1}}}}\n\ndata: {{\"type\":\"message_stop\"}}\n\n"
        );
        let (heard, _) = exchange(ProviderKind::Anthropic, &question(), events(&body)).await;
        let error = heard.error.unwrap().to_string();
        assert!(error.contains(nothing), "{error}");
    }
}

#[tokio::test]
async fn a_probe_asks_for_the_model() {
    let missing = refusal(
        404,
        "",
        r#"{"type":"error","error":{"type":"not_found_error","message":"model: tiny"}}"#,
    );
    let server = Server::start([missing]).await;
    let claude = provider(model(ProviderKind::Anthropic, &server.address)).unwrap();
    let error = claude.probe(Duration::from_secs(5)).await.unwrap_err();
    assert!(matches!(error, LlmError::NoModel { .. }), "{error}");
    assert!(server.last().0.starts_with("GET /v1/models/tiny "));
}
