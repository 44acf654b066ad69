//! Transcribes WAV files (16 kHz mono) one after the other and prints a JSON line for each: file, text, milliseconds.
//!
//! `stt_bench MODEL_FOLDER [--runs N] [--threads N] [--no-encoder] [--no-vad] [--language L]… FILE.wav…`
//! MODEL_FOLDER as `rosied models` lays it out: `whisper-base`, beside `onnxruntime` and `silero-vad`.
#![allow(clippy::unwrap_used)]

use rosie_core::engine::{EngineHealth, SpeechToText, SttJob, SttPriority};
use rosie_core::{CancelFlag, Language, SessionId};
use rosie_speech::stt::WhisperConfig;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::Instant;

fn main() {
    if let Err(error) = rosie_speech::prepare_process() {
        eprintln!("{error}");
    }
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("MODEL_FOLDER"));
    let root = folder.parent().unwrap().to_path_buf();
    let mut config = WhisperConfig::new(folder.file_name().unwrap().to_string_lossy(), folder.join("ggml.bin"));
    config.encoder = Some(folder.join("encoder-int8.onnx"));
    config.runtime = Some(root.join("onnxruntime/libonnxruntime.so"));
    config.vad_model = Some(root.join("silero-vad/silero_vad.onnx"));
    let (mut runs, mut files, mut languages, mut bias) = (3, Vec::new(), Vec::new(), Vec::new());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--runs" => runs = arguments.next().unwrap().parse().unwrap(),
            "--threads" => config.threads = arguments.next().unwrap().parse().unwrap(),
            "--no-encoder" => config.encoder = None,
            "--encoder" => config.encoder = Some(arguments.next().unwrap().into()),
            "--model" => config.model = arguments.next().unwrap().into(),
            "--no-vad" => config.vad_model = None,
            "--language" => languages.push(Language::new(&arguments.next().unwrap())),
            "--bias" => bias.push(arguments.next().unwrap()),
            _ => files.push(argument),
        }
    }
    let started = Instant::now();
    let engine = config.start().unwrap();
    while engine.info().health == EngineHealth::Loading {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    eprintln!("{:?} after {} ms", engine.info().health, started.elapsed().as_millis());
    let bias: Arc<[String]> = bias.into();
    for file in files {
        let audio: Arc<[f32]> = hound::WavReader::open(&file)
            .unwrap()
            .samples::<i16>()
            .map(|s| f32::from(s.unwrap()) / 32768.0)
            .collect();
        let mut milliseconds = Vec::new();
        let mut text = String::new();
        let mut code = String::new();
        let mut logprob = 0.0;
        for _ in 0..runs {
            let (send, receive) = mpsc::channel();
            let job = SttJob {
                stream: SessionId::from("bench"),
                priority: SttPriority::Final,
                audio: audio.clone(),
                languages: languages.clone(),
                bias: bias.clone(),
                cancel: CancelFlag::new(),
            };
            let started = Instant::now();
            engine.submit(job, Box::new(move |result| send.send(result).unwrap()));
            let result = receive.recv().unwrap();
            milliseconds.push(started.elapsed().as_secs_f64() * 1e3);
            match result {
                Ok(transcript) => {
                    code = transcript.language.to_string();
                    logprob = transcript.avg_logprob;
                    text = transcript.text;
                }
                Err(failure) => code = failure.to_string(),
            }
        }
        milliseconds.sort_by(f64::total_cmp);
        let seconds = audio.len() as f64 / 16_000.0;
        println!(
            "{}",
            serde_json::json!({"file": file, "text": text, "outcome": code, "avg_logprob": logprob, "audio_s": seconds,
                "ms_median": milliseconds[milliseconds.len() / 2], "ms_best": milliseconds[0]})
        );
    }
}
