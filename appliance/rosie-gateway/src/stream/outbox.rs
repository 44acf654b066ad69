//! What waits to be sent: control messages in one lane, audio in another, both bounded.
//!
//! Control goes first, so that a `pong` or an `error` never waits behind half a minute of audio, and `stop_playback`
//! takes the audio that has not been sent with it.

use crate::config::Limits;
use rosie_core::{Failure, Language, SampleRate};
use rosie_proto::{AudioFormat, MessageError, Refusal, ServerMessage};
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// Audio goes out in pieces of at most this, so that it can be stopped between two of them.
const PIECE_MS: u64 = 100;
/// So many times as many bytes may wait while a reply is paced: nothing of it has gone ahead then.
const PACED: usize = 4;
/// How long an endpoint over the limit is watched before it is called slow.
const WATCH: Duration = Duration::from_secs(5);

/// Why a stream ends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ending {
    /// The connection is gone, or the endpoint closed it: nothing can be said any more.
    Gone,
    /// `bye`.
    Goodbye,
    /// The appliance shuts down.
    GoingAway,
    Refused(MessageError),
    /// The session layer would not open.
    Failed(Failure),
}

impl Ending {
    pub fn code(&self) -> &'static str {
        match self {
            Ending::Gone => "gone",
            Ending::Goodbye => "bye",
            Ending::GoingAway => "going-away",
            Ending::Refused(error) => error.refusal.as_str(),
            Ending::Failed(failure) => failure.code.as_str(),
        }
    }

    pub fn close_code(&self) -> u16 {
        use rosie_core::ErrorCode;
        match self {
            Ending::Gone | Ending::Goodbye => 1000,
            Ending::GoingAway => 1001,
            Ending::Refused(error) => error.refusal.close_code().unwrap_or(1008),
            Ending::Failed(failure) => match failure.code {
                ErrorCode::Busy => 1013,
                ErrorCode::BadRequest => 4003,
                _ => 1011,
            },
        }
    }

    /// What is said before the close frame.
    pub fn message(&self, retry_after: Duration, language: &Language) -> Option<ServerMessage> {
        match self {
            Ending::Gone | Ending::Goodbye => None,
            Ending::GoingAway => Some(ServerMessage::GoingAway {
                reason: "the appliance is shutting down".to_owned(),
                retry_after_ms: retry_after.as_millis() as u64,
            }),
            Ending::Refused(error) => Some(super::refusal_message(error, language)),
            Ending::Failed(failure) => Some(ServerMessage::Error {
                turn: None,
                code: failure.code.as_str().to_owned(),
                sentence: failure.code.spoken(language).to_owned(),
                detail: failure.detail.clone(),
            }),
        }
    }
}

/// An entry of the audio lane.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sound {
    Start {
        turn: u64,
        format: AudioFormat,
    },
    Samples {
        turn: u64,
        rate: SampleRate,
        samples: Vec<i16>,
    },
    End {
        turn: u64,
    },
}

impl Sound {
    fn turn(&self) -> u64 {
        match self {
            Sound::Start { turn, .. } | Sound::Samples { turn, .. } | Sound::End { turn } => *turn,
        }
    }

    fn size(&self) -> (u64, usize) {
        match self {
            Sound::Samples { rate, samples, .. } => (rate.millis(samples.len()), samples.len() * 2),
            Sound::Start { .. } | Sound::End { .. } => (0, 0),
        }
    }
}

/// What the writer does next.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    Control(ServerMessage),
    Ping,
    Sound(Sound),
    Slow(MessageError),
}

#[derive(Default)]
struct Lanes {
    control: VecDeque<ServerMessage>,
    sounds: VecDeque<Sound>,
    audio_ms: u64,
    audio_bytes: usize,
    /// Milliseconds of audio handed to the writer so far.
    taken_ms: u64,
    /// Since when the limit is passed, and `taken_ms` at that moment.
    over: Option<(Instant, u64)>,
    /// Audio is taken as fast as it sounds, no faster.
    paced: bool,
    ping: bool,
    slow: Option<MessageError>,
    shut: bool,
}

pub(crate) struct Outbox {
    lanes: Mutex<Lanes>,
    changed: Notify,
    audio_limit_ms: u64,
    byte_limit: usize,
    message_limit: usize,
}

impl Outbox {
    pub fn new(limits: &Limits) -> Self {
        Self {
            lanes: Mutex::default(),
            changed: Notify::new(),
            audio_limit_ms: limits.queued_audio.as_millis() as u64,
            byte_limit: limits.queued_bytes,
            message_limit: limits.queued_messages,
        }
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn control(&self, message: ServerMessage) {
        let mut lanes = self.lanes();
        if lanes.shut || lanes.slow.is_some() {
            return;
        }
        if lanes.control.len() >= self.message_limit {
            lanes.slow = Some(slow(format!("{} messages wait to be read", self.message_limit)));
        } else {
            lanes.control.push_back(message);
        }
        drop(lanes);
        self.changed.notify_one();
    }

    pub fn ping(&self) {
        self.lanes().ping = true;
        self.changed.notify_one();
    }

    pub fn samples(&self, turn: u64, rate: SampleRate, samples: Vec<i16>) {
        for piece in samples.chunks(rate.samples(PIECE_MS).max(1)) {
            self.sound(Sound::Samples {
                turn,
                rate,
                samples: piece.to_vec(),
            });
        }
    }

    pub fn sound(&self, sound: Sound) {
        self.sound_at(sound, Instant::now());
    }

    fn sound_at(&self, sound: Sound, now: Instant) {
        let mut lanes = self.lanes();
        if lanes.shut || lanes.slow.is_some() {
            return;
        }
        let (ms, bytes) = sound.size();
        lanes.audio_ms += ms;
        lanes.audio_bytes += bytes;
        lanes.sounds.push_back(sound);
        self.judge(&mut lanes, now);
        drop(lanes);
        self.changed.notify_one();
    }

    /// Rosie synthesises faster than real time, so a long queue alone is no fault; one that does not even empty at the
    /// speed of listening is.
    fn judge(&self, lanes: &mut Lanes, now: Instant) {
        let byte_limit = self.byte_limit * if lanes.paced { PACED } else { 1 };
        if lanes.audio_bytes > byte_limit {
            lanes.slow = Some(slow(format!("{byte_limit} bytes of audio wait to be read")));
        } else if lanes.paced || lanes.audio_ms <= self.audio_limit_ms {
            lanes.over = None;
        } else if let Some((since, taken)) = lanes.over {
            let elapsed = now.saturating_duration_since(since);
            if elapsed < WATCH {
                return;
            }
            if u128::from(lanes.taken_ms - taken) < elapsed.as_millis() {
                let detail = format!(
                    "more than {} ms of audio wait, and are read more slowly than they sound",
                    self.audio_limit_ms
                );
                lanes.slow = Some(slow(detail));
            }
            lanes.over = Some((now, lanes.taken_ms));
        } else {
            lanes.over = Some((now, lanes.taken_ms));
        }
    }

    /// Looks again without anything having been added; called about once a second.
    pub fn check(&self) {
        let mut lanes = self.lanes();
        self.judge(&mut lanes, Instant::now());
        if lanes.slow.is_some() {
            drop(lanes);
            self.changed.notify_one();
        }
    }

    /// Throws away audio of `turn` that has not been sent.
    pub fn silence(&self, turn: u64) {
        let mut lanes = self.lanes();
        lanes.sounds.retain(|sound| sound.turn() != turn);
        let (ms, bytes) = lanes
            .sounds
            .iter()
            .map(Sound::size)
            .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        lanes.audio_ms = ms;
        lanes.audio_bytes = bytes;
    }

    /// Whether audio is taken only as fast as it sounds: then a long queue says nothing about the endpoint.
    pub fn pace(&self, paced: bool) {
        self.lanes().paced = paced;
    }

    /// Waits for something to send, audio only where that is wanted. Cancel-safe.
    pub async fn next(&self, audio: bool) -> Next {
        loop {
            let changed = self.changed.notified();
            if let Some(next) = self.take(audio) {
                return next;
            }
            changed.await;
        }
    }

    fn take(&self, audio: bool) -> Option<Next> {
        let mut lanes = self.lanes();
        if let Some(error) = lanes.slow.clone() {
            return Some(Next::Slow(error));
        }
        if let Some(message) = lanes.control.pop_front() {
            return Some(Next::Control(message));
        }
        if std::mem::take(&mut lanes.ping) {
            return Some(Next::Ping);
        }
        if !audio {
            return None;
        }
        let sound = lanes.sounds.pop_front()?;
        let (ms, bytes) = sound.size();
        lanes.audio_ms -= ms;
        lanes.audio_bytes -= bytes;
        lanes.taken_ms += ms;
        Some(Next::Sound(sound))
    }

    /// Nothing more is taken in: the stream ends.
    pub fn shut(&self) {
        let mut lanes = self.lanes();
        lanes.shut = true;
        lanes.sounds = VecDeque::new();
    }

    /// Control messages that were not sent.
    pub fn left(&self) -> Vec<ServerMessage> {
        self.lanes().control.drain(..).collect()
    }
}

fn slow(detail: String) -> MessageError {
    MessageError::new(Refusal::SlowConsumer, detail)
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
