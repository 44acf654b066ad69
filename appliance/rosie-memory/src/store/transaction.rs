//! Inside a transaction: what may go wrong there, what it touches, and records as JSON.

use crate::MemoryError;
use redb::{AccessGuard, Key, StorageError, TableDefinition, TableError, TableHandle, Value};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    borrow::Borrow,
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
    path::Path,
};

/// Longest record, in bytes of JSON.
pub(crate) const MAX_RECORD: usize = 256 << 10;

/// Why a transaction did not happen.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The database or its disk.
    Store(Box<redb::Error>),
    /// What was asked for.
    Refused(MemoryError),
}

impl Refusal {
    pub(crate) fn at(self, path: &Path) -> MemoryError {
        match self {
            Self::Store(error) => MemoryError::redb(path, *error),
            Self::Refused(error) => error,
        }
    }
}

impl From<MemoryError> for Refusal {
    fn from(error: MemoryError) -> Self {
        Self::Refused(error)
    }
}

macro_rules! from_redb {
    ($($error:ident),*) => {
        $(impl From<redb::$error> for Refusal {
            fn from(error: redb::$error) -> Self {
                Self::Store(Box::new(error.into()))
            }
        })*
    };
}
from_redb!(
    TableError,
    StorageError,
    CommitError,
    TransactionError,
    SavepointError,
    SetDurabilityError
);

impl From<redb::Error> for Refusal {
    fn from(error: redb::Error) -> Self {
        Self::Store(Box::new(error))
    }
}

/// Keys, by table, as redb writes them.
pub(crate) type Touched = BTreeMap<String, BTreeSet<Vec<u8>>>;

/// A write that knows which keys it touched: while the file is made anew, they are copied a second time
/// ([`rewrite`](super::rewrite)). Everything that writes goes through it.
pub(crate) struct WriteTransaction<'t> {
    inner: &'t redb::WriteTransaction,
    /// `None` where nobody asks.
    touched: RefCell<Option<Touched>>,
}

impl<'t> WriteTransaction<'t> {
    pub(super) fn new(inner: &'t redb::WriteTransaction, noting: bool) -> Self {
        Self {
            inner,
            touched: RefCell::new(noting.then(Touched::new)),
        }
    }

    pub(super) fn into_touched(self) -> Touched {
        self.touched.into_inner().unwrap_or_default()
    }

    pub(crate) fn open_table<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'_, K, V>,
    ) -> Result<Table<'_, K, V>, TableError> {
        Ok(Table {
            name: definition.name().to_owned(),
            inner: self.inner.open_table(definition)?,
            touched: &self.touched,
        })
    }
}

/// redb's table, read as it is, written through this.
pub(crate) struct Table<'t, K: Key + 'static, V: Value + 'static> {
    inner: redb::Table<'t, K, V>,
    name: String,
    touched: &'t RefCell<Option<Touched>>,
}

impl<'t, K: Key + 'static, V: Value + 'static> Deref for Table<'t, K, V> {
    type Target = redb::Table<'t, K, V>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl<K: Key + 'static, V: Value + 'static> Table<'_, K, V> {
    pub(crate) fn insert<'k, 'v>(
        &mut self,
        key: impl Borrow<K::SelfType<'k>>,
        value: impl Borrow<V::SelfType<'v>>,
    ) -> Result<Option<AccessGuard<'_, V>>, StorageError> {
        self.note(key.borrow());
        self.inner.insert(key, value)
    }

    pub(crate) fn remove<'k>(
        &mut self,
        key: impl Borrow<K::SelfType<'k>>,
    ) -> Result<Option<AccessGuard<'_, V>>, StorageError> {
        self.note(key.borrow());
        self.inner.remove(key)
    }

    fn note(&self, key: &K::SelfType<'_>) {
        if let Some(touched) = self.touched.borrow_mut().as_mut() {
            let bytes = K::as_bytes(key).as_ref().to_vec();
            touched.entry(self.name.clone()).or_default().insert(bytes);
        }
    }
}

pub(crate) fn write_json(what: &'static str, value: &impl Serialize, limit: usize) -> Result<Vec<u8>, MemoryError> {
    let bytes = serde_json::to_vec(value).map_err(|e| MemoryError::Unreadable {
        what,
        reason: e.to_string(),
    })?;
    if bytes.len() > limit {
        return Err(MemoryError::TooLong {
            what,
            length: bytes.len(),
            limit,
        });
    }
    Ok(bytes)
}

/// The reason never quotes the record: it may be private.
pub(crate) fn read_json<T: DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T, MemoryError> {
    serde_json::from_slice(bytes).map_err(|e| MemoryError::Unreadable {
        what,
        reason: format!("{:?} error in column {}", e.classify(), e.column()),
    })
}
