//! What of each model is on disk: `list` looks, `verify` reads every byte.

use crate::{
    disk,
    error::Result,
    manifest::{Conversion, ConversionInput, Manifest, Model, ModelFile, ModelKind},
    provenance::{Provenance, Record},
};
use serde::Serialize;
use std::{fs, path::Path};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelReport {
    pub id: String,
    pub kind: ModelKind,
    pub purpose: String,
    pub licence: String,
    pub profiles: Vec<String>,
    /// Bytes on disk.
    pub size_on_disk: u64,
    /// Bytes by the manifest; converted files not counted.
    pub size_expected: u64,
    pub state: ModelState,
    pub files: Vec<FileReport>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    Absent,
    /// Some files are missing, damaged or outdated.
    Incomplete,
    Ready,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileReport {
    pub name: String,
    pub size: Option<u64>,
    /// Where it came from, where that was recorded.
    pub source: Option<String>,
    #[serde(flatten)]
    pub state: FileState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FileState {
    Ok,
    Missing,
    /// The bytes are none of those that were expected.
    Damaged {
        expected: Vec<String>,
        found: String,
    },
    /// Converted by an older version, or from an input that has changed since.
    Outdated {
        why: String,
    },
    /// Cannot be read.
    Unreadable {
        why: String,
    },
}

/// How closely files are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Trust a file whose size and time are as recorded; read others.
    Quick,
    /// Read every byte.
    Full,
}

/// All models of the manifest, looked at quickly.
pub fn list(manifest: &Manifest, models_dir: &Path) -> Vec<ModelReport> {
    manifest
        .models
        .iter()
        .map(|m| report(m, models_dir, Depth::Quick))
        .collect()
}

/// Reads every byte of the named models; of all that are not absent, if none is named.
pub fn verify(manifest: &Manifest, models_dir: &Path, ids: &[String]) -> Result<Vec<ModelReport>> {
    if ids.is_empty() {
        let reports = manifest.models.iter().map(|m| report(m, models_dir, Depth::Full));
        return Ok(reports.filter(|r| r.state != ModelState::Absent).collect());
    }
    ids.iter()
        .map(|id| Ok(report(manifest.model(id)?, models_dir, Depth::Full)))
        .collect()
}

pub(crate) fn report(model: &Model, models_dir: &Path, depth: Depth) -> ModelReport {
    let dir = models_dir.join(&model.id);
    let provenance = Provenance::load(&dir);
    let files: Vec<_> = model
        .kept()
        .map(|f| file_report(model, f, &dir, &provenance, depth))
        .collect();
    let state = if files.iter().all(|f| f.state == FileState::Missing) {
        ModelState::Absent
    } else if files.iter().all(|f| f.state == FileState::Ok) {
        ModelState::Ready
    } else {
        ModelState::Incomplete
    };
    ModelReport {
        id: model.id.clone(),
        kind: model.kind,
        purpose: model.purpose.clone(),
        licence: model.licence.clone(),
        profiles: model.profiles.clone(),
        size_on_disk: files.iter().filter_map(|f| f.size).sum(),
        size_expected: model.size(),
        state,
        files,
    }
}

pub(crate) fn file_report(
    model: &Model,
    file: &ModelFile,
    dir: &Path,
    provenance: &Provenance,
    depth: Depth,
) -> FileReport {
    let path = dir.join(&file.name);
    let record = provenance.files.get(&file.name);
    let source = record.map(|r| r.source.clone());
    let missing = FileReport {
        name: file.name.clone(),
        size: None,
        source: None,
        state: FileState::Missing,
    };
    if fs::metadata(&path).is_err() {
        return missing;
    }
    let digest = match record {
        Some(record) if depth == Depth::Quick && record.looks_unchanged(&path) => {
            Ok((record.size, record.sha256.clone()))
        }
        _ => disk::digest(&path, file.is_tree),
    };
    match digest {
        Ok((size, sha256)) => {
            let state = judge(model, file, &sha256, record, provenance);
            FileReport {
                size: Some(size),
                source,
                state,
                ..missing
            }
        }
        Err(e) => FileReport {
            source,
            state: FileState::Unreadable { why: e.to_string() },
            ..missing
        },
    }
}

fn judge(model: &Model, file: &ModelFile, found: &str, record: Option<&Record>, provenance: &Provenance) -> FileState {
    if file.may_be(found) {
        return FileState::Ok;
    }
    if let Some(conversion) = file.conversion()
        && passing_input(model, conversion).is_some_and(|input| input.may_be(found))
    {
        let why = format!("it is what {} starts from", conversion.step.version());
        return FileState::Outdated { why };
    }
    let converted = record.filter(|r| r.made_by.is_some());
    if let (Some(conversion), Some(record)) = (file.conversion(), converted)
        && record.sha256 == found
    {
        return judge_converted(model, conversion, record, provenance);
    }
    let mut expected: Vec<_> = file.expected().map(|e| e.sha256.clone()).collect();
    expected.extend(converted.map(|r| r.sha256.clone()));
    FileState::Damaged {
        expected,
        found: found.to_owned(),
    }
}

/// The file that a conversion starts from, where that one is not kept.
fn passing_input<'a>(model: &'a Model, conversion: &Conversion) -> Option<&'a ModelFile> {
    match &conversion.input {
        ConversionInput::File(name) => model.file(name).filter(|f| !f.is_kept),
        ConversionInput::Fetched(_) => None,
    }
}

fn judge_converted(model: &Model, conversion: &Conversion, record: &Record, provenance: &Provenance) -> FileState {
    if !record.made_by_current(conversion.step) {
        let by = record.made_by.as_deref().unwrap_or("another version");
        return FileState::Outdated {
            why: format!("made by {by}, now it is {}", conversion.step.version()),
        };
    }
    let changed = match &conversion.input {
        // By whatever name it was kept then.
        ConversionInput::File(name) if let Some(input) = passing_input(model, conversion) => {
            (!record.made_from.values().any(|sha256| input.may_be(sha256))).then_some(name)
        }
        ConversionInput::File(name) => {
            let now = provenance.files.get(name).map(|r| &r.sha256);
            (record.made_from.get(name) != now).then_some(name)
        }
        ConversionInput::Fetched(inputs) => inputs
            .iter()
            .find(|i| record.made_from.get(&i.name) != Some(&i.origin.expected.sha256))
            .map(|i| &i.name),
    };
    match changed {
        Some(name) => FileState::Outdated {
            why: format!("{name} is another one than it was made from"),
        },
        None => FileState::Ok,
    }
}
