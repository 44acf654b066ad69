//! What the hub is made of: something that takes certain calls and carries them out.

use rosie_core::{
    BoxFuture, CallContext, EndpointId, KnownNames, ToolCall, ToolOutcome, ToolResult, ToolSpec, dialog::EntityState,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// A skill built in, or an integration.
pub trait Skill: Send + Sync {
    /// For logs and errors (`timers`).
    fn name(&self) -> &str;

    /// Names of the calls it takes; no two skills may take the same, but for those that the earlier one shares.
    fn calls(&self) -> &[&str];

    /// Whether a call that is in no skill's [`Skill::calls`] is this one's.
    fn owns(&self, _call: &str) -> bool {
        false
    }

    /// Whether another skill may take `call` too: it gets what this one does not [`Skill::takes`].
    fn shares(&self, _call: &str) -> bool {
        false
    }

    /// Whether this call of a shared name is this skill's.
    fn takes(&self, _call: &ToolCall, _context: &CallContext) -> bool {
        true
    }

    /// What a call of another skill means here and now: the volume of what plays in the room.
    fn instead(&self, _call: &ToolCall, _context: &CallContext) -> Option<ToolCall> {
        None
    }

    /// Carries out one of [`Skill::calls`]. Cut off after the hub's deadline; a panic is caught.
    fn handle<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, ToolOutcome>;

    /// Those of [`Skill::calls`] that a model may make too.
    fn tools(&self) -> Vec<ToolSpec> {
        Vec::new()
    }

    /// Names that people may say to it.
    fn names(&self) -> KnownNames {
        KnownNames::new()
    }

    /// What it knows of the home, with the states of now.
    fn entities(&self) -> Vec<EntityState> {
        Vec::new()
    }

    /// Whether this very call needs a yes: the question by language.
    fn confirmation(&self, _call: &ToolCall, _context: &CallContext) -> Option<BTreeMap<String, String>> {
        None
    }

    /// Whether it can be made at once, with nobody there to be asked.
    fn outlook(&self, _call: &ToolCall, _context: &CallContext) -> Outlook {
        Outlook::Clear
    }

    /// What it asked at an endpoint and waits to hear.
    fn asked(&self, _endpoint: &EndpointId) -> Option<&'static str> {
        None
    }

    /// Its call that takes what is said next at an endpoint word by word, where it asked for that.
    fn dictation(&self, _endpoint: &EndpointId) -> Option<&'static str> {
        None
    }

    /// Its call that takes a whole sentence which no template took.
    fn takes_sentences(&self) -> Option<&'static str> {
        None
    }

    /// Something else is spoken of at an endpoint.
    fn forget(&self, _endpoint: &EndpointId) {}
}

/// What would become of a call, before it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    Clear,
    /// It would be asked about, or means nothing.
    Unclear,
    /// Who carries it out cannot be reached.
    Away,
}

/// A result with nothing to do but speak.
pub(crate) fn said(response: &str, data: Value) -> ToolResult {
    ToolResult {
        response: response.to_owned(),
        data,
        effects: Vec::new(),
    }
}
