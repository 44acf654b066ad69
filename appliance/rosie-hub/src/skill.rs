//! What the hub is made of: something that takes certain calls and carries them out.

use rosie_core::{
    BoxFuture, CallContext, EndpointId, KnownNames, RoomId, ToolCall, ToolOutcome, ToolResult, ToolSpec,
    dialog::EntityState,
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

    /// What becomes of a call from an endpoint that may control only these rooms. Nothing is done here, and who asks for what
    /// stands in no room (the time, a list, a timer) controls none.
    fn within(&self, _call: &ToolCall, _context: &CallContext, _rooms: &[RoomId]) -> Within {
        Within::AsIs
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

/// What becomes of a call from an endpoint that may control only some rooms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Within {
    /// It is made: all of it is in those rooms, or in none that can be controlled.
    AsIs,
    /// This is made in its place: what of it is in those rooms.
    Narrowed(ToolCall),
    /// Nobody knows what it would do: as if it were not understood here.
    NotUnderstood,
    /// It is not made: `action` (`cover.open_cover`) on `things` outside.
    Refused { action: String, things: Vec<String> },
}

/// The response of a sentence that whoever took it does not understand, either.
pub(crate) const NOT_UNDERSTOOD: &str = "not_understood";

/// A result with nothing to do but speak.
pub(crate) fn said(response: &str, data: Value) -> ToolResult {
    ToolResult {
        response: response.to_owned(),
        data,
        effects: Vec::new(),
    }
}
