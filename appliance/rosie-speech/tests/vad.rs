//! Silero VAD on real speech: what it hears, how fast, and twenty streams at once.
#![allow(clippy::unwrap_used)]

mod common;

use rosie_core::engine::{EngineHealth, VadEngine, VadEvent};
use rosie_core::{AudioFrame, SampleRate, audio};
use rosie_speech::vad::{SileroVad, VadConfig};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

fn engine() -> SileroVad {
    let config = VadConfig::new(
        common::model("onnxruntime/libonnxruntime.so"),
        common::model("silero-vad/silero_vad.onnx"),
    );
    let vad = SileroVad::start(VadConfig {
        queue_ms: 20_000,
        ..config
    })
    .unwrap();
    common::wait_for(|| vad.info(), |health| *health == EngineHealth::Ready);
    vad
}

fn frames(samples: &[f32]) -> Vec<AudioFrame> {
    audio::to_i16(samples)
        .chunks(320)
        .map(|c| AudioFrame::mono(c.to_vec(), SampleRate::HEARING))
        .collect()
}

/// Processor time of this process so far.
fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    // utime and stime, in hundredths of a second.
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) * 10.0
}

/// Probabilities of one recording, in order.
fn hear(vad: &SileroVad, samples: &[f32]) -> Vec<(f32, u64)> {
    let (send, receive) = mpsc::channel();
    let mut stream = vad
        .open(Box::new(move |event| {
            let _ = send.send(event);
        }))
        .unwrap();
    for frame in frames(samples) {
        stream.push(&frame);
    }
    (0..samples.len() / 512)
        .map(|_| match receive.recv_timeout(Duration::from_secs(10)).unwrap() {
            VadEvent::Probability {
                probability,
                end_sample,
            } => (probability, end_sample),
            VadEvent::Failed(failure) => panic!("{failure}"),
        })
        .collect()
}

#[test]
fn speech_is_told_from_silence_and_noise() {
    let vad = engine();
    let mut samples = vec![0.0; 16_000];
    samples.extend(common::speech("jfk.wav"));
    samples.extend(vec![0.0; 32_000]);
    let heard = hear(&vad, &samples);
    assert!(
        heard
            .iter()
            .enumerate()
            .all(|(i, &(_, end))| end == (i as u64 + 1) * 512)
    );
    let mean = |part: &[(f32, u64)]| part.iter().map(|p| p.0).sum::<f32>() / part.len() as f32;
    assert!(mean(&heard[..28]) < 0.1);
    assert!(mean(&heard[42..360]) > 0.7, "{}", mean(&heard[42..360]));
    assert!(mean(&heard[heard.len() - 30..]) < 0.1);

    let mut seed = 1u32;
    let noise: Vec<f32> = (0..48_000)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / 16_777_216.0 * 0.2 - 0.1
        })
        .collect();
    assert!(mean(&hear(&vad, &noise)) < 0.2);
}

#[test]
fn twenty_streams_are_served_alike_in_under_a_millisecond_a_frame() {
    let vad = engine();
    let recording = common::speech("librivox-0930.wav");
    let alone: Vec<f32> = hear(&vad, &recording).into_iter().map(|p| p.0).collect();
    let wanted = alone.len();
    let results: Vec<Arc<Mutex<Vec<f32>>>> = (0..20).map(|_| Arc::default()).collect();
    let mut streams: Vec<_> = results
        .iter()
        .map(|result| {
            let result = result.clone();
            vad.open(Box::new(move |event| {
                if let VadEvent::Probability { probability, .. } = event {
                    result.lock().unwrap().push(probability);
                }
            }))
            .unwrap()
        })
        .collect();
    let (started, cpu) = (Instant::now(), cpu_ms());
    for frame in frames(&recording) {
        for stream in &mut streams {
            stream.push(&frame);
        }
    }
    while results.iter().any(|r| r.lock().unwrap().len() < wanted) {
        assert!(started.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(1));
    }
    // Processor time: how long it takes on the clock is also a matter of what else the machine does.
    let per_frame = (cpu_ms() - cpu) / (wanted * 20) as f64;
    println!("{per_frame:.3} ms a frame over 20 streams");
    assert!(per_frame < 1.0, "{per_frame} ms a frame");
    // Streams do not hear each other.
    for result in &results {
        assert_eq!(*result.lock().unwrap(), alone);
    }
    assert_eq!(vad.info().dropped, 0);
}

#[test]
fn a_stream_that_comes_too_fast_loses_its_oldest_audio_and_keeps_count() {
    let config = VadConfig::new(
        common::model("onnxruntime/libonnxruntime.so"),
        common::model("silero-vad/silero_vad.onnx"),
    );
    let vad = SileroVad::start(VadConfig {
        queue_ms: 320,
        ..config
    })
    .unwrap();
    let (send, receive) = mpsc::channel();
    let mut stream = vad
        .open(Box::new(move |event| {
            let _ = send.send(event);
        }))
        .unwrap();
    stream.push(&AudioFrame::mono(vec![0; 512 * 100], SampleRate::HEARING));
    let VadEvent::Probability { end_sample, .. } = receive.recv_timeout(Duration::from_secs(20)).unwrap() else {
        panic!("failed")
    };
    assert_eq!((end_sample, vad.info().dropped), (512 * 91, 90));
    assert_eq!(stream.dropped_frames(), 90);
    let other = vad.open(Box::new(|_| ())).unwrap();
    assert_eq!(other.dropped_frames(), 0, "another endpoint lost nothing");
}

#[test]
fn a_missing_model_is_told_and_reset_starts_anew() {
    let vad = SileroVad::start(VadConfig {
        runtime: "/nowhere/libonnxruntime.so".into(),
        model: "/nowhere/silero_vad.onnx".into(),
        queue_ms: 1_000,
    })
    .unwrap();
    common::wait_for(
        || vad.info(),
        |health| matches!(health, EngineHealth::Unavailable { .. }),
    );
    let failure = vad.open(Box::new(|_| {})).map(|_| ()).unwrap_err();
    assert!(failure.detail.contains("/nowhere/"), "{failure}");

    let vad = engine();
    let recording = common::speech("librivox-0930.wav");
    let first = hear(&vad, &recording);
    let (send, receive) = mpsc::channel();
    let mut stream = vad
        .open(Box::new(move |event| {
            let _ = send.send(event);
        }))
        .unwrap();
    let mut last = 0;
    for round in 0..2 {
        for frame in frames(&recording) {
            stream.push(&frame);
        }
        for (i, (expected, _)) in first.iter().enumerate() {
            let VadEvent::Probability {
                probability,
                end_sample,
            } = receive.recv_timeout(Duration::from_secs(10)).unwrap()
            else {
                panic!("failed")
            };
            assert_eq!(probability, *expected, "frame {i} of round {round}");
            assert!(end_sample > last);
            last = end_sample;
        }
        stream.reset();
    }
    assert!(last as usize > recording.len(), "end_sample goes on counting");
}
