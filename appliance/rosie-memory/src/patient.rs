//! Timers and settings while the file cannot be used: they wait in memory, bounded, and are written as soon as it can.

use crate::{Store, VolatileStore};
use rosie_core::{
    ErrorCode, Failure,
    store::{SettingStore, TimerRecord, TimerStore},
};
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The store, and what waits for it.
pub(crate) struct PatientStore {
    store: Arc<Store>,
    /// Held over each change, so that changes of one thing stay in order, and so for as long as the disk takes: whoever
    /// only reads does not ask for it.
    changing: Mutex<()>,
    waiting: VolatileStore,
}

impl PatientStore {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            changing: Mutex::default(),
            waiting: VolatileStore::default(),
        }
    }

    fn change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many timers and settings.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Writes what waits, if it can.
    pub(crate) fn tend(&self) {
        let _changing = self.change();
        let count = self.waiting();
        match self.written() {
            Ok(()) if count > 0 => tracing::info!(count, "the disk works: timers and settings that waited are saved"),
            Ok(()) => {}
            Err(error) => tracing::debug!(%error, waiting = self.waiting(), "timers and settings wait for the disk"),
        }
    }

    fn written(&self) -> Result<(), Failure> {
        self.waiting.drain(
            |timer| self.store.put_timer(timer),
            |key, value| self.store.put_setting(key, value),
        )
    }

    /// Writes what waits and then this; where the disk is to blame, this waits too.
    fn put(
        &self,
        write: impl FnOnce(&Store) -> Result<(), Failure>,
        wait: impl FnOnce(&VolatileStore) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let _changing = self.change();
        match self.written().and_then(|()| write(&self.store)) {
            Err(failure) if failure.code == ErrorCode::MemoryUnavailable => {
                tracing::warn!(detail = %failure.detail, "kept in memory until the disk works");
                wait(&self.waiting)
            }
            done => done,
        }
    }
}

impl TimerStore for PatientStore {
    /// All, or a failure while the file cannot be read: then those in it are not known.
    fn load_timers(&self) -> Result<Vec<TimerRecord>, Failure> {
        let _changing = self.change();
        self.written()?;
        self.store.load_timers()
    }

    fn put_timer(&self, timer: &TimerRecord) -> Result<(), Failure> {
        self.put(|store| store.put_timer(timer), |waiting| waiting.put_timer(timer))
    }

    fn delete_timer(&self, id: u64) -> Result<(), Failure> {
        let _changing = self.change();
        self.waiting.delete_timer(id)?;
        // It may be in the file, so this is not done before the file can be written.
        self.store.delete_timer(id)
    }
}

impl SettingStore for PatientStore {
    /// Asked for whenever somebody comes, and by threads on which others wait: while another one is being written, the
    /// disk is not waited for.
    fn get_setting(&self, key: &str) -> Result<Option<Value>, Failure> {
        match self.waiting.get_setting(key)? {
            Some(newer) => Ok(Some(newer)),
            None => self.store.get_setting(key),
        }
    }

    fn put_setting(&self, key: &str, value: &Value) -> Result<(), Failure> {
        self.put(
            |store| store.put_setting(key, value),
            |waiting| waiting.put_setting(key, value),
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use redb::{StorageBackend, backends::InMemoryBackend};
    use serde_json::json;
    use std::{
        io,
        sync::mpsc::{Receiver, Sender, channel},
        thread,
        time::Duration,
    };

    /// The next write tells the one that it began, and waits for the other.
    type Stall = Mutex<Option<(Sender<()>, Receiver<()>)>>;

    /// A disk that, once it is told to, takes as long over a write as nobody lets it go on: a card that tidies up.
    #[derive(Debug)]
    struct Card {
        bytes: InMemoryBackend,
        stalls: Arc<Stall>,
    }

    impl StorageBackend for Card {
        fn len(&self) -> io::Result<u64> {
            self.bytes.len()
        }
        fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
            self.bytes.read(offset, out)
        }
        fn set_len(&self, len: u64) -> io::Result<()> {
            self.bytes.set_len(len)
        }
        fn sync_data(&self) -> io::Result<()> {
            if let Some((stalled, go_on)) = self.stalls.lock().unwrap().take() {
                stalled.send(()).unwrap();
                // The test has failed where nobody says so.
                let _ = go_on.recv();
            }
            self.bytes.sync_data()
        }
        fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
            self.bytes.write(offset, data)
        }
    }

    #[test]
    fn who_reads_does_not_wait_for_a_disk_that_is_slow_to_write() {
        let stalls: Arc<Stall> = Arc::default();
        let card = Arc::clone(&stalls);
        let store = Store::open_on(move || Card {
            bytes: InMemoryBackend::new(),
            stalls: Arc::clone(&card),
        });
        let patient = Arc::new(PatientStore::new(Arc::new(store.unwrap())));
        patient.put_setting("volume", &json!(40)).unwrap();

        let (stalled, stalls_now) = channel();
        let (go_on, until) = channel();
        *stalls.lock().unwrap() = Some((stalled, until));
        let writing = thread::spawn({
            let patient = patient.clone();
            move || patient.put_setting("volume", &json!(50))
        });
        stalls_now.recv().unwrap();

        let (read, done) = channel();
        thread::spawn({
            let patient = patient.clone();
            move || read.send((patient.get_setting("volume").unwrap(), patient.waiting()))
        });
        // Long, for a machine that is busy; it only passes where nobody answers.
        assert_eq!(done.recv_timeout(Duration::from_secs(30)), Ok((Some(json!(40)), 0)));
        go_on.send(()).unwrap();
        writing.join().unwrap().unwrap();
        assert_eq!(patient.get_setting("volume").unwrap(), Some(json!(50)));
    }
}
