//! OpenAI's chat completions, and xAI, llama.cpp and others that speak them.

use crate::common::*;
use rosie_dialog::llm::{FinishReason, JsonFormat, LlmError, ProviderKind, Usage, provider};
use serde_json::{Value, json};
use std::time::Duration;

const TEXT: &str = r#"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"Grüß"},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":" Gott."},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":16,"audio_tokens":0}}}

data: [DONE]

"#;

const CALLS: &str = r#"data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_A","type":"function","function":{"name":"get_weather","arguments":""}}]},"finish_reason":null}]}

data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"ci"}}]},"finish_reason":null}]}

data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"ty\":\"Paris\"}"}}]},"finish_reason":null}]}

data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_B","type":"function","function":{"name":"get_weather","arguments":""}}]},"finish_reason":null}]}

data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{\"city\":\"Rome\"}"}}]},"finish_reason":null}]}

data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

data: [DONE]

"#;

#[tokio::test]
async fn an_answer_and_what_was_asked() {
    for pieces in [0, 1, 7] {
        let (heard, server) = exchange(ProviderKind::OpenAi, &question(), events(TEXT).in_pieces(pieces)).await;
        assert_eq!((heard.error, heard.text.as_str()), (None, "Grüß Gott."));
        let usage = Usage {
            prompt_tokens: 19,
            completion_tokens: 10,
            cached_tokens: 16,
        };
        assert_eq!(heard.end, Some((FinishReason::Stop, usage)));
        let (head, body) = server.last();
        assert!(
            head.starts_with("POST /v1/chat/completions ") && head.contains(&format!("authorization: Bearer {KEY}")),
            "{head}"
        );
        assert_eq!(body["messages"][0], json!({ "role": "system", "content": "Be brief." }));
        assert_eq!(body["tools"][0]["type"], "function");
        assert_eq!(body["tools"][0]["function"]["name"], "get_weather");
        assert_eq!(body["tools"][0]["function"]["parameters"]["required"][0], "city");
        assert_eq!(
            (&body["stream"], &body["max_completion_tokens"]),
            (&json!(true), &json!(300))
        );
        assert_eq!(body["stream_options"]["include_usage"], true);
        assert!(body.get("max_tokens").is_none());
    }
}

#[tokio::test]
async fn parallel_calls_and_what_they_brought() {
    let (heard, _) = exchange(ProviderKind::OpenAi, &question(), events(CALLS)).await;
    let calls = vec![
        ("get_weather", json!({ "city": "Paris" })),
        ("get_weather", json!({ "city": "Rome" })),
    ];
    assert_eq!(heard.called(), calls);
    assert_eq!(
        (heard.calls[0].id.as_str(), heard.calls[1].id.as_str()),
        ("call_A", "call_B")
    );
    assert_eq!(
        (heard.end.unwrap().0, heard.text.as_str()),
        (FinishReason::ToolCalls, "")
    );

    let (_, server) = exchange(ProviderKind::OpenAi, &answered(["call_A", "call_B"]), events(TEXT)).await;
    let messages = &server.last().1["messages"];
    assert_eq!(
        messages[2],
        json!({ "role": "assistant", "content": "Let me look.", "tool_calls": [
            { "id": "call_A", "type": "function", "function": { "name": "get_weather", "arguments": "{\"city\":\"Paris\"}" } },
            { "id": "call_B", "type": "function", "function": { "name": "get_weather", "arguments": "{\"city\":\"Rome\"}" } },
        ] })
    );
    assert_eq!(
        messages[4],
        json!({ "role": "tool", "tool_call_id": "call_B", "content": "sunny" })
    );
    // A call that another provider made, with what only that one understands.
    let (_, server) = exchange(
        ProviderKind::OpenAi,
        &answered(["call_1~c2lnbmF0dXJl+/=", "call_2"]),
        events(TEXT),
    )
    .await;
    assert_eq!(server.last().1["messages"][3]["tool_call_id"], "call_1");
}

#[tokio::test]
async fn others_who_speak_it() {
    let thinking = r#"data: {"choices":[{"delta":{"reasoning_content":"Hm."}}]}

data: {"choices":[{"delta":{"content":"Yes."},"finish_reason":"stop"}]}

"#;
    let (heard, server) = exchange(ProviderKind::Xai, &question(), events(thinking)).await;
    assert_eq!(
        (heard.thought.as_str(), heard.text.as_str(), heard.error),
        ("Hm.", "Yes.", None)
    );
    assert_eq!(server.last().1["max_completion_tokens"], 300);

    let (_, server) = exchange(ProviderKind::LlamaCpp, &question(), events(TEXT)).await;
    let body = server.last().1;
    assert_eq!(
        (&body["cache_prompt"], &body["max_tokens"]),
        (&json!(true), &json!(300))
    );
    assert_eq!(body["repeat_penalty"], Value::Null, "it would spoil calls");
    let mut talk = question();
    talk.tools.clear();
    let (_, server) = exchange(ProviderKind::LlamaCpp, &talk, events(TEXT)).await;
    assert_eq!(server.last().1["repeat_penalty"], 1.1);

    let mut form = question();
    form.format = Some(JsonFormat {
        name: "facts".to_owned(),
        schema: json!({ "type": "object" }),
    });
    let json_text = "data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"name\\\":\\\"get_weather\\\",\\\"arguments\\\":{}}\"},\"finish_reason\":\"stop\"}]}\n\n";
    let (heard, server) = exchange(ProviderKind::OpenAiCompatible, &form, events(json_text)).await;
    assert_eq!(
        heard.text, r#"{"name":"get_weather","arguments":{}}"#,
        "what was asked for is no call"
    );
    let format = &server.last().1["response_format"];
    assert_eq!(
        (&format["type"], &format["json_schema"]["name"]),
        (&json!("json_schema"), &json!("facts"))
    );
}

#[tokio::test]
async fn calls_written_as_text_become_calls() {
    let mut body = String::new();
    for piece in [
        "Sure.\n",
        "```",
        "json\n{\"na",
        "me\": \"get_weather\", \"argu",
        "ments\": {\"city\": \"Oslo\"}}\n",
        "```",
    ] {
        body += &format!(
            "data: {}\n\n",
            json!({ "choices": [{ "delta": { "content": piece } }] })
        );
    }
    body += "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let (heard, _) = exchange(ProviderKind::LlamaCpp, &question(), events(&body)).await;
    assert_eq!(
        (heard.text.as_str(), heard.called()),
        ("Sure.", vec![("get_weather", json!({ "city": "Oslo" }))])
    );
    assert_eq!(heard.end.unwrap().0, FinishReason::ToolCalls);
}

#[tokio::test]
async fn a_model_that_takes_no_tools_is_told_of_them_in_words() {
    let refused = refusal(
        500,
        "",
        r#"{"error":{"code":500,"message":"tools param requires --jinja flag","type":"server_error"}}"#,
    );
    let called = "data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"name\\\": \\\"get_weather\\\", \\\"arguments\\\": {\\\"city\\\": \\\"Rome\\\"}}\"},\"finish_reason\":\"stop\"}]}\n\n";
    let server = Server::start([refused, events(called)]).await;
    let llama = provider(model(ProviderKind::LlamaCpp, &server.address)).unwrap();
    let heard = ask(&*llama, &answered(["a", "b"])).await;
    assert_eq!(
        (heard.error.clone(), heard.called()),
        (None, vec![("get_weather", json!({ "city": "Rome" }))])
    );
    let body = server.last().1;
    assert!(body.get("tools").is_none());
    let system = body["messages"][0]["content"].as_str().unwrap();
    assert!(
        system.starts_with("Be brief.") && system.contains("get_weather") && system.contains("The weather of a city.")
    );
    assert_eq!(
        body["messages"][3],
        json!({ "role": "user", "content": "Result of get_weather: {\"celsius\":12}" })
    );
    // It is remembered.
    ask(&*llama, &question()).await;
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn its_errors() {
    let cases = [
        (
            401,
            r#"{"error":{"message":"Incorrect API key provided: sk-ve*****7890. You can find your API key at …","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
            "check api_key",
        ),
        (
            404,
            r#"{"error":{"message":"The model `tiny` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#,
            "does not have the model 'tiny'",
        ),
        (
            429,
            r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
            "no credit left",
        ),
        (
            400,
            r#"{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
            "maximum context length",
        ),
    ];
    for (status, body, said) in cases {
        let (heard, server) = exchange(ProviderKind::OpenAi, &question(), refusal(status, "", body)).await;
        let error = heard.error.unwrap().to_string();
        assert!(error.contains(said), "{error}");
        assert_eq!(server.count(), 1, "{error} is not worth another try");
    }
    // xAI says so with another status.
    let xai = refusal(
        400,
        "",
        r#"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: sk-very-secret-1234567890. You can obtain an API key from https://console.x.ai."}"#,
    );
    let (heard, _) = exchange(ProviderKind::Xai, &question(), xai).await;
    assert!(
        matches!(heard.error, Some(LlmError::Key { status: 400, .. })),
        "{:?}",
        heard.error
    );
    // llama.cpp while it loads.
    let loading = refusal(
        503,
        "",
        r#"{"error":{"message":"Loading model","type":"unavailable_error","code":503}}"#,
    );
    let server = Server::start([loading]).await;
    let llama = provider(model(ProviderKind::LlamaCpp, &server.address)).unwrap();
    let error = llama.probe(Duration::from_secs(5)).await.unwrap_err();
    assert!(matches!(error, LlmError::NotReady { .. }), "{error}");
    assert!(server.last().0.starts_with("GET /health "), "{}", server.last().0);
}

#[tokio::test]
async fn its_models() {
    let list = r#"{"object":"list","data":[{"id":"gpt-4o-mini","object":"model","created":1,"owned_by":"system"},{"id":"tiny","object":"model","meta":{"n_ctx_train":8192,"size":98362432}}]}"#;
    let server = Server::start([refusal(200, "", list)]).await;
    let openai = provider(model(ProviderKind::OpenAi, &server.address)).unwrap();
    let models = openai.models(Duration::from_secs(5)).await.unwrap();
    assert_eq!(models.len(), 2);
    assert_eq!(
        (models[1].name.as_str(), models[1].size, models[1].context),
        ("tiny", Some(98_362_432), Some(8192))
    );
    openai.probe(Duration::from_secs(5)).await.unwrap();
}

#[tokio::test]
async fn a_model_that_goes_in_a_circle_is_stopped() {
    // As the 0.5B model said why the sky is blue, to the token limit.
    let piece = |words: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{words}\"}}}}]}}\n\n");
    let circle = piece("The sky is blue") + &piece(" because it's blue").repeat(200);
    let (heard, _) = exchange(ProviderKind::LlamaCpp, &question(), events(&circle)).await;
    assert_eq!(heard.error, None);
    assert!(heard.text.starts_with("The sky is blue because"), "{}", heard.text);
    assert!(heard.text.split_whitespace().count() < 20, "{}", heard.text);
}
