//! The mel filter bank that Whisper was trained with: 201 frequencies of a 400-point transform at 16 kHz, in mel bands
//! by Slaney's scale and normalisation.
//!
//! Source of the formula: Slaney, Auditory Toolbox (1998), as in librosa's `filters.mel(sr=16000, n_fft=400,
//! n_mels=…)`, whose result OpenAI ships as `mel_filters.npz`.

const SAMPLE_RATE: f64 = 16_000.0;
const TRANSFORM: usize = 400;
/// Frequencies of a band's filter.
pub const FREQUENCIES: usize = TRANSFORM / 2 + 1;

/// Below this the scale is linear, above logarithmic.
const BREAK_HZ: f64 = 1_000.0;
const HZ_PER_MEL: f64 = 200.0 / 3.0;

fn log_step() -> f64 {
    6.4f64.ln() / 27.0
}

fn to_mel(hz: f64) -> f64 {
    if hz < BREAK_HZ {
        hz / HZ_PER_MEL
    } else {
        BREAK_HZ / HZ_PER_MEL + (hz / BREAK_HZ).ln() / log_step()
    }
}

fn to_hz(mel: f64) -> f64 {
    let break_mel = BREAK_HZ / HZ_PER_MEL;
    if mel < break_mel {
        mel * HZ_PER_MEL
    } else {
        BREAK_HZ * (log_step() * (mel - break_mel)).exp()
    }
}

/// `bands` × [`FREQUENCIES`] weights, row-major.
pub fn filters(bands: usize) -> Vec<f32> {
    let top = to_mel(SAMPLE_RATE / 2.0);
    let edges: Vec<f64> = (0..bands + 2)
        .map(|i| to_hz(top * i as f64 / (bands + 1) as f64))
        .collect();
    let mut weights = Vec::with_capacity(bands * FREQUENCIES);
    for band in edges.windows(3) {
        let [low, middle, high] = [band[0], band[1], band[2]];
        // Equal area for every band.
        let norm = 2.0 / (high - low);
        for k in 0..FREQUENCIES {
            let hz = k as f64 * SAMPLE_RATE / TRANSFORM as f64;
            let rise = (hz - low) / (middle - low);
            let fall = (high - hz) / (high - middle);
            let height = rise.min(fall).max(0.0) as f32;
            weights.push((f64::from(height) * norm) as f32);
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_triangles_of_equal_area() {
        for bands in [80, 128] {
            let weights = filters(bands);
            assert_eq!(weights.len(), bands * FREQUENCIES);
            let rows: Vec<&[f32]> = weights.chunks_exact(FREQUENCIES).collect();
            // Wide bands cover many frequencies: their discrete area is near 1 (40 Hz a step).
            for row in &rows[bands * 3 / 4..] {
                let area: f32 = row.iter().sum::<f32>() * 40.0;
                assert!((area - 1.0).abs() < 0.06, "{area}");
            }
            let peak = |row: &[f32]| row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|p| p.0);
            assert!(rows.windows(2).all(|w| peak(w[0]) <= peak(w[1])), "bands ascend");
        }
    }

    #[test]
    fn known_values_of_openais_table() {
        // From mel_filters.npz, "mel_80": the first weight that is not zero, and one high band's peak.
        let weights = filters(80);
        assert!((weights[1] - 0.024_862_6).abs() < 1e-6, "{}", weights[1]);
        assert_eq!(weights[0], 0.0);
        let high = &weights[79 * FREQUENCIES..];
        assert!((high[192] - 0.003_164_712).abs() < 1e-6, "{}", high[192]);
    }
}
