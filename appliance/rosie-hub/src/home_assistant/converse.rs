//! A whole sentence handed to Home Assistant's own conversation agent, where the owner wants that: sentences of their own
//! automations, or an agent that they chose there. What it does it does itself; Rosie says its words.

use super::link::Link;
use crate::{
    Arguments, HubError,
    skill::{NOT_UNDERSTOOD, said},
};
use rosie_core::{CallContext, ToolCall, ToolOutcome};
use serde_json::{Value, json};
use std::time::Duration;

/// The call.
pub(super) const CONVERSE: &str = "RosieAskHome";
/// An agent may be a language model; the hub waits no longer.
const PATIENCE: Duration = Duration::from_secs(9);

pub(super) async fn converse(link: &Link, call: &ToolCall, context: &CallContext) -> ToolOutcome {
    let text = Arguments::of(call).text("text").ok_or_else(|| HubError::BadArguments {
        call: call.name.clone(),
        reason: "it has no text".to_owned(),
    })?;
    let command = json!({ "type": "conversation/process", "text": text, "language": context.language.tag() });
    let (_, mut result) = link.ask_as(command, PATIENCE).await?;
    Ok(answered(&super::take(&mut result, "response")))
}

/// What the agent answered; an error that only says that it knows no such sentence or thing is no answer.
fn answered(response: &Value) -> rosie_core::ToolResult {
    let code = response["data"]["code"].as_str().unwrap_or_default();
    let unknown = matches!(code, "no_intent_match" | "no_valid_targets");
    let speech = response["speech"]["plain"]["speech"]
        .as_str()
        .unwrap_or_default()
        .trim();
    match response["response_type"].as_str() {
        Some("error") if unknown || speech.is_empty() => said(NOT_UNDERSTOOD, json!({})),
        Some(_) => said("default", json!({ "speech": speech })),
        None => said(NOT_UNDERSTOOD, json!({})),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_said_and_ignorance_is_none() {
        let with = |kind: &str, code: &str| {
            let speech = json!({ "plain": { "speech": "Well", "extra_data": null } });
            answered(&json!({ "response_type": kind, "speech": speech, "data": { "code": code } }))
        };
        assert_eq!(with("action_done", "").data["speech"], "Well");
        assert_eq!(with("query_answer", "").response, "default");
        assert_eq!(with("error", "no_intent_match").response, NOT_UNDERSTOOD);
        assert_eq!(with("error", "no_valid_targets").response, NOT_UNDERSTOOD);
        assert_eq!(with("error", "failed_to_handle").data["speech"], "Well");
        assert_eq!(answered(&Value::Null).response, NOT_UNDERSTOOD);
    }
}
