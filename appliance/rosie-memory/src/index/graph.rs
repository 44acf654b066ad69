//! Hierarchical navigable small world graph (Malkov and Yashunin 2016) over the first rows of an index: finds the
//! nearest of many without looking at all of them. instant-distance builds it; searching is here, so that filters and
//! removed rows are part of the search and the breadth fits the data.

use super::{
    diverse,
    links::{self, Packed},
    quant::{Question, between},
    rows::Vectors,
    top::{Near, Top},
};
use instant_distance::{Builder, Point};
use pulp::Arch;
use serde::{Serialize, Serializer};
use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    sync::atomic::{AtomicBool, Ordering},
};

/// Candidates a node chooses its links from. More takes longer and finds no more (example `index_figures`).
const BREADTH_BUILDING: usize = 64;
/// Of this many nodes one stands on the next layer.
const LAYER_RATIO: f32 = 1.0 / 16.0;

/// Places where a search of the lowest layer begins.
const ENTRIES: usize = 12;

/// The graph; nodes are rows.
#[derive(Debug, PartialEq)]
pub(super) struct Graph {
    /// Links of the lowest layer, by row, as rows.
    pub lowest: Packed,
    /// Layers above, the higher the later; nodes and links as places in `entry_rows`.
    pub above: Vec<Packed>,
    /// Rows of the nodes that stand on a layer above. The first is where every search begins.
    pub entry_rows: Vec<u32>,
    /// Rows among those it counts that are in no list of links: they came after it was built.
    pub outside: Vec<u32>,
    /// How many candidates a search keeps open; see `calibrate.rs`.
    pub breadth: usize,
    /// Rows that take as long to look at one by one as a search takes.
    pub cost: usize,
}

/// A search that came to nothing within its budget.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooFar;

/// A row's vector, as instant-distance wants it.
#[derive(Clone)]
struct Handle<'a> {
    vector: (&'a [i8], f32),
    arch: Arch,
    stop: &'a AtomicBool,
}

impl Point for Handle<'_> {
    fn distance(&self, other: &Self) -> f32 {
        // Building cannot be broken off; without distances it ends soon.
        if self.stop.load(Ordering::Relaxed) {
            return 0.0;
        }
        1.0 - between(self.arch, self.vector, other.vector)
    }
}

impl Serialize for Handle<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl Graph {
    /// Builds on one thread; takes about 0.3 ms a row. `None` when `stop` was set meanwhile.
    pub fn build(vectors: &Vectors, pool: &rayon::ThreadPool, stop: &AtomicBool) -> Option<Graph> {
        let arch = Arch::new();
        let handle = |row| Handle {
            vector: vectors.coarse(row),
            arch,
            stop,
        };
        let points: Vec<_> = (0..vectors.len()).map(handle).collect();
        let builder = Builder::default()
            .ef_construction(BREADTH_BUILDING)
            .ml(LAYER_RATIO)
            .select_heuristic(None)
            .seed(0);
        let (built, node_of_row) = pool.install(|| builder.build_hnsw(points));
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let mut row_of_node = vec![0; node_of_row.len()];
        for (row, node) in node_of_row.iter().enumerate() {
            row_of_node[node.into_inner() as usize] = row as u32;
        }
        let links = links::of(built)?;
        let mut lowest = Packed::default();
        lowest.starts.reserve_exact(vectors.len());
        for node in node_of_row {
            let own = row_of_node[node.into_inner() as usize];
            let linked = links.lowest.list(node.into_inner() as usize);
            let from = lowest.numbers.len();
            let linked = linked.iter().map(|&n| row_of_node[n as usize]);
            lowest.numbers.extend(diverse::kept(vectors, own, linked, arch));
            // In the order of rows, as in the file, so that a search takes the same way before and after a start.
            lowest.numbers[from..].sort_unstable();
            lowest.starts.push(lowest.numbers.len() as u32);
        }
        lowest.numbers.shrink_to_fit();
        row_of_node.truncate(links.above.first().map_or(1, Packed::len));
        row_of_node.shrink_to_fit();
        Some(Graph {
            lowest,
            above: links.above,
            entry_rows: row_of_node,
            outside: Vec::new(),
            breadth: usize::MAX,
            cost: usize::MAX,
        })
    }

    /// Rows it counts, from 0 on.
    pub fn rows(&self) -> usize {
        self.lowest.len()
    }

    pub fn bytes(&self) -> usize {
        let above: usize = self.above.iter().map(Packed::bytes).sum();
        self.lowest.bytes() + above + 4 * (self.entry_rows.capacity() + self.outside.capacity())
    }

    /// Rows it covers.
    pub fn covered(&self) -> usize {
        self.rows() - self.outside.len()
    }

    /// The rows where the search of the lowest layer begins: the nearest of the layer above it. Several, because a
    /// neighbourhood may have no link from outside; on the layer above each has a node, and there are links enough.
    fn entries(&self, question: &Question, vectors: &Vectors) -> (Vec<Near>, usize) {
        let near = |place: usize| {
            let row = self.entry_rows[place];
            let (coarse, scale) = vectors.coarse(row as usize);
            Near {
                similarity: question.similarity(coarse, scale),
                row,
            }
        };
        let mut at = 0;
        let mut best = near(at);
        let mut looked = 1;
        for layer in self.above.iter().skip(1).rev() {
            loop {
                let linked = layer.list(at);
                looked += linked.len();
                vectors.fetch(linked.iter().map(|&next| self.entry_rows[next as usize]));
                let nearest = linked.iter().map(|&n| (near(n as usize), n as usize));
                match nearest.max_by(|a, b| a.0.similarity.total_cmp(&b.0.similarity)) {
                    Some((closer, place)) if closer.similarity > best.similarity => (best, at) = (closer, place),
                    _ => break,
                }
            }
        }
        let Some(layer) = self.above.first() else {
            return (vec![best], looked);
        };
        // By places of the layer, then by rows.
        let place = |place: usize| Near {
            row: place as u32,
            ..near(place)
        };
        let mut seen = vec![0u64; layer.len().div_ceil(64)];
        let mut fresh: Vec<u32> = Vec::new();
        let mut top = Top::new(ENTRIES);
        let mut open = BinaryHeap::from([Node(place(at))]);
        see(&mut seen, at as u32);
        top.offer(place(at));
        while let Some(Node(node)) = open.pop() {
            if top.is_full() && top.last().is_some_and(|last| node.similarity < last.similarity) {
                break;
            }
            fresh.clear();
            fresh.extend(
                layer
                    .list(node.row as usize)
                    .iter()
                    .filter(|&&next| see(&mut seen, next)),
            );
            looked += fresh.len();
            vectors.fetch(fresh.iter().map(|&next| self.entry_rows[next as usize]));
            for &next in &fresh {
                let next = place(next as usize);
                if !top.is_full() || top.last().is_some_and(|last| next.similarity > last.similarity) {
                    open.push(Node(next));
                    top.offer(next);
                }
            }
        }
        let rows = top.into_best().into_iter().map(|near| Near {
            row: self.entry_rows[near.row as usize],
            ..near
        });
        (rows.collect(), looked)
    }

    /// The nearest rows that `allows` lets through, among those covered, in no order, and how many were looked at. Walks
    /// through others as well, and goes on until `breadth` allowed ones were found and none that is open comes nearer
    /// than the last of them.
    ///
    /// # Errors
    /// `TooFar` after looking at `budget` rows.
    pub fn search(
        &self,
        vectors: &Vectors,
        question: &Question,
        allows: impl Fn(u32) -> bool,
        (breadth, budget): (usize, usize),
    ) -> Result<(Vec<Near>, usize), TooFar> {
        let mut seen = vec![0u64; self.rows().div_ceil(64)];
        let mut open = BinaryHeap::new();
        // The allowed ones found, the farthest on top.
        let mut found = BinaryHeap::new();
        let mut fresh = Vec::new();
        let (entries, mut looked) = self.entries(question, vectors);
        for entry in entries {
            // Two places may stand for one row, where the file had one that is gone.
            if see(&mut seen, entry.row) {
                open.push(Node(entry));
                if allows(entry.row) {
                    found.push(Reverse(Node(entry)));
                }
            }
        }
        while let Some(Node(node)) = open.pop() {
            let is_full = found.len() >= breadth;
            if is_full && found.peek().is_some_and(|last| node.similarity < last.0.0.similarity) {
                break;
            }
            fresh.clear();
            fresh.extend(
                self.lowest
                    .list(node.row as usize)
                    .iter()
                    .filter(|&&row| see(&mut seen, row)),
            );
            looked += fresh.len();
            vectors.fetch(fresh.iter().copied());
            for &row in &fresh {
                let (coarse, scale) = vectors.coarse(row as usize);
                let similarity = question.similarity(coarse, scale);
                let is_full = found.len() >= breadth;
                if is_full && found.peek().is_some_and(|last| similarity <= last.0.0.similarity) {
                    continue;
                }
                let node = Node(Near { similarity, row });
                open.push(node);
                if allows(row) {
                    found.push(Reverse(node));
                    if found.len() > breadth {
                        found.pop();
                    }
                }
            }
            if looked > budget {
                return Err(TooFar);
            }
        }
        Ok((found.into_iter().map(|Reverse(Node(near))| near).collect(), looked))
    }
}

/// True the first time.
#[inline]
fn see(seen: &mut [u64], row: u32) -> bool {
    let (word, bit) = (&mut seen[row as usize / 64], 1 << (row % 64));
    let is_new = *word & bit == 0;
    *word |= bit;
    is_new
}

/// In heaps: the nearest is the greatest.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node(Near);

impl Eq for Node {}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0
            .similarity
            .total_cmp(&other.0.similarity)
            .then(other.0.row.cmp(&self.0.row))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
