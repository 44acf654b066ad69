//! What the vector index costs and finds: `index_figures [COUNT] [topics|uniform]`. Recall against exact search in
//! full-precision numbers, times of searches on one core, what building, saving and loading take.

#[path = "../tests/index_support/mod.rs"]
mod index_support;

use index_support::{Shape, Source, entries, everything, exact, in_room, recall};
use rosie_memory::{
    index::{GRAPH_FILE_NAME, IndexSettings, LiveIndex},
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
    let folder = std::env::temp_dir().join(format!("rosie-index-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let index = LiveIndex::new(IndexSettings::default());
    index.loading(&folder);
    index.add(all.clone()).expect("adding");
    let before = processor_time();
    let started = Instant::now();
    index.loaded();
    let blocked = answered_meanwhile(&index, &questions);
    println!(
        "graph: covers {}, {:.1} s, processor {:.1} s, {:.1} MB in all; searches meanwhile: {blocked}",
        index.in_graph(),
        started.elapsed().as_secs_f64(),
        (processor_time() - before).as_secs_f64(),
        index.state().bytes as f64 / 1e6
    );
    measure("with graph", &index, &all, &questions);
    let size = std::fs::metadata(folder.join(GRAPH_FILE_NAME)).map_or(0, |m| m.len());
    drop(index);
    let again = LiveIndex::new(IndexSettings::default());
    again.loading(&folder);
    again.add(all).expect("adding");
    let started = Instant::now();
    again.loaded();
    again.settle();
    println!(
        "graph's file: {:.1} MB, taken up in {:.1?} ({} entries)",
        size as f64 / 1e6,
        started.elapsed(),
        again.in_graph()
    );
    let _ = std::fs::remove_dir_all(&folder);
}

/// What searches and additions take while the graph is built on another thread.
fn answered_meanwhile(index: &LiveIndex, questions: &[Vec<f32>]) -> String {
    let mut times = Vec::new();
    let ask = |i: usize| {
        let started = Instant::now();
        let _ = index.search(&questions[i % questions.len()], &everything(), K);
        started.elapsed()
    };
    std::thread::scope(|scope| {
        let settled = scope.spawn(|| index.settle());
        while !settled.is_finished() {
            times.push(ask(times.len()));
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    times.sort();
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1)));
    format!(
        "{} of them, p50 {:.2?}, p99 {:.2?}, longest {:.2?}",
        times.len(),
        at(50),
        at(99),
        at(100)
    )
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
