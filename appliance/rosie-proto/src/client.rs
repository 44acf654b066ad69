//! What an endpoint says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A JSON text frame from the endpoint. The first must be `hello`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    Hello(Hello),
    /// The talk button went down: listen until `release`.
    Press,
    /// The talk button came up: what was said is the utterance.
    Release,
    /// Listen without a button (`on: true`) by the appliance's voice activity detection, or stop doing so.
    HandsFree {
        on: bool,
    },
    /// The endpoint listens for the wake word itself, and heard it: it had been said `ago_ms` of audio before the last that was sent.
    WakeHeard {
        /// Its name: `hey_rosie`.
        word: String,
        /// As a person says it: `Hey Rosie`.
        phrase: String,
        ago_ms: u64,
        /// How sure of it the endpoint is, 0 to 1. This and the next two are compared where other endpoints heard the same call; what
        /// is left out the appliance measures in the audio that came before, where it can.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        score: Option<f32>,
        /// How loud the word was; dB of full scale, -120 to 0.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level_db: Option<f32>,
        /// How loud it was around the word; the same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        noise_db: Option<f32>,
    },
    /// A typed question, at most 2,000 characters.
    Text {
        text: String,
    },
    /// End the turn now, whatever it is doing.
    Cancel,
    /// The last sample of this turn's audio has sounded.
    PlaybackFinished {
        turn: u64,
    },
    /// Hear nothing until unmuted.
    Mute {
        on: bool,
    },
    /// Language of the turns that follow; null: the house's.
    Language {
        language: Option<String>,
    },
    /// Answered with `pong` and the same `id`.
    Ping {
        id: u64,
    },
    /// Audio shall go over WebRTC: the SDP of an offer. The `id` of the connection there is renews it after a change of
    /// network; another `id` replaces it.
    RtcOffer {
        id: u32,
        sdp: String,
    },
    /// An address of the endpoint, as the browser gives it; empty: there are no more.
    RtcCandidate {
        id: u32,
        candidate: String,
    },
    /// The WebRTC connection is given up; audio goes over the WebSocket again.
    RtcClose {
        id: u32,
    },
    /// Going away on purpose: the session ends at once and cannot be resumed.
    Bye,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// 1.
    pub version: u32,
    /// Stable name of this endpoint, kept by it over restarts: 1 to 64 of `a-z A-Z 0-9 . _ -`.
    pub endpoint: String,
    /// Identifier of a configured room; the first room when absent.
    #[serde(default)]
    pub room: Option<String>,
    /// Language tag; the house's languages when absent.
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub capabilities: Vec<Capability>,
    /// What the endpoint will send. 16 kHz mono PCM when absent.
    #[serde(default)]
    pub input: AudioFormat,
    /// What it wants to hear. 24 kHz mono PCM when absent.
    #[serde(default = "AudioFormat::playback")]
    pub output: AudioFormat,
    /// `resume_token` of an earlier `welcome`, to go on with that session.
    #[serde(default)]
    pub resume: Option<String>,
    /// The key that pairing gave this endpoint.
    #[serde(default)]
    pub key: Option<String>,
}

/// What an endpoint can do; unknown names are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    Microphone,
    Speaker,
    Screen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AudioFormat {
    pub codec: Codec,
    /// Samples a second: 16000, 22050, 24000 or 48000 (Opus: 16000, 24000 or 48000).
    pub rate: u32,
    /// 1 or 2 from the endpoint, 1 to it.
    #[serde(default = "one")]
    pub channels: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Codec {
    /// Signed 16-bit little-endian samples.
    PcmS16le,
    /// One Opus packet a message.
    Opus,
}

fn one() -> u16 {
    1
}

impl AudioFormat {
    /// What an endpoint hears when it does not say: 24 kHz mono PCM.
    pub fn playback() -> Self {
        Self {
            codec: Codec::PcmS16le,
            rate: 24_000,
            channels: 1,
        }
    }
}

impl Default for AudioFormat {
    /// What an endpoint sends when it does not say: 16 kHz mono PCM.
    fn default() -> Self {
        Self {
            codec: Codec::PcmS16le,
            rate: 16_000,
            channels: 1,
        }
    }
}
