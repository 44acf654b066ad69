//! The configured Piper voices: which speaks what, and which are running.

use super::config::{TtsConfig, VoiceConfig};
use super::piper::{PATIENCE, PiperEngine, PiperSettings, VoiceDescription, fingerprint};
use crate::SpeechError;
use rosie_core::Language;
use rosie_core::engine::EngineHealth;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

pub struct Voices(Vec<Voice>);

pub struct Voice {
    name: String,
    languages: Vec<Language>,
    settings: PiperSettings,
    engine: Mutex<Option<Arc<PiperEngine>>>,
    mark: OnceLock<Vec<u8>>,
}

impl Voices {
    /// Starts the first voice.
    pub fn start(config: &TtsConfig) -> Result<Self, SpeechError> {
        let voices = Self(config.voices.iter().map(|v| Voice::new(v, config)).collect());
        if let Some(first) = voices.0.first() {
            first.engine()?;
        }
        Ok(voices)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn first_name(&self) -> String {
        self.0.first().map(|v| v.name.clone()).unwrap_or_default()
    }

    pub fn list(&self) -> Vec<(String, Vec<Language>)> {
        self.0.iter().map(|v| (v.name.clone(), v.languages.clone())).collect()
    }

    /// The voice of that name, or the language's: first one for exactly this tag, then one for its primary language.
    pub fn pick(&self, name: Option<&str>, language: &Language) -> Option<&Voice> {
        let named = name.and_then(|name| self.0.iter().find(|v| v.name == name));
        if let (Some(name), None) = (name, named) {
            tracing::warn!(voice = name, "no such voice is configured, taking the language's");
        }
        let speaks = |wanted: &dyn Fn(&Language) -> bool| self.0.iter().find(|v| v.languages.iter().any(wanted));
        named
            .or_else(|| speaks(&|l| l.tag().eq_ignore_ascii_case(language.tag())))
            .or_else(|| speaks(&|l| l.primary().eq_ignore_ascii_case(language.primary())))
    }

    /// Of the first voice; `None` when there are none.
    pub fn health(&self) -> Option<EngineHealth> {
        self.0
            .first()
            .map(|v| v.running().map_or(EngineHealth::Loading, |e| e.health()))
    }

    pub fn depth(&self) -> usize {
        self.running().map(|e| e.depth()).sum()
    }

    pub fn refused(&self) -> u64 {
        self.running().map(|e| e.refused()).sum()
    }

    pub fn restarts(&self) -> u64 {
        self.running().map(|e| e.restarts()).sum()
    }

    pub fn panic_at_next_piece(&self) {
        if let Some(engine) = self.running().next() {
            engine.panic_at_next_piece();
        }
    }

    fn running(&self) -> impl Iterator<Item = Arc<PiperEngine>> {
        self.0.iter().filter_map(Voice::running)
    }
}

impl Voice {
    fn new(voice: &VoiceConfig, config: &TtsConfig) -> Self {
        let languages = if voice.languages.is_empty() {
            vec![language_of(voice)]
        } else {
            voice.languages.clone()
        };
        let settings = PiperSettings {
            onnxruntime: config.onnxruntime.clone(),
            folder: voice.folder.clone(),
            speaker: voice.speaker.clone(),
            espeak: config.espeak.clone(),
            model_cache: config.model_cache.clone(),
            threads: config.threads,
            gain: config.gain,
            sentence_pause_ms: config.sentence_pause_ms,
            queue_limit: config.queue_limit,
        };
        let (engine, mark) = (Mutex::new(None), OnceLock::new());
        Self {
            name: voice.name.clone(),
            languages,
            settings,
            engine,
            mark,
        }
    }

    fn running(&self) -> Option<Arc<PiperEngine>> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The engine, started if it was not.
    ///
    /// # Errors
    /// Only when the system gives no thread.
    pub fn engine(&self) -> Result<Arc<PiperEngine>, SpeechError> {
        let mut engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(engine) = &*engine {
            return Ok(engine.clone());
        }
        let started = Arc::new(PiperEngine::start("tts-piper", self.settings.clone())?);
        *engine = Some(started.clone());
        Ok(started)
    }

    /// The engine, if it speaks now or surely will in a moment.
    pub fn ready(&self) -> Option<Arc<PiperEngine>> {
        let engine = self.engine().ok()?;
        let health = engine.health();
        (health.serves() || (health == EngineHealth::Loading && engine.age() < PATIENCE)).then_some(engine)
    }

    /// Changes whenever the same words would sound otherwise. Empty while the model cannot be read.
    pub fn mark(&self) -> &[u8] {
        self.mark.get_or_init(|| {
            let files = ["voice.onnx", "decoder.onnx", "voice.onnx.json"];
            let prints = files
                .iter()
                .filter_map(|f| fingerprint(&self.settings.folder.join(f)).ok())
                .flatten();
            let settings = (
                &self.settings.speaker,
                self.settings.gain,
                self.settings.sentence_pause_ms,
            );
            prints.chain(format!("{settings:?}").into_bytes()).collect()
        })
    }
}

/// As its description says, else as its name begins (`en_US-joe-medium`).
fn language_of(voice: &VoiceConfig) -> Language {
    let described = VoiceDescription::read(&voice.folder.join("voice.onnx.json"))
        .ok()
        .map(|d| d.language.code);
    let code = described.filter(|code| !code.is_empty());
    Language::new(&code.unwrap_or_else(|| voice.name.split('-').next().unwrap_or_default().to_owned()))
}
