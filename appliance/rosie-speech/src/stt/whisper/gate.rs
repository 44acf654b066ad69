//! Is there speech at all? Asked of Silero VAD before words are believed.

use crate::SpeechError;
use crate::stt::speechless::Heard;
use crate::vad::{FRAME, Silero, SileroState};

/// A frame that is speech; this many of them in an utterance are enough, and end the search.
const SPEECH: f32 = 0.5;
const ENOUGH: usize = 4;
/// Below this in every frame there is nothing that could be speech.
const NOTHING: f32 = 0.10;

/// Looks through `audio` (16 kHz mono) until it has heard enough.
///
/// # Errors
/// `Inference`.
pub fn listen(model: &mut Silero, audio: &[f32]) -> Result<Heard, SpeechError> {
    let mut state = SileroState::default();
    let (mut frames, mut best) = (0, 0f32);
    for frame in audio.chunks(FRAME) {
        let probability = model.probability(&mut state, frame)?;
        best = best.max(probability);
        if probability >= SPEECH {
            frames += 1;
            if frames >= ENOUGH {
                return Ok(Heard::Speech);
            }
        }
    }
    Ok(if best < NOTHING {
        Heard::Nothing
    } else {
        Heard::Doubtful
    })
}
