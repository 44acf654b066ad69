//! What Rosie offers, as `info` says it.

use rosie_core::{Language, pipeline::Pipeline};
use rosie_proto::wyoming::Event;
use serde_json::{Value, json};

fn artifact(name: &str, description: &str) -> Value {
    json!({
        "name": name,
        "description": description,
        "installed": true,
        "version": env!("CARGO_PKG_VERSION"),
        "attribution": { "name": "Rosie", "url": "" },
    })
}

fn with(mut artifact: Value, key: &str, value: Value) -> Value {
    artifact[key] = value;
    artifact
}

/// With `handle` and `intent` where sentences are taken.
pub(super) fn info(pipeline: Option<&dyn Pipeline>, takes_sentences: bool) -> Event {
    let mut offered = json!({ "asr": [], "tts": [], "handle": [], "intent": [], "wake": [], "mic": [], "snd": [] });
    let Some(pipeline) = pipeline else {
        return Event::new("info", offered);
    };
    let languages = pipeline.languages();
    let tags = |languages: &[Language]| json!(languages.iter().map(|l| l.tag()).collect::<Vec<_>>());
    let all = tags(&languages);
    let recogniser = with(artifact(&pipeline.recogniser(), "Whisper"), "languages", all.clone());
    offered["asr"] = json!([with(artifact("rosie", "Rosie hears"), "models", json!([recogniser]))]);
    let voice = |voice: rosie_core::pipeline::Voice| {
        let one = artifact(&voice.name, &voice.name);
        with(with(one, "languages", tags(&[voice.language])), "speakers", Value::Null)
    };
    let voices: Vec<Value> = pipeline.voices().into_iter().map(voice).collect();
    let tts = with(artifact("rosie", "Rosie speaks"), "voices", json!(voices));
    offered["tts"] = json!([with(tts, "supports_synthesize_streaming", json!(true))]);
    let word = |word: rosie_core::engine::WakeWord| {
        let one = with(artifact(&word.name, &word.phrase), "languages", all.clone());
        with(one, "phrase", json!(word.phrase))
    };
    let words: Vec<Value> = pipeline.wake_words().into_iter().map(word).collect();
    if !words.is_empty() {
        let listens = with(artifact("rosie", "Rosie listens for her name"), "models", json!(words));
        offered["wake"] = json!([listens]);
    }
    if takes_sentences {
        let commands = with(artifact("rosie", "Commands"), "languages", all.clone());
        offered["intent"] = json!([with(
            artifact("rosie", "Rosie understands"),
            "models",
            json!([commands])
        )]);
        let model = with(
            artifact("rosie", "Commands first, then a language model"),
            "languages",
            all,
        );
        offered["handle"] = json!([with(artifact("rosie", "Rosie answers"), "models", json!([model]))]);
    }
    Event::new("info", offered)
}
