//! Tools for models that take none: told in the system prompt, called by writing JSON, answered as the user.

use super::{ChatRequest, Message, Role};
use serde_json::json;
use std::fmt::Write;

/// The same request without tools of its own.
pub(super) fn told(request: &ChatRequest) -> ChatRequest {
    let mut told = request.clone();
    told.messages = request.messages.iter().map(plain).collect();
    if request.tools.is_empty() {
        return told;
    }
    let mut text = String::from(
        "You can use these tools. To use one, answer with nothing but one line of JSON: \
         {\"name\": \"<tool>\", \"arguments\": {…}}. The result comes next; then answer in words. Without need of a tool \
         answer in words.",
    );
    for tool in &request.tools {
        let _ = write!(
            text,
            "\n- {}: {} Arguments: {}",
            tool.name, tool.description, tool.parameters
        );
    }
    told.tools.clear();
    match told.messages.iter_mut().rfind(|message| message.role == Role::System) {
        Some(system) => system.content = format!("{}\n\n{text}", system.content),
        None => told.messages.insert(0, Message::new(Role::System, text)),
    }
    told
}

fn plain(message: &Message) -> Message {
    if let Some((_, name)) = &message.answers {
        return Message::new(Role::User, format!("Result of {name}: {}", message.content));
    }
    let mut content = message.content.clone();
    for call in &message.tool_calls {
        let arguments: serde_json::Value = serde_json::from_str(&call.arguments).unwrap_or_else(|_| json!({}));
        let written = json!({ "name": call.name, "arguments": arguments });
        let _ = write!(content, "{}{written}", if content.is_empty() { "" } else { "\n" });
    }
    Message::new(message.role, content)
}
