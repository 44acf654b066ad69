//! What is asked of a language model and what comes back, whoever makes it: the words that every provider's own format
//! is made from and read into.

use rosie_core::ToolSpec;
use serde_json::Value;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    System,
    User,
    Assistant,
    /// What came of a tool call.
    Tool,
}

/// A tool call as a model made it; goes back to it in the assistant's message, to the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalledTool {
    /// As the provider gave it; may be long, and means something to it alone.
    pub id: String,
    pub name: String,
    /// JSON, an object; what a small model wrote may be neither.
    pub arguments: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub role: Role,
    pub content: String,
    /// Of an assistant only.
    pub tool_calls: Vec<CalledTool>,
    /// Of a tool only: id and name of the call that it answers.
    pub answers: Option<(String, String)>,
}

impl Message {
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
            tool_calls: Vec::new(),
            answers: None,
        }
    }

    /// What the assistant said (may be nothing) before it called tools.
    pub fn called(content: impl Into<String>, calls: Vec<CalledTool>) -> Self {
        Self {
            tool_calls: calls,
            ..Self::new(Role::Assistant, content)
        }
    }

    /// What came of `call`, for the model to read.
    pub fn tool_result(call: &CalledTool, content: impl Into<String>) -> Self {
        Self {
            answers: Some((call.id.clone(), call.name.clone())),
            ..Self::new(Role::Tool, content)
        }
    }
}

/// Limits of one request, each only where it is tighter than the tier's own; the temperature replaces the tier's.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RequestLimits {
    pub max_tokens: Option<u32>,
    pub temperature: Option<f32>,
    /// From the request to the first event.
    pub first_token: Option<Duration>,
    pub overall: Option<Duration>,
}

/// The answer is to be JSON of this shape, and is passed on as text.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonFormat {
    /// `a-z 0-9 _ -`, at most 64.
    pub name: String,
    /// JSON schema, an object.
    pub schema: Value,
}

/// One question to a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChatRequest {
    /// System messages first; the last one is the user's or a tool's.
    pub messages: Vec<Message>,
    /// What may be called; empty: nothing.
    pub tools: Vec<ToolSpec>,
    pub limits: RequestLimits,
    pub format: Option<JsonFormat>,
    /// So many messages at the beginning, with the tools, come again word for word: worth keeping where a provider
    /// can be told. What a server keeps by itself needs no hint.
    pub stable_messages: usize,
    /// Let a model that can think do so; slow, so off for speech.
    pub think: bool,
}

impl ChatRequest {
    pub fn new(messages: Vec<Message>) -> Self {
        Self {
            messages,
            ..Self::default()
        }
    }

    /// What must not get into an error: everything but Rosie's own instructions, a line each.
    pub(super) fn private(&self) -> String {
        let mut lines = String::new();
        for message in self.messages.iter().filter(|message| message.role != Role::System) {
            lines.push_str(&message.content);
            lines.push('\n');
        }
        lines
    }
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishReason {
    /// It was said.
    Stop,
    /// The model waits for what its tool calls bring.
    ToolCalls,
    /// `max_tokens`, or the context was full.
    Length,
    /// The provider refuses to say it.
    Filtered,
    Other,
}

/// Tokens, as the provider counted them; 0 where it said nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Read, those from a cache included.
    pub prompt_tokens: u32,
    pub completion_tokens: u32,
    /// Read from a cache.
    pub cached_tokens: u32,
}

/// What happens while a model answers. `Finished` comes once, last, and not at all after an error.
#[derive(Debug, Clone, PartialEq)]
pub enum ChatEvent {
    /// More of the answer. Never half a tool call that a small model wrote as text.
    Text(String),
    /// What the model tells itself. Never spoken.
    Reasoning(String),
    /// A whole call; several may come.
    ToolCall {
        id: String,
        name: String,
        arguments: String,
    },
    Finished {
        reason: FinishReason,
        usage: Usage,
    },
}
