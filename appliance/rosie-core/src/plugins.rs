//! What the owner may do with plugins, and what another assistant may ask of Rosie: both seams between the gateway and the
//! daemon.

use crate::{BoxFuture, Failure, Language, RoomId, dialog::EntityState, engine::EngineInfo, memory::MemoryItem};
use serde::Serialize;
use std::collections::BTreeMap;

/// Longest archive of a plugin.
pub const MAX_ARCHIVE_BYTES: usize = 16 * 1024 * 1024;

/// A plugin as the owner sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PluginStatus {
    pub name: String,
    pub version: String,
    pub description: String,
    /// Its program and arguments, or its address.
    pub runs: String,
    /// It came with the image and cannot be removed.
    pub built_in: bool,
    pub enabled: bool,
    /// It may use the network.
    pub network: bool,
    /// Where it may be used; `None`: everywhere.
    pub rooms: Option<Vec<String>>,
    /// Tools that are asked about first.
    pub dangerous: Vec<String>,
    /// Its sentences, by language.
    pub sentences: BTreeMap<String, Vec<String>>,
    /// Tools that it told of; empty while it does not run.
    pub tools: Vec<String>,
    /// `None` while it is not enabled.
    pub health: Option<EngineInfo>,
    /// Why it cannot be used, and what to do.
    pub problem: Option<String>,
    /// The end of what it wrote on its standard error.
    pub last_words: String,
}

/// Where a plugin comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PluginSource {
    /// A `.tar.gz` or `.zip`.
    Archive(Vec<u8>),
    /// A folder on the appliance; it is copied.
    Folder(String),
}

/// What the owner may do with plugins. What is refused is [`crate::ErrorCode::BadRequest`], and says what to do.
pub trait PluginAdmin: Send + Sync {
    fn list(&self) -> BoxFuture<'_, Result<Vec<PluginStatus>, Failure>>;
    /// Puts a new one in, not enabled; with `update` in place of the one of that name.
    fn install(&self, source: PluginSource, update: Option<String>) -> BoxFuture<'_, Result<PluginStatus, Failure>>;
    fn set_enabled(&self, name: String, enabled: bool) -> BoxFuture<'_, Result<PluginStatus, Failure>>;
    fn remove(&self, name: String) -> BoxFuture<'_, Result<(), Failure>>;
}

/// A running timer, as another assistant is told of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimerTold {
    pub name: Option<String>,
    pub room: RoomId,
    /// Unix milliseconds; `None` while it is paused.
    pub rings_unix_ms: Option<u64>,
}

/// What another assistant may ask of Rosie, once it has shown the owner's token.
pub trait Assistant: Send + Sync {
    /// Whether this is the owner's token. Takes as long for any other.
    fn admits(&self, token: &str) -> bool;
    fn rooms(&self) -> Vec<RoomId>;
    /// Answers as if it had been typed in that room; without one in the first.
    fn ask(
        &self,
        room: Option<RoomId>,
        text: String,
        language: Option<Language>,
    ) -> BoxFuture<'_, Result<String, Failure>>;
    /// Speaks a text in a room, or everywhere; `urgent` also where nobody wants to be disturbed. Returns how many endpoints speak.
    fn say(&self, room: Option<RoomId>, text: &str, urgent: bool) -> usize;
    fn timers(&self) -> Vec<TimerTold>;
    fn search_memory(&self, text: String, limit: usize) -> BoxFuture<'_, Result<Vec<MemoryItem>, Failure>>;
    fn home(&self) -> Vec<EntityState>;
}
