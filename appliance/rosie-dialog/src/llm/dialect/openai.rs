//! OpenAI's chat completions, and what others make of them: llama.cpp's server, xAI, and whoever calls itself
//! compatible.
//!
//! Reference: platform.openai.com/docs/api-reference/chat, llama.cpp tools/server/README.md, docs.x.ai.

use super::{
    Address, Call, ChatEvent, ChatRequest, Dialect, FinishReason, Limits, ModelInfo, Problem, ProviderKind, Read,
    Reader, Secret, Usage, calls::Calls, calls::plain_id, count, error_text, json, secret_header,
};
use crate::llm::{Message, Role};
use reqwest::{
    Url,
    header::{AUTHORIZATION, HeaderMap},
};
use serde_json::{Value, json};

/// Tokens that a model which always thinks may spend on that, besides its answer.
pub(super) const THINKING: u32 = 2048;

/// What Ollama takes by default.
const REPEAT_PENALTY: f64 = 1.1;

pub(super) struct OpenAi {
    pub kind: ProviderKind,
}

impl OpenAi {
    /// Models that always think, and take neither `max_tokens` nor a temperature.
    fn always_thinks(&self, model: &str) -> bool {
        let starts = |names: &[&str]| names.iter().any(|name| model.starts_with(name));
        match self.kind {
            ProviderKind::OpenAi => starts(&["o1", "o3", "o4", "gpt-5"]) && !model.contains("chat"),
            ProviderKind::Xai => starts(&["grok-4", "grok-3-mini"]) && !model.contains("non-reasoning"),
            _ => false,
        }
    }
}

impl Dialect for OpenAi {
    fn call(&self, address: &Address, model: &str, request: &ChatRequest, limits: &Limits) -> Call {
        let mut body = json!({
            "model": model,
            "messages": request.messages.iter().map(message).collect::<Vec<_>>(),
            "stream": true,
        });
        let thinks = self.always_thinks(model);
        if !thinks || self.kind == ProviderKind::Xai {
            body["temperature"] = json!(limits.temperature);
        }
        match self.kind {
            ProviderKind::OpenAi | ProviderKind::Xai => {
                body["max_completion_tokens"] = json!(limits.max_tokens + if thinks { THINKING } else { 0 });
            }
            _ => body["max_tokens"] = json!(limits.max_tokens),
        }
        if self.kind != ProviderKind::OpenAiCompatible {
            body["stream_options"] = json!({ "include_usage": true });
        }
        if self.kind == ProviderKind::LlamaCpp {
            body["cache_prompt"] = json!(true);
            body["chat_template_kwargs"] = json!({ "enable_thinking": request.think });
            // Off by default there, and small models go in circles without it. Calls and forms repeat by nature.
            if request.tools.is_empty() && request.format.is_none() {
                body["repeat_penalty"] = json!(REPEAT_PENALTY);
            }
        }
        if !request.tools.is_empty() {
            let tool = |tool: &rosie_core::ToolSpec| {
                json!({ "type": "function", "function": {
                    "name": tool.name, "description": tool.description, "parameters": tool.parameters,
                } })
            };
            body["tools"] = request.tools.iter().map(tool).collect();
        }
        if let Some(format) = &request.format {
            body["response_format"] = json!({ "type": "json_schema", "json_schema": {
                "name": format.name, "schema": format.schema, "strict": true,
            } });
        }
        Call {
            url: address.endpoint("chat/completions"),
            body,
        }
    }

    fn headers(&self, key: Option<&Secret>) -> Option<HeaderMap> {
        secret_header(AUTHORIZATION, "Bearer ", key)
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(OpenAiReader::default())
    }

    fn probe(&self, address: &Address, _model: &str) -> Url {
        match self.kind {
            ProviderKind::LlamaCpp => address.beside("health"),
            _ => address.endpoint("models"),
        }
    }

    fn models_url(&self, address: &Address) -> Url {
        address.endpoint("models")
    }

    fn models(&self, body: &Value) -> Vec<ModelInfo> {
        let model = |model: &Value| {
            Some(ModelInfo {
                name: model.get("id")?.as_str()?.to_owned(),
                size: model.pointer("/meta/size").and_then(Value::as_u64),
                context: count(model, "/meta/n_ctx_train").or_else(|| count(model, "/context_length")),
            })
        };
        let models = body.get("data").and_then(Value::as_array);
        models.into_iter().flatten().filter_map(model).collect()
    }

    fn calls_as_text(&self) -> bool {
        matches!(self.kind, ProviderKind::LlamaCpp | ProviderKind::OpenAiCompatible)
    }

    fn refuses_tools(&self, status: u16, said: &str) -> bool {
        // llama.cpp without --jinja, vLLM without a tool parser.
        let said = said.to_lowercase();
        self.calls_as_text() && matches!(status, 400 | 500) && (said.contains("tool") || said.contains("jinja"))
    }
}

fn message(message: &Message) -> Value {
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
    };
    let mut wire = json!({ "role": role, "content": message.content });
    if !message.tool_calls.is_empty() {
        if message.content.is_empty() {
            wire["content"] = Value::Null;
        }
        let call = |call: &crate::llm::CalledTool| {
            json!({ "id": plain_id(&call.id), "type": "function",
                "function": { "name": call.name, "arguments": call.arguments } })
        };
        wire["tool_calls"] = message.tool_calls.iter().map(call).collect();
    }
    if let Some((id, _)) = &message.answers {
        wire["tool_call_id"] = json!(plain_id(id));
    }
    wire
}

#[derive(Default)]
struct OpenAiReader {
    read: Read,
    calls: Calls,
}

impl Reader for OpenAiReader {
    fn take(&mut self, frame: &[u8], out: &mut dyn FnMut(ChatEvent)) -> Result<bool, Problem> {
        if frame == b"[DONE]" {
            self.read.done = true;
            return Ok(false);
        }
        let event = json(frame)?;
        if let Some(error) = event.get("error").filter(|error| !error.is_null()) {
            let said = error_text(&event).unwrap_or("it reports an error").to_owned();
            let status = count(error, "/code")
                .or_else(|| count(error, "/status"))
                .map(|code| code as u16);
            return Err(Problem::Reported {
                said,
                status,
                after: None,
            });
        }
        if let Some(usage) = event.get("usage").filter(|usage| usage.is_object()) {
            self.read.usage = read_usage(usage, &event);
        }
        let Some(choice) = event.pointer("/choices/0") else {
            return Ok(false);
        };
        // A server that does not stream has a message where the others have a delta.
        let whole = choice.get("message");
        let delta = whole.or_else(|| choice.get("delta")).unwrap_or(&Value::Null);
        let brought = self.read_delta(delta, out);
        if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str) {
            self.read.reason = Some(finish_reason(reason));
            self.calls.give(out);
        }
        if whole.is_some() {
            self.read.reason.get_or_insert(FinishReason::Stop);
            self.read.done = true;
        }
        Ok(brought)
    }

    fn end(&mut self, out: &mut dyn FnMut(ChatEvent)) {
        self.calls.give(out);
    }

    fn state(&self) -> Read {
        self.read
    }
}

impl OpenAiReader {
    fn read_delta(&mut self, delta: &Value, out: &mut dyn FnMut(ChatEvent)) -> bool {
        let mut brought = false;
        let text = |name: &str| delta.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        for thought in ["reasoning_content", "reasoning"].into_iter().filter_map(text).take(1) {
            out(ChatEvent::Reasoning(thought.to_owned()));
            brought = true;
        }
        for said in ["content", "refusal"].into_iter().filter_map(text) {
            out(ChatEvent::Text(said.to_owned()));
            brought = true;
        }
        let calls = delta.get("tool_calls").and_then(Value::as_array);
        for (at, call) in calls.into_iter().flatten().enumerate() {
            let index = call.get("index").and_then(Value::as_u64).unwrap_or(at as u64);
            let part = |pointer: &str| call.pointer(pointer).and_then(Value::as_str);
            self.calls
                .add(index, part("/id"), part("/function/name"), part("/function/arguments"));
            brought = true;
        }
        brought
    }
}

fn finish_reason(reason: &str) -> FinishReason {
    match reason {
        "stop" => FinishReason::Stop,
        "tool_calls" | "function_call" => FinishReason::ToolCalls,
        "length" => FinishReason::Length,
        "content_filter" => FinishReason::Filtered,
        _ => FinishReason::Other,
    }
}

fn read_usage(usage: &Value, event: &Value) -> Usage {
    let cached = count(usage, "/prompt_tokens_details/cached_tokens").or_else(|| count(event, "/timings/cache_n"));
    Usage {
        prompt_tokens: count(usage, "/prompt_tokens").unwrap_or(0),
        completion_tokens: count(usage, "/completion_tokens").unwrap_or(0),
        cached_tokens: cached.unwrap_or(0),
    }
}
