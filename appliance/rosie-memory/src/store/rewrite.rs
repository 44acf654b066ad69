//! What was deleted is really gone: redb's freed pages keep their bytes until they are used again, and compacting moves
//! pages without wiping what it leaves (a test of tests/memory shows both). So what lives is copied to a new file, which
//! takes the place of the old one; then the old one's bytes are overwritten.
//!
//! Nobody waits for the copy: it is made of one moment, in slices, and what is written meanwhile is noted and copied once
//! more, again and again until little is left. Only for that rest are writers held up. Readers never are: who reads the
//! old file goes on reading it, and it is overwritten when the last of them is done.

use super::{
    Refusal, Store, builder,
    closing::ClosesQuietly,
    copy::{DUE, Slices, every_table},
    transaction::{Touched, WriteTransaction},
    wait_until,
};
use crate::{MemoryError, schema::META};
use redb::{Database, Key, ReadTransaction, ReadableDatabase, TableDefinition, TableHandle, Value};
use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Seek, SeekFrom, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, atomic::Ordering},
};

/// What may be left when writers are held up, and how often it is tried to get there.
const REST: usize = 64;
const ROUNDS: usize = 8;

impl Store {
    /// Makes the file anew of what lives in it, where something was deleted since. False where nothing was, where it was
    /// closed or opened anew meanwhile, or an old file is still being read: then it is to be tried later. Blocks whoever
    /// calls it, nobody else for long.
    pub(crate) fn rewrite(&self) -> Result<bool, MemoryError> {
        let _one_at_a_time = self.rewriting.lock().unwrap_or_else(PoisonError::into_inner);
        self.wipe_retired();
        if !self.read(|transaction| Ok(transaction.open_table(META)?.get(DUE)?.is_some()))? {
            return Ok(false);
        }
        let database = self.database()?;
        let beside = self.path.with_extension(NEW);
        self.closing.store(false, Ordering::SeqCst);
        let done = self.caught(|| {
            self.copied(&database, &beside)
                .map_err(|refusal| refusal.at(&self.path))
        });
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = gate.take();
        let new = match done {
            Ok(Some(new)) => new,
            failed => {
                drop(gate);
                discard(&beside);
                return failed.map(|_| false);
            }
        };
        let swapped = self.caught(|| {
            let rest = rest.unwrap_or_default();
            let last = || -> Result<(), Refusal> { catch_up(&database.begin_read()?, &new, rest) };
            last().map_err(|refusal| refusal.at(&beside))?;
            self.swap(&database, new, &beside)
        });
        drop((gate, database));
        if !matches!(swapped, Ok(true)) {
            discard(&beside);
            return swapped;
        }
        Ok(self.wipe_retired())
    }

    /// The new file, but for what was written while little was left. `None` where the old one was closed meanwhile.
    fn copied(&self, database: &Arc<ClosesQuietly>, beside: &Path) -> Result<Option<Database>, Refusal> {
        discard(beside);
        let at = |e: redb::Error| Refusal::from(MemoryError::redb(beside, e));
        let mut new = builder().create(beside).map_err(|e| at(e.into()))?;
        let moment = {
            let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
            *gate = Some(Touched::new());
            database.begin_read()?
        };
        if !self.copy_all(&moment, &new)? {
            return Ok(None);
        }
        drop(moment);
        match new.compact() {
            Ok(_) | Err(redb::CompactionError::TransactionInProgress) => {}
            Err(error) => return Err(at(error.into())),
        }
        for _ in 0..ROUNDS {
            let written = {
                let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
                match gate.as_mut() {
                    Some(touched) if count(touched) > REST => std::mem::take(touched),
                    _ => break,
                }
            };
            if self.closing.load(Ordering::SeqCst) {
                return Ok(None);
            }
            // Not of an earlier moment than the notes: what is newer is noted again.
            catch_up(&database.begin_read()?, &new, written)?;
        }
        Ok(Some(new))
    }

    /// False where the old file was closed meanwhile.
    fn copy_all(&self, moment: &ReadTransaction, new: &Database) -> Result<bool, Refusal> {
        let copy = every_table!(Slices {
            store: self,
            moment,
            new,
            closed: false,
        })?;
        Ok(!copy.closed)
    }

    /// Puts the new file in the place of the old one. A power cut leaves one or the other, whole. False where the old one
    /// is not in use any more. Writers wait.
    fn swap(&self, old: &Arc<ClosesQuietly>, new: Database, beside: &Path) -> Result<bool, MemoryError> {
        let fail = |source| MemoryError::io(&self.path, source);
        let mut slot = self.slot();
        if !slot.database.as_ref().is_some_and(|open| Arc::ptr_eq(open, old)) {
            return Ok(false);
        }
        let file = OpenOptions::new().write(true).open(&self.path).map_err(fail)?;
        // A second name, so that a start after a power cut finds what is still to be overwritten. Where the file system
        // knows no such thing it goes without.
        let name = self.path.with_extension(OLD);
        let named = std::fs::hard_link(&self.path, &name).is_ok();
        if let Err(error) = std::fs::rename(beside, &self.path) {
            let _ = std::fs::remove_file(&name);
            return Err(fail(error));
        }
        slot.database = Some(Arc::new(ClosesQuietly::new(new)));
        drop(slot);
        self.retired
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Retired {
                database: old.clone(),
                file,
                name: named.then_some(name),
            });
        sync_folder(&self.path).map_err(fail)?;
        Ok(true)
    }

    /// Overwrites the files that nobody reads any more, after a little waiting. True where none is left.
    pub(crate) fn wipe_retired(&self) -> bool {
        let mut retired = self.retired.lock().unwrap_or_else(PoisonError::into_inner);
        wait_until(|| retired.iter().all(|old| Arc::strong_count(&old.database) == 1));
        let (unread, read) = retired.drain(..).partition(|old| Arc::strong_count(&old.database) == 1);
        *retired = read;
        for Retired {
            database,
            mut file,
            name,
        } in unread
        {
            drop(database);
            if let Err(error) = overwrite(&mut file) {
                tracing::warn!(%error, "the bytes of the old file could not be overwritten");
            }
            name.into_iter().for_each(|name| drop(std::fs::remove_file(name)));
        }
        retired.is_empty()
    }
}

/// A file whose place another took.
pub(super) struct Retired {
    database: Arc<ClosesQuietly>,
    file: File,
    /// What it is still called.
    name: Option<PathBuf>,
}

/// Extensions of the file that is being made, and of the one whose place it took.
const NEW: &str = "redb.new";
const OLD: &str = "redb.old";

/// Overwrites what an earlier life left half done.
pub(super) fn sweep(path: &Path) {
    discard(&path.with_extension(NEW));
    let old = path.with_extension(OLD);
    // Cut off between the second name and the new file: it is a name of the file that is in use.
    match is_same_file(path, &old) {
        true => drop(std::fs::remove_file(&old)),
        false => discard(&old),
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    let id = |path: &Path| std::fs::metadata(path).map(|file| (file.dev(), file.ino()));
    matches!((id(one), id(other)), (Ok(one), Ok(other)) if one == other)
}

/// Overwrites and removes it: what it holds may be deleted by now.
pub(super) fn discard(path: &Path) {
    let gone = OpenOptions::new()
        .write(true)
        .open(path)
        .and_then(|mut file| overwrite(&mut file))
        .and_then(|()| std::fs::remove_file(path));
    match gone {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), %error, "what is left of an old file could not be removed");
        }
        _ => {}
    }
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn count(touched: &Touched) -> usize {
    touched.values().map(|keys| keys.len()).sum()
}

/// Brings what was touched to what it is now, or removes it. That something was deleted meanwhile is copied too: its
/// bytes are in the new file, which is then to be made anew once more.
fn catch_up(now: &ReadTransaction, new: &Database, touched: Touched) -> Result<(), Refusal> {
    let transaction = new.begin_write()?;
    every_table!(Again {
        now,
        transaction: WriteTransaction::new(&transaction, false),
        touched,
    })?;
    Ok(transaction.commit()?)
}

struct Again<'a> {
    now: &'a ReadTransaction,
    transaction: WriteTransaction<'a>,
    touched: Touched,
}

impl Again<'_> {
    fn table<K: Key + 'static, V: Value + 'static>(
        &mut self,
        definition: TableDefinition<'static, K, V>,
    ) -> Result<(), Refusal> {
        let Some(keys) = self.touched.remove(definition.name()) else {
            return Ok(());
        };
        let (old, mut table) = (
            self.now.open_table(definition)?,
            self.transaction.open_table(definition)?,
        );
        for key in &keys {
            match old.get(K::from_bytes(key))? {
                Some(value) => table.insert(K::from_bytes(key), value.value())?,
                None => table.remove(K::from_bytes(key))?,
            };
        }
        Ok(())
    }
}

fn overwrite(file: &mut File) -> std::io::Result<()> {
    let zeros = [0; 64 << 10];
    let mut left = file.metadata()?.len();
    file.seek(SeekFrom::Start(0))?;
    while left > 0 {
        let count = left.min(zeros.len() as u64);
        file.write_all(&zeros[..count as usize])?;
        left -= count;
    }
    file.sync_data()
}
