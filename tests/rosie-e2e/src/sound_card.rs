//! A sound card made of ALSA's own plugins: a microphone that hears what comes through a pipe, and a loudspeaker that writes what it
//! plays into a file.

use crate::speech::at_16_khz;
use serde_json::{Value, json};
use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
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

pub struct SoundCard {
    folder: PathBuf,
    microphone: PathBuf,
    speaker: PathBuf,
    pipe: File,
}

impl SoundCard {
    pub fn in_folder(folder: &Path) -> Self {
        let [microphone, speaker] = ["microphone", "speaker"].map(|name| folder.join(name));
        assert!(Command::new("mkfifo").arg(&microphone).status().unwrap().success());
        Self {
            folder: folder.to_owned(),
            pipe: OpenOptions::new().read(true).write(true).open(&microphone).unwrap(),
            microphone,
            speaker,
        }
    }

    /// The section `device` with this card; more may be added.
    pub fn device(&self) -> Value {
        json!({
            "enabled": true,
            "capture": format!("heard:{}", self.microphone.display()),
            "playback": format!("file:{}", self.speaker.display()),
        })
    }

    /// Where ALSA reads of its plugins.
    pub fn asoundrc() -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../appliance/rosie-device/tests/asoundrc");
        path.to_str().unwrap().to_owned()
    }

    /// A person before the microphone, who says something again and again.
    pub fn person(&self, says: Vec<i16>) -> Person {
        Person::says(says, self.pipe.try_clone().unwrap())
    }

    /// Bytes that were played so far.
    pub fn played(&self) -> usize {
        std::fs::metadata(&self.speaker).map_or(0, |file| file.len() as usize)
    }

    /// What was played after the first `from` bytes, 16 kHz.
    pub fn heard(&self, from: usize) -> Vec<i16> {
        let bytes = std::fs::read(&self.speaker).unwrap();
        let wav = self.folder.join("reply.wav");
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 22_050,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(&wav, spec).unwrap();
        let samples = bytes[from..].as_chunks().0.iter().map(|two| i16::from_le_bytes(*two));
        samples.for_each(|sample| writer.write_sample(sample).unwrap());
        writer.finalize().unwrap();
        at_16_khz(&wav)
    }
}

/// A person beside a microphone, as long as this lives.
pub struct Person(Arc<AtomicBool>);

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
