//! The work on one model, and the files in it that are only passing through: what others are made of and nobody keeps.

use super::obtain::Fetcher;
use crate::{
    disk::{self, Scratch},
    error::{ModelError, Result},
    manifest::{Model, ModelFile},
    provenance::Provenance,
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// One model being fetched.
pub(super) struct Job<'a> {
    pub(super) model: &'a Model,
    pub(super) dir: &'a Path,
    pub(super) known: Provenance,
    /// Removed with the job.
    passing: BTreeMap<String, Held>,
}

struct Held {
    scratch: Scratch,
    sha256: String,
    source: String,
}

/// What a conversion reads.
pub(super) struct ConversionFrom {
    pub(super) path: PathBuf,
    pub(super) sha256: Option<String>,
    pub(super) source: Option<String>,
}

impl<'a> Job<'a> {
    pub(super) fn new(model: &'a Model, dir: &'a Path) -> Self {
        Self {
            model,
            dir,
            known: Provenance::load(dir),
            passing: BTreeMap::new(),
        }
    }

    pub(super) fn label(&self, file: &ModelFile) -> String {
        format!("{}/{}", self.model.id, file.name)
    }

    /// A file that is in its place already.
    pub(super) fn kept(&self, name: &str) -> ConversionFrom {
        let record = self.known.files.get(name);
        ConversionFrom {
            path: self.dir.join(name),
            sha256: record.map(|r| r.sha256.clone()),
            source: record.map(|r| r.source.clone()),
        }
    }
}

impl Fetcher {
    /// A file that is not kept: the one that an earlier version did keep, or else from its sources; once a model.
    pub(super) async fn passing(&self, file: &ModelFile, job: &mut Job<'_>) -> Result<ConversionFrom> {
        if !job.passing.contains_key(&file.name) {
            let held = match self.still_there(file, job)? {
                Some(held) => held,
                None => {
                    // Boxed: its sources may be conversions themselves.
                    let got = Box::pin(self.obtain(file, job)).await?;
                    let fail = |e| ModelError::io("reading", got.scratch.path(), e);
                    let (_, sha256) = disk::digest_file(got.scratch.path()).map_err(fail)?;
                    Held {
                        scratch: got.scratch,
                        sha256,
                        source: got.source,
                    }
                }
            };
            job.passing.insert(file.name.clone(), held);
        }
        let held = job.passing.get(&file.name);
        Ok(ConversionFrom {
            path: held.map(|h| h.scratch.path().to_owned()).unwrap_or_default(),
            sha256: held.map(|h| h.sha256.clone()),
            source: held.map(|h| h.source.clone()),
        })
    }

    /// A second name for a file of the folder with the right bytes, so that it lives on when its place is taken.
    fn still_there(&self, file: &ModelFile, job: &Job<'_>) -> Result<Option<Held>> {
        for (name, record) in &job.known.files {
            let path = job.dir.join(name);
            if !file.may_be(&record.sha256) || !record.looks_unchanged(&path) {
                continue;
            }
            let scratch = Scratch::new(self.work.join(format!("{}.passing", record.sha256)));
            fs::hard_link(&path, scratch.path())
                .or_else(|_| fs::copy(&path, scratch.path()).map(drop))
                .map_err(|e| ModelError::io("linking", scratch.path(), e))?;
            return Ok(Some(Held {
                scratch,
                sha256: record.sha256.clone(),
                source: record.source.clone(),
            }));
        }
        Ok(None)
    }
}
