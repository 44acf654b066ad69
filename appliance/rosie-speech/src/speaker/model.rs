//! The model itself: an utterance in, what its voice is like out.
//!
//! Graph (`rosie-models`, `convert/speaker.rs`): `mels` [partials, 160, 40] → `voices` [partials, 256].

use super::front::{self, BANDS, FRAMES};
use crate::{SpeechError, mel::Mel, runtime::Runtime};
use ort::{session::Session, value::TensorRef};
use rosie_core::speakers::{VoiceHeard, VoicePrint};
use std::path::Path;

const WHAT: &str = "the model of voices";
/// The last ten seconds tell enough, and cost no more than they do.
const LONGEST: usize = 160_000;

pub struct Model {
    session: Session,
    mel: Mel,
}

impl Model {
    /// # Errors
    /// `Missing` or `Damaged`.
    pub fn load(runtime: &Runtime, model: &Path) -> Result<Self, SpeechError> {
        let mut loaded = Self {
            session: runtime.load(WHAT, model, 1)?,
            mel: Mel::new(BANDS),
        };
        // A tone proves that the file is this model.
        let tone: Vec<f32> = (0..16_000).map(|at| (at as f32 * 0.1).sin() * 0.1).collect();
        let proved = loaded.print(&tone);
        proved.map(|_| loaded).map_err(|error| SpeechError::Damaged {
            what: WHAT,
            path: model.to_path_buf(),
            reason: error.to_string(),
        })
    }

    /// The voice of an utterance (16 kHz, `[-1, 1)`); `None` where nobody speaks in it.
    ///
    /// # Errors
    /// `Inference`.
    pub fn heard(&mut self, audio: &[f32]) -> Result<Option<VoiceHeard>, SpeechError> {
        let speech = front::speech(&audio[audio.len().saturating_sub(LONGEST)..]);
        if speech.is_empty() {
            return Ok(None);
        }
        let speech_ms = speech.len() as u64 / 16;
        let print = self.print(&front::filled(speech))?;
        Ok(print.map(|print| VoiceHeard { print, speech_ms }))
    }

    /// The voice in samples that are all speech (Resemblyzer's `embed_utterance`): the mean over partial utterances, each of length
    /// one. `None` where the encoder sees none.
    ///
    /// # Errors
    /// `Inference`.
    pub fn print(&mut self, speech: &[f32]) -> Result<Option<VoicePrint>, SpeechError> {
        let (mels, partials) = front::mels(&self.mel, speech);
        let input = TensorRef::from_array_view(([partials, FRAMES, BANDS], &mels[..])).map_err(failed)?;
        let outputs = self.session.run(ort::inputs! { "mels" => input }).map_err(failed)?;
        let output = outputs
            .get("voices")
            .ok_or_else(|| failed("it has no output `voices`"))?;
        let (shape, voices) = output.try_extract_tensor::<f32>().map_err(failed)?;
        let size = match shape[..] {
            [count, size] if count == partials as i64 && size > 0 => size as usize,
            _ => return Err(failed("its output is no voices")),
        };
        let prints: Vec<VoicePrint> = voices
            .chunks_exact(size)
            .filter_map(|voice| VoicePrint::new(voice.to_vec()))
            .collect();
        Ok(VoicePrint::mean(&prints))
    }
}

fn failed(reason: impl ToString) -> SpeechError {
    SpeechError::Inference {
        what: WHAT,
        reason: reason.to_string(),
    }
}
