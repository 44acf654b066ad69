//! What was deleted is really gone: redb's freed pages keep their bytes until they are used again, and compacting
//! moves pages without wiping what it leaves (tests/memory/deleted.rs shows both). So the living records are copied to
//! a new file, which takes the place of the old one; the old one's bytes are overwritten first.

use crate::{
    MemoryError,
    schema::{CHUNKS, DOCUMENTS, FACTS, GROUPS, MESSAGES, META, MODELS, SETTINGS, TIMERS, VECTORS},
    store::Refusal,
};
use redb::{Database, Key, ReadableDatabase, ReadableTable, TableDefinition, Value, WriteTransaction};
use std::{
    fs::{File, OpenOptions},
    io::{Seek, SeekFrom, Write},
    path::Path,
};

/// Set by each deletion, in its own transaction; not copied.
pub(crate) const DUE: &str = "rewrite_due";

/// Copies everything that lives.
pub(super) fn copy(from: &Database, to: &Database) -> Result<(), Refusal> {
    let old = from.begin_read()?;
    let new = to.begin_write()?;
    let opened = |table: redb::TableError| Refusal::from(table);
    copy_table(old.open_table(META).map_err(opened)?, &new, META, |key| key == DUE)?;
    copy_table(old.open_table(TIMERS).map_err(opened)?, &new, TIMERS, |_| false)?;
    copy_table(old.open_table(SETTINGS).map_err(opened)?, &new, SETTINGS, |_| false)?;
    copy_table(old.open_table(MESSAGES).map_err(opened)?, &new, MESSAGES, |_| false)?;
    copy_table(old.open_table(FACTS).map_err(opened)?, &new, FACTS, |_| false)?;
    copy_table(old.open_table(DOCUMENTS).map_err(opened)?, &new, DOCUMENTS, |_| false)?;
    copy_table(old.open_table(CHUNKS).map_err(opened)?, &new, CHUNKS, |_| false)?;
    copy_table(old.open_table(GROUPS).map_err(opened)?, &new, GROUPS, |_| false)?;
    copy_table(old.open_table(VECTORS).map_err(opened)?, &new, VECTORS, |_| false)?;
    copy_table(old.open_table(MODELS).map_err(opened)?, &new, MODELS, |_| false)?;
    Ok(new.commit()?)
}

fn copy_table<K: Key + 'static, V: Value + 'static>(
    old: impl ReadableTable<K, V>,
    new: &WriteTransaction,
    definition: TableDefinition<'_, K, V>,
    left_out: impl Fn(K::SelfType<'_>) -> bool,
) -> Result<(), Refusal> {
    let mut table = new.open_table(definition)?;
    for entry in old.iter()? {
        let (key, value) = entry?;
        if !left_out(key.value()) {
            table.insert(key.value(), value.value())?;
        }
    }
    Ok(())
}

/// Puts `new` in the place of `old`. A power cut leaves one or the other, whole. The old file's bytes are overwritten
/// after it lost its name, through the handle that is still open.
pub(super) fn swap(new: &Path, old: &Path) -> Result<(), MemoryError> {
    let fail = |source| MemoryError::io(old, source);
    let mut still_open = OpenOptions::new().write(true).open(old).map_err(fail)?;
    std::fs::rename(new, old).map_err(fail)?;
    if let Some(folder) = old.parent() {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(fail)?;
    }
    // The new file is in place: a failure from here on leaves bytes behind on the disk, but loses nothing.
    if let Err(error) = overwrite(&mut still_open) {
        tracing::warn!(%error, "the bytes of the old file could not be overwritten");
    }
    Ok(())
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
