//! What those who reach into the house from outside a conversation (the MQTT bridge) ask of the daemon: who listens where,
//! what happens, and to say, ask, stop and set something. Implemented by `rosied`.

use rosie_core::{
    BoxFuture, EndpointId, ErrorCode, Failure, Language, RoomId, TurnId,
    record::TurnRecord,
    session::{SessionEvent, TurnState},
    store::{SettingStore, TimerRecord},
    update::UpdateState,
};
use std::sync::Arc;
use tokio::sync::broadcast;

/// An endpoint that is connected.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    pub endpoint: EndpointId,
    pub room: RoomId,
    pub state: TurnState,
    pub volume_percent: u8,
    pub muted: bool,
    /// Nothing is announced here; timers and alarms ring all the same.
    pub do_not_disturb: bool,
    /// Of its screen, or of its LEDs; `None` where it has neither.
    pub brightness_percent: Option<u8>,
    /// It is its LEDs that are so bright.
    pub has_leds: bool,
    pub wake: Wake,
}

/// Whether Rosie herself listens for the wake word at an endpoint, and how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wake {
    /// The endpoint has not said since it connected.
    #[default]
    Unsaid,
    /// It has a wake word of its own, or a button.
    Elsewhere,
    Here {
        words: WakeWords,
        /// 5 to 95.
        sensitivity_percent: u8,
    },
}

/// Which words call Rosie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WakeWords {
    HeyRosie,
    Rosie,
    Both,
}

impl WakeWords {
    pub const ALL: [Self; 3] = [Self::HeyRosie, Self::Rosie, Self::Both];

    /// As people read it.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::HeyRosie => "Hey Rosie",
            Self::Rosie => "Rosie",
            Self::Both => "Hey Rosie or Rosie",
        }
    }

    /// As engines know them.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::HeyRosie => &["hey_rosie"],
            Self::Rosie => &["rosie"],
            Self::Both => &["hey_rosie", "rosie"],
        }
    }

    /// Of engines' names; none is every word.
    pub fn of(names: &[String]) -> Self {
        let among = |name: &str| names.is_empty() || names.iter().any(|known| known == name);
        match (among("hey_rosie"), among("rosie")) {
            (true, true) => Self::Both,
            (false, true) => Self::Rosie,
            (_, false) => Self::HeyRosie,
        }
    }
}

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    Endpoint(EndpointId),
    Room(RoomId),
    Everywhere,
}

/// What came of saying something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said {
    /// Endpoints that say it.
    pub spoken: usize,
    /// Endpoints that are not to be disturbed.
    pub spared: usize,
}

/// An answer to what was asked without an endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub text: String,
    pub intent: Option<String>,
    /// Something was asked back: what is asked next in this room may answer it.
    pub follow_up: bool,
}

/// What goes on, as far as somebody outside may be told. `Session` carries no audio and no piece of a text, but the whole
/// transcript and reply: who passes those on needs the owner's leave.
#[derive(Debug, Clone)]
pub enum Happening {
    Session {
        endpoint: EndpointId,
        room: RoomId,
        event: SessionEvent,
    },
    Turn(Arc<TurnRecord>),
    /// An endpoint came or went, or something that was set on it changed.
    Endpoints,
    Timers,
}

/// How the machine is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vitals {
    pub version: String,
    pub uptime_s: u64,
    /// Of this process since the last time it was asked, of one processor.
    pub cpu_percent: f64,
    pub memory_bytes: u64,
    /// The hottest of the machine's sensors; `None` where it has none.
    pub temperature_celsius: Option<f64>,
    /// Of the disk that the data is on.
    pub disk_free_bytes: Option<u64>,
    /// End of speech (or the typed text) to the first sound of the reply, of the last turns; `None` without any.
    pub voice_to_voice_ms: Option<Percentiles>,
    pub turns_total: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentiles {
    pub p50: u64,
    pub p95: u64,
}

/// The daemon, as seen from outside a conversation. Nothing here blocks but where it says so.
pub trait Household: Send + Sync {
    /// Those that are connected now, sorted by id.
    fn endpoints(&self) -> Vec<Seat>;

    /// What goes on from now on. Who is too slow misses some, and looks at [`Self::endpoints`] again.
    fn happenings(&self) -> broadcast::Receiver<Happening>;

    /// Speaks a text. `urgent` also where they are not to be disturbed.
    fn say(&self, to: &Reach, text: &str, urgent: bool) -> Said;

    /// Plays what was said in a turn at an endpoint, in that person's own voice, where nobody is to be left alone. `text` is said
    /// instead where there is no sound of it (it was typed), or the owner wants it so.
    fn pass_on(&self, said_in: (&EndpointId, TurnId), to: &Reach, text: &str) -> Said;

    /// Answers as if it had been typed in that room, without a sound.
    fn ask(&self, room: RoomId, text: String, language: Option<Language>) -> BoxFuture<'_, Result<Answer, Failure>>;

    /// Begins to listen, as after a press of the talk button. Returns at how many endpoints; those without an open
    /// microphone hear nothing and end the turn by themselves.
    fn listen(&self, to: &Reach) -> usize;

    /// Ends turns and what rings. Returns at how many endpoints.
    fn stop(&self, to: &Reach) -> usize;

    /// Sets the volume, 0 to 100. Returns at how many endpoints.
    fn set_volume(&self, to: &Reach, percent: u8) -> usize;

    /// Hears nothing at an endpoint until it is unmuted. Returns whether it is connected.
    fn set_muted(&self, endpoint: &EndpointId, on: bool) -> bool;

    fn set_do_not_disturb(&self, endpoint: &EndpointId, on: bool) -> bool;

    /// Sets the brightness of an endpoint's screen, 0 to 100. Returns whether it is connected and has one.
    fn set_brightness(&self, endpoint: &EndpointId, percent: u8) -> bool;

    /// Sets which words call Rosie at an endpoint. Returns whether it is connected and she listens for them there.
    fn set_wake_words(&self, endpoint: &EndpointId, words: WakeWords) -> bool;

    /// Sets how easily a wake word is taken as said at an endpoint, 5 to 95. Returns whether it is connected and she listens
    /// for one there.
    fn set_wake_sensitivity(&self, endpoint: &EndpointId, percent: u8) -> bool;

    /// Whether what is said in a room is remembered; `None` where the memory is off.
    fn remembers(&self, room: &RoomId) -> Option<bool>;

    /// Durable when it returns.
    fn set_remembers(&self, room: RoomId, on: bool) -> BoxFuture<'_, Result<(), Failure>>;

    /// Running, paused and ringing timers and alarms, unsorted.
    fn timers(&self) -> Vec<TimerRecord>;

    /// Reads some small files.
    fn vitals(&self) -> Vitals;

    /// Of the system, read out of some small files; `None` where it does not update itself.
    fn update(&self) -> Option<UpdateState> {
        None
    }

    /// Installs the newer system that [`Self::update`] tells of, and restarts the machine. Writes a small file.
    fn install_update(&self) -> Result<(), Failure> {
        Err(Failure::new(
            ErrorCode::NotSupported,
            "this Rosie does not update the system",
        ))
    }

    /// Small things to keep over restarts. Its calls block.
    fn settings(&self) -> Arc<dyn SettingStore>;

    /// Ends orderly and starts anew, where the daemon can.
    fn restart(&self) -> Result<(), Failure>;
}
