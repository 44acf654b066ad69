//! A disk that is full, a store that is locked or damaged, a model that is exchanged.

use crate::support::*;
use rosie_core::{
    ErrorCode,
    engine::EngineHealth,
    memory::{Memory, MemoryAdmin},
};
use rosie_memory::{FILE_NAME, MemoryParts, RosieMemory, Store, open_or_volatile};
use std::sync::atomic::Ordering;
use tempfile::tempdir;

#[test]
fn what_a_locked_store_cannot_take_waits_is_found_and_is_written_later() {
    let folder = tempdir().unwrap();
    let other = Store::open(folder.path()).unwrap();
    let memory = RosieMemory::start(parts(Store::closed(folder.path()), None)).unwrap();
    let refused = wait(memory.record(exchange("The plumber comes Thursday.", "Fine.", NOW - DAY))).unwrap_err();
    assert_eq!(refused.code, ErrorCode::MemoryUnavailable);
    assert_eq!(
        texts(&recall(&memory, "When does the plumber come?", "")),
        ["The plumber comes Thursday."]
    );
    assert_eq!(memory.history(&"c-1".into(), 5).unwrap().len(), 2);
    let EngineHealth::Degraded { reason } = memory.info().health else {
        panic!("{:?}", memory.info())
    };
    assert!(
        reason.contains("in use by another rosied") && reason.contains("1 memories wait"),
        "{reason}"
    );
    drop(other);
    wait(memory.record(exchange("Second.", "Fine.", NOW))).unwrap();
    assert_eq!(memory.stats().unwrap().unsaved, 0);
    assert_eq!(memory.stats().unwrap().messages, 4);
    memory.settle();
    assert_eq!(memory.info().health, EngineHealth::Ready);
}

#[test]
fn a_damaged_file_is_set_aside_and_said_so() {
    let folder = tempdir().unwrap();
    let damaged = vec![0x5a; 70_000];
    std::fs::write(folder.path().join(FILE_NAME), &damaged).unwrap();
    let opened = open_or_volatile(folder.path());
    assert_eq!(opened.failure(), None);
    let aside = opened.store.set_aside().unwrap().to_owned();
    assert_eq!(std::fs::read(&aside).unwrap(), damaged);
    let EngineHealth::Degraded { reason } = opened.info().health else {
        panic!("{:?}", opened.info())
    };
    assert!(reason.contains(aside.to_str().unwrap()), "{reason}");
    let began_anew = RosieMemory::start(MemoryParts {
        store: opened.store.clone(),
        ..parts(Store::closed(folder.path()), None)
    });
    assert!(began_anew.unwrap().has_lost());
    let whole = tempdir().unwrap();
    assert!(!memory(whole.path()).has_lost());
}

#[test]
fn another_model_makes_all_vectors_anew_and_the_same_one_none() {
    let folder = tempdir().unwrap();
    let start = |id| {
        let embedder = WordsEmbedder::new(id);
        let parts = parts(Store::open(folder.path()).unwrap(), Some(embedder.clone()));
        let memory = RosieMemory::start(parts).unwrap();
        memory.settle();
        (memory, embedder)
    };
    let (memory, embedder) = start("model-a");
    for number in 0..20 {
        wait(memory.record(exchange(&format!("Line {number}."), "Yes.", NOW + number))).unwrap();
    }
    memory.settle();
    assert_eq!(embedder.embedded.load(Ordering::SeqCst), 40);
    let stats = memory.stats().unwrap();
    assert_eq!((stats.embedded, stats.embeddable), (40, 40));
    drop(memory);
    let (memory, embedder) = start("model-a");
    assert_eq!(embedder.embedded.load(Ordering::SeqCst), 0, "the vectors were stored");
    drop(memory);
    let (memory, embedder) = start("model-b");
    assert_eq!(embedder.embedded.load(Ordering::SeqCst), 40);
    assert_eq!(memory.stats().unwrap().embedder.as_deref(), Some("model-b"));
}

/// Ended at every moment of its start: the end has to reach a thread that is just about to fall asleep.
#[test]
fn an_end_right_after_the_start_does_not_hang() {
    let folder = tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    let (done, waits) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for round in 0..1500u64 {
            let memory = RosieMemory::start(parts(Store::open(folder.path()).unwrap(), None)).unwrap();
            std::thread::sleep(std::time::Duration::from_micros(round % 500));
            memory.end();
        }
        done.send(()).unwrap();
    });
    waits
        .recv_timeout(std::time::Duration::from_secs(120))
        .expect("an end that never came");
}
