//! Measures text to speech: `tts_bench [TEXT] [RUNS] [OUT.wav]` prints JSON
//! `{load_ms, first_audio_ms, total_ms, audio_s, slack_ms, pieces, kept_first_audio_ms, health}`: medians of warm runs;
//! `kept_first_audio_ms` is of a phrase from the cache; `slack_ms` is the least
//! audio that was left to play whenever a piece arrived (negative: the listener heard a gap).
//!
//! Models are looked for in `ROSIE_MODELS`, else in the cache folder of the user.

#![allow(clippy::unwrap_used)]

use rosie_core::engine::{TextToSpeech, TtsEvent, TtsJob};
use rosie_core::{Language, SampleRate};
use rosie_speech::tts::{PhraseCacheConfig, Router, TtsConfig, VoiceConfig};
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::{Duration, Instant};

const TEXT: &str = "I have set a timer for ten minutes and turned off all the lights in the living room for you.";

struct Run {
    first_ms: f64,
    total_ms: f64,
    slack_ms: f64,
    pieces: usize,
    samples: Vec<i16>,
    rate: SampleRate,
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let text = args.get(1).map_or(TEXT, String::as_str);
    let runs: usize = args.get(2).map_or(9, |n| n.parse().unwrap());
    let models = models();
    let voice = VoiceConfig::new("en_US-joe-medium", models.join("piper-en_US-joe-medium"));
    let mut config = TtsConfig::new(models.join("onnxruntime/libonnxruntime.so"), vec![voice]);
    config.model_cache = std::env::var_os("ROSIE_MODEL_CACHE").map(PathBuf::from);
    if let Some(threads) = std::env::var("THREADS").ok().and_then(|n| n.parse().ok()) {
        config.threads = threads;
    }
    let phrases = std::env::temp_dir().join(format!("tts-bench-{}", std::process::id()));
    config.phrases = Some(PhraseCacheConfig::new(&phrases));
    let started = Instant::now();
    let router = Router::start(config).unwrap();
    while !router.info().health.serves() {
        assert!(started.elapsed() < Duration::from_secs(60), "{:?}", router.info());
        std::thread::sleep(Duration::from_millis(1));
    }
    let load_ms = started.elapsed().as_secs_f64() * 1e3;
    let mut done: Vec<Run> = (0..runs + 2).map(|_| run(&router, text, false)).skip(2).collect();
    if let Some(path) = args.get(3) {
        write(path, &done[0]);
    }
    let audio_s = done[0].samples.len() as f64 / f64::from(done[0].rate.0);
    let mut median = |of: fn(&Run) -> f64| {
        done.sort_by(|a, b| of(a).total_cmp(&of(b)));
        (of(&done[done.len() / 2]) * 10.0).round() / 10.0
    };
    let (first, total) = (median(|r| r.first_ms), median(|r| r.total_ms));
    let (slack, pieces) = (median(|r| r.slack_ms), median(|r| r.pieces as f64));
    let mut kept: Vec<f64> = (0..runs + 2)
        .map(|_| run(&router, "The lights are on.", true).first_ms)
        .skip(2)
        .collect();
    kept.sort_by(f64::total_cmp);
    let _ = std::fs::remove_dir_all(&phrases);
    println!(
        "{}",
        serde_json::json!({
            "load_ms": load_ms.round(), "first_audio_ms": first, "total_ms": total, "audio_s": audio_s,
            "slack_ms": slack, "pieces": pieces, "kept_first_audio_ms": kept[kept.len() / 2], "health": router.info().health,
        })
    );
}

fn run(router: &Router, text: &str, cacheable: bool) -> Run {
    let (send, receive) = mpsc::channel();
    let started = Instant::now();
    router.submit(
        TtsJob {
            cacheable,
            ..TtsJob::plain(text, Language::new("en"))
        },
        Box::new(move |event| {
            let _ = send.send((started.elapsed().as_secs_f64() * 1e3, event));
        }),
    );
    let mut run = Run {
        first_ms: 0.0,
        total_ms: 0.0,
        slack_ms: f64::MAX,
        pieces: 0,
        samples: vec![],
        rate: SampleRate(0),
    };
    for (at, event) in receive {
        match event {
            TtsEvent::Audio(frame) => {
                if run.pieces == 0 {
                    run.first_ms = at;
                } else {
                    let played = run.samples.len() as f64 * 1e3 / f64::from(run.rate.0);
                    run.slack_ms = run.slack_ms.min(run.first_ms + played - at);
                }
                run.pieces += 1;
                run.rate = frame.rate;
                run.samples.extend(frame.samples);
            }
            TtsEvent::Done { .. } => run.total_ms = at,
            TtsEvent::Failed(failure) => panic!("{failure}"),
        }
    }
    run
}

fn models() -> PathBuf {
    let cache = || {
        std::env::var_os("XDG_CACHE_HOME").map_or_else(
            || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"),
            PathBuf::from,
        )
    };
    std::env::var_os("ROSIE_MODELS").map_or_else(|| cache().join("rosie/models"), PathBuf::from)
}

fn write(path: &str, run: &Run) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: run.rate.0,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).unwrap();
    run.samples.iter().for_each(|s| wav.write_sample(*s).unwrap());
    wav.finalize().unwrap();
}
