//! How the built-in skills are described to a model.

use rosie_core::ToolSpec;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Starting, cancelling and asking about timers; the rest people say in sentences that templates take.
pub(super) fn timers() -> Vec<ToolSpec> {
    let number = |what: &str| json!({ "type": "number", "minimum": 0, "description": what });
    let name = json!({ "type": "string", "maxLength": 60, "description": "what the timer is for, if it was said" });
    let object =
        |properties: Value| json!({ "type": "object", "properties": properties, "additionalProperties": false });
    let duration = object(json!({
        "hours": number("hours"), "minutes": number("minutes"), "seconds": number("seconds"), "name": name,
    }));
    let which = object(json!({ "name": name }));
    vec![
        tool(
            "HassStartTimer",
            "Starts a timer that rings after a duration.",
            duration.clone(),
            true,
        ),
        tool("HassCancelTimer", "Cancels a running timer.", which.clone(), true),
        tool(
            "HassCancelAllTimers",
            "Cancels all running timers.",
            object(json!({})),
            true,
        ),
        tool(
            "HassIncreaseTimer",
            "Makes a running timer longer, by a duration.",
            duration,
            true,
        ),
        tool(
            "HassTimerStatus",
            "Tells which timers run and how long they have left.",
            which,
            false,
        ),
    ]
}

fn tool(name: &str, description: &str, parameters: Value, acts: bool) -> ToolSpec {
    ToolSpec {
        name: name.to_owned(),
        description: description.to_owned(),
        parameters,
        acts,
        dangerous: false,
        foreign: false,
        confirmation: BTreeMap::new(),
    }
}
