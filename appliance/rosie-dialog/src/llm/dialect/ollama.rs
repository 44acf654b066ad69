//! Ollama's own interface: a line of JSON a piece, calls as objects, the model kept in memory between questions.
//!
//! Reference: github.com/ollama/ollama docs/api.md.

use super::{
    Address, Call, ChatEvent, ChatRequest, Dialect, FinishReason, Framing, Limits, ModelInfo, Problem, Read, Reader,
    Secret, Usage, arguments, calls::Calls, count, error_text, json, secret_header,
};
use crate::llm::{Message, Role};
use reqwest::{
    Url,
    header::{AUTHORIZATION, HeaderMap},
};
use serde_json::{Value, json};

/// How long a model stays in memory after its last question: loading it again would take longer than an answer may.
const KEEP_ALIVE: &str = "60m";

pub(super) struct Ollama {
    pub context: u32,
}

impl Dialect for Ollama {
    fn framing(&self) -> Framing {
        Framing::Lines
    }

    fn call(&self, address: &Address, model: &str, request: &ChatRequest, limits: &Limits) -> Call {
        let mut body = json!({
            "model": model,
            "messages": request.messages.iter().map(message).collect::<Vec<_>>(),
            "stream": true,
            "think": request.think,
            "keep_alive": KEEP_ALIVE,
            "options": {
                "num_ctx": self.context,
                "num_predict": limits.max_tokens,
                "temperature": limits.temperature,
            },
        });
        if !request.tools.is_empty() {
            let tool = |tool: &rosie_core::ToolSpec| {
                json!({ "type": "function", "function": {
                    "name": tool.name, "description": tool.description, "parameters": tool.parameters,
                } })
            };
            body["tools"] = request.tools.iter().map(tool).collect();
        }
        if let Some(format) = &request.format {
            body["format"] = format.schema.clone();
        }
        Call {
            url: address.endpoint("api/chat"),
            body,
        }
    }

    fn headers(&self, key: Option<&Secret>) -> Option<HeaderMap> {
        secret_header(AUTHORIZATION, "Bearer ", key)
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(OllamaReader::default())
    }

    fn probe(&self, address: &Address, _model: &str) -> Url {
        self.models_url(address)
    }

    fn has_model(&self, probed: &Value, model: &str) -> bool {
        let models = self.models(probed);
        let same = |name: &str| name == model || name.strip_suffix(":latest") == Some(model);
        // A proxy before it may hide the list.
        probed.get("models").is_none() || models.iter().any(|found| same(&found.name))
    }

    fn models_url(&self, address: &Address) -> Url {
        address.endpoint("api/tags")
    }

    fn models(&self, body: &Value) -> Vec<ModelInfo> {
        let model = |model: &Value| {
            Some(ModelInfo {
                name: model.get("name")?.as_str()?.to_owned(),
                size: model.get("size").and_then(Value::as_u64),
                context: None,
            })
        };
        let models = body.get("models").and_then(Value::as_array);
        models.into_iter().flatten().filter_map(model).collect()
    }

    fn calls_as_text(&self) -> bool {
        true
    }

    fn refuses_tools(&self, status: u16, said: &str) -> bool {
        status == 400 && said.contains("does not support tools")
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
        let call = |call: &crate::llm::CalledTool| json!({ "function": { "name": call.name, "arguments": arguments(&call.arguments) } });
        wire["tool_calls"] = message.tool_calls.iter().map(call).collect();
    }
    if let Some((_, name)) = &message.answers {
        wire["tool_name"] = json!(name);
    }
    wire
}

#[derive(Default)]
struct OllamaReader {
    read: Read,
    calls: Calls,
}

impl Reader for OllamaReader {
    fn take(&mut self, frame: &[u8], out: &mut dyn FnMut(ChatEvent)) -> Result<bool, Problem> {
        let line = json(frame)?;
        if line.get("error").is_some() {
            let said = error_text(&line).unwrap_or("it reports an error").to_owned();
            return Err(Problem::Reported {
                said,
                status: None,
                after: None,
            });
        }
        let text = |pointer: &str| {
            line.pointer(pointer)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        let mut brought = false;
        if let Some(thought) = text("/message/thinking") {
            out(ChatEvent::Reasoning(thought.to_owned()));
            brought = true;
        }
        if let Some(said) = text("/message/content") {
            out(ChatEvent::Text(said.to_owned()));
            brought = true;
        }
        let calls = line.pointer("/message/tool_calls").and_then(Value::as_array);
        for call in calls.into_iter().flatten() {
            // Each is whole. Its index, where there is one, may begin anew with each line.
            let index = self.calls.len() as u64;
            let part = |pointer: &str| call.pointer(pointer).and_then(Value::as_str);
            let given = call.pointer("/function/arguments").map(|given| match given {
                Value::String(text) => text.clone(),
                given => given.to_string(),
            });
            self.calls
                .add(index, part("/id"), part("/function/name"), given.as_deref());
            brought = true;
        }
        if line.get("done").and_then(Value::as_bool) == Some(true) {
            self.read.done = true;
            self.read.reason = Some(match line.get("done_reason").and_then(Value::as_str) {
                _ if self.calls.len() > 0 => FinishReason::ToolCalls,
                Some("stop") | None => FinishReason::Stop,
                Some("length") => FinishReason::Length,
                Some(_) => FinishReason::Other,
            });
            self.read.usage = Usage {
                prompt_tokens: count(&line, "/prompt_eval_count").unwrap_or(0),
                completion_tokens: count(&line, "/eval_count").unwrap_or(0),
                cached_tokens: 0,
            };
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
