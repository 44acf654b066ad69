//! The front end that all words share: `melspectrogram.onnx` and `embedding.onnx`, a row of 96 numbers for each 80 ms.
//!
//! The spectrum takes samples of 16-bit size and gives a frame of 32 numbers each 10 ms; the embedding takes 76 frames. Fed piece
//! by piece it gives what it would give for the whole recording, because a piece brings the 30 ms before it along.

use crate::SpeechError;
use crate::runtime::Runtime;
use ort::session::{Session, SessionOutputs};
use ort::value::TensorRef;
use std::path::Path;

/// Samples of one piece: 80 ms at 16 kHz.
pub const PIECE: usize = 1280;
/// Samples before a piece that its first frames reach back to.
pub const CONTEXT: usize = 480;
/// Numbers of a frame, frames of a piece, frames that a row is made of, numbers of a row.
pub const BANDS: usize = 32;
pub const STEP: usize = 8;
pub const FRAMES: usize = 76;
pub const WIDTH: usize = 96;

const WHAT: &str = "the wake words' front end";

pub type Frame = [f32; BANDS];
pub type Row = [f32; WIDTH];

/// What makes rows of sound; a trait, so that the rest can be tested without models.
pub trait Features {
    /// The [`STEP`] frames of `samples`: [`CONTEXT`] before the piece, and the piece.
    ///
    /// # Errors
    /// `Inference`.
    fn frames(&mut self, samples: &[f32]) -> Result<Vec<Frame>, SpeechError>;

    /// The row of [`FRAMES`] frames.
    ///
    /// # Errors
    /// `Inference`.
    fn row(&mut self, frames: &[Frame]) -> Result<Row, SpeechError>;
}

/// Both models, loaded.
pub struct FrontEnd {
    spectrum: Session,
    embedding: Session,
}

impl FrontEnd {
    /// # Errors
    /// `Missing` or `Damaged`.
    pub fn load(runtime: &Runtime, spectrum: &Path, embedding: &Path) -> Result<Self, SpeechError> {
        Ok(Self {
            spectrum: runtime.load("the wake words' spectrum model", spectrum, 1)?,
            embedding: runtime.load("the wake words' embedding model", embedding, 1)?,
        })
    }
}

impl Features for FrontEnd {
    fn frames(&mut self, samples: &[f32]) -> Result<Vec<Frame>, SpeechError> {
        let input = TensorRef::from_array_view(([1usize, samples.len()], samples)).map_err(failed)?;
        let outputs = self.spectrum.run(ort::inputs! { "input" => input }).map_err(failed)?;
        let (frames, _) = first(&outputs)?.as_chunks::<BANDS>();
        if frames.len() != STEP {
            return Err(failed("its spectrum has the wrong shape"));
        }
        Ok(frames.iter().map(|frame| frame.map(|x| x / 10.0 + 2.0)).collect())
    }

    fn row(&mut self, frames: &[Frame]) -> Result<Row, SpeechError> {
        let flat = frames.as_flattened();
        let input = TensorRef::from_array_view(([1usize, FRAMES, BANDS, 1], flat)).map_err(failed)?;
        let outputs = self
            .embedding
            .run(ort::inputs! { "input_1" => input })
            .map_err(failed)?;
        Row::try_from(first(&outputs)?).map_err(|_| failed("its embedding has the wrong shape"))
    }
}

fn first<'a>(outputs: &'a SessionOutputs<'_>) -> Result<&'a [f32], SpeechError> {
    let (_, data) = outputs[0].try_extract_tensor::<f32>().map_err(failed)?;
    Ok(data)
}

fn failed(reason: impl ToString) -> SpeechError {
    SpeechError::Inference {
        what: WHAT,
        reason: reason.to_string(),
    }
}
