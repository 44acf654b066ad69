//! The voice encoder on people's speech: it hears what Resemblyzer's own code hears, and tells people apart.
#![allow(clippy::unwrap_used)]

mod common;

use rosie_core::{
    engine::{EngineHealth, SpeakerEngine},
    speakers::{Speaker, VoiceHeard, VoicePrint, recognise},
};
use rosie_speech::{
    runtime::Runtime,
    speaker::{Model, SpeakerConfig, VoiceEncoder},
};
use std::{path::PathBuf, sync::mpsc, time::Duration};

fn model() -> Model {
    let runtime = Runtime::get(&common::model("onnxruntime/libonnxruntime.so")).unwrap();
    Model::load(runtime, &common::model("resemblyzer/speaker.onnx")).unwrap()
}

/// `VoiceEncoder.embed_utterance` of Resemblyzer 0.1.4 with torch, on recordings as they are: the 256 numbers in four figures.
/// Nothing differs by more than 0.002 (its mel frames come from librosa in single precision, and ours in double), and the whole by
/// less than one in ten thousand.
#[test]
fn it_hears_what_resemblyzer_hears() {
    let wanted: serde_json::Value = serde_json::from_str(include_str!("data/resemblyzer.json")).unwrap();
    let mut model = model();
    for (name, wanted) in wanted.as_object().unwrap() {
        let wanted: Vec<f32> = serde_json::from_value(wanted.clone()).unwrap();
        let found = model.print(&common::speech(name)).unwrap().unwrap();
        for (at, (found, wanted)) in found.as_slice().iter().zip(&wanted).enumerate() {
            assert!((found - wanted).abs() < 0.002, "{name}, {at}: {found}, not {wanted}");
        }
        let likeness = found.likeness(&VoicePrint::new(wanted).unwrap());
        assert!(likeness > 0.9999, "{name}: {likeness}");
    }
}

#[test]
fn people_are_known_after_three_sentences_and_others_are_not() {
    let mut model = model();
    let mut heard = |name: &str| model.heard(&common::speech(name)).unwrap().unwrap();
    let learnt = |all: [VoiceHeard; 3]| VoicePrint::mean(&all.map(|heard| heard.print)).unwrap();
    let spanish = ["08", "09", "13"].map(|number| heard(&format!("caption-es-{number}.wav")));
    let reader = ["0870", "0890", "0920"].map(|number| heard(&format!("librivox-{number}.wav")));
    let known = [("Reader".into(), learnt(reader)), ("Spanish".into(), learnt(spanish))];
    let mut who = |name: &str| {
        let heard = heard(name);
        let known = known.iter().map(|(person, print)| (person, print));
        recognise(&heard, known, &Default::default())
    };
    for (name, wanted) in [
        ("librivox-0880.wav", "Reader"),
        ("librivox-0930.wav", "Reader"),
        ("caption-es-06.wav", "Spanish"),
        ("caption-es-15.wav", "Spanish"),
    ] {
        let found = who(name);
        assert_eq!(
            found.person().map(|person| person.as_str()),
            Some(wanted),
            "{name}: {found:?}"
        );
    }
    for name in [
        "jfk.wav",
        "goforward.wav",
        "something.wav",
        "cards-005.wav",
        "caption-fr-05.wav",
        "caption-fr-03.wav",
    ] {
        let found = who(name);
        assert!(matches!(found, Speaker::Unknown { .. }), "{name}: {found:?}");
    }
}

#[test]
fn silence_has_no_voice_and_without_its_model_nobody_is_known() {
    let engine = |model: PathBuf| {
        let runtime = common::model("onnxruntime/libonnxruntime.so");
        VoiceEncoder::start(SpeakerConfig { runtime, model }).unwrap()
    };
    let heard = |engine: &VoiceEncoder, audio: &[f32]| {
        let (send, receive) = mpsc::channel();
        engine.listen(audio.into(), Box::new(move |heard| send.send(heard).unwrap()));
        receive.recv_timeout(Duration::from_secs(60)).unwrap()
    };
    let real = engine(common::model("resemblyzer/speaker.onnx"));
    common::wait_for(|| real.info(), |health| *health == EngineHealth::Ready);
    assert_eq!(heard(&real, &[0.0; 16_000]), None);
    assert_eq!(heard(&real, &[]), None);
    assert!(heard(&real, &common::speech("goforward.wav")).unwrap().speech_ms > 1_000);
    let none = engine(PathBuf::from("/nowhere/speaker.onnx"));
    common::wait_for(|| none.info(), |health| matches!(health, EngineHealth::Degraded { .. }));
    assert_eq!(heard(&none, &common::speech("goforward.wav")), None);
    let EngineHealth::Degraded { reason } = none.info().health else {
        panic!("{:?}", none.info());
    };
    assert!(reason.contains("rosied models fetch"), "{reason}");
}
