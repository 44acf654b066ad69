//! How well an endpoint heard the wake word.

use crate::SampleRate;

/// The word itself is no longer than this.
const WORD_MS: u64 = 1_000;
/// So much before the end of the word is looked at for the noise.
pub const LOOKED_AT_MS: u64 = 2_500;
const FRAME_MS: u64 = 20;
/// The quietest that is told of; a microphone that is switched off gives zeros.
const QUIETEST_DB: f32 = -100.0;
/// What a score of 1 instead of 0 is worth in dB. Scores of a word that was heard lie close together.
const SCORE_DB: f32 = 10.0;

/// What is not known is left out of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Hearing {
    /// Of the wake word engine, 0 to 1.
    pub score: Option<f32>,
    /// How loud the word was, in dB of full scale.
    pub level_db: Option<f32>,
    /// How loud it was around the word, in dB of full scale.
    pub noise_db: Option<f32>,
}

impl Hearing {
    /// Measures 16 kHz audio that ends with the word.
    pub fn of(samples: &[i16]) -> Self {
        let frame = SampleRate::HEARING.samples(FRAME_MS);
        let frames: Vec<f64> = samples.rchunks_exact(frame).map(power).collect();
        let word = (WORD_MS / FRAME_MS) as usize;
        if frames.len() < word / 2 {
            return Self::default();
        }
        // The louder half: between the syllables and before the word is something else.
        let mut spoken = frames[..word.min(frames.len())].to_vec();
        spoken.sort_by(f64::total_cmp);
        let loud = &spoken[spoken.len() / 2..];
        let level = loud.iter().sum::<f64>() / loud.len() as f64;
        // The quietest tenth: also where somebody talked before.
        let mut all = frames.clone();
        all.sort_by(f64::total_cmp);
        Self {
            score: None,
            level_db: Some(decibels(level)),
            noise_db: (frames.len() > word).then(|| decibels(all[all.len() / 10])),
        }
    }

    /// What is not known here is taken from there.
    pub fn or(self, there: Hearing) -> Self {
        Self {
            score: self.score.or(there.score),
            level_db: self.level_db.or(there.level_db),
            noise_db: self.noise_db.or(there.noise_db),
        }
    }

    /// By how many dB this is the better one to answer. The mean of how much louder and how much clearer over the noise: of a louder
    /// microphone half counts, and the room with the cooker hood is not left for the quiet hall beside it.
    pub fn better_by(&self, other: &Hearing) -> f32 {
        let noise = difference(self.noise_db, other.noise_db).unwrap_or(0.0);
        let score = difference(self.score, other.score).unwrap_or(0.0);
        self.louder_by(other).unwrap_or(0.0) - noise / 2.0 + score * SCORE_DB
    }

    pub(super) fn louder_by(&self, other: &Hearing) -> Option<f32> {
        difference(self.level_db, other.level_db)
    }

    /// By how many dB the word is further above the noise.
    pub(super) fn clearer_by(&self, other: &Hearing) -> Option<f32> {
        let over = |hearing: &Hearing| difference(hearing.level_db, hearing.noise_db);
        difference(over(self), over(other))
    }
}

fn difference(one: Option<f32>, other: Option<f32>) -> Option<f32> {
    one.zip(other).map(|(one, other)| one - other)
}

fn power(samples: &[i16]) -> f64 {
    let squares: f64 = samples.iter().map(|s| f64::from(*s) * f64::from(*s)).sum();
    squares / samples.len() as f64
}

/// Of the greatest amplitude there is.
fn decibels(power: f64) -> f32 {
    let full = f64::from(i16::MIN) * f64::from(i16::MIN);
    ((10.0 * (power / full).log10()) as f32).max(QUIETEST_DB)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square wave has the power of its amplitude.
    fn wave(amplitude: i16, ms: u64) -> Vec<i16> {
        (0..SampleRate::HEARING.samples(ms))
            .map(|at| if at % 8 < 4 { amplitude } else { -amplitude })
            .collect()
    }

    #[test]
    fn the_word_is_told_from_the_noise_before_it() {
        // 40 dB and 10 dB below full scale.
        let heard = Hearing::of(&[wave(328, 1_500), wave(10_362, 1_000)].concat());
        assert!((heard.level_db.unwrap_or_default() + 10.0).abs() < 0.1, "{heard:?}");
        assert!((heard.noise_db.unwrap_or_default() + 40.0).abs() < 0.1, "{heard:?}");
        // A short word of which half is a pause is as loud.
        let paused = [wave(328, 2_000), wave(10_362, 500)].concat();
        assert!((Hearing::of(&paused).level_db.unwrap_or_default() + 10.0).abs() < 0.5);
    }

    #[test]
    fn what_cannot_be_measured_is_not_told() {
        assert_eq!(Hearing::of(&wave(9_000, 200)), Hearing::default());
        let word_alone = Hearing::of(&wave(9_000, 1_000));
        assert!(word_alone.level_db.is_some() && word_alone.noise_db.is_none());
        assert_eq!(Hearing::of(&vec![0; 40_000]).level_db, Some(QUIETEST_DB));
    }

    #[test]
    fn what_one_of_them_does_not_know_is_not_compared() {
        let known = Hearing {
            score: Some(0.9),
            level_db: Some(-20.0),
            noise_db: Some(-60.0),
        };
        assert_eq!(known.better_by(&Hearing::default()), 0.0);
        let louder = Hearing {
            score: None,
            level_db: Some(-14.0),
            noise_db: Some(-50.0),
        };
        // 6 dB louder, 10 dB more of noise.
        assert_eq!(louder.better_by(&known), 1.0);
        assert_eq!(known.clearer_by(&louder), Some(4.0));
    }
}
