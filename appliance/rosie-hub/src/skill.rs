//! What the hub is made of: something that takes certain calls and carries them out.

use rosie_core::{BoxFuture, CallContext, KnownNames, ToolCall, ToolOutcome, ToolResult, ToolSpec};
use serde_json::Value;

/// A skill built in, or (later) an integration.
pub trait Skill: Send + Sync {
    /// For logs and errors (`timers`).
    fn name(&self) -> &str;

    /// Names of the calls it takes; no two skills may take the same.
    fn calls(&self) -> &[&str];

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
}

/// A result with nothing to do but speak.
pub(crate) fn said(response: &str, data: Value) -> ToolResult {
    ToolResult {
        response: response.to_owned(),
        data,
        effects: Vec::new(),
    }
}
