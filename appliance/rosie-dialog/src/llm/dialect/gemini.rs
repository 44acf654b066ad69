//! Google's Gemini: `streamGenerateContent` with server-sent events, calls as parts, the key in a header.
//!
//! Reference: ai.google.dev/api/generate-content, …/gemini-api/docs/function-calling, …/thought-signatures. Newer models
//! sign their thoughts and want the signature of a call back with it: it travels in the call's id, after a `~`.

use super::{
    Address, Call, ChatEvent, ChatRequest, Dialect, FinishReason, Limits, ModelInfo, Problem, Read, Reader, Secret,
    Usage, arguments, calls::fresh_id, count, error_text, json, openai::THINKING, secret_header,
};
use crate::llm::{Message, Role};
use reqwest::{
    Url,
    header::{HeaderMap, HeaderName},
};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) struct Gemini;

impl Dialect for Gemini {
    fn call(&self, address: &Address, model: &str, request: &ChatRequest, limits: &Limits) -> Call {
        let (thinking, room) = thinking(model, request.think);
        let mut generation = json!({
            "maxOutputTokens": limits.max_tokens + room,
            "temperature": limits.temperature,
        });
        if let Some(thinking) = thinking {
            generation["thinkingConfig"] = thinking;
        }
        if let Some(format) = &request.format {
            generation["responseMimeType"] = json!("application/json");
            generation["responseJsonSchema"] = format.schema.clone();
        }
        let mut body = json!({ "contents": contents(&request.messages), "generationConfig": generation });
        let system = request.messages.iter().filter(|message| message.role == Role::System);
        let system: Vec<_> = system.map(|message| json!({ "text": message.content })).collect();
        if !system.is_empty() {
            body["systemInstruction"] = json!({ "parts": system });
        }
        if !request.tools.is_empty() {
            let tool = |tool: &rosie_core::ToolSpec| json!({ "name": tool.name, "description": tool.description, "parametersJsonSchema": tool.parameters });
            let tools: Vec<_> = request.tools.iter().map(tool).collect();
            body["tools"] = json!([{ "functionDeclarations": tools }]);
        }
        let mut url = address.endpoint(&format!("models/{}:streamGenerateContent", path(model)));
        url.set_query(Some("alt=sse"));
        Call { url, body }
    }

    fn headers(&self, key: Option<&Secret>) -> Option<HeaderMap> {
        secret_header(HeaderName::from_static("x-goog-api-key"), "", key)
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(GeminiReader::default())
    }

    fn probe(&self, address: &Address, model: &str) -> Url {
        address.endpoint(&format!("models/{}", path(model)))
    }

    fn models_url(&self, address: &Address) -> Url {
        address.endpoint("models")
    }

    fn models(&self, body: &Value) -> Vec<ModelInfo> {
        let model = |model: &Value| {
            let name = model.get("name")?.as_str()?;
            Some(ModelInfo {
                name: name.strip_prefix("models/").unwrap_or(name).to_owned(),
                size: None,
                context: count(model, "/inputTokenLimit"),
            })
        };
        let models = body.get("models").and_then(Value::as_array);
        models.into_iter().flatten().filter_map(model).collect()
    }
}

/// People copy the name with its folder; nothing in it may lead elsewhere.
fn path(model: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '-'
        }
    };
    model
        .strip_prefix("models/")
        .unwrap_or(model)
        .chars()
        .map(plain)
        .collect()
}

/// How to keep a model that thinks from doing so for long, and tokens for what it cannot be kept from.
fn thinking(model: &str, wanted: bool) -> (Option<Value>, u32) {
    if wanted {
        return (None, THINKING);
    }
    if model.contains("2.5-flash") {
        (Some(json!({ "thinkingBudget": 0 })), 0)
    } else if model.contains("2.5-pro") {
        (Some(json!({ "thinkingBudget": 128 })), 128)
    } else if model.contains("gemini-3") {
        (Some(json!({ "thinkingLevel": "low" })), THINKING)
    } else {
        (None, 0)
    }
}

/// Turns of `user` and `model`; neighbours of one role become one.
fn contents(messages: &[Message]) -> Vec<Value> {
    let mut contents: Vec<(&str, Vec<Value>)> = Vec::new();
    for message in messages {
        let (role, parts) = match message.role {
            Role::System => continue,
            Role::Assistant => ("model", spoken(message)),
            Role::User => ("user", vec![json!({ "text": message.content })]),
            Role::Tool => ("user", vec![result(message)]),
        };
        match contents.last_mut() {
            Some((last, all)) if *last == role => all.extend(parts),
            _ => contents.push((role, parts)),
        }
    }
    let content = |(role, parts)| json!({ "role": role, "parts": parts });
    contents.into_iter().map(content).collect()
}

fn spoken(message: &Message) -> Vec<Value> {
    let mut parts = Vec::new();
    if !message.content.is_empty() {
        parts.push(json!({ "text": message.content }));
    }
    for call in &message.tool_calls {
        let mut part = json!({ "functionCall": { "name": call.name, "args": arguments(&call.arguments) } });
        if let Some((_, signature)) = call.id.split_once('~') {
            part["thoughtSignature"] = json!(signature);
        }
        parts.push(part);
    }
    parts
}

/// The answer of a tool must be an object.
fn result(message: &Message) -> Value {
    let name = message.answers.as_ref().map_or("", |(_, name)| name);
    let response = match serde_json::from_str(&message.content) {
        Ok(Value::Object(object)) => Value::Object(object),
        _ => json!({ "result": message.content }),
    };
    json!({ "functionResponse": { "name": name, "response": response } })
}

#[derive(Default)]
struct GeminiReader {
    read: Read,
    called: bool,
}

impl Reader for GeminiReader {
    fn take(&mut self, frame: &[u8], out: &mut dyn FnMut(ChatEvent)) -> Result<bool, Problem> {
        let event = json(frame)?;
        let event = event.get(0).unwrap_or(&event);
        if let Some(error) = event.get("error") {
            let said = error_text(event).unwrap_or("it reports an error").to_owned();
            let status = count(error, "/code").map(|code| code as u16);
            return Err(Problem::Reported {
                said,
                status,
                after: retry_delay(error),
            });
        }
        let mut brought = false;
        let parts = event.pointer("/candidates/0/content/parts").and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            brought |= self.read_part(part, out);
        }
        let reason = event
            .pointer("/candidates/0/finishReason")
            .or_else(|| event.pointer("/promptFeedback/blockReason"));
        if let Some(reason) = reason.and_then(Value::as_str) {
            self.read.reason = Some(match reason {
                "STOP" if self.called => FinishReason::ToolCalls,
                "STOP" => FinishReason::Stop,
                "MAX_TOKENS" => FinishReason::Length,
                "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" => FinishReason::Filtered,
                _ => FinishReason::Other,
            });
        }
        if let Some(usage) = event.get("usageMetadata") {
            let thought = count(usage, "/thoughtsTokenCount").unwrap_or(0);
            self.read.usage = Usage {
                prompt_tokens: count(usage, "/promptTokenCount").unwrap_or(0),
                completion_tokens: count(usage, "/candidatesTokenCount").unwrap_or(0) + thought,
                cached_tokens: count(usage, "/cachedContentTokenCount").unwrap_or(0),
            };
        }
        Ok(brought)
    }

    fn state(&self) -> Read {
        self.read
    }
}

impl GeminiReader {
    fn read_part(&mut self, part: &Value, out: &mut dyn FnMut(ChatEvent)) -> bool {
        if let Some(text) = part.get("text").and_then(Value::as_str).filter(|text| !text.is_empty()) {
            let thought = part.get("thought").and_then(Value::as_bool) == Some(true);
            let text = text.to_owned();
            out(if thought {
                ChatEvent::Reasoning(text)
            } else {
                ChatEvent::Text(text)
            });
            return true;
        }
        let Some(call) = part.get("functionCall") else {
            return false;
        };
        let Some(name) = call.get("name").and_then(Value::as_str) else {
            return false;
        };
        let mut id = call
            .get("id")
            .and_then(Value::as_str)
            .map_or_else(fresh_id, str::to_owned);
        if let Some(signature) = part.get("thoughtSignature").and_then(Value::as_str) {
            id = format!("{id}~{signature}");
        }
        let arguments = call
            .get("args")
            .filter(|args| args.is_object())
            .map_or_else(|| "{}".to_owned(), Value::to_string);
        self.called = true;
        out(ChatEvent::ToolCall {
            id,
            name: name.to_owned(),
            arguments,
        });
        true
    }
}

/// `details[].retryDelay` of a `RetryInfo`: `"13s"`, `"0.5s"`.
pub(in crate::llm) fn retry_delay(error: &Value) -> Option<Duration> {
    let details = error.get("details")?.as_array()?;
    let delay = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    let seconds: f64 = delay.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}
