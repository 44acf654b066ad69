//! What must survive a power cut: redb tables behind core's store traits, with a schema version and migrations.
//!
//! Invariants: redb is the truth, no cache in front of it; a write is on the disk when the call returns; one file,
//! `rosie.redb`, opened by one daemon. Where it cannot be opened, what is written waits in memory so that Rosie goes
//! on, and is taken over when it can. Knows no runtime: every call blocks.

#![forbid(unsafe_code)]

mod about;
mod caretaker;
pub mod documents;
pub mod embed;
mod error;
pub mod facts;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod index;
mod keeper;
mod lane;
mod leb128;
mod loading;
mod meaning;
mod memory;
mod open;
mod patient;
mod recall;
mod riders;
mod schema;
pub mod seam;
mod store;
mod transfer;
mod volatile;
mod writer;

pub use error::MemoryError;
pub use memory::{MemoryParts, RosieMemory};
pub use open::{Opened, open_or_volatile};
pub use schema::SCHEMA_VERSION;
pub use store::Store;
pub use volatile::{MAX_VOLATILE_SETTINGS, MAX_VOLATILE_TIMERS, VolatileStore};
pub use writer::MAX_UNSAVED;

/// Name of the database inside the data folder.
pub const FILE_NAME: &str = "rosie.redb";
