//! Every command as a person would type it, good input and bad.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{rosied, rosied_json};
use std::fs;

fn told(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn what_is_said_is_heard_again() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("said.wav");
    let path = file.to_str().unwrap();
    let said = rosied_json(&["say", "The quick brown fox jumps over the lazy dog.", "-o", path]);
    assert!(said["audio_ms"].as_u64().unwrap() > 1_500, "{said}");
    let heard = rosied_json(&["transcribe", path]);
    let text = heard["transcript"]["text"].as_str().unwrap().to_lowercase();
    assert!(text.contains("quick brown fox") && text.contains("lazy dog"), "{text}");
}

#[test]
fn a_whole_turn_from_a_recording() {
    let folder = tempfile::TempDir::new().unwrap();
    let (question, reply) = (folder.path().join("question.wav"), folder.path().join("reply.wav"));
    rosied_json(&[
        "say",
        "What is fifteen percent of eighty?",
        "-o",
        question.to_str().unwrap(),
    ]);
    let turn = rosied_json(&["turn", question.to_str().unwrap(), "-o", reply.to_str().unwrap()]);
    assert_eq!(turn["intent"], "RosieArithmetic", "{turn}");
    assert!(turn["reply"].as_str().unwrap().contains("12"), "{turn}");
    assert!(fs::metadata(reply).unwrap().len() > 10_000);
    let stages: Vec<&str> = turn["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["stage"].as_str().unwrap())
        .collect();
    assert!(
        stages.contains(&"stt_wait") && stages.contains(&"voice_to_voice"),
        "{stages:?}"
    );
}

#[test]
fn questions_are_answered_on_stdout() {
    let output = rosied(&["ask", "how many feet are in 3 meters"]);
    assert!(output.status.success(), "{}", told(&output));
    let reply = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(reply.contains("9.8"), "{reply}");
    let unknown = rosied(&["ask", "who wrote the odyssey"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(told(&unknown).contains("llm-not-configured"), "{}", told(&unknown));
}

#[test]
fn a_bad_configuration_exits_with_64_and_tells_all() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("rosie.yaml");
    fs::write(
        &file,
        "stt: {engine: wisper}\ntts: {speed: 2}\nllm: {cloud: {api_key: '${NO_SUCH_VARIABLE}'}}\n",
    )
    .unwrap();
    for command in ["run", "check"] {
        let output = rosied(&["--config", file.to_str().unwrap(), command]);
        let told = told(&output);
        assert_eq!(output.status.code(), Some(64), "{command}: {told}");
        for part in ["stt.engine", "speed", "NO_SUCH_VARIABLE"] {
            assert!(told.contains(part), "{part} is not told: {told}");
        }
    }
}

#[test]
fn bad_input_is_refused_with_what_to_do() {
    let folder = tempfile::TempDir::new().unwrap();
    let text = folder.path().join("not-audio.wav");
    fs::write(&text, "this is no audio").unwrap();
    let cases: [(&[&str], &str); 4] = [
        (&["transcribe", text.to_str().unwrap()], "WAV"),
        (&["transcribe", "/nonexistent.wav"], "/nonexistent.wav"),
        (&["say", "<speak><audio src='x'/></speak>", "--ssml"], "tts-bad-markup"),
        (&["say", &"a ".repeat(50_000)], "tts-text-too-long"),
    ];
    for (arguments, reason) in cases {
        let output = rosied(arguments);
        assert!(!output.status.success(), "{:.60?} was accepted", arguments);
        assert!(told(&output).contains(reason), "{:.60?}: {}", arguments, told(&output));
    }
}

#[test]
fn models_are_listed_and_verified() {
    let list = rosied_json(&["models", "list"]).to_string();
    for id in ["whisper-base", "silero-vad", "piper-en_US-joe-medium", "onnxruntime"] {
        assert!(list.contains(id), "{id} is not in {list}");
    }
    let verified = rosied_json(&["models", "verify", "silero-vad"]);
    assert!(verified.to_string().contains("silero_vad.onnx"), "{verified}");
    let unknown = rosied(&["models", "verify", "no-such-model"]);
    assert!(
        !unknown.status.success() && told(&unknown).contains("no-such-model"),
        "{}",
        told(&unknown)
    );
}
