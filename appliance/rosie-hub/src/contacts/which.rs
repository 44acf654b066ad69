//! "Which one: Ben Adams or Ben Carter?": what was asked, and the call that goes on with the answer.

use crate::{Arguments, integration::View, questions::Questions, skill::said};
use rosie_core::{CallContext, Effect, EndpointId, KnownNames, ToolCall, ToolResult, dialog::EntityState};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// The call that answers; its sentences ask for the context `asked: contact`.
pub(super) const ANSWER: &str = "RosieAnswerContact";
const ASKED: &str = "contact";

/// The names in the address book, and whether one of several was asked for.
pub(super) struct Known {
    pub names: KnownNames,
    pub questions: Arc<Questions>,
}

impl View for Known {
    fn names(&self) -> KnownNames {
        self.names.clone()
    }

    fn entities(&self) -> Vec<EntityState> {
        Vec::new()
    }

    fn confirmation(&self, _: &ToolCall, _: &CallContext) -> Option<BTreeMap<String, String>> {
        None
    }

    fn asked(&self, endpoint: &EndpointId) -> Option<&'static str> {
        self.questions.asked(endpoint).filter(|what| *what == ASKED)
    }

    fn forget(&self, endpoint: &EndpointId) {
        self.questions.forget(endpoint);
    }
}

/// Asks which of `names` is meant; what `call` was to do is kept.
pub(super) fn ask(questions: &Questions, call: &ToolCall, context: &CallContext, names: &[String]) -> ToolResult {
    let pending = json!({ "name": call.name, "arguments": call.arguments });
    questions.ask(&context.endpoint, ASKED, pending);
    ToolResult {
        effects: vec![Effect::FollowUp],
        ..said("RosieWhoIs/which", json!({ "names": names }))
    }
}

/// The call that was asked about, to whom the answer names; `None` where nothing was asked.
pub(super) fn answered(questions: &Questions, answer: &ToolCall, context: &CallContext) -> Option<ToolCall> {
    let mut pending = questions.take(&context.endpoint, ASKED)?;
    let name = pending["name"].as_str()?.to_owned();
    let mut arguments = pending.get_mut("arguments").map(Value::take)?;
    arguments["contact"] = json!(Arguments::of(answer).text("contact")?);
    Some(ToolCall { name, arguments })
}

/// What came of the call that was asked about, in that call's words.
pub(super) fn of_the_call(name: &str, mut result: ToolResult) -> ToolResult {
    if !result.response.contains('/') {
        result.response = format!("{name}/{}", result.response);
    }
    result
}
