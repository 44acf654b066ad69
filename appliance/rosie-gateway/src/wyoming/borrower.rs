//! What Home Assistant and a room that it has as its satellite tell each other, without the connection.
//!
//! A run begins with `run-pipeline` and ends with the reply's sound or an error. Home Assistant does not say which run an event
//! belongs to, and goes on with one that is not wanted any more; so what comes of such a run is left aside until the next one
//! has begun to listen.

use super::audio::{self, Format, Sound};
use rosie_core::{
    AudioFrame, ErrorCode,
    lending::{FromBorrower, LentRoom, ToBorrower},
};
use rosie_proto::wyoming::Event;
use serde_json::json;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// The longest announcement, milliseconds.
const LONGEST_ANNOUNCEMENT_MS: u64 = 120_000;
/// The longest reply; a person would have stopped it.
const LONGEST_REPLY_MS: u64 = 600_000;
/// The reply of a run that is not wanted any more comes within this, or not at all.
const STALE: Duration = Duration::from_secs(60);
/// Timers that are known by name, at most.
const TIMERS: usize = 256;

/// What the connection has to do after an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Nothing,
    /// Say that it has sounded: it was not wanted.
    Sounded,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Run {
    None,
    /// Wanted by Home Assistant, which listens already; nobody has spoken yet.
    Waits(Instant),
    /// `run-pipeline` was sent; it listens once it says `transcribe`.
    Asked {
        listens: bool,
    },
    /// Its words are there, or its reply.
    Heard,
}

/// Whose sound it is that arrives.
enum Sounding {
    Reply { ms: u64 },
    Announcement { frame: Option<AudioFrame> },
    Unwanted,
}

pub(super) struct Borrower {
    room: Box<dyn LentRoom>,
    run: Run,
    /// A run that is not wanted any more may still answer, until then.
    stale_until: Option<Instant>,
    /// A run was begun only to end another: its `transcribe` is still to come.
    skips: bool,
    sounding: Option<(Sounding, Option<Sound>)>,
    /// Id → name and seconds.
    timers: HashMap<String, (Option<String>, u64)>,
}

impl Borrower {
    pub fn new(room: Box<dyn LentRoom>) -> Borrower {
        Borrower {
            room,
            run: Run::None,
            stale_until: None,
            skips: false,
            sounding: None,
            timers: HashMap::new(),
        }
    }

    pub fn mute(&self, on: bool) {
        self.room.tell(FromBorrower::Mute(on));
    }

    /// True once when Home Assistant listens and nobody spoke for so long.
    pub fn waits_longer_than(&mut self, patience: Duration) -> bool {
        let over = matches!(self.run, Run::Waits(since) if since.elapsed() > patience);
        if over {
            self.run = Run::None;
        }
        over
    }

    fn is_stale(&self) -> bool {
        self.stale_until.is_some_and(|until| Instant::now() < until)
    }

    /// What the room says, as events.
    pub fn events(&mut self, what: ToBorrower) -> Vec<Event> {
        match what {
            ToBorrower::Begin => {
                let runs = matches!(self.run, Run::Waits(_));
                self.run = Run::Asked { listens: runs };
                let start = Event::new(
                    "audio-start",
                    json!({ "rate": 16_000, "width": 2, "channels": 1, "timestamp": 0 }),
                );
                match runs {
                    true => vec![start],
                    false => vec![run_pipeline(), start],
                }
            }
            ToBorrower::Audio(frame) => audio::chunks(&frame).collect(),
            ToBorrower::End => vec![audio::stop()],
            ToBorrower::Cancel => {
                let run = std::mem::replace(&mut self.run, Run::None);
                if run == Run::None {
                    return Vec::new();
                }
                if let Some((sounding @ Sounding::Reply { .. }, _)) = &mut self.sounding {
                    *sounding = Sounding::Unwanted;
                }
                self.stale_until = Some(Instant::now() + STALE);
                match run {
                    // Half a sentence must not be done: a new run, in which nothing is said, ends this one.
                    Run::Asked { .. } => {
                        self.skips = true;
                        vec![run_pipeline(), audio::stop()]
                    }
                    Run::Heard | Run::Waits(_) | Run::None => Vec::new(),
                }
            }
            ToBorrower::Played => {
                self.run = Run::None;
                vec![Event::new("played", json!(null))]
            }
        }
    }

    /// What Home Assistant says.
    pub fn take(&mut self, event: &Event) -> Heard {
        let text = |key: &str| event.text(key).unwrap_or_default().to_owned();
        match (event.kind.as_str(), self.run) {
            ("transcribe" | "error", Run::None | Run::Asked { listens: false }) if self.skips && self.is_stale() => {
                self.skips = false;
            }
            ("transcribe", Run::Asked { .. }) => {
                self.run = Run::Asked { listens: true };
                self.stale_until = None;
            }
            // It wants to hear somebody whom nobody has heard: a conversation that it began itself.
            ("transcribe" | "detection", Run::None) if !self.is_stale() => {
                self.run = match event.kind == "transcribe" {
                    true => Run::Waits(Instant::now()),
                    false => Run::None,
                };
                self.room.tell(FromBorrower::Listen);
            }
            ("voice-stopped", Run::Asked { listens: true }) => self.room.tell(FromBorrower::SpeechEnded),
            ("transcript", Run::Asked { listens: true }) => match text("text").trim() {
                "" => self.fail(ErrorCode::SttNoTextRecognized, String::new()),
                words => {
                    self.run = Run::Heard;
                    self.room.tell(FromBorrower::Transcript(words.to_owned()));
                }
            },
            ("synthesize", Run::Heard) => {
                let words = text("text");
                let silent = words.trim().is_empty();
                self.room.tell(FromBorrower::Reply(words));
                if silent {
                    // No sound comes of it.
                    self.room.tell(FromBorrower::AudioDone);
                }
            }
            ("error", Run::Asked { listens: true } | Run::Heard) => self.fail(code(&text("code")), text("text")),
            // Before it listens it can only refuse this run, or tell of one that is over.
            ("error", Run::Asked { listens: false }) if !self.is_stale() => {
                self.fail(code(&text("code")), text("text"));
            }
            // An announcement, for which Home Assistant ends what is under way.
            ("audio-start", Run::Asked { listens: true }) => {
                self.run = Run::None;
                self.room.tell(FromBorrower::Dropped);
                self.sounding = Some((Sounding::Announcement { frame: None }, None));
            }
            ("audio-start", _) => self.sounding = Some((self.whose(), Format::of(event).ok().map(Sound::new))),
            ("audio-chunk", _) => self.sound(event),
            ("audio-stop", _) => return self.sounded(),
            ("timer-started", _) if self.timers.len() < TIMERS => {
                let name = event.text("name").map(str::to_owned);
                let seconds = event.number("total_seconds").unwrap_or_default();
                self.timers.insert(text("id"), (name, seconds));
            }
            ("timer-updated", _) => {
                if let (Some(timer), Some(seconds)) = (self.timers.get_mut(&text("id")), event.number("total_seconds"))
                {
                    timer.1 = seconds;
                }
            }
            ("timer-cancelled", _) => drop(self.timers.remove(&text("id"))),
            ("timer-finished", _) => {
                let (name, total_seconds) = self.timers.remove(&text("id")).unwrap_or_default();
                self.room.tell(FromBorrower::TimerFinished { name, total_seconds });
            }
            _ => {}
        }
        Heard::Nothing
    }

    /// The run is over, and there is no reply.
    fn fail(&mut self, code: ErrorCode, detail: String) {
        self.run = Run::None;
        self.room.tell(failed(code, detail));
    }

    fn whose(&self) -> Sounding {
        match self.run {
            Run::Heard => Sounding::Reply { ms: 0 },
            _ if self.is_stale() => Sounding::Unwanted,
            _ => Sounding::Announcement { frame: None },
        }
    }

    fn sound(&mut self, event: &Event) {
        let Some((sounding, sound)) = &mut self.sounding else {
            return;
        };
        let Ok(format) = Format::of(event) else { return };
        let sound = sound.get_or_insert_with(|| Sound::new(format));
        if sound.format() != format {
            *sound = Sound::new(format);
        }
        let frame = sound.frame(&event.payload);
        match sounding {
            Sounding::Reply { ms } if *ms < LONGEST_REPLY_MS => {
                *ms += frame.duration_ms();
                self.room.tell(FromBorrower::Audio(frame));
            }
            Sounding::Announcement { frame: None } => {
                *sounding = Sounding::Announcement { frame: Some(frame) };
            }
            Sounding::Announcement { frame: Some(whole) }
                if whole.duration_ms() < LONGEST_ANNOUNCEMENT_MS
                    && (whole.rate, whole.channels) == (frame.rate, frame.channels) =>
            {
                whole.samples.extend(frame.samples);
            }
            Sounding::Reply { .. } | Sounding::Announcement { .. } | Sounding::Unwanted => {}
        }
    }

    fn sounded(&mut self) -> Heard {
        match self.sounding.take() {
            Some((Sounding::Reply { .. }, _)) => self.room.tell(FromBorrower::AudioDone),
            Some((Sounding::Announcement { frame: Some(frame) }, _)) => self.room.tell(FromBorrower::Announce(frame)),
            Some((Sounding::Announcement { frame: None } | Sounding::Unwanted, _)) => {
                self.stale_until = None;
                return Heard::Sounded;
            }
            None => {}
        }
        Heard::Nothing
    }
}

fn run_pipeline() -> Event {
    let stages = json!({
        "start_stage": "asr",
        "end_stage": "tts",
        "restart_on_end": false,
        "snd_format": { "rate": 22_050, "width": 2, "channels": 1 },
    });
    Event::new("run-pipeline", stages)
}

fn failed(code: ErrorCode, detail: String) -> FromBorrower {
    FromBorrower::Failed { code, detail }
}

/// Home Assistant's code as one of Rosie's, which has words to say.
fn code(theirs: &str) -> ErrorCode {
    match theirs {
        "stt-no-text-recognized" => ErrorCode::SttNoTextRecognized,
        stt if stt.starts_with("stt-") => ErrorCode::SttUnavailable,
        tts if tts.starts_with("tts-") => ErrorCode::TtsUnavailable,
        intent if intent.starts_with("intent-") => ErrorCode::LlmUnavailable,
        _ => ErrorCode::HomeUnavailable,
    }
}

#[cfg(test)]
#[path = "borrower_tests.rs"]
mod tests;
