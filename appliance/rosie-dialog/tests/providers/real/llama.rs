//! llama.cpp's own server with a small model: words, calls, a form, and a beginning that is read only once.

use super::{Process, free_port, gguf};
use crate::common::*;
use rosie_dialog::llm::{
    ChatRequest, FinishReason, JsonFormat, Limits, LlmError, Message, Provider, ProviderKind, RemoteModel,
    RequestLimits, Role, provider,
};
use serde_json::{Value, json};
use std::os::unix::process::CommandExt;
use std::{
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

async fn started() -> Option<(Process, Arc<dyn Provider>)> {
    let Some(binary) = std::env::var_os("ROSIE_LLAMA_SERVER") else {
        eprintln!("ROSIE_LLAMA_SERVER is not set: the real llama.cpp server is not tried here (`make test` sets it)");
        return None;
    };
    let port = free_port();
    let child = Command::new(binary)
        .process_group(0)
        .arg("--model")
        .arg(gguf("qwen2.5-coder-0.5b-q4"))
        .args(["--port", &port.to_string(), "--threads", "2", "--ctx-size", "2048"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let patient = Duration::from_secs(120);
    let model = RemoteModel {
        limits: Limits {
            first_token: patient,
            idle: patient,
            overall: patient,
            ..Limits::default()
        },
        api_key: None,
        ..model(ProviderKind::LlamaCpp, &format!("127.0.0.1:{port}"))
    };
    let process = Process(child);
    let llama = provider(model).unwrap();
    let began = Instant::now();
    while let Err(error) = llama.probe(Duration::from_secs(5)).await {
        assert!(began.elapsed() < patient, "{error}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Some((process, llama))
}

fn limited(max_tokens: u32, request: ChatRequest) -> ChatRequest {
    let limits = RequestLimits {
        max_tokens: Some(max_tokens),
        temperature: Some(0.0),
        ..RequestLimits::default()
    };
    ChatRequest { limits, ..request }
}

/// Whatever it wrote. A call that was cut off is no answer either.
fn no_call_is_spoken(heard: &Heard) {
    assert!(
        matches!(heard.error, None | Some(LlmError::BadReply { .. })),
        "{heard:?}"
    );
    assert!(!heard.text.contains(['{', '`']), "{}", heard.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_llama_cpp() {
    let Some((_process, llama)) = started().await else {
        return;
    };
    let models = llama.models(Duration::from_secs(5)).await.unwrap();
    assert_eq!(models.len(), 1, "{models:?}");

    // A long beginning, said twice: the second time it comes from the cache.
    let facts: String = (0..24).map(|i| format!("Lamp {i} is in room {}. ", i % 7)).collect();
    let mut talk = limited(
        12,
        ChatRequest::new(vec![
            Message::new(Role::System, format!("You are brief. {facts}")),
            Message::new(Role::User, "Say hello."),
        ]),
    );
    let began = Instant::now();
    let first = ask(&*llama, &talk).await;
    let cold = began.elapsed();
    let (_, read) = first.end.unwrap_or_else(|| panic!("{first:?}"));
    assert!(!first.text.is_empty() && first.events > 2, "{first:?}");
    talk.messages.push(Message::new(Role::Assistant, &first.text));
    talk.messages.push(Message::new(Role::User, "And good night."));
    let began = Instant::now();
    let second = ask(&*llama, &talk).await;
    let (_, again) = second.end.unwrap();
    eprintln!(
        "llama.cpp: {} tokens in {} ms, then {} of {} from the cache in {} ms",
        read.prompt_tokens,
        cold.as_millis(),
        again.cached_tokens,
        again.prompt_tokens,
        began.elapsed().as_millis()
    );
    assert!(again.cached_tokens >= read.prompt_tokens - 8, "{read:?} {again:?}");

    // Offered a tool, it may call it by whichever road it takes, or not: that is the model's whim. Ours is that no call is
    // spoken, and that one it makes is a call.
    let mut asked = question();
    asked.messages[1] = Message::new(Role::User, "What is the weather in Paris? Use the tool.");
    let heard = ask(&*llama, &limited(80, asked.clone())).await;
    eprintln!("llama.cpp: calls {:?}, says {:?}", heard.called(), heard.text);
    no_call_is_spoken(&heard);
    if heard.calls.is_empty() {
        eprintln!("llama.cpp: it did not call this time");
    } else {
        assert!(heard.called()[0].1.is_object(), "{heard:?}");
        assert_eq!(heard.end.unwrap().0, FinishReason::ToolCalls);
        // What it brought goes back. It may call again, but not aloud.
        asked
            .messages
            .push(Message::called(heard.text.clone(), heard.calls.clone()));
        asked
            .messages
            .push(Message::tool_result(&heard.calls[0], "12 degrees, rain"));
        let heard = ask(&*llama, &limited(40, asked)).await;
        eprintln!(
            "llama.cpp: after the result it calls {:?}, says {:?}",
            heard.called(),
            heard.text
        );
        no_call_is_spoken(&heard);
    }

    let mut form = ChatRequest::new(vec![Message::new(
        Role::User,
        "Ann is 33 years old. Give her name and age.",
    )]);
    form.format = Some(JsonFormat {
        name: "person".to_owned(),
        schema: json!({ "type": "object", "properties": { "name": { "type": "string" }, "age": { "type": "integer" } },
            "required": ["name", "age"], "additionalProperties": false }),
    });
    // The form is the server's promise, its content the model's: what is asked for is the form alone.
    let heard = ask(&*llama, &limited(200, form)).await;
    eprintln!("llama.cpp: the form {:?}", heard.text);
    assert_eq!(heard.error, None);
    let person: Value = serde_json::from_str(&heard.text).unwrap_or_else(|error| panic!("{error}: {heard:?}"));
    assert!(person["name"].is_string() && person["age"].is_i64(), "{person}");
}
