//! `rosied turn`: a whole turn from a recording, at the speed of life, through the same session as any endpoint.
//!
//! The recording's last word is looked for beforehand, so that a pause inside it does not end the turn; from that word
//! on the endpointer decides as it does for a person. `--live` lets it decide all along.

use super::{CliResult, Common, offline, wav};
use crate::daemon::Rosie;
use anyhow::Context;
use rosie_core::{
    AudioFrame, EndpointId, Failure, Language, RoomId, SampleRate,
    record::{Outcome, StageTiming},
    session::{EndpointSpec, SessionEvent, SessionInput},
};
use serde::Serialize;
use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};
use tokio::sync::mpsc;

const CHUNK_MS: u64 = 20;
/// Silence after the recording, for the endpointer to decide in.
const TAIL_MS: u64 = 15_000;
/// A turn that has not ended by then never will.
const LIMIT: Duration = Duration::from_secs(150);

#[derive(clap::Args)]
pub struct Args {
    /// A WAV file.
    file: PathBuf,
    /// Where the reply's audio goes.
    #[arg(short, long, default_value = "reply.wav")]
    output: PathBuf,
    /// Language spoken ("de"); without it the house's. Several in the configuration are told apart by ear.
    #[arg(long)]
    language: Option<String>,
    /// The room it is said in.
    #[arg(long)]
    room: Option<String>,
    /// Let any pause end the turn, as a person's would.
    #[arg(long)]
    live: bool,
}

#[derive(Default, Serialize)]
struct Report {
    transcript: Option<String>,
    language: Option<String>,
    intent: Option<String>,
    reply: String,
    outcome: Option<Outcome>,
    stages: Vec<StageTiming>,
    error: Option<Failure>,
    audio: Option<PathBuf>,
    audio_ms: u64,
}

pub fn main(common: &Common, args: Args) -> CliResult {
    let recording = wav::read(&args.file)?;
    let json = common.json;
    // With a held button silence ends nothing; a release that counts as a tap gives the endpointer its say.
    let live = args.live;
    let adjust = |config: &mut crate::config::Config| {
        config.audio.tap_ms = u64::MAX;
        offline::speak(config, args.language.as_deref());
    };
    offline::with_rosie(common, adjust, async |rosie| {
        rosie.model_loaded(offline::LOAD_LIMIT).await;
        let released_at = if live { 0 } else { last_word_ms(&rosie, &recording)? };
        let (report, audio) = run(&rosie, &args, recording, released_at).await?;
        let mut report = report;
        if let Some(audio) = audio {
            wav::write(&args.output, &audio)?;
            report.audio_ms = audio.duration_ms();
            report.audio = Some(args.output.clone());
        }
        show(&report, json);
        let ok = matches!(report.outcome, Some(Outcome::Answered));
        Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

/// Where the last speech of a recording ends, by the detector itself; its whole length when there is no detector.
fn last_word_ms(rosie: &Rosie, recording: &AudioFrame) -> anyhow::Result<u64> {
    let house = &rosie.sessions.house;
    let frames = crate::engines::speech_frames(&house.config(), &rosie.folders, recording)?;
    let threshold = house.config().audio.speech_threshold;
    let last = frames.iter().rposition(|&p| p >= threshold);
    Ok(last.map_or(recording.duration_ms(), |i| {
        (i as u64 + 1) * crate::engines::VAD_FRAME_MS
    }))
}

async fn run(
    rosie: &Arc<Rosie>,
    args: &Args,
    recording: AudioFrame,
    released_at: u64,
) -> anyhow::Result<(Report, Option<AudioFrame>)> {
    let spec = EndpointSpec {
        has_screen: false,
        has_leds: false,
        passing: false,
        endpoint: EndpointId::from("command-line"),
        room: args.room.clone().map(RoomId),
        language: args.language.as_deref().map(Language::new),
        playback_rate: 22_050,
        wants_audio: true,
        resume: None,
    };
    let (events, mut heard) = mpsc::unbounded_channel();
    let port = rosie
        .sessions
        .open(spec, Box::new(move |event| drop(events.send(event))))?;
    let port: Arc<dyn rosie_core::session::SessionPort> = Arc::from(port);
    let mouth = rosie.tracker.spawn(speak(port.clone(), recording, released_at));
    let mut report = Report::default();
    let mut reply: Option<AudioFrame> = None;
    let listening = async {
        while let Some(event) = heard.recv().await {
            match event {
                SessionEvent::Transcript { text, language, .. } => {
                    (report.transcript, report.language) = (Some(text), Some(language.to_string()));
                }
                SessionEvent::IntentMatched { name, .. } => report.intent = Some(name),
                SessionEvent::ReplyFinished { text, .. } => report.reply = text,
                SessionEvent::Failed { code, detail, .. } => report.error = Some(Failure { code, detail }),
                SessionEvent::Audio { frame, .. } => match &mut reply {
                    Some(reply) => reply.samples.extend(frame.samples),
                    None => reply = Some(frame),
                },
                SessionEvent::AudioFinished { turn_id } => port.input(SessionInput::PlaybackFinished { turn_id })?,
                SessionEvent::TurnFinished { outcome, stages, .. } => {
                    (report.outcome, report.stages) = (Some(outcome), stages);
                    break;
                }
                _ => {}
            }
        }
        Ok::<(), Failure>(())
    };
    tokio::time::timeout(LIMIT, listening)
        .await
        .context("the turn did not end")??;
    mouth.abort();
    let _ = port.input(SessionInput::Bye);
    Ok((report, reply))
}

/// Plays the recording into the session's microphone at the speed of life, then silence.
async fn speak(port: Arc<dyn rosie_core::session::SessionPort>, recording: AudioFrame, released_at: u64) {
    let AudioFrame {
        samples,
        rate,
        channels,
    } = recording;
    let chunk = rate.samples(CHUNK_MS) * usize::from(channels.max(1));
    let silence = vec![0i16; chunk];
    let chunks = samples
        .chunks(chunk.max(1))
        .chain(std::iter::repeat_n(&silence[..], (TAIL_MS / CHUNK_MS) as usize));
    let mut clock = tokio::time::interval(Duration::from_millis(CHUNK_MS));
    let mut played_ms = 0;
    let mut pressed = port.input(SessionInput::PushToTalk { pressed: true }).is_ok();
    for part in chunks {
        clock.tick().await;
        if pressed && played_ms >= released_at {
            pressed = port.input(SessionInput::PushToTalk { pressed: false }).is_err();
        }
        let frame = AudioFrame {
            samples: part.to_vec(),
            rate: SampleRate(rate.0),
            channels,
        };
        if port.input(SessionInput::Audio(frame)).is_err() {
            return;
        }
        played_ms += CHUNK_MS;
    }
}

fn show(report: &Report, json: bool) {
    if json {
        return println!("{}", serde_json::to_string_pretty(report).unwrap_or_default());
    }
    println!("heard    {}", report.transcript.as_deref().unwrap_or("(nothing)"));
    if let Some(language) = &report.language {
        println!("language {language}");
    }
    if let Some(intent) = &report.intent {
        println!("intent   {intent}");
    }
    println!("reply    {}", report.reply);
    if let Some(failure) = &report.error {
        println!("failure  {failure}");
    }
    for StageTiming { stage, duration_ms } in &report.stages {
        println!("{:>16} {duration_ms:>6} ms", stage.as_str());
    }
    if let Some(audio) = &report.audio {
        println!(
            "audio    {} ({:.1} s)",
            audio.display(),
            report.audio_ms as f64 / 1000.0
        );
    }
}
