//! The configuration as it is written: shapes, defaults and the words that explain each key.
//!
//! docs/configuration.md is generated from these types; every default is written down here, or taken from the part
//! that it configures.

use super::access::Access;
use super::backup::Backup;
use super::device::DeviceSection;
use super::extensions::{Mcp, Plugins};
use super::outside::{HomeAssistant, Mqtt, Weather};
use super::quiet::DoNotDisturb;
use super::satellite::{Role, Satellite};
use super::server::Server;
use super::services::{GoogleCalendar, Mattermost, Monica};
use super::speakers::Speakers;
use super::wake_word::WakeWordSection;
use super::wyoming::Wyoming;
use rosie_core::turn::TurnConfig;
use rosie_dialog::DialogConfig;
use rosie_dialog::llm::{Limits, ProviderKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

section! {
    /// Everything Rosie can be told. Every key may be left out.
    Config {
        /// Languages spoken in the house, the first one first. With several, Rosie hears which one was spoken.
        languages: Vec<String> = vec!["en".into()],
        /// IANA time zone ("Europe/Berlin"); empty takes the machine's.
        time_zone: String = String::new(),
        /// `server`, a Rosie of her own; `satellite`, ears and voice of another one. `--role` goes before it.
        role: Role = Role::Server,
        /// Rooms where endpoints stand. Their names are also words that Rosie listens for.
        rooms: Vec<Room> = [("living_room", "Living room"), ("kitchen", "Kitchen"), ("bedroom", "Bedroom"), ("office", "Office")]
            .map(|(id, name)| Room { id: id.into(), name: name.into() }).to_vec(),
        server: Server = Server::default(),
        access: Access = Access::default(),
        audio: Audio = Audio::default(),
        do_not_disturb: DoNotDisturb = DoNotDisturb::default(),
        vad: Vad = Vad::default(),
        wake_word: WakeWordSection = WakeWordSection::default(),
        turn_end: TurnEnd = TurnEnd::default(),
        speakers: Speakers = Speakers::default(),
        device: DeviceSection = DeviceSection::default(),
        satellite: Satellite = Satellite::default(),
        stt: Stt = Stt::default(),
        tts: Tts = Tts::default(),
        intents: Intents = Intents::default(),
        home_assistant: HomeAssistant = HomeAssistant::default(),
        mqtt: Mqtt = Mqtt::default(),
        google_calendar: GoogleCalendar = GoogleCalendar::default(),
        mattermost: Mattermost = Mattermost::default(),
        monica: Monica = Monica::default(),
        weather: Weather = Weather::default(),
        wyoming: Wyoming = Wyoming::default(),
        plugins: Plugins = Plugins::default(),
        mcp: Mcp = Mcp::default(),
        llm: Llm = Llm::default(),
        memory: Memory = Memory::default(),
        backup: Backup = Backup::default(),
        privacy: Privacy = Privacy::default(),
        models: Models = Models::default(),
        logging: Logging = Logging::default(),
    }
}

/// A room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// 1 to 64 of `a-z 0-9 _ -`.
    pub id: String,
    /// What people call it.
    pub name: String,
}

section! {
    /// How patient Rosie is while you speak.
    Audio {
        /// Speech probability from which a frame counts as speech; 0 to 1.
        speech_threshold: f32 = TurnConfig::default().endpointer.speech_threshold,
        /// Silence that ends what you say; milliseconds.
        silence_ms: u64 = TurnConfig::default().endpointer.silence_ms,
        /// The same once your words are a whole command; milliseconds.
        complete_silence_ms: u64 = TurnConfig::default().endpointer.complete_silence_ms,
        /// The same when your words cannot be the end ("set a timer for"); milliseconds.
        dangling_silence_ms: u64 = TurnConfig::default().endpointer.dangling_silence_ms,
        /// The longest utterance; milliseconds, at most 28000.
        max_utterance_ms: u64 = TurnConfig::default().endpointer.max_utterance_ms,
        /// Waiting for the first word; milliseconds.
        no_speech_ms: u64 = TurnConfig::default().endpointer.no_speech_ms,
        /// The longest wait for what you said to be understood, before it is said that it takes too long; milliseconds. More for a
        /// slow machine.
        transcript_ms: u64 = TurnConfig::default().transcript_deadline_ms,
        /// Audio kept from before your first word; milliseconds.
        pre_roll_ms: u64 = TurnConfig::default().pre_roll_ms,
        /// A press of the talk button shorter than this is a tap: listening goes on until silence or the next tap;
        /// milliseconds.
        tap_ms: u64 = TurnConfig::default().tap_ms,
        /// Show words while you speak, at most once in this time; milliseconds, 0 turns it off.
        partial_every_ms: u64 = TurnConfig::default().partial_every_ms,
        /// Speaking over a reply for so long stops it; milliseconds, 0 turns it off.
        barge_in_ms: u64 = TurnConfig::default().barge_in_ms,
        /// After Rosie asks something she listens so long without a wake word; milliseconds.
        follow_up_ms: u64 = TurnConfig::default().follow_up_ms,
        /// Volume of an endpoint that was never changed; percent.
        volume_percent: u8 = 80,
        /// How it is told that something in the home was done: in `words`, or with a short `sound`. What could not be done is always
        /// said.
        confirm: Confirm = Confirm::Words,
        /// Whose voice says what you want everyone to be told after Rosie asked you for it ("make an announcement"): your `own`, or
        /// that of `rosie`. What is typed is always said by Rosie.
        broadcast_voice: BroadcastVoice = BroadcastVoice::Own,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BroadcastVoice {
    Own,
    Rosie,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confirm {
    Words,
    Sound,
}

section! {
    /// Telling in a pause by how something was said whether more comes. It lengthens the wait for silence, and never shortens it.
    TurnEnd {
        /// Wait as long as for words that cannot be the end (`audio.dangling_silence_ms`) where it did not sound like the end.
        enabled: bool = false,
        /// Model id of the manifest, or a path to an ONNX file.
        model: String = "smart-turn-v3.2".into(),
    }
}

section! {
    /// Voice activity detection.
    Vad {
        /// `silero` is built in.
        engine: VadEngineKind = VadEngineKind::Silero,
        /// Model id of the manifest, or a path to an ONNX file.
        model: String = "silero-vad".into(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VadEngineKind {
    Silero,
}

section! {
    /// Speech to text.
    Stt {
        /// `whisper` runs here; `remote` asks an OpenAI-compatible address.
        engine: SttEngineKind = SttEngineKind::Whisper,
        /// Model id of the manifest, or a path to a ggml file or to a folder with one.
        model: String = "whisper-base".into(),
        /// Where Whisper runs. Only `cpu` is built in today.
        device: Device = Device::Cpu,
        /// Threads a transcription uses; 0 takes half of the processors, at least 2.
        threads: u32 = 0,
        /// Transcriptions at once.
        workers: u32 = 1,
        /// Run the encoder in ONNX Runtime, which is about twice as fast.
        onnx_encoder: bool = true,
        /// Address for `engine: remote`, and the fallback when Whisper fails. Empty: none.
        remote: RemoteStt = RemoteStt::default(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SttEngineKind {
    Whisper,
    Remote,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Device {
    Cpu,
}

section! {
    /// An OpenAI-compatible transcription address.
    RemoteStt {
        /// For example "http://gpu-box:8000/v1". Audio leaves this machine for it.
        host: String = String::new(),
        /// As the server calls it.
        model: String = "whisper-1".into(),
        /// `${NAME}` takes it from the environment.
        api_key: String = String::new(),
        /// For the whole request; milliseconds.
        timeout_ms: u64 = 10_000,
    }
}

section! {
    /// Text to speech.
    Tts {
        /// `piper` runs Piper voices; `espeak-ng` is small, and the fallback.
        engine: TtsEngineKind = TtsEngineKind::Piper,
        /// Voice of the first language: model id without "piper-", or a path to a voice's folder.
        voice: String = "en_US-joe-medium".into(),
        /// Voices of other languages (`de: de_DE-thorsten-medium`); a language without one is spoken by espeak-ng.
        voices: BTreeMap<String, String> = BTreeMap::new(),
        /// Speaking rate; 0.5 to 2.
        rate: f32 = 1.0,
        /// Threads a synthesis uses; 0 takes half of the processors, at least 2.
        threads: u32 = 0,
        /// Disk for phrases that Rosie says often; megabytes, 0 turns it off.
        cache_mb: u32 = 32,
        /// The longest text read aloud; characters.
        max_chars: u32 = 8_000,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TtsEngineKind {
    Piper,
    EspeakNg,
}

section! {
    /// Commands that need no language model.
    Intents {
        /// Folder with sentence templates of your own, one file a language. Empty: `<data>/intents`.
        folder: String = String::new(),
    }
}

section! {
    /// Language models for what no command matches. A tier without a model is off.
    Llm {
        /// On this machine.
        local: LlmTier = LlmTier::default(),
        /// On another machine of yours.
        network: LlmTier = LlmTier::default(),
        /// Somebody else's; used only with `privacy.cloud_allowed`.
        cloud: LlmTier = LlmTier::default(),
        routing: LlmRouting = LlmRouting::default(),
    }
}

section! {
    /// Which tier answers what. Simple questions go to the local model, others to the network's, complex ones to the cloud
    /// where that is allowed; the next one takes over when a tier fails or is slow.
    LlmRouting {
        /// For rooms and people without a preference of their own.
        preference: ModelPreference = ModelPreference::Balanced,
        /// By room id.
        rooms: BTreeMap<String, ModelPreference> = BTreeMap::new(),
        /// By person. Of a room's and a person's preference the stricter holds.
        people: BTreeMap<String, ModelPreference> = BTreeMap::new(),
        /// Also ask the cloud about health, money, people, addresses and the home.
        private_to_cloud: bool = false,
        /// From the request to the first word of the local model, while another tier waits; milliseconds.
        local_budget_ms: u64 = DialogConfig::default().routing.budgets.local.as_millis() as u64,
        /// The same for the network's.
        network_budget_ms: u64 = DialogConfig::default().routing.budgets.network.as_millis() as u64,
        /// The same for the cloud's.
        cloud_budget_ms: u64 = DialogConfig::default().routing.budgets.cloud.as_millis() as u64,
        /// Silence after which Rosie says that it takes a moment; milliseconds.
        patience_ms: u64 = DialogConfig::default().patience.as_millis() as u64,
        /// The local model is a small one (up to about 4 billion parameters): only tools that a question wants are
        /// offered to it, and it calls them by filling in a form. False: it gets tools as the other tiers do.
        local_is_small: bool = DialogConfig::default().guided_local,
        /// What a model reads for one question, tools not counted; tokens.
        prompt_tokens: u32 = DialogConfig::default().prompt_tokens as u32,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelPreference {
    /// By the weight of the question; the cloud where `privacy.cloud_allowed` is set.
    Balanced,
    AlwaysLocal,
    PreferNetwork,
    CloudAllowed,
}

section! {
    /// What Rosie remembers: conversations, facts, documents. All of it stays on this machine, can be seen on the page
    /// `/memory`, and is forgotten on request.
    Memory {
        /// Off: nothing is written down, and nothing comes back.
        enabled: bool = true,
        /// Finds memories by meaning: model id of the manifest, or a path to a folder. Empty: by words alone.
        model: String = "minilm-l6-v2".into(),
        /// When nobody speaks, the model of this machine (or, without one, of the network; never of the cloud) looks
        /// for facts in what was said ("the boiler man is called Berg").
        read_for_facts: bool = true,
        /// After so much quiet; seconds.
        read_after_s: u32 = 60,
    }
}

section! {
    /// One tier. Its limits are its own.
    LlmTier {
        /// `llama-cpp` with a model file and no host is started and looked after by Rosie. `openai-compatible` is
        /// whoever speaks OpenAI's chat completions, and needs a host.
        provider: LlmProvider = LlmProvider::LlamaCpp,
        /// Model name as the server knows it, or for `llama-cpp` without a host a model id or a path to a GGUF file.
        model: String = String::new(),
        /// Address of the server ("http://gpu-box:11434"). Empty: the provider's own.
        host: String = String::new(),
        /// `${NAME}` takes it from the environment.
        api_key: String = String::new(),
        /// The llama.cpp server to start.
        binary: String = "llama-server".into(),
        /// Threads of a server started by Rosie; 0 takes half of the processors, at least 2.
        threads: u32 = 0,
        /// Context of a server started by Rosie, or of an `ollama` model; tokens.
        context_tokens: u32 = 4_096,
        /// The longest wait for the first word; milliseconds.
        first_token_ms: u64 = Limits::default().first_token.as_millis() as u64,
        /// The longest wait for the last word; milliseconds.
        answer_ms: u64 = Limits::default().overall.as_millis() as u64,
        /// The longest answer; tokens.
        max_tokens: u32 = Limits::default().max_tokens,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LlmProvider {
    LlamaCpp,
    Ollama,
    Openai,
    OpenaiCompatible,
    Gemini,
    Xai,
    Anthropic,
}

impl LlmProvider {
    /// As the dialog knows it.
    pub fn kind(self) -> ProviderKind {
        match self {
            Self::LlamaCpp => ProviderKind::LlamaCpp,
            Self::Ollama => ProviderKind::Ollama,
            Self::Openai => ProviderKind::OpenAi,
            Self::OpenaiCompatible => ProviderKind::OpenAiCompatible,
            Self::Gemini => ProviderKind::Gemini,
            Self::Xai => ProviderKind::Xai,
            Self::Anthropic => ProviderKind::Anthropic,
        }
    }
}

section! {
    /// What may be kept and where it may go.
    Privacy {
        /// Allow the cloud tier.
        cloud_allowed: bool = false,
        /// Keep what was said and answered in the list of recent turns. Memory only; never in the log.
        keep_turn_text: bool = false,
        /// Keep synthesised stock phrases (never private replies) on disk.
        cache_phrases: bool = true,
    }
}

section! {
    /// Where models are.
    Models {
        /// Folder. Empty: `$ROSIE_MODELS`, else `<data>/models`, else where `make models` puts them.
        folder: String = String::new(),
        /// `small` for a test machine, `standard` for a Pi 5 or a mini PC.
        profile: String = "small".into(),
    }
}

section! {
    /// What is logged, and how. Never what people say.
    Logging {
        /// A level (`error`, `warn`, `info`, `debug`, `trace`) or a filter ("info,rosie_speech=debug").
        filter: String = "info".into(),
        /// `auto` writes for people on a terminal and JSON elsewhere.
        format: LogFormat = LogFormat::Auto,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    Auto,
    Human,
    Json,
}
