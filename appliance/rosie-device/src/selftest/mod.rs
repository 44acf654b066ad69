//! The acoustic self-test: plays chirps and a phrase through the loudspeaker while it listens, and tells what microphone,
//! loudspeaker and room are worth, with advice.
//!
//! [`perform`] is the part that needs cards; [`analyse`] is a function of what was played and what was heard. What is said of the
//! findings is data, in `data/self-test/`.

mod analysis;
mod chirps;
mod echo;
mod findings;
mod matched;
mod perform;
mod picture;
mod stimulus;
mod tape;
mod words;

pub use analysis::analyse;
pub use findings::{Check, Finding, Reason, Verdict};
pub use perform::{Listened, Unheard, perform};
pub use picture::{Curve, svg};
pub use stimulus::Stimulus;
pub use words::Words;

use crate::capture::mix;
use serde::Serialize;

/// What the microphone heard while a [`Stimulus`] was played.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Samples a second, as the card says.
    pub rate: u32,
    pub channels: usize,
    /// All channels of a frame one after the other.
    pub samples: Vec<i16>,
    /// Samples a second, by the clock of the machine; `None`: not known.
    pub timed_rate: Option<f64>,
    /// In which second of it the stimulus begins to sound, as the cards say; `None`: they do not.
    pub begins_s: Option<f64>,
    /// Times that one of the cards ran over or dry.
    pub gaps: u64,
}

impl Recording {
    /// What an endpoint hears of it: a channel counted from 1, or with 0 the mean of all.
    fn heard(&self, channel: u16) -> Vec<i16> {
        let channel = if usize::from(channel) > self.channels {
            0
        } else {
            channel
        };
        let mut one = vec![0; self.samples.len() / self.channels];
        mix(&self.samples, self.channels, channel, &mut one);
        one
    }

    /// One channel, counted from 0, as numbers from -1 to 1.
    fn channel(&self, nth: usize) -> Vec<f32> {
        let samples = self.samples.iter().skip(nth).step_by(self.channels);
        samples.map(|sample| f32::from(*sample) / 32_768.0).collect()
    }
}

/// What came out.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// At most one a check. What could not be measured is not in it.
    pub findings: Vec<Finding>,
    pub curve: Curve,
}

impl Report {
    /// The worst of all findings.
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.findings.iter().map(|finding| finding.reason.verdict());
        verdicts.max().unwrap_or(Verdict::Fail)
    }
}

/// Of the mean square, in decibels beside full scale.
fn decibels(power: f64) -> f64 {
    10.0 * power.max(1e-10).log10()
}

fn power(samples: &[i16]) -> f64 {
    let squares = samples.iter().map(|sample| (f64::from(*sample) / 32_768.0).powi(2));
    squares.sum::<f64>() / samples.len().max(1) as f64
}
