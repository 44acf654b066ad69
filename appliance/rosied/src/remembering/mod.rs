//! The memory put together: one file for timers, settings and everything remembered; an index and an embedder over it.
//! What turns hold is a [`Remembering`]: behind it the memory can be switched on and off while Rosie runs.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod entities_test;
mod off;
mod switch;

use crate::{config::Config, engines::Folders, read_document};
use rosie_core::{
    engine::EngineInfo,
    memory::{Memory, MemoryAdmin},
};
use rosie_memory::{
    MemoryParts, Opened, RosieMemory,
    embed::OnnxSource,
    index::{IndexSettings, LiveIndex},
    seam::EmbedderSource,
};
use rosie_models::ModelKind;
use rosie_speech::runtime::Runtime;
use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

/// The store and what remembers with it.
pub struct Remembering {
    pub opened: Opened,
    folders: Folders,
    /// `None` where it is switched off.
    memory: RwLock<Option<Arc<RosieMemory>>>,
}

impl Remembering {
    /// Opens the file; memories and the embedder are loaded in the background. Blocking. Nothing that fails here stops
    /// the daemon: health tells what is missing, and it is tried again.
    pub fn start(config: &Config, folders: &Folders) -> Self {
        let opened = rosie_memory::open_or_volatile(&folders.data);
        let remembering = Self {
            opened,
            folders: folders.clone(),
            memory: RwLock::default(),
        };
        if config.memory.enabled {
            remembering.switch_on(config);
        }
        remembering
    }

    /// Puts another configuration in force: only what changed is built anew, and nothing that is remembered is lost.
    /// Blocking.
    pub fn apply(&self, before: &Config, config: &Config) {
        let memory = self.memory();
        match (memory, config.memory.enabled) {
            (None, true) => self.switch_on(config),
            (Some(memory), false) => {
                *self.memory.write().unwrap_or_else(PoisonError::into_inner) = None;
                // What was said so far is written, and can be found when it is switched on again.
                memory.end();
            }
            (Some(memory), true) => {
                if before.memory.model != config.memory.model {
                    memory.use_embedder(embedder(config, &self.folders));
                }
                if before.time_zone != config.time_zone {
                    memory.use_time_zone(zone(config));
                }
            }
            (None, false) => {}
        }
    }

    /// For the owner; `None` where it is switched off.
    pub fn of_owner(&self) -> Option<Arc<dyn MemoryAdmin>> {
        self.memory().map(|memory| memory as Arc<dyn MemoryAdmin>)
    }

    pub fn info(&self) -> EngineInfo {
        self.memory().map_or_else(|| self.opened.info(), |memory| memory.info())
    }

    /// Writes what waits. Blocking.
    pub fn end(&self) {
        self.opened.tend();
        if let Some(memory) = self.memory() {
            memory.end();
        }
    }

    fn memory(&self) -> Option<Arc<RosieMemory>> {
        self.memory.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn switch_on(&self, config: &Config) {
        let parts = MemoryParts {
            store: self.opened.store.clone(),
            index: Arc::new(LiveIndex::new(IndexSettings::default())),
            embedder: embedder(config, &self.folders),
            time_zone: zone(config),
            reader: Some(read_document::reader()),
        };
        match RosieMemory::start(parts) {
            Ok(memory) => *self.memory.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(memory)),
            Err(error) => tracing::error!(%error, "nothing can be remembered"),
        }
    }
}

fn zone(config: &Config) -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get(&config.time_zone).unwrap_or_else(|_| jiff::tz::TimeZone::system())
}

/// `None` where none is wanted. One that is not there yet is picked up when it comes.
fn embedder(config: &Config, folders: &Folders) -> Option<Arc<dyn EmbedderSource>> {
    let named = &config.memory.model;
    if named.is_empty() {
        return None;
    }
    let folder = match named.contains('/') {
        true => PathBuf::from(named),
        false => folders.models.join(named),
    };
    let library = folders
        .models
        .join("onnxruntime")
        .join(ModelKind::OnnxRuntime.main_file());
    let runtime = move || match Runtime::get(&library) {
        Ok(runtime) => Ok(runtime.environment()),
        Err(error) => Err(error.to_string()),
    };
    Some(Arc::new(OnnxSource::new(
        folder,
        runtime,
        rosie_speech::release_unused_memory,
    )))
}
