//! One turn, explained: every stage's milliseconds, what was heard and done, how it ended.

use crate::{EndpointId, ErrorCode, Language, RoomId, SessionId, TurnId, UserId, dialog::Tier};
use serde::Serialize;

/// One step of a turn, the unit of timing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// First speech to last speech.
    Speech,
    /// Last spoken sample to the endpointer's decision.
    Endpointing,
    /// The endpointer's decision to the final transcript (what the person waits for).
    SttWait,
    /// The recogniser's own time for the transcript that was used.
    SttCompute,
    /// Transcript to the first word of the reply.
    FirstText,
    /// Transcript to the whole reply.
    Reply,
    /// First sentence handed over to its first audio.
    FirstAudio,
    /// Last spoken sample (or typed text) to the first audio of the reply.
    VoiceToVoice,
    /// First audio to the end of playback.
    Playback,
}

impl Stage {
    pub const ALL: &'static [Stage] = &[
        Stage::Speech,
        Stage::Endpointing,
        Stage::SttWait,
        Stage::SttCompute,
        Stage::FirstText,
        Stage::Reply,
        Stage::FirstAudio,
        Stage::VoiceToVoice,
        Stage::Playback,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Speech => "speech",
            Stage::Endpointing => "endpointing",
            Stage::SttWait => "stt_wait",
            Stage::SttCompute => "stt_compute",
            Stage::FirstText => "first_text",
            Stage::Reply => "reply",
            Stage::FirstAudio => "first_audio",
            Stage::VoiceToVoice => "voice_to_voice",
            Stage::Playback => "playback",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StageTiming {
    pub stage: Stage,
    pub duration_ms: u64,
}

/// Something that happened in a turn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TurnEvent {
    /// Milliseconds since the turn began.
    pub at_ms: u64,
    #[serde(flatten)]
    pub what: TurnFact,
}

/// Texts are `None` where the owner does not allow them to be kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TurnFact {
    Started {
        trigger: Trigger,
    },
    /// Several endpoints heard the call: why this one answers, or another.
    Arbitrated {
        reason: String,
    },
    SpeechStarted,
    /// Transcription began in the trailing silence.
    SpeculationStarted,
    SpeculationDropped,
    EndOfSpeech {
        reason: crate::session::EndReason,
    },
    Partial {
        text: Option<String>,
    },
    Transcript {
        text: Option<String>,
        language: Language,
    },
    /// Whose voice it was, where that was looked for. `waited_ms`: the answer waited so long for it.
    SpeakerHeard {
        /// `None`: nobody whose voice is known, or too little to tell.
        person: Option<UserId>,
        /// To the likest of the voices that are known, 0 to 100; `None` where too little was said.
        likeness_percent: Option<u8>,
        waited_ms: u64,
    },
    IntentMatched {
        name: String,
    },
    TierChosen {
        tier: Tier,
        model: String,
        reason: String,
    },
    ToolCalled {
        name: String,
    },
    ToolFinished {
        name: String,
        ok: bool,
        duration_ms: u64,
    },
    /// Something was said because the answer took long.
    FillerSaid,
    ReplyStarted,
    ReplyFinished {
        text: Option<String>,
    },
    PlaybackStarted,
    PlaybackFinished,
    BargeIn,
    Cancelled,
    Failed {
        code: ErrorCode,
        detail: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    WakeWord,
    PushToTalk,
    /// Hands-free: speech itself began the turn.
    Speech,
    Text,
    FollowUp,
    /// Rosie speaks first (a timer rings).
    Announcement,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Answered,
    NoSpeech,
    Cancelled,
    BargedIn,
    Failed,
}

impl Outcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Answered => "answered",
            Outcome::NoSpeech => "no_speech",
            Outcome::Cancelled => "cancelled",
            Outcome::BargedIn => "barged_in",
            Outcome::Failed => "failed",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TurnRecord {
    pub turn_id: TurnId,
    pub session: SessionId,
    pub endpoint: EndpointId,
    pub room: RoomId,
    pub language: Language,
    pub started_unix_ms: u64,
    pub trigger: Trigger,
    pub outcome: Outcome,
    pub tier: Option<Tier>,
    pub intent: Option<String>,
    /// Who was recognised by voice.
    pub person: Option<UserId>,
    pub stages: Vec<StageTiming>,
    pub events: Vec<TurnEvent>,
}

/// Told of every finished turn (metrics, the list of recent turns, the log).
pub trait TurnObserver: Send + Sync {
    fn turn_finished(&self, record: &TurnRecord);
}
