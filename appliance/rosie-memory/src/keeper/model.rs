//! Which model's vectors are in the index: found out at start, after a change, and again and again while there is none.
//! What was said meanwhile gets its vector then; until that words decide.

use super::{Keeper, PAUSE, lock};
use crate::{
    MemoryError,
    seam::Embedder,
    store::{items, vectors},
};
use rosie_core::memory::TextMeaning;
use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, PoisonError},
    time::Instant,
};

impl Keeper {
    /// Id of the model whose vectors are in the index.
    pub(crate) fn model(&self) -> Option<String> {
        self.model.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn is_model(&self, id: &str) -> bool {
        self.model().as_deref() == Some(id)
    }

    fn set_model(&self, id: Option<&str>) {
        *self.model.write().unwrap_or_else(PoisonError::into_inner) = id.map(str::to_owned);
    }

    /// Another model may be there.
    pub(crate) fn look_again(&self) {
        *lock(&self.look_at) = Some(Instant::now());
        self.nudge();
    }

    /// There is something to do. Under the lock that the keeper's thread looks with: it might just be about to sleep.
    pub(crate) fn nudge(&self) {
        let _pending = lock(&self.pending);
        self.wake.notify_all();
    }

    /// Loads it where it rests. The keeper's thread is told, so that it can rest again.
    pub(crate) fn embedder(&self) -> Result<Arc<dyn Embedder>, MemoryError> {
        let rested = self.meaning.rests();
        let embedder = self.meaning.embedder();
        if rested {
            self.nudge();
        }
        embedder
    }

    /// [`Meaning::likeness`]; what is new is learnt on the keeper's thread.
    ///
    /// [`Meaning::likeness`]: crate::meaning::Meaning::likeness
    pub(crate) fn likeness(&self, question: &str, texts: &[String]) -> Option<Vec<f32>> {
        let embedder = self.embedder().ok()?;
        let likeness = self.meaning.likeness(&*embedder, question, texts);
        if likeness.is_none() {
            self.nudge();
        }
        likeness
    }

    /// `None` without an embedder or where it fails.
    pub(crate) fn meaning_of(&self, text: &str) -> Option<TextMeaning> {
        let embedder = self.embedder().ok()?;
        let vector = self.meaning.question(&*embedder, text).ok()?;
        let model = embedder.id().to_owned();
        Some(TextMeaning { model, vector })
    }

    /// Of what is asked; `None` without an embedder or where it fails, then words alone decide.
    pub(crate) fn question_vector(&self, question: &str) -> Option<Vec<f32>> {
        let embedder = self.embedder().ok()?;
        if !self.is_model(embedder.id()) {
            self.look_again();
            return None;
        }
        self.meaning.question(&*embedder, question).ok()
    }

    /// On the keeper's thread.
    pub(super) fn look_for_model(&self) {
        lock(&self.look_at).take();
        if !self.meaning.is_wanted() {
            self.without_model();
            return;
        }
        let found = self.meaning.embedder();
        let taken = found.and_then(|embedder| match self.is_model(embedder.id()) {
            true => Ok(()),
            false => self.take_model(embedder.id()),
        });
        if taken.is_err() {
            // Whoever failed said so. Sooner where somebody changes the model meanwhile.
            lock(&self.look_at).get_or_insert(Instant::now() + PAUSE);
        }
    }

    fn without_model(&self) {
        if self.model().is_some() {
            self.set_model(None);
            lock(&self.pending).clear();
            self.index.clear();
        }
    }

    /// Loads what has a vector of this model; the rest is to get one.
    fn take_model(&self, id: &str) -> Result<(), MemoryError> {
        self.without_model();
        // From now on what is written comes to be embedded; what was before is found in the file.
        self.set_model(Some(id));
        let missing = self.store.read(|transaction| {
            let have = match vectors::known_model(transaction, id)? {
                Some(number) => self.load_vectors(transaction, number)?,
                None => HashSet::new(),
            };
            let mut missing = VecDeque::new();
            items::scan_ids(transaction, |id| {
                if !have.contains(&id) {
                    missing.push_back(id);
                }
            })?;
            Ok(missing)
        });
        match missing {
            Ok(mut missing) => {
                tracing::info!(model = id, to_embed = missing.len(), "memories are found by meaning");
                lock(&self.pending).append(&mut missing);
                Ok(())
            }
            Err(error) => {
                tracing::warn!(%error, "vectors cannot be read yet");
                self.without_model();
                Err(error)
            }
        }
    }
}
