//! `rosied bench`: each engine alone, on this machine, on the recordings that are given.

use super::{CliError, CliResult, Common, offline, say, transcribe};
use crate::pipeline;
use rosie_core::{
    CancelFlag, SampleRate, SessionId,
    engine::{SpeechText, SttJob, SttPriority, TtsJob},
};
use serde::Serialize;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

#[derive(clap::Args)]
pub struct Args {
    /// Recordings to transcribe.
    files: Vec<PathBuf>,
    /// A text to say; may be given several times.
    #[arg(long)]
    say: Vec<String>,
    /// Times each is done; the median is told.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

#[derive(Serialize, Default)]
struct Report {
    /// From the start of the process until every engine was loaded.
    ready_ms: u64,
    transcriptions: Vec<Transcription>,
    syntheses: Vec<Synthesis>,
}

#[derive(Serialize)]
struct Transcription {
    file: PathBuf,
    audio_ms: u64,
    median_ms: f64,
    text: String,
}

#[derive(Serialize)]
struct Synthesis {
    text: String,
    audio_ms: u64,
    first_audio_ms: f64,
    total_ms: f64,
}

pub fn main(common: &Common, args: &Args) -> CliResult {
    if args.rounds == 0 {
        return Err(CliError::Other(anyhow::anyhow!("--rounds must be at least 1")));
    }
    let json = common.json;
    offline::with_rosie(
        common,
        |config| config.tts.cache_mb = 0,
        async |rosie| {
            let mut report = Report {
                ready_ms: rosie.started.elapsed().as_millis() as u64,
                ..Report::default()
            };
            let engines = rosie.sessions.house.engines();
            let languages = rosie.sessions.house.languages();
            for file in &args.files {
                report
                    .transcriptions
                    .push(time_transcription(&*engines.stt, file, &languages, args.rounds).await?);
            }
            for text in &args.say {
                report
                    .syntheses
                    .push(time_synthesis(&*engines.tts, text, &languages[0], args.rounds).await?);
            }
            show(&report, json);
            Ok(ExitCode::SUCCESS)
        },
    )
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}

async fn time_transcription(
    stt: &dyn rosie_core::engine::SpeechToText,
    file: &Path,
    languages: &[rosie_core::Language],
    rounds: usize,
) -> Result<Transcription, CliError> {
    let audio: Arc<[f32]> = transcribe::hearing(file)?.into();
    let audio_ms = SampleRate::HEARING.millis(audio.len());
    let (mut times, mut text) = (Vec::new(), String::new());
    // The first round warms caches and is not counted.
    for round in 0..=rounds {
        let job = SttJob {
            stream: SessionId::from("bench"),
            priority: SttPriority::Final,
            audio: audio.clone(),
            languages: languages.to_vec(),
            bias: Arc::new([]),
            cancel: CancelFlag::new(),
        };
        let began = Instant::now();
        let result = pipeline::transcribe(stt, job).await;
        if round > 0 {
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        text = match result {
            Ok(transcript) => transcript.text,
            Err(failure) if failure.code == rosie_core::ErrorCode::SttNoTextRecognized => String::new(),
            Err(failure) => return Err(failure.into()),
        };
    }
    Ok(Transcription {
        file: file.to_path_buf(),
        audio_ms,
        median_ms: median(times),
        text,
    })
}

async fn time_synthesis(
    tts: &dyn rosie_core::engine::TextToSpeech,
    text: &str,
    language: &rosie_core::Language,
    rounds: usize,
) -> Result<Synthesis, CliError> {
    let (mut first, mut total, mut audio_ms) = (Vec::new(), Vec::new(), 0);
    for round in 0..=rounds {
        let job = TtsJob {
            text: SpeechText::Plain(text.to_owned()),
            language: language.clone(),
            voice: None,
            rate: 1.0,
            cacheable: false,
            cancel: CancelFlag::new(),
        };
        let began = Instant::now();
        let said = say::say(tts, job).await?;
        if round > 0 {
            total.push(began.elapsed().as_secs_f64() * 1000.0);
            first.push(said.first_audio_ms as f64);
        }
        audio_ms = said.audio.duration_ms();
    }
    Ok(Synthesis {
        text: text.to_owned(),
        audio_ms,
        first_audio_ms: median(first),
        total_ms: median(total),
    })
}

fn show(report: &Report, json: bool) {
    if json {
        return println!("{}", serde_json::to_string_pretty(report).unwrap_or_default());
    }
    println!("engines ready after {} ms", report.ready_ms);
    for t in &report.transcriptions {
        println!(
            "{:>6} ms audio  {:>7.0} ms  {}: {}",
            t.audio_ms,
            t.median_ms,
            t.file.display(),
            t.text
        );
    }
    for s in &report.syntheses {
        println!(
            "{:>6} ms audio  first {:>5.0} ms  all {:>6.0} ms  {}",
            s.audio_ms, s.first_audio_ms, s.total_ms, s.text
        );
    }
}
