//! Rosie's side of the benchmark beside ChromaDB (tests/peers):
//!
//! ```text
//! memory_bench make FOLDER COUNT    vectors.f32 (entries, then questions) and truth.json, for both sides
//! memory_bench run FOLDER COUNT     what adding and searching takes, as one line of JSON
//! ```
//!
//! Adding is durable: text and vector in redb, committed a batch at a time, then the index. Memory is what the process
//! has; disk is redb's file and the index's.

#[path = "../tests/index_support/mod.rs"]
mod index_support;

use index_support::{Shape, Source, attributes, entries, everything, exact, in_room, recall};
use redb::{Database, TableDefinition};
use rosie_memory::{
    index::{IndexSettings, LiveIndex},
    seam::{Hit, IndexEntry, IndexFilter, VectorIndex},
};
use serde_json::{Value, json};
use std::{fs, path::Path, time::Instant};

const DIMENSION: usize = 384;
const QUESTIONS: usize = 200;
const K: usize = 5;
const ROOM: u32 = 3;
/// Entries committed together, as when a conversation or a document comes in; ChromaDB gets as many at once.
const BATCH: usize = 100;
/// Entries added one by one afterwards.
const SINGLE: usize = 50;

const TEXTS: TableDefinition<u64, &str> = TableDefinition::new("texts");
const VECTORS: TableDefinition<u64, &[u8]> = TableDefinition::new("vectors");

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, folder, count] = &arguments[..] else {
        return Err("make or run, FOLDER, COUNT".into());
    };
    let (folder, count) = (Path::new(folder), count.parse()?);
    match what.as_str() {
        "make" => make(folder, count),
        "run" => run(folder, count),
        _ => Err("make or run".into()),
    }
}

fn make(folder: &Path, count: usize) -> Result<(), Failure> {
    let mut source = Source::new(Shape::Topics, DIMENSION, (count / 100).max(20), 31);
    let vectors = source.many(count + QUESTIONS);
    let bytes: Vec<u8> = vectors.iter().flatten().flat_map(|x| x.to_le_bytes()).collect();
    fs::write(folder.join("vectors.f32"), bytes)?;
    let (all, questions) = vectors.split_at(count);
    let all = entries(all);
    let keys = |filter: &IndexFilter| -> Vec<Vec<u64>> {
        let found = questions.iter().map(|q| exact(&all, q, filter, K));
        found.map(|hits| hits.iter().map(|hit| hit.key).collect()).collect()
    };
    let truth = json!({ "open": keys(&everything()), "room": keys(&in_room(ROOM)) });
    fs::write(folder.join("truth.json"), truth.to_string())?;
    Ok(())
}

fn run(folder: &Path, count: usize) -> Result<(), Failure> {
    let vectors = read(&folder.join("vectors.f32"))?;
    let (stored, questions) = vectors.split_at(count);
    let truth: Value = serde_json::from_slice(&fs::read(folder.join("truth.json"))?)?;
    let place = folder.join("rosie");
    fs::create_dir_all(&place)?;
    let base = resident();
    let database = Database::builder()
        .set_cache_size(8 << 20)
        .create(place.join("memory.redb"))?;
    let index = LiveIndex::new(IndexSettings::default());
    let started = Instant::now();
    for first in (0..count).step_by(BATCH) {
        add(&database, &index, &stored[first..(first + BATCH).min(count)], first)?;
    }
    let inserted = started.elapsed().as_secs_f64();
    let mut single = Vec::new();
    for (i, vector) in stored.iter().take(SINGLE).enumerate() {
        let started = Instant::now();
        add(&database, &index, std::slice::from_ref(vector), count + i)?;
        single.push(started.elapsed().as_secs_f64() * 1e3);
    }
    let added: Vec<u64> = (0..SINGLE).map(|i| (count + i + 1) as u64).collect();
    index.remove(&added);
    index.settle();
    let settled = started.elapsed().as_secs_f64();
    index.save(&place.join("index"), "bench")?;
    let (open, open_recall) = ask(&index, questions, &everything(), &truth["open"]);
    let (room, room_recall) = ask(&index, questions, &in_room(ROOM), &truth["room"]);
    let report = json!({
        "insert_per_s": count as f64 / inserted,
        "single_ms": single,
        "settled_s": settled,
        "open_ms": open, "open_recall": open_recall,
        "room_ms": room, "room_recall": room_recall,
        "memory_mb": resident() - base, "index_mb": index.state().bytes as f64 / 1e6,
        "disk_mb": fs::read_dir(&place)?.flatten().filter_map(|f| f.metadata().ok()).map(|m| m.len()).sum::<u64>() as f64 / 1e6,
        "in_graph": index.in_graph(),
    });
    println!("{report}");
    Ok(())
}

fn add(database: &Database, index: &LiveIndex, vectors: &[Vec<f32>], first: usize) -> Result<(), Failure> {
    let transaction = database.begin_write()?;
    {
        let (mut texts, mut stored) = (transaction.open_table(TEXTS)?, transaction.open_table(VECTORS)?);
        for (i, vector) in vectors.iter().enumerate() {
            let key = (first + i + 1) as u64;
            texts.insert(key, text(first + i).as_str())?;
            let top = vector.iter().fold(0f32, |m, x| m.max(x.abs()));
            let levels: Vec<u8> = vector.iter().map(|x| (x / top * 127.0).round() as i8 as u8).collect();
            stored.insert(key, &levels[..])?;
        }
    }
    transaction.commit()?;
    let entry = |(i, vector): (usize, &Vec<f32>)| IndexEntry {
        key: (first + i + 1) as u64,
        vector: vector.clone(),
        attributes: attributes(first + i),
    };
    Ok(index.add(vectors.iter().enumerate().map(entry).collect())?)
}

/// As in `bench/python/chroma.py`.
fn text(i: usize) -> String {
    format!("Message number {i}: the quick brown fox said something that is worth keeping for later.")
}

/// Milliseconds of each question, and the mean recall.
fn ask(index: &LiveIndex, questions: &[Vec<f32>], filter: &IndexFilter, truth: &Value) -> (Vec<f64>, f64) {
    let mut times = Vec::new();
    let mut share = 0.0;
    for (i, question) in questions.iter().enumerate() {
        let started = Instant::now();
        let found = index.search(question, filter, K);
        times.push(started.elapsed().as_secs_f64() * 1e3);
        let keys = truth[i].as_array().into_iter().flatten().filter_map(Value::as_u64);
        let right: Vec<Hit> = keys.map(|key| Hit { key, similarity: 0.0 }).collect();
        share += recall(&found, &right);
    }
    (times, share / questions.len() as f64)
}

fn read(path: &Path) -> Result<Vec<Vec<f32>>, Failure> {
    let bytes = fs::read(path)?;
    let numbers = bytes.as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b));
    let all: Vec<f32> = numbers.collect();
    Ok(all.chunks_exact(DIMENSION).map(<[f32]>::to_vec).collect())
}

/// Megabytes.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|n| n.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1e3
}
