//! The entries in memory: vectors in shared pieces, what they are about in a table of their own.
//!
//! A row's number never changes while it lives in one [`Rows`]; removed rows stay as tombstones until the rows are
//! written anew ([`Rows::compacted`]). A clone of the vectors shares every piece, so that a graph can be built of them
//! while entries go on arriving.

use super::quant::{Quantised, Row, fine_bytes, halves};
use crate::{
    about::{Meta, TagSets},
    seam::Attributes,
};
use std::{collections::HashMap, sync::Arc};

/// Rows in a piece.
const PIECE: usize = 1024;
/// Bytes the processor fetches at once.
const CACHE_LINE: usize = 64;

#[derive(Debug, Clone, Default)]
struct Piece {
    coarse: Vec<i8>,
    fine: Vec<u8>,
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

    pub fn push(&mut self, vector: &Quantised) {
        self.append(&vector.coarse, halves(&vector.fine), vector.scale);
    }

    /// One of another set of the same dimension.
    pub fn push_row(&mut self, row: Row<'_>) {
        self.append(row.coarse, row.fine.iter().copied(), row.scale);
    }

    fn append(&mut self, coarse: &[i8], fine: impl Iterator<Item = u8>, scale: f32) {
        if self.len.is_multiple_of(PIECE) {
            self.pieces.push(Arc::default());
        }
        if let Some(last) = self.pieces.last_mut() {
            // Copies the last piece once where a builder still holds it.
            let last = Arc::make_mut(last);
            last.coarse.extend_from_slice(coarse);
            last.fine.extend(fine);
            last.scales.push(scale);
            self.len += 1;
        }
    }

    /// What most of a search looks at.
    #[inline]
    pub fn coarse(&self, row: usize) -> (&[i8], f32) {
        let (piece, at) = (&self.pieces[row / PIECE], row % PIECE);
        (
            &piece.coarse[at * self.dimension..(at + 1) * self.dimension],
            piece.scales[at],
        )
    }

    /// Coarse planes and scales, piece by piece in the order of rows.
    pub fn pieces(&self) -> impl Iterator<Item = (&[i8], &[f32])> {
        self.pieces
            .iter()
            .map(|piece| (piece.coarse.as_slice(), piece.scales.as_slice()))
    }

    /// Has the processor bring these rows' coarse planes near, all at once: one after the other each would be waited for.
    #[inline]
    pub fn fetch(&self, rows: impl Iterator<Item = u32>) {
        let mut sum = 0i8;
        for row in rows {
            let (coarse, _) = self.coarse(row as usize);
            sum = coarse.iter().step_by(CACHE_LINE).fold(sum, |sum, &level| sum ^ level);
        }
        std::hint::black_box(sum);
    }

    pub fn row(&self, row: usize) -> Row<'_> {
        let (piece, at) = (&self.pieces[row / PIECE], row % PIECE);
        let fine = fine_bytes(self.dimension);
        Row {
            coarse: &piece.coarse[at * self.dimension..(at + 1) * self.dimension],
            fine: &piece.fine[at * fine..(at + 1) * fine],
            scale: piece.scales[at],
        }
    }

    pub fn bytes(&self) -> usize {
        let of = |p: &Arc<Piece>| p.coarse.capacity() + p.fine.capacity() + 4 * p.scales.capacity();
        self.pieces.iter().map(of).sum()
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
        let meta = Meta::of(attributes, &mut self.tags);
        let row = self.len() as u32;
        if let Some(old) = self.by_key.insert(key, row) {
            self.metas[old as usize].alive = false;
        }
        self.vectors.push(vector);
        self.keys.push(key);
        self.metas.push(meta);
    }

    pub fn set_attributes(&mut self, key: u64, attributes: &Attributes) -> bool {
        let Some(&row) = self.by_key.get(&key) else {
            return false;
        };
        self.metas[row as usize] = Meta::of(attributes, &mut self.tags);
        true
    }

    pub fn remove(&mut self, key: u64) -> bool {
        let Some(row) = self.by_key.remove(&key) else {
            return false;
        };
        self.metas[row as usize].alive = false;
        true
    }

    /// Which rows live.
    pub fn living(&self) -> Vec<bool> {
        self.metas.iter().map(|meta| meta.alive).collect()
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

/// Rows without those that were dead, made beside those that are searched.
#[derive(Debug)]
pub(super) struct Compacted {
    vectors: Vectors,
    keys: Vec<u64>,
    by_key: HashMap<u64, u32>,
    /// Which row each was.
    was: Vec<u32>,
    /// Rows there were.
    of: usize,
}

impl Compacted {
    /// Of the first rows, which `living` tells of.
    pub fn of(vectors: &Vectors, keys: &[u64], living: &[bool]) -> Compacted {
        let was: Vec<u32> = (0..living.len() as u32).filter(|&row| living[row as usize]).collect();
        let mut fresh = Vectors::new(vectors.dimension());
        was.iter().for_each(|&row| fresh.push_row(vectors.row(row as usize)));
        let keys: Vec<u64> = was.iter().map(|&row| keys[row as usize]).collect();
        Compacted {
            vectors: fresh,
            by_key: keys.iter().zip(0..).map(|(&key, row)| (key, row)).collect(),
            keys,
            was,
            of: living.len(),
        }
    }

    pub fn vectors(&self) -> &Vectors {
        &self.vectors
    }

    /// Takes the place of `rows`, with what happened to them since. Returns what they were, to be dropped when nobody
    /// waits.
    pub fn replace(self, rows: &mut Rows) -> Rows {
        let mut fresh = Rows {
            vectors: self.vectors,
            keys: self.keys,
            metas: self.was.iter().map(|&row| rows.metas[row as usize]).collect(),
            tags: std::mem::take(&mut rows.tags),
            by_key: self.by_key,
        };
        for row in (0..fresh.len()).filter(|&row| !fresh.metas[row].alive) {
            fresh.by_key.remove(&fresh.keys[row]);
        }
        for row in (self.of..rows.len()).filter(|&row| rows.metas[row].alive) {
            fresh.by_key.insert(rows.keys[row], fresh.metas.len() as u32);
            fresh.vectors.push_row(rows.vectors.row(row));
            fresh.keys.push(rows.keys[row]);
            fresh.metas.push(rows.metas[row]);
        }
        std::mem::replace(rows, fresh)
    }
}
