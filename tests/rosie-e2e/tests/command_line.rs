//! Every command as a person would type it, good input and bad.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{rosied, rosied_json};
use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
};

fn told(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn what_is_said_is_heard_again() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("said.wav");
    let path = file.to_str().unwrap();
    // The voice is never twice the same, and of ten "quick brown fox" one or two are heard as "quit brown fox".
    let sentence = "The lights in the living room are on, and the kitchen window is open.";
    let said = rosied_json(&["say", sentence, "-o", path]);
    assert!(said["audio_ms"].as_u64().unwrap() > 1_500, "{said}");
    let heard = rosied_json(&["transcribe", path]);
    let text = heard["transcript"]["text"].as_str().unwrap().to_lowercase();
    assert!(
        text.contains("living room") && text.contains("kitchen window"),
        "{text}"
    );
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

/// An Ollama without any model that sends `pull` to whoever has it fetch one. Lives as long as the test's process.
fn empty_ollama(pull: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut request = [0; 4096];
            let read = connection.read(&mut request).unwrap();
            let (kind, body) = match request[..read].starts_with(b"POST /api/pull ") {
                true => ("application/x-ndjson", pull),
                false => ("application/json", r#"{"models":[]}"#),
            };
            let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n");
            connection.write_all(head.as_bytes()).unwrap();
            connection.write_all(body.as_bytes()).unwrap();
        }
    });
    address
}

#[test]
fn a_language_model_is_pulled_by_the_ollama_that_lacks_it() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("rosie.yaml");
    let with = |address: &str, command: &[&str]| {
        let config = format!("llm: {{network: {{provider: ollama, host: '{address}', model: 'tiny:1b'}}}}\n");
        fs::write(&file, config).unwrap();
        rosied(&[&["--config", file.to_str().unwrap()], command].concat())
    };
    let good = empty_ollama(concat!(
        "{\"status\":\"pulling manifest\"}\n",
        "{\"status\":\"pulling 1a2b\",\"digest\":\"sha256:1a2b\",\"total\":3000000,\"completed\":1000000}\n",
        "{\"status\":\"pulling 1a2b\",\"digest\":\"sha256:1a2b\",\"total\":3000000,\"completed\":3000000}\n",
        "{\"status\":\"success\"}\n",
    ));
    let checked = with(&good, &["check"]);
    let findings = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(findings.contains("rosied models pull network"), "{findings}");
    let pulled = with(&good, &["models", "pull"]);
    assert!(pulled.status.success(), "{}", told(&pulled));
    assert!(
        told(&pulled).contains("tiny:1b: pulling 1a2b (3.0 MB)"),
        "{}",
        told(&pulled)
    );
    assert!(String::from_utf8_lossy(&pulled.stdout).contains("tiny:1b is at http://127.0.0.1"));
    let bad = empty_ollama("{\"error\":\"pull model manifest: file does not exist\"}\n");
    let refused = with(&bad, &["models", "pull", "network"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        told(&refused).contains("does not have the model 'tiny:1b'"),
        "{}",
        told(&refused)
    );
    let none = with(&bad, &["models", "pull", "local"]);
    assert!(told(&none).contains("provider: ollama"), "{}", told(&none));
}
