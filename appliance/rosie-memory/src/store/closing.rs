//! Closing a database that may contradict itself.

use redb::Database;
use std::{
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// An open database. redb writes once more when it is closed, and may panic then on a file that something else wrote
/// into; closing happens in drops, where nobody could catch that.
pub(super) struct ClosesQuietly(Option<Database>);

impl ClosesQuietly {
    pub(super) fn new(database: Database) -> Self {
        Self(Some(database))
    }
}

impl Deref for ClosesQuietly {
    type Target = Database;

    fn deref(&self) -> &Database {
        let Some(database) = &self.0 else {
            unreachable!("only the drop takes it out")
        };
        database
    }
}

impl Drop for ClosesQuietly {
    fn drop(&mut self) {
        let database = self.0.take();
        if catch_unwind(AssertUnwindSafe(|| drop(database))).is_err() {
            tracing::warn!("the memory's file contradicts itself: it could not be closed in order");
        }
    }
}
