//! Audio over WebRTC, beside the WebSocket of an endpoint: the session, its words and its states stay there, only the audio of
//! both directions goes over RTP while a peer connection stands, and comes back by itself when it does not
//! (docs/decisions/0079-webrtc.md).
//!
//! `engine` alone knows which library speaks ICE, DTLS and SRTP; the rest knows its two types, `Peer` and `Out`.
//!
//! ```text
//!  microphone ─RTP─▶ engine ─▶ jitter (order, losses, pauses) ─▶ incoming (Opus → 16 kHz) ─▶ session
//!  outbox ─▶ voice (Opus, one packet each 20 ms) ─▶ engine ─RTP─▶ speaker
//!                    line: offers, candidates, how the connection stands
//! ```

mod engine;
mod incoming;
mod jitter;
mod line;
mod sdp;
mod voice;

pub(crate) use engine::Out;
pub(crate) use line::{Line, LineEvent};
pub(crate) use voice::{Spoken, Voice};

use std::ops::RangeInclusive;

/// Ticks of an RTP clock of Opus in a second (RFC 7587, section 4.1), whatever rate it is encoded at.
const CLOCK: u32 = 48_000;

/// What the owner can set about WebRTC.
#[derive(Debug, Clone, Default)]
pub struct WebRtc {
    /// Whether it is offered at all.
    pub enabled: bool,
    /// The UDP ports to use, one for each connection; any that are free when `None`.
    pub udp_ports: Option<RangeInclusive<u16>>,
    /// STUN servers (`stun:host:port`); none is needed within a home.
    pub stun: Vec<String>,
}
