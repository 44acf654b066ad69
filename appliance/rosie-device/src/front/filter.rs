//! Conversion of rates in whole frames at 16 kHz, with a ratio that may change by a little.

use super::FRAME;
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Adjustable as _, Async, FixedAsync, Resampler as _, SincInterpolationParameters, SincInterpolationType::Linear,
    WindowFunction,
};

/// At the lower of the two rates: 4 ms of delay, and everything that 16 kHz can hold up to 7 kHz.
const TAPS: usize = 128;
/// With so many filters between two samples what a line between them leaves wrong is below -80 dB.
const PHASES: usize = 256;
/// More than clocks are ever apart.
const MOST_HURRY: f64 = 1.01;

pub(crate) struct Filter {
    sinc: Async<f32>,
    input: Vec<f32>,
    delay: f64,
}

impl Filter {
    /// # Errors
    /// A rate that cannot be converted.
    pub fn new(from: u32, to: u32) -> Result<Self, String> {
        let ratio = f64::from(to) / f64::from(from);
        // Going down, the filter has to be as much longer as its rate is higher.
        let taps = ((TAPS as f64 * (1.0 / ratio).clamp(1.0, 8.0)) as usize).next_multiple_of(8);
        let parameters = SincInterpolationParameters::new(taps, WindowFunction::BlackmanHarris)
            .f_cutoff(0.93)
            .oversampling_factor(PHASES)
            .interpolation(Linear);
        let sinc = Async::new_sinc(ratio, MOST_HURRY, &parameters, FRAME, 1, FixedAsync::Output);
        let sinc = sinc.map_err(|error| format!("{from} Hz to {to} Hz: {error}"))?;
        Ok(Self {
            input: vec![0.0; sinc.input_frames_max()],
            delay: taps as f64 / 2.0,
            sinc,
        })
    }

    /// What comes out is so many samples of the input behind what was put in last.
    pub fn delay(&self) -> f64 {
        self.delay
    }

    /// As many samples as the next frame is made of: to be filled.
    pub fn wanted(&mut self) -> &mut [f32] {
        let count = self.sinc.input_frames_next();
        &mut self.input[..count]
    }

    /// From what [`Self::wanted`] was filled with. Allocates nothing.
    pub fn make(&mut self, frame: &mut [f32; FRAME]) {
        let count = self.sinc.input_frames_next();
        let input = InterleavedSlice::new(&self.input[..count], 1, count);
        let output = InterleavedSlice::new_mut(&mut frame[..], 1, FRAME);
        if let (Ok(input), Ok(mut output)) = (input, output) {
            // Sizes are the filter's own, so that nothing is refused.
            let _ = self.sinc.process_into_buffer(&input, &mut output, None);
        }
    }

    /// From the next frame on the input runs so many times as fast as it would.
    pub fn hurry(&mut self, by: f64) {
        let _ = self.sinc.set_resample_ratio_relative(1.0 / by, true);
    }
}
