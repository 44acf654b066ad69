//! Taking an export in: all of it or nothing.

use super::{Shared, settings};
use crate::{
    MemoryError,
    store::{
        Refusal, WriteTransaction,
        ids::{self, Id},
        items::{self, Changes},
        records, vectors,
    },
    transfer::{
        Counts,
        import::{read, spool},
    },
};
use rosie_core::memory::{ChunkSource, DocumentRecord, Imported, MemoryProgress, MemoryRecord};
use std::collections::HashSet;

/// Records between two words of progress.
const SAY_EVERY: u64 = 500;

pub(super) fn import(
    shared: &Shared,
    source: ChunkSource,
    mut progress: MemoryProgress,
) -> Result<Imported, MemoryError> {
    let folder = shared.store.path().parent().unwrap_or(std::path::Path::new("."));
    let file = spool(folder, source)?;
    // How many there are stands at the end of the file, so it is read once for that and for most mistakes.
    let all = read(&file, |_| Ok(()))?.1.all();
    let write = shared.writer.submit(move |transaction, changes| {
        let mut done = 0;
        let mut refusal = None;
        // One that is in the file twice is one.
        let (mut known, mut kept) = (HashSet::new(), Counts::default());
        let taken = read(&file, |record| {
            done += 1;
            if done % SAY_EVERY == 0 || done == all {
                progress(done, all);
            }
            let mut with_it = kept;
            with_it.add(&record);
            let id = take(transaction, record, changes).map_err(|error| {
                let words = match &error {
                    Refusal::Refused(error) => error.to_string(),
                    Refusal::Store(_) => "the store failed".to_owned(),
                };
                refusal = Some(error);
                words
            })?;
            if known.insert(id) {
                kept = with_it;
            }
            Ok(())
        });
        match (taken, refusal) {
            (Err(_), Some(Refusal::Store(error))) => Err(Refusal::Store(error)),
            (Err(error), _) => Err(error.into()),
            (Ok((found, _)), _) => {
                settings::put(transaction, &found)?;
                Ok((found, Imported::from(kept)))
            }
        }
    });
    let (found, imported) = write.wait()?;
    shared.use_settings(found);
    Ok(imported)
}

pub(crate) fn take(transaction: &WriteTransaction, record: MemoryRecord, changes: &mut Changes) -> Result<Id, Refusal> {
    let (id, item) = match record {
        MemoryRecord::Message(message) => {
            let id = records::put(transaction, &message)?;
            (id, Some(items::of_message(id, &message)))
        }
        MemoryRecord::Fact(fact) => {
            let id = records::put(transaction, &fact)?;
            (id, items::of_fact(id, &fact))
        }
        MemoryRecord::Document(document) => (records::put(transaction, &document)?, None),
        MemoryRecord::Chunk(chunk) => {
            let document = ids::parse(&chunk.document)
                .map(|id| records::get_for_write::<DocumentRecord>(transaction, id))
                .transpose()?
                .flatten()
                .ok_or_else(|| MemoryError::BadRequest("a chunk is of a document that is not there".to_owned()))?;
            let id = records::put(transaction, &chunk)?;
            (id, Some(items::of_chunk(id, &chunk, &document)))
        }
    };
    // Its text may be another now.
    vectors::remove(transaction, id)?;
    changes.added.extend(item);
    Ok(id)
}
