//! The entries in memory: vectors in shared pieces, what they are about in a table of their own.
//!
//! A row's number never changes while it lives in one [`Rows`]; removed rows stay as tombstones until the rows are
//! written anew ([`Rows::compacted`]). A clone of the vectors shares every piece, so that a graph can be built of them
//! while entries go on arriving.

use super::quant::{Quantised, Question};
use crate::seam::{Attributes, Hit};
use rosie_core::memory::{Collection, Speaker};
use std::{collections::HashMap, sync::Arc};

/// Rows in a piece.
const PIECE: usize = 1024;
/// In place of a room or a person that is not there.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Default)]
struct Piece {
    levels: Vec<i8>,
    scales: Vec<f32>,
}

/// Quantised vectors of one dimension, by row.
#[derive(Debug, Clone, Default)]
pub(super) struct Vectors {
    dimension: usize,
    pieces: Vec<Arc<Piece>>,
    len: usize,
}

impl Vectors {
    pub fn new(dimension: usize) -> Vectors {
        Vectors {
            dimension,
            ..Vectors::default()
        }
    }

    pub fn dimension(&self) -> usize {
        self.dimension
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn push(&mut self, levels: &[i8], scale: f32) {
        if self.len.is_multiple_of(PIECE) {
            self.pieces.push(Arc::default());
        }
        if let Some(last) = self.pieces.last_mut() {
            // Copies the last piece once where a builder still holds it.
            let last = Arc::make_mut(last);
            last.levels.extend_from_slice(levels);
            last.scales.push(scale);
            self.len += 1;
        }
    }

    #[inline]
    pub fn row(&self, row: usize) -> (&[i8], f32) {
        let (piece, at) = (&self.pieces[row / PIECE], row % PIECE);
        (
            &piece.levels[at * self.dimension..(at + 1) * self.dimension],
            piece.scales[at],
        )
    }

    pub fn bytes(&self) -> usize {
        let of = |p: &Arc<Piece>| p.levels.capacity() + 4 * p.scales.capacity();
        self.pieces.iter().map(of).sum()
    }
}

/// [`Attributes`] in 32 bytes; tags as the number of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meta {
    pub unix_ms: u64,
    pub conversation: u64,
    pub room: u32,
    pub user: u32,
    pub tags: u32,
    /// [`collection_number`].
    pub collection: u8,
    /// [`speaker_number`].
    pub speaker: u8,
    pub alive: bool,
}

pub(super) fn collection_number(collection: Collection) -> u8 {
    match collection {
        Collection::Messages => 0,
        Collection::Facts => 1,
        Collection::Documents => 2,
    }
}

/// 0 is nobody.
pub(super) fn speaker_number(speaker: Option<Speaker>) -> u8 {
    match speaker {
        None => 0,
        Some(Speaker::User) => 1,
        Some(Speaker::Rosie) => 2,
    }
}

/// Every combination of tags that occurs, once, sorted. Number 0 is no tags.
#[derive(Debug, Clone)]
pub(super) struct TagSets {
    pub sets: Vec<Box<[u32]>>,
    numbers: HashMap<Box<[u32]>, u32>,
}

impl Default for TagSets {
    fn default() -> Self {
        let mut sets = TagSets {
            sets: Vec::new(),
            numbers: HashMap::new(),
        };
        sets.number(&[]);
        sets
    }
}

impl TagSets {
    pub fn number(&mut self, tags: &[u32]) -> u32 {
        let mut set = tags.to_vec();
        set.sort_unstable();
        set.dedup();
        let set = set.into_boxed_slice();
        if let Some(&number) = self.numbers.get(&set) {
            return number;
        }
        let number = self.sets.len() as u32;
        self.sets.push(set.clone());
        self.numbers.insert(set, number);
        number
    }
}

/// All entries.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    pub vectors: Vectors,
    pub keys: Vec<u64>,
    pub metas: Vec<Meta>,
    pub tags: TagSets,
    by_key: HashMap<u64, u32>,
}

impl Rows {
    pub fn new(dimension: usize) -> Rows {
        Rows {
            vectors: Vectors::new(dimension),
            ..Rows::default()
        }
    }

    /// Rows with tombstones.
    pub fn len(&self) -> usize {
        self.metas.len()
    }

    pub fn alive(&self) -> usize {
        self.by_key.len()
    }

    pub fn dead(&self) -> usize {
        self.len() - self.alive()
    }

    pub fn row_of(&self, key: u64) -> Option<usize> {
        self.by_key.get(&key).map(|&row| row as usize)
    }

    pub fn live_keys(&self) -> impl Iterator<Item = u64> + '_ {
        self.by_key.keys().copied()
    }

    pub fn push(&mut self, key: u64, vector: &Quantised, attributes: &Attributes) {
        let meta = self.meta(attributes);
        self.push_row(key, (&vector.levels, vector.scale), meta);
    }

    /// A row as it stands elsewhere; its tags must be a number of this [`TagSets`].
    pub fn push_row(&mut self, key: u64, vector: (&[i8], f32), meta: Meta) {
        let row = self.len() as u32;
        if meta.alive
            && let Some(old) = self.by_key.insert(key, row)
        {
            self.metas[old as usize].alive = false;
        }
        self.vectors.push(vector.0, vector.1);
        self.keys.push(key);
        self.metas.push(meta);
    }

    pub fn set_attributes(&mut self, key: u64, attributes: &Attributes) -> bool {
        let Some(&row) = self.by_key.get(&key) else {
            return false;
        };
        self.metas[row as usize] = self.meta(attributes);
        true
    }

    pub fn remove(&mut self, key: u64) -> bool {
        let Some(row) = self.by_key.remove(&key) else {
            return false;
        };
        self.metas[row as usize].alive = false;
        true
    }

    fn meta(&mut self, attributes: &Attributes) -> Meta {
        Meta {
            unix_ms: attributes.unix_ms,
            conversation: attributes.conversation,
            room: attributes.room.unwrap_or(NONE),
            user: attributes.user.unwrap_or(NONE),
            tags: self.tags.number(&attributes.tags),
            collection: collection_number(attributes.collection),
            speaker: speaker_number(attributes.speaker),
            alive: true,
        }
    }

    /// The living rows alone. `tags` keeps its numbers.
    pub fn compacted(&self) -> Rows {
        let mut fresh = Rows::new(self.vectors.dimension());
        fresh.tags = self.tags.clone();
        for row in (0..self.len()).filter(|&row| self.metas[row].alive) {
            fresh.push_row(self.keys[row], self.vectors.row(row), self.metas[row]);
        }
        fresh
    }

    #[inline]
    pub fn hit(&self, question: &Question, row: usize) -> Hit {
        let (levels, scale) = self.vectors.row(row);
        Hit {
            key: self.keys[row],
            similarity: question.similarity(levels, scale),
        }
    }

    pub fn bytes(&self) -> usize {
        let tags: usize = self.tags.sets.iter().map(|s| 2 * (16 + 4 * s.len()) + 8).sum();
        self.vectors.bytes()
            + 8 * self.keys.capacity()
            + size_of::<Meta>() * self.metas.capacity()
            + 17 * self.by_key.capacity()
            + tags
    }
}
