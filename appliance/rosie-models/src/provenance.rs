//! `provenance.json` beside a model's files: what each file is, where it came from, what it was made from.
//! It lets a converted file be verified, and an unchanged one be recognised without reading it.

use crate::{
    disk,
    error::{ModelError, Result},
    manifest::Step,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, io, path::Path, time::UNIX_EPOCH};

pub const FILE_NAME: &str = "provenance.json";

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// By file name.
    pub files: BTreeMap<String, Record>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub size: u64,
    pub sha256: String,
    /// Modification time, nanoseconds since the Unix epoch: with the size, the sign that nobody touched the file.
    pub modified_ns: u64,
    /// The URL or package it came from; for a converted file, that of its input.
    pub source: String,
    /// The conversion and its version, where it was converted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<String>,
    /// Name → sha256 of what it was converted from.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub made_from: BTreeMap<String, String>,
}

impl Provenance {
    /// An absent or unreadable record is an empty one: then files are verified by reading them.
    pub fn load(model_dir: &Path) -> Provenance {
        let path = model_dir.join(FILE_NAME);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::warn!(path = %path.display(), %error, "unreadable, ignored");
                Provenance::default()
            }),
            Err(_) => Provenance::default(),
        }
    }

    pub fn save(&self, model_dir: &Path) -> Result<()> {
        let path = model_dir.join(FILE_NAME);
        let mut bytes =
            serde_json::to_vec_pretty(self).map_err(|e| ModelError::io("writing", &path, io::Error::other(e)))?;
        bytes.push(b'\n');
        disk::write_whole(&path, &bytes)
    }
}

impl Record {
    /// The record of the file or folder at `path`, which has this size and hash.
    pub fn of(path: &Path, size: u64, sha256: String, source: String) -> Result<Record> {
        let modified_ns = modified_ns(path).map_err(|e| ModelError::io("reading", path, e))?;
        Ok(Record {
            size,
            sha256,
            modified_ns,
            source,
            made_by: None,
            made_from: BTreeMap::new(),
        })
    }

    /// True when the file's size and time are as recorded. A folder's size is not looked at.
    pub fn looks_unchanged(&self, path: &Path) -> bool {
        let Ok(meta) = fs::metadata(path) else { return false };
        (meta.is_dir() || meta.len() == self.size) && modified_ns(path).is_ok_and(|t| self.is_time(t))
    }

    /// The file system of an image keeps whole seconds.
    fn is_time(&self, modified_ns: u64) -> bool {
        const SECOND: u64 = 1_000_000_000;
        let whole = modified_ns.is_multiple_of(SECOND) && modified_ns / SECOND == self.modified_ns / SECOND;
        whole || modified_ns == self.modified_ns
    }

    /// True when this file was made by the present version of `step`.
    pub fn made_by_current(&self, step: Step) -> bool {
        self.made_by.as_deref() == Some(step.version())
    }
}

fn modified_ns(path: &Path) -> io::Result<u64> {
    let modified = fs::metadata(path)?.modified()?;
    Ok(modified.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_whole_seconds_is_the_same_time() {
        let record = |modified_ns| Record {
            size: 0,
            sha256: String::new(),
            modified_ns,
            source: String::new(),
            made_by: None,
            made_from: BTreeMap::new(),
        };
        let known = record(7_123_456_789);
        assert!(known.is_time(7_123_456_789) && known.is_time(7_000_000_000));
        assert!(!known.is_time(7_123_456_788) && !known.is_time(8_000_000_000) && !known.is_time(7_100_000_000));
    }
}
