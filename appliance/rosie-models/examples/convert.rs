//! Converts models by hand:
//!
//! ```text
//! convert ggml FOLDER OUT [f16 | q8_0 | q5_1]   CTranslate2 Whisper folder → whisper.cpp
//! convert q8_0 GGML OUT                        whisper.cpp f16 → q8_0
//! convert encoder GGML OUT [int8 | f32]         whisper.cpp → its encoder in ONNX
//! convert dynamic FROM.onnx OUT              int8 weights multiplied in f32 → multiplied as whole numbers
//! convert voice VOICE.onnx ENCODER DECODER      Piper voice → its halves
//! ```

use rosie_models::convert::{
    dynamic,
    encoder::{self, Precision},
    piper::{self, Half},
    quant::Quant,
    requantise, whisper,
};
use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["ggml", folder, out] | ["ggml", folder, out, "f16"] => ggml(folder, out, Quant::F16),
        ["ggml", folder, out, "q8_0"] => ggml(folder, out, Quant::Q8_0),
        ["ggml", folder, out, "q5_1"] => ggml(folder, out, Quant::Q5_1),
        ["q8_0", from, out] => requantise::ggml_to_q8_0(Path::new(from), Path::new(out)),
        ["encoder", from, out] | ["encoder", from, out, "int8"] => encode(from, out, Precision::Int8),
        ["encoder", from, out, "f32"] => encode(from, out, Precision::F32),
        ["dynamic", from, out] => dynamic::whole_numbers(Path::new(from), Path::new(out)),
        ["voice", voice, encoder, decoder] => piper::write_half(Path::new(voice), Half::Encoder, Path::new(encoder))
            .and_then(|()| piper::write_half(Path::new(voice), Half::Decoder, Path::new(decoder))),
        _ => {
            eprintln!(
                "ggml FOLDER OUT [f16|q8_0|q5_1], q8_0 GGML OUT, encoder GGML OUT [int8|f32], dynamic FROM OUT, or voice VOICE ENCODER DECODER"
            );
            return ExitCode::FAILURE;
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn ggml(folder: &str, out: &str, quant: Quant) -> rosie_models::Result<()> {
    whisper::ct2_to_ggml(Path::new(folder), quant, Path::new(out))
}

fn encode(from: &str, out: &str, precision: Precision) -> rosie_models::Result<()> {
    encoder::export(Path::new(from), precision, Path::new(out))
}
