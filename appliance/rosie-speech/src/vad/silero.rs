//! The Silero model itself: one frame in, the probability of speech out.
//!
//! Graph (silero-vad 6.2, 16 kHz): `input` [1, 576] = the last 64 samples of the frame before and 512 new ones,
//! `state` [2, 1, 128], `sr` = 16000 → `output` [1, 1], `stateN`.

use crate::SpeechError;
use crate::runtime::Runtime;
use ort::session::Session;
use ort::value::{Tensor, TensorRef};
use std::path::Path;

/// Samples of one frame: 32 ms at 16 kHz.
pub const FRAME: usize = 512;
const CONTEXT: usize = 64;
const STATE: usize = 2 * 128;

/// The loaded model; streams keep their own [`SileroState`].
pub struct Silero {
    session: Session,
    rate: Tensor<i64>,
}

/// What the model remembers of one stream.
#[derive(Debug, Clone)]
pub struct SileroState {
    hidden: [f32; STATE],
    input: [f32; CONTEXT + FRAME],
}

impl Default for SileroState {
    fn default() -> Self {
        Self {
            hidden: [0.0; STATE],
            input: [0.0; CONTEXT + FRAME],
        }
    }
}

impl Silero {
    /// # Errors
    /// `Missing` or `Damaged`.
    pub fn load(runtime: &Runtime, model: &Path) -> Result<Self, SpeechError> {
        let session = runtime.load("the voice activity model", model, 1)?;
        let rate = Tensor::from_array(([0usize; 0], vec![16_000i64])).map_err(failed)?;
        let mut silero = Self { session, rate };
        // One frame proves that the file is this model.
        silero
            .probability(&mut SileroState::default(), &[0.0; FRAME])
            .map_err(|e| SpeechError::Damaged {
                what: "the voice activity model",
                path: model.to_path_buf(),
                reason: e.to_string(),
            })?;
        Ok(silero)
    }

    /// The probability of speech in `frame` ([`FRAME`] samples of 16 kHz mono in `[-1, 1)`); shorter frames are
    /// filled with silence.
    ///
    /// # Errors
    /// `Inference`.
    pub fn probability(&mut self, stream: &mut SileroState, frame: &[f32]) -> Result<f32, SpeechError> {
        let n = frame.len().min(FRAME);
        stream.input.copy_within(FRAME.., 0);
        stream.input[CONTEXT..CONTEXT + n].copy_from_slice(&frame[..n]);
        stream.input[CONTEXT + n..].fill(0.0);
        let input = TensorRef::from_array_view(([1usize, CONTEXT + FRAME], &stream.input[..])).map_err(failed)?;
        let state = TensorRef::from_array_view(([2usize, 1, 128], &stream.hidden[..])).map_err(failed)?;
        let outputs = self
            .session
            .run(ort::inputs! { "input" => input, "state" => state, "sr" => &self.rate })
            .map_err(failed)?;
        let (_, probability) = output(&outputs, "output")?;
        let (_, next) = output(&outputs, "stateN")?;
        let (Some(&probability), true) = (probability.first(), next.len() == STATE) else {
            return Err(failed("its outputs have the wrong shape"));
        };
        stream.hidden.copy_from_slice(next);
        // A model fed with non-numbers would answer with them for ever.
        if probability.is_finite() {
            Ok(probability)
        } else {
            *stream = SileroState::default();
            Ok(0.0)
        }
    }
}

type View<'a> = (&'a [i64], &'a [f32]);

fn output<'a>(outputs: &'a ort::session::SessionOutputs<'_>, name: &str) -> Result<View<'a>, SpeechError> {
    let value = outputs
        .get(name)
        .ok_or_else(|| failed(format!("it has no output `{name}`")))?;
    let (shape, data) = value.try_extract_tensor::<f32>().map_err(failed)?;
    Ok((shape, data))
}

fn failed(reason: impl ToString) -> SpeechError {
    SpeechError::Inference {
        what: "the voice activity model",
        reason: reason.to_string(),
    }
}
