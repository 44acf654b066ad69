//! What the voice encoder is fed with, as Resemblyzer 0.1.4 (`audio.py`, `voice_encoder.py`) makes it: made as loud as -30 dBFS where
//! it is softer, long silences left out, mel frames of 40 bands every 10 ms (no logarithm), partial utterances of 1.6 s.
//!
//! What is silence is told by loudness here, where Resemblyzer asks WebRTC's detector; smoothing is the same.

use crate::mel::{HOP, Mel, WINDOW};

pub const BANDS: usize = 40;
/// Frames of a partial utterance: 1.6 s.
pub const FRAMES: usize = 160;
/// Partial utterances a second.
const RATE: f64 = 1.3;
/// A last one of which less is there is left out.
const COVERED: f64 = 0.75;
const LOUD_DBFS: f64 = -30.0;
/// 30 ms, of which it is said whether somebody speaks.
const PIECE: usize = 480;
/// Pieces over which that is averaged, and by how many speech is widened at both ends.
const SMOOTH: usize = 8;
const WIDER: usize = 3;
/// A piece so many times softer (in amplitude) than the loud ones is silence.
const SOFTER: f64 = 12.0;
/// So is one softer than this, whatever the others are: -60 dBFS.
const FLOOR: f64 = 0.001;
/// Of the pieces, so many are louder than what counts as loud: a click is not speech.
const LOUD: f64 = 0.9;

/// What is said in `audio` (16 kHz, `[-1, 1)`), as loud as the encoder knows it.
pub fn speech(audio: &[f32]) -> Vec<f32> {
    let audio = louder(audio);
    let levels: Vec<f64> = audio.chunks_exact(PIECE).map(level).collect();
    let mut sorted = levels.clone();
    sorted.sort_by(f64::total_cmp);
    let loud = sorted
        .get((sorted.len() as f64 * LOUD) as usize)
        .copied()
        .unwrap_or_default();
    let spoken: Vec<bool> = levels.iter().map(|level| *level > FLOOR.max(loud / SOFTER)).collect();
    let kept = widened(&smoothed(&spoken));
    let pieces = audio.chunks_exact(PIECE).zip(kept);
    pieces
        .filter(|(_, kept)| *kept)
        .flat_map(|(piece, _)| piece.to_vec())
        .collect()
}

/// Said again and again until it fills a partial utterance. Resemblyzer puts silence behind what is shorter, which the encoder takes
/// for a part of the voice: with the same words again half as many people are not known, and half as many are taken for somebody
/// else (docs/decisions/0086-who-speaks.md).
pub fn filled(speech: Vec<f32>) -> Vec<f32> {
    match speech.len() {
        0 => speech,
        long if long >= FRAMES * HOP => speech,
        _ => speech.iter().copied().cycle().take(FRAMES * HOP).collect(),
    }
}

fn level(piece: &[f32]) -> f64 {
    let power: f64 = piece.iter().map(|x| f64::from(*x).powi(2)).sum();
    (power / piece.len().max(1) as f64).sqrt()
}

/// `normalize_volume` with `increase_only`.
fn louder(audio: &[f32]) -> Vec<f32> {
    let level = level(audio);
    let wanted = 10f64.powf(LOUD_DBFS / 20.0);
    let by = if level > 0.0 && level < wanted {
        wanted / level
    } else {
        1.0
    };
    audio.iter().map(|x| (f64::from(*x) * by) as f32).collect()
}

/// The average of eight pieces around each, rounded; half of them is not enough (as numpy rounds).
fn smoothed(spoken: &[bool]) -> Vec<bool> {
    let before = (SMOOTH - 1) / 2;
    let around = |at: usize| {
        let from = at.saturating_sub(before);
        let to = (at + SMOOTH - before).min(spoken.len());
        spoken[from..to].iter().filter(|spoken| **spoken).count()
    };
    (0..spoken.len()).map(|at| around(at) * 2 > SMOOTH).collect()
}

fn widened(spoken: &[bool]) -> Vec<bool> {
    let around = |at: usize| &spoken[at.saturating_sub(WIDER)..(at + WIDER + 1).min(spoken.len())];
    (0..spoken.len()).map(|at| around(at).contains(&true)).collect()
}

/// Where partial utterances begin, in frames (`compute_partial_slices`); never empty.
fn partials(samples: usize) -> Vec<usize> {
    let frames = (samples + 1).div_ceil(HOP);
    let step = (16_000.0 / RATE / HOP as f64).round() as usize;
    let until = (frames + step + 1).saturating_sub(FRAMES).max(1);
    let mut starts: Vec<usize> = (0..until).step_by(step).collect();
    if let [_, .., last] = starts[..] {
        let covered = (samples as f64 - (last * HOP) as f64) / (FRAMES * HOP) as f64;
        if covered < COVERED {
            starts.pop();
        }
    }
    starts
}

/// Mel frames of each partial utterance, one after the other: `[partials, FRAMES, BANDS]`; and how many there are.
pub fn mels(mel: &Mel, speech: &[f32]) -> (Vec<f32>, usize) {
    let starts = partials(speech.len());
    let end = starts.last().map_or(0, |start| start + FRAMES);
    // As librosa centres its windows: half a one of silence before the first sample.
    let mut samples = vec![0.0f64; WINDOW / 2];
    samples.extend(speech.iter().map(|x| f64::from(*x)));
    samples.resize(samples.len().max(end * HOP + WINDOW), 0.0);
    let mut rows = vec![0.0f32; end * BANDS];
    mel.of(&samples, end, |frame, band, power| {
        rows[frame * BANDS + band] = power as f32
    });
    let all = starts
        .iter()
        .flat_map(|start| rows[start * BANDS..(start + FRAMES) * BANDS].to_vec());
    (all.collect(), starts.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_utterances_lie_as_resemblyzers_do() {
        // By its `compute_partial_slices`.
        for (seconds, wanted) in [
            (0.5, vec![0]),
            (1.6, vec![0]),
            (2.3, vec![0, 77]),
            (4.0, vec![0, 77, 154, 231]),
        ] {
            assert_eq!(partials((seconds * 16_000.0) as usize), wanted, "{seconds} s");
        }
    }

    #[test]
    fn silence_is_left_out_and_soft_speech_is_made_louder() {
        let tone = |volume: f32, samples: usize| (0..samples).map(move |at| volume * (at as f32 * 0.1).sin());
        let audio: Vec<f32> = tone(0.0, 16_000)
            .chain(tone(0.01, 16_000))
            .chain(tone(0.0, 32_000))
            .collect();
        let speech = speech(&audio);
        assert!((16_000..=20_000).contains(&speech.len()), "{}", speech.len());
        let loudest = speech.iter().copied().fold(0.0, f32::max);
        assert!(loudest > 0.05, "{loudest}");
        assert!(super::speech(&[0.0; 16_000]).is_empty() && super::speech(&[]).is_empty());
        assert!(filled(vec![]).is_empty());
        assert_eq!(filled(vec![0.1; 16_000]).len(), 25_600);
        assert_eq!(filled(vec![0.1; 26_000]).len(), 26_000);
    }
}
