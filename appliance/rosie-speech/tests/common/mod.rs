//! Where tests find models and recordings. What is missing fails the test with what to do about it.
#![allow(dead_code, clippy::unwrap_used)]

use rosie_core::engine::{EngineHealth, EngineInfo, SpeechToText, SttJob, SttPriority, Transcript};
use rosie_core::{CancelFlag, Failure, Language, SessionId};
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

fn cache(name: &str) -> PathBuf {
    let base = std::env::var_os("XDG_CACHE_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache"),
        PathBuf::from,
    );
    base.join("rosie").join(name)
}

/// A model's file, by its path in the layout of `rosied models`.
pub fn model(path: &str) -> PathBuf {
    let root = std::env::var_os("ROSIE_MODELS").map_or_else(|| cache("models"), PathBuf::from);
    let file = root.join(path);
    assert!(file.is_file(), "{} is missing: run `make models`", file.display());
    file
}

fn speech_file(name: &str) -> PathBuf {
    let root = std::env::var_os("ROSIE_TEST_SPEECH").map_or_else(|| cache("test-speech"), PathBuf::from);
    let file = root.join(name);
    assert!(
        file.is_file(),
        "{} is missing: run `make models` (or ci/test-speech.sh)",
        file.display()
    );
    file
}

/// A list beside the recordings: each one's name and what is said in it.
pub fn speech_list(name: &str) -> Vec<(String, String)> {
    let list = std::fs::read_to_string(speech_file(name)).unwrap();
    let pairs: Vec<_> = list
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(file, said)| (file.to_owned(), said.to_owned()))
        .collect();
    assert!(!pairs.is_empty(), "{name} is empty");
    pairs
}

/// A recording of `tests/speech.md`: 16 kHz mono.
pub fn speech(name: &str) -> Vec<f32> {
    let file = speech_file(name);
    let mut wav = hound::WavReader::open(&file).unwrap();
    assert_eq!(
        (wav.spec().sample_rate, wav.spec().channels),
        (16_000, 1),
        "{}",
        file.display()
    );
    wav.samples::<i16>().map(|s| f32::from(s.unwrap()) / 32768.0).collect()
}

pub fn job(stream: &str, priority: SttPriority, audio: &[f32]) -> SttJob {
    SttJob {
        stream: SessionId::from(stream),
        priority,
        audio: audio.into(),
        languages: vec![Language::new("en")],
        bias: Arc::from([]),
        cancel: CancelFlag::new(),
    }
}

pub fn submit(engine: &dyn SpeechToText, job: SttJob) -> mpsc::Receiver<Result<Transcript, Failure>> {
    let (send, receive) = mpsc::channel();
    engine.submit(
        job,
        Box::new(move |result| {
            let _ = send.send(result);
        }),
    );
    receive
}

/// The answer, which must come.
pub fn answer(receive: &mpsc::Receiver<Result<Transcript, Failure>>) -> Result<Transcript, Failure> {
    receive
        .recv_timeout(Duration::from_secs(180))
        .expect("no answer within three minutes")
}

/// Waits until `info` says what is wanted, and gives it.
pub fn wait_for(info: impl Fn() -> EngineInfo, wanted: impl Fn(&EngineHealth) -> bool) -> EngineInfo {
    let started = Instant::now();
    loop {
        let now = info();
        if wanted(&now.health) {
            return now;
        }
        assert!(started.elapsed() < Duration::from_secs(120), "still {:?}", now.health);
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Errors between two texts, in words, and the number of words of the first.
pub fn word_errors(reference: &str, text: &str) -> (usize, usize) {
    let (a, b) = (words(reference), words(text));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let best = (row[j + 1] + 1).min(row[j] + 1).min(diagonal + usize::from(x != y));
            diagonal = std::mem::replace(&mut row[j + 1], best);
        }
    }
    (row[b.len()], a.len())
}

fn words(text: &str) -> Vec<String> {
    const DIGITS: [&str; 11] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    text.to_lowercase()
        .replace("mr.", "mister")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| {
            w.parse::<usize>()
                .ok()
                .and_then(|n| DIGITS.get(n))
                .map_or_else(|| w.to_owned(), |d| (*d).to_owned())
        })
        .collect()
}
