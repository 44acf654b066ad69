//! A copy of everything that lives in the file, of one moment, while people go on talking: for the file that is made anew
//! (`rewrite.rs`) and for backups.

use super::{Refusal, Store, builder, records, rewrite::discard};
use crate::{
    FILE_NAME, MemoryError,
    schema::{META, TIMERS},
};
use redb::{Database, Key, ReadTransaction, ReadableTable, ReadableTableMetadata, TableDefinition, TableHandle, Value};
use rosie_core::{
    backup::BackupContents,
    memory::{DocumentRecord, FactRecord, MessageRecord},
};
use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::{PoisonError, atomic::Ordering},
};

/// Set by each deletion, in its own transaction; not copied.
pub(crate) const DUE: &str = "rewrite_due";
/// Records copied between two commits, so that the disk is never long busy with them.
const SLICE: usize = 2048;

/// Copies each of a database's tables in some way.
macro_rules! every_table {
    ($copy:expr) => {{
        let mut copy = $copy;
        copy.table($crate::schema::META)?;
        copy.table($crate::schema::TIMERS)?;
        copy.table($crate::schema::SETTINGS)?;
        copy.table($crate::schema::MESSAGES)?;
        copy.table($crate::schema::FACTS)?;
        copy.table($crate::schema::DOCUMENTS)?;
        copy.table($crate::schema::CHUNKS)?;
        copy.table($crate::schema::GROUPS)?;
        copy.table($crate::schema::VECTORS)?;
        copy.table($crate::schema::MODELS)?;
        Ok::<_, Refusal>(copy)
    }};
}
pub(super) use every_table;

impl Store {
    /// Writes what lives now into a new [`FILE_NAME`] of `folder`, which has to be there, and tells what it holds. Blocks
    /// whoever calls it, nobody else. What lay there under that name is overwritten.
    ///
    /// # Errors
    /// The disk is full, or the store was closed meanwhile; no half file is left.
    pub fn copy_to(&self, folder: &Path) -> Result<BackupContents, MemoryError> {
        let _one_at_a_time = self.rewriting.lock().unwrap_or_else(PoisonError::into_inner);
        let file = folder.join(FILE_NAME);
        discard(&file);
        self.closing.store(false, Ordering::SeqCst);
        let at = |e: redb::Error| Refusal::from(MemoryError::redb(&file, e));
        let copied = self.read(|moment| {
            let new = builder().create(&file).map_err(|e| at(e.into()))?;
            let copy = every_table!(Slices {
                store: self,
                moment,
                new: &new,
                closed: false,
            })?;
            match copy.closed {
                true => Err(MemoryError::BadRequest("the store was closed while it was copied".to_owned()).into()),
                false => contents(moment),
            }
        });
        if copied.is_err() {
            discard(&file);
        }
        copied
    }

    /// Whether some Rosie has the file of this folder open, which must not be replaced under her then.
    pub fn is_in_use(folder: &Path) -> bool {
        let Ok(file) = File::open(folder.join(FILE_NAME)) else {
            return false;
        };
        // redb holds this lock beside its own as long as it is open.
        matches!(file.try_lock(), Err(TryLockError::WouldBlock))
    }

    /// Overwrites and removes a copy that is not needed any more.
    pub fn wipe_copy(folder: &Path) {
        discard(&folder.join(FILE_NAME));
    }

    /// What the file holds.
    pub fn contents(&self) -> Result<BackupContents, MemoryError> {
        self.read(contents)
    }
}

fn contents(moment: &ReadTransaction) -> Result<BackupContents, Refusal> {
    Ok(BackupContents {
        messages: records::count::<MessageRecord>(moment)?,
        facts: records::count::<FactRecord>(moment)?,
        documents: records::count::<DocumentRecord>(moment)?,
        timers: moment.open_table(TIMERS)?.len()?,
    })
}

/// Copies what lives at one moment, a slice a commit.
pub(super) struct Slices<'a> {
    pub(super) store: &'a Store,
    pub(super) moment: &'a ReadTransaction,
    pub(super) new: &'a Database,
    pub(super) closed: bool,
}

impl Slices<'_> {
    pub(super) fn table<K: Key + 'static, V: Value + 'static>(
        &mut self,
        definition: TableDefinition<'static, K, V>,
    ) -> Result<(), Refusal> {
        let old = self.moment.open_table(definition)?;
        let mut entries = old.iter()?;
        let mut more = true;
        while more && !self.closed {
            let transaction = self.new.begin_write()?;
            {
                let mut table = transaction.open_table(definition)?;
                for _ in 0..SLICE {
                    let Some(entry) = entries.next() else {
                        more = false;
                        break;
                    };
                    let (key, value) = entry?;
                    if !is_due::<K>(definition.name(), &key.value()) {
                        table.insert(key.value(), value.value())?;
                    }
                }
            }
            transaction.commit()?;
            self.closed = self.store.closing.load(Ordering::SeqCst);
        }
        Ok(())
    }
}

fn is_due<K: Key + 'static>(table: &str, key: &K::SelfType<'_>) -> bool {
    table == META.name() && K::as_bytes(key).as_ref() == DUE.as_bytes()
}
