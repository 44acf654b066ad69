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

#[derive(Default)]
pub(crate) struct Riders(Mutex<Group>);

/// Of one model.
#[derive(Default)]
pub(crate) struct Group {
    /// Its id.
    model: String,
    riders: Vec<Rider>,
}

impl Riders {
    fn lock(&self) -> MutexGuard<'_, Group> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().riders.is_empty()
    }

    /// Returns how many wait now. Those of another model make room: they are of no use any more.
    pub(crate) fn add(&self, model: &str, mut riders: Vec<Rider>) -> usize {
        let mut waiting = self.lock();
        if waiting.model != model {
            *waiting = Group {
                model: model.to_owned(),
                riders: Vec::new(),
            };
        }
        waiting.riders.append(&mut riders);
        waiting.riders.len()
    }

    pub(crate) fn take(&self) -> Group {
        let mut waiting = self.lock();
        Group {
            model: waiting.model.clone(),
            riders: std::mem::take(&mut waiting.riders),
        }
    }

    /// The transaction did not happen.
    pub(crate) fn give_back(&self, mut group: Group) {
        let mut waiting = self.lock();
        if waiting.model == group.model {
            group.riders.append(&mut waiting.riders);
            *waiting = group;
        }
    }
}

impl Group {
    /// Writes those whose text is still there and was not changed by this very transaction.
    pub(crate) fn write(&self, transaction: &WriteTransaction, changes: &Changes) -> Result<(), Refusal> {
        if self.riders.is_empty() {
            return Ok(());
        }
        let changed: HashSet<Id> = changes
            .added
            .iter()
            .map(|item| item.id)
            .chain(changes.removed.iter().copied())
            .collect();
        let model = vectors::model_number(transaction, &self.model)?;
        for (id, vector) in &self.riders {
            if !changed.contains(id) && items::exists(transaction, *id)? {
                vectors::put(transaction, *id, &vectors::pack(model, vector))?;
            }
        }
        Ok(())
    }
}
