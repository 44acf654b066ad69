//! Inside the memory: what makes vectors of texts, and what finds near ones. Both are caches over the store and can be
//! made anew from it.
//!
//! Names (rooms, people, tags) come as small numbers: the store's side keeps the words. Implementations own no truth:
//! losing one costs time, never a memory.

use crate::MemoryError;
use rosie_core::memory::{Collection, Speaker};
use std::{path::Path, sync::Arc, time::Duration};

/// Makes vectors of texts. Blocking, called from the memory's own threads; several may call at once.
pub trait Embedder: Send + Sync {
    /// Of the model with its version; another id means that stored vectors are of no use.
    fn id(&self) -> &str;
    fn dimension(&self) -> usize;
    /// One vector a text, in order, each of [`Self::dimension`] numbers and of length 1 (L2). Longer texts than the
    /// model reads are cut, not refused.
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, MemoryError>;
}

/// Gives the embedder when it is needed. At rest it is let go of, so it is asked for again and again.
pub trait EmbedderSource: Send + Sync {
    /// Loads it, a fraction of a second. Blocking. An error says what is missing, and is no last word: it is tried
    /// again, so that a model which comes later is picked up.
    fn load(&self) -> Result<Arc<dyn Embedder>, MemoryError>;

    /// Quiet after which it is let go of.
    fn rest_after(&self) -> Duration {
        Duration::from_secs(10)
    }

    /// It was let go of: what the system can have back may be given back.
    fn released(&self) {}
}

/// One that costs nothing to keep.
impl<E: Embedder + 'static> EmbedderSource for Arc<E> {
    fn load(&self) -> Result<Arc<dyn Embedder>, MemoryError> {
        Ok(self.clone())
    }
}

/// What an entry of the index is about; a filter decides by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    pub collection: Collection,
    /// Where it was said. Facts and documents may have none.
    pub room: Option<u32>,
    /// To whom it belongs; `None` is the whole house.
    pub user: Option<u32>,
    pub speaker: Option<Speaker>,
    pub unix_ms: u64,
    /// A hash of the conversation's id; 0 is none.
    pub conversation: u64,
    pub tags: Vec<u32>,
}

/// Whose memories may be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Viewer {
    /// Only what belongs to the whole house.
    #[default]
    House,
    /// Theirs, and what belongs to the whole house.
    Person(u32),
    /// Everything.
    Owner,
}

/// Which entries may be found. Empty parts restrict nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndexFilter {
    pub collections: Vec<Collection>,
    /// Entries without a room are outside any list of rooms.
    pub rooms: Vec<u32>,
    pub viewer: Viewer,
    pub speaker: Option<Speaker>,
    /// Every one of these.
    pub tags: Vec<u32>,
    pub conversation: Option<u64>,
    pub except_conversation: Option<u64>,
    /// From this moment on.
    pub since_unix_ms: Option<u64>,
    /// Before this moment.
    pub until_unix_ms: Option<u64>,
}

impl IndexFilter {
    pub fn allows(&self, entry: &Attributes) -> bool {
        let belongs = match (self.viewer, entry.user) {
            (Viewer::Owner, _) | (_, None) => true,
            (Viewer::Person(one), Some(owner)) => one == owner,
            (Viewer::House, Some(_)) => false,
        };
        belongs
            && (self.collections.is_empty() || self.collections.contains(&entry.collection))
            && (self.rooms.is_empty() || entry.room.is_some_and(|room| self.rooms.contains(&room)))
            && (self.speaker.is_none() || self.speaker == entry.speaker)
            && self.conversation.is_none_or(|one| one == entry.conversation)
            && self.except_conversation.is_none_or(|one| one != entry.conversation)
            && self.since_unix_ms.is_none_or(|since| entry.unix_ms >= since)
            && self.until_unix_ms.is_none_or(|until| entry.unix_ms < until)
            && self.tags.iter().all(|tag| entry.tags.contains(tag))
    }
}

/// An entry on its way into the index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexEntry {
    pub key: u64,
    /// Of length 1 (L2).
    pub vector: Vec<f32>,
    pub attributes: Attributes,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    pub key: u64,
    /// Cosine, −1 to 1.
    pub similarity: f32,
}

/// How an index does, for statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IndexState {
    pub entries: usize,
    /// Held in memory, about.
    pub bytes: usize,
    /// Being rebuilt just now; searches are answered meanwhile.
    pub rebuilding: bool,
}

/// Finds near vectors. Answers while it is changed; never waits long. Every method may be called from any thread.
pub trait VectorIndex: Send + Sync {
    /// Adds entries; one whose key is there already is replaced. A vector of another dimension than the index holds
    /// is an error, and none of the entries is added then.
    fn add(&self, entries: Vec<IndexEntry>) -> Result<(), MemoryError>;
    /// Gives an entry other attributes (a tag was added). False where there is no such key.
    fn set_attributes(&self, key: u64, attributes: Attributes) -> bool;
    /// Found no more from now on. Returns how many were there.
    fn remove(&self, keys: &[u64]) -> usize;
    /// The nearest within the filter, nearest first; at most `k`. Exact where the filter leaves few.
    fn search(&self, vector: &[f32], filter: &IndexFilter, k: usize) -> Vec<Hit>;
    /// Whether it has an entry; where that cannot be told, yes.
    fn contains(&self, _key: u64) -> bool {
        true
    }
    /// Empties it; the next vectors may be of another dimension.
    fn clear(&self);
    /// Everything that is stored is to be added now; what saves time at the next start may be kept in this folder.
    fn loading(&self, _folder: &Path) {}
    /// That was everything: from now on time may be spent on being fast.
    fn loaded(&self) {}
    /// What was removed is to be gone from the disk as well, where something of it is there.
    fn erased(&self) {}
    fn state(&self) -> IndexState;
}
