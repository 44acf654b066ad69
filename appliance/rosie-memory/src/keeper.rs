//! Keeps the indexes up to the store: hears of each commit, makes vectors in the background, loads everything at start
//! (`loading.rs`).
//!
//! Vectors are worth little (they can be made again), so they cost no commit of their own: they wait for the next one
//! that happens anyway, or for a pile of them.

mod model;

use crate::{
    MemoryError, Store,
    loading::Loading,
    meaning::Meaning,
    recall::{catalogue::Catalogue, terms},
    riders::Riders,
    seam::{IndexEntry, VectorIndex},
    store::{
        ids::{self, Id},
        items::{self, Changes, Item},
    },
    writer::Writer,
};
use std::{
    collections::{HashSet, VecDeque},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Texts given to the embedder at once: few, so that a turn's question does not wait long behind them.
const BATCH: usize = 4;
/// Vectors that may wait for somebody else's commit.
const RIDERS: usize = 256;
/// After a failure of the embedder, and from one look for a missing one to the next.
const PAUSE: Duration = Duration::from_secs(5);
/// A sleep that anything to do cuts short.
const LONG: Duration = Duration::from_secs(3600);

/// What there is to do.
enum Work {
    /// Vectors for these.
    Batch(Vec<Id>),
    /// A vector of a text that questions are compared with.
    Text,
    /// To find out which model there is.
    Model,
    /// To let go of the model.
    Rest,
}

/// What it works on; shared with whoever searches.
pub(crate) struct Keeper {
    pub store: Arc<Store>,
    pub catalogue: RwLock<Catalogue>,
    pub index: Arc<dyn VectorIndex>,
    pub meaning: Meaning,
    pub(crate) loading: Loading,
    /// Id of the model whose vectors are in the index.
    model: RwLock<Option<String>>,
    /// When to find out which model there is: another one is wanted, or there was none.
    look_at: Mutex<Option<Instant>>,
    pub(crate) pending: Mutex<VecDeque<Id>>,
    wake: Condvar,
    /// Ids removed while everything is being loaded: what was read before must not bring them back.
    pub(crate) removed_meanwhile: Mutex<Option<HashSet<Id>>>,
    pub(crate) ended: AtomicBool,
    /// A batch is at the embedder, or a model is looked for.
    busy: AtomicBool,
    riders: Arc<Riders>,
    writer: OnceLock<Weak<Writer>>,
}

impl Keeper {
    pub(crate) fn new(store: Arc<Store>, index: Arc<dyn VectorIndex>, meaning: Meaning, riders: Arc<Riders>) -> Self {
        Self {
            store,
            catalogue: RwLock::default(),
            index,
            meaning,
            loading: Loading::default(),
            model: RwLock::default(),
            look_at: Mutex::default(),
            pending: Mutex::default(),
            wake: Condvar::new(),
            removed_meanwhile: Mutex::new(Some(HashSet::new())),
            ended: AtomicBool::new(false),
            busy: AtomicBool::new(false),
            riders,
            writer: OnceLock::new(),
        }
    }

    pub(crate) fn start(self: &Arc<Self>, writer: &Arc<Writer>) -> std::io::Result<std::thread::JoinHandle<()>> {
        // Set once, here.
        let _ = self.writer.set(Arc::downgrade(writer));
        let keeper = self.clone();
        std::thread::Builder::new()
            .name("memory-keeper".to_owned())
            .spawn(move || keeper.run())
    }

    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
        self.nudge();
    }

    pub(crate) fn is_loaded(&self) -> bool {
        self.loading.is_done()
    }

    /// Everything is loaded and has its vector.
    pub(crate) fn is_settled(&self) -> bool {
        let pending = lock(&self.pending);
        let looking = lock(&self.look_at).is_some_and(|at| at <= Instant::now());
        self.is_loaded()
            && pending.is_empty()
            && !looking
            && !self.meaning.is_learning()
            && !self.busy.load(Ordering::SeqCst)
    }

    /// Items with a vector, and items that wait for one.
    pub(crate) fn progress(&self) -> (u64, u64) {
        (self.index.state().entries as u64, lock(&self.pending).len() as u64)
    }

    /// How many of these wait for their vector.
    pub(crate) fn waiting_of(&self, ids: &HashSet<Id>) -> usize {
        lock(&self.pending).iter().filter(|id| ids.contains(id)).count()
    }

    /// After a commit, on the writer's thread: found by words at once, by meaning soon.
    pub(crate) fn changed(&self, changes: Changes) {
        if let Some(removed) = lock(&self.removed_meanwhile).as_mut() {
            removed.extend(&changes.removed);
        }
        let mut catalogue = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        for id in &changes.removed {
            catalogue.words.remove(ids::key(*id));
        }
        let keys: Vec<u64> = changes.removed.iter().map(|id| ids::key(*id)).collect();
        self.index.remove(&keys);
        for item in &changes.moved {
            let attributes = catalogue.set_attributes(item);
            self.index.set_attributes(ids::key(item.id), attributes);
        }
        for item in &changes.added {
            catalogue.put(item, &terms::terms(&item.text));
        }
        drop(catalogue);
        if self.model().is_some() && !changes.added.is_empty() {
            lock(&self.pending).extend(changes.added.iter().map(|item| item.id));
            self.wake.notify_all();
        }
    }

    fn run(&self) {
        while !self.is_loaded() && !self.ended.load(Ordering::SeqCst) {
            match self.load() {
                Ok(()) => {
                    self.look_for_model();
                    self.index.loaded();
                    self.loading.done();
                }
                Err(error) => {
                    tracing::warn!(%error, "the memory cannot be read yet");
                    self.loading.failed(error);
                    self.pause(PAUSE);
                }
            }
        }
        while let Some(work) = self.next_work() {
            match work {
                Work::Batch(batch) => {
                    if let Err(error) = self.embed(&batch) {
                        tracing::warn!(%error, "no vectors for now");
                        lock(&self.pending).extend(batch);
                        self.pause(PAUSE);
                    }
                }
                // One that fails is asked for again with the next question.
                Work::Text => {
                    let _ = self.meaning.learn();
                }
                Work::Model => self.look_for_model(),
                Work::Rest => self.meaning.rest(),
            }
        }
        self.save_riders();
    }

    fn pause(&self, time: Duration) {
        let pending = lock(&self.pending);
        let ended = |_: &mut VecDeque<Id>| !self.ended.load(Ordering::SeqCst);
        drop(self.wake.wait_timeout_while(pending, time, ended));
    }

    /// `None` at the end.
    fn next_work(&self) -> Option<Work> {
        let mut pending = lock(&self.pending);
        loop {
            if self.ended.load(Ordering::SeqCst) {
                return None;
            }
            let look_at = *lock(&self.look_at);
            let look_in = look_at.map(|at| at.saturating_duration_since(Instant::now()));
            if look_in == Some(Duration::ZERO) {
                self.busy.store(true, Ordering::SeqCst);
                return Some(Work::Model);
            }
            if self.model().is_some() {
                self.busy.store(true, Ordering::SeqCst);
                if self.meaning.is_learning() {
                    return Some(Work::Text);
                }
                if !pending.is_empty() {
                    let count = pending.len().min(BATCH);
                    return Some(Work::Batch(pending.drain(..count).collect()));
                }
            }
            self.busy.store(false, Ordering::SeqCst);
            let rests_in = self.meaning.rests_in();
            if rests_in == Some(Duration::ZERO) {
                return Some(Work::Rest);
            }
            let wait = [look_in, rests_in].into_iter().flatten().min().unwrap_or(LONG);
            let woken = self.wake.wait_timeout(pending, wait);
            pending = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn embed(&self, batch: &[Id]) -> Result<(), MemoryError> {
        let found: Vec<Item> = self.store.read(|transaction| {
            let mut found = Vec::new();
            for id in batch {
                found.extend(items::get(transaction, *id)?);
            }
            Ok(found)
        })?;
        let texts: Vec<&str> = found.iter().map(|item| item.text.as_str()).collect();
        if texts.is_empty() {
            return Ok(());
        }
        let embedder = self.meaning.embedder()?;
        if !self.is_model(embedder.id()) {
            // Another one took its place: all are made anew.
            self.look_again();
            return Ok(());
        }
        let vectors = self.meaning.vectors(&*embedder, &texts)?;
        let mut entries = Vec::with_capacity(found.len());
        let mut riders = Vec::with_capacity(found.len());
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        for (item, vector) in found.into_iter().zip(vectors) {
            // Not there any more: it was removed meanwhile.
            if let Some(attributes) = catalogue.words.attributes(ids::key(item.id)) {
                entries.push(IndexEntry {
                    key: ids::key(item.id),
                    vector: vector.clone(),
                    attributes,
                });
                riders.push((item.id, vector));
            }
        }
        // Under the catalogue's lock: a removal comes before or after, never in between.
        self.index.add(entries)?;
        drop(catalogue);
        if self.riders.add(embedder.id(), riders) >= RIDERS {
            self.save_riders();
        }
        Ok(())
    }

    /// A commit for the vectors alone. It takes along what waits.
    fn save_riders(&self) {
        if self.riders.is_empty() {
            return;
        }
        if let Some(writer) = self.writer.get().and_then(Weak::upgrade)
            && let Err(error) = writer.submit(|_, _| Ok(())).wait()
        {
            tracing::warn!(%error, "vectors are not saved yet");
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
