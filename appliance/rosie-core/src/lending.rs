//! A room that is lent to somebody else's voice pipeline (Home Assistant's): what is said there is heard and answered by that,
//! instead of by a turn of Rosie's own. Rosie keeps the microphone, the loudspeaker and the turn: she says when somebody began
//! and ceased to speak, and the pipeline what was said and what is answered.
//!
//! The gateway speaks the pipeline's protocol, `rosied` has the rooms; they meet here.

use crate::{AudioFrame, ErrorCode};

/// From the room to the pipeline that borrows it.
#[derive(Debug, Clone, PartialEq)]
pub enum ToBorrower {
    /// Somebody speaks: audio follows, from a little before their first word on.
    Begin,
    /// 16 kHz, mono.
    Audio(AudioFrame),
    /// They finished; an answer is wanted.
    End,
    /// What was begun is not wanted any more: somebody stopped it, or speaks anew.
    Cancel,
    /// The reply or the announcement has sounded, as far as it will.
    Played,
}

/// From the pipeline to the room.
#[derive(Debug, Clone, PartialEq)]
pub enum FromBorrower {
    /// It heard the end of what is being said.
    SpeechEnded,
    Transcript(String),
    /// The words of the reply; its sound comes by itself.
    Reply(String),
    /// The reply's sound, any rate.
    Audio(AudioFrame),
    /// All of it was sent.
    AudioDone,
    /// It cannot hear, answer or speak.
    Failed {
        code: ErrorCode,
        detail: String,
    },
    /// It gave up what it was hearing, for something of its own.
    Dropped,
    /// Sound that nobody asked for.
    Announce(AudioFrame),
    /// Listen, as after a tap on the talk button.
    Listen,
    /// Hear nothing in the room, or hear again.
    Mute(bool),
    /// A timer that was set through the pipeline is over.
    TimerFinished {
        name: Option<String>,
        total_seconds: u64,
    },
}

/// Called from any thread; must not block.
pub type BorrowerSink = Box<dyn Fn(ToBorrower) + Send + Sync>;

/// A room on loan. Dropping it gives the room back to Rosie.
pub trait LentRoom: Send + Sync {
    /// Never blocks.
    fn tell(&self, what: FromBorrower);
}
