//! The owner's control over the memory: see it, change it, take it out, bring it in, delete it.
//!
//! Implemented by `rosie-memory`, used by `rosie-gateway` for the HTTP API.

use super::{
    ChunkRecord, DocumentRecord, FactRecord, Imported, MemoryEdit, MemoryFilter, MemoryItem, MemoryQuery, MemoryRecord,
    MemorySettings, MemoryStats, NewFact, Upload,
};
use crate::{BoxFuture, Failure};

/// Of a long piece of work: so much done of so much.
pub type MemoryProgress = Box<dyn FnMut(u64, u64) + Send>;
/// Takes a file piece by piece on a thread of the memory's, and may block there. False: nobody listens any more.
pub type ChunkSink = Box<dyn FnMut(Vec<u8>) -> bool + Send>;
/// Gives a file piece by piece on a thread of the memory's, and may block there. `None`: the end.
pub type ChunkSource = Box<dyn FnMut() -> Option<Result<Vec<u8>, Failure>> + Send>;

/// The owner's control over the memory. Mistakes of the caller (an unknown id, a filter that contradicts itself, a file
/// that is none of ours) are `bad-request`; what is done is durable when it returns.
pub trait MemoryAdmin: Send + Sync {
    fn query(&self, query: MemoryQuery) -> BoxFuture<'_, Result<Vec<MemoryItem>, Failure>>;
    fn get(&self, id: &str) -> BoxFuture<'_, Result<Option<MemoryRecord>, Failure>>;
    /// Changes a message, a fact, or a document's title, tags and visibility. Returns how it is now.
    fn edit(&self, id: &str, edit: MemoryEdit) -> BoxFuture<'_, Result<MemoryRecord, Failure>>;
    /// Deletes messages, facts (with their history) and documents (with their chunks). Returns how many of the ids
    /// there were. Not found any more when it returns; overwritten in the file within a minute of quiet.
    fn delete(&self, ids: Vec<String>) -> BoxFuture<'_, Result<usize, Failure>>;
    /// Deletes everything within the filter; an empty one with `all_users` is everything. Returns how many items went.
    fn clear(&self, filter: MemoryFilter) -> BoxFuture<'_, Result<usize, Failure>>;
    fn add_fact(&self, fact: NewFact) -> BoxFuture<'_, Result<FactRecord, Failure>>;
    /// The fact and those that it took the place of, newest first.
    fn fact_history(&self, id: &str) -> BoxFuture<'_, Result<Vec<FactRecord>, Failure>>;
    /// Returns at once with the document in state `parsing`; [`Self::get`] tells how far it is.
    fn upload(&self, upload: Upload) -> BoxFuture<'_, Result<DocumentRecord, Failure>>;
    /// In the order of the text.
    fn chunks(&self, document: &str) -> BoxFuture<'_, Result<Vec<ChunkRecord>, Failure>>;
    fn settings(&self) -> Result<MemorySettings, Failure>;
    /// A shorter retention deletes in the background, at once.
    fn set_settings(&self, settings: MemorySettings) -> BoxFuture<'_, Result<(), Failure>>;
    fn stats(&self) -> Result<MemoryStats, Failure>;
    /// Writes everything as one JSON document (UTF-8), piece by piece; settings included, vectors not.
    fn export(&self, sink: ChunkSink, progress: MemoryProgress) -> BoxFuture<'_, Result<(), Failure>>;
    /// Takes an export in. All of it or nothing; items with ids that are there already are replaced.
    fn import(&self, source: ChunkSource, progress: MemoryProgress) -> BoxFuture<'_, Result<Imported, Failure>>;
}
