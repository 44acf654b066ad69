//! Among a hundred thousand messages the right ones are found: against exact search in full-precision numbers.

#![allow(clippy::unwrap_used)]

mod index_support;
#[path = "memory/support.rs"]
#[allow(dead_code)]
mod support;

use index_support::{Shape, Source, attributes, entries, everything, exact, in_room, recall};
use rosie_core::memory::MemoryAdmin;
use rosie_memory::{
    MemoryError, MemoryParts, RosieMemory, Store,
    index::{IndexSettings, LiveIndex},
    seam::{Embedder, VectorIndex},
};
use std::{path::Path, sync::Arc};
use support::wait;

const COUNT: usize = 100_000;
const K: usize = 5;
const QUESTIONS: usize = 60;
const ENOUGH: f64 = 0.98;

/// Mean recall without and with a room. Rooms are numbered as they are met, by several threads when the file is read: what
/// number room 3 has is found with its first message.
fn recalls(index: &LiveIndex, all: &[rosie_memory::seam::IndexEntry], questions: &[Vec<f32>]) -> [f64; 2] {
    let first = &all[3];
    let has_it = |room: &u32| {
        let hits = index.search(&first.vector, &in_room(*room), 1);
        hits.first().is_some_and(|hit| hit.key == first.key)
    };
    let number = (0..10).find(has_it).unwrap();
    [(everything(), everything()), (in_room(number), in_room(3))].map(|(filter, meant)| {
        let share = |q: &Vec<f32>| recall(&index.search(q, &filter, K), &exact(all, q, &meant, K));
        questions.iter().map(share).sum::<f64>() / questions.len() as f64
    })
}

/// Looks the vector up: message "m17" has the eighteenth.
struct Given(Vec<Vec<f32>>);

impl Embedder for Given {
    fn id(&self) -> &str {
        "given"
    }
    fn dimension(&self) -> usize {
        384
    }
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, MemoryError> {
        Ok(texts
            .iter()
            .map(|text| self.0[text[1..].parse::<usize>().unwrap()].clone())
            .collect())
    }
}

fn started(folder: &Path, embedder: &Arc<Given>, settings: IndexSettings) -> (RosieMemory, Arc<LiveIndex>) {
    let index = Arc::new(LiveIndex::new(settings));
    let parts = MemoryParts {
        store: Arc::new(Store::open(folder).unwrap()),
        index: index.clone(),
        embedder: Some(Arc::new(embedder.clone())),
        time_zone: jiff::tz::TimeZone::UTC,
        reader: None,
    };
    (RosieMemory::start(parts).unwrap(), index)
}

/// Message `i` of [`entries`], as an export has it. Its key in the index is `unix_ms << 16 | 7 << 12`.
fn message(i: usize) -> String {
    let unix_ms = attributes(i).unix_ms;
    let id = uuid::Uuid::from_u128(u128::from(unix_ms) << 80 | 7 << 76 | 1 << 63);
    format!(
        r#"{{"kind":"message","id":"{id}","conversation":"c","room":"room {}","unix_ms":{unix_ms},"speaker":"user","language":"en","text":"m{i}"}}"#,
        i % 10
    )
}

fn import(memory: &RosieMemory) {
    let mut file = br#"{"format":"rosie-memory","version":1,"settings":{},"items":["#.to_vec();
    for i in 0..COUNT {
        file.extend((if i == 0 { "" } else { "," }).bytes().chain(message(i).bytes()));
    }
    file.extend(format!("],\"counts\":{{\"messages\":{COUNT},\"facts\":0,\"documents\":0,\"chunks\":0}}}}").bytes());
    let mut file = Some(file);
    let source = Box::new(move || file.take().map(Ok));
    assert_eq!(
        wait(memory.import(source, Box::new(|_, _| {}))).unwrap().messages,
        COUNT as u64
    );
    memory.settle();
}

/// As sentences are, in the memory as the appliance has it: written, read again at the next start, looked through row by
/// row while the graph is built, then through the graph, and through the graph's file at the start after that.
#[test]
fn of_a_hundred_thousand_sentences_the_nearest_are_found() {
    let mut source = Source::new(Shape::Topics, 384, COUNT / 100, 21);
    let vectors = source.many(COUNT);
    let questions = source.many(QUESTIONS);
    let mut all = entries(&vectors);
    all.iter_mut()
        .for_each(|entry| entry.key = entry.attributes.unix_ms << 16 | 7 << 12);
    let embedder = Arc::new(Given(vectors));
    let folder = tempfile::tempdir().unwrap();
    let no_graph = IndexSettings {
        graph_from: usize::MAX,
        ..IndexSettings::default()
    };
    let (memory, _) = started(folder.path(), &embedder, no_graph);
    import(&memory);
    drop(memory);
    let (memory, index) = started(folder.path(), &embedder, IndexSettings::default());
    memory.settle();
    assert_eq!(index.len(), COUNT);
    let rows = recalls(&index, &all, &questions);
    index.settle();
    assert_eq!(index.in_graph(), COUNT, "the graph pays here");
    let graph = recalls(&index, &all, &questions);
    drop((memory, index));
    let (memory, index) = started(folder.path(), &embedder, no_graph);
    memory.settle();
    index.settle();
    assert_eq!(index.in_graph(), COUNT, "read, not built");
    let file = recalls(&index, &all, &questions);
    println!("recall@{K} everywhere and in a room: rows {rows:?}, graph {graph:?}, graph of the file {file:?}");
    assert!(rows.iter().all(|&share| share == 1.0), "rows {rows:?}");
    for [open, room] in [graph, file] {
        assert!(open >= ENOUGH && room >= ENOUGH, "recall {open}, in a room {room}");
    }
}

/// Vectors without neighbourhoods. A graph does not pay there (the next test), so none is built.
#[test]
fn of_a_hundred_thousand_random_vectors_the_nearest_are_found() {
    let mut source = Source::new(Shape::Uniform, 384, 0, 22);
    let all = entries(&source.many(COUNT));
    let questions = source.many(2 * QUESTIONS);
    let index = LiveIndex::new(IndexSettings {
        graph_from: usize::MAX,
        ..IndexSettings::default()
    });
    index.add(all.clone()).unwrap();
    let [open, room] = recalls(&index, &all, &questions);
    assert!(open >= ENOUGH && room >= ENOUGH, "recall {open}, in a room {room}");
}

#[test]
fn a_graph_that_does_not_pay_is_not_used() {
    let mut source = Source::new(Shape::Uniform, 384, 0, 23);
    let index = LiveIndex::new(IndexSettings {
        graph_from: 3000,
        tail: 1000,
        ..IndexSettings::default()
    });
    index.add(entries(&source.many(4000))).unwrap();
    index.settle();
    assert_eq!(index.in_graph(), 0);
}
