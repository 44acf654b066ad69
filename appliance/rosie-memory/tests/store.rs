//! The store as its users see it: what is written is there again, old files are read, broken ones are refused with
//! words that help, and a full disk is survived.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use redb::StorageBackend;
use rosie_core::{
    ErrorCode, Language,
    engine::EngineHealth,
    store::{SettingStore, TimerRecord, TimerState, TimerStore},
};
use rosie_memory::{FILE_NAME, MAX_VOLATILE_TIMERS, MemoryError, Store, VolatileStore, open_or_volatile};
use serde_json::{Value, json};
use std::{
    io::{self, Read},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use tempfile::tempdir;

fn timer(id: u64, state: TimerState) -> TimerRecord {
    TimerRecord {
        id,
        name: Some(format!("number {id}")),
        endpoint: "kitchen-1".into(),
        room: "kitchen".into(),
        language: Language::new("de"),
        duration_ms: 600_000,
        state,
        ring: Default::default(),
    }
}

fn keeps_and_forgets(store: &(impl TimerStore + SettingStore)) {
    let running = timer(
        2,
        TimerState::Running {
            rings_at_unix_ms: 1_800_000_000_000,
        },
    );
    let paused = timer(1, TimerState::Paused { left_ms: 5 });
    store.put_timer(&running).unwrap();
    store.put_timer(&paused).unwrap();
    assert_eq!(store.load_timers().unwrap(), vec![paused.clone(), running.clone()]);
    let changed = TimerRecord {
        state: TimerState::Paused { left_ms: 7 },
        ..running
    };
    store.put_timer(&changed).unwrap();
    store.delete_timer(1).unwrap();
    store.delete_timer(99).unwrap();
    assert_eq!(store.load_timers().unwrap(), vec![changed]);

    assert_eq!(store.get_setting("volume/kitchen").unwrap(), None);
    store.put_setting("volume/kitchen", &json!(40)).unwrap();
    store.put_setting("volume/kitchen", &json!({ "percent": 41 })).unwrap();
    assert_eq!(
        store.get_setting("volume/kitchen").unwrap(),
        Some(json!({ "percent": 41 }))
    );
}

#[test]
fn both_stores_keep_and_forget() {
    let folder = tempdir().unwrap();
    keeps_and_forgets(&Store::open(folder.path()).unwrap());
    keeps_and_forgets(&VolatileStore::new());
}

#[test]
fn everything_is_there_after_opening_again() {
    let folder = tempdir().unwrap();
    let one = timer(7, TimerState::Paused { left_ms: 1 });
    {
        let store = Store::open(&folder.path().join("made/on/the/way")).unwrap();
        store.put_timer(&one).unwrap();
        store.put_setting("a", &json!([1, 2])).unwrap();
    }
    let store = Store::open(&folder.path().join("made/on/the/way")).unwrap();
    assert_eq!(store.load_timers().unwrap(), vec![one]);
    assert_eq!(store.get_setting("a").unwrap(), Some(json!([1, 2])));
}

#[test]
fn a_file_of_version_1_is_brought_to_the_present() {
    let folder = tempdir().unwrap();
    let mut old = Vec::new();
    let packed = include_bytes!("data/version-1.redb.gz");
    flate2::read::GzDecoder::new(packed.as_slice())
        .read_to_end(&mut old)
        .unwrap();
    std::fs::write(folder.path().join(FILE_NAME), old).unwrap();
    let store = Store::open(folder.path()).unwrap();
    let timers = store.load_timers().unwrap();
    assert_eq!(timers.len(), 2);
    assert_eq!(timers[0].name.as_deref(), Some("pizza"));
    assert_eq!(
        timers[0].state,
        TimerState::Running {
            rings_at_unix_ms: 1_793_280_000_000
        }
    );
    assert_eq!(timers[1].state, TimerState::Paused { left_ms: 45_000 });
    store.put_setting("new in version 2", &json!(true)).unwrap();
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.get_setting("new in version 2").unwrap(), Some(json!(true)));
    assert_eq!(store.load_timers().unwrap().len(), 2);
}

#[test]
fn a_file_of_a_newer_rosie_is_refused_untouched() {
    let folder = tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    let meta = redb::TableDefinition::<&str, u64>::new("meta");
    let database = redb::Database::create(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction
        .open_table(meta)
        .unwrap()
        .insert("schema_version", 999)
        .unwrap();
    transaction.commit().unwrap();
    drop(database);
    let error = Store::open(folder.path()).err().unwrap();
    assert!(matches!(error, MemoryError::TooNew { found: 999, .. }), "{error}");
    assert!(error.to_string().contains("update Rosie"), "{error}");
}

#[test]
fn a_second_daemon_is_told_so() {
    let folder = tempdir().unwrap();
    assert!(!Store::is_in_use(folder.path()));
    let first = Store::open(folder.path()).unwrap();
    assert!(Store::is_in_use(folder.path()));
    first.put_timer(&timer(7, TimerState::Paused { left_ms: 1 })).unwrap();
    let opened = open_or_volatile(folder.path());
    let failure = opened.failure().unwrap();
    assert_eq!(failure.code, ErrorCode::MemoryUnavailable);
    assert!(failure.detail.contains("in use by another rosied"), "{failure}");
    assert!(opened.info().health.serves());
    opened
        .timers
        .put_timer(&timer(1, TimerState::Paused { left_ms: 1 }))
        .unwrap();
    opened.settings.put_setting("volume/kitchen", &json!(40)).unwrap();
    assert_eq!(opened.settings.get_setting("volume/kitchen").unwrap(), Some(json!(40)));
    // Those in the file are not known yet, and it says so: nobody is to give their numbers away again.
    assert!(opened.timers.load_timers().is_err());
    opened.tend();
    assert!(opened.is_waiting());
    drop(first);
    opened.tend();
    assert!(!opened.is_waiting());
    assert_eq!(opened.info().health, EngineHealth::Ready);
    drop(opened);
    assert!(!Store::is_in_use(folder.path()), "whoever asks does not hold it");
    let store = Store::open(folder.path()).unwrap();
    let ids: Vec<u64> = store.load_timers().unwrap().iter().map(|timer| timer.id).collect();
    assert_eq!(ids, [1, 7], "both the one that was there and the one that waited");
    assert_eq!(store.get_setting("volume/kitchen").unwrap(), Some(json!(40)));
}

#[test]
fn a_timer_that_waits_can_be_changed_and_cancelled() {
    let folder = tempdir().unwrap();
    let first = Store::open(folder.path()).unwrap();
    let opened = open_or_volatile(folder.path());
    for id in [1, 2] {
        opened
            .timers
            .put_timer(&timer(id, TimerState::Paused { left_ms: 1 }))
            .unwrap();
    }
    let changed = timer(1, TimerState::Paused { left_ms: 2 });
    opened.timers.put_timer(&changed).unwrap();
    // It may be in the file for all that is known: this is not done, and to be tried again.
    assert!(opened.timers.delete_timer(2).is_err());
    drop(first);
    opened.timers.delete_timer(2).unwrap();
    assert_eq!(opened.timers.load_timers().unwrap(), vec![changed]);
}

#[test]
fn a_place_that_comes_later_is_picked_up_even_with_a_damaged_file_on_it() {
    let folder = tempdir().unwrap();
    let place = folder.path().join("disk");
    // Nothing can be made below a file: as a disk that is not there yet.
    std::fs::write(&place, "not mounted").unwrap();
    let opened = open_or_volatile(&place);
    assert!(opened.failure().is_some());
    opened.settings.put_setting("a", &json!(1)).unwrap();
    std::fs::remove_file(&place).unwrap();
    std::fs::create_dir(&place).unwrap();
    std::fs::write(place.join(FILE_NAME), vec![0x5a; 70_000]).unwrap();
    opened.tend();
    assert_eq!(opened.failure(), None);
    let aside = opened.store.set_aside().unwrap();
    assert_eq!(std::fs::read(aside).unwrap(), vec![0x5a; 70_000]);
    assert_eq!(opened.settings.get_setting("a").unwrap(), Some(json!(1)));
    assert!(!opened.is_waiting());
}

#[test]
fn what_is_no_database_is_refused_with_advice() {
    let folder = tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    for garbage in [
        b"not a database".to_vec(),
        vec![0x5a; 70_000],
        b"redb\x1a\x0a\xa9\x0d\x0a".to_vec(),
    ] {
        std::fs::write(&path, &garbage).unwrap();
        let error = Store::open(folder.path()).err().unwrap();
        assert!(error.to_string().contains("move it away"), "{error}");
        assert_eq!(
            std::fs::read(&path).unwrap(),
            garbage,
            "a damaged file must be left as it is"
        );
    }
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(Store::open(folder.path()).is_err());
    // A file where the data folder should be.
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    assert!(Store::open(&file).is_err());
}

#[test]
fn a_read_only_place_is_named() {
    // Even root cannot make files in /proc.
    let error = Store::open(std::path::Path::new("/proc/self")).err().unwrap();
    assert!(error.to_string().contains("/proc/self"), "{error}");
}

#[test]
fn too_long_and_too_many_are_refused() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert!(store.put_setting(&"k".repeat(10_000), &Value::Null).is_err());
    assert!(store.put_setting("k", &json!("v".repeat(1 << 20))).is_err());
    let volatile = VolatileStore::new();
    for id in 0..MAX_VOLATILE_TIMERS as u64 {
        volatile
            .put_timer(&timer(id, TimerState::Paused { left_ms: 1 }))
            .unwrap();
    }
    let one_more = volatile.put_timer(&timer(u64::MAX, TimerState::Paused { left_ms: 1 }));
    assert_eq!(one_more.err().unwrap().code, ErrorCode::MemoryUnavailable);
    volatile
        .put_timer(&timer(0, TimerState::Paused { left_ms: 2 }))
        .unwrap();
}

/// A disk in memory that outlives its database and can be full.
#[derive(Debug, Clone, Default)]
struct Disk {
    bytes: Arc<Mutex<Vec<u8>>>,
    full: Arc<AtomicBool>,
}

impl Disk {
    fn room(&self) -> io::Result<()> {
        if self.full.load(Ordering::SeqCst) {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.bytes.lock().unwrap().len() as u64)
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let at = offset as usize;
        let bytes = self.bytes.lock().unwrap();
        out.copy_from_slice(bytes.get(at..at + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.room()?;
        self.bytes.lock().unwrap().resize(len as usize, 0);
        Ok(())
    }
    fn sync_data(&self) -> io::Result<()> {
        self.room()
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.room()?;
        let at = offset as usize;
        self.bytes.lock().unwrap()[at..at + data.len()].copy_from_slice(data);
        Ok(())
    }
}

#[test]
fn a_full_disk_loses_nothing_acknowledged_and_is_used_again_when_there_is_room() {
    let disk = Disk::default();
    let made = disk.clone();
    let store = Store::open_on(move || made.clone()).unwrap();
    store.put_timer(&timer(1, TimerState::Paused { left_ms: 1 })).unwrap();
    disk.full.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        let failure = store
            .put_timer(&timer(2, TimerState::Paused { left_ms: 2 }))
            .err()
            .unwrap();
        assert_eq!(failure.code, ErrorCode::MemoryUnavailable);
    }
    disk.full.store(false, Ordering::SeqCst);
    assert_eq!(
        store.load_timers().unwrap().iter().map(|t| t.id).collect::<Vec<_>>(),
        [1]
    );
    store.put_timer(&timer(3, TimerState::Paused { left_ms: 3 })).unwrap();
    assert_eq!(
        store.load_timers().unwrap().iter().map(|t| t.id).collect::<Vec<_>>(),
        [1, 3]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Bytes changed or cut by something else: the store opens with what is left or refuses; it never panics out.
    #[test]
    fn damage_is_an_error_never_a_panic(
        changes in proptest::collection::vec((0usize..40_000, any::<u8>()), 0..40),
        cut in proptest::option::of(0usize..40_000),
    ) {
        let folder = tempdir().unwrap();
        let mut bytes = Vec::new();
        let packed = include_bytes!("data/version-1.redb.gz");
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes.truncate(cut.unwrap_or(bytes.len()));
        std::fs::write(folder.path().join(FILE_NAME), bytes).unwrap();
        if let Ok(store) = Store::open(folder.path()) {
            let _ = store.load_timers();
            let _ = store.put_timer(&timer(5, TimerState::Paused { left_ms: 5 }));
            let _ = store.get_setting("k");
        }
    }
}
