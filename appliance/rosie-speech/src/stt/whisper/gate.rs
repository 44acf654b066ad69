//! Is there speech at all? Asked of Silero VAD before words are believed.

use crate::SpeechError;
use crate::stt::speechless::Heard;
use crate::vad::{FRAME, Silero, SileroState};

/// A frame that is speech, and one that is surely a voice.
const SPEECH: f32 = 0.5;
const SURE: f32 = 0.8;
/// So many frames of speech in an utterance are enough and end the search, if so many of them are sure. A chimpanzee
/// has nine and one; of 553 utterances one spoken letter has fewer sure ones.
const ENOUGH: usize = 4;
const ENOUGH_SURE: usize = 2;
/// So many sure ones (0.38 s), and it is no noise. Measured: of 58 synthetic noises and 100 sounds of animals, engines and
/// tools the most voice-like, a hippopotamus, has 6 (but 25 of speech); of 553 utterances nine in ten have 16 and more.
const CLEAR: usize = 12;
/// Below this in every frame there is nothing that could be speech.
const NOTHING: f32 = 0.10;

/// Looks through `audio` (16 kHz mono) until it has heard enough.
///
/// # Errors
/// `Inference`.
pub fn listen(model: &mut Silero, audio: &[f32]) -> Result<Heard, SpeechError> {
    let mut state = SileroState::default();
    let (mut frames, mut sure, mut best) = (0, 0, 0f32);
    for frame in audio.chunks(FRAME) {
        let probability = model.probability(&mut state, frame)?;
        best = best.max(probability);
        frames += usize::from(probability >= SPEECH);
        sure += usize::from(probability >= SURE);
        if frames >= ENOUGH && sure >= ENOUGH_SURE {
            return Ok(Heard::Speech);
        }
    }
    Ok(if best < NOTHING {
        Heard::Nothing
    } else {
        Heard::Doubtful
    })
}

/// Whether there is so much of a voice in `audio` that it cannot be a noise.
///
/// # Errors
/// `Inference`.
pub fn is_clear(model: &mut Silero, audio: &[f32]) -> Result<bool, SpeechError> {
    let (mut state, mut frames) = (SileroState::default(), 0);
    for frame in audio.chunks(FRAME) {
        frames += usize::from(model.probability(&mut state, frame)? >= SURE);
        if frames >= CLEAR {
            return Ok(true);
        }
    }
    Ok(false)
}
