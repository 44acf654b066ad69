//! What is kept of who may come in, and the one file that it is kept in: written as a whole, read by nobody else.

use super::{
    fault::{AccessError, Fault},
    pairing::Paired,
    people::Person,
    sessions::Session,
    tokens::Token,
};
use crate::folder;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

pub(crate) const FILE: &str = "access.json";
const VERSION: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    version: u32,
    pub people: Vec<Person>,
    pub sessions: Vec<Session>,
    pub tokens: Vec<Token>,
    pub paired: Vec<Paired>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            version: VERSION,
            people: Vec::new(),
            sessions: Vec::new(),
            tokens: Vec::new(),
            paired: Vec::new(),
        }
    }
}

/// The file and what stands in it.
pub(crate) struct Book {
    /// `None`: kept until the daemon ends.
    file: Option<PathBuf>,
    now: RwLock<Arc<Kept>>,
    /// One change at a time.
    changing: Mutex<()>,
}

impl Book {
    /// `folder`: where the file is, or will be.
    pub fn open(folder: Option<&Path>) -> Result<Self, AccessError> {
        let file = folder.map(|folder| folder.join(FILE));
        let kept = file.as_deref().map_or_else(|| Ok(Kept::default()), read)?;
        Ok(Self {
            file,
            now: RwLock::new(Arc::new(kept)),
            changing: Mutex::new(()),
        })
    }

    pub fn now(&self) -> Arc<Kept> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes it, in the file first: what cannot be kept has not happened. Blocks.
    pub fn change<T>(&self, edit: impl FnOnce(&mut Kept) -> Result<T, Fault>) -> Result<T, Fault> {
        let _turn = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = Kept::clone(&self.now());
        let done = edit(&mut kept)?;
        if let Some(file) = &self.file {
            folder::keep(file, &serde_json::to_string_pretty(&kept)?)?;
        }
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(kept);
        Ok(done)
    }
}

fn read(file: &Path) -> Result<Kept, AccessError> {
    let bad = |why: String| AccessError {
        path: file.to_owned(),
        why,
    };
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kept::default()),
        Err(error) => return Err(bad(error.to_string())),
    };
    let kept: Kept = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
    match kept.version {
        VERSION => Ok(kept),
        other => Err(bad(format!("it is of version {other}, which this Rosie does not know"))),
    }
}

#[cfg(test)]
#[path = "kept_tests.rs"]
mod tests;
