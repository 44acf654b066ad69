//! Figures of the memory: `cargo run --release -p rosie-memory --example memory_figures -- [messages] [folder]`.
//! Prints what a turn writes to the disk, and for so many messages the time to insert, start, find, list and delete,
//! memory and disk. Vectors are of words hashed into 384 dimensions; finding by meaning has its own example
//! (index_figures), and memory_bench does all of this with vectors like those of sentences.
#![allow(clippy::unwrap_used)]

#[path = "../tests/memory/support.rs"]
#[allow(dead_code)]
mod support;

use rosie_core::memory::{Exchange, Memory, MemoryAdmin, MemoryFilter, MemoryQuery, MessageMeta, Recall};
use rosie_memory::{
    MemoryError, MemoryParts, RosieMemory, Store,
    index::{IndexSettings, LiveIndex},
    seam::{Embedder, VectorIndex},
};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use support::{NOW, wait};

struct Words;

impl Embedder for Words {
    fn id(&self) -> &str {
        "hashed-words"
    }
    fn dimension(&self) -> usize {
        384
    }
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, MemoryError> {
        let vector = |text: &&str| {
            let mut vector = vec![0.001f32; 384];
            for word in text.split(' ') {
                let hash = word.bytes().fold(7usize, |h, b| h.wrapping_mul(31) + usize::from(b));
                vector[hash % 384] += 1.0;
            }
            let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
            vector.iter().map(|x| x / length).collect()
        };
        Ok(texts.iter().map(vector).collect())
    }
}

fn start(folder: &Path) -> RosieMemory {
    let index: Arc<dyn VectorIndex> = Arc::new(LiveIndex::new(IndexSettings::default()));
    RosieMemory::start(MemoryParts {
        store: Arc::new(Store::open(folder).unwrap()),
        index,
        embedder: Some(Arc::new(Arc::new(Words))),
        time_zone: jiff::tz::TimeZone::UTC,
        reader: None,
    })
    .unwrap()
}

fn exchange(number: u64) -> Exchange {
    let rooms = ["kitchen", "bath", "attic", "hall", "office"];
    Exchange {
        conversation: format!("c-{}", number / 8).as_str().into(),
        room: rooms[number as usize % rooms.len()].into(),
        user: None,
        language: Default::default(),
        asked_unix_ms: NOW - 365 * 86_400_000 + number * 60_000,
        question: format!(
            "Please tell me how thing{} goes with matter{} today",
            number % 997,
            number % 8009
        ),
        answer: format!(
            "It goes well with thing{} and also with all of the {number} others.",
            number % 997
        ),
        meta: MessageMeta::default(),
    }
}

/// Bytes this process had written to the storage layer.
fn written() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap();
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    line.unwrap().parse().unwrap()
}

fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

/// Records from so many threads; returns the time and the bytes a turn took.
fn talk(memory: &RosieMemory, numbers: std::ops::Range<u64>, threads: u64) -> (Duration, u64) {
    let (before, begun, turns) = (written(), Instant::now(), numbers.end - numbers.start);
    let next = AtomicU64::new(numbers.start);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= numbers.end {
                        return;
                    }
                    wait(memory.record(exchange(number))).unwrap();
                }
            });
        }
    });
    (begun.elapsed(), (written() - before) / turns)
}

fn timed<T>(what: &str, work: impl Fn() -> T) -> T {
    let mut times: Vec<Duration> = Vec::new();
    let mut last = None;
    for _ in 0..50 {
        let begun = Instant::now();
        last = Some(work());
        times.push(begun.elapsed());
    }
    times.sort();
    println!("{what}: p50 {:.2} ms, p99 {:.2} ms", ms(times[25]), ms(times[49]));
    last.unwrap()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let messages: u64 = arguments.next().map_or(100_000, |n| n.parse().unwrap());
    let (own, place);
    let folder = match arguments.next() {
        Some(folder) => {
            place = folder;
            Path::new(&place)
        }
        None => {
            own = tempfile::tempdir().unwrap();
            own.path()
        }
    };
    let turns = messages / 2;
    let memory = start(folder);
    for (threads, range) in [(1, 0..200), (4, 200..600), (16, 600..1400)] {
        let (time, bytes) = talk(&memory, range.clone(), threads);
        let each = ms(time) / (range.end - range.start) as f64;
        println!("{threads} at once: {bytes} bytes written a turn, {each:.2} ms a turn");
    }
    let (time, bytes) = talk(&memory, 1400..turns, 64);
    println!(
        "{} turns from 64 threads: {:.1} s, {bytes} bytes a turn",
        turns - 1400,
        time.as_secs_f64()
    );
    let (time, bytes) = talk(&memory, turns..turns + 100, 1);
    println!(
        "with {messages} messages, 1 at once: {bytes} bytes a turn, {:.2} ms",
        ms(time) / 100.0
    );
    memory.settle();
    report(&memory);
    drop(memory);
    let begun = Instant::now();
    let memory = start(folder);
    println!("open: {:.0} ms", ms(begun.elapsed()));
    memory.settle();
    println!("open and everything loaded: {:.0} ms", ms(begun.elapsed()));
    report(&memory);
    questions(&memory);
    let begun = Instant::now();
    let attic = MemoryFilter {
        rooms: vec!["attic".into()],
        all_users: true,
        ..MemoryFilter::default()
    };
    let gone = wait(memory.clear(attic)).unwrap();
    println!("delete {gone} of a room: {:.0} ms", ms(begun.elapsed()));
    let begun = Instant::now();
    memory.tidy().unwrap();
    println!("make the file anew: {:.0} ms", ms(begun.elapsed()));
    report(&memory);
}

fn questions(memory: &RosieMemory) {
    let kitchen = MemoryFilter {
        rooms: vec!["kitchen".into()],
        all_users: true,
        ..MemoryFilter::default()
    };
    let list = |filter: MemoryFilter| {
        wait(memory.query(MemoryQuery {
            filter,
            limit: 50,
            ..MemoryQuery::default()
        }))
        .unwrap()
    };
    assert_eq!(timed("50 latest of a room", || list(kitchen.clone())).len(), 50);
    let recalled = timed("recall, k = 5, vectors and words", || {
        wait(memory.recall(Recall {
            question: "How goes thing123 with matter4567 today?".to_owned(),
            room: "kitchen".into(),
            user: None,
            conversation: "now".into(),
            now_unix_ms: NOW,
            k: 5,
            faint: false,
        }))
        .unwrap()
    });
    assert!(!recalled.is_empty());
}

fn report(memory: &RosieMemory) {
    let stats = memory.stats().unwrap();
    println!(
        "  {} messages, {} vectors, {:.1} MiB on disk, {:.1} MiB resident (index {:.1})",
        stats.messages,
        stats.index_entries,
        stats.bytes_on_disk as f64 / (1 << 20) as f64,
        resident_mib(),
        stats.index_bytes as f64 / (1 << 20) as f64
    );
}
