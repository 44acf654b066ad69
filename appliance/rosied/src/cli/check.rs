//! `rosied check`: everything that could be wrong, told at once.

use super::{CliError, CliResult, Common};
use crate::config::{Config, Role, TtsEngineKind};
use rosie_models::{ModelKind, resolve};
use rosie_speech::tts::{Espeak, EspeakConfig};
use serde::Serialize;
use std::{net::TcpListener, path::Path, process::ExitCode};

#[derive(Serialize)]
pub struct Finding {
    pub what: String,
    pub ok: bool,
    /// What is wrong and what to do; or what was found.
    pub detail: String,
}

pub fn main(common: &Common) -> CliResult {
    // A bad configuration is exit 64 like everywhere, but models and devices are looked at all the same.
    let (loaded, bad) = match common.load() {
        Ok((_, config)) => (config, None),
        Err(bad) => (Config::default(), Some(bad)),
    };
    let mut findings = Vec::new();
    for (what, kind, name) in models(&loaded) {
        findings.push(model(&common.models_dir(&loaded), what, kind, &name));
    }
    findings.extend(super::tiers::findings(common, &loaded));
    findings.push(data_folder(&common.data));
    for (key, listen) in [
        ("server.listen", &loaded.server.listen),
        ("server.tls.listen", &loaded.server.tls.listen),
    ] {
        findings.extend(listen.iter().map(|address| port(address, key)));
    }
    findings.push(espeak());
    show(&findings, common.json);
    match bad {
        Some(bad) => Err(CliError::Config(bad)),
        None if findings.iter().all(|f| f.ok) => Ok(ExitCode::SUCCESS),
        None => Ok(ExitCode::FAILURE),
    }
}

fn models(config: &Config) -> Vec<(&'static str, ModelKind, String)> {
    let mut models = vec![
        ("ONNX Runtime", ModelKind::OnnxRuntime, "onnxruntime".to_owned()),
        (
            "wake word model",
            ModelKind::SpeechEmbedding,
            config.wake_word.model.clone(),
        ),
    ];
    if config.role == Role::Satellite {
        return models;
    }
    models.extend([
        ("voice activity model", ModelKind::Silero, config.vad.model.clone()),
        ("speech-to-text model", ModelKind::Whisper, config.stt.model.clone()),
        (
            "command sentences",
            ModelKind::Intents,
            "home-assistant-intents".to_owned(),
        ),
    ]);
    if config.turn_end.enabled {
        models.push((
            "model of the end of a turn",
            ModelKind::TurnEnd,
            config.turn_end.model.clone(),
        ));
    }
    if config.speakers.enabled {
        models.push(("model of voices", ModelKind::Speaker, config.speakers.model.clone()));
    }
    if config.tts.engine == TtsEngineKind::Piper {
        let voices = std::iter::once(&config.tts.voice).chain(config.tts.voices.values());
        models.extend(voices.map(|voice| ("voice", ModelKind::Piper, voice.clone())));
    }
    if config.memory.enabled && !config.memory.model.is_empty() {
        models.push(("memory's model", ModelKind::Embedding, config.memory.model.clone()));
    }
    models
}

fn model(folder: &Path, what: &str, kind: ModelKind, name: &str) -> Finding {
    let (ok, detail) = match resolve(folder, name, kind) {
        Ok(paths) => (true, paths.dir.display().to_string()),
        Err(error) => (false, error.to_string()),
    };
    Finding {
        what: format!("{what} {name}"),
        ok,
        detail,
    }
}

fn data_folder(data: &Path) -> Finding {
    let tried = std::fs::create_dir_all(data).and_then(|()| tempfile_in(data));
    let detail = match &tried {
        Ok(()) => data.display().to_string(),
        Err(e) => format!(
            "{} cannot be written: {e}; give --data a folder that can",
            data.display()
        ),
    };
    Finding {
        what: "data folder".into(),
        ok: tried.is_ok(),
        detail,
    }
}

fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let path = folder.join(format!(".check-{}", std::process::id()));
    std::fs::write(&path, b"rosie")?;
    std::fs::remove_file(path)
}

fn port(address: &str, key: &str) -> Finding {
    let tried = TcpListener::bind(address);
    let detail = match &tried {
        Ok(_) => "free".to_owned(),
        Err(e) => format!("{e}; is Rosie running already? Otherwise change {key}"),
    };
    Finding {
        what: format!("address {address}"),
        ok: tried.is_ok(),
        detail,
    }
}

fn espeak() -> Finding {
    let found = Espeak::get(&EspeakConfig::default());
    let what = "espeak-ng (pronunciation, and the fallback voice)".to_owned();
    match found {
        Ok(espeak) => Finding {
            what,
            ok: true,
            detail: format!("found, speaks at {} Hz", espeak.sample_rate()),
        },
        Err(error) => Finding {
            what,
            ok: false,
            detail: error.to_string(),
        },
    }
}

fn show(findings: &[Finding], json: bool) {
    if json {
        return println!("{}", serde_json::to_string_pretty(findings).unwrap_or_default());
    }
    for Finding { what, ok, detail } in findings {
        println!("{} {what}: {detail}", if *ok { "ok     " } else { "MISSING" });
    }
}
