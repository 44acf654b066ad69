//! Decides when a person began to speak and when they have finished, from speech probabilities alone.
//!
//! Time here is the audio's own (milliseconds of microphone audio), so a recording fed faster than life ends at the
//! same sample as a live one.

use crate::{Completeness, Millis, session::EndReason};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointerConfig {
    /// A frame at or above this probability is speech.
    pub speech_threshold: f32,
    /// A frame below this is silence; between the two the last verdict holds.
    pub silence_threshold: f32,
    /// Speech must last so long to count as begun.
    pub min_speech_ms: u64,
    /// Silence after which transcription begins, before it is certain that the person has finished.
    pub speculate_ms: u64,
    /// Silence (hangover) that ends the utterance.
    pub silence_ms: u64,
    /// The same, once what was said is a whole command.
    pub complete_silence_ms: u64,
    /// The same, when what was said cannot be the end ("set a timer for").
    pub dangling_silence_ms: u64,
    /// Silence after which it is judged by how it was said whether the person has finished; 0: nobody judges.
    pub judge_ms: u64,
    /// Less than this probability of having finished is waited for as words that cannot be the end.
    pub unfinished_below: f32,
    /// The longest utterance.
    pub max_utterance_ms: u64,
    /// Waiting for the first word.
    pub no_speech_ms: u64,
}

impl Default for EndpointerConfig {
    fn default() -> Self {
        Self {
            speech_threshold: 0.5,
            silence_threshold: 0.35,
            min_speech_ms: 96,
            speculate_ms: 64,
            silence_ms: 448,
            complete_silence_ms: 320,
            dangling_silence_ms: 1_200,
            judge_ms: 0,
            unfinished_below: 0.15,
            max_utterance_ms: 25_000,
            no_speech_ms: 6_000,
        }
    }
}

/// What the endpointer noticed at a frame. Times are audio time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointerEvent {
    /// Speech that began at `from`.
    SpeechStarted {
        from: Millis,
    },
    /// Silence since `from`: worth transcribing what there is.
    Pause {
        from: Millis,
    },
    /// The pause goes on: worth judging how it was said.
    PauseLasts,
    /// The pause was none.
    SpeechResumed,
    EndOfSpeech {
        reason: EndReason,
        last_speech: Millis,
    },
}

#[derive(Debug, Clone)]
pub struct Endpointer {
    config: EndpointerConfig,
    /// Where listening began.
    since: Millis,
    /// Start of the run of speech frames that is not yet long enough.
    rising: Option<Millis>,
    speech_from: Option<Millis>,
    /// End of the last speech frame.
    last_speech: Millis,
    in_speech: bool,
    pause_told: bool,
    /// That the pause lasts was told, too.
    lasting_told: bool,
    completeness: Completeness,
    /// It did not sound like the end.
    unfinished: bool,
    /// False while a button is held: silence ends nothing.
    pub ends_on_silence: bool,
}

impl Endpointer {
    /// Listens from audio time `since`.
    pub fn new(config: EndpointerConfig, since: Millis) -> Self {
        Self {
            config,
            since,
            rising: None,
            speech_from: None,
            last_speech: since,
            in_speech: false,
            pause_told: false,
            lasting_told: false,
            completeness: Completeness::Unknown,
            unfinished: false,
            ends_on_silence: true,
        }
    }

    /// Where speech began, once it has.
    pub fn speech_from(&self) -> Option<Millis> {
        self.speech_from
    }

    /// End of the last frame that was speech.
    pub fn last_speech(&self) -> Millis {
        self.last_speech
    }

    /// True while the newest frame was speech and no pause is pending.
    pub fn in_speech(&self) -> bool {
        self.in_speech && !self.pause_told
    }

    /// What the words so far sound like; valid until speech resumes.
    pub fn set_completeness(&mut self, completeness: Completeness) {
        self.completeness = completeness;
    }

    /// How surely (0 to 1) the person has finished, by how it was said; valid until speech resumes. It may lengthen the wait, and never
    /// ends it.
    pub fn set_finished(&mut self, probability: f32) {
        self.unfinished = probability < self.config.unfinished_below;
    }

    /// Takes one frame that ended at `at` and is `frame_ms` long. What was heard before it listens is none of it, also where that is
    /// judged late.
    pub fn push(&mut self, probability: f32, at: Millis, frame_ms: u64) -> Option<EndpointerEvent> {
        if at <= self.since {
            return None;
        }
        let speech = probability >= self.config.speech_threshold
            || (self.in_speech && probability >= self.config.silence_threshold);
        let began = at - frame_ms;
        if speech {
            self.push_speech(began, at)
        } else {
            self.push_silence(at)
        }
    }

    fn push_speech(&mut self, began: Millis, at: Millis) -> Option<EndpointerEvent> {
        let from = *self.rising.get_or_insert(began);
        self.in_speech = true;
        let established = at.since(from) >= self.config.min_speech_ms;
        if self.speech_from.is_none() {
            if !established {
                return None;
            }
            self.speech_from = Some(from);
            self.last_speech = at;
            return Some(EndpointerEvent::SpeechStarted { from });
        }
        // One loud frame inside a pause (a cup set down) does not take the pause back.
        if self.pause_told && !established {
            return self.out_of_time(at).or_else(|| self.end_of_silence(at));
        }
        self.last_speech = at;
        if std::mem::take(&mut self.pause_told) {
            self.completeness = Completeness::Unknown;
            (self.unfinished, self.lasting_told) = (false, false);
            return self.out_of_time(at).or(Some(EndpointerEvent::SpeechResumed));
        }
        self.out_of_time(at)
    }

    fn push_silence(&mut self, at: Millis) -> Option<EndpointerEvent> {
        self.in_speech = false;
        self.rising = None;
        if self.speech_from.is_none() {
            let waited = at.since(self.since) >= self.config.no_speech_ms && self.ends_on_silence;
            return (waited || at.since(self.since) >= self.config.max_utterance_ms).then_some(
                EndpointerEvent::EndOfSpeech {
                    reason: EndReason::NoSpeech,
                    last_speech: at,
                },
            );
        }
        if let Some(end) = self.out_of_time(at).or_else(|| self.end_of_silence(at)) {
            return Some(end);
        }
        if !self.pause_told && at.since(self.last_speech) >= self.config.speculate_ms {
            self.pause_told = true;
            return Some(EndpointerEvent::Pause { from: self.last_speech });
        }
        let judge_ms = self.config.judge_ms;
        let lasts = judge_ms > 0 && at.since(self.last_speech) >= judge_ms && self.ends_on_silence;
        let tells = lasts && !self.lasting_told;
        self.lasting_told |= lasts;
        tells.then_some(EndpointerEvent::PauseLasts)
    }

    fn end_of_silence(&self, at: Millis) -> Option<EndpointerEvent> {
        let hangover = match (self.completeness, self.unfinished) {
            (Completeness::Complete, false) => self.config.complete_silence_ms,
            (Completeness::Unknown, false) => self.config.silence_ms,
            // A command that nothing must follow, and that something may ("… in the kitchen").
            (Completeness::Complete, true) => self.config.silence_ms.midpoint(self.config.dangling_silence_ms),
            (Completeness::Dangling, _) | (_, true) => self.config.dangling_silence_ms,
        };
        (self.ends_on_silence && at.since(self.last_speech) >= hangover).then_some(EndpointerEvent::EndOfSpeech {
            reason: EndReason::Silence,
            last_speech: self.last_speech,
        })
    }

    fn out_of_time(&self, at: Millis) -> Option<EndpointerEvent> {
        let from = self.speech_from?;
        (at.since(from) >= self.config.max_utterance_ms).then_some(EndpointerEvent::EndOfSpeech {
            reason: EndReason::MaxLength,
            last_speech: self.last_speech,
        })
    }
}
