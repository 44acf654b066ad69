//! What the memory keeps, as the owner sees it: messages, facts, documents, settings and figures.

use super::{MemoryFilter, MessageMeta, Speaker};
use crate::{ConversationId, Language, RoomId, UserId};
use serde::{Deserialize, Serialize};

/// A stored message, as the owner sees it. Ids are UUIDs of version 7.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageRecord {
    pub id: String,
    pub conversation: ConversationId,
    pub room: RoomId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    pub unix_ms: u64,
    pub speaker: Speaker,
    pub language: Language,
    pub text: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub meta: MessageMeta,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// When the owner last changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_unix_ms: Option<u64>,
}

/// A stored fact. Never deleted by being contradicted: the newer one names the older, which stays as history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactRecord {
    pub id: String,
    /// `user`, `house`, or a name in lower case (`daughter`, `ada`).
    pub subject: String,
    /// A word of English in snake_case (`name`, `birthday`, `allergic_to`, `note`).
    pub predicate: String,
    /// As said.
    pub object: String,
    /// Addressed to whom it is about: "Your daughter's name is Ada."
    pub sentence: String,
    pub language: Language,
    /// 0 to 1.
    pub confidence: f32,
    /// Who may see it; `None` is everybody in the house.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_to: Option<UserId>,
    /// Where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// The message it was taken from, as long as that is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_message: Option<String>,
    pub unix_ms: u64,
    /// The fact that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// How far a document is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DocumentState {
    /// Being read and cut into chunks.
    Parsing,
    /// Stored; found by words already, by meaning as far as `embedded` goes.
    Embedding {
        embedded: usize,
    },
    Ready,
    /// Nothing of it is searched; why, and what to do.
    Failed {
        reason: String,
    },
}

/// A document, without its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentRecord {
    pub id: String,
    pub title: String,
    /// `text/markdown`, `text/plain`, `text/html`, `application/pdf`.
    pub media_type: String,
    /// Of the file as it came.
    pub bytes: u64,
    pub chunks: usize,
    pub state: DocumentState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_to: Option<UserId>,
    pub unix_ms: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// About two hundred words of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChunkRecord {
    pub id: String,
    pub document: String,
    /// From 0, in the order of the text.
    pub position: usize,
    /// The headings above it, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<String>,
    pub text: String,
}

/// A file to be read. At most [`MAX_DOCUMENT_BYTES`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Upload {
    /// Its name or title; the ending tells the format where `media_type` does not.
    pub name: String,
    pub media_type: Option<String>,
    pub bytes: Vec<u8>,
    pub visible_to: Option<UserId>,
    pub tags: Vec<String>,
    /// The id of the document that this is a new version of; keeps its id, replaces its text.
    pub replaces: Option<String>,
}

/// Larger uploads are refused.
pub const MAX_DOCUMENT_BYTES: usize = 32 << 20;

/// What the owner looks for. Without `text` a list, newest first; with `text` the best matches first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemoryQuery {
    pub text: Option<String>,
    pub filter: MemoryFilter,
    /// At most so many; 0 is 50, at most 1,000.
    pub limit: usize,
    /// Lists only: older than the item with this id (the last of the page before).
    pub before: Option<String>,
}

/// One answer to a [`MemoryQuery`]. `kind` says which; `score` only where `text` was asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MemoryItem {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    #[serde(flatten)]
    pub record: MemoryRecord,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MemoryRecord {
    Message(MessageRecord),
    Fact(FactRecord),
    Document(DocumentRecord),
    Chunk(ChunkRecord),
}

/// What the owner changes of a message or a fact; absent parts stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemoryEdit {
    /// A message's text, a fact's sentence, a document's title.
    pub text: Option<String>,
    /// All of them anew.
    pub tags: Option<Vec<String>>,
    /// Facts only.
    pub object: Option<String>,
    /// Facts and documents: `Some(None)` (in JSON `null`) shows it to everybody.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub visible_to: Option<Option<UserId>>,
}

/// A fact as the owner writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFact {
    pub subject: String,
    pub predicate: String,
    pub object: String,
    /// Empty: made of the other three.
    #[serde(default)]
    pub sentence: String,
    #[serde(default)]
    pub visible_to: Option<UserId>,
    #[serde(default)]
    pub tags: Vec<String>,
}

/// How long and what is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemorySettings {
    /// Messages older than so many days are deleted. `None` keeps them.
    pub retention_days: Option<u32>,
    /// Nothing said in these rooms is kept.
    pub do_not_store_rooms: Vec<RoomId>,
}

/// What and how much there is.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MemoryStats {
    pub messages: u64,
    /// Those that hold, without history.
    pub facts: u64,
    pub facts_superseded: u64,
    pub documents: u64,
    pub chunks: u64,
    pub bytes_on_disk: u64,
    /// Entries found by meaning now.
    pub index_entries: u64,
    /// Memory they take, about.
    pub index_bytes: u64,
    pub index_rebuilding: bool,
    /// Id of the model that makes vectors; `None` finds by words only.
    pub embedder: Option<String>,
    /// Items that have a vector of this model, of so many.
    pub embedded: u64,
    pub embeddable: u64,
    /// Kept in memory only until the disk works again.
    pub unsaved: u64,
    pub oldest_unix_ms: Option<u64>,
}

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    pub messages: u64,
    pub facts: u64,
    pub documents: u64,
    pub chunks: u64,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Tells `null` from absent.
fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Option<UserId>>, D::Error> {
    Option::<UserId>::deserialize(value).map(Some)
}
