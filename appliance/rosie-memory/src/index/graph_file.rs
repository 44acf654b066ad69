//! The graph in a file beside the store, so that a start need not build it anew: minutes of work for years of messages.
//!
//! It holds links between keys and nothing of what was said: texts and vectors come from the store at each start. A
//! fingerprint of each vector says whether a key still means what it meant when it was linked; what does not fit is left
//! out and looked at one by one. So the file can be old, damaged or gone: that costs time, never a wrong answer.
//!
//! All numbers little-endian: `ROSIEGRF`, version, dimension, nodes, breadth, cost, layers above, nodes above (u32); keys
//! (u64; `u64::MAX` is none), fingerprints (u32); rows of the nodes above (u32); for each node of the lowest layer, then
//! of each layer above, its links: how many, and the differences of the sorted numbers (LEB128); CRC-32 of all before.

use super::{
    graph::Graph,
    links::Packed,
    rows::{Rows, Vectors},
};
use crate::leb128;
use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

const MAGIC: &[u8; 8] = b"ROSIEGRF";
const VERSION: u32 = 2;
/// In place of the key of an entry that was removed.
const NO_KEY: u64 = u64::MAX;
const NO_ROW: u32 = u32::MAX;
/// A graph of which less still fits is not worth keeping: of four parts.
const ENOUGH_OF_FOUR: usize = 3;

/// Why a file gives no graph.
#[derive(Debug, thiserror::Error)]
pub(super) enum GraphFileError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    #[error("it has version {0}, this Rosie reads version {VERSION}")]
    Version(u32),
}

/// What a row is known by, in this file and in a later life of the index.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Known {
    dimension: usize,
    keys: Vec<u64>,
    prints: Vec<u32>,
}

impl Known {
    /// Of the first rows.
    pub fn of(vectors: &Vectors, keys: &[u64], living: &[bool]) -> Known {
        let mut bytes = Vec::with_capacity(2 * vectors.dimension());
        let mut print = |row: usize| {
            let row = vectors.row(row);
            bytes.clear();
            bytes.extend(row.coarse.iter().map(|&level| level as u8));
            bytes.extend(row.fine);
            crc32fast::hash(&bytes)
        };
        let key = |row: usize| if living[row] { keys[row] } else { NO_KEY };
        Known {
            dimension: vectors.dimension(),
            keys: (0..living.len()).map(key).collect(),
            prints: (0..living.len())
                .map(|row| if living[row] { print(row) } else { 0 })
                .collect(),
        }
    }

    /// The first rows of an index, without those that were removed.
    pub fn of_rows(rows: &Rows, count: usize) -> (Vectors, Vec<u64>, Vec<bool>) {
        let mut living = rows.living();
        living.truncate(count);
        (rows.vectors.clone(), rows.keys[..living.len()].to_vec(), living)
    }
}

/// Writes it, whole or not at all.
pub(super) fn save(path: &Path, graph: &Graph, known: &Known) -> io::Result<()> {
    let bytes = written(graph, known);
    let fresh = path.with_extension("new");
    let write = || {
        let mut file = File::create(&fresh)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, path)?;
        match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    };
    write().inspect_err(|_| drop(fs::remove_file(&fresh)))
}

fn written(graph: &Graph, known: &Known) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    let u32s = |bytes: &mut Vec<u8>, numbers: &[u32]| bytes.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
    let head = [
        VERSION as usize,
        known.dimension,
        known.keys.len(),
        graph.breadth,
        graph.cost,
        graph.above.len(),
        graph.entry_rows.len(),
    ];
    u32s(&mut bytes, &head.map(|n| u32::try_from(n).unwrap_or(u32::MAX)));
    bytes.extend(known.keys.iter().flat_map(|key| key.to_le_bytes()));
    u32s(&mut bytes, &known.prints);
    u32s(&mut bytes, &graph.entry_rows);
    for packed in std::iter::once(&graph.lowest).chain(&graph.above) {
        leb128::write(&mut bytes, packed.len() as u32);
        for at in 0..packed.len() {
            let mut list = packed.list(at).to_vec();
            list.sort_unstable();
            leb128::write(&mut bytes, list.len() as u32);
            let mut before = 0;
            for number in list {
                leb128::write(&mut bytes, number - before);
                before = number;
            }
        }
    }
    let crc = crc32fast::hash(&bytes);
    u32s(&mut bytes, &[crc]);
    bytes
}

/// Reads what [`save`] wrote.
pub(super) fn load(path: &Path) -> Result<(Graph, Known), GraphFileError> {
    let bytes = fs::read(path)?;
    let (body, crc) = bytes.split_last_chunk::<4>().ok_or(CUT_SHORT)?;
    let mut source = Source(
        body.strip_prefix(MAGIC)
            .ok_or(GraphFileError::Damaged("it is no graph"))?,
    );
    match source.u32()? {
        VERSION => {}
        other => return Err(GraphFileError::Version(other)),
    }
    if crc32fast::hash(body) != u32::from_le_bytes(*crc) {
        return Err(GraphFileError::Damaged("its checksum is wrong"));
    }
    let [dimension, nodes, breadth, cost, layers, entries] = source.counts()?;
    let known = Known {
        dimension,
        keys: source.u64s(nodes)?,
        prints: source.u32s(nodes)?,
    };
    let entry_rows = source.u32s(entries)?;
    let lowest = source.packed(nodes)?;
    let mut above: Vec<Packed> = Vec::new();
    for _ in 0..layers {
        above.push(source.packed(above.last().map_or(entries, Packed::len))?);
    }
    let good = source.0.is_empty()
        && lowest.len() == nodes
        && breadth > 0
        && !entry_rows.is_empty()
        && entry_rows.iter().all(|&row| (row as usize) < nodes);
    if !good {
        return Err(GraphFileError::Damaged("it is in disorder"));
    }
    let graph = Graph {
        lowest,
        above,
        entry_rows,
        outside: Vec::new(),
        breadth,
        cost,
    };
    Ok((graph, known))
}

const CUT_SHORT: GraphFileError = GraphFileError::Damaged("it is cut short");

/// Bytes not read yet: no count among them may ask for more.
struct Source<'a>(&'a [u8]);

impl Source<'_> {
    fn take(&mut self, count: usize) -> Result<&[u8], GraphFileError> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(CUT_SHORT)?;
        self.0 = tail;
        Ok(head)
    }

    fn u32(&mut self) -> Result<u32, GraphFileError> {
        Ok(self.u32s(1)?[0])
    }

    fn counts<const N: usize>(&mut self) -> Result<[usize; N], GraphFileError> {
        let numbers = self.u32s(N)?;
        Ok(std::array::from_fn(|i| numbers[i] as usize))
    }

    fn u32s(&mut self, count: usize) -> Result<Vec<u32>, GraphFileError> {
        let bytes = self.take(count.checked_mul(4).ok_or(CUT_SHORT)?)?;
        Ok(bytes.as_chunks().0.iter().map(|&b| u32::from_le_bytes(b)).collect())
    }

    fn u64s(&mut self, count: usize) -> Result<Vec<u64>, GraphFileError> {
        let bytes = self.take(count.checked_mul(8).ok_or(CUT_SHORT)?)?;
        Ok(bytes.as_chunks().0.iter().map(|&b| u64::from_le_bytes(b)).collect())
    }

    fn short(&mut self) -> Result<u32, GraphFileError> {
        let mut number = 0u32;
        for shift in (0..32).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(GraphFileError::Damaged("a number is too long"))
    }

    /// Lists of a layer of at most so many nodes. Every link leads to a node of the same layer.
    fn packed(&mut self, most: usize) -> Result<Packed, GraphFileError> {
        let count = self.short()?;
        // Each list takes a byte at least.
        if count as usize > most.min(self.0.len()) {
            return Err(GraphFileError::Damaged("a layer is too large"));
        }
        let mut packed = Packed::default();
        packed.starts.reserve_exact(count as usize);
        for _ in 0..count {
            let mut number = 0u32;
            for _ in 0..self.short()? {
                number = number.saturating_add(self.short()?);
                if number >= count {
                    return Err(GraphFileError::Damaged("a link leads nowhere"));
                }
                packed.numbers.push(number);
            }
            packed.starts.push(packed.numbers.len() as u32);
        }
        packed.numbers.shrink_to_fit();
        Ok(packed)
    }
}

/// The graph for rows as they are now; `None` where too little of it fits them.
pub(super) fn fitted(saved: Graph, was: &Known, now: &Known) -> Option<Graph> {
    if was.dimension != now.dimension {
        return None;
    }
    let rows: HashMap<u64, u32> = now
        .keys
        .iter()
        .copied()
        .zip(0..)
        .filter(|(key, _)| *key != NO_KEY)
        .collect();
    let mut node_of_row = vec![NO_ROW; now.keys.len()];
    let mut row_of_node = vec![NO_ROW; was.keys.len()];
    let mut fit = 0;
    for (node, (key, print)) in was.keys.iter().zip(&was.prints).enumerate() {
        if let Some(&row) = rows.get(key)
            && now.prints[row as usize] == *print
        {
            row_of_node[node] = row;
            node_of_row[row as usize] = node as u32;
            fit += 1;
        }
    }
    if fit == 0 || fit < was.keys.len() / 4 * ENOUGH_OF_FOUR {
        return None;
    }
    let there = |&node: &u32| Some(row_of_node[node as usize]).filter(|&row| row != NO_ROW);
    let mut lowest = Packed::default();
    lowest.starts.reserve_exact(node_of_row.len());
    lowest.numbers.reserve_exact(saved.lowest.numbers.len());
    let mut outside = Vec::new();
    for (row, &node) in node_of_row.iter().enumerate() {
        if node == NO_ROW {
            outside.push(row as u32);
        } else {
            lowest
                .numbers
                .extend(saved.lowest.list(node as usize).iter().filter_map(there));
        }
        lowest.starts.push(lowest.numbers.len() as u32);
    }
    // In place of a node that is gone stands one that it was linked to: the layers above only lead near.
    let any = row_of_node.iter().copied().find(|&row| row != NO_ROW)?;
    let stand_in = |node: &u32| {
        let linked = saved.lowest.list(*node as usize).iter().find_map(there);
        there(node).or(linked).unwrap_or(any)
    };
    Some(Graph {
        lowest,
        entry_rows: saved.entry_rows.iter().map(stand_in).collect(),
        outside,
        ..saved
    })
}
