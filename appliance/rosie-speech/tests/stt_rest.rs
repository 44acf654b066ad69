//! When nobody has spoken for a while, the recogniser gives memory back, and hears the next one as before.
#![allow(clippy::unwrap_used)]

mod common;

use common::{answer, job, model, speech, submit, wait_for};
use rosie_core::engine::{EngineHealth, SpeechToText, SttPriority};
use rosie_speech::stt::WhisperConfig;
use rosie_speech::worker::REST_AFTER;
use std::time::{Duration, Instant};

fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0 / 1e6
}

#[test]
fn at_rest_it_holds_little_and_wakes_with_the_same_ears() {
    let mut config = WhisperConfig::new("whisper-base", model("whisper-base/ggml.bin"));
    config.encoder = Some(model("whisper-base/encoder-int8.onnx"));
    config.runtime = Some(model("onnxruntime/libonnxruntime.so"));
    let engine = config.clone().start().unwrap();
    wait_for(|| engine.info(), |health| *health == EngineHealth::Ready);
    let audio = speech("cards-005.wav");
    let hear = || {
        let started = Instant::now();
        let text = answer(&submit(&engine, job("a", SttPriority::Final, &audio)))
            .unwrap()
            .text;
        (text, started.elapsed())
    };
    let (text, awake) = (hear().0, hear().1);
    let busy = resident_mb();
    std::thread::sleep(REST_AFTER + Duration::from_secs(2));
    let resting = resident_mb();
    let (again, woken) = hear();
    println!("{busy:.0} MB, at rest {resting:.0} MB; {awake:?} awake, {woken:?} from rest");
    assert_eq!(again, text);
    assert!(busy - resting > 30.0, "{busy:.0} MB, at rest {resting:.0} MB");

    // Without the encoder's file whisper.cpp encodes, with weights that the first engine never held for long.
    config.encoder = None;
    let own = config.start().unwrap();
    wait_for(|| own.info(), |health| *health == EngineHealth::Ready);
    std::thread::sleep(REST_AFTER + Duration::from_secs(2));
    let heard = answer(&submit(&own, job("b", SttPriority::Final, &audio)))
        .unwrap()
        .text;
    assert!(heard.to_lowercase().contains("hearts"), "{heard}");
}
