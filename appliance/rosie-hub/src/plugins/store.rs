//! The folders of plugins: those that came with the image, those of the owner, and which of them are enabled.

use super::{
    Manifest,
    archive::{self, BadArchive},
    manifest::MAX_BYTES,
};
use rosie_core::plugins::PluginSource;
use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

const MANIFEST: &str = "plugin.yaml";
/// Names of the enabled ones, a JSON list.
const ENABLED: &str = "enabled.json";
/// What is being put in, and what it takes the place of. No plugin can be called so.
const NEW: &str = ".new";
const OLD: &str = ".old-";

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(transparent)]
    Archive(#[from] BadArchive),
    #[error("there is no {MANIFEST} at its top: pack the folder that holds it")]
    NoManifest,
    #[error("{0}")]
    Manifest(String),
    #[error("a plugin \"{0}\" is there already: update that one, or remove it first")]
    There(String),
    #[error("there is no plugin \"{0}\": the page lists those there are")]
    Missing(String),
    #[error("\"{0}\" came with the image and cannot be removed: switch it off instead")]
    BuiltIn(String),
    #[error("the archive has the plugin \"{found}\", not \"{wanted}\": install it as a new one")]
    Another { wanted: String, found: String },
    #[error("{0} cannot be read or written: {1}")]
    Disk(PathBuf, io::Error),
}

/// A folder that should be a plugin.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The folder's name.
    pub name: String,
    pub folder: PathBuf,
    pub built_in: bool,
    pub enabled: bool,
    /// Or what is wrong, and what would be right.
    pub manifest: Result<Manifest, String>,
}

/// Says what is wrong with the sentences of a manifest.
pub type CheckSentences = Box<dyn Fn(&Manifest) -> Result<(), String> + Send + Sync>;

pub struct Store {
    own: PathBuf,
    image: PathBuf,
    check: CheckSentences,
}

impl Store {
    /// `own` is made when something is put in. Mends what a power cut left half done.
    pub fn open(own: PathBuf, image: PathBuf, check: CheckSentences) -> Self {
        let this = Self { own, image, check };
        let _ = fs::remove_dir_all(this.own.join(NEW));
        for entry in fs::read_dir(&this.own).into_iter().flatten().flatten() {
            if let Some(name) = entry.file_name().to_str().and_then(|name| name.strip_prefix(OLD)) {
                let _ = match this.own.join(name).exists() {
                    true => fs::remove_dir_all(entry.path()),
                    false => fs::rename(entry.path(), this.own.join(name)),
                };
            }
        }
        this
    }

    /// All there are, by name. One of the owner's hides one of the image of the same name.
    pub fn list(&self) -> Vec<Found> {
        let enabled = self.enabled();
        let mut all: Vec<Found> = Vec::new();
        for (folder, built_in) in [(&self.own, false), (&self.image, true)] {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                let hidden = name.starts_with('.') || all.iter().any(|one| one.name == name);
                if hidden || !entry.path().is_dir() {
                    continue;
                }
                all.push(Found {
                    folder: entry.path(),
                    built_in,
                    enabled: enabled.contains(&name),
                    manifest: self
                        .manifest(&entry.path())
                        .map_err(|error| error.to_string())
                        .and_then(|manifest| match manifest.name == name {
                            true => Ok(manifest),
                            false => Err(format!(
                                "its folder must be called \"{}\", as its name in {MANIFEST}",
                                manifest.name
                            )),
                        }),
                    name,
                });
            }
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    pub fn find(&self, name: &str) -> Result<Found, StoreError> {
        let missing = || StoreError::Missing(name.chars().filter(|c| !c.is_control()).take(40).collect());
        self.list()
            .into_iter()
            .find(|found| found.name == name)
            .ok_or_else(missing)
    }

    /// Puts a plugin in, or in place of the one called `update`. One that wants more than before has to be enabled anew.
    pub fn install(&self, source: &PluginSource, update: Option<&str>) -> Result<Found, StoreError> {
        let before = update.map(|name| self.find(name)).transpose()?;
        fs::create_dir_all(&self.own).map_err(|error| disk(&self.own, error))?;
        let scratch = self.own.join(NEW);
        let _ = fs::remove_dir_all(&scratch);
        fs::create_dir(&scratch).map_err(|error| disk(&scratch, error))?;
        let done = self.put(source, &scratch, before.as_ref());
        let _ = fs::remove_dir_all(&scratch);
        let name = done?;
        self.find(&name)
    }

    fn put(&self, source: &PluginSource, scratch: &Path, before: Option<&Found>) -> Result<String, StoreError> {
        match source {
            PluginSource::Archive(bytes) => archive::unpack(bytes, scratch)?,
            PluginSource::Folder(folder) => archive::copy(Path::new(folder), scratch)?,
        }
        let top = top(scratch).ok_or(StoreError::NoManifest)?;
        let manifest = self.manifest(&top)?;
        let place = self.own.join(&manifest.name);
        match before {
            Some(before) if before.name != manifest.name => {
                return Err(StoreError::Another {
                    wanted: before.name.clone(),
                    found: manifest.name,
                });
            }
            None if place.exists() => return Err(StoreError::There(manifest.name)),
            _ => {}
        }
        let wants_more = match before.map(|before| &before.manifest) {
            Some(Ok(old)) => wants_more(old, &manifest),
            // A new one, or one of which nobody knows what it was allowed.
            _ => true,
        };
        if wants_more {
            self.set_enabled(&manifest.name, false)?;
        }
        let old = self.own.join(format!("{OLD}{}", manifest.name));
        let _ = fs::remove_dir_all(&old);
        if place.exists() {
            fs::rename(&place, &old).map_err(|error| disk(&place, error))?;
        }
        fs::rename(&top, &place).map_err(|error| disk(&place, error))?;
        sync(&self.own)?;
        let _ = fs::remove_dir_all(&old);
        Ok(manifest.name)
    }

    pub fn set_enabled(&self, name: &str, enabled: bool) -> Result<(), StoreError> {
        let mut all = self.enabled();
        let changed = match enabled {
            true => all.insert(name.to_owned()),
            false => all.remove(name),
        };
        if !changed {
            return Ok(());
        }
        let file = self.own.join(ENABLED);
        let scratch = self.own.join(format!(".{ENABLED}"));
        let write = || -> io::Result<()> {
            fs::create_dir_all(&self.own)?;
            let mut out = fs::File::create(&scratch)?;
            out.write_all(&serde_json::to_vec(&all)?)?;
            out.sync_all()?;
            fs::rename(&scratch, &file)
        };
        write().map_err(|error| disk(&file, error))?;
        sync(&self.own)
    }

    pub fn remove(&self, name: &str) -> Result<(), StoreError> {
        let found = self.find(name)?;
        if found.built_in {
            return Err(StoreError::BuiltIn(found.name));
        }
        self.set_enabled(name, false)?;
        fs::remove_dir_all(&found.folder).map_err(|error| disk(&found.folder, error))?;
        sync(&self.own)
    }

    fn enabled(&self) -> BTreeSet<String> {
        let bytes = fs::read(self.own.join(ENABLED)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    fn manifest(&self, folder: &Path) -> Result<Manifest, StoreError> {
        let file = folder.join(MANIFEST);
        // A folder put there by hand may hold anything.
        let plain = fs::symlink_metadata(&file).is_ok_and(|found| found.is_file() && found.len() <= MAX_BYTES as u64);
        if !plain {
            return Err(StoreError::NoManifest);
        }
        let bytes = fs::read(&file).map_err(|error| disk(&file, error))?;
        let text = String::from_utf8(bytes).map_err(|_| StoreError::Manifest(format!("{MANIFEST} is not UTF-8")))?;
        let manifest = Manifest::parse(&text).map_err(|error| StoreError::Manifest(error.to_string()))?;
        (self.check)(&manifest).map_err(StoreError::Manifest)?;
        Ok(manifest)
    }
}

/// The folder with the manifest: this one, or the only one in it.
fn top(scratch: &Path) -> Option<PathBuf> {
    if scratch.join(MANIFEST).exists() {
        return Some(scratch.to_path_buf());
    }
    let mut entries = fs::read_dir(scratch).ok()?.flatten();
    let only = entries.next()?.path();
    let name = only.file_name()?.to_str()?;
    let fits = entries.next().is_none() && only.join(MANIFEST).exists() && !name.starts_with('.');
    fits.then_some(only)
}

fn wants_more(old: &Manifest, new: &Manifest) -> bool {
    let rooms = match (&old.rooms, &new.rooms) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(old), Some(new)) => new.iter().any(|room| !old.contains(room)),
    };
    (new.network && !old.network)
        || rooms
        || old.dangerous.iter().any(|tool| !new.dangerous.contains(tool))
        || new.reads.iter().any(|tool| !old.reads.contains(tool))
        || (old.place != new.place && matches!(new.place, super::Place::Url(_)))
}

fn disk(path: &Path, error: io::Error) -> StoreError {
    StoreError::Disk(path.to_path_buf(), error)
}

fn sync(folder: &Path) -> Result<(), StoreError> {
    let synced = fs::File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| disk(folder, error))
}
