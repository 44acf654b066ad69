//! Spectra as models of speech are fed with them: windows of 25 ms (Hann) of 16 kHz, in bands that lie evenly on Slaney's mel scale.
//! What is made of the bands, and what stands before the first sample, is each model's own.

use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex};
use std::{f64::consts::TAU, sync::Arc};

const RATE: f64 = 16_000.0;
pub const WINDOW: usize = 400;
/// 10 ms.
pub const HOP: usize = 160;
const BINS: usize = WINDOW / 2 + 1;

/// Makes them; holds what is the same for each.
pub struct Mel {
    fft: Arc<dyn RealToComplex<f64>>,
    window: Vec<f64>,
    /// Of each band: its first bin, and the weights from there on.
    bands: Vec<(usize, Vec<f64>)>,
}

impl Mel {
    pub fn new(bands: usize) -> Self {
        Self {
            fft: RealFftPlanner::new().plan_fft_forward(WINDOW),
            window: (0..WINDOW)
                .map(|at| 0.5 - 0.5 * (TAU * at as f64 / WINDOW as f64).cos())
                .collect(),
            bands: weights(bands),
        }
    }

    /// The power in each band of `frames` windows, [`HOP`] apart; `told` is given the frame, the band and the power. `samples` are as
    /// many as the windows take.
    pub fn of(&self, samples: &[f64], frames: usize, mut told: impl FnMut(usize, usize, f64)) {
        let (mut frame, mut spectrum) = (vec![0.0; WINDOW], vec![Complex::default(); BINS]);
        for (number, from) in samples.windows(WINDOW).step_by(HOP).take(frames).enumerate() {
            for ((place, sample), weight) in frame.iter_mut().zip(from).zip(&self.window) {
                *place = sample * weight;
            }
            // Lengths are the plan's own, so that it refuses nothing.
            if self.fft.process(&mut frame, &mut spectrum).is_err() {
                spectrum.fill(Complex::default());
            }
            for (band, (first, weights)) in self.bands.iter().enumerate() {
                let bins = spectrum[*first..].iter().zip(weights);
                told(number, band, bins.map(|(bin, weight)| bin.norm_sqr() * weight).sum());
            }
        }
    }
}

/// Triangles of equal area between places that lie evenly on the mel scale.
fn weights(bands: usize) -> Vec<(usize, Vec<f64>)> {
    let highest = mel(RATE / 2.0);
    let places: Vec<f64> = (0..bands + 2)
        .map(|at| hertz(highest * at as f64 / (bands + 1) as f64))
        .collect();
    let band = |places: &[f64]| {
        let [low, middle, high] = [places[0], places[1], places[2]];
        let weight = |bin: usize| {
            let at = bin as f64 * RATE / WINDOW as f64;
            let slope = ((at - low) / (middle - low)).min((high - at) / (high - middle));
            slope.max(0.0) * 2.0 / (high - low)
        };
        let first = (0..BINS).find(|bin| weight(*bin) > 0.0).unwrap_or(0);
        (
            first,
            (first..BINS).map(weight).take_while(|weight| *weight > 0.0).collect(),
        )
    };
    places.windows(3).map(band).collect()
}

/// Slaney's scale: even up to 1 kHz, then logarithmic.
fn mel(hertz: f64) -> f64 {
    match hertz < 1_000.0 {
        true => 3.0 * hertz / 200.0,
        false => 15.0 + (hertz / 1_000.0).ln() * 27.0 / 6.4f64.ln(),
    }
}

fn hertz(mel: f64) -> f64 {
    match mel < 15.0 {
        true => 200.0 * mel / 3.0,
        false => 1_000.0 * ((mel - 15.0) * 6.4f64.ln() / 27.0).exp(),
    }
}
