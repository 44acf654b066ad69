//! What the appliance says.

use crate::client::AudioFormat;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A JSON text frame to the endpoint. `turn` counts turns and never goes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    Welcome(Welcome),
    TurnStarted {
        turn: u64,
        trigger: String,
    },
    /// The turn's state; `idle` ends it.
    State {
        turn: u64,
        state: TurnState,
    },
    /// Another endpoint heard the same call and answers it: this turn ends as cancelled, and is nobody's failure.
    AnsweredElsewhere {
        turn: u64,
        /// The endpoint that answers.
        by: String,
        /// Why it does, to be shown.
        reason: String,
    },
    SpeechStarted {
        turn: u64,
    },
    /// `silence`, `released`, `max_length`, `no_speech`.
    EndOfSpeech {
        turn: u64,
        reason: String,
    },
    /// Words so far; replaces the last partial.
    Partial {
        turn: u64,
        text: String,
    },
    Transcript {
        turn: u64,
        text: String,
        language: String,
    },
    Intent {
        turn: u64,
        name: String,
    },
    /// More of the reply; append it.
    ReplyDelta {
        turn: u64,
        text: String,
    },
    /// The whole reply.
    Reply {
        turn: u64,
        text: String,
    },
    /// Binary messages with this turn follow, in this format.
    AudioStart {
        turn: u64,
        format: AudioFormat,
        /// True when it sounds over WebRTC instead, and no binary messages come.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        rtp: bool,
    },
    /// No more of them. Answer with `playback_finished` when the last sample has sounded.
    AudioEnd {
        turn: u64,
    },
    /// Throw away this turn's audio that has not sounded.
    StopPlayback {
        turn: u64,
    },
    /// How the turn ended (`answered`, `no_speech`, `cancelled`, `barged_in`, `failed`) and what it took.
    Timings {
        turn: u64,
        outcome: String,
        stages: Vec<StageMs>,
    },
    /// A failure: `code` is stable, `sentence` can be shown or said, `detail` says what to do about it.
    Error {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        turn: Option<u64>,
        code: String,
        sentence: String,
        detail: String,
    },
    /// Play at this volume, 0 to 100.
    Volume {
        percent: u8,
    },
    /// Make the screen this bright: 0 (as dark as it goes, and still readable) to 100. Only for endpoints with a `screen`.
    Brightness {
        percent: u8,
    },
    /// Somebody else muted or unmuted the microphone.
    Muted {
        on: bool,
    },
    /// A timer rings, here, until `timer_stopped`; `stop` or `cancel` stops it.
    TimerRinging {
        id: u64,
        name: Option<String>,
    },
    TimerStopped {
        id: u64,
    },
    /// A timer counts down: begun (with its name, where it has one) or changed. Not `active`: it is held.
    TimerCounts {
        id: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        seconds_left: u64,
        active: bool,
    },
    /// A timer that counted down was taken back.
    TimerCancelled {
        id: u64,
    },
    Pong {
        id: u64,
    },
    /// The answer to `rtc_offer`, as SDP.
    RtcAnswer {
        id: u32,
        sdp: String,
    },
    /// An address of the appliance.
    RtcCandidate {
        id: u32,
        candidate: String,
    },
    /// There is no such WebRTC connection (any more): `off`, `busy`, `failed`. Audio goes over the WebSocket.
    RtcClose {
        id: u32,
        reason: String,
    },
    /// The appliance goes away; connect again after `retry_after_ms`.
    GoingAway {
        reason: String,
        retry_after_ms: u64,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Welcome {
    pub version: u32,
    /// Of the software.
    pub server: String,
    pub session: String,
    pub room: String,
    /// What `room` is called.
    pub room_name: String,
    pub language: String,
    /// Languages Rosie can be asked to hear.
    pub languages: Vec<String>,
    /// Formats in force, as asked for.
    pub input: AudioFormat,
    pub output: AudioFormat,
    pub resume_token: String,
    /// True when an earlier session goes on.
    pub resumed: bool,
    pub volume_percent: u8,
    /// How bright the screen shall be, where there is one: 0 to 100.
    pub brightness_percent: u8,
    /// The connection closes after this long without any message from the endpoint.
    pub idle_timeout_ms: u64,
    /// Audio may go over WebRTC; absent where it may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webrtc: Option<WebRtcOffered>,
}

/// What an endpoint needs to know before it makes its `rtc_offer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebRtcOffered {
    /// STUN servers (`stun:host:port`) to ask for addresses beyond the home network; mostly none.
    pub stun: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TurnState {
    Idle,
    Listening,
    Thinking,
    Speaking,
    FollowUp,
}

/// One stage's time; the names are listed in docs/protocol.md.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageMs {
    pub stage: String,
    pub ms: u64,
}
