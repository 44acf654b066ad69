//! Vectors that wait for a commit that happens anyway: they are worth no fsync of their own.

use crate::store::{
    Refusal, WriteTransaction,
    ids::Id,
    items::{self, Changes},
    vectors,
};
use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

pub(crate) type Rider = (Id, Vec<f32>);

pub(crate) struct Riders {
    /// Id of the model that makes them.
    model: String,
    waiting: Mutex<Vec<Rider>>,
}

impl Riders {
    pub(crate) fn new(model: &str) -> Self {
        Self {
            model: model.to_owned(),
            waiting: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Rider>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Returns how many wait now.
    pub(crate) fn add(&self, mut riders: Vec<Rider>) -> usize {
        let mut waiting = self.lock();
        waiting.append(&mut riders);
        waiting.len()
    }

    pub(crate) fn take(&self) -> Vec<Rider> {
        std::mem::take(&mut *self.lock())
    }

    /// The transaction did not happen.
    pub(crate) fn give_back(&self, mut riders: Vec<Rider>) {
        let mut waiting = self.lock();
        riders.append(&mut waiting);
        *waiting = riders;
    }

    /// Writes those whose text is still there and was not changed by this very transaction.
    pub(crate) fn write(
        &self,
        transaction: &WriteTransaction,
        riders: &[Rider],
        changes: &Changes,
    ) -> Result<(), Refusal> {
        if riders.is_empty() {
            return Ok(());
        }
        let changed: HashSet<Id> = changes
            .added
            .iter()
            .map(|item| item.id)
            .chain(changes.removed.iter().copied())
            .collect();
        let model = vectors::model_number(transaction, &self.model)?;
        for (id, vector) in riders {
            if !changed.contains(id) && items::exists(transaction, *id)? {
                vectors::put(transaction, *id, &vectors::pack(model, vector))?;
            }
        }
        Ok(())
    }
}
