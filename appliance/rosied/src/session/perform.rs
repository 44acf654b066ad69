//! Carrying out the turn engine's orders, and what comes back of them.

use super::{Message, actor::Actor, kept::volume_key, recorder::Recorder, speaking::ReplyText};
use crate::config::Confirm;
use rosie_core::{
    CancelFlag, Effect, Failure, Language, Millis, TurnId,
    audio::to_f32,
    dialog::{DialogEvent, Question, Reply},
    engine::{SttJob, SttPriority},
    record::{Outcome, Trigger, TurnFact},
    session::SessionEvent,
    turn::{Input, Output, ReplyEnd},
};
use rosie_speech::tts::SentenceSplitter;
use std::sync::{Arc, atomic::Ordering};

impl Actor {
    pub(super) fn perform(&mut self, output: Output) {
        let now = self.now();
        match output {
            Output::TurnStarted { turn_id, trigger } => self.begin(turn_id, trigger, now),
            Output::State { turn_id, state } => {
                *self
                    .shared
                    .state
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner) = state;
                self.send(SessionEvent::State { turn_id, state });
            }
            Output::SpeechStarted { turn_id } => {
                self.speech_from = Some(self.audio_now);
                self.record(TurnFact::SpeechStarted);
                self.send(SessionEvent::SpeechStarted { turn_id });
                self.lend_turn(turn_id);
            }
            Output::Transcribe {
                turn_id,
                attempt,
                priority,
                from,
                to,
            } => match self.is_lent(turn_id) {
                true => self.await_words(turn_id, attempt, priority),
                false => self.transcribe(turn_id, attempt, priority, from, to),
            },
            Output::Judge {
                turn_id,
                attempt,
                from,
                to,
            } => self.judge(turn_id, attempt, from, to),
            Output::DropTranscription { attempt, .. } => {
                self.words_unwanted(attempt);
                if let Some((priority, cancel)) = self.transcriptions.remove(&attempt) {
                    cancel.cancel();
                    if priority == SttPriority::Speculative {
                        self.record(TurnFact::SpeculationDropped);
                    }
                }
            }
            Output::EndOfSpeech {
                turn_id,
                reason,
                last_speech,
            } => {
                let from = self.speech_from.take().unwrap_or(last_speech);
                let (speech_ms, silence_ms) = (last_speech.since(from), self.audio_now.since(last_speech));
                if let Some(recorder) = &mut self.recorder {
                    recorder.end_of_speech(reason, speech_ms, silence_ms, now);
                }
                self.send(SessionEvent::EndOfSpeech { turn_id, reason });
                self.end_speech();
            }
            Output::Partial { turn_id, text } => {
                if let Some(recorder) = &mut self.recorder {
                    recorder.partial(&text, now);
                }
                self.send(SessionEvent::Partial { turn_id, text });
            }
            // The order to go dark is on its way.
            Output::Answer { turn_id, .. } | Output::SayFailure { turn_id, .. } if !self.may_answer(turn_id) => {}
            Output::Answer {
                turn_id,
                text,
                language,
            } => self.answer(turn_id, text, language, now),
            Output::Say { turn_id, text } => {
                self.reply.stock = false;
                self.reply_text(turn_id, &text);
                self.finish_reply_text(turn_id);
            }
            Output::Play { turn_id, sound } => self.play(turn_id, sound, now),
            Output::SayFailure { turn_id, code } => self.say_failure(turn_id, code, now),
            Output::CancelReply { .. } => self.cancel_reply(),
            Output::StopPlayback { turn_id } => self.shared.outlet.stop(turn_id),
            Output::TurnFinished { turn_id, outcome } => self.finish(turn_id, outcome, now),
            Output::Timeout(_) => {}
        }
    }

    pub(super) fn send(&self, event: SessionEvent) {
        self.house.witness(&self.shared, &event);
        self.shared.outlet.send(event);
    }

    pub(super) fn record(&mut self, fact: TurnFact) {
        let now = self.now();
        if let Some(recorder) = &mut self.recorder {
            recorder.fact(fact, now);
        }
    }

    /// The languages an utterance may be in.
    fn languages(&self) -> Vec<Language> {
        self.language
            .clone()
            .map_or_else(|| self.house.languages(), |language| vec![language])
    }

    fn begin(&mut self, turn_id: TurnId, trigger: Trigger, now: Millis) {
        self.house.turns.fetch_add(1, Ordering::Relaxed);
        let language = self.languages().into_iter().next().unwrap_or_default();
        if trigger != Trigger::Announcement {
            self.house.dialog().prepare();
        }
        // Typed words are answered at once: getting ready ahead would only be in the way.
        if !matches!(trigger, Trigger::Announcement | Trigger::Text) {
            self.house.engines().tts.prepare(&language);
        }
        let keep_text = self.house.config().privacy.keep_turn_text;
        self.splitter = SentenceSplitter::new(&language);
        self.recorder = Some(Recorder::new(
            &self.shared.place(),
            turn_id,
            trigger,
            language,
            keep_text,
            now,
        ));
        self.reply = ReplyText::default();
        self.voice = None;
        self.speech_from = None;
        self.heard = None;
        self.let_go_of_speaker();
        self.lending.from = match trigger {
            Trigger::PushToTalk => self.audio_now - self.house.config().turn().pre_roll_ms,
            _ => Millis(0),
        };
        self.send(SessionEvent::TurnStarted { turn_id, trigger });
    }

    fn transcribe(&mut self, turn_id: TurnId, attempt: u32, priority: SttPriority, from: Millis, to: Millis) {
        let cancel = CancelFlag::new();
        self.transcriptions.insert(attempt, (priority, cancel.clone()));
        self.begins_at = from;
        if priority != SttPriority::Partial {
            self.heard = Some((from, to));
        }
        if priority == SttPriority::Speculative {
            self.record(TurnFact::SpeculationStarted);
        }
        let audio: Arc<[f32]> = to_f32(&self.shared.ears.slice(from, to)).into();
        if priority != SttPriority::Partial {
            self.ask_who_speaks(&audio);
        }
        let job = SttJob {
            stream: self.shared.place().session,
            priority,
            audio,
            languages: self.languages(),
            bias: self.bias(),
            cancel,
        };
        let messages = self.shared.messages.clone();
        let done = Box::new(move |result| {
            // The session's queue holds a thousand messages; when it is full the turn's deadline speaks for it.
            let _ = messages.try_send(Message::Transcript {
                turn_id,
                attempt,
                result,
            });
        });
        self.house.engines().stt.submit(job, done);
    }

    fn answer(&mut self, turn_id: TurnId, text: String, language: Option<Language>, now: Millis) {
        let dialog = self.house.dialog();
        // Of typed words nobody has heard which one it is.
        let language = language.unwrap_or_else(|| {
            let at = (&self.shared.spec.endpoint, &self.shared.room());
            dialog.language_of(&text, at, &self.languages())
        });
        if let Some(recorder) = &mut self.recorder {
            recorder.transcript(&text, &language, self.compute_ms, now);
        }
        self.keep_utterance(turn_id);
        self.send(SessionEvent::Transcript {
            turn_id,
            text: text.clone(),
            language: language.clone(),
        });
        if self.is_lent(turn_id) {
            return;
        }
        self.splitter = SentenceSplitter::new(&language);
        self.answering = CancelFlag::new();
        let question = Question {
            turn_id,
            text,
            language,
            room: self.shared.room(),
            endpoint: self.shared.spec.endpoint.clone(),
            conversation: self.conversation(),
            user: None,
            cancel: self.answering.clone(),
        };
        let messages = self.shared.messages.clone();
        let speaker = self.speaker.take();
        self.house.tracker.spawn(async move {
            let question = match speaker {
                Some(asked) => asked.name(question, &messages).await,
                None => question,
            };
            let result = super::answering::answer(dialog, question, messages.clone()).await;
            let _ = messages.send(Message::Replied { turn_id, result }).await;
        });
    }

    pub(super) fn on_dialog(&mut self, turn_id: TurnId, event: DialogEvent) -> bool {
        let now = self.now();
        if turn_id != self.turn.turn_id() || self.recorder.is_none() {
            return true;
        }
        self.turn.handle_input(Input::ReplyGrew { turn_id }, now);
        match event {
            DialogEvent::IntentMatched(intent) => {
                self.reply.stock = intent.slots.is_empty();
                if let Some(recorder) = &mut self.recorder {
                    recorder.intent(&intent.name, now);
                }
                self.send(SessionEvent::IntentMatched {
                    turn_id,
                    name: intent.name,
                });
            }
            DialogEvent::TierChosen { tier, model, reason } => {
                if let Some(recorder) = &mut self.recorder {
                    recorder.tier(tier, model, reason, now);
                }
            }
            // The next tier's reason tells of it, or the failure of the whole.
            DialogEvent::TierFailed { .. } => {}
            DialogEvent::ToolCalled(call) => self.record(TurnFact::ToolCalled { name: call.name }),
            DialogEvent::ToolFinished { name, ok, duration_ms } => {
                self.record(TurnFact::ToolFinished { name, ok, duration_ms });
            }
            DialogEvent::Filler(text) => {
                self.record(TurnFact::FillerSaid);
                self.speak_filler(turn_id, text);
            }
            DialogEvent::Delta(text) => self.reply_text(turn_id, &text),
            DialogEvent::Effect(effect) => self.apply(turn_id, effect),
        }
        true
    }

    fn apply(&mut self, turn_id: TurnId, effect: Effect) {
        match effect {
            Effect::Silence => {
                (self.house.silence)(&self.shared.place());
                self.reply.silent = true;
            }
            Effect::Repeat => {
                let again = self.last_reply.clone();
                self.reply.stock = false;
                self.reply_text(turn_id, &again);
            }
            Effect::FollowUp => self.reply.follow_up = true,
            Effect::Confirmed => self.reply.confirms = self.house.config().audio.confirm == Confirm::Sound,
            Effect::VolumeTo { percent } => self.set_volume(i32::from(percent)),
            Effect::VolumeBy { percent } => {
                self.set_volume(i32::from(self.shared.volume.load(Ordering::Relaxed)) + percent);
            }
        }
    }

    pub(super) fn set_volume(&mut self, percent: i32) {
        let percent = percent.clamp(0, 100) as u8;
        self.shared.volume.store(percent, Ordering::Relaxed);
        self.send(SessionEvent::Volume { percent });
        let (settings, key) = (self.house.settings.clone(), volume_key(&self.shared.spec.endpoint));
        self.house.tracker.spawn_blocking(move || {
            if let Err(failure) = settings.put_setting(&key, &percent.into()) {
                tracing::warn!(code = failure.code.as_str(), detail = %failure.detail, "the volume is not remembered");
            }
        });
    }

    pub(super) fn on_replied(&mut self, turn_id: TurnId, result: Result<Reply, Failure>) -> bool {
        let now = self.now();
        if turn_id != self.turn.turn_id() || self.recorder.is_none() {
            return true;
        }
        match result {
            Ok(_) => {
                let end = ReplyEnd {
                    follow_up: self.reply.follow_up,
                    silent: self.reply.silent,
                };
                if !end.silent {
                    self.turn.handle_input(
                        Input::ReplyDone {
                            turn_id,
                            result: Ok(end),
                        },
                        now,
                    );
                    self.finish_reply_text(turn_id);
                } else {
                    self.cancel_reply();
                    self.turn.handle_input(
                        Input::ReplyDone {
                            turn_id,
                            result: Ok(end),
                        },
                        now,
                    );
                }
            }
            Err(failure) => {
                if let Some(recorder) = &mut self.recorder {
                    recorder.failed(failure.code, failure.detail.clone(), now);
                }
                self.turn.handle_input(
                    Input::ReplyDone {
                        turn_id,
                        result: Err(failure.code),
                    },
                    now,
                );
            }
        }
        true
    }

    fn finish(&mut self, turn_id: TurnId, outcome: Outcome, now: Millis) {
        self.voice = None;
        self.call_is_over(turn_id);
        *self.shared.utterance() = None;
        self.let_go_of_speaker();
        self.end_lending();
        let Some(recorder) = self.recorder.take() else { return };
        let record = recorder.finish(outcome, now);
        self.house.observer.turn_finished(&record);
        let stages = record.stages;
        self.send(SessionEvent::TurnFinished {
            turn_id,
            outcome,
            stages,
        });
    }

    pub(super) fn on_vad_failed(&mut self, failure: Failure) -> bool {
        if !std::mem::replace(&mut self.vad_warned, true) {
            let sentence = failure
                .code
                .spoken(&self.languages().into_iter().next().unwrap_or_default())
                .to_owned();
            let Failure { code, detail } = failure;
            self.send(SessionEvent::Failed {
                turn_id: None,
                code,
                sentence,
                detail,
            });
        }
        true
    }
}
