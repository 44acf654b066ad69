//! The index in a file, for a fast start. All numbers little-endian:
//!
//! `ROSIEIDX`, version u32, length of the stamp u32, stamp; dimension, rows, sets of tags u32 each; keys u64; entries
//! (`Meta`, 32 bytes); sets (count, then tags, u32); scales f32; levels i8; 1 and the graph, or 0; CRC-32 of all before.
//!
//! What cannot be read exactly is refused: whoever asks then fills an index from the store. Vectors of removed entries
//! are written as zeros, so that nothing forgotten is on the disk.

use super::{
    Contents, IndexSettings, LiveIndex,
    graph::Graph,
    links::Packed,
    rows::{Meta, Rows},
};
use crc32fast::Hasher;
use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    path::Path,
    sync::Arc,
};

const MAGIC: &[u8; 8] = b"ROSIEIDX";
const VERSION: u32 = 1;
/// Longest stamp.
const STAMP: usize = 4096;

/// An index that was read, and what was said about it when it was saved.
#[derive(Debug)]
pub struct Snapshot {
    pub index: LiveIndex,
    /// The caller's own words: which embedder, which state of the store.
    pub stamp: String,
}

/// Why a file gives no index.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error("the index cannot be read or written: {0}")]
    Io(#[from] io::Error),
    #[error("the index file is damaged: {0}")]
    Damaged(&'static str),
    #[error("the index file has version {0}, this Rosie reads version {VERSION}")]
    Version(u32),
}

impl LiveIndex {
    /// Writes everything to `path`, whole or not at all. Searches and changes go on; what changes meanwhile is not in it.
    ///
    /// # Errors
    /// What the file system says; a file that was there stays as it was.
    pub fn save(&self, path: &Path, stamp: &str) -> Result<(), SnapshotError> {
        let (rows, graph) = {
            let contents = self.shared.read();
            (contents.rows.clone(), contents.graph.clone())
        };
        let fresh = path.with_extension("new");
        let written = write_file(&fresh, stamp, &rows, graph.as_deref()).and_then(|()| fs::rename(&fresh, path));
        if written.is_err() {
            let _ = fs::remove_file(&fresh);
        }
        written?;
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// Reads what [`LiveIndex::save`] wrote.
    ///
    /// # Errors
    /// When there is no such file, or it is not exactly as it was written, or of another version.
    pub fn load(path: &Path, settings: IndexSettings) -> Result<Snapshot, SnapshotError> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut source = Source {
            inner: BufReader::with_capacity(1 << 18, file),
            crc: Hasher::new(),
            left: length,
        };
        let (stamp, contents) = read(&mut source)?;
        Ok(Snapshot {
            index: LiveIndex::with(contents, settings),
            stamp,
        })
    }
}

fn write_file(path: &Path, stamp: &str, rows: &Rows, graph: Option<&Graph>) -> io::Result<()> {
    let file = File::create(path)?;
    let mut sink = Sink {
        inner: BufWriter::with_capacity(1 << 18, file),
        crc: Hasher::new(),
    };
    let stamp = stamp.as_bytes();
    if stamp.len() > STAMP {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "stamp too long"));
    }
    sink.bytes(MAGIC)?;
    sink.u32s(&[VERSION, stamp.len() as u32])?;
    sink.bytes(stamp)?;
    let sets = &rows.tags.sets;
    sink.u32s(&[rows.vectors.dimension() as u32, rows.len() as u32, sets.len() as u32])?;
    rows.keys.iter().try_for_each(|key| sink.bytes(&key.to_le_bytes()))?;
    rows.metas.iter().try_for_each(|meta| sink.bytes(&meta_bytes(meta)))?;
    for set in sets {
        sink.u32s(&[set.len() as u32])?;
        sink.u32s(set)?;
    }
    let scale = |row: usize| {
        if rows.metas[row].alive {
            rows.vectors.row(row).1
        } else {
            0.0
        }
    };
    (0..rows.len()).try_for_each(|row| sink.bytes(&scale(row).to_le_bytes()))?;
    let mut buffer = Vec::new();
    for row in 0..rows.len() {
        let is_alive = rows.metas[row].alive;
        buffer.clear();
        buffer.extend(
            rows.vectors
                .row(row)
                .0
                .iter()
                .map(|&l| if is_alive { l as u8 } else { 0 }),
        );
        sink.bytes(&buffer)?;
    }
    match graph {
        Some(graph) => {
            sink.u32s(&[1, graph.breadth as u32, graph.cost as u32, graph.above.len() as u32])?;
            sink.list(&graph.entry_rows)?;
            for packed in std::iter::once(&graph.lowest).chain(&graph.above) {
                sink.list(&packed.starts)?;
                sink.list(&packed.numbers)?;
            }
        }
        None => sink.u32s(&[0])?,
    }
    let crc = sink.crc.clone().finalize();
    sink.u32s(&[crc])?;
    sink.inner.flush()?;
    sink.inner.get_ref().sync_all()
}

fn meta_bytes(meta: &Meta) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&meta.unix_ms.to_le_bytes());
    bytes[8..16].copy_from_slice(&meta.conversation.to_le_bytes());
    bytes[16..20].copy_from_slice(&meta.room.to_le_bytes());
    bytes[20..24].copy_from_slice(&meta.user.to_le_bytes());
    bytes[24..28].copy_from_slice(&meta.tags.to_le_bytes());
    bytes[28..31].copy_from_slice(&[meta.collection, meta.speaker, meta.alive.into()]);
    bytes
}

fn meta_of(bytes: &[u8; 32]) -> Meta {
    let u64_at = |at: usize| u64::from_le_bytes(std::array::from_fn(|i| bytes[at + i]));
    let u32_at = |at: usize| u32::from_le_bytes(std::array::from_fn(|i| bytes[at + i]));
    Meta {
        unix_ms: u64_at(0),
        conversation: u64_at(8),
        room: u32_at(16),
        user: u32_at(20),
        tags: u32_at(24),
        collection: bytes[28],
        speaker: bytes[29],
        alive: bytes[30] == 1,
    }
}

fn read(source: &mut Source) -> Result<(String, Contents), SnapshotError> {
    if &source.array::<8>()? != MAGIC {
        return Err(SnapshotError::Damaged("it is no index"));
    }
    match source.u32()? {
        VERSION => {}
        other => return Err(SnapshotError::Version(other)),
    }
    let length = source.u32()? as usize;
    if length > STAMP {
        return Err(SnapshotError::Damaged("its stamp is too long"));
    }
    let stamp = String::from_utf8(source.bytes(length)?).map_err(|_| SnapshotError::Damaged("its stamp is no text"))?;
    let rows = read_rows(source)?;
    let graph = match source.u32()? {
        0 => None,
        _ => Some(read_graph(source, rows.len())?),
    };
    let crc = source.crc.clone().finalize();
    if source.u32()? != crc || source.left != 0 {
        return Err(SnapshotError::Damaged("its checksum is wrong"));
    }
    let tried = graph.as_ref().map_or(0, Graph::rows);
    let contents = Contents {
        rows,
        graph: graph.map(Arc::new),
        tried,
        life: 0,
    };
    Ok((stamp, contents))
}

fn read_rows(source: &mut Source) -> Result<Rows, SnapshotError> {
    let (dimension, count, sets) = (source.u32()? as usize, source.u32()? as usize, source.u32()? as usize);
    // Before anything is reserved by these counts: the file must be able to hold that much.
    let least = (count as u64)
        .saturating_mul(8 + 32 + 4 + dimension as u64)
        .saturating_add(4 * sets as u64);
    if least > source.left || (dimension == 0 && count > 0) {
        return Err(SnapshotError::Damaged("it is cut short"));
    }
    let mut rows = Rows::new(dimension);
    let mut keys = Vec::with_capacity(count);
    for _ in 0..count {
        keys.push(u64::from_le_bytes(source.array()?));
    }
    let mut metas = Vec::with_capacity(count);
    for _ in 0..count {
        metas.push(meta_of(&source.array()?));
    }
    for expected in 0..sets {
        let length = source.u32()? as usize;
        let set = source.u32s(length)?;
        if rows.tags.number(&set) as usize != expected {
            return Err(SnapshotError::Damaged("its tags are in disorder"));
        }
    }
    let scales = source.u32s(count)?;
    let is_known = |meta: &Meta| (meta.tags as usize) < rows.tags.sets.len() && meta.collection < 8;
    if !metas.iter().all(is_known) {
        return Err(SnapshotError::Damaged("its entries are in disorder"));
    }
    for ((key, meta), scale) in keys.into_iter().zip(metas).zip(scales) {
        let levels: Vec<i8> = source.bytes(dimension)?.into_iter().map(|b| b as i8).collect();
        rows.push_row(key, (&levels, f32::from_bits(scale)), meta);
    }
    Ok(rows)
}

fn read_graph(source: &mut Source, rows: usize) -> Result<Graph, SnapshotError> {
    let (breadth, cost, layers) = (source.u32()?, source.u32()?, source.u32()?);
    let entry_rows = source.list()?;
    let mut packed = || -> Result<Packed, SnapshotError> {
        let (starts, numbers) = (source.list()?, source.list()?);
        Ok(Packed { starts, numbers })
    };
    let lowest = packed()?;
    let above = (0..layers).map(|_| packed()).collect::<Result<Vec<_>, _>>()?;
    let is_whole = |packed: &Packed, nodes: usize| {
        packed.starts.first() == Some(&0)
            && packed.starts.is_sorted()
            && packed.starts.last() == Some(&(packed.numbers.len() as u32))
            && packed.len() <= nodes
            && packed.numbers.iter().all(|&n| (n as usize) < nodes)
    };
    let entries = entry_rows.len();
    let covered = lowest.starts.len().saturating_sub(1);
    let good = covered <= rows
        && is_whole(&lowest, covered)
        && above.iter().all(|layer| is_whole(layer, entries))
        && above.is_sorted_by(|a, b| a.len() >= b.len())
        && above
            .iter()
            .all(|layer| layer.numbers.iter().all(|&n| (n as usize) < layer.len()))
        && entries > 0
        && entry_rows.iter().all(|&row| (row as usize) < covered)
        && breadth > 0;
    if !good {
        return Err(SnapshotError::Damaged("its graph is in disorder"));
    }
    Ok(Graph {
        lowest,
        above,
        entry_rows,
        breadth: breadth as usize,
        cost: cost as usize,
    })
}

/// Where bytes go, counted into a checksum.
struct Sink {
    inner: BufWriter<File>,
    crc: Hasher,
}

impl Sink {
    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.crc.update(bytes);
        self.inner.write_all(bytes)
    }

    fn u32s(&mut self, numbers: &[u32]) -> io::Result<()> {
        for part in numbers.chunks(4096) {
            let bytes: Vec<u8> = part.iter().flat_map(|n| n.to_le_bytes()).collect();
            self.bytes(&bytes)?;
        }
        Ok(())
    }

    fn list(&mut self, numbers: &[u32]) -> io::Result<()> {
        self.u32s(&[numbers.len() as u32])?;
        self.u32s(numbers)
    }
}

/// Where bytes come from.
struct Source {
    inner: BufReader<File>,
    crc: Hasher,
    /// Bytes not read yet: no count in the file may ask for more.
    left: u64,
}

impl Source {
    fn fill(&mut self, into: &mut [u8]) -> Result<(), SnapshotError> {
        self.left = self
            .left
            .checked_sub(into.len() as u64)
            .ok_or(SnapshotError::Damaged("it is cut short"))?;
        self.inner.read_exact(into)?;
        self.crc.update(into);
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn bytes(&mut self, count: usize) -> Result<Vec<u8>, SnapshotError> {
        if count as u64 > self.left {
            return Err(SnapshotError::Damaged("it is cut short"));
        }
        let mut bytes = vec![0; count];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn u32(&mut self) -> Result<u32, SnapshotError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u32s(&mut self, count: usize) -> Result<Vec<u32>, SnapshotError> {
        let bytes = self.bytes(count.checked_mul(4).ok_or(SnapshotError::Damaged("it is cut short"))?)?;
        let (numbers, _) = bytes.as_chunks::<4>();
        Ok(numbers.iter().map(|&b| u32::from_le_bytes(b)).collect())
    }

    fn list(&mut self) -> Result<Vec<u32>, SnapshotError> {
        let count = self.u32()? as usize;
        self.u32s(count)
    }
}
