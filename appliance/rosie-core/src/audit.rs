//! What Rosie changed in the house, who asked for it, and from where: kept apart from turns, which are forgotten soon.

use crate::{CallContext, EndpointId, ErrorCode, RoomId, TurnId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One thing that was done, or tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deed {
    /// When it was done, Unix milliseconds.
    pub unix_ms: u64,
    /// `light.turn_on`
    pub action: String,
    /// Ids of the things; empty where the action takes none.
    pub targets: Vec<String>,
    /// What it was done with (`brightness_pct: 40`).
    pub data: Map<String, Value>,
    /// The intent or tool that asked for it; `RosieLater` before it where it was planned for that time.
    pub cause: String,
    /// The room it was asked in.
    pub room: RoomId,
    pub endpoint: EndpointId,
    /// Who asked, where that is known.
    pub user: Option<UserId>,
    pub turn_id: TurnId,
    /// Code of the failure where it did not work.
    pub failed: Option<String>,
}

impl Deed {
    /// Of an action that is about to be done.
    pub fn new(unix_ms: u64, cause: &str, context: &CallContext, action: String) -> Deed {
        Deed {
            unix_ms,
            action,
            targets: Vec::new(),
            data: Map::new(),
            cause: match context.is_planned() {
                true => format!("RosieLater {cause}"),
                false => cause.to_owned(),
            },
            room: context.room.clone(),
            endpoint: context.endpoint.clone(),
            user: context.user.clone(),
            turn_id: context.turn_id,
            failed: None,
        }
    }

    /// The same, that did not work.
    pub fn failed(self, code: ErrorCode) -> Deed {
        Deed {
            failed: Some(code.as_str().to_owned()),
            ..self
        }
    }
}

/// A list that is only ever added to.
pub trait AuditLog: Send + Sync {
    /// Adds; returns at once, and loses nothing that was added when the program ends in order.
    fn add(&self, deeds: Vec<Deed>);

    /// What was done in a turn of an endpoint, as far as it is recent.
    fn of_turn(&self, _endpoint: &EndpointId, _turn_id: TurnId) -> Vec<Deed> {
        Vec::new()
    }
}

/// Keeps nothing.
pub struct NoAudit;

impl AuditLog for NoAudit {
    fn add(&self, _: Vec<Deed>) {}
}
