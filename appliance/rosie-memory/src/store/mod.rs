//! The database: opened once, written durably, opened again by itself after a failed write.

mod closing;
mod copy;
pub(crate) mod documents;
pub(crate) mod facts;
pub(crate) mod groups;
pub(crate) mod ids;
pub(crate) mod items;
mod lean;
pub(crate) mod records;
pub(crate) mod rewrite;
mod small;
mod transaction;
pub(crate) mod vectors;

pub(crate) use copy::DUE;
pub(crate) use transaction::{Refusal, WriteTransaction, read_json, write_json};

use crate::{FILE_NAME, MemoryError, schema::migrate};
use closing::ClosesQuietly;
use redb::{Database, ReadTransaction, ReadableDatabase, StorageBackend};
use rewrite::Retired;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use transaction::Touched;

/// Pages kept in memory, beside the system's own cache; redb's default would let this grow to a gigabyte.
const CACHE_BYTES: usize = 4 << 20;
/// A file up to this size is verified whole when it is opened: 17 ms of processor time here, and reading it.
const VERIFIED_BYTES: u64 = 32 << 20;
/// How long readers get to end before the file is opened anew.
const READERS_END: Duration = Duration::from_secs(5);
/// How often a damaged file is tried at most, so that a turn does not pay for it each time.
const TRY_EVERY: Duration = Duration::from_secs(2);

type Opener = Box<dyn Fn() -> Result<Database, redb::Error> + Send + Sync>;

/// `rosie.redb`, open.
///
/// After a write that failed (disk full, card pulled) redb refuses everything until the file is opened anew; the
/// next call does that, so that Rosie remembers again as soon as there is room.
pub struct Store {
    path: PathBuf,
    opener: Opener,
    slot: Mutex<Slot>,
    /// Held by whoever writes. What was written since, while the file is made anew.
    gate: Mutex<Option<Touched>>,
    /// Held by whoever makes the file anew.
    rewriting: Mutex<()>,
    /// The database was closed: whoever makes the file anew has to let go of it.
    closing: AtomicBool,
    /// Files whose place another took, and that somebody may still read.
    retired: Mutex<Vec<Retired>>,
    /// What an earlier life left half done was looked for.
    swept: AtomicBool,
    /// It was open once in this life.
    was_open: AtomicBool,
    /// Where the damaged file lies now that this one took the place of.
    set_aside: OnceLock<PathBuf>,
}

#[derive(Default)]
struct Slot {
    database: Option<Arc<ClosesQuietly>>,
    /// The last failure to open, and when.
    failed: Option<(Instant, MemoryError)>,
}

impl Store {
    /// Opens or makes `<folder>/rosie.redb` and brings its tables to this version. Blocking.
    pub fn open(folder: &Path) -> Result<Self, MemoryError> {
        let store = Self::closed(folder);
        store.database()?;
        Ok(store)
    }

    /// Not open yet: every use tries to open it.
    pub fn closed(folder: &Path) -> Self {
        let (folder, path) = (folder.to_owned(), folder.join(FILE_NAME));
        let file = path.clone();
        let opener = move || {
            std::fs::create_dir_all(&folder)?;
            Ok(builder().create(&file)?)
        };
        Self::with_opener(path, Box::new(opener))
    }

    /// For tests of failing disks: the same over another backend.
    #[doc(hidden)]
    pub fn open_on<B: StorageBackend>(make: impl Fn() -> B + Send + Sync + 'static) -> Result<Self, MemoryError> {
        let opener = move || Ok(builder().create_with_backend(make())?);
        let store = Self::with_opener(PathBuf::from("test-backend"), Box::new(opener));
        store.database()?;
        Ok(store)
    }

    fn with_opener(path: PathBuf, opener: Opener) -> Self {
        Self {
            path,
            opener,
            slot: Mutex::default(),
            gate: Mutex::default(),
            rewriting: Mutex::default(),
            closing: AtomicBool::new(false),
            retired: Mutex::default(),
            swept: AtomicBool::new(false),
            was_open: AtomicBool::new(false),
            set_aside: OnceLock::new(),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes the file takes now.
    pub fn bytes_on_disk(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |m| m.len())
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The open database, opened first where an earlier failure closed it.
    fn database(&self) -> Result<Arc<ClosesQuietly>, MemoryError> {
        let mut slot = self.slot();
        if let Some(database) = &slot.database {
            return Ok(database.clone());
        }
        if let Some((at, error)) = &slot.failed
            && error.is_of_the_file()
            && at.elapsed() < TRY_EVERY
        {
            return Err(error.clone());
        }
        match self.reopen() {
            Ok(database) => {
                let database = Arc::new(ClosesQuietly::new(database));
                self.was_open.store(true, Ordering::SeqCst);
                *slot = Slot {
                    database: Some(database.clone()),
                    failed: None,
                };
                Ok(database)
            }
            Err(error) => {
                slot.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// Whether it can be used, without doing anything with it but opening it where it is not.
    pub(crate) fn check(&self) -> Result<(), MemoryError> {
        self.database().map(drop)
    }

    pub(crate) fn was_open(&self) -> bool {
        self.was_open.load(Ordering::SeqCst)
    }

    /// The damaged file that this one took the place of.
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.get().map(PathBuf::as_path)
    }

    /// The damaged file lies elsewhere now: a new one is begun at once.
    pub(crate) fn put_aside(&self, damaged: PathBuf) -> Result<(), MemoryError> {
        // Once a life at most: it is only done where the file was never open.
        let _ = self.set_aside.set(damaged);
        self.slot().failed = None;
        self.check()
    }

    fn reopen(&self) -> Result<Database, MemoryError> {
        let opened = self.caught(|| {
            let mut database = (self.opener)().map_err(|e| MemoryError::redb(&self.path, e))?;
            self.verify(&mut database)?;
            let found = migrate(&database, &self.path)?;
            Ok((database, found))
        });
        let (database, found) = opened?;
        if !self.swept.swap(true, Ordering::SeqCst) {
            rewrite::sweep(&self.path);
        }
        if found != 0 && found != crate::SCHEMA_VERSION {
            tracing::info!(
                from = found,
                to = crate::SCHEMA_VERSION,
                "store brought to the present schema"
            );
        }
        Ok(database)
    }

    /// A file that was closed in order is trusted by redb, and what something else wrote into it since is met in the
    /// middle of a write, where redb may take the process with it (a panic in a drop while another unwinds). Its
    /// checksums tell before. After a process that died redb looks at them itself: so a large file that is damaged costs
    /// one start at most.
    fn verify(&self, database: &mut Database) -> Result<(), MemoryError> {
        if self.bytes_on_disk() > VERIFIED_BYTES {
            return Ok(());
        }
        match database.check_integrity() {
            Ok(true) => Ok(()),
            Ok(false) => {
                tracing::warn!("the memory's file was damaged and is repaired: the last changes may be missing");
                Ok(())
            }
            Err(error) => Err(MemoryError::redb(&self.path, error)),
        }
    }

    /// redb may panic on a file that something else wrote into; that is damage, not a reason to die.
    fn caught<T>(&self, work: impl FnOnce() -> Result<T, MemoryError>) -> Result<T, MemoryError> {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
            Err(MemoryError::Damaged {
                path: self.path.clone(),
                reason: "it contradicts itself".to_owned(),
            })
        })
    }

    /// Runs `work` on the open database; closes it where the failure puts it in doubt.
    fn with<T>(&self, work: impl FnOnce(&Database) -> Result<T, Refusal>) -> Result<T, MemoryError> {
        let database = self.database()?;
        let mut doubt = true;
        let done = self.caught(|| {
            let done = work(&database);
            doubt = matches!(&done, Err(Refusal::Store(error)) if MemoryError::needs_reopen(error));
            done.map_err(|refusal| refusal.at(&self.path))
        });
        if doubt {
            self.close(database);
        }
        done
    }

    /// Lets go of a database in doubt. Opening it again has to wait for its readers: the file is locked till then.
    /// Each lets go of its own handle before it asks for the slot, so that none waits for another that waits for it.
    fn close(&self, database: Arc<ClosesQuietly>) {
        self.closing.store(true, Ordering::SeqCst);
        let readers = Arc::downgrade(&database);
        drop(database);
        let mut slot = self.slot();
        let same = |open: &Arc<ClosesQuietly>| std::ptr::eq(Arc::as_ptr(open), readers.as_ptr());
        if slot.database.as_ref().is_some_and(same) {
            slot.database = None;
            wait_until(|| readers.strong_count() == 0);
        }
    }

    pub(crate) fn read<T>(&self, work: impl FnOnce(&ReadTransaction) -> Result<T, Refusal>) -> Result<T, MemoryError> {
        self.with(|database| work(&database.begin_read()?))
    }

    /// One durable transaction: on the disk when this returns `Ok`, not there at all when it returns `Err`.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<T, Refusal>,
    ) -> Result<T, MemoryError> {
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        self.with(|database| {
            let transaction = database.begin_write()?;
            let noting = WriteTransaction::new(&transaction, gate.is_some());
            let value = work(&noting)?;
            let touched = noting.into_touched();
            if let Some(all) = gate.as_mut() {
                for (table, keys) in touched {
                    all.entry(table).or_default().extend(keys);
                }
            }
            transaction.commit()?;
            Ok(value)
        })
    }
}

fn wait_until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() && start.elapsed() < READERS_END {
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn builder() -> redb::Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    builder
}
