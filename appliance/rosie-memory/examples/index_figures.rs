//! What the vector index costs and finds: `index_figures [COUNT] [topics|uniform]`. Recall against exact search in
//! full-precision numbers, times of searches on one core, what building, saving and loading take.

#[path = "../tests/index_support/mod.rs"]
mod index_support;

use index_support::{Shape, Source, entries, everything, exact, in_room, recall};
use rosie_memory::{
    index::{IndexSettings, LiveIndex},
    seam::{IndexFilter, VectorIndex, Viewer},
};
use std::time::{Duration, Instant};

const DIMENSION: usize = 384;
const QUESTIONS: usize = 200;
const K: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments.next().map_or(100_000, |n| n.parse().expect("a count"));
    let shape = match arguments.next().as_deref() {
        Some("uniform") => Shape::Uniform,
        _ => Shape::Topics,
    };
    let mut source = Source::new(shape, DIMENSION, (count / 100).max(20), 1);
    let vectors = source.many(count);
    let questions = source.many(QUESTIONS);
    println!("{count} vectors, {shape:?}");
    // Without a graph first.
    let plain = LiveIndex::new(IndexSettings {
        graph_from: usize::MAX,
        ..IndexSettings::default()
    });
    let all = entries(&vectors);
    drop(vectors);
    let started = Instant::now();
    for part in all.chunks(256) {
        plain.add(part.to_vec()).expect("adding");
    }
    println!("adding: {:.0}/s", count as f64 / started.elapsed().as_secs_f64());
    measure("one by one", &plain, &all, &questions);
    drop(plain);
    let index = LiveIndex::new(IndexSettings::default());
    let before = processor_time();
    let started = Instant::now();
    index.add(all.clone()).expect("adding");
    index.settle();
    println!(
        "graph: covers {}, {:.1} s, processor {:.1} s, {:.1} MB in all",
        index.in_graph(),
        started.elapsed().as_secs_f64(),
        (processor_time() - before).as_secs_f64(),
        index.state().bytes as f64 / 1e6
    );
    measure("with graph", &index, &all, &questions);
    let folder = std::env::temp_dir().join(format!("rosie-index-{}", std::process::id()));
    let started = Instant::now();
    index.save(&folder, "figures").expect("saving");
    let saved = started.elapsed();
    let size = std::fs::metadata(&folder).map_or(0, |m| m.len());
    let started = Instant::now();
    let loaded = LiveIndex::load(&folder, IndexSettings::default()).expect("loading");
    println!(
        "file: {:.1} MB, saved in {saved:.1?}, loaded in {:.1?} ({} entries)",
        size as f64 / 1e6,
        started.elapsed(),
        loaded.index.len()
    );
    let _ = std::fs::remove_file(&folder);
}

fn measure(name: &str, index: &LiveIndex, all: &[rosie_memory::seam::IndexEntry], questions: &[Vec<f32>]) {
    let person = IndexFilter {
        viewer: Viewer::Person(1),
        ..IndexFilter::default()
    };
    for (what, filter) in [
        ("everything", everything()),
        ("a room of ten", in_room(3)),
        ("a person", person),
    ] {
        let mut times = Vec::new();
        let mut found = Vec::new();
        for question in questions {
            let started = Instant::now();
            found.push(index.search(question, &filter, K));
            times.push(started.elapsed());
        }
        times.sort();
        // Exact search is slow: fewer questions where there are many entries.
        let tried = (20_000_000 / all.len()).clamp(20, questions.len());
        let share: f64 = questions[..tried]
            .iter()
            .zip(&found)
            .map(|(question, found)| recall(found, &exact(all, question, &filter, K)))
            .sum();
        println!(
            "{name}, {what}: p50 {:.2?}, p99 {:.2?}, recall@{K} {:.4} ({tried} questions)",
            times[times.len() / 2],
            times[times.len() * 99 / 100],
            share / tried as f64
        );
    }
}

/// Of the whole process, in hundredths of a second.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let used: u64 = ticks.skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * used)
}
