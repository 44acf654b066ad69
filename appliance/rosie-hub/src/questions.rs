//! What Rosie asked and waits to hear: "For how long?". One question an endpoint, forgotten after a while or as soon as
//! something else is said there.

use crate::{Clock, skill::said};
use rosie_core::{CallContext, Effect, EndpointId, ToolCall, ToolResult};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// From the question's words to the end of the answer's; the microphone itself closes sooner.
const OPEN_MS: u64 = 20_000;

pub(crate) struct Questions {
    clock: Arc<dyn Clock>,
    open: Mutex<HashMap<EndpointId, Open>>,
}

struct Open {
    what: &'static str,
    /// What was said already, as the arguments of the call that asked.
    arguments: Value,
    until_ms: u64,
}

impl Questions {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            open: Mutex::default(),
        }
    }

    pub(crate) fn ask(&self, endpoint: &EndpointId, what: &'static str, arguments: Value) {
        let now = self.clock.monotonic_ms();
        let mut open = self.lock();
        open.retain(|_, question| question.until_ms > now);
        let question = Open {
            what,
            arguments,
            until_ms: now + OPEN_MS,
        };
        open.insert(endpoint.clone(), question);
    }

    /// Asks `what` of whoever made `call`; what they said already is kept.
    pub(crate) fn ask_back(&self, what: &'static str, call: &ToolCall, context: &CallContext) -> ToolResult {
        self.ask(&context.endpoint, what, call.arguments.clone());
        ToolResult {
            effects: vec![Effect::FollowUp],
            ..said("ask", json!({}))
        }
    }

    /// The call that asked `what`, with `answer` in it; `None` where nothing was asked.
    pub(crate) fn answered(&self, what: &str, answer: &ToolCall, context: &CallContext) -> Option<ToolCall> {
        let before = self.take(&context.endpoint, what)?;
        Some(ToolCall {
            name: answer.name.clone(),
            arguments: merged(before, &answer.arguments),
        })
    }

    pub(crate) fn asked(&self, endpoint: &EndpointId) -> Option<&'static str> {
        let now = self.clock.monotonic_ms();
        let open = self.lock();
        open.get(endpoint).filter(|q| q.until_ms > now).map(|q| q.what)
    }

    /// Closes the question and gives what was said before it.
    pub(crate) fn take(&self, endpoint: &EndpointId, what: &str) -> Option<Value> {
        let now = self.clock.monotonic_ms();
        let question = self.lock().remove(endpoint)?;
        (question.what == what && question.until_ms > now).then_some(question.arguments)
    }

    /// What was said before the question, which stays open.
    pub(crate) fn peek(&self, endpoint: &EndpointId, what: &str) -> Option<Value> {
        let now = self.clock.monotonic_ms();
        let open = self.lock();
        let question = open.get(endpoint)?;
        (question.what == what && question.until_ms > now).then(|| question.arguments.clone())
    }

    pub(crate) fn forget(&self, endpoint: &EndpointId) {
        self.lock().remove(endpoint);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<EndpointId, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The arguments of an answer, and below them those of the call that asked.
fn merged(before: Value, answer: &Value) -> Value {
    match (before, answer) {
        (Value::Object(mut all), Value::Object(answer)) => {
            all.extend(answer.clone());
            Value::Object(all)
        }
        (_, answer) => answer.clone(),
    }
}
