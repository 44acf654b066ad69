//! The encoder's ONNX file: loaded, and held against whisper.cpp's own encoder before it is trusted.

use super::ffi::{Context, State};
use super::hook::EncoderLink;
use crate::SpeechError;
use crate::runtime::Runtime;
use std::path::Path;
use std::sync::Arc;

/// Encoder positions of the comparison: enough to pass through every layer, few enough to be quick.
const POSITIONS: usize = 96;
/// Least agreement of the two, as the cosine between the logits they lead to. Measured: 0.99999 for the f32 export of
/// base, 0.997 and 0.996 for the int8 ones of base and tiny.en; 0.971 with noise of a tenth in all weights, 0.978 with
/// noise of a third in one layer's (both begin to mishear), 0.47 with one layer missing.
const AGREEMENT: f64 = 0.985;

/// Loads the encoder for `context` and makes sure that it is the same model's.
///
/// # Errors
/// `Missing`, `Damaged`; `Damaged` too when its answers are not whisper.cpp's.
pub fn load(
    runtime: &Runtime,
    file: &Path,
    context: &Arc<Context>,
    threads: usize,
) -> Result<Arc<EncoderLink>, SpeechError> {
    const WHAT: &str = "the Whisper encoder";
    let damaged = |reason: String| SpeechError::Damaged {
        what: WHAT,
        path: file.to_path_buf(),
        reason,
    };
    let session = runtime.load(WHAT, file, threads)?;
    let link = EncoderLink::new(session, context.audio_state()).map_err(|e| damaged(e.to_string()))?;
    let theirs = logits(context, Some(link.clone()), threads).map_err(|e| damaged(e.to_string()))?;
    let own = logits(context, None, threads)?;
    let agreement = cosine(&own, &theirs);
    tracing::debug!(agreement, "encoder compared");
    if agreement >= AGREEMENT {
        Ok(link)
    } else {
        Err(damaged(format!(
            "it is not this model's encoder (agreement {agreement:.3}, {AGREEMENT} needed)"
        )))
    }
}

/// What the decoder makes of a fixed sound.
fn logits(context: &Arc<Context>, link: Option<Arc<EncoderLink>>, threads: usize) -> Result<Vec<f32>, SpeechError> {
    let mut state = State::new(context, link)?;
    state.set_audio(&probe(), POSITIONS, threads)?;
    state.encode(threads)?;
    let special = context.tokens();
    let prompt = match context.language_token("en").filter(|_| context.is_multilingual()) {
        Some(english) => vec![special.sot, english, special.transcribe, special.no_timestamps],
        None => vec![special.sot, special.no_timestamps],
    };
    Ok(state.decode(&prompt, 0, threads)?[..special.eot as usize].to_vec())
}

/// 1.5 s of gliding tones in bursts, like vowels and pauses.
fn probe() -> Vec<f32> {
    let mut phase = 0.0f32;
    (0..24_000)
        .map(|i| {
            let t = i as f32 / 16_000.0;
            phase += std::f32::consts::TAU * (140.0 + 60.0 * (t * 5.0).sin()) / 16_000.0;
            let voice: f32 = (1..20).map(|h| (phase * h as f32).sin() / h as f32).sum();
            voice * 0.1 * (t * 20.0).sin().max(0.0)
        })
        .collect()
}

/// Cosine of the angle between two vectors after their means are taken away.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let mean = |v: &[f32]| v.iter().map(|&x| f64::from(x)).sum::<f64>() / v.len().max(1) as f64;
    let (ma, mb) = (mean(a), mean(b));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (&x, &y) in a.iter().zip(b) {
        let (x, y) = (f64::from(x) - ma, f64::from(y) - mb);
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    if aa > 0.0 && bb > 0.0 {
        ab / (aa * bb).sqrt()
    } else {
        0.0
    }
}
