//! The short sound that says that something is done: two notes upwards.

use rosie_core::{AudioFrame, SampleRate};

const RATE: SampleRate = SampleRate(24_000);
/// A major third, in Hz.
const NOTES: [f32; 2] = [784.0, 988.0];
const NOTE_MS: usize = 90;
/// Of full scale: as loud as quiet speech.
const LEVEL: f32 = 0.18;

/// Mono, about a fifth of a second.
pub fn frame() -> AudioFrame {
    let count = RATE.0 as usize * NOTE_MS / 1000;
    let note = |frequency: f32| {
        (0..count).map(move |at| {
            let time = at as f32 / RATE.0 as f32;
            // It swells at once and dies away, so that nothing clicks.
            let part = at as f32 / count as f32;
            let swell = (part * 12.0).min(1.0) * (1.0 - part);
            let wave = (std::f32::consts::TAU * frequency * time).sin();
            (wave * swell * LEVEL * f32::from(i16::MAX)) as i16
        })
    };
    AudioFrame::mono(NOTES.into_iter().flat_map(note).collect(), RATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_short_and_begins_and_ends_in_silence() {
        let frame = frame();
        assert_eq!(RATE.millis(frame.samples.len()), 180);
        let loudest = frame.samples.iter().map(|sample| sample.unsigned_abs()).max();
        assert!(
            loudest.is_some_and(|loudest| (2_000..8_000).contains(&loudest)),
            "{loudest:?}"
        );
        let edges = [frame.samples.first(), frame.samples.last()];
        assert!(
            edges
                .iter()
                .all(|edge| edge.is_some_and(|edge| edge.unsigned_abs() < 50)),
            "{edges:?}"
        );
    }
}
