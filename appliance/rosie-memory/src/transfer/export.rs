//! Out: from one read transaction, so that the file is of one moment, in pieces of bounded size.

use super::{Counts, FORMAT, VERSION};
use crate::{
    MemoryError, Store,
    store::{Refusal, ids::Id, records},
};
use redb::ReadTransaction;
use rosie_core::memory::{
    ChunkRecord, ChunkSink, DocumentRecord, FactRecord, MemoryProgress, MemoryRecord, MemorySettings, MessageRecord,
};

/// About the size of a piece.
const PIECE: usize = 64 << 10;

pub(crate) fn export(
    store: &Store,
    settings: &MemorySettings,
    sink: ChunkSink,
    progress: MemoryProgress,
) -> Result<(), MemoryError> {
    store.read(|transaction| {
        let all = Counts {
            messages: records::count::<MessageRecord>(transaction)?,
            facts: records::count::<FactRecord>(transaction)?,
            documents: records::count::<DocumentRecord>(transaction)?,
            chunks: records::count::<ChunkRecord>(transaction)?,
        };
        let mut out = Out {
            sink,
            progress,
            buffer: Vec::with_capacity(PIECE * 2),
            all: all.all(),
            done: 0,
        };
        let settings = json(settings)?;
        out.buffer.extend(
            format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"settings\":{settings},\"items\":[").into_bytes(),
        );
        let counts = Counts {
            messages: out.table(transaction, MemoryRecord::Message)?,
            facts: out.table(transaction, MemoryRecord::Fact)?,
            documents: out.table(transaction, MemoryRecord::Document)?,
            chunks: out.table(transaction, MemoryRecord::Chunk)?,
        };
        out.buffer
            .extend(format!("\n],\"counts\":{}}}\n", json(&counts)?).into_bytes());
        out.flush()
    })
}

struct Out {
    sink: ChunkSink,
    progress: MemoryProgress,
    buffer: Vec<u8>,
    all: u64,
    done: u64,
}

impl Out {
    fn table<R: records::Record>(
        &mut self,
        transaction: &ReadTransaction,
        wrap: impl Fn(R) -> MemoryRecord,
    ) -> Result<u64, Refusal> {
        let before = self.done;
        records::scan(transaction, 0..Id::MAX, false, |_, record: R| {
            let line = json(&wrap(record))?;
            self.buffer.extend(if self.done == 0 { "\n" } else { ",\n" }.as_bytes());
            self.buffer.extend(line.as_bytes());
            self.done += 1;
            if self.buffer.len() >= PIECE {
                self.flush()?;
            }
            Ok(true)
        })?;
        Ok(self.done - before)
    }

    fn flush(&mut self) -> Result<(), Refusal> {
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE * 2));
        (self.progress)(self.done, self.all);
        if (self.sink)(piece) {
            Ok(())
        } else {
            Err(MemoryError::BadRequest("the export was given up by its reader".to_owned()).into())
        }
    }
}

fn json(value: &impl serde::Serialize) -> Result<String, MemoryError> {
    serde_json::to_string(value).map_err(|e| MemoryError::Unreadable {
        what: "record",
        reason: e.to_string(),
    })
}
