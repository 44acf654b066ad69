//! The embedder while somebody needs it: loaded at the first need, ahead of it where a person begins to speak, and let go
//! of when it is quiet.

mod texts;

use crate::{
    MemoryError,
    seam::{Embedder, EmbedderSource},
};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::{Duration, Instant},
};
use texts::Texts;

/// How often loading is tried at most, so that a turn does not pay for it each time.
const TRY_EVERY: Duration = Duration::from_secs(2);

#[derive(Default)]
pub(crate) struct Meaning {
    source: RwLock<Option<Arc<dyn EmbedderSource>>>,
    /// Locked while a model is loaded; what others may not wait for stands beside it.
    held: Mutex<Held>,
    /// When a loaded model was last needed; `None` at rest.
    used: Mutex<Option<Instant>>,
    failure: Mutex<Option<String>>,
    texts: Mutex<Texts>,
}

#[derive(Default)]
struct Held {
    embedder: Option<Arc<dyn Embedder>>,
    failed: Option<(Instant, MemoryError)>,
}

impl Meaning {
    pub(crate) fn new(source: Option<Arc<dyn EmbedderSource>>) -> Self {
        Self {
            source: RwLock::new(source),
            ..Self::default()
        }
    }

    fn source(&self) -> Option<Arc<dyn EmbedderSource>> {
        self.source.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on another model is used, or none.
    pub(crate) fn replace(&self, source: Option<Arc<dyn EmbedderSource>>) {
        let mut held = lock(&self.held);
        *self.source.write().unwrap_or_else(PoisonError::into_inner) = source;
        *held = Held::default();
        lock(&self.used).take();
        lock(&self.failure).take();
    }

    /// There is to be one.
    pub(crate) fn is_wanted(&self) -> bool {
        self.source().is_some()
    }

    /// Loads it where it is not. Blocking; others wait for the same load.
    pub(crate) fn embedder(&self) -> Result<Arc<dyn Embedder>, MemoryError> {
        let mut held = lock(&self.held);
        if let Some(embedder) = &held.embedder {
            *lock(&self.used) = Some(Instant::now());
            return Ok(embedder.clone());
        }
        if let Some((at, error)) = &held.failed
            && at.elapsed() < TRY_EVERY
        {
            return Err(error.clone());
        }
        let Some(source) = self.source() else {
            return Err(MemoryError::Meaning("no model is wanted".to_owned()));
        };
        let began = Instant::now();
        match source.load() {
            Ok(embedder) => {
                tracing::debug!(load_ms = began.elapsed().as_millis() as u64, "the embedder is loaded");
                held.embedder = Some(embedder.clone());
                held.failed = None;
                *lock(&self.used) = Some(Instant::now());
                lock(&self.failure).take();
                Ok(embedder)
            }
            Err(error) => {
                self.failed(&error);
                held.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// Vectors of texts by `embedder`, each of its dimension.
    pub(crate) fn vectors(&self, embedder: &dyn Embedder, texts: &[&str]) -> Result<Vec<Vec<f32>>, MemoryError> {
        let made = embedder.embed(texts).and_then(|vectors| {
            let right = vectors.len() == texts.len() && vectors.iter().all(|v| v.len() == embedder.dimension());
            let wrong = || MemoryError::Meaning("the model gave other vectors than asked for".to_owned());
            right.then_some(vectors).ok_or_else(wrong)
        });
        match &made {
            Ok(_) => drop(lock(&self.failure).take()),
            Err(error) => self.failed(error),
        }
        made
    }

    /// Why there are no vectors just now.
    pub(crate) fn failure(&self) -> Option<String> {
        lock(&self.failure).clone()
    }

    fn failed(&self, error: &MemoryError) {
        let reason = match error {
            MemoryError::Meaning(reason) => reason.clone(),
            other => other.to_string(),
        };
        let mut failure = lock(&self.failure);
        if failure.as_ref() != Some(&reason) {
            tracing::warn!(%error, "memories are found by words alone for now");
            *failure = Some(reason);
        }
    }

    /// How long until it may rest; `None` where it rests already.
    pub(crate) fn rests_in(&self) -> Option<Duration> {
        let used = (*lock(&self.used))?;
        Some(self.source()?.rest_after().saturating_sub(used.elapsed()))
    }

    pub(crate) fn rests(&self) -> bool {
        lock(&self.used).is_none()
    }

    /// Lets go of the embedder, unless somebody needed it a moment ago.
    pub(crate) fn rest(&self) {
        let mut held = lock(&self.held);
        if self.rests_in() != Some(Duration::ZERO) {
            return;
        }
        held.embedder = None;
        lock(&self.used).take();
        lock(&self.texts).forget_questions();
        drop(held);
        if let Some(source) = self.source() {
            source.released();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
