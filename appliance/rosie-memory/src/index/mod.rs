//! Finds near vectors: entries in memory as small numbers, looked at one by one while there are few, with a graph of
//! the older ones where there are many. docs/decisions/0014-vector-index.md says why and gives the figures.
//!
//! Invariants: a search never waits for a graph to be built; a removed entry is found no more once `remove` returned;
//! the filter is part of the search, so a result is short only when no more entries are allowed. Nothing here is the
//! truth: the file beside the store only saves the time of building a graph.

mod calibrate;
mod diverse;
mod graph;
mod graph_file;
mod links;
mod merge;
mod quant;
mod rows;
mod scan;
mod top;

use crate::{
    MemoryError,
    seam::{Attributes, Hit, IndexEntry, IndexFilter, IndexState, VectorIndex},
};
use graph::Graph;
use merge::Builder;
pub(crate) use quant::Quantised;
use quant::Question;
use rows::Rows;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, Ordering},
    },
};

/// Name of the graph's file inside the data folder.
pub const GRAPH_FILE_NAME: &str = "rosie.graph";

/// When the background thread has something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexSettings {
    /// Living entries from which on a graph is built. Below, looking at all takes less than a millisecond.
    pub graph_from: usize,
    /// Entries outside the graph that are looked at one by one, at least, before it is built anew; it is also let wait
    /// until they are a quarter of those inside.
    pub tail: usize,
    /// Removed entries that are let lie, at least, and until they are an eighth of all.
    pub tombstones: usize,
    /// A graph that saves nothing is thrown away. False only to try the graph itself with few entries.
    pub graph_must_pay: bool,
}

impl Default for IndexSettings {
    fn default() -> Self {
        IndexSettings {
            graph_from: 32_768,
            tail: 8192,
            tombstones: 256,
            graph_must_pay: true,
        }
    }
}

/// The index of one memory. Cheap to share in an `Arc`; dropping it ends its thread.
#[derive(Debug)]
pub struct LiveIndex {
    shared: Arc<Shared>,
    builder: Builder,
}

#[derive(Debug)]
struct Shared {
    settings: IndexSettings,
    /// Where the graph is kept.
    file: RwLock<Option<PathBuf>>,
    /// Not everything that is stored was added yet: no graph is to be built of a part.
    waits: AtomicBool,
    /// The graph in the file is to be looked at.
    take_up: AtomicBool,
    /// What was removed is to be gone from the file.
    erased: AtomicBool,
    contents: RwLock<Contents>,
}

#[derive(Debug, Default)]
struct Contents {
    rows: Rows,
    graph: Option<Arc<Graph>>,
    /// Rows there were when a graph was tried last.
    tried: usize,
    /// Counts the times that everything was thrown away: what was built of an older life is of no use.
    life: u64,
}

impl Shared {
    fn read(&self) -> RwLockReadGuard<'_, Contents> {
        self.contents.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self) -> Option<PathBuf> {
        self.file.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self) -> RwLockWriteGuard<'_, Contents> {
        self.contents.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LiveIndex {
    /// An empty index. The dimension is that of the first vector.
    pub fn new(settings: IndexSettings) -> LiveIndex {
        let shared = Arc::new(Shared {
            settings,
            file: RwLock::default(),
            waits: AtomicBool::new(false),
            take_up: AtomicBool::new(false),
            erased: AtomicBool::new(false),
            contents: RwLock::default(),
        });
        let builder = Builder::start(shared.clone());
        LiveIndex { shared, builder }
    }

    pub fn len(&self) -> usize {
        self.shared.read().rows.alive()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// 0 while it was never added to.
    pub fn dimension(&self) -> usize {
        self.shared.read().rows.vectors.dimension()
    }

    pub fn contains(&self, key: u64) -> bool {
        self.shared.read().rows.row_of(key).is_some()
    }

    /// Every key, in no order: to compare with the store after a start.
    pub fn keys(&self) -> Vec<u64> {
        self.shared.read().rows.live_keys().collect()
    }

    /// Waits until the background thread has nothing to do. For benchmarks and tests.
    pub fn settle(&self) {
        self.builder.wait_idle();
    }

    /// Entries that the graph covers; 0 without one.
    pub fn in_graph(&self) -> usize {
        self.shared.read().graph.as_ref().map_or(0, |graph| graph.covered())
    }
}

impl VectorIndex for LiveIndex {
    fn contains(&self, key: u64) -> bool {
        LiveIndex::contains(self, key)
    }

    fn add(&self, entries: Vec<IndexEntry>) -> Result<(), MemoryError> {
        let Some(first) = entries.first() else {
            return Ok(());
        };
        let dimension = match self.dimension() {
            0 => first.vector.len(),
            known => known,
        };
        let quantised = quantised(&entries, dimension)?;
        let mut contents = self.shared.write();
        if contents.rows.len() == 0 {
            contents.rows = Rows::new(dimension);
        }
        let known = contents.rows.vectors.dimension();
        if known != dimension {
            return Err(unfit(dimension, known));
        }
        for (entry, vector) in entries.iter().zip(&quantised) {
            contents.rows.push(entry.key, vector, &entry.attributes);
        }
        drop(contents);
        self.builder.look();
        Ok(())
    }

    fn set_attributes(&self, key: u64, attributes: Attributes) -> bool {
        self.shared.write().rows.set_attributes(key, &attributes)
    }

    fn remove(&self, keys: &[u64]) -> usize {
        let mut contents = self.shared.write();
        let removed = keys.iter().filter(|&&key| contents.rows.remove(key)).count();
        drop(contents);
        if removed > 0 {
            self.builder.look();
        }
        removed
    }

    fn search(&self, vector: &[f32], filter: &IndexFilter, k: usize) -> Vec<Hit> {
        let question = Question::of(vector);
        let contents = self.shared.read();
        if k == 0 || contents.rows.alive() == 0 || vector.len() != contents.rows.vectors.dimension() {
            return Vec::new();
        }
        scan::search(&contents.rows, contents.graph.as_deref(), &question, filter, k)
    }

    fn clear(&self) {
        let mut contents = self.shared.write();
        let fresh = Contents {
            life: contents.life + 1,
            ..Contents::default()
        };
        let old = std::mem::replace(&mut *contents, fresh);
        drop(contents);
        drop(old);
    }

    fn loading(&self, folder: &Path) {
        *self.shared.file.write().unwrap_or_else(PoisonError::into_inner) = Some(folder.join(GRAPH_FILE_NAME));
        self.shared.waits.store(true, Ordering::SeqCst);
    }

    fn loaded(&self) {
        if self.shared.waits.swap(false, Ordering::SeqCst) {
            self.shared.take_up.store(true, Ordering::SeqCst);
        }
        self.builder.look();
    }

    fn erased(&self) {
        self.shared.erased.store(true, Ordering::SeqCst);
        self.builder.look();
    }

    fn state(&self) -> IndexState {
        let contents = self.shared.read();
        IndexState {
            entries: contents.rows.alive(),
            bytes: contents.rows.bytes() + contents.graph.as_ref().map_or(0, |graph| graph.bytes()),
            rebuilding: self.builder.is_busy(),
        }
    }
}

fn quantised(entries: &[IndexEntry], dimension: usize) -> Result<Vec<Quantised>, MemoryError> {
    let check = |entry: &IndexEntry| match entry.vector.len() {
        found if found != dimension || found == 0 => Err(unfit(found, dimension)),
        _ => Ok(Quantised::of(&entry.vector)),
    };
    entries.iter().map(check).collect()
}

fn unfit(found: usize, expected: usize) -> MemoryError {
    MemoryError::Meaning(format!("a vector of {found} numbers in an index of {expected}"))
}
