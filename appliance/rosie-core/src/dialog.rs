//! From a transcript to a reply: the seam between the session and whatever answers.

use crate::{
    BoxFuture, CallContext, CancelFlag, Completeness, ConversationId, Effect, EndpointId, Failure, Intent, KnownNames,
    Language, RoomId, ToolCall, ToolOutcome, ToolResult, ToolSpec, TurnId, UserId, engine::EngineInfo,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a person said or typed.
#[derive(Debug, Clone)]
pub struct Question {
    pub turn_id: TurnId,
    pub text: String,
    pub language: Language,
    pub room: RoomId,
    pub endpoint: EndpointId,
    pub conversation: ConversationId,
    /// Who asks, where that is known.
    pub user: Option<UserId>,
    pub cancel: CancelFlag,
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// An intent, or a model on this machine.
    Local,
    Network,
    Cloud,
}

/// Why a model that was asked gave no whole answer, as a person is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    Slow,
    Unreachable,
    /// It refuses the key, or needs one.
    Key,
    NoCredit,
    /// It takes no more requests for now.
    TooMany,
    NoModel,
    NotReady,
    Declined,
    BrokeOff,
    /// Somebody stopped it, or the turn's time was over.
    Stopped,
    /// Trouble of its own.
    Trouble,
}

/// What happens while an answer is made, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum DialogEvent {
    IntentMatched(Intent),
    /// A model answers: on which tier, which model, and why.
    TierChosen {
        tier: Tier,
        model: String,
        reason: String,
    },
    /// The model that was chosen gave no whole answer; what the owner is told of it.
    TierFailed {
        tier: Tier,
        fault: Fault,
        detail: String,
    },
    ToolCalled(ToolCall),
    ToolFinished {
        name: String,
        ok: bool,
        duration_ms: u64,
    },
    /// Said at once because the answer takes long; not part of the reply.
    Filler(String),
    /// More of the reply's text, as it grows.
    Delta(String),
    Effect(Effect),
}

/// The answer as a whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reply {
    pub text: String,
    pub tier: Tier,
    /// The intent's name where one matched.
    pub intent: Option<String>,
}

pub type DialogSink = Box<dyn FnMut(DialogEvent) + Send>;

pub trait Dialog: Send + Sync {
    /// Answers. `sink` hears of each step; the reply's text is exactly the `Delta`s joined.
    fn answer(&self, question: Question, sink: DialogSink) -> BoxFuture<'_, Result<Reply, Failure>>;

    /// Somebody begins to speak or to type: what an answer may need can be made ready meanwhile. Returns at once.
    fn prepare(&self) {}

    /// Whether a transcript sounds finished. Called on partial text in the trailing silence: must take under 10 ms.
    fn completeness(&self, text: &str, language: &Language) -> Completeness;

    /// Who carries out what is due without anybody speaking.
    fn hub(&self) -> Option<&dyn Hub> {
        None
    }

    /// Which of `languages` words are in that nobody heard: the first whose sentences take them at that endpoint, else the
    /// first of all. Called as they come: must take no longer than `completeness` for each.
    fn language_of(&self, _text: &str, _at: (&EndpointId, &RoomId), languages: &[Language]) -> Language {
        languages.first().cloned().unwrap_or_default()
    }

    /// What a sentence asks for where templates take all of it, in the order of its words; nothing is done. Empty: none do.
    fn recognize(&self, _text: &str, _room: &RoomId, _language: &Language) -> Vec<Intent> {
        Vec::new()
    }

    /// The words for something that nobody asked for: the response of `intent` with what a skill found
    /// (a timer that rings). A response that cannot be rendered is the intent's plainest sentence, never empty.
    fn announcement(&self, intent: &str, result: &ToolResult, language: &Language) -> String;

    /// The language model in use, for health. `Unavailable` with what to do where there is none.
    fn llm(&self) -> EngineInfo;
}

/// Carries tool calls out.
pub trait Hub: Send + Sync {
    fn handle(&self, call: ToolCall, context: CallContext) -> BoxFuture<'_, ToolOutcome>;

    /// Names of rooms, entities and running timers, for templates and for the recogniser's bias.
    fn names(&self) -> KnownNames;

    /// What was asked at an endpoint and not answered yet (`timer`: for how long?): sentences that require the context
    /// `asked` may answer it.
    fn asked(&self, _endpoint: &EndpointId) -> Option<&'static str> {
        None
    }

    /// The call that takes what is said next at an endpoint word by word, as its `message`, where that was asked for ("What
    /// shall I say?"): whatever it says, but that it shall be let be.
    fn dictation(&self, _endpoint: &EndpointId) -> Option<&'static str> {
        None
    }

    /// What a model may call.
    fn tools(&self) -> Vec<ToolSpec> {
        Vec::new()
    }

    /// Whether this very call needs the person's yes, though its tool does not always (`HassTurnOff` of a lock unlocks):
    /// the question by language, with nothing left to fill in.
    fn confirmation(&self, _call: &ToolCall, _context: &CallContext) -> Option<BTreeMap<String, String>> {
        None
    }

    /// The call that takes a whole sentence (`text`) which no template took, where the owner wants that: its result's
    /// `default` response has the words in `speech`; any other says that it was not understood.
    fn takes_sentences(&self) -> Option<&'static str> {
        None
    }

    /// What there is in the home, with its state as last heard. What is not in here is not known.
    fn entities(&self) -> Vec<EntityState> {
        Vec::new()
    }
}

/// Something in the home as a model is told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntityState {
    /// `light.office_ceiling`
    pub id: String,
    /// As people call it, the usual name first.
    pub names: Vec<String>,
    pub room: Option<RoomId>,
    /// `on`, `21.5 °C`; `None` where it is not known.
    pub state: Option<String>,
}
