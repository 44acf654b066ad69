//! The model itself: eight seconds in, the probability that the person has finished out.
//!
//! Graph (Smart Turn v3.2): `input_features` [1, 80, 800] → `logits` [1, 1], which is a probability already.

use super::mel::{BANDS, FRAMES, LogMel, SAMPLES};
use crate::{SpeechError, runtime::Runtime};
use ort::{session::Session, value::TensorRef};
use std::path::Path;

const WHAT: &str = "the model of the end of a turn";

pub struct Model {
    session: Session,
    mel: LogMel,
}

impl Model {
    /// # Errors
    /// `Missing` or `Damaged`.
    pub fn load(runtime: &Runtime, model: &Path) -> Result<Self, SpeechError> {
        let mut loaded = Self {
            session: runtime.load(WHAT, model, 1)?,
            mel: LogMel::default(),
        };
        // Silence proves that the file is this model.
        let proved = loaded.finished(&[0.0; SAMPLES / 8]);
        proved.map(|_| loaded).map_err(|error| SpeechError::Damaged {
            what: WHAT,
            path: model.to_path_buf(),
            reason: error.to_string(),
        })
    }

    /// The probability (0 to 1) that whoever said `audio` (16 kHz, in `[-1, 1)`; its last eight seconds count) has finished.
    ///
    /// # Errors
    /// `Inference`.
    pub fn finished(&mut self, audio: &[f32]) -> Result<f32, SpeechError> {
        let rows = self.mel.of(audio);
        let input = TensorRef::from_array_view(([1usize, BANDS, FRAMES], &rows[..])).map_err(failed)?;
        let outputs = self
            .session
            .run(ort::inputs! { "input_features" => input })
            .map_err(failed)?;
        let output = outputs
            .get("logits")
            .ok_or_else(|| failed("it has no output `logits`"))?;
        let (_, told) = output.try_extract_tensor::<f32>().map_err(failed)?;
        match told {
            [finished] if (0.0..=1.0).contains(finished) => Ok(*finished),
            _ => Err(failed("its output is no probability")),
        }
    }
}

fn failed(reason: impl ToString) -> SpeechError {
    SpeechError::Inference {
        what: WHAT,
        reason: reason.to_string(),
    }
}
