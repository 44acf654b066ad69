//! Messages between an endpoint and the appliance, as they stand on the wire. docs/protocol.md is the specification.
//!
//! Control travels as JSON text frames, audio as binary frames. Nothing here knows of sockets or sessions.

#![forbid(unsafe_code)]

pub mod audio;
pub mod client;
pub mod parse;
pub mod refusal;
pub mod server;
pub mod wyoming;

pub use audio::{AudioHeaderError, decode_audio, encode_audio};
pub use client::{AudioFormat, Capability, ClientMessage, Codec, Hello};
pub use parse::{MessageError, parse_client, parse_hello};
pub use refusal::Refusal;
pub use server::{ServerMessage, StageMs, TurnState, WebRtcOffered, Welcome};

/// Version of this protocol. An endpoint with another major version is refused.
pub const VERSION: u32 = 1;

/// The longest control message, bytes.
pub const MAX_CONTROL_BYTES: usize = 16 * 1024;
/// The longest audio message, bytes: a second of 48 kHz stereo.
pub const MAX_AUDIO_BYTES: usize = 192 * 1024 + audio::HEADER_BYTES;
/// The longest typed question, characters.
pub const MAX_TEXT_CHARS: usize = 2_000;
/// The longest candidate of a WebRTC connection, bytes; its offer is as long as a control message may be.
pub const MAX_CANDIDATE_BYTES: usize = 512;
