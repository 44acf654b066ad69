//! The reply on its way out: text shown as it grows, sentences handed to the voice, failures put into words.

use super::{actor::Actor, done_sound, voice::Voice};
use rosie_core::{ErrorCode, Failure, Millis, TurnId, record::TurnFact, session::SessionEvent, turn::Input};

/// The reply as it grows.
#[derive(Default)]
pub(super) struct ReplyText {
    pub text: String,
    pub follow_up: bool,
    pub silent: bool,
    /// A phrase of Rosie's own without a word of the person's in it, which may be kept on disk.
    pub stock: bool,
    /// A short sound stands for its words, which are shown.
    pub confirms: bool,
    sounded: bool,
}

impl Actor {
    /// More of the reply: shown at once, spoken sentence by sentence.
    pub(super) fn reply_text(&mut self, turn_id: TurnId, text: &str) {
        let now = self.now();
        if let Some(recorder) = &mut self.recorder {
            recorder.reply_grew(now);
        }
        self.reply.text.push_str(text);
        self.send(SessionEvent::ReplyDelta {
            turn_id,
            text: text.to_owned(),
        });
        for sentence in self.splitter.push(text) {
            self.speak(turn_id, sentence);
        }
    }

    pub(super) fn speak(&mut self, turn_id: TurnId, sentence: String) {
        let now = self.now();
        if !self.shared.spec.wants_audio {
            return;
        }
        if self.voice.as_ref().is_none_or(|voice| voice.turn_id() != turn_id) {
            self.voice = Some(self.new_voice(turn_id));
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.sentence_handed_over(now);
        }
        if self.reply.confirms {
            let first = !std::mem::replace(&mut self.reply.sounded, true);
            if let Some(voice) = self.voice.as_mut().filter(|_| first) {
                voice.play([done_sound::frame()], now);
            }
            return;
        }
        // What has a number in it will hardly be said again.
        let fixed = self.reply.stock && !sentence.contains(|c: char| c.is_ascii_digit());
        let stock = fixed && self.house.config().privacy.cache_phrases;
        if let Some(voice) = &mut self.voice {
            voice.say(sentence, stock, now);
        }
    }

    pub(super) fn new_voice(&self, turn_id: TurnId) -> Voice {
        let engines = self.house.engines();
        let language = self.recorder.as_ref().map(|r| r.language().clone()).unwrap_or_default();
        let (outlet, messages) = (self.shared.outlet.clone(), self.shared.messages.clone());
        let speaking = (engines.tts.clone(), engines.rate);
        Voice::new(turn_id, language, speaking, self.playback_rate(), outlet, messages)
    }

    /// What is to be sent by now; and that it was all, once it is.
    pub(super) fn pump_voice(&mut self, now: Millis) {
        if let Some(voice) = &mut self.voice {
            voice.pump(now);
            let turn_id = voice.turn_id();
            self.maybe_audio_done(turn_id);
        }
    }

    /// A stock phrase while the answer is made: heard, and not part of the reply.
    pub(super) fn speak_filler(&mut self, turn_id: TurnId, text: String) {
        let stock = std::mem::replace(&mut self.reply.stock, true);
        self.speak(turn_id, text);
        self.reply.stock = stock;
    }

    /// No more text comes in this turn.
    pub(super) fn finish_reply_text(&mut self, turn_id: TurnId) {
        let now = self.now();
        if let Some(sentence) = self.splitter.finish() {
            self.speak(turn_id, sentence);
        }
        let text = self.reply.text.clone();
        if let Some(recorder) = &mut self.recorder {
            recorder.reply_done(&text, now);
        }
        if !text.trim().is_empty() {
            self.last_reply.clone_from(&text);
        }
        self.send(SessionEvent::ReplyFinished { turn_id, text });
        match &mut self.voice {
            Some(voice) => voice.text_done(),
            None => self.turn.handle_input(Input::AudioDone { turn_id, total_ms: 0 }, now),
        }
        self.maybe_audio_done(turn_id);
    }

    pub(super) fn say_failure(&mut self, turn_id: TurnId, code: ErrorCode, now: Millis) {
        let language = self.recorder.as_ref().map(|r| r.language().clone()).unwrap_or_default();
        let sentence = code.spoken(&language).to_owned();
        if let Some(recorder) = &mut self.recorder {
            recorder.fact(
                TurnFact::Failed {
                    code,
                    detail: String::new(),
                },
                now,
            );
        }
        let detail = self.house.engines().advice(code);
        self.send(SessionEvent::Failed {
            turn_id: Some(turn_id),
            code,
            sentence: sentence.clone(),
            detail,
        });
        let rest = self.splitter.finish();
        rest.into_iter().for_each(|piece| self.speak(turn_id, piece));
        // A stock phrase, whatever the reply before it was.
        self.reply.stock = true;
        let gap = if self.reply.text.is_empty() { "" } else { " " };
        self.reply_text(turn_id, &format!("{gap}{sentence}"));
        self.finish_reply_text(turn_id);
    }

    pub(super) fn on_audio_sent(&mut self, turn_id: TurnId, total_ms: u64) -> bool {
        let now = self.now();
        if let Some(voice) = self.voice.as_mut().filter(|voice| voice.turn_id() == turn_id) {
            voice.audio_began(now);
            if let Some(recorder) = &mut self.recorder {
                recorder.audio_sent(now);
            }
            self.turn.handle_input(Input::AudioSent { turn_id, total_ms }, now);
        }
        true
    }

    pub(super) fn on_sentence_done(&mut self, turn_id: TurnId, failure: Option<Failure>) -> bool {
        let now = self.now();
        let Some(voice) = self.voice.as_mut().filter(|voice| voice.turn_id() == turn_id) else {
            return true;
        };
        voice.sentence_done(now);
        if let Some(failure) = failure {
            let language = self.recorder.as_ref().map(|r| r.language().clone()).unwrap_or_default();
            if let Some(recorder) = &mut self.recorder {
                recorder.failed(failure.code, failure.detail.clone(), now);
            }
            let sentence = failure.code.spoken(&language).to_owned();
            let Failure { code, detail } = failure;
            self.send(SessionEvent::Failed {
                turn_id: Some(turn_id),
                code,
                sentence,
                detail,
            });
        }
        self.maybe_audio_done(turn_id);
        true
    }

    /// Tells the endpoint, once, that the turn's audio is whole.
    pub(super) fn maybe_audio_done(&mut self, turn_id: TurnId) {
        let now = self.now();
        let Some(voice) = self.voice.as_mut().filter(|v| v.turn_id() == turn_id) else {
            return;
        };
        if !voice.finishes() {
            return;
        }
        let total_ms = voice.sent_ms();
        if total_ms > 0 {
            self.send(SessionEvent::AudioFinished { turn_id });
        }
        self.turn.handle_input(Input::AudioDone { turn_id, total_ms }, now);
    }

    pub(super) fn cancel_reply(&mut self) {
        self.answering.cancel();
        if let Some(voice) = &mut self.voice {
            voice.cancel();
        }
    }
}
