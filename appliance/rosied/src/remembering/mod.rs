//! The memory put together: one file for timers, settings and everything remembered; an index and an embedder over it.

mod off;

use crate::{config::Config, engines::Folders};
use off::Off;
use rosie_core::{
    engine::EngineInfo,
    memory::{FactReading, Memory, MemoryAdmin},
};
use rosie_memory::{
    MemoryParts, Opened, RosieMemory,
    embed::OnnxEmbedder,
    index::{IndexSettings, LiveIndex},
    seam::Embedder,
};
use rosie_models::ModelKind;
use rosie_speech::runtime::Runtime;
use std::{path::PathBuf, sync::Arc};

/// The store and what remembers with it.
#[derive(Clone)]
pub struct Remembering {
    pub opened: Opened,
    memory: Option<Arc<RosieMemory>>,
}

impl Remembering {
    /// Opens the file and loads the embedder, a quarter of a second; memories are loaded in the background. Blocking.
    /// Nothing that fails here stops the daemon: health tells what is missing.
    pub fn start(config: &Config, folders: &Folders) -> Self {
        let opened = rosie_memory::open_or_volatile(&folders.data);
        let memory = config
            .memory
            .enabled
            .then(|| memory(config, folders, &opened))
            .flatten();
        Self { opened, memory }
    }

    /// For turns.
    pub fn of_turns(&self) -> Arc<dyn Memory> {
        match &self.memory {
            Some(memory) => memory.clone(),
            None => Arc::new(Off),
        }
    }

    /// For the owner; `None` where it is switched off.
    pub fn of_owner(&self) -> Option<Arc<dyn MemoryAdmin>> {
        self.memory.clone().map(|memory| memory as Arc<dyn MemoryAdmin>)
    }

    /// For a model that looks for facts; `None` where it is switched off.
    pub fn of_reader(&self) -> Option<Arc<dyn FactReading>> {
        self.memory.clone().map(|memory| memory as Arc<dyn FactReading>)
    }

    pub fn info(&self) -> EngineInfo {
        self.memory
            .as_ref()
            .map_or_else(|| self.opened.info(), |memory| memory.info())
    }

    /// Writes what waits. Blocking.
    pub fn end(&self) {
        if let Some(memory) = &self.memory {
            memory.end();
        }
    }
}

fn memory(config: &Config, folders: &Folders, opened: &Opened) -> Option<Arc<RosieMemory>> {
    let (embedder, embedder_missing) = embedder(config, folders);
    let zone = jiff::tz::TimeZone::get(&config.time_zone).unwrap_or_else(|_| jiff::tz::TimeZone::system());
    let parts = MemoryParts {
        store: opened.store.clone(),
        index: Arc::new(LiveIndex::new(IndexSettings::default())),
        embedder,
        embedder_missing,
        time_zone: zone,
        set_aside: opened.set_aside.clone(),
    };
    RosieMemory::start(parts)
        .inspect_err(|error| tracing::error!(%error, "nothing can be remembered"))
        .ok()
        .map(Arc::new)
}

/// The embedder, or why there is none; empty where none is wanted.
fn embedder(config: &Config, folders: &Folders) -> (Option<Arc<dyn Embedder>>, String) {
    let named = &config.memory.model;
    if named.is_empty() {
        return (None, String::new());
    }
    let folder = match named.contains('/') {
        true => PathBuf::from(named),
        false => folders.models.join(named),
    };
    let library = folders
        .models
        .join("onnxruntime")
        .join(ModelKind::OnnxRuntime.main_file());
    let opened = Runtime::get(&library)
        .map_err(|error| error.to_string())
        .and_then(|runtime| OnnxEmbedder::open(runtime.environment(), &folder).map_err(|error| error.to_string()));
    match opened {
        Ok(embedder) => (Some(Arc::new(embedder)), String::new()),
        Err(error) => {
            tracing::warn!(%error, "memories are found by words alone");
            (None, error)
        }
    }
}
