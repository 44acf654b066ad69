//! The engine: thread `rosie-turn-end`, one model for all streams.

use super::model::Model;
use crate::{
    SpeechError,
    adviser::{About, Advice, Adviser, Files},
    runtime::Runtime,
};
use rosie_core::{
    ErrorCode,
    engine::{EngineInfo, TurnEndDone, TurnEndEngine},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

const ABOUT: About = About {
    thread: "rosie-turn-end",
    code: ErrorCode::VadUnavailable,
    engine: "smart-turn",
    model: "smart-turn-v3.2",
    // Nobody is worse off than before there was this.
    without: "only silence and words tell when somebody has finished",
    untold: "it cannot be judged whether somebody has finished",
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnEndConfig {
    /// `libonnxruntime.so`.
    pub runtime: PathBuf,
    /// The ONNX file.
    pub model: PathBuf,
}

/// Smart Turn for any number of streams.
pub struct SmartTurn(Advice<Model>);

impl SmartTurn {
    /// Starts the thread; loading goes on in the background.
    ///
    /// # Errors
    /// Only when the system gives no thread.
    pub fn start(TurnEndConfig { runtime, model }: TurnEndConfig) -> Result<Self, SpeechError> {
        Advice::start(ABOUT, Files { runtime, model }).map(Self)
    }
}

impl TurnEndEngine for SmartTurn {
    fn info(&self) -> EngineInfo {
        self.0.info()
    }

    fn judge(&self, audio: Arc<[f32]>, done: TurnEndDone) {
        self.0.ask(audio, done);
    }
}

impl Adviser for Model {
    type Says = f32;

    fn load(runtime: &Runtime, model: &Path) -> Result<Self, SpeechError> {
        Self::load(runtime, model)
    }

    fn says(&mut self, audio: &[f32]) -> Result<Option<f32>, SpeechError> {
        self.finished(audio).map(Some)
    }
}
