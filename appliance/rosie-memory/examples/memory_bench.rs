//! Rosie's side of the benchmark beside ChromaDB (tests/peers), and of a million messages:
//!
//! ```text
//! memory_bench make FOLDER COUNT    vectors.f32 (entries, then questions) and truth.json, for both sides
//! memory_bench run FOLDER COUNT     what it takes; one line of JSON for each line of standard input, then a report
//! memory_bench plain FOLDER COUNT   the same without a graph and without knowing the right answers: for a million
//! ```
//!
//! Everything goes the way of the appliance: messages are recorded in the memory (`RosieMemory`), a hundred waiting at
//! once; vectors are made in its background (here they are looked up), kept in its file and found by its index. A line
//! `ask` on standard input asks every question once; at the end of the input things are deleted, and it is started anew.

#[path = "../tests/index_support/mod.rs"]
mod index_support;
#[path = "memory_bench/side.rs"]
mod side;

use index_support::{Shape, Source, attributes, exact, recall, within};
use rosie_memory::{
    index::IndexSettings,
    seam::{Hit, IndexEntry, IndexFilter, VectorIndex},
};
use serde_json::{Value, json};
use side::{Failure, Side, resident};
use std::{fs, io::BufRead, path::Path, time::Instant};

const DIMENSION: usize = 384;
const QUESTIONS: usize = 200;
const K: usize = 5;
const ROOM: u32 = 3;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, folder, count] = &arguments[..] else {
        return Err("make or run, FOLDER, COUNT".into());
    };
    let (folder, count) = (Path::new(folder), count.parse()?);
    match what.as_str() {
        "make" => make(folder, count),
        "run" => run(folder, count, IndexSettings::default()),
        "plain" => run(
            folder,
            count,
            IndexSettings {
                graph_from: usize::MAX,
                ..IndexSettings::default()
            },
        ),
        _ => Err("make, run or plain".into()),
    }
}

/// Messages come in pairs, each pair in one of ten rooms.
fn room_of(message: usize) -> usize {
    message / 2 % 10
}

fn make(folder: &Path, count: usize) -> Result<(), Failure> {
    let mut source = Source::new(Shape::Topics, DIMENSION, (count / 100).max(20), 31);
    let vectors = source.many(count + QUESTIONS);
    let mut file = std::io::BufWriter::new(fs::File::create(folder.join("vectors.f32"))?);
    for vector in &vectors {
        let bytes: Vec<u8> = vector.iter().flat_map(|x| x.to_le_bytes()).collect();
        std::io::Write::write_all(&mut file, &bytes)?;
    }
    let questions = vectors[count..].to_vec();
    let entry = |(i, vector)| IndexEntry {
        key: i as u64,
        vector,
        attributes: rosie_memory::seam::Attributes {
            room: Some(room_of(i) as u32),
            ..attributes(i)
        },
    };
    let all: Vec<IndexEntry> = vectors.into_iter().take(count).enumerate().map(entry).collect();
    let keys = |filter: &IndexFilter| -> Vec<Vec<u64>> {
        let found = questions.iter().map(|q| exact(&all, q, filter, K));
        found.map(|hits| hits.iter().map(|hit| hit.key).collect()).collect()
    };
    let truth = json!({ "open": keys(&within(None)), "room": keys(&within(Some(ROOM))) });
    fs::write(folder.join("truth.json"), truth.to_string())?;
    Ok(())
}

fn run(folder: &Path, count: usize, settings: IndexSettings) -> Result<(), Failure> {
    let (vectors, truth) = match settings.graph_from {
        usize::MAX => {
            let mut source = Source::new(Shape::Topics, DIMENSION, 1000, 31);
            (source.many(count + QUESTIONS), Value::Null)
        }
        _ => (
            read(&folder.join("vectors.f32"))?,
            serde_json::from_slice(&fs::read(folder.join("truth.json"))?)?,
        ),
    };
    let questions = vectors[count..].to_vec();
    let place = folder.join("rosie");
    fs::create_dir_all(&place)?;
    let base = resident();
    let mut side = Side::start(&place, vectors, settings)?;
    let started = resident() - base;
    let inserted = side.insert(count)?;
    let after_insert = resident() - base;
    let single = side.add_single()?;
    let bytes_a_turn = single.bytes_a_turn;
    let settled = Instant::now();
    side.index.settle();
    let filled = json!({
        "insert_per_s": count as f64 / inserted,
        "single_ms": single.times_ms, "bytes_a_turn": bytes_a_turn,
        "settled_s": settled.elapsed().as_secs_f64(),
        "in_graph": side.index.in_graph(),
        "memory_mb_started": started, "memory_mb_inserted": after_insert,
    });
    println!("{filled}");
    for line in std::io::stdin().lock().lines() {
        if line?.trim() == "ask" {
            println!("{}", ask(&side, &questions, &truth)?);
        }
    }
    let (memory_mb, index_mb) = (resident() - base, side.index.state().bytes as f64 / 1e6);
    let end = side.end_and_start_again(&place)?;
    let deleted = side.delete_a_room()?;
    println!(
        "{}",
        json!({
            "memory_mb": memory_mb, "index_mb": index_mb,
            "disk_mb": end.disk_mb, "start_ms": end.start_ms, "start_cpu_ms": end.start_cpu_ms, "graph_after_start": end.in_graph,
            "deleted": deleted.count, "delete_ms": deleted.ms,
            "rewrite_s": deleted.rewrite_s, "written_meanwhile": deleted.written,
            "longest_write_meanwhile_ms": deleted.longest_ms, "disk_after_mb": deleted.disk_mb,
        })
    );
    Ok(())
}

/// One round: milliseconds of each question by meaning alone, everywhere and in a room, and of all that a turn does.
fn ask(side: &Side, questions: &[Vec<f32>], truth: &Value) -> Result<Value, Failure> {
    let mut report = json!({});
    for (name, filter) in [("open", within(None)), ("room", within(Some(ROOM)))] {
        let mut times = Vec::new();
        let mut share = 0.0;
        for (i, question) in questions.iter().enumerate() {
            let started = Instant::now();
            let found = side.index.search(question, &filter, K);
            times.push(started.elapsed().as_secs_f64() * 1e3);
            let found: Vec<Hit> = found.into_iter().map(side::numbered).collect();
            let keys = truth[name][i]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_u64);
            let right: Vec<Hit> = keys.map(|key| Hit { key, similarity: 0.0 }).collect();
            share += recall(&found, &right);
        }
        report[format!("{name}_ms")] = json!(times);
        if !truth.is_null() {
            report[format!("{name}_recall")] = json!(share / questions.len() as f64);
        }
    }
    let before = side::processor_ms();
    report["turn_ms"] = json!(side.recall_each(questions.len())?);
    report["turn_cpu_ms"] = json!((side::processor_ms() - before) / questions.len() as f64);
    Ok(report)
}

fn read(path: &Path) -> Result<Vec<Vec<f32>>, Failure> {
    let bytes = fs::read(path)?;
    let vectors = bytes.as_chunks::<4>().0.chunks_exact(DIMENSION);
    Ok(vectors
        .map(|v| v.iter().map(|&b| f32::from_le_bytes(b)).collect())
        .collect())
}
