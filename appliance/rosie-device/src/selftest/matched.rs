//! The matched filter: where in a recording a known signal lies, how loud it is there, and how much of what is heard it is.

use realfft::{RealFftPlanner, num_complex::Complex};

pub(super) struct Matched {
    planner: RealFftPlanner<f32>,
    size: usize,
    spectrum: Vec<Complex<f32>>,
    /// Of all samples before a place.
    energy: Vec<f64>,
}

impl Matched {
    /// For templates of up to `longest` samples.
    pub fn new(signal: &[f32], longest: usize) -> Self {
        let mut matched = Self {
            planner: RealFftPlanner::new(),
            size: (signal.len() + longest).next_power_of_two(),
            spectrum: Vec::new(),
            energy: vec![0.0],
        };
        matched.spectrum = matched.transform(signal);
        let mut sum = 0.0;
        matched.energy.extend(signal.iter().map(|sample| {
            sum += f64::from(*sample).powi(2);
            sum
        }));
        matched
    }

    fn transform(&mut self, signal: &[f32]) -> Vec<Complex<f32>> {
        let forward = self.planner.plan_fft_forward(self.size);
        let (mut input, mut output) = (forward.make_input_vec(), forward.make_output_vec());
        let count = signal.len().min(self.size);
        input[..count].copy_from_slice(&signal[..count]);
        // Sizes are the plan's own, so that nothing is refused.
        let _ = forward.process(&mut input, &mut output);
        output
    }

    /// For each place what a template that begins there is multiplied with to be what is heard.
    pub fn amplitudes(&mut self, template: &[f32]) -> Vec<f32> {
        let other = self.transform(template);
        let backward = self.planner.plan_fft_inverse(self.size);
        let mut product: Vec<Complex<f32>> = self
            .spectrum
            .iter()
            .zip(&other)
            .map(|(one, other)| one * other.conj())
            .collect();
        let mut amplitudes = backward.make_output_vec();
        let _ = backward.process(&mut product, &mut amplitudes);
        let scale = 1.0 / (energy(template) * self.size as f64).max(1e-12);
        amplitudes.truncate(self.energy.len() - 1);
        amplitudes
            .iter_mut()
            .for_each(|value| *value = (f64::from(*value) * scale) as f32);
        amplitudes
    }

    /// How much of what is heard at each place the template is: 0 to 1 (the normalised correlation without its sign).
    pub fn likeness(&self, amplitudes: &[f32], template: &[f32]) -> Vec<f32> {
        // A part of a recording that is all but silent is like nothing.
        const SILENT: f64 = 1e-9;
        let own = energy(template);
        let end = self.energy.len() - 1;
        let like = |(place, amplitude): (usize, &f32)| {
            let heard = self.energy[(place + template.len()).min(end)] - self.energy[place];
            (f64::from(amplitude.abs()) * (own / (heard + SILENT * template.len() as f64)).sqrt()) as f32
        };
        amplitudes.iter().enumerate().map(like).collect()
    }
}

fn energy(samples: &[f32]) -> f64 {
    samples.iter().map(|sample| f64::from(*sample).powi(2)).sum()
}

/// The place of the largest value near `middle`, to a part of a sample (a parabola through three), and the value; the sign does not
/// count.
pub(super) fn peak(values: &[f32], middle: f64, around: f64) -> Option<(f64, f32)> {
    let from = (middle - around).max(0.0) as usize;
    let to = ((middle + around).max(0.0) as usize + 1).min(values.len());
    let near = values.get(from..to)?;
    let (at, _) = near.iter().enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))?;
    let at = from + at;
    let value = |place: usize| values.get(place).map_or(0.0, |value| f64::from(value.abs()));
    let (before, here, after) = (value(at.wrapping_sub(1)), value(at), value(at + 1));
    let bend = before - 2.0 * here + after;
    let off = if bend < 0.0 { (before - after) / 2.0 / bend } else { 0.0 };
    Some((at as f64 + off.clamp(-0.5, 0.5), values[at].abs()))
}

/// How far `other` is behind `one`, where `other` is known to within `around`. The pattern around the two counts as a whole: several ways
/// through a room may be as strong, and which of them is the strongest changes with the noise.
pub(super) fn distance(values: &[f32], one: f64, other: f64, around: f64) -> f64 {
    let (one, other, around) = (one.round() as i64, other.round() as i64, around as i64);
    let value = |place: i64| {
        let place = usize::try_from(place).ok();
        place.and_then(|place| values.get(place)).copied().unwrap_or(0.0)
    };
    let pattern: Vec<f32> = (one - 2 * around..=one + 2 * around).map(value).collect();
    let alike = |lag: i64| -> f32 {
        let places = other - 2 * around + lag..;
        pattern.iter().zip(places).map(|(one, place)| one * value(place)).sum()
    };
    let alike: Vec<f32> = (-around..=around).map(alike).collect();
    let lag = peak(&alike, around as f64, around as f64).map_or(0.0, |(at, _)| at - around as f64);
    (other - one) as f64 + lag
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::selftest::stimulus::chirp;

    #[test]
    fn a_chirp_is_found_to_a_part_of_a_sample_with_its_loudness() {
        let template = chirp(16_000.0);
        let mut signal = vec![0.0; 32_000];
        // Between two samples: both have half of it. Turned upside down by the loudspeaker.
        for (at, sample) in template.iter().enumerate() {
            signal[5_000 + at] -= 0.1 * sample;
            signal[5_001 + at] -= 0.1 * sample;
        }
        let mut matched = Matched::new(&signal, template.len());
        let amplitudes = matched.amplitudes(&template);
        let (at, _) = peak(&amplitudes, 16_000.0, 16_000.0).unwrap();
        assert!((at - 5_000.5).abs() < 0.02, "{at}");
        let likeness = matched.likeness(&amplitudes, &template);
        let (_, like) = peak(&likeness, at, 2.0).unwrap();
        assert!((0.7..=1.01).contains(&like), "{like}");
        assert!(likeness[20_000..].iter().all(|like| *like < 0.05));
        assert_eq!(peak(&amplitudes, 50_000.0, 10.0), None);
    }
}
