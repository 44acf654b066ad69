//! Rosie's reply over RTP: one Opus packet each 20 ms, made when it is due, none while she is silent.

use super::{CLOCK, Out};
use bytes::Bytes;
use opus::{Application, Bitrate, Channels, Encoder};
use rosie_core::SampleRate;
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// Length of a packet.
const PACKET: Duration = Duration::from_millis(20);
const PACKET_TICKS: u32 = CLOCK / 50;
/// More samples are asked for when less than this is left.
const AHEAD_MS: u64 = 200;
/// The longest packet an encoder may make (RFC 6716, section 3.2.1, one frame).
const PACKET_BYTES: usize = 1275;
/// A packet of no more than this says only that it is silent, and is not sent.
const SILENT_BYTES: usize = 2;
const BITS_PER_S: i32 = 32_000;
/// How much loss the packets are made to survive, percent.
const LOSS_PERCENT: i32 = 10;
/// Of 10. Above it speech hardly gains.
const COMPLEXITY: i32 = 5;
/// Whoever is later than this with a packet begins a new beat instead of sending what was missed at once.
const LATE: Duration = Duration::from_millis(200);

/// What became of a packet that was due.
pub(crate) enum Spoken {
    /// It is sent, or was silent.
    On,
    /// The reply of this turn has been sent to its end.
    Finished { turn: u64 },
    /// The connection is gone; this was not sent.
    Cut {
        turn: u64,
        rate: SampleRate,
        rest: Vec<i16>,
        /// No more would have come.
        ended: bool,
    },
}

pub(crate) struct Voice {
    out: watch::Receiver<Option<Out>>,
    reply: Option<Reply>,
    sequence: u16,
    /// When the RTP clock stood at `base`.
    since: Instant,
    base: u32,
    /// Timestamp of what comes next, at the earliest.
    timestamp: u32,
}

struct Reply {
    turn: u64,
    rate: SampleRate,
    encoder: Encoder,
    rest: VecDeque<i16>,
    /// No more samples will come.
    ended: bool,
    /// When the next packet is.
    due: Instant,
    /// The packets keep a beat from when the first was due.
    on_beat: bool,
    /// The next packet is the first after a silence.
    marker: bool,
}

impl Voice {
    pub fn new(out: watch::Receiver<Option<Out>>) -> Self {
        let now = Instant::now();
        Self {
            out,
            reply: None,
            sequence: 0,
            since: now,
            base: 0,
            timestamp: 0,
        }
    }

    /// Begins a reply. False when it cannot be spoken this way now.
    pub fn start(&mut self, turn: u64, rate: SampleRate) -> bool {
        self.reply = None;
        if self.out.borrow().is_none() {
            return false;
        }
        self.reply = encoder(rate).map(|encoder| Reply {
            turn,
            rate,
            encoder,
            rest: VecDeque::new(),
            ended: false,
            due: Instant::now(),
            on_beat: false,
            marker: true,
        });
        self.reply.is_some()
    }

    /// Whether this turn is spoken this way.
    pub fn speaks(&self, turn: u64) -> bool {
        self.reply.as_ref().is_some_and(|reply| reply.turn == turn)
    }

    /// Whether anything is.
    pub fn is_speaking(&self) -> bool {
        self.reply.is_some()
    }

    /// Whether more of the reply is wanted already.
    pub fn wants_more(&self) -> bool {
        let enough = |reply: &Reply| reply.ended || reply.rest.len() >= reply.rate.samples(AHEAD_MS);
        !self.reply.as_ref().is_some_and(enough)
    }

    pub fn push(&mut self, samples: Vec<i16>) {
        if let Some(reply) = &mut self.reply {
            reply.rest.extend(samples);
        }
    }

    /// No more samples will come: the last packet is filled up, with what the encoder looks ahead.
    pub fn end(&mut self) {
        if let Some(reply) = &mut self.reply {
            let ahead = reply.encoder.get_lookahead().unwrap_or(0).max(0) as usize;
            let length = (reply.rest.len() + ahead).next_multiple_of(reply.length());
            reply.rest.resize(length, 0);
            reply.ended = true;
        }
    }

    /// Throws away what of this turn has not been sent.
    pub fn stop(&mut self, turn: u64) {
        if self.speaks(turn) {
            self.reply = None;
        }
    }

    /// Waits until `speak` has something to do. Cancel-safe.
    pub async fn due(&mut self) {
        let Some(reply) = &self.reply else {
            return std::future::pending().await;
        };
        let has_packet = reply.ended || reply.rest.len() >= reply.length();
        let due = tokio::time::Instant::from(reply.due);
        tokio::select! {
            () = tokio::time::sleep_until(due), if has_packet => {}
            _ = self.out.wait_for(Option::is_none) => {}
        }
    }

    /// Sends the packet that is due.
    pub async fn speak(&mut self) -> Spoken {
        let out = self.out.borrow().clone();
        let Some(reply) = &mut self.reply else {
            return Spoken::On;
        };
        let Some(out) = out else {
            return self.cut();
        };
        if reply.rest.is_empty() && reply.ended {
            let turn = reply.turn;
            self.reply = None;
            return Spoken::Finished { turn };
        }
        let now = Instant::now();
        if !reply.on_beat || now.saturating_duration_since(reply.due) > LATE {
            reply.due = now;
            reply.on_beat = true;
            let clock = self.base.wrapping_add(ticks(now.saturating_duration_since(self.since)));
            // Never back: less than half of all numbers ahead is ahead.
            if clock.wrapping_sub(self.timestamp) < u32::MAX / 2 {
                self.timestamp = clock;
            }
        }
        reply.due += PACKET;
        let timestamp = self.timestamp;
        self.timestamp = timestamp.wrapping_add(PACKET_TICKS);
        let Some(packet) = reply.packet() else {
            reply.marker = true;
            return Spoken::On;
        };
        let marker = std::mem::take(&mut reply.marker);
        let sequence = self.sequence;
        self.sequence = sequence.wrapping_add(1);
        if out.send(sequence, timestamp, marker, packet).await {
            return Spoken::On;
        }
        self.cut()
    }

    fn cut(&mut self) -> Spoken {
        match self.reply.take() {
            Some(reply) => Spoken::Cut {
                turn: reply.turn,
                rate: reply.rate,
                rest: reply.rest.into(),
                ended: reply.ended,
            },
            None => Spoken::On,
        }
    }
}

impl Reply {
    /// Samples of a packet.
    fn length(&self) -> usize {
        self.rate.samples(PACKET.as_millis() as u64)
    }

    /// The next packet; `None` when it is silent.
    fn packet(&mut self) -> Option<Bytes> {
        let length = self.length().min(self.rest.len());
        let frame: Vec<i16> = self.rest.drain(..length).collect();
        let mut packet = [0; PACKET_BYTES];
        let bytes = self.encoder.encode(&frame, &mut packet);
        let bytes = bytes
            .map_err(|error| tracing::error!(%error, "Opus would not encode"))
            .ok()?;
        (bytes > SILENT_BYTES).then(|| Bytes::copy_from_slice(&packet[..bytes]))
    }
}

/// An encoder of speech that survives losses and leaves out silence; `None` at a rate that Opus does not have.
fn encoder(rate: SampleRate) -> Option<Encoder> {
    let made = Encoder::new(rate.0, Channels::Mono, Application::Voip).and_then(|mut encoder| {
        encoder.set_bitrate(Bitrate::Bits(BITS_PER_S))?;
        encoder.set_inband_fec(true)?;
        encoder.set_packet_loss_perc(LOSS_PERCENT)?;
        encoder.set_complexity(COMPLEXITY)?;
        encoder.set_dtx(true)?;
        Ok(encoder)
    });
    made.map_err(|error| tracing::debug!(%error, rate = rate.0, "this reply cannot be Opus"))
        .ok()
}

/// Ticks of the RTP clock; it goes round.
fn ticks(time: Duration) -> u32 {
    (time.as_millis() * u128::from(CLOCK / 1000)) as u32
}
