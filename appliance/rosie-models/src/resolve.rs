//! From the name in the configuration to checked files: an id of the manifest, a folder in the models folder, or a path.

use crate::{
    convert,
    disk::{self, Scratch},
    error::{ModelError, Result},
    manifest::{ModelKind, Step},
    manifest_raw::is_plain,
    provenance::Provenance,
    sanity,
};
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

/// The files of one model, looked at closely enough to refuse wrong, cut or damaged ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelPaths {
    /// As the configuration may name it; for a path, the file's name.
    pub id: String,
    pub kind: ModelKind,
    pub dir: PathBuf,
    /// By the names of the models folder's layout (`ggml.bin`, `encoder.onnx`, …), whatever they are called on disk.
    files: BTreeMap<String, PathBuf>,
}

/// `ROSIE_MODELS`, else `rosie/models` in the user's cache folder.
pub fn default_models_dir() -> PathBuf {
    if let Some(dir) = env::var_os("ROSIE_MODELS").filter(|d| !d.is_empty()) {
        return dir.into();
    }
    let cache = env::var_os("XDG_CACHE_HOME")
        .filter(|d| !d.is_empty())
        .map(PathBuf::from);
    let home = || {
        env::var_os("HOME")
            .map_or_else(|| PathBuf::from("."), PathBuf::from)
            .join(".cache")
    };
    cache.unwrap_or_else(home).join("rosie/models")
}

/// Finds the model that `name` means and checks its files.
///
/// `name` is a model id (`whisper-base`, short: `base`; `piper-en_US-joe-medium`, short: `en_US-joe-medium`), the name
/// of any folder in `models_dir` with the files of this kind, or a path (has a `/`) to such a folder or to the main file
/// itself: a ggml file, a Piper `.onnx` with its `.onnx.json` beside it, a GGUF file, and so on.
///
/// Refused with the reason: what is missing, has the wrong format, is cut short, or differs from its recorded size.
pub fn resolve(models_dir: &Path, name: &str, kind: ModelKind) -> Result<ModelPaths> {
    let paths = if name.contains('/') {
        from_path(Path::new(name), kind)?
    } else {
        from_id(models_dir, name, kind)?
    };
    paths.check()?;
    Ok(paths)
}

fn from_id(models_dir: &Path, name: &str, kind: ModelKind) -> Result<ModelPaths> {
    if !is_plain(name) {
        return Err(ModelError::UnknownModel {
            id: name.to_owned(),
            known: folders(models_dir),
        });
    }
    let full = format!("{}{name}", kind.prefix());
    let id = [name, full.as_str()]
        .into_iter()
        .find(|id| models_dir.join(id).join(kind.main_file()).exists());
    match id {
        Some(id) => Ok(ModelPaths::in_folder(id, &models_dir.join(id), kind)),
        // The longer of the two is the manifest's id.
        None => {
            let id = if name.starts_with(kind.prefix()) { name } else { &full };
            Err(ModelError::Missing {
                model: id.to_owned(),
                path: models_dir.join(id).join(kind.main_file()),
            })
        }
    }
}

fn from_path(path: &Path, kind: ModelKind) -> Result<ModelPaths> {
    let meta = fs::metadata(path).map_err(|e| ModelError::io("reading", path, e))?;
    let id = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if meta.is_dir() && kind != ModelKind::Intents {
        return Ok(ModelPaths::in_folder(&id, path, kind));
    }
    let dir = path.parent().unwrap_or(Path::new(".")).to_owned();
    let mut files = BTreeMap::from([(kind.main_file().to_owned(), path.to_owned())]);
    if kind == ModelKind::Piper {
        let config = PathBuf::from(format!("{}.json", path.display()));
        files.insert("voice.onnx.json".to_owned(), config);
    }
    Ok(ModelPaths { id, kind, dir, files })
}

fn folders(models_dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(models_dir)
        .into_iter()
        .flatten()
        .filter_map(std::result::Result::ok);
    let names = entries
        .filter(|e| e.path().is_dir())
        .map(|e| e.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|n| !n.starts_with('.')).collect();
    names.sort();
    names
}

impl ModelPaths {
    fn in_folder(id: &str, dir: &Path, kind: ModelKind) -> ModelPaths {
        let names = fs::read_dir(dir)
            .into_iter()
            .flatten()
            .filter_map(|e| e.ok()?.file_name().into_string().ok());
        let files = names.map(|n| (n.clone(), dir.join(n))).collect();
        ModelPaths {
            id: id.to_owned(),
            kind,
            dir: dir.to_owned(),
            files,
        }
    }

    /// The path of a file, if it is there.
    pub fn file(&self, name: &str) -> Option<&Path> {
        self.files.get(name).map(PathBuf::as_path)
    }

    /// The path of a file without which the model cannot be used.
    pub fn require(&self, name: &str) -> Result<&Path> {
        self.file(name).ok_or_else(|| ModelError::Missing {
            model: self.id.clone(),
            path: self.dir.join(name),
        })
    }

    /// The main file ([`ModelKind::main_file`]).
    pub fn main(&self) -> Result<&Path> {
        self.require(self.kind.main_file())
    }

    fn check(&self) -> Result<()> {
        self.check_recorded_sizes()?;
        sanity::check(self.kind, self.main()?)?;
        if self.kind == ModelKind::Piper {
            sanity::piper_config(self.require("voice.onnx.json")?)?;
        }
        for (_, path) in self.files.iter().filter(|(name, _)| name.ends_with(".onnx")) {
            sanity::onnx(path)?;
        }
        Ok(())
    }

    /// A file that was fetched must still be as long as it was then.
    fn check_recorded_sizes(&self) -> Result<()> {
        let provenance = Provenance::load(&self.dir);
        for (name, record) in &provenance.files {
            let Some(path) = self.file(name) else { continue };
            let meta = fs::metadata(path).map_err(|e| ModelError::io("reading", path, e))?;
            if meta.is_file() && meta.len() != record.size {
                let reason = format!(
                    "it has {} bytes, {} were fetched; fetch it again",
                    meta.len(),
                    record.size
                );
                return Err(ModelError::damaged(path, reason));
            }
        }
        Ok(())
    }

    /// Makes the converted files that a model of one's own lacks (a Whisper's `encoder-int8.onnx`, a Piper voice's
    /// `encoder.onnx` and `decoder.onnx`) and keeps them in `cache_dir`. Takes seconds the first time; blocking.
    ///
    /// What cannot be converted (a voice with several speakers) is left out and logged: engines then use the whole.
    pub fn with_conversions(mut self, cache_dir: &Path) -> Result<ModelPaths> {
        let wanted: &[(&str, Step)] = match self.kind {
            ModelKind::Whisper => &[("encoder-int8.onnx", Step::WhisperEncoder)],
            ModelKind::Piper => &[
                ("encoder.onnx", Step::PiperEncoder),
                ("decoder.onnx", Step::PiperDecoder),
            ],
            _ => &[],
        };
        for (name, step) in wanted {
            if self.file(name).is_some() {
                continue;
            }
            let main = self.main()?.to_owned();
            match convert_into(cache_dir, &main, *step) {
                Ok(path) => drop(self.files.insert((*name).to_owned(), path)),
                Err(error @ ModelError::Convert { .. }) => {
                    tracing::warn!(model = %self.id, file = name, %error, "goes without");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(self)
    }
}

/// The cached result of `step` on `main`; its name holds everything that would change it.
fn convert_into(cache_dir: &Path, main: &Path, step: Step) -> Result<PathBuf> {
    let (_, sha256) = disk::digest_file(main).map_err(|e| ModelError::io("reading", main, e))?;
    let path = cache_dir.join(format!("{}-{}.onnx", step.version().replace('/', "-"), &sha256[..16]));
    if path.exists() {
        return Ok(path);
    }
    disk::create_dir(cache_dir)?;
    let scratch = Scratch::new(cache_dir.join(format!(".{}-{}.tmp", std::process::id(), &sha256[..16])));
    convert::run(step, main, scratch.path())?;
    disk::put_in_place(scratch.path(), &path)?;
    Ok(path)
}
