//! The daemon as its own endpoint, on ALSA itself with plugins instead of cards: what is said to the microphone is answered by the
//! loudspeaker.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{Daemon, at_16_khz, models, spoken, transcribed};
use serde_json::json;
use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

const PIECE: usize = 320;
const PIECE_EVERY: Duration = Duration::from_millis(20);
/// What is said is said again after so many pieces: it may come while she still listens to something else.
const AGAIN_AFTER: usize = 700;

/// A person beside a microphone, as long as this lives.
struct Person(Arc<AtomicBool>);

impl Person {
    fn says(what: Vec<i16>, mut microphone: File) -> Self {
        let gone = Arc::new(AtomicBool::new(false));
        let goes = gone.clone();
        std::thread::spawn(move || {
            let began = Instant::now();
            for piece in 0u32.. {
                let from = piece as usize % AGAIN_AFTER * PIECE;
                let sample = |at: usize| what.get(from + at).copied().unwrap_or(0);
                let bytes: Vec<u8> = (0..PIECE).flat_map(|at| sample(at).to_le_bytes()).collect();
                if goes.load(Ordering::Relaxed) || microphone.write_all(&bytes).is_err() {
                    return;
                }
                std::thread::sleep((PIECE_EVERY * piece).saturating_sub(began.elapsed()));
            }
        });
        Self(gone)
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What a loudspeaker of the test was given, 16 kHz.
fn heard(speaker: &Path, folder: &Path) -> Vec<i16> {
    let bytes = std::fs::read(speaker).unwrap();
    let wav = folder.join("reply.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 22_050,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&wav, spec).unwrap();
    let samples = bytes.as_chunks().0.iter().map(|two| i16::from_le_bytes(*two));
    samples.for_each(|sample| writer.write_sample(sample).unwrap());
    writer.finalize().unwrap();
    at_16_khz(&wav)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_her_own_microphone_is_answered_by_her_own_loudspeaker() {
    let folder = tempfile::tempdir().unwrap();
    let [microphone, speaker, data] = ["microphone", "speaker", "data"].map(|name| folder.path().join(name));
    std::fs::create_dir(&data).unwrap();
    assert!(Command::new("mkfifo").arg(&microphone).status().unwrap().success());
    let pipe = OpenOptions::new().read(true).write(true).open(&microphone).unwrap();
    let config = json!({ "device": {
        "enabled": true,
        "capture": format!("heard:{}", microphone.display()),
        "playback": format!("file:{}", speaker.display()),
        "room": "kitchen",
    } });
    let asoundrc = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../appliance/rosie-device/tests/asoundrc");
    let alsa = [("ALSA_CONFIG_PATH", asoundrc.to_str().unwrap())];
    let daemon = Daemon::start_logging(&data, &config.to_string(), &models(), ("warn", &alsa));
    let question = spoken("Hey Rosie, what is twelve plus thirty?");
    daemon.ready(&["vad", "wake", "stt", "tts", "device"]).await;
    let until = Instant::now() + Duration::from_secs(180);
    let session = loop {
        let status = daemon.json("/api/v1/status").await;
        if let Some(session) = status["sessions"].as_array().and_then(|all| all.first()) {
            break session.clone();
        }
        assert!(Instant::now() < until, "no session: {status}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(
        (&session["endpoint"], &session["room"]),
        (&json!("local"), &json!("kitchen"))
    );

    let person = Person::says(question, pipe.try_clone().unwrap());
    let turn = loop {
        let turns = daemon.json("/api/v1/turns").await;
        let mut turns = turns["turns"].as_array().unwrap().iter();
        if let Some(turn) = turns.find(|turn| turn["outcome"] == "answered") {
            break turn.clone();
        }
        assert!(Instant::now() < until, "no answer");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(
        (&turn["trigger"], &turn["endpoint"]),
        (&json!("wake_word"), &json!("local")),
        "{turn}"
    );
    let words = transcribed(&heard(&speaker, folder.path()));
    assert!(words.contains("42") || words.contains("fortytwo"), "{words}");
    // A thread that waits for the microphone for ever keeps nobody from ending.
    drop(person);
    assert!(daemon.terminate(), "the daemon did not end well");
    drop(pipe);
}
