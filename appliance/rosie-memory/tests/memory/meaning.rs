//! The embedder on demand: it rests, it comes later, it is exchanged while Rosie runs; and likeness by it.

use crate::support::*;
use rosie_core::{
    engine::EngineHealth,
    memory::{Memory, MemoryAdmin},
};
use rosie_memory::{RosieMemory, Store};
use std::sync::{Arc, atomic::Ordering};
use tempfile::{TempDir, tempdir};

fn start(source: &Arc<Fetched>) -> (TempDir, RosieMemory) {
    let folder = tempdir().unwrap();
    let mut parts = parts(Store::open(folder.path()).unwrap(), None);
    parts.embedder = Some(source.clone());
    let memory = RosieMemory::start(parts).unwrap();
    memory.settle();
    (folder, memory)
}

fn installed() -> Arc<Fetched> {
    let source = Arc::new(Fetched::default());
    *source.model.lock().unwrap() = Some(WordsEmbedder::new("words-1"));
    source
}

fn counts(source: &Fetched) -> (u64, u64) {
    (source.loads.load(Ordering::SeqCst), source.rests.load(Ordering::SeqCst))
}

#[test]
fn it_is_let_go_of_when_it_is_quiet_and_comes_back_when_it_is_needed() {
    let source = installed();
    let (_folder, memory) = start(&source);
    wait(memory.record(exchange("The plumber comes Thursday.", "Fine.", NOW - DAY))).unwrap();
    memory.settle();
    until(|| counts(&source).1 == 1);
    let model = source.model.lock().unwrap().clone().unwrap();
    // The test and the source hold it, nobody else.
    assert_eq!(Arc::strong_count(&model), 2);
    let before = counts(&source).0;
    assert_eq!(recall(&memory, "When does the plumber come?", "").len(), 1);
    assert_eq!(counts(&source).0, before + 1);
    assert_eq!(memory.info().health, EngineHealth::Ready);
    until(|| counts(&source).1 == 2);
    // Somebody begins to speak.
    memory.prepare();
    until(|| counts(&source).0 == before + 2);
    until(|| counts(&source).1 == 3);
    assert_eq!(counts(&source).0, before + 2, "nothing wakes it but need");
}

#[test]
fn a_model_that_comes_later_is_picked_up_and_nothing_is_lost() {
    let source = Arc::new(Fetched::default());
    let (_folder, memory) = start(&source);
    wait(memory.record(exchange("The plumber comes Thursday.", "Fine.", NOW - DAY))).unwrap();
    let EngineHealth::Degraded { reason } = memory.info().health else {
        panic!("{:?}", memory.info())
    };
    assert!(reason.contains("words only: the model is not installed"), "{reason}");
    assert_eq!(memory.stats().unwrap().embedded, 0);
    let model = WordsEmbedder::new("words-1");
    *source.model.lock().unwrap() = Some(model.clone());
    until(|| memory.info().health == EngineHealth::Ready && memory.info().model == "words-1");
    memory.settle();
    let stats = memory.stats().unwrap();
    assert_eq!((stats.embedded, stats.embeddable), (2, 2));
    assert_eq!(model.embedded.load(Ordering::SeqCst), 2);
}

#[test]
fn it_is_exchanged_while_rosie_runs() {
    let source = installed();
    let (_folder, memory) = start(&source);
    for number in 0..20 {
        wait(memory.record(exchange(&format!("Line {number}."), "Yes.", NOW + number))).unwrap();
    }
    memory.settle();
    let other = WordsEmbedder::new("words-2");
    memory.use_embedder(Some(Arc::new(other.clone())));
    until(|| memory.info().model == "words-2");
    memory.settle();
    assert_eq!(other.embedded.load(Ordering::SeqCst), 40);
    // Back again: those vectors were kept where a commit took them along, and the rest is made anew.
    memory.use_embedder(Some(source.clone()));
    until(|| memory.info().model == "words-1");
    memory.settle();
    let stats = memory.stats().unwrap();
    assert_eq!((stats.embedded, stats.embeddable), (40, 40));
    memory.use_embedder(None);
    until(|| memory.info().model.is_empty());
    assert_eq!(memory.info().health, EngineHealth::Ready);
    assert_eq!(memory.stats().unwrap().embedded, 0);
    assert_eq!(recall(&memory, "What is line 7?", "").len(), 1, "words still find it");
}

#[test]
fn three_hundred_names_cost_one_vector_a_question() {
    let source = installed();
    let (_folder, memory) = start(&source);
    let model = source.model.lock().unwrap().clone().unwrap();
    let names: Vec<String> = (0..300).map(|n| format!("Outlet{n} cellar switch")).collect();
    // A slow model: what takes too long is learnt in the background.
    model.slow.store(true, Ordering::SeqCst);
    assert_eq!(wait(memory.likeness("Is the outlet17 there?", &names)), None);
    model.slow.store(false, Ordering::SeqCst);
    memory.settle();
    let learnt = model.embedded.load(Ordering::SeqCst);
    assert_eq!(learnt, 301, "each name once, and the question");
    let found = wait(memory.likeness("Is outlet17 there?", &names)).unwrap();
    // The test's model has only 64 dimensions: some other names look the same to it.
    let nearer = found.iter().filter(|likeness| **likeness >= found[17] - 0.01).count();
    assert!(found[17] > 0.4 && nearer < 30, "{nearer} are as near as {}", found[17]);
    assert_eq!(model.embedded.load(Ordering::SeqCst), learnt + 1);
    // The tools of the same turn, new ones among them, cost what is new.
    let tools = vec![names[3].clone(), "Starts a timer".to_owned()];
    assert_eq!(wait(memory.likeness("Is outlet17 there?", &tools)).unwrap().len(), 2);
    assert_eq!(model.embedded.load(Ordering::SeqCst), learnt + 2);
    assert_eq!(wait(memory.likeness("Anything?", &[])), Some(vec![]));
}

#[test]
fn without_a_model_there_is_no_likeness() {
    let (_folder, memory) = start(&Arc::new(Fetched::default()));
    assert_eq!(wait(memory.likeness("Is it dark?", &["lamp".to_owned()])), None);
}
