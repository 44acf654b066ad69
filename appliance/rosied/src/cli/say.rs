//! `rosied say`: text to a WAV file.

use super::{CliError, CliResult, Common, offline, wav};
use anyhow::Context;
use rosie_core::{
    AudioFrame, CancelFlag, ErrorCode, Failure, Language,
    engine::{SpeechText, TextToSpeech, TtsEvent, TtsJob},
};
use serde_json::json;
use std::{io::Read, path::PathBuf, process::ExitCode};
use tokio::sync::mpsc;

#[derive(clap::Args)]
pub struct Args {
    /// What to say; `-` reads it from standard input.
    text: String,
    /// The WAV file to write.
    #[arg(short, long, default_value = "rosie.wav")]
    output: PathBuf,
    /// The text is SSML.
    #[arg(long)]
    ssml: bool,
    /// Language of the text; without it the house's first.
    #[arg(long)]
    language: Option<String>,
    /// Speaking rate; 0.5 to 2.
    #[arg(long, default_value_t = 1.0)]
    rate: f32,
}

/// A text, said.
pub struct Said {
    pub audio: AudioFrame,
    pub first_audio_ms: u64,
    pub compute_ms: u64,
}

pub fn main(common: &Common, args: Args) -> CliResult {
    let text = if args.text == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("standard input cannot be read")?;
        text
    } else {
        args.text.clone()
    };
    let json = common.json;
    offline::with_rosie(
        common,
        |_| {},
        async |rosie| {
            let house = &rosie.sessions.house;
            let job = TtsJob {
                text: if args.ssml {
                    SpeechText::Ssml(text)
                } else {
                    SpeechText::Plain(text)
                },
                language: args
                    .language
                    .as_deref()
                    .map_or_else(|| house.languages().swap_remove(0), Language::new),
                voice: None,
                rate: args.rate,
                cacheable: false,
                cancel: CancelFlag::new(),
            };
            let said = say(&*house.engines().tts, job).await?;
            wav::write(&args.output, &said.audio)?;
            let (file, audio_ms) = (args.output.display().to_string(), said.audio.duration_ms());
            if json {
                let Said {
                    first_audio_ms,
                    compute_ms,
                    ..
                } = said;
                println!(
                    "{}",
                    json!({ "file": file, "audio_ms": audio_ms, "first_audio_ms": first_audio_ms, "compute_ms": compute_ms })
                );
            } else {
                println!("{file}: {:.1} s", audio_ms as f64 / 1000.0);
            }
            Ok(ExitCode::SUCCESS)
        },
    )
}

/// Synthesises all of a text.
pub async fn say(tts: &dyn TextToSpeech, job: TtsJob) -> Result<Said, CliError> {
    let (events, mut heard) = mpsc::unbounded_channel();
    tts.submit(job, Box::new(move |event| drop(events.send(event))));
    let mut audio: Option<AudioFrame> = None;
    while let Some(event) = heard.recv().await {
        match event {
            TtsEvent::Audio(frame) => match &mut audio {
                Some(audio) => audio.samples.extend(frame.samples),
                None => audio = Some(frame),
            },
            TtsEvent::Done {
                first_audio_ms,
                compute_ms,
                ..
            } => {
                let nothing = || Failure::new(ErrorCode::TtsUnavailable, "there is nothing to say in this text");
                return Ok(Said {
                    audio: audio.ok_or_else(nothing)?,
                    first_audio_ms,
                    compute_ms,
                });
            }
            TtsEvent::Failed(failure) => return Err(failure.into()),
        }
    }
    Err(Failure::new(ErrorCode::TtsUnavailable, "the synthesiser went away").into())
}
