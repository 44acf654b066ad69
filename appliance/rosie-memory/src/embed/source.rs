//! The embedder on demand. What its files' hash was is remembered, for reading them takes as long as loading them.

use super::{Environment, OnnxEmbedder, files, fingerprint, wrong};
use crate::{
    MemoryError,
    seam::{Embedder, EmbedderSource},
};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

/// ONNX Runtime's environment, or why there is none yet.
type Runtime = Box<dyn Fn() -> Result<&'static Environment, String> + Send + Sync>;

/// The model in a folder, which need not be there yet.
pub struct OnnxSource {
    folder: PathBuf,
    runtime: Runtime,
    released: fn(),
    known: Mutex<Option<(Stamp, String)>>,
}

/// Sizes and times of the files: where they are the same, so is the model.
type Stamp = [(u64, SystemTime); 2];

impl OnnxSource {
    /// `released` is called each time that the model was let go of.
    pub fn new(
        folder: PathBuf,
        runtime: impl Fn() -> Result<&'static Environment, String> + Send + Sync + 'static,
        released: fn(),
    ) -> Self {
        Self {
            folder,
            runtime: Box::new(runtime),
            released,
            known: Mutex::default(),
        }
    }

    /// Cheap, so that a model which is missing can be looked for often.
    fn stamp(&self) -> Result<Stamp, MemoryError> {
        let [model, vocabulary] = files(&self.folder);
        let stamp = |file: PathBuf| {
            let of = std::fs::metadata(&file).and_then(|meta| Ok((meta.len(), meta.modified()?)));
            of.map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => wrong(&file, "there is no such file: `rosied models fetch` gets it"),
                _ => wrong(&file, error),
            })
        };
        Ok([stamp(model)?, stamp(vocabulary)?])
    }

    fn id(&self, stamp: Stamp) -> Result<String, MemoryError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, id)) = &*known
            && *of == stamp
        {
            return Ok(id.clone());
        }
        let id = fingerprint(&self.folder)?;
        *known = Some((stamp, id.clone()));
        Ok(id)
    }
}

impl EmbedderSource for OnnxSource {
    fn load(&self) -> Result<Arc<dyn Embedder>, MemoryError> {
        let id = self.id(self.stamp()?)?;
        let environment = (self.runtime)().map_err(MemoryError::Meaning)?;
        Ok(Arc::new(OnnxEmbedder::open_as(id, environment, &self.folder)?))
    }

    fn released(&self) {
        (self.released)();
    }
}
