//! Sessions: each endpoint's connected life. [`registry`] keeps them, [`actor`] is the task that owns one turn engine,
//! [`ears`] and [`voice`] move audio past it.

mod actor;
mod answering;
mod arbitration;
pub mod done_sound;
mod ears;
mod kept;
mod lending;
mod lent_turn;
mod outlet;
mod passing_on;
mod perform;
mod port;
pub mod quiet;
mod reach;
mod recorder;
mod registry;
mod speaker;
mod speaking;
mod voice;
mod waking;
mod words;

pub use recorder::{Place, unix_ms};
pub use registry::{House, Sessions};
pub use waking::Waking;

use rosie_core::{
    AudioFrame, Failure, Language, Millis, TurnId,
    arbiter::{Hearing, Ruling},
    dialog::{DialogEvent, Reply},
    engine::{Transcript, WakeWord},
    lending::FromBorrower,
    speakers::Speaker,
};
use std::sync::Arc;

/// What the session's task is told.
pub enum Message {
    /// From the endpoint; audio goes another way.
    Press {
        audio: Millis,
    },
    Release {
        audio: Millis,
    },
    HandsFree(bool),
    CalledByName(bool),
    InterruptedBySpeech(bool),
    Text(String),
    Cancel,
    PlaybackFinished {
        turn_id: TurnId,
    },
    Mute(bool),
    Volume(u8),
    Language(Option<Language>),
    /// From the detector.
    Vad {
        probability: f32,
        audio: Millis,
    },
    VadFailed(Failure),
    /// A wake word had been said by `audio`.
    WakeHeard {
        word: WakeWord,
        audio: Millis,
        hearing: Hearing,
    },
    /// Of several endpoints that heard it: what this one has to do.
    Arbitrated(Ruling),
    /// From the recogniser.
    Transcript {
        turn_id: TurnId,
        attempt: u32,
        result: Result<Transcript, Failure>,
    },
    /// How surely the person has finished, by how it was said.
    Judged {
        turn_id: TurnId,
        attempt: u32,
        finished: f32,
    },
    /// Whose voice it was, and for how many milliseconds the answer waited to know.
    Speaker(TurnId, Speaker, u64),
    /// From whoever answers.
    Dialog {
        turn_id: TurnId,
        event: DialogEvent,
    },
    Replied {
        turn_id: TurnId,
        result: Result<Reply, Failure>,
    },
    /// From the voice.
    AudioSent {
        turn_id: TurnId,
        total_ms: u64,
    },
    SentenceDone {
        turn_id: TurnId,
        failure: Option<Failure>,
    },
    /// From the house.
    Announce(String),
    AnnounceSound {
        sound: Arc<AudioFrame>,
        /// It is the pipeline's that the room is lent to, which is told when it has sounded.
        lent: bool,
    },
    /// From the pipeline that the room is lent to.
    Borrower(FromBorrower),
    VadReplaced,
    WakeReplaced,
    Attached,
    Detached,
    End,
}

#[cfg(test)]
mod tests;
