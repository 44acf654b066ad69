//! What the microphone hears, made fit for ears: without what the loudspeaker says at the same time, with less noise, loud enough.
//!
//! Echo cancellation, noise suppression and gain are `sonora`'s, which is WebRTC's audio processing in Rust. Here stands what it needs:
//! frames of 10 ms at 16 kHz, and with each of them what sounded when it was heard, whatever the two cards' rates and clocks are.

mod align;
pub(crate) mod filter;
mod reference;
mod steady;

pub use reference::Reference;

use align::Aligner;
use filter::Filter;
use rosie_core::SampleRate;
use sonora::{
    AudioProcessing, Config, StreamConfig,
    config::{
        AdaptiveDigital, EchoCanceller, GainController2, HighPassFilter, NoiseSuppression, NoiseSuppressionLevel,
    },
};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};
use steady::Steady;

const RATE: u32 = SampleRate::HEARING.0;
/// Of the times that the microphone tells the last so many count: 4 s.
const TIMES: u32 = 200;
/// 10 ms.
pub(crate) const FRAME: usize = RATE as usize / 100;

/// What is done to what the microphone hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrontConfig {
    /// Take away what is too low for speech: hum, steps, wind.
    pub high_pass: bool,
    /// Take away what the loudspeaker says.
    pub cancel_echo: bool,
    pub suppress_noise: bool,
    /// Make what is said as loud as recognisers like it.
    pub gain: bool,
}

impl FrontConfig {
    pub const NOTHING: Self = Self {
        high_pass: false,
        cancel_echo: false,
        suppress_noise: false,
        gain: false,
    };

    fn processing(self) -> Config {
        Config {
            high_pass_filter: self.high_pass.then(HighPassFilter::default),
            echo_canceller: self.cancel_echo.then(EchoCanceller::default),
            noise_suppression: self.suppress_noise.then(|| NoiseSuppression {
                level: NoiseSuppressionLevel::Low,
                ..NoiseSuppression::default()
            }),
            gain_controller2: self.gain.then(|| GainController2 {
                adaptive_digital: Some(AdaptiveDigital {
                    max_gain_db: 30.0,
                    initial_gain_db: 6.0,
                    ..AdaptiveDigital::default()
                }),
                ..GainController2::default()
            }),
            ..Config::default()
        }
    }
}

/// One microphone's.
pub struct FrontEnd {
    processing: AudioProcessing,
    cancel_echo: bool,
    rate: u32,
    /// `None`: the card gives 16 kHz.
    filter: Option<Filter>,
    /// With the loudspeaker's rate that it is for.
    aligner: Option<(u32, Aligner)>,
    /// Not yet a frame.
    heard: VecDeque<f32>,
    times: Steady,
}

impl FrontEnd {
    /// For a microphone of `rate` samples a second.
    ///
    /// # Errors
    /// A rate that cannot be converted.
    pub fn new(config: FrontConfig, rate: u32) -> Result<Self, String> {
        let stream = StreamConfig::new(RATE, 1);
        let processing = AudioProcessing::builder().config(config.processing());
        Ok(Self {
            processing: processing.capture_config(stream).render_config(stream).build(),
            cancel_echo: config.cancel_echo,
            rate,
            filter: (rate != RATE).then(|| Filter::new(rate, RATE)).transpose()?,
            aligner: None,
            heard: VecDeque::with_capacity(rate as usize),
            times: Steady::default(),
        })
    }

    /// Takes what was heard, the last of it at `ended`, and adds to `out` what is ready: 16 kHz.
    pub fn hear(&mut self, samples: &[i16], ended: Instant, reference: &Reference, out: &mut Vec<i16>) {
        let more = Duration::from_secs_f64(samples.len() as f64 / f64::from(self.rate));
        let ended = self.times.next(more, ended, TIMES);
        self.heard
            .extend(samples.iter().map(|sample| f32::from(*sample) / 32_768.0));
        let mut frame = [0.0; FRAME];
        loop {
            let waited = Duration::from_secs_f64(self.heard.len() as f64 / f64::from(self.rate));
            if !self.frame(&mut frame) {
                return;
            }
            if self.cancel_echo {
                self.echo(reference, ended.checked_sub(waited).unwrap_or(ended));
            }
            let mut done = [0.0; FRAME];
            // Rates and channels are those that it was made for, so that it refuses nothing.
            if self
                .processing
                .process_capture_f32(&[&frame], &mut [&mut done])
                .is_err()
            {
                done = frame;
            }
            out.extend(
                done.iter()
                    .map(|sample| (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16),
            );
        }
    }

    /// The next frame at 16 kHz, if there is one.
    fn frame(&mut self, frame: &mut [f32; FRAME]) -> bool {
        let place: &mut [f32] = match &mut self.filter {
            Some(filter) => filter.wanted(),
            None => frame,
        };
        let count = place.len();
        if self.heard.len() < count {
            return false;
        }
        place
            .iter_mut()
            .zip(self.heard.drain(..count))
            .for_each(|(place, sample)| *place = sample);
        if let Some(filter) = &mut self.filter {
            filter.make(frame);
        }
        true
    }

    /// Tells the canceller what sounded at `at`.
    fn echo(&mut self, reference: &Reference, at: Instant) {
        let rate = reference.rate();
        if self.aligner.as_ref().is_none_or(|(known, _)| *known != rate) {
            self.aligner = (rate > 0)
                .then(|| Aligner::new(rate).ok())
                .flatten()
                .map(|aligner| (rate, aligner));
        }
        let mut sounded = [0.0; FRAME];
        if let Some((_, aligner)) = &mut self.aligner {
            aligner.next(reference, at, &mut sounded);
        }
        let mut unused = [0.0; FRAME];
        let _ = self.processing.process_render_f32(&[&sounded], &mut [&mut unused]);
    }
}
