//! Backups as their owner sees them: the seam between the gateway and the daemon.

use crate::{
    BoxFuture, Failure,
    appliance::ConfigMistake,
    memory::{ChunkSink, ChunkSource},
};
use serde::{Deserialize, Serialize};

/// What a backup is made of. Each can be left out when it is brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupPart {
    /// What is remembered, and timers, alarms, reminders, and what was set by voice.
    Memory,
    Configuration,
    /// Keys and tokens of services, of the secrets store.
    Keys,
    /// The list of what was done in the house.
    Deeds,
    /// Plugins, and which of them are enabled.
    Plugins,
    /// The owner's own sentences.
    Sentences,
}

impl BackupPart {
    pub const ALL: [Self; 6] = [
        Self::Memory,
        Self::Configuration,
        Self::Keys,
        Self::Deeds,
        Self::Plugins,
        Self::Sentences,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Configuration => "configuration",
            Self::Keys => "keys",
            Self::Deeds => "deeds",
            Self::Plugins => "plugins",
            Self::Sentences => "sentences",
        }
    }
}

/// How much of each the memory holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupContents {
    pub messages: u64,
    pub facts: u64,
    pub documents: u64,
    pub timers: u64,
}

/// A file in the folder of backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupFile {
    /// `rosie-20261128-033000.rosie-backup`
    pub name: String,
    pub bytes: u64,
    /// As its name tells; of one that was made elsewhere and is called otherwise, when the file was last written.
    pub made_unix_ms: u64,
}

/// What stands in a backup; every byte of it was read and found right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupInfo {
    pub made_unix_ms: u64,
    /// The version that made it.
    pub rosie: String,
    /// Of the machine that made it.
    pub machine: String,
    pub parts: Vec<BackupPart>,
    pub contents: BackupContents,
    /// Unpacked.
    pub bytes: u64,
}

/// What would be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupPreview {
    pub backup: BackupInfo,
    /// What this Rosie holds now, which would be gone from her memory.
    pub here: BackupContents,
}

/// Of what is being done now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupProgress {
    /// `collecting`, `writing`, `verifying`, `reading`.
    pub step: &'static str,
    pub bytes_done: u64,
    /// 0 where it is not known.
    pub bytes_all: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BackupState {
    pub folder: String,
    /// Time of the day of the nightly one; empty: none is made by itself.
    pub at: String,
    pub keep: u32,
    /// They lie on the disk that everything else of hers is on, and end with it.
    pub same_disk: bool,
    /// A passphrase is kept, so that one can be made.
    pub has_passphrase: bool,
    /// `None` while nothing is done.
    pub running: Option<BackupProgress>,
    /// Why the last one failed; `None` after one that did not.
    pub problem: Option<String>,
    /// Newest first.
    pub backups: Vec<BackupFile>,
}

/// Why nothing was brought back. Nothing was changed.
#[derive(Debug, Clone, PartialEq)]
pub enum RestoreRefused {
    Failed(Failure),
    /// The configuration of the backup cannot be used here.
    Mistakes(Vec<ConfigMistake>),
}

impl From<Failure> for RestoreRefused {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// What the owner may do with backups. What is refused is [`crate::ErrorCode::BadRequest`], and says what to do. A
/// `passphrase` that is not given is the one that is kept here.
pub trait BackupAdmin: Send + Sync {
    fn state(&self) -> BoxFuture<'_, Result<BackupState, Failure>>;
    /// Makes one, reads it back, and removes the oldest beyond those that are kept.
    fn make(&self, keys: bool) -> BoxFuture<'_, Result<BackupFile, Failure>>;
    /// Gives the file as it lies there, encrypted.
    fn read(&self, name: String, sink: ChunkSink) -> BoxFuture<'_, Result<(), Failure>>;
    /// Takes in a file that was made elsewhere; one of that name is not overwritten.
    fn add(&self, name: String, source: ChunkSource) -> BoxFuture<'_, Result<BackupFile, Failure>>;
    fn remove(&self, name: String) -> BoxFuture<'_, Result<(), Failure>>;
    /// Reads all of it, and tells what it would replace.
    fn preview(&self, name: String, passphrase: Option<String>) -> BoxFuture<'_, Result<BackupPreview, Failure>>;
    /// Brings these parts back, which a restart a moment later puts in force. What they replace is kept aside.
    fn restore(
        &self,
        name: String,
        passphrase: Option<String>,
        parts: Vec<BackupPart>,
    ) -> BoxFuture<'_, Result<BackupInfo, RestoreRefused>>;
}
