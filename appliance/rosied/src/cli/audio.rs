//! `rosied audio test`: the acoustic self-test. It needs the cards for itself, so that no Rosie may be running on them.

use super::{CliResult, Common, wav};
use anyhow::Context;
use rosie_core::{AudioFrame, Language, SampleRate};
use rosie_device::selftest::{self, Report, Verdict, Words};
use rosie_speech::tts::{Espeak, EspeakConfig};
use serde_json::json;
use std::{path::PathBuf, process::ExitCode};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Play chirps and a sentence while listening, and tell what microphone, loudspeaker and room are worth (docs/hardware.md).
    Test(Test),
}

#[derive(clap::Args)]
pub struct Test {
    /// Language of what is said; without it the house's first.
    #[arg(long)]
    language: Option<String>,
    /// How loud, 0 to 100; without it `audio.volume_percent` of the configuration.
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=100))]
    volume: Option<u8>,
    /// Microphone, as ALSA names it (`arecord -L`); without it that of the configuration.
    #[arg(long)]
    capture: Option<String>,
    /// Loudspeaker, as ALSA names it (`aplay -L`); without it that of the configuration.
    #[arg(long)]
    playback: Option<String>,
    /// Draw into this SVG file how loud it was from moment to moment.
    #[arg(long)]
    picture: Option<PathBuf>,
    /// Keep what was heard in this WAV file.
    #[arg(long)]
    recording: Option<PathBuf>,
}

pub fn main(common: &Common, Command::Test(args): Command) -> CliResult {
    let (_, config) = common.load()?;
    let language = args
        .language
        .as_deref()
        .or(config.languages.first().map(String::as_str));
    let words = Words::of(&language.map(Language::new).unwrap_or_default());
    let mut device = config.device.wanted();
    device.capture = args.capture.unwrap_or(device.capture);
    device.playback = args.playback.unwrap_or(device.playback);
    let phrase = spoken(&words)?;
    eprintln!("{}", words.before);
    let volume = args.volume.unwrap_or(config.audio.volume_percent);
    let listened = selftest::perform(&device, &phrase, volume).map_err(anyhow::Error::from)?;
    let report = selftest::analyse(&listened.stimulus, &listened.recording, listened.channel);
    if let Some(file) = args.recording {
        let recording = listened.recording;
        let heard = AudioFrame {
            samples: recording.samples,
            rate: SampleRate(recording.rate),
            channels: recording.channels as u16,
        };
        wav::write(&file, &heard)?;
    }
    if let Some(file) = args.picture {
        let drawn = std::fs::write(&file, selftest::svg(&report.curve));
        drawn.with_context(|| format!("{} cannot be written", file.display()))?;
    }
    show(&report, &words, common.json);
    Ok(match report.verdict() {
        Verdict::Fail => ExitCode::FAILURE,
        Verdict::Warn | Verdict::Pass => ExitCode::SUCCESS,
    })
}

/// By the voice that needs no model: a satellite has none.
fn spoken(words: &Words) -> anyhow::Result<AudioFrame> {
    let espeak = Espeak::get(&EspeakConfig::default())?;
    let mut samples = Vec::new();
    espeak.speak(words.language, &words.phrase, 1.0, 1.0, &mut |piece| {
        samples.extend_from_slice(piece);
        true
    })?;
    Ok(AudioFrame::mono(samples, SampleRate(espeak.sample_rate())))
}

fn show(report: &Report, words: &Words, json: bool) {
    if json {
        let findings: Vec<_> = report
            .findings
            .iter()
            .map(|finding| {
                json!({
                    "check": finding.reason.check(),
                    "verdict": finding.reason.verdict(),
                    "reason": finding.reason,
                    "value": finding.value,
                    "beside": finding.beside,
                    "said": words.said(finding),
                })
            })
            .collect();
        let told = json!({ "verdict": report.verdict(), "findings": findings, "curve": report.curve });
        return println!("{}", serde_json::to_string_pretty(&told).unwrap_or_default());
    }
    for finding in &report.findings {
        let (verdict, check) = (finding.reason.verdict(), finding.reason.check());
        println!(
            "{:<9} {:<14} {}",
            words.verdict(verdict),
            words.check(check),
            words.said(finding)
        );
    }
}
