//! Among a hundred thousand messages the right ones are found: against exact search in full-precision numbers.

#![allow(clippy::unwrap_used)]

mod index_support;

use index_support::{Shape, Source, entries, everything, exact, in_room, recall};
use rosie_memory::{
    index::{IndexSettings, LiveIndex},
    seam::VectorIndex,
};

const COUNT: usize = 100_000;
const K: usize = 5;
const QUESTIONS: usize = 60;
const ENOUGH: f64 = 0.98;

/// Mean recall without and with a room.
fn recalls(index: &LiveIndex, all: &[rosie_memory::seam::IndexEntry], questions: &[Vec<f32>]) -> [f64; 2] {
    [everything(), in_room(3)].map(|filter| {
        let share = |q: &Vec<f32>| recall(&index.search(q, &filter, K), &exact(all, q, &filter, K));
        questions.iter().map(share).sum::<f64>() / questions.len() as f64
    })
}

/// As sentences are; through the graph.
#[test]
fn of_a_hundred_thousand_sentences_the_nearest_are_found() {
    let mut source = Source::new(Shape::Topics, 384, COUNT / 100, 21);
    let all = entries(&source.many(COUNT));
    let questions = source.many(QUESTIONS);
    let index = LiveIndex::new(IndexSettings::default());
    index.add(all.clone()).unwrap();
    index.settle();
    assert_eq!(index.in_graph(), COUNT, "the graph pays here");
    let [open, room] = recalls(&index, &all, &questions);
    assert!(open >= ENOUGH && room >= ENOUGH, "recall {open}, in a room {room}");
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
