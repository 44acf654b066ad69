//! Streaming sample-rate conversion to mono, for microphones (any rate to 16 kHz) and for playback (a voice's rate to
//! the endpoint's).
//!
//! A windowed sinc (rubato) in blocks of 5 ms: level to 0.02 dB up to 0.92 of what the lower rate can hold, and nothing
//! above -80 dB of what it cannot, as soxr's HQ. The filter's own delay is cut off the front and given back by
//! [`Resampler::flush`], so that what comes out is as long as what went in and starts where it started; the true delay
//! while streaming is one block and half a filter, about 10 ms.

use crate::SpeechError;
use rosie_core::{AudioFrame, SampleRate};
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Async, FixedAsync, Resampler as _, SincInterpolationParameters, SincInterpolationType::Nearest, WindowFunction,
};

/// Taps of the filter at the lower of the two rates. Fewer cut into the consonants of narrow-band speech (a telephone's
/// 3.6 kHz lost 8 dB with 128 taps under a steeper window); more only add delay.
const TAPS: usize = 192;
/// Half of the level is left at this part of what the lower rate can hold: as far up as [`TAPS`] let the rest be below
/// -80 dB.
const CUTOFF: f32 = 0.958;
/// Up to so many places between two samples get a filter of their own, which is exact and a quarter of the work; with
/// more, filters are interpolated.
const MOST_PHASES: usize = 640;
const RATES: std::ops::RangeInclusive<u32> = 4_000..=192_000;
const MOST_CHANNELS: u16 = 32;

/// One stream's converter. All output is mono.
pub struct Resampler {
    from: SampleRate,
    channels: u16,
    to: SampleRate,
    /// `None` when only the channels are mixed.
    filter: Option<Filter>,
    /// A frame's samples that came without the rest of their frame.
    partial: Vec<f32>,
}

struct Filter {
    sinc: Async<f32>,
    input: Vec<f32>,
    output: Vec<f32>,
    ratio: f64,
    /// Silence put before each stream, so that the delay is a whole number of output samples; and that delay.
    lead: usize,
    delay: usize,
    /// Output still to be thrown away.
    skip: usize,
    taken: u64,
    given: u64,
}

impl Resampler {
    /// From interleaved audio of `channels` channels.
    ///
    /// # Errors
    /// `Config` for a rate outside 4 to 192 kHz, or a number of channels outside 1 to 32.
    pub fn new(from: SampleRate, channels: u16, to: SampleRate) -> Result<Self, SpeechError> {
        let refused = |reason: String| SpeechError::Config {
            what: "resampling",
            reason,
        };
        if !RATES.contains(&from.0) || !RATES.contains(&to.0) {
            return Err(refused(format!(
                "{} Hz to {} Hz; rates from 4000 to 192000 Hz are supported",
                from.0, to.0
            )));
        }
        if channels == 0 || channels > MOST_CHANNELS {
            return Err(refused(format!(
                "{channels} channels; 1 to {MOST_CHANNELS} are supported"
            )));
        }
        let filter = if from == to {
            None
        } else {
            Some(Filter::new(from, to).map_err(refused)?)
        };
        Ok(Self {
            from,
            channels,
            to,
            filter,
            partial: Vec::new(),
        })
    }

    /// Any microphone to what recognisers hear: 16 kHz mono.
    ///
    /// # Errors
    /// As [`Resampler::new`].
    pub fn to_hearing(from: SampleRate, channels: u16) -> Result<Self, SpeechError> {
        Self::new(from, channels, SampleRate::HEARING)
    }

    /// The rate of what comes out.
    pub fn rate(&self) -> SampleRate {
        self.to
    }

    /// Takes interleaved samples, as many as there are, and gives what is ready (perhaps nothing).
    pub fn push(&mut self, samples: &[i16]) -> Vec<i16> {
        if self.filter.is_none() && self.channels == 1 {
            return samples.to_vec();
        }
        let scaled = samples.iter().map(|&s| f32::from(s) / 32768.0);
        to_i16(&self.convert(scaled))
    }

    /// As [`Resampler::push`], for floats in `[-1, 1]`; values that are no numbers become silence.
    pub fn push_f32(&mut self, samples: &[f32]) -> Vec<f32> {
        self.convert(
            samples
                .iter()
                .map(|&s| if s.is_finite() { s.clamp(-1.0, 1.0) } else { 0.0 }),
        )
    }

    /// Takes a frame, starting anew when its rate or channels are not the last one's (a device that was exchanged).
    ///
    /// # Errors
    /// As [`Resampler::new`].
    pub fn frame(&mut self, frame: &AudioFrame) -> Result<AudioFrame, SpeechError> {
        if frame.rate != self.from || frame.channels != self.channels {
            *self = Self::new(frame.rate, frame.channels, self.to)?;
        }
        Ok(AudioFrame::mono(self.push(&frame.samples), self.to))
    }

    /// Ends the stream: gives what the filter still holds, and is ready for another stream.
    pub fn flush(&mut self) -> Vec<i16> {
        self.partial.clear();
        self.filter
            .as_mut()
            .map(|filter| to_i16(&filter.flush()))
            .unwrap_or_default()
    }

    fn convert(&mut self, samples: impl Iterator<Item = f32>) -> Vec<f32> {
        let channels = usize::from(self.channels);
        let mono: Vec<f32> = if channels == 1 {
            samples.collect()
        } else {
            self.partial.extend(samples);
            let whole = self.partial.len() / channels * channels;
            let mixed = self.partial[..whole]
                .chunks(channels)
                .map(|c| c.iter().sum::<f32>() / channels as f32);
            let mixed = mixed.collect();
            self.partial.drain(..whole);
            mixed
        };
        match &mut self.filter {
            Some(filter) => filter.push(&mono),
            None => mono,
        }
    }
}

impl Filter {
    fn new(from: SampleRate, to: SampleRate) -> Result<Self, String> {
        let ratio = f64::from(to.0) / f64::from(from.0);
        let block = (from.0 as usize / 200).max(16);
        // Going down, the filter has to be as much longer as its rate is higher.
        let taps = ((TAPS as f64 * (1.0 / ratio).clamp(1.0, 8.0)) as usize).next_multiple_of(8);
        let parameters = SincInterpolationParameters::new(taps, WindowFunction::BlackmanHarris).f_cutoff(CUTOFF);
        let common = gcd(from.0, to.0);
        let (phases, step) = ((to.0 / common) as usize, (from.0 / common) as usize);
        let exact = phases <= MOST_PHASES;
        let (parameters, lead, delay) = if exact {
            let (lead, delay) = align(taps / 2, phases, step);
            (
                parameters.oversampling_factor(phases).interpolation(Nearest),
                lead,
                delay,
            )
        } else {
            (parameters, 0, (taps as f64 / 2.0 * ratio).round() as usize - 1)
        };
        let sinc = Async::new_sinc(ratio, 1.0, &parameters, block, 1, FixedAsync::Input).map_err(|e| e.to_string())?;
        let output = vec![0.0; sinc.output_frames_max()];
        Ok(Self {
            sinc,
            input: vec![0.0; lead],
            output,
            ratio,
            lead,
            delay,
            skip: delay,
            taken: 0,
            given: 0,
        })
    }

    fn push(&mut self, mono: &[f32]) -> Vec<f32> {
        self.taken += mono.len() as u64;
        self.input.extend_from_slice(mono);
        let mut ready = Vec::with_capacity((mono.len() as f64 * self.ratio) as usize + 16);
        let mut at = 0;
        loop {
            let needed = self.sinc.input_frames_next();
            if self.input.len() - at < needed {
                break;
            }
            let block = &self.input[at..at + needed];
            at += needed;
            let made = self.run(block.len(), at - needed);
            let skipped = self.skip.min(made);
            self.skip -= skipped;
            ready.extend_from_slice(&self.output[skipped..made]);
        }
        self.input.drain(..at);
        self.given += ready.len() as u64;
        ready
    }

    /// Filters `frames` frames from `at` on into `output`, and tells how many came out.
    fn run(&mut self, frames: usize, at: usize) -> usize {
        let room = self.output.len();
        let input = InterleavedSlice::new(&self.input[at..at + frames], 1, frames);
        let output = InterleavedSlice::new_mut(&mut self.output[..], 1, room);
        match (input, output) {
            (Ok(input), Ok(mut output)) => self
                .sinc
                .process_into_buffer(&input, &mut output, None)
                .map_or(0, |(_, made)| made),
            // Sizes are taken from the buffers themselves, so this cannot be.
            _ => 0,
        }
    }

    fn flush(&mut self) -> Vec<f32> {
        let expected = (self.taken as f64 * self.ratio).round() as u64;
        let mut rest = Vec::new();
        let missing = expected.saturating_sub(self.given) as usize;
        let block = self.sinc.input_frames_next();
        // Enough silence to push out what is owed; the bound only guards against a filter that gives nothing.
        for _ in 0..(missing as f64 / self.ratio) as usize / block + 16 {
            if rest.len() >= missing {
                break;
            }
            rest.extend(self.push(&vec![0.0; block]));
        }
        rest.truncate(missing);
        self.sinc.reset();
        self.input.clear();
        self.input.resize(self.lead, 0.0);
        (self.skip, self.taken, self.given) = (self.delay, 0, 0);
        rest
    }
}

/// Samples of silence before the input, and samples thrown away of the output, after which the first sample out stands
/// where the first one in stood.
///
/// rubato's output `k` stands at input `(k + 1) * step / phases + 1 / phases - half` (measured with tones: its own
/// `output_delay` is up to four input samples off).
fn align(half: usize, phases: usize, step: usize) -> (usize, usize) {
    for lead in 0..step {
        let place = (half + lead) * phases - 1;
        if place.is_multiple_of(step) {
            return (lead, (place / step).saturating_sub(1));
        }
    }
    (0, (half * phases / step).saturating_sub(1))
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Rounded, and clipped where the filter overshoots.
fn to_i16(samples: &[f32]) -> Vec<i16> {
    samples
        .iter()
        .map(|&s| (s * 32768.0).round().clamp(-32768.0, 32767.0) as i16)
        .collect()
}
