//! The section of the local endpoint: microphone, loudspeaker, LEDs and button of this machine.

use super::{Config, Role, validate::Findings};
use rosie_core::RoomId;
use rosie_device::{DeviceConfig, HatChoice, front::FrontConfig};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

section! {
    /// The microphone and loudspeaker of this machine as an endpoint, with LEDs and a button where there is a HAT: docs/hardware.md.
    /// Its id is `local`.
    DeviceSection {
        /// Hear and speak here.
        enabled: bool = false,
        /// Microphone: a PCM name of ALSA (`plughw:CARD=Device`, `default`; `arecord -L` lists them). Empty: the likeliest card.
        capture: String = String::new(),
        /// Loudspeaker: a PCM name of ALSA (`aplay -L` lists them). Empty: the likeliest card, best that of the microphone.
        playback: String = String::new(),
        /// Hear only this channel of the microphone, counted from 1; 0: what the card is known for, else the mean of all.
        channel: u16 = 0,
        /// Id of the room it stands in. Empty: the first.
        room: String = String::new(),
        /// Take what this machine's loudspeaker says out of what its microphone hears. Off for a card that does so itself.
        echo_cancellation: bool = true,
        /// Take out what is too low for speech: hum, steps, wind.
        high_pass: bool = true,
        /// Make noise softer than speech. Recognisers know noise, and rather hear all of what is said: for a room where it is loud.
        noise_suppression: bool = false,
        /// Make what a quiet microphone hears louder.
        automatic_gain: bool = false,
        /// Speaking over Rosie stops her, without the wake word; how long is `audio.barge_in_ms`. Only with `echo_cancellation`.
        barge_in: bool = true,
        /// Listen for the wake word. Without it only the button of a HAT calls.
        wake_word: bool = true,
        /// What sits on the board: LEDs and button. `auto` sees it by its sound card.
        hat: Hat = Hat::Auto,
        /// Of the LEDs at their brightest; 0 to 100.
        brightness_percent: u8 = 30,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Hat {
    Auto,
    None,
    #[serde(rename = "respeaker-2mic")]
    Respeaker2Mic,
    #[serde(rename = "respeaker-4mic")]
    Respeaker4Mic,
}

impl DeviceSection {
    /// As the endpoint wants it; `None`: it is off.
    pub fn settings(&self) -> Option<DeviceConfig> {
        self.enabled.then(|| self.wanted())
    }

    /// The same where there is one in any case.
    pub fn wanted(&self) -> DeviceConfig {
        DeviceConfig {
            capture: self.capture.trim().to_owned(),
            playback: self.playback.trim().to_owned(),
            channel: self.channel,
            room: (!self.room.is_empty()).then(|| RoomId(self.room.clone())),
            front: FrontConfig {
                high_pass: self.high_pass,
                cancel_echo: self.echo_cancellation,
                suppress_noise: self.noise_suppression,
                gain: self.automatic_gain,
            },
            wake_word: self.wake_word,
            barge_in: self.barge_in,
            hat: match self.hat {
                Hat::Auto => HatChoice::Auto,
                Hat::None => HatChoice::None,
                Hat::Respeaker2Mic => HatChoice::Respeaker2Mic,
                Hat::Respeaker4Mic => HatChoice::Respeaker4Mic,
            },
            brightness_percent: self.brightness_percent,
        }
    }
}

pub(super) fn check(config: &Config, found: &mut Findings) {
    let device = &config.device;
    for (key, name) in [("capture", &device.capture), ("playback", &device.playback)] {
        if name.contains(char::is_control) {
            let message = "is not a PCM name of ALSA: those are on one line, like plughw:CARD=Device";
            found.add(format!("device.{key}"), message);
        }
    }
    found.range("device.channel", device.channel, 0..=32);
    found.range("device.brightness_percent", device.brightness_percent, 0..=100);
    // The rooms of a satellite are its server's.
    let rooms_are_here = config.role == Role::Server;
    if rooms_are_here && !device.room.is_empty() && !config.rooms.iter().any(|room| room.id == device.room) {
        let message = format!("there is no room \"{}\"; name one of `rooms` by its id", device.room);
        found.add("device.room", message);
    }
}
