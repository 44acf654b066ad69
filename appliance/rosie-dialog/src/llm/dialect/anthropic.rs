//! Anthropic's messages: content in blocks, events named by type, calls whose arguments come as pieces of JSON.
//!
//! Reference: docs.anthropic.com/en/api/messages, …/messages-streaming, …/build-with-claude/prompt-caching.

use super::{
    Address, Call, ChatEvent, ChatRequest, Dialect, FinishReason, Limits, ModelInfo, Problem, Read, Reader, Secret,
    arguments, calls::Calls, calls::plain_id, count, error_text, json, secret_header,
};
use crate::llm::{Message, Role};
use reqwest::{
    Url,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Value, json};

const VERSION: &str = "2023-06-01";
/// It has no JSON mode that all its models know, but every one fills in the form of a tool.
const FORM: &str = "answer_as_json";

pub(super) struct Anthropic;

impl Dialect for Anthropic {
    fn call(&self, address: &Address, model: &str, request: &ChatRequest, limits: &Limits) -> Call {
        let mut body = json!({
            "model": model,
            "max_tokens": limits.max_tokens,
            "messages": turns(&request.messages),
            "stream": true,
        });
        // Some of its models refuse any temperature: only where it is asked for.
        if let Some(temperature) = request.limits.temperature {
            body["temperature"] = json!(temperature.clamp(0.0, 1.0));
        }
        let system = request.messages.iter().filter(|message| message.role == Role::System);
        let mut system: Vec<_> = system.map(|m| json!({ "type": "text", "text": m.content })).collect();
        let tool = |tool: &rosie_core::ToolSpec| json!({ "name": tool.name, "description": tool.description, "input_schema": tool.parameters });
        let mut tools: Vec<_> = request.tools.iter().map(tool).collect();
        if let Some(format) = &request.format {
            tools.push(json!({ "name": FORM, "description": "The answer.", "input_schema": format.schema }));
            body["tool_choice"] = json!({ "type": "tool", "name": FORM });
        }
        // The cache holds what comes before the mark: tools, then system.
        if request.stable_messages > 0
            && let Some(last) = system.last_mut().or(tools.last_mut())
        {
            last["cache_control"] = json!({ "type": "ephemeral" });
        }
        for (name, list) in [("system", system), ("tools", tools)] {
            if !list.is_empty() {
                body[name] = json!(list);
            }
        }
        Call {
            url: address.endpoint("messages"),
            body,
        }
    }

    fn headers(&self, key: Option<&Secret>) -> Option<HeaderMap> {
        let mut headers = secret_header(HeaderName::from_static("x-api-key"), "", key)?;
        headers.insert("anthropic-version", HeaderValue::from_static(VERSION));
        Some(headers)
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(AnthropicReader::default())
    }

    fn probe(&self, address: &Address, model: &str) -> Url {
        address.endpoint(&format!("models/{model}"))
    }

    fn models_url(&self, address: &Address) -> Url {
        address.endpoint("models")
    }

    fn models(&self, body: &Value) -> Vec<ModelInfo> {
        let model = |model: &Value| {
            Some(ModelInfo {
                name: model.get("id")?.as_str()?.to_owned(),
                ..ModelInfo::default()
            })
        };
        let models = body.get("data").and_then(Value::as_array);
        models.into_iter().flatten().filter_map(model).collect()
    }
}

/// Turns of `user` and `assistant`; neighbours of one role become one, as several results of tools must.
fn turns(messages: &[Message]) -> Vec<Value> {
    let mut turns: Vec<(&str, Vec<Value>)> = Vec::new();
    for message in messages {
        let text = (!message.content.is_empty()).then(|| json!({ "type": "text", "text": message.content }));
        let (role, blocks) = match message.role {
            Role::System => continue,
            Role::User => ("user", text.into_iter().collect::<Vec<_>>()),
            Role::Assistant => {
                let call = |call: &crate::llm::CalledTool| {
                    json!({ "type": "tool_use", "id": plain_id(&call.id), "name": call.name,
                        "input": arguments(&call.arguments) })
                };
                (
                    "assistant",
                    text.into_iter().chain(message.tool_calls.iter().map(call)).collect(),
                )
            }
            Role::Tool => {
                let id = message
                    .answers
                    .as_ref()
                    .map_or_else(String::new, |(id, _)| plain_id(id));
                (
                    "user",
                    vec![json!({ "type": "tool_result", "tool_use_id": id, "content": message.content })],
                )
            }
        };
        match turns.last_mut() {
            Some((last, all)) if *last == role => all.extend(blocks),
            _ if blocks.is_empty() => {}
            _ => turns.push((role, blocks)),
        }
    }
    let turn = |(role, blocks)| json!({ "role": role, "content": blocks });
    turns.into_iter().map(turn).collect()
}

#[derive(Default)]
struct AnthropicReader {
    read: Read,
    calls: Calls,
    /// The block that fills in [`FORM`].
    form: Option<u64>,
}

impl Reader for AnthropicReader {
    fn take(&mut self, frame: &[u8], out: &mut dyn FnMut(ChatEvent)) -> Result<bool, Problem> {
        let event = json(frame)?;
        let index = event.get("index").and_then(Value::as_u64).unwrap_or(0);
        match event.get("type").and_then(Value::as_str).unwrap_or_default() {
            "error" => {
                let kind = event.pointer("/error/type").and_then(Value::as_str);
                let said = error_text(&event).unwrap_or("it reports an error").to_owned();
                return Err(Problem::Reported {
                    said,
                    status: kind.and_then(status),
                    after: None,
                });
            }
            "message_start" => self.read_usage(&event["message"]["usage"]),
            "content_block_start" => return Ok(self.start(index, &event["content_block"], out)),
            "content_block_delta" => return Ok(self.delta(index, &event["delta"], out)),
            "content_block_stop" => self.calls.give(out),
            "message_delta" => {
                self.read_usage(&event["usage"]);
                let reason = event.pointer("/delta/stop_reason").and_then(Value::as_str);
                self.read.reason = reason.map(|reason| self.finish_reason(reason)).or(self.read.reason);
            }
            "message_stop" => self.read.done = true,
            // `ping`, and what is not known yet: to be passed over, says the reference.
            _ => {}
        }
        Ok(false)
    }

    fn end(&mut self, out: &mut dyn FnMut(ChatEvent)) {
        self.calls.give(out);
    }

    fn state(&self) -> Read {
        self.read
    }
}

impl AnthropicReader {
    fn start(&mut self, index: u64, block: &Value, out: &mut dyn FnMut(ChatEvent)) -> bool {
        let text = |name: &str| block.get(name).and_then(Value::as_str);
        match text("type") {
            Some("tool_use") if text("name") == Some(FORM) => self.form = Some(index),
            Some("tool_use") => self.calls.add(index, text("id"), text("name"), None),
            Some("text") => return pass(text("text"), ChatEvent::Text, out),
            _ => return false,
        }
        true
    }

    fn delta(&mut self, index: u64, delta: &Value, out: &mut dyn FnMut(ChatEvent)) -> bool {
        let text = |name: &str| delta.get(name).and_then(Value::as_str);
        match text("type") {
            Some("text_delta") => pass(text("text"), ChatEvent::Text, out),
            Some("thinking_delta") => pass(text("thinking"), ChatEvent::Reasoning, out),
            Some("input_json_delta") if self.form == Some(index) => pass(text("partial_json"), ChatEvent::Text, out),
            Some("input_json_delta") => {
                self.calls.add(index, None, None, text("partial_json"));
                true
            }
            _ => false,
        }
    }

    fn finish_reason(&self, reason: &str) -> FinishReason {
        match reason {
            "end_turn" | "stop_sequence" => FinishReason::Stop,
            "tool_use" if self.form.is_some() => FinishReason::Stop,
            "tool_use" => FinishReason::ToolCalls,
            "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
            "refusal" => FinishReason::Filtered,
            _ => FinishReason::Other,
        }
    }

    fn read_usage(&mut self, usage: &Value) {
        let cached = count(usage, "/cache_read_input_tokens");
        let written = count(usage, "/cache_creation_input_tokens").unwrap_or(0);
        if let Some(read) = count(usage, "/input_tokens") {
            self.read.usage.prompt_tokens = read + cached.unwrap_or(0) + written;
        }
        self.read.usage.cached_tokens = cached.unwrap_or(self.read.usage.cached_tokens);
        self.read.usage.completion_tokens = count(usage, "/output_tokens").unwrap_or(self.read.usage.completion_tokens);
    }
}

fn pass(text: Option<&str>, event: impl Fn(String) -> ChatEvent, out: &mut dyn FnMut(ChatEvent)) -> bool {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return false;
    };
    out(event(text.to_owned()));
    true
}

/// The HTTP status that an error would have had before the stream began.
fn status(kind: &str) -> Option<u16> {
    Some(match kind {
        "invalid_request_error" => 400,
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "not_found_error" => 404,
        "rate_limit_error" => 429,
        "api_error" => 500,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => return None,
    })
}
