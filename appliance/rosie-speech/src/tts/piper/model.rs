//! Running a Piper voice: a sentence's phonemes in, its sound out, piece by piece.
//!
//! The flow and the decoder see a limited number of frames to each side, so a piece made with that much overlap is
//! the same as that place of the whole. The flow's reach is 32 frames a side: 4 couplings of 4 convolutions that see 2 each.
//! Beyond 10 frames the decoder (HiFi-GAN) changes nothing by more than the last of 16 bits.

use super::cut::{LATENT, MASK, Z};
use super::parts::Sessions;
use super::voice::Inference;
use crate::SpeechError;
use crate::runtime::resting_run;
use ort::session::{RunOptions, Session};
use ort::value::{Tensor, TensorRef};

/// Frames of overlap that make a piece identical to the whole.
const FLOW_CONTEXT: usize = 32;
const DECODER_CONTEXT: usize = 10;
/// What a whole model's audio is counted in.
const SAMPLES_A_FRAME: usize = 256;

pub struct Model {
    sessions: Sessions,
    /// Of every run; `None`: the ordinary ones.
    options: Option<RunOptions>,
    speaker: Option<i64>,
}

/// A sentence being turned into sound. Frames are the decoder's steps, 256 samples each in Piper's voices.
#[derive(Clone)]
pub struct Utterance {
    /// Channels × frames, from the text part; empty in a voice of two parts or one.
    latent: Vec<f32>,
    /// Channels × frames, filled up to `z_done`.
    z: Vec<f32>,
    channels: usize,
    frames: usize,
    z_done: usize,
    given: usize,
    /// All of it, from a voice that is not cut.
    audio: Vec<f32>,
}

impl Utterance {
    /// Frames not given out yet.
    pub fn left(&self) -> usize {
        self.frames - self.given
    }
}

impl Model {
    pub fn new(sessions: Sessions, speaker: Option<i64>) -> Self {
        Self {
            sessions,
            options: None,
            speaker,
        }
    }

    /// Whether from now on each run gives back the memory that earlier ones made its session take.
    ///
    /// # Errors
    /// `Inference`.
    pub fn set_resting(&mut self, resting: bool) -> Result<(), SpeechError> {
        self.options = resting.then(resting_run).transpose().map_err(failed)?;
        Ok(())
    }

    /// In how many parts the voice runs: 3 gives the earliest first audio, 1 gives a sentence at once.
    pub fn parts(&self) -> usize {
        match self.sessions {
            Sessions::Three { .. } => 3,
            Sessions::Two { .. } => 2,
            Sessions::Whole(_) => 1,
        }
    }

    /// Reads a sentence: everything that must be known before its first sound.
    ///
    /// # Errors
    /// `Inference`.
    pub fn begin(&mut self, ids: &[i64], inference: Inference) -> Result<Utterance, SpeechError> {
        let speaker = self.speaker;
        let (session, output) = match &mut self.sessions {
            Sessions::Three { text, .. } => (text, LATENT),
            Sessions::Two { encoder, .. } => (encoder, Z),
            Sessions::Whole(whole) => (whole, "output"),
        };
        let (shape, data) =
            read_text(session, self.options.as_ref(), output, (ids, inference, speaker)).map_err(failed)?;
        match &self.sessions {
            Sessions::Whole(_) => {
                let frames = data.len().div_ceil(SAMPLES_A_FRAME);
                Ok(Utterance {
                    latent: vec![],
                    z: vec![],
                    channels: 0,
                    frames,
                    z_done: frames,
                    given: 0,
                    audio: data,
                })
            }
            sessions => {
                let (channels, frames) = match shape[..] {
                    [_, channels, frames] if channels * frames == data.len() => (channels, frames),
                    _ => {
                        return Err(failed(ort::Error::new(format!(
                            "unexpected shape {shape:?} of {output}"
                        ))));
                    }
                };
                let (latent, z, z_done) = match sessions {
                    Sessions::Three { .. } => (data, vec![0.0; channels * frames], 0),
                    _ => (vec![], data, frames),
                };
                Ok(Utterance {
                    latent,
                    z,
                    channels,
                    frames,
                    z_done,
                    given: 0,
                    audio: vec![],
                })
            }
        }
    }

    /// Makes the next `wanted` frames (at least one, at most what is left) and gives their samples.
    ///
    /// # Errors
    /// `Inference`.
    pub fn next(&mut self, utterance: &mut Utterance, wanted: usize) -> Result<Vec<f32>, SpeechError> {
        let start = utterance.given;
        let end = (start + wanted.max(1)).min(utterance.frames);
        if start == end {
            return Ok(Vec::new());
        }
        let (speaker, options) = (self.speaker, self.options.as_ref());
        let samples = match &mut self.sessions {
            Sessions::Whole(_) => {
                let until = (end * SAMPLES_A_FRAME).min(utterance.audio.len());
                utterance.audio[start * SAMPLES_A_FRAME..until].to_vec()
            }
            Sessions::Two { decoder, .. } => {
                decode(decoder, options, utterance, (start, end), speaker).map_err(failed)?
            }
            Sessions::Three { flow, decoder, .. } => {
                let seen = (end + DECODER_CONTEXT).min(utterance.frames);
                flow_until(flow, options, utterance, seen, speaker).map_err(failed)?;
                decode(decoder, options, utterance, (start, end), speaker).map_err(failed)?
            }
        };
        utterance.given = end;
        Ok(samples)
    }
}

fn failed(error: ort::Error) -> SpeechError {
    SpeechError::Inference {
        what: "the voice",
        reason: error.to_string(),
    }
}

fn read_text(
    session: &mut Session,
    options: Option<&RunOptions>,
    output: &str,
    (ids, inference, speaker): (&[i64], Inference, Option<i64>),
) -> ort::Result<(Vec<usize>, Vec<f32>)> {
    let scales = [inference.noise_scale, inference.length_scale, inference.noise_w];
    let mut inputs = ort::inputs! {
        "input" => TensorRef::from_array_view(([1usize, ids.len()], ids))?,
        "input_lengths" => Tensor::from_array(([1usize], vec![ids.len() as i64]))?,
        "scales" => Tensor::from_array(([3usize], scales.to_vec()))?,
    };
    if let Some(speaker) = speaker.filter(|_| takes(session, "sid")) {
        inputs.push(("sid".into(), Tensor::from_array(([1usize], vec![speaker]))?.into()));
    }
    let outputs = run(session, options, inputs)?;
    let (shape, data) = outputs[output].try_extract_tensor::<f32>()?;
    Ok((shape.iter().map(|d| *d as usize).collect(), data.to_vec()))
}

/// Runs the flow as far as frame `until`, if it has not been run that far.
fn flow_until(
    flow: &mut Session,
    options: Option<&RunOptions>,
    utterance: &mut Utterance,
    until: usize,
    speaker: Option<i64>,
) -> ort::Result<()> {
    let done = utterance.z_done;
    if until <= done {
        return Ok(());
    }
    let (from, to) = (
        done.saturating_sub(FLOW_CONTEXT),
        (until + FLOW_CONTEXT).min(utterance.frames),
    );
    let window = columns(&utterance.latent, utterance.frames, from, to);
    let width = to - from;
    let mut inputs = ort::inputs! {
        LATENT => Tensor::from_array(([1usize, utterance.channels, width], window))?,
        MASK => Tensor::from_array(([1usize, 1, width], vec![1.0f32; width]))?,
    };
    if let Some(speaker) = speaker.filter(|_| takes(flow, "sid")) {
        inputs.push(("sid".into(), Tensor::from_array(([1usize], vec![speaker]))?.into()));
    }
    let outputs = run(flow, options, inputs)?;
    let (_, made) = outputs[Z].try_extract_tensor::<f32>()?;
    for channel in 0..utterance.channels {
        let row = &made[channel * width + done - from..channel * width + until - from];
        utterance.z[channel * utterance.frames + done..][..row.len()].copy_from_slice(row);
    }
    utterance.z_done = until;
    Ok(())
}

/// The samples of frames `start..end`.
fn decode(
    decoder: &mut Session,
    options: Option<&RunOptions>,
    utterance: &Utterance,
    (start, end): (usize, usize),
    speaker: Option<i64>,
) -> ort::Result<Vec<f32>> {
    let (from, to) = (
        start.saturating_sub(DECODER_CONTEXT),
        (end + DECODER_CONTEXT).min(utterance.frames),
    );
    let width = to - from;
    let window = columns(&utterance.z, utterance.frames, from, to);
    let mut inputs = ort::inputs! { Z => Tensor::from_array(([1usize, utterance.channels, width], window))? };
    if let Some(speaker) = speaker.filter(|_| takes(decoder, "sid")) {
        inputs.push(("sid".into(), Tensor::from_array(([1usize], vec![speaker]))?.into()));
    }
    let outputs = run(decoder, options, inputs)?;
    let (_, made) = outputs["output"].try_extract_tensor::<f32>()?;
    let step = made.len() / width;
    Ok(made[(start - from) * step..(end - from) * step].to_vec())
}

fn run<'s>(
    session: &'s mut Session,
    options: Option<&'s RunOptions>,
    inputs: Vec<(std::borrow::Cow<'_, str>, ort::session::SessionInputValue<'_>)>,
) -> ort::Result<ort::session::SessionOutputs<'s>> {
    match options {
        Some(options) => session.run_with_options(inputs, options),
        None => session.run(inputs),
    }
}

fn takes(session: &Session, input: &str) -> bool {
    session.inputs().iter().any(|i| i.name() == input)
}

/// Columns `from..to` of a matrix stored row by row.
fn columns(matrix: &[f32], width: usize, from: usize, to: usize) -> Vec<f32> {
    matrix
        .chunks_exact(width.max(1))
        .flat_map(|row| &row[from..to])
        .copied()
        .collect()
}
