//! What Rosie remembers, as types and the seam to it; redb and the vector index are behind it (`rosie-memory`).
//!
//! Three collections: messages of conversations, facts about the house and its people, chunks of documents. Times are
//! wall-clock milliseconds since the Unix epoch.

use crate::{BoxFuture, ConversationId, Failure, Language, RoomId, UserId, dialog::Tier, engine::EngineInfo};
use serde::{Deserialize, Serialize};

mod admin;
mod reading;
mod records;

pub use admin::{ChunkSink, ChunkSource, MemoryAdmin, MemoryProgress};
pub use reading::{FactReading, FactTask};
pub use records::{
    ChunkRecord, DocumentRecord, DocumentState, FactRecord, Imported, MAX_DOCUMENT_BYTES, MemoryEdit, MemoryItem,
    MemoryQuery, MemoryRecord, MemorySettings, MemoryStats, MessageRecord, NewFact, Upload,
};

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    User,
    Rosie,
}

/// What kind of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Collection {
    Messages,
    Facts,
    Documents,
}

/// How a message came about. All optional: a typed note has none of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageMeta {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// Transcript to the whole reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

impl MessageMeta {
    /// Whether `call` was made, by a sentence or by a model.
    pub fn did(&self, call: &str) -> bool {
        self.intent.as_deref() == Some(call) || self.tools.iter().any(|tool| tool == call)
    }
}

/// A question and its answer, as a turn leaves them. Stored as two messages.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    pub conversation: ConversationId,
    pub room: RoomId,
    pub user: Option<UserId>,
    pub language: Language,
    pub asked_unix_ms: u64,
    pub question: String,
    pub answer: String,
    pub meta: MessageMeta,
}

/// Which memories may be seen or are meant. Empty parts restrict nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemoryFilter {
    pub collections: Vec<Collection>,
    pub rooms: Vec<RoomId>,
    /// What this person may see: their own and what belongs to the whole house. `None`: only what belongs to the
    /// whole house, unless `all_users`.
    pub user: Option<UserId>,
    /// For the owner: whatever anybody may see.
    pub all_users: bool,
    pub speaker: Option<Speaker>,
    /// Every one of these.
    pub tags: Vec<String>,
    pub conversation: Option<ConversationId>,
    /// From this moment on.
    pub since_unix_ms: Option<u64>,
    /// Before this moment.
    pub until_unix_ms: Option<u64>,
}

/// What is looked for in a turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Recall {
    pub question: String,
    pub room: RoomId,
    pub user: Option<UserId>,
    /// Its last messages are in the prompt anyway and are left out.
    pub conversation: ConversationId,
    pub now_unix_ms: u64,
    /// At most so many.
    pub k: usize,
    /// What is only near, too, and what the prompt has anyway: for a question that nothing else answers.
    pub faint: bool,
}

/// A memory that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recollection {
    pub collection: Collection,
    /// Of the message, the fact, or the chunk.
    pub id: String,
    pub text: String,
    /// 0 to 1, similarity by meaning blended with recency, room and names.
    pub score: f32,
    pub unix_ms: u64,
    pub room: Option<RoomId>,
    pub speaker: Option<Speaker>,
    /// Title of the document a chunk is from.
    pub source: Option<String>,
}

/// "Remember that …", as said.
#[derive(Debug, Clone, PartialEq)]
pub struct Remember {
    pub text: String,
    pub room: RoomId,
    pub user: Option<UserId>,
    pub language: Language,
    pub now_unix_ms: u64,
}

/// What "forget …" may mean.
#[derive(Debug, Clone, PartialEq)]
pub enum Forget {
    /// The last exchange of this conversation, and the facts taken from it.
    Last { conversation: ConversationId },
    /// Everything within the filter.
    Matching(MemoryFilter),
    /// What means the same as these words, and is surely meant (facts first).
    About { text: String, filter: MemoryFilter },
}

/// What a turn needs of the memory. Writes are durable when they return; `record` may be grouped with others first.
pub trait Memory: Send + Sync {
    /// Keeps an exchange, unless the room is set not to be remembered. Durable when it returns.
    fn record(&self, exchange: Exchange) -> BoxFuture<'_, Result<(), Failure>>;
    /// Best first; empty where nothing is relevant.
    fn recall(&self, recall: Recall) -> BoxFuture<'_, Result<Vec<Recollection>, Failure>>;
    /// Keeps what a person asked to be kept. Returns how it was understood ("Your daughter's name is Ada.");
    /// `ErrorCode::NotRemembered` where the owner keeps the room out of the memory.
    fn remember(&self, remember: Remember) -> BoxFuture<'_, Result<String, Failure>>;
    /// Whether `record` would keep something as known that `text` tells by the way ("I take my tea with two sugars").
    fn would_note(&self, _text: &str, _room: &RoomId, _language: &Language) -> bool {
        false
    }
    /// Sentences of what is known about a person and the house, most certain first. They are addressed to the person
    /// ("Your daughter's name is Ada.").
    fn known_about(&self, user: Option<UserId>, limit: usize) -> BoxFuture<'_, Result<Vec<String>, Failure>>;
    /// What was remembered before could not be read, and is set aside: what is known began anew.
    fn has_lost(&self) -> bool {
        false
    }
    /// Returns how many memories went.
    fn forget(&self, forget: Forget) -> BoxFuture<'_, Result<usize, Failure>>;
    /// The last messages of a conversation, oldest first, with their speakers.
    fn history(&self, conversation: &ConversationId, limit: usize) -> Result<Vec<(Speaker, String)>, Failure>;
    /// Somebody begins to speak or to type: what a question will need may be made ready. Returns at once.
    fn prepare(&self) {}
    /// How like each of `texts` is to `question` by meaning, −1 to 1, in order; `None` where there is no embedder, or
    /// where many of the texts are new: they are learnt in the background, for the next question.
    fn likeness<'a>(&'a self, _question: &'a str, _texts: &'a [String]) -> BoxFuture<'a, Option<Vec<f32>>> {
        Box::pin(async { None })
    }
    /// What `text` means to the model of meanings; `None` where there is none.
    fn meaning<'a>(&'a self, _text: &'a str) -> BoxFuture<'a, Option<TextMeaning>> {
        Box::pin(async { None })
    }
    /// For `/health/memory`.
    fn info(&self) -> EngineInfo;
}

/// A text as a vector; near ones mean the like, where the same model made them.
#[derive(Debug, Clone, PartialEq)]
pub struct TextMeaning {
    /// Which model made it.
    pub model: String,
    /// Of length 1 (L2).
    pub vector: Vec<f32>,
}
