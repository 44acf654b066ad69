//! From the form a source has to the form Rosie runs. Every conversion is pure: the same input gives the same bytes.

pub mod ct2;
pub mod dynamic;
pub mod encoder;
pub mod ggml;
pub mod mel;
pub mod piper;
pub mod quant;
pub mod requantise;
pub mod speaker;
mod tensor;
mod torch;
mod vocabulary;
pub mod whisper;

pub use tensor::Tensor;

use crate::{error::Result, manifest::Step};
use std::path::Path;

/// Runs one step. `input` is a file, or a folder for [`Step::Ct2ToGgml`]; `out` is written, and on failure must be
/// removed by the caller. Blocking, takes seconds.
pub fn run(step: Step, input: &Path, out: &Path) -> Result<()> {
    match step {
        Step::Ct2ToGgml => whisper::ct2_to_ggml(input, quant::Quant::F16, out),
        Step::GgmlToQ8 => requantise::ggml_to_q8_0(input, out),
        Step::WhisperEncoder => encoder::export(input, encoder::Precision::Int8, out),
        Step::DynamicInt8 => dynamic::whole_numbers(input, out),
        Step::PiperEncoder => piper::write_half(input, piper::Half::Encoder, out),
        Step::SpeakerEncoder => speaker::export(input, out),
        Step::PiperDecoder => piper::write_half(input, piper::Half::Decoder, out),
    }
}
