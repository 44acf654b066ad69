//! Everything that is stored into the indexes, at start: one thread reads, the others unfold, take texts apart and put
//! what comes of it into the indexes.
//!
//! Until that is done nothing is looked for: what is not there yet would be missed silently. Whoever asks waits a little
//! and is then told.

use crate::{
    MemoryError,
    keeper::{Keeper, lock},
    recall::terms,
    seam::IndexEntry,
    store::{
        Refusal,
        ids::{self, Id},
        items::{self, Item},
        records, vectors,
    },
};
use redb::ReadTransaction;
use rosie_core::memory::{ChunkRecord, FactRecord, MessageRecord};
use std::{
    collections::HashSet,
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::sync_channel,
    },
    time::Duration,
};

/// Records handed on at once.
const BATCH: usize = 256;
/// Threads that work on them, where there are as many processors.
const WORKERS: usize = 4;
/// How long a question waits: a hundred thousand messages are read in less.
const PATIENCE: Duration = Duration::from_millis(1500);

/// How far it is.
#[derive(Default)]
pub(crate) struct Loading {
    done: AtomicBool,
    /// Why it could not be done, when it was tried last.
    trouble: Mutex<Option<MemoryError>>,
    changed: Condvar,
    loaded: AtomicU64,
    all: AtomicU64,
}

impl Loading {
    pub(crate) fn is_done(&self) -> bool {
        self.done.load(Ordering::SeqCst)
    }

    pub(crate) fn done(&self) {
        // Under the lock, so that nobody misses it between looking and falling asleep.
        let mut trouble = lock(&self.trouble);
        trouble.take();
        self.done.store(true, Ordering::SeqCst);
        drop(trouble);
        self.changed.notify_all();
    }

    pub(crate) fn failed(&self, error: MemoryError) {
        *lock(&self.trouble) = Some(error);
        self.changed.notify_all();
    }

    /// Waits a little until everything can be looked through.
    ///
    /// # Errors
    /// What hinders it, or how far it is.
    pub(crate) fn ready(&self) -> Result<(), MemoryError> {
        if self.is_done() {
            return Ok(());
        }
        let waits = |trouble: &mut Option<MemoryError>| trouble.is_none() && !self.is_done();
        let waited = self.changed.wait_timeout_while(lock(&self.trouble), PATIENCE, waits);
        let (trouble, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match trouble.as_ref() {
            _ if self.is_done() => Ok(()),
            Some(error) => Err(error.clone()),
            None => Err(MemoryError::Loading {
                done: self.loaded.load(Ordering::SeqCst),
                all: self.all.load(Ordering::SeqCst),
            }),
        }
    }

    fn begin(&self, all: u64) {
        lock(&self.trouble).take();
        self.loaded.store(0, Ordering::SeqCst);
        self.all.store(all, Ordering::SeqCst);
    }
}

impl Keeper {
    /// Reads everything that can be found, but for its vectors.
    pub(crate) fn load(&self) -> Result<(), MemoryError> {
        self.index.clear();
        if let Some(folder) = self
            .store
            .path()
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            self.index.loading(folder);
        }
        self.store.read(|transaction| {
            let all = records::count::<MessageRecord>(transaction)?
                + records::count::<FactRecord>(transaction)?
                + records::count::<ChunkRecord>(transaction)?;
            self.loading.begin(all);
            self.load_items(transaction)?;
            if self.ended.load(Ordering::SeqCst) {
                return Err(MemoryError::Ended.into());
            }
            Ok(())
        })?;
        lock(&self.removed_meanwhile).take();
        Ok(())
    }

    fn load_items(&self, transaction: &ReadTransaction) -> Result<(), Refusal> {
        spread(
            |give| items::scan_messages(transaction, |id, bytes| self.goes_on() && give((id, bytes))),
            |batch: Vec<(Id, Vec<u8>)>| {
                let messages = batch.iter().filter_map(|(id, bytes)| items::message(*id, bytes));
                self.take_items(messages.collect());
            },
        )?;
        spread(
            |give| items::scan_others(transaction, |item| self.goes_on() && give(item)),
            |items| self.take_items(items),
        )
    }

    fn goes_on(&self) -> bool {
        !self.ended.load(Ordering::Relaxed)
    }

    fn take_items(&self, items: Vec<Item>) {
        let with_terms: Vec<_> = items.iter().map(|item| (item, terms::terms(&item.text))).collect();
        let removed = lock(&self.removed_meanwhile);
        let mut catalogue = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        for (item, terms) in with_terms {
            let gone = removed.as_ref().is_some_and(|removed| removed.contains(&item.id));
            // What is there already was put by a commit since: it is newer.
            if !gone && !catalogue.words.contains(ids::key(item.id)) {
                catalogue.put(item, &terms);
            }
        }
        self.loading.loaded.fetch_add(items.len() as u64, Ordering::SeqCst);
    }

    /// The vectors of a model. Returns which need not be made anew: coarse ones are used until they are.
    pub(crate) fn load_vectors(&self, transaction: &ReadTransaction, model: u16) -> Result<HashSet<Id>, Refusal> {
        let have = Mutex::new(HashSet::new());
        spread(
            |give| items::scan_vectors(transaction, |id, bytes| self.goes_on() && give((id, bytes))),
            |batch: Vec<(Id, Vec<u8>)>| {
                let unpacked = batch
                    .iter()
                    .filter_map(|(id, bytes)| Some((*id, vectors::unpack(bytes)?)));
                let of_model: Vec<_> = unpacked.filter(|(_, found)| found.model == model).collect();
                lock(&have).extend(of_model.iter().filter(|(_, found)| found.is_fine).map(|(id, _)| *id));
                self.take_vectors(of_model);
            },
        )?;
        Ok(have.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn take_vectors(&self, batch: Vec<(Id, vectors::Unpacked)>) {
        // Held until they are in: a removal comes before or after, never in between.
        let catalogue = self.catalogue.read().unwrap_or_else(PoisonError::into_inner);
        let entry = |(id, found): (Id, vectors::Unpacked)| {
            let key = ids::key(id);
            let attributes = catalogue.words.attributes(key)?;
            Some(IndexEntry {
                key,
                vector: found.vector,
                attributes,
            })
        };
        if let Err(error) = self.index.add(batch.into_iter().filter_map(entry).collect()) {
            tracing::warn!(%error, "stored vectors are not used");
        }
    }
}

/// One thread reads, several work on what it read.
fn spread<T: Send>(
    read: impl FnOnce(&mut dyn FnMut(T) -> bool) -> Result<(), Refusal>,
    work: impl Fn(Vec<T>) + Sync,
) -> Result<(), Refusal> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(WORKERS);
    let (queue, batches) = sync_channel::<Vec<T>>(2 * workers);
    let batches = Mutex::new(batches);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let next = lock(&batches).recv();
                    let Ok(batch) = next else { return };
                    work(batch);
                }
            });
        }
        let mut batch = Vec::with_capacity(BATCH);
        let done = read(&mut |one| {
            batch.push(one);
            batch.len() < BATCH
                || queue
                    .send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)))
                    .is_ok()
        });
        // Whoever would take it is gone only where all of them panicked, and that is told when they are joined.
        let _ = queue.send(batch);
        drop(queue);
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_too_early_waits_a_little_and_is_told() {
        let loading = Loading::default();
        loading.begin(7);
        loading.loaded.store(3, Ordering::SeqCst);
        let early = loading.ready().map_or_else(|e| e.to_string(), |()| String::new());
        assert!(early.contains("3 of 7"), "{early}");
        loading.failed(MemoryError::Busy);
        assert!(matches!(loading.ready(), Err(MemoryError::Busy)));
        loading.begin(7);
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| loading.ready());
            loading.done();
            assert!(waits.join().is_ok_and(|ready| ready.is_ok()));
        });
    }
}
