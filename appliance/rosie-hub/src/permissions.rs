//! What an endpoint may control: the rooms that the owner gave it. Asked for each call, so that what the owner changes counts at
//! once, also for a command that was planned before.

use crate::{Clock, skill::Within};
use rosie_core::{
    CallContext, EndpointId, ErrorCode, Failure, RoomId, ToolCall, UserId,
    audit::{AuditLog, Deed, NoAudit},
};
use std::sync::Arc;

/// Who knows what the owner allowed.
pub trait Permissions: Send + Sync {
    /// The rooms whose things this endpoint may control; `None`: everything.
    fn rooms(&self, endpoint: &EndpointId) -> Option<Vec<RoomId>>;

    /// Whether this person, who was recognised by voice, may do nothing dangerous: a child or a guest. A voice only ever takes away.
    fn is_minor(&self, _person: &UserId) -> bool {
        false
    }
}

/// No endpoint is held to anything.
struct Everything;

impl Permissions for Everything {
    fn rooms(&self, _: &EndpointId) -> Option<Vec<RoomId>> {
        None
    }
}

/// Holds calls to what their endpoints may control, and writes down what was refused.
pub(crate) struct Limits {
    permissions: Arc<dyn Permissions>,
    audit: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
}

impl Limits {
    pub fn none(clock: Arc<dyn Clock>) -> Self {
        Self {
            permissions: Arc::new(Everything),
            audit: Arc::new(NoAudit),
            clock,
        }
    }

    pub fn set(&mut self, permissions: Arc<dyn Permissions>, audit: Arc<dyn AuditLog>) {
        (self.permissions, self.audit) = (permissions, audit);
    }

    /// What becomes of a call from this endpoint; `judge` is asked only about one that is held to rooms.
    pub fn of(&self, endpoint: &EndpointId, judge: impl FnOnce(&[RoomId]) -> Within) -> Within {
        self.permissions
            .rooms(endpoint)
            .map_or(Within::AsIs, |rooms| judge(&rooms))
    }

    /// Whether who asks is known to be a child or a guest.
    pub fn is_minor(&self, context: &CallContext) -> bool {
        context
            .user
            .as_ref()
            .is_some_and(|person| self.permissions.is_minor(person))
    }

    /// The failure of a dangerous call by a child or a guest, after it was written down.
    pub fn refuse_minor(&self, call: &ToolCall, context: &CallContext) -> Failure {
        let code = ErrorCode::NotAllowedForYou;
        let deed = Deed::new(self.clock.unix_ms(), &call.name, context, call.name.clone());
        self.audit.add(vec![deed.failed(code)]);
        Failure::new(
            code,
            "the owner made whoever was recognised by voice a child or a guest, and this is dangerous",
        )
    }

    /// The failure of a call that its endpoint may not make, after it was written down.
    pub fn refuse(&self, call: &ToolCall, context: &CallContext, action: String, things: Vec<String>) -> Failure {
        let code = ErrorCode::NotAllowedHere;
        let deed = Deed {
            targets: things,
            ..Deed::new(self.clock.unix_ms(), &call.name, context, action)
        };
        self.audit.add(vec![deed.failed(code)]);
        let detail = "the owner lets this endpoint control only certain rooms, and this is not in one of them";
        Failure::new(code, detail)
    }
}
