//! A file that an older Rosie wrote: `data/version-3.redb.gz`, written by rosied of 27 November 2026 with its MiniLM. Its
//! vectors have eight bits; they are of use at once and are made anew in the background.

use crate::support::*;
use rosie_core::memory::{MemoryAdmin, MemoryFilter, MemoryItem, MemoryQuery, MemoryRecord, Speaker};
use rosie_memory::{
    FILE_NAME, MemoryError, MemoryParts, RosieMemory, Store,
    index::{IndexSettings, LiveIndex},
    seam::{Embedder, VectorIndex},
};
use std::{
    io::Read,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tempfile::tempdir;

const MODEL: &str = "minilm-l6-v2-a65742f28d51";
const ITEMS: u64 = 7;

/// Of the model's name and width; does nothing until it is let.
#[derive(Default)]
struct Patient {
    works: AtomicBool,
    embedded: AtomicU64,
}

impl Embedder for Patient {
    fn id(&self) -> &str {
        MODEL
    }
    fn dimension(&self) -> usize {
        384
    }
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, MemoryError> {
        if !self.works.load(Ordering::SeqCst) {
            return Err(MemoryError::Meaning("not yet".to_owned()));
        }
        self.embedded.fetch_add(texts.len() as u64, Ordering::SeqCst);
        let vector = |text: &&str| (0..384).map(|i| ((i + text.len()) as f32).sin() / 13.86).collect();
        Ok(texts.iter().map(vector).collect())
    }
}

fn start(folder: &Path, embedder: Arc<Patient>) -> (RosieMemory, Arc<LiveIndex>) {
    let index = Arc::new(LiveIndex::new(IndexSettings::default()));
    let parts = MemoryParts {
        index: index.clone(),
        embedder: Some(Arc::new(embedder)),
        ..parts(Store::open(folder).unwrap(), None)
    };
    (RosieMemory::start(parts).unwrap(), index)
}

fn until(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < Duration::from_secs(30), "it never came");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn all(memory: &RosieMemory) -> Vec<MemoryItem> {
    let filter = MemoryFilter {
        all_users: true,
        ..MemoryFilter::default()
    };
    wait(memory.query(MemoryQuery {
        filter,
        ..MemoryQuery::default()
    }))
    .unwrap()
}

#[test]
fn a_file_of_version_3_serves_at_once_and_gets_finer_vectors_by_and_by() {
    let folder = tempdir().unwrap();
    let mut old = Vec::new();
    flate2::read::GzDecoder::new(include_bytes!("../data/version-3.redb.gz").as_slice())
        .read_to_end(&mut old)
        .unwrap();
    std::fs::write(folder.path().join(FILE_NAME), old).unwrap();
    let embedder = Arc::new(Patient::default());
    let (memory, index) = start(folder.path(), embedder.clone());
    until(|| index.len() as u64 == ITEMS);
    assert_eq!(embedder.embedded.load(Ordering::SeqCst), 0, "the old vectors serve");
    let said: Vec<_> = all(&memory).into_iter().map(|item| item.record).collect();
    assert_eq!(said.len() as u64, ITEMS);
    let plumber = said.iter().find_map(|record| match record {
        MemoryRecord::Message(message) if message.text.contains("plumber") => Some(message),
        _ => None,
    });
    let plumber = plumber.unwrap();
    assert_eq!(
        (plumber.speaker, plumber.tags.len(), plumber.unix_ms),
        (Speaker::User, 1, NOW - 4 * DAY)
    );
    assert_eq!(plumber.user.as_ref().unwrap().as_str(), "ann");
    assert_eq!(memory.settings().unwrap().do_not_store_rooms.len(), 1);
    // Near its own vector is itself: what MiniLM made then is what is searched now.
    let everything = rosie_memory::seam::IndexFilter {
        viewer: rosie_memory::seam::Viewer::Owner,
        ..Default::default()
    };
    let hits = index.search(&[0.05; 384], &everything, 10);
    assert_eq!(hits.len() as u64, ITEMS);
    assert!(hits.iter().all(|hit| hit.similarity.abs() <= 1.0));

    embedder.works.store(true, Ordering::SeqCst);
    until(|| embedder.embedded.load(Ordering::SeqCst) >= ITEMS);
    memory.settle();
    assert_eq!(index.len() as u64, ITEMS);
    let before = all(&memory);
    memory.end();
    drop(memory);
    let (memory, index) = start(folder.path(), embedder.clone());
    memory.settle();
    assert_eq!(embedder.embedded.load(Ordering::SeqCst), ITEMS, "made anew once");
    assert_eq!(index.len() as u64, ITEMS);
    assert_eq!(all(&memory), before);
}
