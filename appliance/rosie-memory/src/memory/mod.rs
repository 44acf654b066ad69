//! The memory as the daemon sees it: core's `Memory` and `MemoryAdmin` over the store and its indexes.

mod forget;
mod recall;
mod settings;
mod turn;

use crate::{
    MemoryError, Store,
    keeper::Keeper,
    lane::Lane,
    riders::Riders,
    seam::{Embedder, VectorIndex},
    writer::Writer,
};
use jiff::tz::TimeZone;
use rosie_core::memory::MemorySettings;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

/// Questions of turns that may wait; more are told that the memory is busy.
const TURNS: usize = 64;
/// Requests of the owner that may wait.
const REQUESTS: usize = 32;

/// What a memory is made of.
pub struct MemoryParts {
    pub store: Arc<Store>,
    pub index: Arc<dyn VectorIndex>,
    /// Without one, memories are found by words alone.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// Why there is none, for health; empty where none is wanted.
    pub embedder_missing: String,
    /// For words like "yesterday".
    pub time_zone: TimeZone,
    /// A damaged file that was set aside at start.
    pub set_aside: Option<PathBuf>,
}

/// Everything that is remembered. Dropping it writes what waits and ends its threads.
pub struct RosieMemory {
    shared: Arc<Shared>,
    keeper_thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

pub(crate) struct Shared {
    pub store: Arc<Store>,
    pub keeper: Arc<Keeper>,
    pub writer: Arc<Writer>,
    pub settings: RwLock<MemorySettings>,
    time_zone: TimeZone,
    embedder_missing: String,
    set_aside: Option<PathBuf>,
    /// Reads of turns.
    turns: Lane,
    /// Reads of the owner, which may take long.
    requests: Lane,
}

impl RosieMemory {
    /// Starts its threads; loading everything into the indexes goes on in the background. An unreadable store is no
    /// error: it is tried again and again.
    pub fn start(parts: MemoryParts) -> Result<Self, MemoryError> {
        let starting = |source| MemoryError::io(parts.store.path(), source);
        let model = parts.embedder.as_ref().map_or("", |embedder| embedder.id());
        let riders = Arc::new(Riders::new(model));
        let keeper = Arc::new(Keeper::new(
            parts.store.clone(),
            parts.index,
            parts.embedder.clone(),
            riders.clone(),
        ));
        let hears = keeper.clone();
        let observer = Box::new(move |changes| hears.changed(changes));
        let writer = Arc::new(Writer::start(parts.store.clone(), riders, observer).map_err(starting)?);
        let keeper_thread = keeper.start(&writer).map_err(starting)?;
        let shared = Shared {
            settings: RwLock::new(settings::load(&parts.store)),
            turns: Lane::start("memory-recall", TURNS).map_err(starting)?,
            requests: Lane::start("memory-owner", REQUESTS).map_err(starting)?,
            store: parts.store.clone(),
            keeper,
            writer,
            time_zone: parts.time_zone,
            embedder_missing: parts.embedder_missing,
            set_aside: parts.set_aside,
        };
        Ok(Self {
            shared: Arc::new(shared),
            keeper_thread: Mutex::new(Some(keeper_thread)),
        })
    }

    /// Waits until everything is loaded and has its vector. For tests and benchmarks. Blocking.
    pub fn settle(&self) {
        while !(self.shared.keeper.is_settled()) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// Writes what waits and ends the threads. Blocking; what is asked afterwards is refused.
    pub fn end(&self) {
        self.shared.turns.end();
        self.shared.requests.end();
        self.shared.keeper.end();
        let keeper = self.keeper_thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(keeper) = keeper {
            // A panic of it was logged; nothing is lost but vectors.
            let _ = keeper.join();
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
    pub(crate) fn stored_in(&self, room: &str) -> bool {
        let settings = self.settings.read().unwrap_or_else(PoisonError::into_inner);
        !settings.do_not_store_rooms.iter().any(|silent| silent.as_str() == room)
    }
}
