//! What is done in the home goes into the audit log: what, with what, for whom, and whether it worked.

use super::plan::{Plan, ServiceCall};
use crate::Clock;
use rosie_core::{
    CallContext, ErrorCode, Failure, ToolCall,
    audit::{AuditLog, Deed},
};
use serde_json::{Map, json};
use std::sync::Arc;

/// Writes down what a plan does.
#[derive(Clone)]
pub struct Ledger {
    log: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
}

/// Deeds under way: written down when they are done, and as unfinished where whoever did them was cut off.
pub(super) struct Begun<'l> {
    ledger: &'l Ledger,
    deeds: Vec<Deed>,
}

impl Ledger {
    pub fn new(log: Arc<dyn AuditLog>, clock: Arc<dyn Clock>) -> Ledger {
        Ledger { log, clock }
    }

    /// Of a plan that is about to be carried out.
    pub(super) fn begin(&self, plan: &Plan, call: &ToolCall, context: &CallContext) -> Begun<'_> {
        let deed = |action: String| Deed::new(self.clock.unix_ms(), &call.name, context, action);
        let service = |service: &ServiceCall| Deed {
            targets: service.entities.clone(),
            data: service.data.clone(),
            ..deed(format!("{}.{}", service.domain, service.service))
        };
        let on = |target: &String, data: serde_json::Value, action: &str| Deed {
            targets: vec![target.clone()],
            data: match data {
                serde_json::Value::Object(data) => data,
                _ => Map::new(),
            },
            ..deed(action.to_owned())
        };
        let deeds = match plan {
            Plan::Do { calls, .. } => calls.iter().map(service).collect(),
            Plan::Item { list, item, remove } => {
                let action = if *remove {
                    "todo.remove_item"
                } else {
                    "todo.update_item"
                };
                vec![on(list, json!({ "item": item }), action)]
            }
            Plan::Clear { list } => vec![on(list, json!({ "all": true }), "todo.remove_item")],
            Plan::Play { player, query, .. } => vec![on(player, json!({ "query": query }), "media_player.play_media")],
            Plan::Answer(_) | Plan::Read { .. } | Plan::Which { .. } => Vec::new(),
        };
        Begun { ledger: self, deeds }
    }

    /// A whole sentence handed to the home's own agent: what it does is not known here.
    pub(super) fn handed_over(&self, call: &ToolCall, context: &CallContext) {
        let action = "conversation.process".to_owned();
        self.log
            .add(vec![Deed::new(self.clock.unix_ms(), &call.name, context, action)]);
    }
}

impl Begun<'_> {
    /// It worked, or why not.
    pub fn done(mut self, failure: Option<&Failure>) {
        let deeds = std::mem::take(&mut self.deeds);
        self.write(deeds, failure.map(|failure| failure.code));
    }

    fn write(&self, deeds: Vec<Deed>, failed: Option<ErrorCode>) {
        if !deeds.is_empty() {
            let told = |deed: Deed| match failed {
                Some(code) => deed.failed(code),
                None => deed,
            };
            self.ledger.log.add(deeds.into_iter().map(told).collect());
        }
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        let deeds = std::mem::take(&mut self.deeds);
        self.write(deeds, Some(ErrorCode::TurnTimeout));
    }
}
