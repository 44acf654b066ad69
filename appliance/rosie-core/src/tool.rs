//! What an intent or a model asks the hub to do, and what came of it.

use crate::{ConversationId, EndpointId, Failure, Language, RoomId, TurnId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A request to do or find out something. From an intent, `name` is the intent's name and `arguments` an object of
/// its slot values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    pub name: String,
    pub arguments: Value,
}

/// A tool as a model is told of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolSpec {
    pub name: String,
    /// One or two sentences: what it does and when to use it.
    pub description: String,
    /// JSON schema of the arguments, an object.
    pub parameters: Value,
    /// Changes something: its answer is never kept for another time.
    #[serde(default)]
    pub acts: bool,
    /// Opens, unlocks, disarms or deletes: the person is asked first.
    #[serde(default)]
    pub dangerous: bool,
    /// Brings texts of strangers (documents, web pages, messages). What acts is then asked about first.
    #[serde(default)]
    pub foreign: bool,
    /// How the person is asked, by language, with `{argument}`s: `en: "Shall I unlock {name}?"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub confirmation: BTreeMap<String, String>,
}

/// Where and for whom a call is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallContext {
    pub turn_id: TurnId,
    pub room: RoomId,
    pub endpoint: EndpointId,
    pub language: Language,
    pub conversation: ConversationId,
    /// Who asks, where that is known.
    pub user: Option<UserId>,
}

/// The conversation of a command that is carried out at the time it was planned for.
const PLANNED: &str = "planned";

impl CallContext {
    /// For a command that somebody planned, with nobody in a turn.
    pub fn planned(room: RoomId, endpoint: EndpointId, language: Language, user: Option<UserId>) -> Self {
        Self {
            turn_id: TurnId(0),
            room,
            endpoint,
            language,
            conversation: ConversationId(PLANNED.to_owned()),
            user,
        }
    }

    pub fn is_planned(&self) -> bool {
        self.conversation.0 == PLANNED && self.turn_id == TurnId(0)
    }
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToolResult {
    /// Key of the response to render (`default`, `no_timer`, …).
    pub response: String,
    /// Values for that response's template, and for a model to read.
    pub data: Value,
    /// What the session has to do besides speaking.
    pub effects: Vec<Effect>,
}

pub type ToolOutcome = Result<ToolResult, Failure>;

/// A change of the session itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Be silent: stop what sounds, ring no more, say nothing.
    Silence,
    /// Say the last reply again.
    Repeat,
    /// Change the volume by so many percent points of full scale.
    VolumeBy { percent: i32 },
    /// Set the volume, 0 to 100.
    VolumeTo { percent: u8 },
    /// Listen again without a wake word after the reply.
    FollowUp,
    /// What was asked for is done, and the words say only that: a short sound may stand for them.
    Confirmed,
}
