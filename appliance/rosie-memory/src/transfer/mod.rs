//! Everything out of the memory as one JSON document, and in again.
//!
//! `{"format": "rosie-memory", "version": 1, "settings": {…}, "items": [ …one record a line… ], "counts": {…}}`. Records
//! are those of core with their `kind`; documents come before their chunks. `counts` comes last: a file that was cut
//! off is noticed.

pub(crate) mod export;
pub(crate) mod import;

use rosie_core::memory::{Imported, MemoryRecord};
use serde::{Deserialize, Serialize};

const FORMAT: &str = "rosie-memory";
const VERSION: u64 = 1;

/// How many of each, at the end of the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counts {
    pub messages: u64,
    pub facts: u64,
    pub documents: u64,
    pub chunks: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, record: &MemoryRecord) {
        match record {
            MemoryRecord::Message(_) => self.messages += 1,
            MemoryRecord::Fact(_) => self.facts += 1,
            MemoryRecord::Document(_) => self.documents += 1,
            MemoryRecord::Chunk(_) => self.chunks += 1,
        }
    }

    pub(crate) fn all(&self) -> u64 {
        self.messages + self.facts + self.documents + self.chunks
    }
}

impl From<Counts> for Imported {
    fn from(counts: Counts) -> Self {
        Self {
            messages: counts.messages,
            facts: counts.facts,
            documents: counts.documents,
            chunks: counts.chunks,
        }
    }
}
