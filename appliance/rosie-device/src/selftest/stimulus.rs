//! What is played: silence, a chirp on the left and one on the right, a phrase, and the two chirps again.

use crate::sounding::gain;
use std::{f64::consts::TAU, ops::Range};

/// The noise of the room is heard in it.
const QUIET_S: f64 = 1.0;
pub(super) const CHIRP_S: f64 = 0.5;
/// From the beginning of one chirp to that of the next: what the room makes of it fades out in between. The two pairs have other
/// distances, so that nobody takes the left ones for the right.
const PAIRS_S: [f64; 2] = [1.0, 1.25];
const PAUSE_S: f64 = 0.5;
/// The chirp rises through what voices are made of, and what every rate from 16 kHz on can hold.
const HERTZ: [f64; 2] = [400.0, 6_500.0];
/// At both ends it swells: a loudspeaker does not click.
const SWELL_S: f64 = 0.02;
/// What of a rate can be heard; what is above is left out.
const USABLE: f64 = 0.45;
const CHIRP_PEAK: f64 = 0.5;
const PHRASE_RMS: f64 = 0.125;
const PHRASE_PEAK: f64 = 0.9;

/// Where a chirp sounds, if the loudspeaker has a left and a right.
const LEFT: usize = 0;
const RIGHT: usize = 1;

/// The signal for a loudspeaker.
#[derive(Debug, Clone, PartialEq)]
pub struct Stimulus {
    /// Samples a second.
    pub rate: u32,
    line: Vec<i16>,
    /// In seconds: left, right, left, right.
    pub(super) chirps: [f64; 4],
    /// In samples.
    pub(super) phrase: Range<usize>,
}

impl Stimulus {
    /// `phrase`: something spoken, of this rate; a canceller wants some seconds of it. `volume_percent` is as on Rosie's page.
    pub fn new(rate: u32, phrase: &[i16], volume_percent: u8) -> Self {
        let phrase_s = phrase.len() as f64 / f64::from(rate);
        let left = [QUIET_S, QUIET_S + PAIRS_S[0] + CHIRP_S + PAUSE_S + phrase_s + PAUSE_S];
        let chirps = [left[0], left[0] + PAIRS_S[0], left[1], left[1] + PAIRS_S[1]];
        let place = |seconds: f64| (seconds * f64::from(rate)).round() as usize;
        let mut line = vec![0.0f64; place(chirps[3] + CHIRP_S + PAUSE_S)];
        for begins in chirps {
            let places = line[place(begins)..].iter_mut();
            places
                .zip(chirp(f64::from(rate)))
                .for_each(|(place, sample)| *place = CHIRP_PEAK * f64::from(sample));
        }
        let begins = place(chirps[1] + CHIRP_S + PAUSE_S);
        let loudness = loudness(phrase);
        let places = line[begins..].iter_mut();
        places
            .zip(phrase)
            .for_each(|(place, sample)| *place = loudness * f64::from(*sample));
        let gain = f64::from(gain(volume_percent.min(100))) / 16_384.0;
        Self {
            rate,
            line: line.iter().map(|sample| (sample * gain * 32_767.0) as i16).collect(),
            chirps,
            phrase: begins..begins + phrase.len(),
        }
    }

    /// All of it, for a loudspeaker of one channel.
    pub fn line(&self) -> &[i16] {
        &self.line
    }

    /// All of it for so many channels, one after the other: left, right, and others that are silent while a chirp sounds.
    pub fn frames(&self, channels: usize) -> Vec<i16> {
        let place = |seconds: f64| (seconds * f64::from(self.rate)).round() as usize;
        let mut frames: Vec<i16> = self.line.iter().flat_map(|sample| vec![*sample; channels]).collect();
        for (begins, side) in self.chirps.iter().zip([LEFT, RIGHT, LEFT, RIGHT]) {
            let chirp = place(*begins)..place(begins + CHIRP_S);
            for frame in frames.chunks_exact_mut(channels).take(chirp.end).skip(chirp.start) {
                let silent = |(channel, _): &(usize, &mut i16)| channels > 1 && *channel != side;
                frame
                    .iter_mut()
                    .enumerate()
                    .filter(silent)
                    .for_each(|(_, sample)| *sample = 0);
            }
        }
        frames
    }

    pub fn seconds(&self) -> f64 {
        self.line.len() as f64 / f64::from(self.rate)
    }
}

/// What a sample of the phrase is multiplied with.
fn loudness(phrase: &[i16]) -> f64 {
    let rms = super::power(phrase).sqrt() * 32_768.0;
    let peak = phrase.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
    if peak == 0 {
        return 0.0;
    }
    (PHRASE_RMS / rms).min(PHRASE_PEAK / f64::from(peak))
}

/// The chirp at any rate, as numbers from -1 to 1. Its frequency rises evenly.
pub(super) fn chirp(rate: f64) -> Vec<f32> {
    let [low, high] = HERTZ;
    let count = (CHIRP_S * rate) as usize;
    let sample = |number: usize| {
        let at = number as f64 / rate;
        let along = at / CHIRP_S;
        if low + (high - low) * along > USABLE * rate {
            return 0.0;
        }
        let turned = TAU * (low * at + (high - low) * at * along / 2.0);
        let swell = (at.min(CHIRP_S - at) / SWELL_S).clamp(0.0, 1.0);
        (turned.sin() * swell) as f32
    };
    (0..count).map(sample).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chirps_are_on_one_side_and_the_phrase_on_both() {
        let stimulus = Stimulus::new(16_000, &[1_000; 16_000], 100);
        let frames = stimulus.frames(2);
        let loud = |from: f64, channel: usize| {
            let from = (from * 16_000.0) as usize;
            let side: Vec<i16> = frames.iter().skip(channel).step_by(2).copied().collect();
            side[from..from + 7_000].iter().any(|sample| *sample != 0)
        };
        let [a, b, c, d] = stimulus.chirps;
        for (at, sides) in [
            (a, [true, false]),
            (b, [false, true]),
            (3.0, [true, true]),
            (c, [true, false]),
            (d, [false, true]),
        ] {
            assert_eq!([loud(at, 0), loud(at, 1)], sides, "{at} s");
        }
        assert_eq!(stimulus.frames(1), stimulus.line());
        assert!(stimulus.line()[..16_000].iter().all(|sample| *sample == 0));
    }

    #[test]
    fn half_the_volume_is_a_quarter_and_a_phrase_never_overflows() {
        let mut phrase = vec![1i16; 16_000];
        phrase[8_000] = i16::MAX;
        let peak = |volume| {
            let stimulus = Stimulus::new(16_000, &phrase, volume);
            let loudest = stimulus.line().iter().map(|sample| sample.unsigned_abs()).max();
            f64::from(loudest.unwrap_or_default()) / 32_768.0
        };
        assert!((peak(100) - PHRASE_PEAK).abs() < 0.01, "{}", peak(100));
        assert!((peak(50) - PHRASE_PEAK / 4.0).abs() < 0.01, "{}", peak(50));
    }
}
