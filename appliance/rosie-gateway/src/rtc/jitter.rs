//! From RTP packets as the network brings them to a time line without holes: put in order, losses named, pauses filled.
//!
//! What arrives in order goes on at once: those who listen are in no hurry to be paced, and recognition gains each millisecond.
//! Only behind a hole is anything held, for as long as its packet may still come. How long a pause was is read from the
//! timestamps, so the sender's clock counts and nothing drifts; while a pause lasts it is filled by the clock of this machine,
//! because the end of speech is recognised by hearing silence. Time is passed in.

use super::CLOCK;
use bytes::Bytes;
use std::time::{Duration, Instant};

/// How long a packet that is missing may still come.
const WAIT: Duration = Duration::from_millis(60);
/// Packets held behind a hole, at most.
const MOST: usize = 50;
/// After so long without a packet, a pause is filled with silence.
const QUIET: Duration = Duration::from_millis(100);
/// The silence stays behind by this, for a packet that is on its way.
const BEHIND: Duration = Duration::from_millis(40);
/// Opus sends a packet every 400 ms even in silence: after this nothing comes any more, and nothing is filled.
const OVER: Duration = Duration::from_secs(1);
/// A pause or a loss that the next packet tells of is filled up to this, ticks.
const LONGEST: u32 = CLOCK;
/// A packet further than this from the one that is due, in numbers or seconds, begins a new time line.
const FAR: i16 = 1_000;
const FAR_TICKS: i32 = 10 * CLOCK as i32;
/// So many packets in a row that come too late are no late ones: the sender counts anew.
const LATE: u32 = 50;
/// Silence comes in pieces of 20 ms, ticks.
const PIECE: u32 = CLOCK / 50;

/// What of an RTP packet counts.
#[derive(Debug, Clone)]
pub(crate) struct Packet {
    pub sequence: u16,
    pub timestamp: u32,
    /// One Opus packet.
    pub payload: Bytes,
}

/// The next piece of the time line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece {
    Packet(Bytes),
    /// A hole of so many ticks before `next`, which may tell what its end was.
    Lost {
        ticks: u32,
        next: Bytes,
    },
    Silence {
        ticks: u32,
    },
}

#[derive(Debug, Clone, Copy)]
struct Due {
    sequence: u16,
    timestamp: u32,
}

#[derive(Debug)]
struct Held {
    packet: Packet,
    ticks: u32,
    at: Instant,
}

#[derive(Debug, Default)]
pub(crate) struct Jitter {
    /// What continues the time line; `None` before the first packet and after it has ended.
    due: Option<Due>,
    /// In order.
    held: Vec<Held>,
    heard: Option<Instant>,
    /// Ticks of silence since the last packet.
    filled: u32,
    /// Ticks by which silence was filled that turned out to be none: the next pause is so much shorter.
    surplus: u32,
    late: u32,
}

impl Jitter {
    pub fn push(&mut self, packet: Packet, now: Instant) {
        let Ok(ticks) = opus::packet::get_nb_samples(&packet.payload, CLOCK) else {
            return;
        };
        let due = *self.due.get_or_insert(Due {
            sequence: packet.sequence,
            timestamp: packet.timestamp,
        });
        let ahead = packet.sequence.wrapping_sub(due.sequence) as i16;
        if (-FAR..0).contains(&ahead) {
            self.late += 1;
            if self.late < LATE {
                return;
            }
        }
        if self.late >= LATE || !(-FAR..FAR).contains(&ahead) {
            *self = Jitter::default();
            return self.push(packet, now);
        }
        self.late = 0;
        self.heard = Some(now);
        let distance = |held: &Held| held.packet.sequence.wrapping_sub(due.sequence);
        if let Err(place) = self.held.binary_search_by_key(&(ahead as u16), distance) {
            let ticks = ticks as u32;
            self.held.insert(place, Held { packet, ticks, at: now });
        }
    }

    /// What can go on now.
    pub fn take(&mut self, now: Instant) -> Vec<Piece> {
        let mut pieces = Vec::new();
        while let Some(due) = self.due
            && let Some(first) = self.held.first()
        {
            let overdue = now.saturating_duration_since(first.at) >= WAIT || self.held.len() > MOST;
            if first.packet.sequence != due.sequence && !overdue {
                return pieces;
            }
            self.release(due, &mut pieces);
        }
        self.fill(now, &mut pieces);
        pieces
    }

    /// Everything that is held, without waiting: nothing more will come in time.
    pub fn flush(&mut self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        while let Some(due) = self.due
            && !self.held.is_empty()
        {
            self.release(due, &mut pieces);
        }
        pieces
    }

    /// When `take` is worth calling though nothing came.
    pub fn next(&self, now: Instant) -> Option<Instant> {
        self.due?;
        let waits = self.held.first().map(|first| first.at + WAIT);
        waits.or_else(|| self.heard.map(|heard| (heard + QUIET).max(now + BEHIND / 2)))
    }

    fn release(&mut self, due: Due, pieces: &mut Vec<Piece>) {
        let Held { packet, ticks, .. } = self.held.remove(0);
        let missing = u32::from(packet.sequence.wrapping_sub(due.sequence));
        let behind = packet.timestamp.wrapping_sub(due.timestamp) as i32;
        if (1..=FAR_TICKS).contains(&behind) {
            let hole = (behind as u32).min(LONGEST);
            let known = hole.min(self.surplus);
            self.surplus -= known;
            let lost = (hole - known).min(missing * ticks);
            let silence = hole - known - lost;
            if silence > 0 {
                pieces.push(Piece::Silence { ticks: silence });
            }
            if lost > 0 {
                let next = packet.payload.clone();
                pieces.push(Piece::Lost { ticks: lost, next });
            }
        }
        self.filled = 0;
        self.due = Some(Due {
            sequence: packet.sequence.wrapping_add(1),
            timestamp: packet.timestamp.wrapping_add(ticks),
        });
        pieces.push(Piece::Packet(packet.payload));
    }

    fn fill(&mut self, now: Instant, pieces: &mut Vec<Piece>) {
        let (Some(_), Some(heard)) = (self.due, self.heard) else {
            return;
        };
        let quiet = now.saturating_duration_since(heard);
        if quiet >= OVER {
            self.due = None;
            self.surplus = 0;
            return;
        }
        if quiet < QUIET {
            return;
        }
        let wanted = (quiet - BEHIND).as_millis() as u32 * (CLOCK / 1000);
        let ticks = wanted.saturating_sub(self.filled) / PIECE * PIECE;
        if ticks > 0 {
            self.filled += ticks;
            self.surplus += ticks;
            pieces.push(Piece::Silence { ticks });
        }
    }
}

#[cfg(test)]
#[path = "jitter_tests.rs"]
mod tests;
