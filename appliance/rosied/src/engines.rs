//! Building the engines from the configuration, and only those whose part of it changed.

use crate::config::{Config, SttEngineKind, TtsEngineKind, threads};
use rosie_core::{
    AudioFrame, ErrorCode, Failure, Language, SampleRate,
    audio::to_f32,
    engine::{
        EngineHealth, EngineInfo, SpeakerEngine, SpeechToText, TextToSpeech, TurnEndEngine, VadEngine, WakeEngine,
    },
};
use rosie_models::{ModelKind, ModelPaths, resolve};
use rosie_speech::{
    SpeechError,
    resample::Resampler,
    runtime::Runtime,
    speaker::{SpeakerConfig, VoiceEncoder},
    stt::{Fallback, RemoteConfig, WhisperConfig},
    tts::{EspeakConfig, PhraseCacheConfig, Router, TtsConfig, VoiceConfig},
    turn_end::{SmartTurn, TurnEndConfig},
    vad::{FRAME, Silero, SileroState, SileroVad, VadConfig},
    wake::{WakeConfig, WakeWords},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

/// Whisper's encoder for ONNX Runtime, in the model's folder.
const ENCODER: &str = "encoder-int8.onnx";
/// How long sessions may take to let go of engines that were replaced.
const SWAP: Duration = Duration::from_secs(5);

/// The engines in force.
pub struct Engines {
    pub vad: Arc<dyn VadEngine>,
    pub wake: Arc<dyn WakeEngine>,
    /// `None`: silence and words alone tell when somebody has finished.
    pub turn_end: Option<Arc<dyn TurnEndEngine>>,
    /// `None`: nobody is known by voice.
    pub speakers: Option<Arc<dyn SpeakerEngine>>,
    pub stt: Arc<dyn SpeechToText>,
    pub tts: Arc<dyn TextToSpeech>,
    /// Names likely to be said.
    pub bias: Arc<[String]>,
    /// Speaking rate.
    pub rate: f32,
}

/// Where files are.
#[derive(Debug, Clone)]
pub struct Folders {
    pub data: PathBuf,
    pub models: PathBuf,
}

impl Folders {
    pub fn onnxruntime(&self) -> PathBuf {
        self.models.join("onnxruntime").join(ModelKind::OnnxRuntime.main_file())
    }

    pub fn cache(&self) -> PathBuf {
        self.data.join("cache")
    }

    /// Audio of stock phrases.
    pub fn phrases(&self) -> PathBuf {
        self.cache().join("phrases")
    }
}

impl Engines {
    /// As [`Engines::build`], away from the reactor: looking at models, converting an owner's own and starting threads
    /// takes from milliseconds to many seconds.
    pub async fn start(
        config: Arc<Config>,
        folders: Folders,
        old: Option<(Arc<Config>, Arc<Engines>)>,
    ) -> Result<Self, Failure> {
        let building = tokio::task::spawn_blocking(move || {
            let old = old.as_ref().map(|(config, engines)| (&**config, &**engines));
            Self::build(&config, &folders, old)
        });
        let stopped = |_| Failure::new(ErrorCode::Internal, "the engines could not be started: Rosie is ending");
        building.await.map_err(stopped)?
    }

    /// Ends engines that others took the place of, away from the reactor: their threads finish what they are at.
    pub fn retire(self: Arc<Self>) {
        tokio::task::spawn_blocking(move || {
            let until = Instant::now() + SWAP;
            // Sessions are told to use the new ones and let go of these by and by.
            while Arc::strong_count(&self) > 1 || Arc::strong_count(&self.vad) > 1 || Arc::strong_count(&self.wake) > 1
            {
                if Instant::now() > until {
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            drop(self);
        });
    }

    /// Starts engines for `config`; what did not change since `old` goes on. Loading goes on in the background.
    fn build(config: &Config, folders: &Folders, old: Option<(&Config, &Engines)>) -> Result<Self, Failure> {
        let same = |part: fn(&Config) -> String| old.filter(|(before, _)| part(before) == part(config)).map(|(_, e)| e);
        let vad = match same(|c| format!("{:?}", c.vad)) {
            Some(old) => old.vad.clone(),
            None => vad(config, folders).map_err(|e| e.failure(ErrorCode::VadUnavailable))?,
        };
        let wake = match same(|c| c.wake_word.model.clone()) {
            Some(old) => old.wake.clone(),
            None => wake(config, folders).map_err(|e| e.failure(ErrorCode::WakeUnavailable))?,
        };
        let turn_end = match same(|c| format!("{:?}", c.turn_end)) {
            Some(old) => old.turn_end.clone(),
            None => turn_end(config, folders).map_err(|e| e.failure(ErrorCode::VadUnavailable))?,
        };
        let speakers = match same(|c| format!("{:?}", c.speakers)) {
            Some(old) => old.speakers.clone(),
            None => speakers(config, folders).map_err(|e| e.failure(ErrorCode::SttUnavailable))?,
        };
        let stt = match same(|c| format!("{:?}{:?}", c.stt, c.vad)) {
            Some(old) => old.stt.clone(),
            None => stt(config, folders).map_err(|e| e.failure(ErrorCode::SttUnavailable))?,
        };
        let tts = match same(|c| format!("{:?}{:?}", c.tts, c.languages.first())) {
            Some(old) => old.tts.clone(),
            None => tts(config, folders).map_err(|e| e.failure(ErrorCode::TtsUnavailable))?,
        };
        let bias = config.rooms.iter().map(|room| room.name.clone()).collect();
        Ok(Self {
            vad,
            wake,
            turn_end,
            speakers,
            stt,
            tts,
            bias,
            rate: config.tts.rate,
        })
    }

    /// What the owner can do about a failure, from the health of the engine that it concerns.
    pub fn advice(&self, code: ErrorCode) -> String {
        let info = match code {
            ErrorCode::SttUnavailable | ErrorCode::SttTimeout => self.stt.info(),
            ErrorCode::TtsUnavailable => self.tts.info(),
            ErrorCode::VadUnavailable => self.vad.info(),
            ErrorCode::WakeUnavailable => self.wake.info(),
            _ => return String::new(),
        };
        match info.health {
            EngineHealth::Unavailable { reason }
            | EngineHealth::Degraded { reason }
            | EngineHealth::NotSetUp { reason } => reason,
            EngineHealth::Loading => format!("{} is still loading; try again in a moment", info.model),
            EngineHealth::Ready => String::new(),
        }
    }

    pub fn infos(&self) -> Vec<(&'static str, EngineInfo)> {
        let mut infos = vec![
            ("vad", self.vad.info()),
            ("wake", self.wake.info()),
            ("stt", self.stt.info()),
            ("tts", self.tts.info()),
        ];
        infos.extend(self.turn_end.as_ref().map(|engine| ("turn_end", engine.info())));
        infos.extend(self.speakers.as_ref().map(|engine| ("speakers", engine.info())));
        infos
    }
}

/// The files that a model id or path of the configuration stands for, with what has to be made of them.
fn model(folders: &Folders, kind: ModelKind, named: &str) -> Option<ModelPaths> {
    let found =
        resolve(&folders.models, named, kind).and_then(|paths| paths.with_conversions(&folders.cache().join("models")));
    found
        .inspect_err(
            |error| tracing::warn!(model = named, %error, "a model cannot be used; it is picked up when it comes"),
        )
        .ok()
}

/// Its main file. One that is not there is looked for where it will be, so that the engine picks it up when it comes.
pub fn model_or_expected(folders: &Folders, kind: ModelKind, named: &str) -> PathBuf {
    let found = model(folders, kind, named).and_then(|paths| paths.main().ok().map(Path::to_path_buf));
    found.unwrap_or_else(|| expected(folders, kind, named))
}

fn expected(folders: &Folders, kind: ModelKind, named: &str) -> PathBuf {
    let path = Path::new(named);
    match (named.contains('/'), path.is_dir()) {
        (true, true) => path.join(kind.main_file()),
        (true, false) => path.to_path_buf(),
        (false, _) if named.starts_with(kind.prefix()) => folders.models.join(named).join(kind.main_file()),
        (false, _) => folders
            .models
            .join(format!("{}{named}", kind.prefix()))
            .join(kind.main_file()),
    }
}

fn vad(config: &Config, folders: &Folders) -> Result<Arc<dyn VadEngine>, SpeechError> {
    let model = model_or_expected(folders, ModelKind::Silero, &config.vad.model);
    Ok(Arc::new(SileroVad::start(VadConfig::new(
        folders.onnxruntime(),
        model,
    ))?))
}

/// The wake words alone.
pub fn wake(config: &Config, folders: &Folders) -> Result<Arc<dyn WakeEngine>, SpeechError> {
    let model = model_or_expected(folders, ModelKind::SpeechEmbedding, &config.wake_word.model);
    Ok(Arc::new(WakeWords::start(WakeConfig::new(
        folders.onnxruntime(),
        model,
    ))?))
}

fn turn_end(config: &Config, folders: &Folders) -> Result<Option<Arc<dyn TurnEndEngine>>, SpeechError> {
    if !config.turn_end.enabled {
        return Ok(None);
    }
    Ok(Some(Arc::new(SmartTurn::start(TurnEndConfig {
        runtime: folders.onnxruntime(),
        model: model_or_expected(folders, ModelKind::TurnEnd, &config.turn_end.model),
    })?)))
}

fn speakers(config: &Config, folders: &Folders) -> Result<Option<Arc<dyn SpeakerEngine>>, SpeechError> {
    if !config.speakers.enabled {
        return Ok(None);
    }
    Ok(Some(Arc::new(VoiceEncoder::start(SpeakerConfig {
        runtime: folders.onnxruntime(),
        model: model_or_expected(folders, ModelKind::Speaker, &config.speakers.model),
    })?)))
}

fn stt(config: &Config, folders: &Folders) -> Result<Arc<dyn SpeechToText>, SpeechError> {
    let remote = match config.stt.remote.host.as_str() {
        "" => None,
        host => Some(RemoteConfig {
            api_key: Some(config.stt.remote.api_key.clone()).filter(|key| !key.is_empty()),
            timeout_ms: config.stt.remote.timeout_ms,
            ..RemoteConfig::new(host, config.stt.remote.model.clone())
        }),
    };
    match (config.stt.engine, remote) {
        (SttEngineKind::Remote, Some(remote)) => Ok(Arc::new(remote.start()?)),
        (_, Some(remote)) => Ok(Arc::new(Fallback::new(
            Arc::new(whisper(config, folders).start()?),
            Arc::new(remote.start()?),
        ))),
        (_, None) => Ok(Arc::new(whisper(config, folders).start()?)),
    }
}

fn whisper(config: &Config, folders: &Folders) -> WhisperConfig {
    let found = model(folders, ModelKind::Whisper, &config.stt.model);
    let main = found
        .as_ref()
        .and_then(|paths| paths.main().ok().map(Path::to_path_buf));
    let main = main.unwrap_or_else(|| expected(folders, ModelKind::Whisper, &config.stt.model));
    let encoder = found
        .as_ref()
        .and_then(|paths| paths.file(ENCODER).map(Path::to_path_buf));
    let encoder = encoder.unwrap_or_else(|| main.with_file_name(ENCODER));
    WhisperConfig {
        encoder: config.stt.onnx_encoder.then_some(encoder),
        runtime: Some(folders.onnxruntime()),
        vad_model: Some(model_or_expected(folders, ModelKind::Silero, &config.vad.model)),
        workers: config.stt.workers as usize,
        threads: threads(config.stt.threads),
        ..WhisperConfig::new(config.stt.model.clone(), main)
    }
}

fn tts(config: &Config, folders: &Folders) -> Result<Arc<dyn TextToSpeech>, SpeechError> {
    let voice = |name: &str, language: Option<&str>| VoiceConfig {
        languages: language.map(Language::new).into_iter().collect(),
        ..VoiceConfig::new(name, voice_folder(folders, name))
    };
    let mut voices = Vec::new();
    if config.tts.engine == TtsEngineKind::Piper {
        voices.push(voice(&config.tts.voice, None));
        voices.extend(
            config
                .tts
                .voices
                .iter()
                .map(|(language, name)| voice(name, Some(language))),
        );
    }
    let keep = config.tts.cache_mb > 0 && config.privacy.cache_phrases;
    let phrases = keep.then(|| PhraseCacheConfig {
        max_bytes: u64::from(config.tts.cache_mb) << 20,
        ..PhraseCacheConfig::new(folders.phrases())
    });
    let router = Router::start(TtsConfig {
        phrases,
        espeak: EspeakConfig::default(),
        model_cache: Some(folders.cache().join("models")),
        threads: threads(config.tts.threads),
        max_chars: config.tts.max_chars as usize,
        ..TtsConfig::new(folders.onnxruntime(), voices)
    })?;
    prewarm(&router, config);
    Ok(Arc::new(router))
}

fn voice_folder(folders: &Folders, name: &str) -> PathBuf {
    let path = Path::new(name);
    if path.is_dir() {
        path.to_path_buf()
    } else {
        folders.models.join(format!("piper-{name}"))
    }
}

/// Failures must be heard at once even when the machine is busy with what failed.
fn prewarm(router: &Router, config: &Config) {
    for tag in &config.languages {
        let language = Language::new(tag);
        let sentences: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.spoken(&language)).collect();
        router.prewarm(&language, &sentences);
    }
}

/// Length of a frame that the detector judges.
pub const VAD_FRAME_MS: u64 = 32;

/// The speech probability of each whole frame of a recording. Blocking.
pub fn speech_frames(config: &Config, folders: &Folders, recording: &AudioFrame) -> Result<Vec<f32>, SpeechError> {
    let mut resampler = Resampler::new(recording.rate, recording.channels, SampleRate::HEARING)?;
    let mut samples = resampler.push(&recording.samples);
    samples.extend(resampler.flush());
    let model = model_or_expected(folders, ModelKind::Silero, &config.vad.model);
    let mut silero = Silero::load(Runtime::get(&folders.onnxruntime())?, &model)?;
    let mut state = SileroState::default();
    to_f32(&samples)
        .chunks_exact(FRAME)
        .map(|frame| silero.probability(&mut state, frame))
        .collect()
}
