//! Smart Turn on people's speech: it says what its makers' own code says, and tells a pause in the middle from an end.
#![allow(clippy::unwrap_used)]

mod common;

use rosie_core::engine::{EngineHealth, TurnEndEngine};
use rosie_speech::turn_end::{SmartTurn, TurnEndConfig};
use std::{path::PathBuf, sync::mpsc, time::Duration};

fn engine(model: PathBuf) -> SmartTurn {
    let runtime = common::model("onnxruntime/libonnxruntime.so");
    SmartTurn::start(TurnEndConfig { runtime, model }).unwrap()
}

fn finished(engine: &SmartTurn, audio: &[f32]) -> Option<f32> {
    let (send, receive) = mpsc::channel();
    let done = move |judged| send.send(judged).unwrap();
    engine.judge(audio.into(), Box::new(done));
    receive.recv_timeout(Duration::from_secs(60)).unwrap()
}

#[test]
fn it_judges_as_its_makers_code_does() {
    let engine = engine(common::model("smart-turn-v3.2/smart-turn.onnx"));
    common::wait_for(|| engine.info(), |health| *health == EngineHealth::Ready);
    // By pipecat-ai 1.14.0 in Python; the first are pauses in the middle of a sentence.
    let kennedy = common::speech("jfk.wav");
    for (seconds, wanted) in [(4.0, 0.006), (7.6, 0.025), (8.2, 0.048), (11.0, 0.855)] {
        let judged = finished(&engine, &kennedy[..(seconds * 16_000.0) as usize]).unwrap();
        assert!((judged - wanted).abs() < 0.03, "{seconds} s: {judged}, not {wanted}");
    }
    for (name, wanted) in [
        ("goforward.wav", 0.987),
        ("cards-001.wav", 0.988),
        ("librivox-0880.wav", 0.099),
        ("librivox-0920.wav", 0.985),
    ] {
        let judged = finished(&engine, &common::speech(name)).unwrap();
        assert!((judged - wanted).abs() < 0.03, "{name}: {judged}, not {wanted}");
    }
}

#[test]
fn without_its_model_nothing_is_judged_and_health_says_what_to_do() {
    let engine = engine(PathBuf::from("/nowhere/smart-turn.onnx"));
    common::wait_for(
        || engine.info(),
        |health| matches!(health, EngineHealth::Degraded { .. }),
    );
    assert_eq!(finished(&engine, &[0.0; 16_000]), None);
    let EngineHealth::Degraded { reason } = engine.info().health else {
        panic!("{:?}", engine.info());
    };
    assert!(reason.contains("rosied models fetch"), "{reason}");
}
