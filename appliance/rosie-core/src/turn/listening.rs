//! Listening: the utterance's bounds, speculation in pauses, partials, the button.

use super::{Heard, Output, TurnEngine, engine::State};
use crate::{
    Completeness, ErrorCode, Millis,
    endpointer::{Endpointer, EndpointerEvent},
    engine::SttPriority,
    record::{Outcome, Trigger},
    session::EndReason,
};

/// Wall-clock grace over the audio's own limits, for a microphone that stopped sending.
const MICROPHONE_GRACE_MS: u64 = 3_000;

/// What was said longer ago says nothing of whether somebody has finished.
const JUDGED_MS: u64 = 8_000;

pub(super) struct Listening {
    pub trigger: Trigger,
    pub deadline: Millis,
    endpointer: Endpointer,
    /// Audio time where the utterance begins, pre-roll included.
    from: Millis,
    /// When the button went down, while it is down.
    pressed_at: Option<Millis>,
    speculation: Option<Speculation>,
    /// What is being judged, or was, in this pause.
    judged: Option<u32>,
    partial: Option<u32>,
    last_partial: Millis,
}

/// A transcription begun in a pause.
struct Speculation {
    attempt: u32,
    result: Option<Result<Heard, ErrorCode>>,
}

impl Listening {
    /// Transcriptions under way.
    pub fn attempts(&self) -> impl Iterator<Item = u32> {
        let speculated = self
            .speculation
            .as_ref()
            .filter(|s| s.result.is_none())
            .map(|s| s.attempt);
        self.partial.into_iter().chain(speculated)
    }
}

impl TurnEngine {
    /// Listens for words that may still be to come, from `audio` on and a pre-roll before it.
    pub(super) fn listen(&mut self, trigger: Trigger, audio: Millis, now: Millis) {
        self.start_turn(trigger);
        self.listen_from(trigger, audio, audio - self.before(trigger), now);
    }

    fn listen_from(&mut self, trigger: Trigger, audio: Millis, from: Millis, now: Millis) {
        let endpointer = Endpointer::new(self.config.endpointer.clone(), audio);
        let longest = self.config.endpointer.no_speech_ms + self.config.endpointer.max_utterance_ms;
        self.state = State::Listening(Listening {
            trigger,
            deadline: now + longest + MICROPHONE_GRACE_MS,
            endpointer,
            from,
            pressed_at: (trigger == Trigger::PushToTalk).then_some(now),
            speculation: None,
            judged: None,
            partial: None,
            last_partial: audio,
        });
        if let (State::Listening(listening), Trigger::PushToTalk) = (&mut self.state, trigger) {
            listening.endpointer.ends_on_silence = false;
        }
        self.tell_state();
    }

    fn before(&self, trigger: Trigger) -> u64 {
        match trigger {
            Trigger::WakeWord => self.config.wake_word_ms,
            _ => self.config.pre_roll_ms,
        }
    }

    /// Only the wake word was said so far: listens on, in the same turn.
    pub(super) fn listen_on(&mut self, now: Millis) {
        self.listened_on = true;
        let ended_at = self.ended_at;
        self.listen_from(Trigger::WakeWord, ended_at, ended_at - self.config.pre_roll_ms, now);
        self.catch_up(ended_at, now);
    }

    /// Listens to what was heard after `from`.
    pub(super) fn catch_up(&mut self, from: Millis, now: Millis) {
        let late = self.frames.iter().filter(|(_, audio, _)| *audio > from);
        for (probability, audio, frame_ms) in late.copied().collect::<Vec<_>>() {
            self.listening_vad(probability, audio, frame_ms, now);
        }
    }

    /// Listens to speech that began at `from` and is known to go on at `audio`.
    pub(super) fn listen_to_speech(&mut self, trigger: Trigger, from: Millis, audio: Millis, now: Millis) {
        self.listen(trigger, from, now);
        let min_speech = self.config.endpointer.min_speech_ms;
        if let State::Listening(listening) = &mut self.state {
            // Told at once: the speech was measured before the turn began.
            listening.endpointer.push(1.0, audio, audio.since(from).max(min_speech));
        }
        self.outputs.push_back(Output::SpeechStarted { turn_id: self.turn_id });
    }

    pub(super) fn on_press(&mut self, audio: Millis, now: Millis) {
        if self.muted() {
            return;
        }
        if let State::Listening(listening) = &mut self.state {
            match (listening.trigger, listening.pressed_at) {
                // The button is down already: its release was lost.
                (_, Some(_)) => {}
                // The second tap ends what the first began.
                (Trigger::PushToTalk, None) => self.end_utterance(EndReason::Released, audio, now),
                // Words already under way belong to what is said into the button.
                _ => {
                    listening.trigger = Trigger::PushToTalk;
                    listening.pressed_at = Some(now);
                    listening.endpointer.ends_on_silence = false;
                }
            }
            return;
        }
        self.interrupt();
        self.listen(Trigger::PushToTalk, audio, now);
    }

    pub(super) fn on_release(&mut self, audio: Millis, now: Millis) {
        let State::Listening(listening) = &mut self.state else {
            return;
        };
        let Some(pressed_at) = listening.pressed_at.take() else {
            return;
        };
        if now.since(pressed_at) < self.config.tap_ms {
            listening.endpointer.ends_on_silence = true;
        } else {
            self.end_utterance(EndReason::Released, audio, now);
        }
    }

    pub(super) fn listening_vad(&mut self, probability: f32, audio: Millis, frame_ms: u64, now: Millis) {
        let State::Listening(listening) = &mut self.state else {
            return;
        };
        let event = listening.endpointer.push(probability, audio, frame_ms);
        match event {
            Some(EndpointerEvent::SpeechStarted { .. }) => {
                self.outputs.push_back(Output::SpeechStarted { turn_id: self.turn_id });
            }
            Some(EndpointerEvent::Pause { .. }) => self.speculate(audio),
            Some(EndpointerEvent::PauseLasts) => self.judge(audio),
            Some(EndpointerEvent::SpeechResumed) => {
                listening.judged = None;
                if let Some(Speculation { attempt, result: None }) = listening.speculation.take() {
                    self.drop_attempts([attempt]);
                }
            }
            Some(EndpointerEvent::EndOfSpeech { reason, .. }) => self.end_utterance(reason, audio, now),
            None => self.maybe_partial(audio),
        }
    }

    fn next_attempt(&mut self) -> u32 {
        self.attempts = self.attempts.wrapping_add(1);
        self.attempts
    }

    fn transcribe(&mut self, priority: SttPriority, to: Millis) -> u32 {
        let attempt = self.next_attempt();
        let turn_id = self.turn_id;
        if let State::Listening(listening) = &self.state {
            // Silence before the first word is of no use; some of it keeps the word's onset.
            let from = match listening.endpointer.speech_from() {
                // With the wake word, so that whoever reads it sees that it was said.
                Some(_) if listening.trigger == Trigger::WakeWord && !self.listened_on => listening.from,
                Some(speech) => listening.from.max(speech - self.config.pre_roll_ms),
                None => listening.from,
            };
            self.outputs.push_back(Output::Transcribe {
                turn_id,
                attempt,
                priority,
                from,
                to,
            });
        }
        attempt
    }

    fn speculate(&mut self, audio: Millis) {
        // The recogniser is needed for what may be the final words.
        if let State::Listening(listening) = &mut self.state {
            let partial = listening.partial.take();
            self.drop_attempts(partial);
        }
        let attempt = self.transcribe(SttPriority::Speculative, audio);
        if let State::Listening(listening) = &mut self.state {
            listening.speculation = Some(Speculation { attempt, result: None });
        }
    }

    fn judge(&mut self, audio: Millis) {
        let (turn_id, attempt) = (self.turn_id, self.next_attempt());
        if let State::Listening(listening) = &mut self.state {
            listening.judged = Some(attempt);
            self.outputs.push_back(Output::Judge {
                turn_id,
                attempt,
                from: listening.from.max(audio - JUDGED_MS),
                to: audio,
            });
        }
    }

    fn maybe_partial(&mut self, audio: Millis) {
        let every = self.config.partial_every_ms;
        let State::Listening(listening) = &self.state else {
            return;
        };
        let Some(speech_from) = listening.endpointer.speech_from() else {
            return;
        };
        let since = audio.since(listening.last_partial.max(speech_from));
        if every == 0 || listening.partial.is_some() || !listening.endpointer.in_speech() || since < every {
            return;
        }
        let attempt = self.transcribe(SttPriority::Partial, audio);
        if let State::Listening(listening) = &mut self.state {
            listening.partial = Some(attempt);
            listening.last_partial = audio;
        }
    }

    /// The utterance is over at `audio`.
    fn end_utterance(&mut self, reason: EndReason, audio: Millis, now: Millis) {
        let State::Listening(listening) = &mut self.state else {
            return;
        };
        self.ended_at = audio;
        let trigger = listening.trigger;
        let spoke = listening.endpointer.speech_from().is_some();
        let last_speech = if spoke {
            listening.endpointer.last_speech()
        } else {
            audio
        };
        // A pause that is still silent holds all words there were.
        let speculation = listening.speculation.take();
        let partial = listening.partial.take();
        self.drop_attempts(partial);
        self.end_of_speech(reason, last_speech);
        if reason == EndReason::NoSpeech {
            return self.fail(ErrorCode::SttNoTextRecognized, now);
        }
        match speculation {
            Some(Speculation {
                attempt,
                result: Some(result),
            }) => self.transcribed(attempt, result, trigger, now),
            Some(Speculation { attempt, result: None }) => self.await_transcript(attempt, trigger, now),
            None => {
                let attempt = self.transcribe(SttPriority::Final, audio);
                self.await_transcript(attempt, trigger, now);
            }
        }
    }

    fn end_of_speech(&mut self, reason: EndReason, last_speech: Millis) {
        self.outputs.push_back(Output::EndOfSpeech {
            turn_id: self.turn_id,
            reason,
            last_speech,
        });
    }

    fn await_transcript(&mut self, attempt: u32, trigger: Trigger, now: Millis) {
        let deadline = now + self.config.transcript_deadline_ms;
        self.state = State::Transcribing {
            attempt,
            trigger,
            deadline,
        };
        self.tell_state();
    }

    fn transcribed(&mut self, attempt: u32, result: Result<Heard, ErrorCode>, trigger: Trigger, now: Millis) {
        self.await_transcript(attempt, trigger, now);
        self.on_transcript(attempt, result, now);
    }

    pub(super) fn on_transcript(&mut self, attempt: u32, result: Result<Heard, ErrorCode>, now: Millis) {
        let turn_id = self.turn_id;
        match &mut self.state {
            State::Listening(listening) => {
                if listening.partial == Some(attempt) {
                    listening.partial = None;
                    if let Ok(heard) = result {
                        self.outputs.push_back(Output::Partial {
                            turn_id,
                            text: heard.text,
                        });
                    }
                } else if let Some(speculation) = listening.speculation.as_mut().filter(|s| s.attempt == attempt) {
                    if let Ok(heard) = &result {
                        let text = heard.text.clone();
                        if !text.is_empty() {
                            self.outputs.push_back(Output::Partial { turn_id, text });
                        }
                    }
                    speculation.result = Some(result);
                }
            }
            State::Transcribing {
                attempt: awaited,
                trigger,
                ..
            } if *awaited == attempt => {
                let trigger = *trigger;
                match result {
                    Ok(heard) if heard.text.is_empty() && trigger == Trigger::WakeWord => {
                        self.listen_on(now);
                    }
                    // What is left of the wake word may be nothing that a recogniser can read.
                    Err(ErrorCode::SttNoTextRecognized) if trigger == Trigger::WakeWord && !self.listened_on => {
                        self.listen_on(now);
                    }
                    Ok(heard) => self.answer(heard.text, Some(heard.language), trigger, now),
                    Err(code) => self.fail(code, now),
                }
            }
            _ => {}
        }
    }

    pub(super) fn on_speech_ended(&mut self, now: Millis) {
        if let State::Listening(listening) = &self.state
            && listening.endpointer.speech_from().is_some()
        {
            self.end_utterance(EndReason::Silence, self.audio_now, now);
        }
    }

    pub(super) fn on_sounds(&mut self, attempt: u32, completeness: Completeness) {
        if let State::Listening(listening) = &mut self.state
            && listening.speculation.as_ref().is_some_and(|s| s.attempt == attempt)
        {
            listening.endpointer.set_completeness(completeness);
        }
    }

    pub(super) fn on_judged(&mut self, attempt: u32, finished: f32) {
        if let State::Listening(listening) = &mut self.state
            && listening.judged == Some(attempt)
        {
            listening.endpointer.set_finished(finished);
        }
    }

    /// The microphone stopped sending: make what can be made of what there is.
    pub(super) fn listening_timed_out(&mut self, now: Millis) {
        let State::Listening(listening) = &self.state else {
            return;
        };
        let audio = self.audio_now;
        if listening.endpointer.speech_from().is_some() {
            self.end_utterance(EndReason::MaxLength, audio, now);
        } else if listening.trigger == Trigger::Speech {
            self.end_turn(Outcome::NoSpeech);
        } else {
            self.end_utterance(EndReason::NoSpeech, audio, now);
        }
    }
}
