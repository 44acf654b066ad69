//! Sound on its way in and out, at the rates that both sides know.

use rosie_core::{AudioFrame, ErrorCode, Failure, SampleRate};
use rosie_speech::resample::Resampler;

/// What is heard, at 16 kHz.
#[derive(Default)]
pub struct Microphone(Option<(u32, u16, Resampler)>);

impl Microphone {
    pub fn heard(&mut self, frame: &AudioFrame) -> Result<Vec<i16>, Failure> {
        let (rate, channels) = (frame.rate.0, frame.channels);
        if (rate, channels) == (SampleRate::HEARING.0, 1) {
            return Ok(frame.samples.clone());
        }
        let known = self.0.take().filter(|(from, of, _)| (*from, *of) == (rate, channels));
        let resampler = match known {
            Some((.., resampler)) => resampler,
            None => Resampler::to_hearing(frame.rate, channels)
                .map_err(|error| Failure::new(ErrorCode::BadRequest, error.to_string()))?,
        };
        let (.., resampler) = self.0.insert((rate, channels, resampler));
        Ok(resampler.push(&frame.samples))
    }
}

/// What sounds, at the loudspeaker's rate.
#[derive(Default)]
pub struct Sound(Option<(u32, Resampler)>);

impl Sound {
    pub fn at(&mut self, rate: u32, frame: &AudioFrame) -> Vec<i16> {
        if self.0.as_ref().is_none_or(|(from, _)| *from != frame.rate.0) {
            let made = Resampler::new(frame.rate, 1, SampleRate(rate));
            let made = made.inspect_err(|error| tracing::warn!(%error, "a reply cannot be played"));
            self.0 = made.ok().map(|resampler| (frame.rate.0, resampler));
        }
        match &mut self.0 {
            Some((_, resampler)) => resampler.push(&frame.to_mono()),
            None => Vec::new(),
        }
    }

    /// What is left of it.
    pub fn end(&mut self) -> Vec<i16> {
        self.0
            .take()
            .map(|(_, mut resampler)| resampler.flush())
            .unwrap_or_default()
    }
}
