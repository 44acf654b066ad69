//! The database: opened once, written durably, opened again by itself after a failed write.

use crate::{
    FILE_NAME, MemoryError,
    schema::{SETTINGS, TIMERS, migrate},
};
use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTable, StorageBackend, WriteTransaction};
use rosie_core::{
    Failure,
    store::{SettingStore, TimerRecord, TimerStore},
};
use serde_json::Value;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Pages kept in memory. Rosie's tables are small; redb's own default would let this grow to a gigabyte.
const CACHE_BYTES: usize = 4 << 20;
/// Longest key of a setting, in bytes.
const MAX_KEY: usize = 256;
/// Longest value of a setting or timer, in bytes.
const MAX_VALUE: usize = 64 << 10;

type Opener = Box<dyn Fn() -> Result<Database, redb::Error> + Send + Sync>;

/// `rosie.redb`, open.
///
/// After a write that failed (disk full, card pulled) redb refuses everything until the file is opened anew; the
/// next call does that, so that Rosie remembers again as soon as there is room.
pub struct Store {
    path: PathBuf,
    opener: Opener,
    database: Mutex<Option<Database>>,
}

impl Store {
    /// Opens or makes `<folder>/rosie.redb` and brings its tables to this version. Blocking.
    pub fn open(folder: &Path) -> Result<Self, MemoryError> {
        std::fs::create_dir_all(folder).map_err(|e| MemoryError::io(folder, e))?;
        let path = folder.join(FILE_NAME);
        let file = path.clone();
        Self::open_with(path, Box::new(move || Ok(builder().create(&file)?)))
    }

    /// For tests of failing disks: the same over another backend.
    #[doc(hidden)]
    pub fn open_on<B: StorageBackend>(make: impl Fn() -> B + Send + Sync + 'static) -> Result<Self, MemoryError> {
        let opener = move || Ok(builder().create_with_backend(make())?);
        Self::open_with(PathBuf::from("test-backend"), Box::new(opener))
    }

    fn open_with(path: PathBuf, opener: Opener) -> Result<Self, MemoryError> {
        let store = Self {
            path,
            opener,
            database: Mutex::new(None),
        };
        let database = store.reopen()?;
        *store.database.lock().unwrap_or_else(PoisonError::into_inner) = Some(database);
        Ok(store)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    fn reopen(&self) -> Result<Database, MemoryError> {
        let opened = self.caught(|| {
            let database = (self.opener)().map_err(|e| MemoryError::redb(&self.path, e))?;
            let found = migrate(&database, &self.path)?;
            Ok((database, found))
        });
        let (database, found) = opened?;
        if found != 0 && found != crate::SCHEMA_VERSION {
            tracing::info!(
                from = found,
                to = crate::SCHEMA_VERSION,
                "store brought to the present schema"
            );
        }
        Ok(database)
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

    /// Runs `work` on the open database, opening it first where an earlier failure closed it.
    fn with<T>(&self, work: impl FnOnce(&Database) -> Result<T, redb::Error>) -> Result<T, MemoryError> {
        let mut slot = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        let database = match slot.take() {
            Some(database) => database,
            None => self.reopen()?,
        };
        // Taken out of the slot: whatever happens below, a database in doubt is not put back.
        let done = catch_unwind(AssertUnwindSafe(|| work(&database)));
        match done {
            Ok(Ok(value)) => {
                *slot = Some(database);
                Ok(value)
            }
            Ok(Err(error)) => {
                if !MemoryError::needs_reopen(&error) {
                    *slot = Some(database);
                }
                Err(MemoryError::redb(&self.path, error))
            }
            Err(_) => Err(MemoryError::Damaged {
                path: self.path.clone(),
                reason: "it contradicts itself".to_owned(),
            }),
        }
    }

    fn read<T>(&self, work: impl FnOnce(&ReadTransaction) -> Result<T, redb::Error>) -> Result<T, MemoryError> {
        self.with(|database| work(&database.begin_read()?))
    }

    /// One durable transaction: on the disk when this returns `Ok`, not there at all when it returns `Err`.
    fn write(&self, work: impl FnOnce(&WriteTransaction) -> Result<(), redb::Error>) -> Result<(), MemoryError> {
        self.with(|database| {
            let transaction = database.begin_write()?;
            work(&transaction)?;
            Ok(transaction.commit()?)
        })
    }
}

fn builder() -> redb::Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    builder
}

fn bytes(what: &'static str, value: &impl serde::Serialize) -> Result<Vec<u8>, MemoryError> {
    let bytes = serde_json::to_vec(value).map_err(|e| MemoryError::Unreadable {
        what,
        reason: e.to_string(),
    })?;
    if bytes.len() > MAX_VALUE {
        return Err(MemoryError::TooLong {
            what,
            length: bytes.len(),
            limit: MAX_VALUE,
        });
    }
    Ok(bytes)
}

impl TimerStore for Store {
    /// Timers in the order of their ids. One that cannot be read is left in place, logged and left out, so that it
    /// does not take the others with it.
    fn load_timers(&self) -> Result<Vec<TimerRecord>, Failure> {
        let stored = self.read(|transaction| {
            let table = transaction.open_table(TIMERS)?;
            let mut stored = Vec::new();
            for entry in table.iter()? {
                let (id, value) = entry?;
                stored.push((id.value(), value.value().to_vec()));
            }
            Ok(stored)
        })?;
        let mut timers = Vec::with_capacity(stored.len());
        for (id, value) in stored {
            match serde_json::from_slice(&value) {
                Ok(timer) => timers.push(timer),
                Err(error) => tracing::warn!(id, %error, "a stored timer cannot be read and is left out"),
            }
        }
        Ok(timers)
    }

    fn put_timer(&self, timer: &TimerRecord) -> Result<(), Failure> {
        let value = bytes("timer", timer)?;
        self.write(|transaction| {
            transaction.open_table(TIMERS)?.insert(timer.id, value.as_slice())?;
            Ok(())
        })?;
        Ok(())
    }

    fn delete_timer(&self, id: u64) -> Result<(), Failure> {
        self.write(|transaction| {
            transaction.open_table(TIMERS)?.remove(id)?;
            Ok(())
        })?;
        Ok(())
    }
}

impl SettingStore for Store {
    fn get_setting(&self, key: &str) -> Result<Option<Value>, Failure> {
        let stored = self.read(|transaction| {
            let table = transaction.open_table(SETTINGS)?;
            Ok(table.get(key)?.map(|v| v.value().to_vec()))
        })?;
        let parse = |v: Vec<u8>| serde_json::from_slice(&v);
        let value = stored.map(parse).transpose();
        Ok(value.map_err(|e| MemoryError::Unreadable {
            what: "setting",
            reason: e.to_string(),
        })?)
    }

    fn put_setting(&self, key: &str, value: &Value) -> Result<(), Failure> {
        if key.len() > MAX_KEY {
            return Err(MemoryError::TooLong {
                what: "key of a setting",
                length: key.len(),
                limit: MAX_KEY,
            }
            .into());
        }
        let value = bytes("setting", value)?;
        self.write(|transaction| {
            transaction.open_table(SETTINGS)?.insert(key, value.as_slice())?;
            Ok(())
        })?;
        Ok(())
    }
}
