//! The log-mel spectrogram that Whisper's models are fed with, of the last eight seconds, as Smart Turn was trained on it: samples made
//! zero in the mean and one in variance, windows of 25 ms (Hann) every 10 ms, mirrored at both ends, 80 bands of Slaney's mel scale.

use crate::mel::{Mel, WINDOW};

/// Eight seconds.
pub const SAMPLES: usize = 128_000;
pub const BANDS: usize = 80;
pub const FRAMES: usize = 800;
/// Of the variance, so that silence is not divided by nothing.
const LEAST_VARIANCE: f32 = 1e-7;
const LEAST_POWER: f64 = 1e-10;

/// Makes them; holds what is the same for each.
pub struct LogMel(Mel);

impl Default for LogMel {
    fn default() -> Self {
        Self(Mel::new(BANDS))
    }
}

impl LogMel {
    /// Of the last [`SAMPLES`] of `audio` (16 kHz, in `[-1, 1)`), silence before it where it is shorter: [`BANDS`] rows of [`FRAMES`].
    pub fn of(&self, audio: &[f32]) -> Vec<f32> {
        let mirrored = mirrored(&normalised(audio));
        let mut rows = vec![0.0f64; BANDS * FRAMES];
        self.0.of(&mirrored, FRAMES, |frame, band, power| {
            rows[band * FRAMES + frame] = power.max(LEAST_POWER).log10();
        });
        let loudest = rows.iter().copied().fold(f64::MIN, f64::max);
        rows.iter()
            .map(|row| ((row.max(loudest - 8.0) + 4.0) / 4.0) as f32)
            .collect()
    }
}

fn normalised(audio: &[f32]) -> Vec<f32> {
    let audio = &audio[audio.len().saturating_sub(SAMPLES)..];
    let mut samples = vec![0.0; SAMPLES - audio.len()];
    samples.extend_from_slice(audio);
    let count = samples.len() as f64;
    let mean = samples.iter().map(|sample| f64::from(*sample)).sum::<f64>() / count;
    let variance = samples
        .iter()
        .map(|sample| (f64::from(*sample) - mean).powi(2))
        .sum::<f64>()
        / count;
    let scale = (variance as f32 + LEAST_VARIANCE).sqrt();
    samples
        .iter_mut()
        .for_each(|sample| *sample = (*sample - mean as f32) / scale);
    samples
}

/// With half a window of its own mirror image before and after.
fn mirrored(samples: &[f32]) -> Vec<f64> {
    let half = WINDOW / 2;
    let before = samples[1..=half].iter().rev();
    let after = samples[samples.len() - 1 - half..samples.len() - 1].iter().rev();
    before
        .chain(samples)
        .chain(after)
        .map(|sample| f64::from(*sample))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    const RATE: f64 = 16_000.0;

    /// By the numpy code that comes with the model (pipecat-ai 1.14.0, `_whisper_features.py`).
    #[test]
    fn it_is_the_spectrogram_that_the_model_was_trained_on() {
        let tone = |hertz: f64, at: usize| (TAU * hertz * at as f64 / RATE).sin();
        let audio: Vec<f32> = (0..24_000)
            .map(|at| (0.3 * tone(440.0, at) + 0.2 * tone(3_000.0, at) * at as f64 / 24_000.0) as f32)
            .collect();
        let rows = LogMel::default().of(&audio);
        assert_eq!(rows.len(), BANDS * FRAMES);
        for (band, frame, wanted) in [
            (0, 0, -0.169_274_64),
            (10, 649, 0.749_201_6),
            (10, 650, 1.659_933_2),
            (14, 799, 0.873_840_1),
            (79, 799, 0.046_487_197),
            (40, 720, -0.169_274_64),
        ] {
            let found = rows[band * FRAMES + frame];
            assert!((found - wanted).abs() < 1e-4, "{band}, {frame}: {found}, not {wanted}");
        }
        let mean = rows.iter().sum::<f32>() / rows.len() as f32;
        assert!((mean + 0.141_847_42).abs() < 1e-4, "{mean}");
    }

    #[test]
    fn silence_and_too_much_are_no_trouble() {
        let mel = LogMel::default();
        assert!(mel.of(&[]).iter().all(|row| row.is_finite()));
        let long: Vec<f32> = (0..SAMPLES + 16_000).map(|at| (at as f32 * 0.1).sin() * 0.1).collect();
        assert_eq!(mel.of(&long), mel.of(&long[16_000..]));
    }
}
