//! Loading a Piper voice: cut in three, optimised once, and kept optimised on disk for the next start.

use super::cut::{Parts, cut};
use crate::SpeechError;
use crate::runtime::Runtime;
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use sha2::{Digest, Sha256};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// The sessions of a voice, the better cut the earlier in this list.
pub enum Sessions {
    /// Text, flow and decoder; see [`super::cut`].
    Three {
        text: Session,
        flow: Session,
        decoder: Session,
    },
    /// Text and flow in one (→ `z`), decoder.
    Two { encoder: Session, decoder: Session },
    /// The model as it came: all audio of a sentence at once.
    Whole(Session),
}

/// How a voice's model is loaded.
pub struct Loader<'a> {
    pub runtime: &'static Runtime,
    pub threads: usize,
    /// Where optimised parts are kept; `None`: nowhere.
    pub cache: Option<&'a Path>,
}

const WHAT: &str = "the voice's model";
const NAMES: [&str; 3] = ["text.onnx", "flow.onnx", "decoder.onnx"];

impl Loader<'_> {
    /// Loads the voice in `folder`: `voice.onnx`, or else `encoder.onnx` and `decoder.onnx`.
    ///
    /// # Errors
    /// `Missing` or `Damaged`.
    pub fn load(&self, folder: &Path) -> Result<Sessions, SpeechError> {
        let whole = folder.join("voice.onnx");
        let halves = (folder.join("encoder.onnx"), folder.join("decoder.onnx"));
        if !whole.is_file() && halves.0.is_file() && halves.1.is_file() {
            return self.halves(&halves.0, &halves.1);
        }
        SpeechError::require(WHAT, &whole)?;
        let kept = self.cache.and_then(|cache| Some(cache.join(key(&whole)?)));
        if let Some(sessions) = kept.as_deref().and_then(|kept| self.kept(kept)) {
            return Ok(sessions);
        }
        let damaged = |reason: String| SpeechError::Damaged {
            what: WHAT,
            path: whole.clone(),
            reason,
        };
        let model = std::fs::read(&whole).map_err(|e| damaged(e.to_string()))?;
        match cut(&model) {
            Ok(parts) => self
                .cut_and_keep(&parts, kept.as_deref())
                .map_err(|e| damaged(e.to_string())),
            Err(reason) => {
                tracing::warn!(voice = %folder.display(), reason, "this voice cannot be cut, so its first audio comes late");
                if halves.0.is_file() && halves.1.is_file() {
                    return self.halves(&halves.0, &halves.1);
                }
                self.runtime.load(WHAT, &whole, self.threads).map(Sessions::Whole)
            }
        }
    }

    fn halves(&self, encoder: &Path, decoder: &Path) -> Result<Sessions, SpeechError> {
        Ok(Sessions::Two {
            encoder: self.runtime.load(WHAT, encoder, self.threads)?,
            decoder: self.runtime.load(WHAT, decoder, self.threads)?,
        })
    }

    /// The optimised parts of an earlier start, or `None` (and none left) when they are not all usable.
    fn kept(&self, folder: &Path) -> Option<Sessions> {
        if !folder.is_dir() {
            return None;
        }
        let open = |name: &'static str| {
            self.builder(GraphOptimizationLevel::Disable)?
                .commit_from_file(folder.join(name))
        };
        match in_parallel(open) {
            Ok(sessions) => Some(sessions),
            Err(error) => {
                tracing::warn!(folder = %folder.display(), %error, "kept model parts are damaged, making them anew");
                let _ = std::fs::remove_dir_all(folder);
                None
            }
        }
    }

    /// Optimises the parts, and keeps them in `folder` if that can be written.
    fn cut_and_keep(&self, parts: &Parts, folder: Option<&Path>) -> Result<Sessions, ort::Error> {
        let part = |name: &str| match name {
            "text.onnx" => &parts.text,
            "flow.onnx" => &parts.flow,
            _ => &parts.decoder,
        };
        let unkept = |name: &'static str| {
            self.builder(GraphOptimizationLevel::All)?
                .commit_from_memory(part(name))
        };
        let Some(folder) = folder else {
            return in_parallel(unkept);
        };
        let new = folder.with_extension(format!("new-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&new);
        if let Err(error) = std::fs::create_dir_all(&new) {
            tracing::warn!(folder = %new.display(), %error, "the model cache cannot be written, so every start is slow");
            return in_parallel(unkept);
        }
        let kept = in_parallel(|name: &'static str| {
            self.builder(GraphOptimizationLevel::All)?
                .with_optimized_model_path(new.join(name))?
                .commit_from_memory(part(name))
        });
        match kept {
            Ok(sessions) => {
                put_in_place(&new, folder);
                Ok(sessions)
            }
            Err(error) => {
                let _ = std::fs::remove_dir_all(&new);
                tracing::warn!(folder = %folder.display(), %error, "optimised model parts could not be kept");
                in_parallel(unkept)
            }
        }
    }

    fn builder(&self, level: GraphOptimizationLevel) -> ort::Result<ort::session::builder::SessionBuilder> {
        let builder = self
            .runtime
            .builder(self.threads)
            .map_err(|e| ort::Error::new(e.to_string()))?;
        // Every sentence has another length: a memory plan for one is of no use to the next.
        Ok(builder.with_optimization_level(level)?.with_memory_pattern(false)?)
    }
}

/// Opens the three parts on a thread each.
fn in_parallel<E: Send>(open: impl Fn(&'static str) -> Result<Session, E> + Sync) -> Result<Sessions, E> {
    let [text, flow, decoder] = NAMES;
    let (text, flow, decoder) = std::thread::scope(|scope| {
        let (flow, decoder) = (scope.spawn(|| open(flow)), scope.spawn(|| open(decoder)));
        let text = open(text);
        let joined = |result: std::thread::Result<_>| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (text, joined(flow.join()), joined(decoder.join()))
    });
    Ok(Sessions::Three {
        text: text?,
        flow: flow?,
        decoder: decoder?,
    })
}

/// Moves finished parts to their place and removes those of other versions of the same voice.
fn put_in_place(new: &Path, folder: &Path) {
    for name in NAMES {
        if let Ok(file) = std::fs::File::open(new.join(name)) {
            let _ = file.sync_all();
        }
    }
    if let Err(error) = std::fs::rename(new, folder) {
        tracing::debug!(folder = %folder.display(), %error, "kept model parts not moved");
        let _ = std::fs::remove_dir_all(new);
        return;
    }
    let stem = |path: &Path| {
        path.file_name()
            .and_then(|n| n.to_str()?.rsplit_once('-').map(|(s, _)| s.to_owned()))
    };
    let entries = folder
        .parent()
        .and_then(|p| std::fs::read_dir(p).ok())
        .into_iter()
        .flatten()
        .flatten();
    for old in entries
        .map(|e| e.path())
        .filter(|p| p != folder && p.extension().is_none() && stem(p) == stem(folder))
    {
        let _ = std::fs::remove_dir_all(old);
    }
}

/// The folder name for a model's parts: the voice, then a mark that changes with the model, ONNX Runtime, this way of
/// cutting, and the processor (optimised graphs are made for its instructions).
fn key(model: &Path) -> Option<String> {
    let mut hash = Sha256::new();
    hash.update(fingerprint(model).ok()?);
    hash.update(ort::info().as_bytes());
    hash.update(b"cut 1");
    hash.update(processor());
    let voice = model.parent()?.file_name()?.to_str()?;
    Some(format!("{voice}-{}", hex(&hash.finalize()[..8])))
}

/// A mark of a file that costs no full read: its length, its time, and 64 samples of its content.
pub fn fingerprint(path: &Path) -> std::io::Result<[u8; 32]> {
    const SAMPLES: u64 = 64;
    let mut file = std::fs::File::open(path)?;
    let about = file.metadata()?;
    let mut hash = Sha256::new();
    hash.update(about.len().to_le_bytes());
    let modified = about
        .modified()
        .ok()
        .and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
    hash.update(modified.map_or(0, |t| t.as_nanos()).to_le_bytes());
    let mut block = [0u8; 4096];
    for i in 0..SAMPLES {
        file.seek(SeekFrom::Start(
            about.len().saturating_sub(block.len() as u64) * i / (SAMPLES - 1),
        ))?;
        let read = file.read(&mut block)?;
        hash.update(&block[..read]);
    }
    Ok(hash.finalize().into())
}

fn processor() -> String {
    let about = std::fs::read_to_string(PathBuf::from("/proc/cpuinfo")).unwrap_or_default();
    let features = about
        .lines()
        .find(|l| l.starts_with("flags") || l.starts_with("Features"));
    features.unwrap_or(std::env::consts::ARCH).to_owned()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
