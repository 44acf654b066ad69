//! One turn as a sans-I/O state machine: facts in, orders out, time passed in.
//!
//! `Idle → Listening → Thinking → Speaking → Idle`, plus `FollowUp`. Every state but Idle has a deadline, given out as
//! [`Output::Timeout`]; the caller calls [`TurnEngine::handle_timeout`] then. Every result names its turn; one that
//! belongs to an old turn, or to an attempt that was dropped, is ignored. Audio never comes here: the caller keeps it
//! in a [`crate::preroll::PreRoll`] and is told which part to transcribe.

mod config;
mod engine;
mod listening;
mod thinking;

pub use config::TurnConfig;
pub use engine::TurnEngine;

use crate::{
    Completeness, ErrorCode, Language, Millis, TurnId,
    engine::SttPriority,
    record::{Outcome, Trigger},
    session::{EndReason, TurnState},
};

/// Everything that can happen to a turn.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The wake word fired; it ended at `audio` (audio time).
    Wake { audio: Millis },
    /// The talk button went down; `audio` is the newest audio there is.
    Press { audio: Millis },
    /// The talk button came up.
    Release { audio: Millis },
    /// Listen without a button or wake word, or stop doing so.
    HandsFree(bool),
    /// Nothing but the wake word interrupts a reply, or speech does again: an endpoint that is called by name hears its own
    /// loudspeaker.
    CalledByName(bool),
    /// Hear nothing, or hear again.
    Mute(bool),
    /// Typed text.
    Text(String),
    /// Rosie has something to say of her own (a timer ends); waits until the turn in progress is over.
    Announce(String),
    /// The same for a sound that the caller keeps under this number.
    AnnounceSound(u64),
    /// Speech probability of the frame of `frame_ms` that ended at `audio`.
    Vad {
        probability: f32,
        audio: Millis,
        frame_ms: u64,
    },
    Transcript {
        turn_id: TurnId,
        attempt: u32,
        result: Result<Heard, ErrorCode>,
    },
    /// Somebody else who listens says that the person has finished; nothing where that is known already.
    SpeechEnded { turn_id: TurnId },
    /// How finished the words of `attempt` sound.
    Sounds {
        turn_id: TurnId,
        attempt: u32,
        completeness: Completeness,
    },
    /// How surely (0 to 1) the person has finished, by how it was said: the answer to [`Output::Judge`] of `attempt`.
    Judged {
        turn_id: TurnId,
        attempt: u32,
        finished: f32,
    },
    /// More of the reply's text came.
    ReplyGrew { turn_id: TurnId },
    /// The reply's text is whole, or failed.
    ReplyDone {
        turn_id: TurnId,
        result: Result<ReplyEnd, ErrorCode>,
    },
    /// The endpoint was sent audio; `total_ms` of it in this turn so far.
    AudioSent { turn_id: TurnId, total_ms: u64 },
    /// No more audio will be sent in this turn.
    AudioDone { turn_id: TurnId, total_ms: u64 },
    /// The endpoint has sounded the last of it.
    PlaybackFinished { turn_id: TurnId },
    /// End the turn now.
    Cancel,
}

/// The words of an utterance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub text: String,
    pub language: Language,
}

/// How a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReplyEnd {
    /// Rosie asked something back: listen again without a wake word.
    pub follow_up: bool,
    /// Nothing will be said.
    pub silent: bool,
}

/// What the caller has to do, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    TurnStarted {
        turn_id: TurnId,
        trigger: Trigger,
    },
    State {
        turn_id: TurnId,
        state: TurnState,
    },
    SpeechStarted {
        turn_id: TurnId,
    },
    /// Transcribe the audio between two audio times.
    Transcribe {
        turn_id: TurnId,
        attempt: u32,
        priority: SttPriority,
        from: Millis,
        to: Millis,
    },
    /// Judge by how it was said whether the person has finished. Worth something until the silence is long enough without it.
    Judge {
        turn_id: TurnId,
        attempt: u32,
        from: Millis,
        to: Millis,
    },
    /// Its result is no longer wanted.
    DropTranscription {
        turn_id: TurnId,
        attempt: u32,
    },
    EndOfSpeech {
        turn_id: TurnId,
        reason: EndReason,
        last_speech: Millis,
    },
    /// Words while the person still speaks.
    Partial {
        turn_id: TurnId,
        text: String,
    },
    /// The final words; an answer is wanted.
    Answer {
        turn_id: TurnId,
        text: String,
        language: Option<Language>,
    },
    /// Say this and nothing else (an announcement).
    Say {
        turn_id: TurnId,
        text: String,
    },
    /// Sound this and nothing else.
    Play {
        turn_id: TurnId,
        sound: u64,
    },
    /// Say the failure's sentence.
    SayFailure {
        turn_id: TurnId,
        code: ErrorCode,
    },
    /// Stop answering and synthesising.
    CancelReply {
        turn_id: TurnId,
    },
    /// Throw away what has not sounded.
    StopPlayback {
        turn_id: TurnId,
    },
    TurnFinished {
        turn_id: TurnId,
        outcome: Outcome,
    },
    /// Call `handle_timeout` at this time, unless another `Timeout` replaces it. `None`: nothing to wait for.
    Timeout(Option<Millis>),
}
