//! The engine: thread `rosie-speaker`, one model for all streams.

use super::model::Model;
use crate::{
    SpeechError,
    adviser::{About, Advice, Adviser, Files},
    runtime::Runtime,
};
use rosie_core::{
    ErrorCode,
    engine::{EngineInfo, SpeakerDone, SpeakerEngine},
    speakers::VoiceHeard,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

const ABOUT: About = About {
    thread: "rosie-speaker",
    code: ErrorCode::SttUnavailable,
    engine: "resemblyzer",
    model: "resemblyzer",
    // Everything is done as for somebody whose voice is not known.
    without: "nobody is known by voice",
    untold: "it cannot be told who speaks",
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeakerConfig {
    /// `libonnxruntime.so`.
    pub runtime: PathBuf,
    /// The ONNX file.
    pub model: PathBuf,
}

/// Resemblyzer's voice encoder for any number of streams.
pub struct VoiceEncoder(Advice<Model>);

impl VoiceEncoder {
    /// Starts the thread; loading goes on in the background.
    ///
    /// # Errors
    /// Only when the system gives no thread.
    pub fn start(SpeakerConfig { runtime, model }: SpeakerConfig) -> Result<Self, SpeechError> {
        Advice::start(ABOUT, Files { runtime, model }).map(Self)
    }
}

impl SpeakerEngine for VoiceEncoder {
    fn info(&self) -> EngineInfo {
        self.0.info()
    }

    fn listen(&self, audio: Arc<[f32]>, done: SpeakerDone) {
        self.0.ask(audio, done);
    }
}

impl Adviser for Model {
    type Says = VoiceHeard;

    fn load(runtime: &Runtime, model: &Path) -> Result<Self, SpeechError> {
        Self::load(runtime, model)
    }

    fn says(&mut self, audio: &[f32]) -> Result<Option<VoiceHeard>, SpeechError> {
        self.heard(audio)
    }
}
