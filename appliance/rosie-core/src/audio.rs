//! Audio as it travels between parts: 16-bit samples that always carry their rate and channels.

use serde::{Deserialize, Serialize};

/// Samples a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SampleRate(pub u32);

impl SampleRate {
    /// What every recogniser here hears.
    pub const HEARING: SampleRate = SampleRate(16_000);

    /// Samples (of one channel) in `ms` milliseconds.
    pub fn samples(self, ms: u64) -> usize {
        (u64::from(self.0) * ms / 1000) as usize
    }

    /// Milliseconds in `samples` samples of one channel.
    pub fn millis(self, samples: usize) -> u64 {
        samples as u64 * 1000 / u64::from(self.0.max(1))
    }
}

/// A run of interleaved signed 16-bit samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioFrame {
    pub samples: Vec<i16>,
    pub rate: SampleRate,
    pub channels: u16,
}

impl AudioFrame {
    pub fn mono(samples: Vec<i16>, rate: SampleRate) -> Self {
        Self {
            samples,
            rate,
            channels: 1,
        }
    }

    pub fn duration_ms(&self) -> u64 {
        self.rate.millis(self.samples.len() / usize::from(self.channels.max(1)))
    }

    /// The mean of all channels.
    pub fn to_mono(&self) -> Vec<i16> {
        let n = usize::from(self.channels.max(1));
        if n == 1 {
            return self.samples.clone();
        }
        self.samples
            .chunks_exact(n)
            .map(|c| (c.iter().map(|&s| i32::from(s)).sum::<i32>() / n as i32) as i16)
            .collect()
    }
}

/// `[-1, 1)` floats from 16-bit samples.
pub fn to_f32(samples: &[i16]) -> Vec<f32> {
    samples.iter().map(|&s| f32::from(s) / 32768.0).collect()
}

/// 16-bit samples from floats; values outside `[-1, 1]` are clipped.
pub fn to_i16(samples: &[f32]) -> Vec<i16> {
    samples.iter().map(|&s| (s.clamp(-1.0, 1.0) * 32767.0) as i16).collect()
}
