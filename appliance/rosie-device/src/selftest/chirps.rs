//! Finding the chirps again, also where a card's rate is another than it says.

use super::{
    Recording, Stimulus,
    matched::{Matched, distance, peak},
    stimulus::chirp,
};

/// Rates that cards have. One that lies gives one of them and says another.
const RATES: [u32; 9] = [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];
const MOST_LIE: f64 = 3.1;
/// So much of what is heard must be the chirp. Noise reaches 0.06, a chirp of another rate no more.
const LIKE: f32 = 0.12;
/// The next chirp is looked for around its place, in parts of the distance and in seconds: no clock is farther off, and the strongest
/// way through the room may be another one.
const AROUND: f64 = 0.01;
const AROUND_S: f64 = 0.02;
/// Chirps of one side.
const PAIRS: [(usize, usize); 2] = [(0, 2), (1, 3)];
/// Two of one side are as loud; how much less one may be.
const AS_LOUD: f32 = 0.5;

/// Chirps of a stimulus in a recording.
pub(super) struct Chirps {
    /// As it sounds at the rate that the recording has in truth.
    pub template: Vec<f32>,
    /// Where each begins, in samples; `None`: it was not heard.
    pub at: [Option<f64>; 4],
    /// So many samples were heard for each that the rates of both cards promise.
    pub ratio: f64,
}

impl Chirps {
    /// `None`: they were not heard.
    pub fn find(heard: &[f32], stimulus: &Stimulus, recording: &Recording) -> Option<Self> {
        let claimed = f64::from(recording.rate);
        let mut matched = Matched::new(heard, chirp(claimed * MOST_LIE).len());
        let mut best: Option<(f32, Self)> = None;
        for lie in lies() {
            let template = chirp(claimed * lie);
            let amplitudes = matched.amplitudes(&template);
            let likeness = matched.likeness(&amplitudes, &template);
            let Some((sure, at)) = places(&likeness, &amplitudes, &stimulus.chirps, claimed * lie) else {
                continue;
            };
            if best.as_ref().is_none_or(|(known, _)| sure > *known) {
                let ratio = ratio(&at, &stimulus.chirps, claimed);
                best = Some((sure, Self { template, at, ratio }));
            }
            // An honest card, which is the first that is tried: a chirp of another rate is never like this one.
            if lie == 1.0 {
                break;
            }
        }
        best.map(|(_, chirps)| chirps)
    }

    /// The sample with which the stimulus begins.
    pub fn begins(&self, stimulus: &Stimulus, claimed: u32) -> Option<f64> {
        let known = self.at.iter().zip(&stimulus.chirps);
        let mut known = known.filter_map(|(at, begins)| Some((*at)? - begins * f64::from(claimed) * self.ratio));
        known.next()
    }
}

/// What a rate may be multiplied with to be the true one; 1 first.
fn lies() -> Vec<f64> {
    let mut lies = vec![1.0];
    for says in RATES {
        for gives in RATES {
            let lie = f64::from(gives) / f64::from(says);
            let new = lies.iter().all(|known: &f64| (known / lie - 1.0).abs() > 1e-3);
            if new && (1.0 / MOST_LIE..MOST_LIE).contains(&lie) {
                lies.push(lie);
            }
        }
    }
    lies
}

/// Takes the place that is the most like a chirp for each of the four in turn, and gives those places that fit best together, with how
/// much they are like chirps. Two of one side there must be.
fn places(likeness: &[f32], amplitudes: &[f32], begins: &[f64; 4], rate: f64) -> Option<(f32, [Option<f64>; 4])> {
    let all = likeness.len() as f64;
    let (anchor, like) = peak(likeness, all / 2.0, all / 2.0)?;
    if like < LIKE {
        return None;
    }
    let fits = (0..begins.len()).filter_map(|nth| {
        let near = begins.map(|begin| {
            let away = begin - begins[nth];
            let around = (away.abs() * AROUND + AROUND_S) * rate;
            peak(likeness, anchor + away * rate, around).filter(|(_, like)| *like >= LIKE)
        });
        let pair = |one: Option<(f64, f32)>, other: Option<(f64, f32)>| match (one, other) {
            (Some((_, one)), Some((_, other))) => one.min(other) >= AS_LOUD * one.max(other),
            _ => false,
        };
        if !PAIRS.into_iter().any(|(one, other)| pair(near[one], near[other])) {
            return None;
        }
        let sure = near.iter().flatten().map(|(_, like)| like).sum();
        // Likeness is blunt where all of a chirp is heard; its loudness has the sharper peak.
        let mut exact = near.map(|found| peak(amplitudes, found?.0, 2.0).map(|(at, _)| at));
        for (one, other) in PAIRS {
            // Measured from a whole sample on.
            let both = exact[one].zip(exact[other]);
            exact[other] = both
                .map(|(one, other)| one.round() + distance(amplitudes, one, other, AROUND_S * rate))
                .or(exact[other]);
            exact[one] = both.map(|(one, _)| one.round()).or(exact[one]);
        }
        Some((sure, exact))
    });
    fits.max_by(|a, b| f32::total_cmp(&a.0, &b.0))
}

fn ratio(at: &[Option<f64>; 4], begins: &[f64; 4], claimed: f64) -> f64 {
    let pairs = PAIRS.into_iter().filter_map(|(one, other)| {
        let heard = at[other]? - at[one]?;
        Some(heard / (claimed * (begins[other] - begins[one])))
    });
    let pairs: Vec<f64> = pairs.collect();
    pairs.iter().sum::<f64>() / pairs.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn neither_noise_nor_a_chirp_of_another_rate_is_like_a_chirp() {
        let mut noise = 1u32;
        let mut signal: Vec<f32> = (0..160_000)
            .map(|_| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f32::from((noise >> 16) as u16) / 65_536.0 - 0.5
            })
            .collect();
        let most = |signal: &[f32]| {
            let template = chirp(16_000.0);
            let mut matched = Matched::new(signal, template.len());
            let amplitudes = matched.amplitudes(&template);
            let likeness = matched.likeness(&amplitudes, &template);
            likeness.into_iter().fold(0.0, f32::max)
        };
        assert!(most(&signal) < 0.6 * LIKE, "{}", most(&signal));
        // The nearest of all rates that are told for another.
        let nearest = lies()
            .into_iter()
            .skip(1)
            .min_by(|a, b| (a - 1.0).abs().total_cmp(&(b - 1.0).abs()));
        let other = chirp(16_000.0 * nearest.unwrap());
        signal.fill(0.0);
        signal[50_000..50_000 + other.len()].copy_from_slice(&other);
        assert!(most(&signal) < 0.9 * LIKE, "{}", most(&signal));
    }
}
