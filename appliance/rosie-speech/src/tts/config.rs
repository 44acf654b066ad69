//! What the owner chooses about speaking.

use super::cache::PhraseCacheConfig;
use super::espeak::EspeakConfig;
use rosie_core::Language;
use std::path::PathBuf;

/// Everything [`super::Router::start`] needs. [`TtsConfig::new`] gives the defaults.
#[derive(Debug, Clone)]
pub struct TtsConfig {
    /// `libonnxruntime.so`, for Piper.
    pub onnxruntime: PathBuf,
    /// Piper voices. The first one that speaks a language is that language's voice; the first of all is loaded at the
    /// start, the others when they are first needed. Empty: espeak-ng speaks.
    pub voices: Vec<VoiceConfig>,
    pub espeak: EspeakConfig,
    /// Keeps the audio of stock phrases. `None`: nothing is kept.
    pub phrases: Option<PhraseCacheConfig>,
    /// Keeps optimised models, which makes starting several times faster. `None`: nothing is kept.
    pub model_cache: Option<PathBuf>,
    /// Threads of one synthesis.
    pub threads: usize,
    /// Longer texts are refused with `tts-text-too-long`.
    pub max_chars: usize,
    /// Texts that may wait; more are refused with `busy`.
    pub queue_limit: usize,
    /// Loudness factor of Piper's voices, which peak at about 0.6 of full scale by themselves.
    pub gain: f32,
    /// Pause between sentences, on top of the silence that the voice itself leaves.
    pub sentence_pause_ms: u32,
}

/// One Piper voice.
#[derive(Debug, Clone)]
pub struct VoiceConfig {
    /// `en_US-joe-medium`: the name by which jobs ask for it.
    pub name: String,
    /// The folder with `voice.onnx.json` and `voice.onnx`.
    pub folder: PathBuf,
    /// Languages it is used for. Empty: the one its description names.
    pub languages: Vec<Language>,
    /// Speaker by name or number, in voices that have several.
    pub speaker: Option<String>,
}

impl VoiceConfig {
    pub fn new(name: impl Into<String>, folder: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            folder: folder.into(),
            languages: Vec::new(),
            speaker: None,
        }
    }
}

impl TtsConfig {
    /// `voices` on the ONNX Runtime at `onnxruntime`: 2 threads, 8,000 characters, 32 waiting texts, gain 1.5, 100 ms
    /// between sentences, the system's espeak-ng, nothing kept on disk.
    pub fn new(onnxruntime: impl Into<PathBuf>, voices: Vec<VoiceConfig>) -> Self {
        Self {
            onnxruntime: onnxruntime.into(),
            voices,
            espeak: EspeakConfig::default(),
            phrases: None,
            model_cache: None,
            threads: 2,
            max_chars: 8_000,
            queue_limit: 32,
            gain: 1.5,
            sentence_pause_ms: 100,
        }
    }
}
