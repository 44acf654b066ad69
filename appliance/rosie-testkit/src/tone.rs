//! Audio that a [`crate::LoudnessVad`] takes for speech, or for silence.

use rosie_core::{AudioFrame, SampleRate};

/// A 220 Hz tone, 16 kHz mono.
pub fn speech(ms: u64) -> AudioFrame {
    let wave = |i: usize| ((i as f32 * 220.0 * std::f32::consts::TAU / 16_000.0).sin() * 8_000.0) as i16;
    AudioFrame::mono(
        (0..SampleRate::HEARING.samples(ms)).map(wave).collect(),
        SampleRate::HEARING,
    )
}

/// Zeros, 16 kHz mono.
pub fn silence(ms: u64) -> AudioFrame {
    AudioFrame::mono(vec![0; SampleRate::HEARING.samples(ms)], SampleRate::HEARING)
}
