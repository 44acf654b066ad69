//! From RTP packets to what a microphone heard: 16 kHz, one channel, as recognition wants it. Losses are concealed.

use super::{
    CLOCK,
    jitter::{Jitter, Packet, Piece},
};
use opus::{Channels, Decoder};
use rosie_core::SampleRate;
use std::time::Instant;

/// What recognition hears; Opus decodes to it directly.
pub(crate) const RATE: SampleRate = SampleRate(16_000);
/// Ticks of the RTP clock in a sample.
const TICKS: u32 = CLOCK / RATE.0;
/// The longest Opus packet (RFC 6716, section 3), and the shortest thing that can be concealed, ms.
const LONGEST_MS: u64 = 120;
/// A loss is made up for so long; guessing on would only be a drone, so that what is left is silent.
const CONCEALED_MS: u64 = 60;

pub(crate) struct Incoming {
    jitter: Jitter,
    decoder: Option<Decoder>,
    /// Samples of the last packet: what one of those that were lost will have had.
    packet: usize,
}

impl Incoming {
    pub fn new() -> Self {
        let decoder = Decoder::new(RATE.0, Channels::Mono);
        Self {
            jitter: Jitter::default(),
            decoder: decoder.map_err(|error| tracing::error!(%error, "no Opus decoder")).ok(),
            packet: RATE.samples(20),
        }
    }

    pub fn push(&mut self, packet: Packet, now: Instant) {
        self.jitter.push(packet, now);
    }

    /// What can be heard now.
    pub fn take(&mut self, now: Instant) -> Vec<i16> {
        let pieces = self.jitter.take(now);
        self.decode(pieces)
    }

    /// What is left, without waiting for what is missing in it.
    pub fn flush(&mut self) -> Vec<i16> {
        let pieces = self.jitter.flush();
        self.decode(pieces)
    }

    /// When `take` is worth calling though nothing came.
    pub fn next(&self, now: Instant) -> Option<Instant> {
        self.jitter.next(now)
    }

    fn decode(&mut self, pieces: Vec<Piece>) -> Vec<i16> {
        let mut samples = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Silence { ticks } => samples.resize(samples.len() + (ticks / TICKS) as usize, 0),
                Piece::Packet(packet) => self.packet(&packet, &mut samples),
                Piece::Lost { ticks, next } => self.conceal((ticks / TICKS) as usize, &next, &mut samples),
            }
        }
        samples
    }

    fn packet(&mut self, packet: &[u8], samples: &mut Vec<i16>) {
        let mut heard = vec![0; RATE.samples(LONGEST_MS)];
        let decoded = self
            .decoder
            .as_mut()
            .and_then(|d| d.decode(packet, &mut heard, false).ok());
        // What is no Opus keeps its place in time; what it said is gone.
        let length = decoded
            .or_else(|| opus::packet::get_nb_samples(packet, RATE.0).ok())
            .unwrap_or(0);
        self.packet = length.max(1);
        samples.extend_from_slice(&heard[..length.min(heard.len())]);
    }

    /// `missing` samples: guessed for a while, silent after that, and the last of them as `next` remembers it.
    fn conceal(&mut self, missing: usize, next: &[u8], samples: &mut Vec<i16>) {
        let end = samples.len() + missing;
        let remembered = self.packet.min(missing);
        let guessed = (missing - remembered).min(RATE.samples(CONCEALED_MS));
        self.guess(guessed, &[], false, samples);
        samples.resize(end - remembered, 0);
        self.guess(remembered, next, true, samples);
        samples.resize(end, 0);
    }

    /// At most `length` samples, in whole steps of 2.5 ms, which are all that Opus conceals.
    fn guess(&mut self, length: usize, from: &[u8], remembered: bool, samples: &mut Vec<i16>) {
        let step = RATE.0 as usize / 400;
        let length = length.min(RATE.samples(LONGEST_MS)) / step * step;
        if length == 0 {
            return;
        }
        let mut heard = vec![0; length];
        let decoder = self.decoder.as_mut();
        if let Some(Ok(length)) = decoder.map(|decoder| decoder.decode(from, &mut heard, remembered)) {
            samples.extend_from_slice(&heard[..length.min(heard.len())]);
        }
    }
}

#[cfg(test)]
#[path = "incoming_tests.rs"]
mod tests;
