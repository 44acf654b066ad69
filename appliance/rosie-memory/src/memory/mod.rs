//! The memory as the daemon sees it: core's `Memory` and `MemoryAdmin` over the store and its indexes.

mod admin;
mod edit;
mod forget;
mod import;
mod list;
mod reading;
mod recall;
pub(crate) mod settings;
mod turn;
mod upload;

pub(crate) use forget::remove_messages;
#[cfg(fuzzing)]
pub(crate) use import::take;

use crate::{
    MemoryError, Store,
    caretaker::{self, Caretaker},
    documents::Reader,
    keeper::Keeper,
    lane::Lane,
    meaning::Meaning,
    riders::Riders,
    seam::{EmbedderSource, IndexFilter, VectorIndex},
    store::items::Changes,
    writer::Writer,
};
use jiff::tz::TimeZone;
use rosie_core::memory::{MemoryFilter, MemorySettings};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Questions of turns that may wait; more are told that the memory is busy.
const TURNS: usize = 64;
/// Requests of the owner that may wait.
const REQUESTS: usize = 32;
/// Files that may wait to be read: each is held in memory.
const DOCUMENTS: usize = 4;

/// What a memory is made of.
pub struct MemoryParts {
    pub store: Arc<Store>,
    pub index: Arc<dyn VectorIndex>,
    /// Without one, memories are found by words alone.
    pub embedder: Option<Arc<dyn EmbedderSource>>,
    /// For words like "yesterday".
    pub time_zone: TimeZone,
    /// Reads documents in a process of its own; without one they are read in this process, without a deadline.
    pub reader: Option<Reader>,
}

/// Everything that is remembered. Dropping it writes what waits and ends its threads.
pub struct RosieMemory {
    shared: Arc<Shared>,
    threads: Mutex<Vec<std::thread::JoinHandle<()>>>,
}

pub(crate) struct Shared {
    pub store: Arc<Store>,
    pub keeper: Arc<Keeper>,
    pub writer: Arc<Writer>,
    pub caretaker: Arc<Caretaker>,
    pub started_unix_ms: u64,
    /// `None` where they could not be read yet.
    settings: RwLock<Option<MemorySettings>>,
    time_zone: RwLock<TimeZone>,
    /// Reads of turns.
    turns: Lane,
    /// Reads of the owner, which may take long.
    requests: Lane,
    /// Files being read.
    documents: Lane,
    reader: Option<Reader>,
}

impl RosieMemory {
    /// Starts its threads; loading everything into the indexes goes on in the background. An unreadable store is no
    /// error: it is tried again and again.
    pub fn start(parts: MemoryParts) -> Result<Self, MemoryError> {
        let starting = |source| MemoryError::io(parts.store.path(), source);
        let riders = Arc::new(Riders::default());
        let keeper = Arc::new(Keeper::new(
            parts.store.clone(),
            parts.index,
            Meaning::new(parts.embedder),
            riders.clone(),
        ));
        let hears = keeper.clone();
        let caretaker = Arc::new(Caretaker::default());
        let cares = caretaker.clone();
        let observer = Box::new(move |changes: Changes| {
            if changes.erased {
                cares.erased();
            }
            hears.changed(changes);
        });
        let writer = Arc::new(Writer::start(parts.store.clone(), riders, observer).map_err(starting)?);
        let keeper_thread = keeper.start(&writer).map_err(starting)?;
        let shared = Shared {
            settings: RwLock::new(settings::load(&parts.store)),
            turns: Lane::start("memory-recall", TURNS).map_err(starting)?,
            requests: Lane::start("memory-owner", REQUESTS).map_err(starting)?,
            documents: Lane::start("memory-documents", DOCUMENTS).map_err(starting)?,
            reader: parts.reader,
            caretaker,
            started_unix_ms: edit::now_unix_ms(),
            store: parts.store.clone(),
            keeper,
            writer,
            time_zone: RwLock::new(parts.time_zone),
        };
        let shared = Arc::new(shared);
        let cared_for = Arc::downgrade(&shared);
        let caretaker_thread = std::thread::Builder::new()
            .name("memory-caretaker".to_owned())
            .spawn(move || caretaker::run(&cared_for))
            .map_err(|source| MemoryError::io(shared.store.path(), source))?;
        Ok(Self {
            shared,
            threads: Mutex::new(vec![caretaker_thread, keeper_thread]),
        })
    }

    /// Waits until everything is loaded and has its vector. For tests and benchmarks. Blocking.
    pub fn settle(&self) {
        while !(self.shared.keeper.is_settled()) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// From now on another model is used, or none: what has no vector of it gets one in the background.
    pub fn use_embedder(&self, embedder: Option<Arc<dyn EmbedderSource>>) {
        self.shared.keeper.meaning.replace(embedder);
        self.shared.keeper.look_again();
    }

    pub fn use_time_zone(&self, zone: TimeZone) {
        *self.shared.time_zone.write().unwrap_or_else(PoisonError::into_inner) = zone;
    }

    /// Texts that questions are compared with are being learnt in the background. For tests.
    pub fn is_learning(&self) -> bool {
        self.shared.keeper.meaning.is_learning()
    }

    /// Deletes what is older than the retention period and makes the file anew where something was deleted, now
    /// instead of when it is quiet. True where the file was made anew. Blocking.
    pub fn tidy(&self) -> Result<bool, MemoryError> {
        caretaker::purge(&self.shared)?;
        caretaker::rewrite(&self.shared)
    }

    /// Writes what waits and ends the threads. Blocking; what is asked afterwards is refused.
    pub fn end(&self) {
        for lane in [&self.shared.turns, &self.shared.requests, &self.shared.documents] {
            lane.end();
        }
        self.shared.caretaker.end();
        self.shared.keeper.end();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A panic of one was logged; nothing is lost but vectors.
            let _ = thread.join();
        }
        self.shared.writer.end();
    }
}

impl Drop for RosieMemory {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    pub(crate) fn time_zone(&self) -> TimeZone {
        self.time_zone.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The filter as the index knows it.
    fn within(&self, filter: &MemoryFilter) -> IndexFilter {
        let catalogue = self.keeper.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        catalogue.filter(filter)
    }

    pub(crate) fn stored_in(&self, room: &str) -> bool {
        !self
            .settings()
            .do_not_store_rooms
            .iter()
            .any(|silent| silent.as_str() == room)
    }
}
