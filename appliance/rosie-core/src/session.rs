//! What passes between an endpoint's connection and its session, whatever the transport.

use crate::{
    AudioFrame, EndpointId, ErrorCode, Failure, Language, RoomId, SessionId, TurnId,
    arbiter::Hearing,
    engine::WakeWord,
    record::{StageTiming, Trigger},
};
use serde::{Deserialize, Serialize};

/// What an endpoint is, told when its session opens.
#[derive(Debug, Clone, PartialEq)]
pub struct EndpointSpec {
    pub endpoint: EndpointId,
    /// A room of the configuration; `None` takes the first.
    pub room: Option<RoomId>,
    /// `None` takes the house's languages.
    pub language: Option<Language>,
    /// What it wants to hear replies in. Audio it sends carries its own rate.
    pub playback_rate: u32,
    /// False: a screen only; replies come as text.
    pub wants_audio: bool,
    /// Has a screen whose brightness can be set.
    pub has_screen: bool,
    /// Has LEDs that show how the turn is, whose brightness can be set.
    pub has_leds: bool,
    /// A program that asks and goes, and no place in the house: nothing is announced to it, and nobody outside is told of it.
    pub passing: bool,
    /// A token from `SessionOpened`, to go on with a session that lost its connection.
    pub resume: Option<String>,
}

/// From the endpoint.
#[derive(Debug, Clone, PartialEq)]
pub enum SessionInput {
    /// Microphone audio, any rate and channels.
    Audio(AudioFrame),
    /// The talk button: pressed, released.
    PushToTalk {
        pressed: bool,
    },
    /// Listen without a button, by the server's VAD.
    HandsFree(bool),
    /// Listen for the wake word, or stop doing so.
    WakeWord(bool),
    /// The endpoint listens for the wake word itself and heard it: it had been said `ago_ms` of audio before the last that came.
    WakeHeard {
        word: WakeWord,
        ago_ms: u64,
        hearing: Hearing,
    },
    /// Speech over a reply stops it, also where the wake word is listened for: the endpoint takes its own loudspeaker out of what it
    /// sends. Said after [`Self::WakeWord`].
    InterruptedBySpeech(bool),
    Text(String),
    /// End the turn now: stop listening, thinking or speaking.
    Cancel,
    /// The last sample of the turn's audio sounded.
    PlaybackFinished {
        turn_id: TurnId,
    },
    Mute(bool),
    /// Change the language of the turns that follow; `None`: the house's.
    SetLanguage(Option<Language>),
    /// Going away on purpose: the session ends at once, and its token is worth nothing any more.
    Bye,
}

/// What one sees from across the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnState {
    Idle,
    Listening,
    Thinking,
    Speaking,
    FollowUp,
}

/// Why the endpointer ended the utterance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Silence after speech.
    Silence,
    /// The talk button was released.
    Released,
    /// The longest allowed utterance.
    MaxLength,
    /// Nobody spoke.
    NoSpeech,
}

/// To the endpoint.
#[derive(Debug, Clone, PartialEq)]
pub enum SessionEvent {
    State {
        turn_id: TurnId,
        state: TurnState,
    },
    TurnStarted {
        turn_id: TurnId,
        trigger: Trigger,
    },
    /// A wake word began this turn.
    WakeHeard {
        turn_id: TurnId,
        /// Its name: `hey_rosie`.
        word: String,
    },
    /// Another endpoint heard the same call and answers it; this turn ends as cancelled.
    AnsweredElsewhere {
        turn_id: TurnId,
        by: EndpointId,
        why: String,
    },
    SpeechStarted {
        turn_id: TurnId,
    },
    EndOfSpeech {
        turn_id: TurnId,
        reason: EndReason,
    },
    Partial {
        turn_id: TurnId,
        text: String,
    },
    Transcript {
        turn_id: TurnId,
        text: String,
        language: Language,
    },
    IntentMatched {
        turn_id: TurnId,
        name: String,
    },
    ReplyDelta {
        turn_id: TurnId,
        text: String,
    },
    ReplyFinished {
        turn_id: TurnId,
        text: String,
    },
    /// Audio of the reply follows.
    PlaybackStarted {
        turn_id: TurnId,
        rate: u32,
        channels: u16,
    },
    Audio {
        turn_id: TurnId,
        frame: AudioFrame,
    },
    /// No more audio in this turn; answer with `PlaybackFinished` when it has sounded.
    AudioFinished {
        turn_id: TurnId,
    },
    /// Throw away what has not sounded.
    StopPlayback {
        turn_id: TurnId,
    },
    TurnFinished {
        turn_id: TurnId,
        outcome: crate::record::Outcome,
        stages: Vec<StageTiming>,
    },
    Failed {
        turn_id: Option<TurnId>,
        code: ErrorCode,
        sentence: String,
        detail: String,
    },
    /// 0 to 100.
    Volume {
        percent: u8,
    },
    /// How bright the screen or the LEDs shall be, 0 to 100.
    Brightness {
        percent: u8,
    },
    /// Somebody else muted or unmuted the microphone (a switch in the home).
    Muted {
        on: bool,
    },
    /// Several messages in one mood: a timer rings until it is stopped.
    TimerRinging {
        id: u64,
        name: Option<String>,
    },
    TimerStopped {
        id: u64,
    },
    /// A timer counts down: it was begun, changed or taken back. For endpoints that show it.
    TimerCounts {
        id: u64,
        how: TimerCount,
    },
}

/// What happened to a timer that counts down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerCount {
    Begun {
        name: Option<String>,
        seconds: u64,
    },
    /// How much is left, and whether it goes on.
    Changed {
        seconds_left: u64,
        active: bool,
    },
    Cancelled,
}

/// Called from any thread; must not block.
pub type SessionSink = Box<dyn Fn(SessionEvent) + Send + Sync>;

/// An open session. Dropping it lets the session wait a while for a `resume`, then end.
pub trait SessionPort: Send + Sync {
    fn opened(&self) -> SessionOpened;
    /// Never blocks. When the queue is full audio is dropped (oldest first) and counted; control is refused with `busy`.
    fn input(&self, input: SessionInput) -> Result<(), Failure>;
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionOpened {
    pub session: SessionId,
    pub room: RoomId,
    pub language: Language,
    pub resume_token: String,
    /// True when an earlier session goes on.
    pub resumed: bool,
    pub volume_percent: u8,
    /// Of the screen or the LEDs, where it has any.
    pub brightness_percent: u8,
}
