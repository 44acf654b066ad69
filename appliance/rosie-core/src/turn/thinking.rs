//! Thinking and speaking: the reply from its first word to the last sample that sounds.

use super::{Output, ReplyEnd, TurnEngine, engine::State};
use crate::{
    ErrorCode, Language, Millis,
    record::{Outcome, Trigger},
};

/// A reply under way.
pub(super) struct Reply {
    pub trigger: Trigger,
    /// Audio has been sent to the endpoint.
    pub sounding: bool,
    outcome: Outcome,
    follow_up: bool,
    /// The text is whole (or failed): no more sentences come.
    text_done: bool,
    /// All audio was sent.
    audio_done: bool,
    first_audio_at: Option<Millis>,
    total_ms: u64,
    /// Next sign of life expected before this.
    stall_at: Millis,
    /// The reply must be made by then.
    made_by: Millis,
    playback_grace_ms: u64,
    /// Audio time where speech over the reply began.
    speech_over: Option<Millis>,
}

impl Reply {
    pub fn deadline(&self) -> Millis {
        match self.first_audio_at {
            // Nothing but the endpoint's word is missing: audio cannot sound longer than it is.
            Some(at) if self.audio_done => at + self.total_ms + self.playback_grace_ms,
            _ => self.stall_at.min(self.made_by),
        }
    }
}

impl TurnEngine {
    pub(super) fn answer(&mut self, text: String, language: Option<Language>, trigger: Trigger, now: Millis) {
        self.outputs.push_back(Output::Answer {
            turn_id: self.turn_id,
            text,
            language,
        });
        self.replying(trigger, now);
    }

    pub(super) fn replying(&mut self, trigger: Trigger, now: Millis) {
        let was_thinking = matches!(self.state, State::Transcribing { .. });
        self.state = State::Replying(Reply {
            trigger,
            sounding: false,
            outcome: Outcome::Answered,
            follow_up: false,
            text_done: false,
            audio_done: false,
            first_audio_at: None,
            total_ms: 0,
            stall_at: now + self.config.reply_stall_ms,
            made_by: now + self.config.reply_deadline_ms,
            playback_grace_ms: self.config.playback_grace_ms,
            speech_over: None,
        });
        if !was_thinking {
            self.tell_state();
        }
    }

    /// Says the failure's sentence, where somebody waits for one.
    pub(super) fn fail(&mut self, code: ErrorCode, now: Millis) {
        let turn_id = self.turn_id;
        let trigger = match &self.state {
            State::Transcribing { trigger, .. } => *trigger,
            State::Replying(reply) => reply.trigger,
            State::Listening(listening) => listening.trigger,
            State::Idle { .. } | State::FollowUp { .. } => return,
        };
        let nothing_said = code == ErrorCode::SttNoTextRecognized;
        // Nobody addressed Rosie for certain: noise must not make her talk.
        if nothing_said && matches!(trigger, Trigger::Speech | Trigger::FollowUp | Trigger::WakeWord) {
            return self.finish(Outcome::NoSpeech);
        }
        self.outputs.push_back(Output::SayFailure { turn_id, code });
        self.replying(trigger, now);
        self.reply_failed(if nothing_said {
            Outcome::NoSpeech
        } else {
            Outcome::Failed
        });
    }

    fn reply_failed(&mut self, outcome: Outcome) {
        if let State::Replying(reply) = &mut self.state {
            reply.outcome = outcome;
            reply.text_done = true;
        }
    }

    pub(super) fn reply_text_is_whole(&mut self) {
        if let State::Replying(reply) = &mut self.state {
            reply.text_done = true;
        }
    }

    pub(super) fn on_reply_grew(&mut self, now: Millis) {
        let stall = self.config.reply_stall_ms;
        if let State::Replying(reply) = &mut self.state {
            reply.stall_at = now + stall;
        }
    }

    pub(super) fn on_reply_done(&mut self, result: Result<ReplyEnd, ErrorCode>, now: Millis) {
        self.on_reply_grew(now);
        let turn_id = self.turn_id;
        let State::Replying(reply) = &mut self.state else {
            return;
        };
        if reply.text_done {
            return;
        }
        reply.text_done = true;
        match result {
            Ok(end) if end.silent => {
                self.outputs.push_back(Output::StopPlayback { turn_id });
                self.finish(Outcome::Answered);
            }
            Ok(end) => reply.follow_up = end.follow_up,
            // What was said so far stays; the failure's sentence follows it.
            Err(code) => {
                reply.outcome = Outcome::Failed;
                self.outputs.push_back(Output::SayFailure { turn_id, code });
            }
        }
    }

    pub(super) fn on_audio(&mut self, total_ms: u64, done: bool, now: Millis) {
        self.on_reply_grew(now);
        let State::Replying(reply) = &mut self.state else {
            return;
        };
        reply.total_ms = total_ms;
        reply.audio_done |= done;
        if done && total_ms == 0 {
            // A reply without sound (a screen only, or nothing to say) is over when it is made.
            return self.reply_over(now);
        }
        let first = reply.first_audio_at.is_none();
        reply.first_audio_at.get_or_insert(now);
        reply.sounding = true;
        if first {
            self.tell_state();
        }
    }

    pub(super) fn on_playback_finished(&mut self, now: Millis) {
        if matches!(&self.state, State::Replying(reply) if reply.audio_done) {
            self.reply_over(now);
        }
    }

    fn reply_over(&mut self, now: Millis) {
        let State::Replying(reply) = &self.state else { return };
        let (outcome, follow_up) = (reply.outcome, reply.follow_up && reply.outcome == Outcome::Answered);
        if follow_up {
            self.outputs.push_back(Output::TurnFinished {
                turn_id: self.turn_id,
                outcome,
            });
            self.go_follow_up(now);
        } else {
            self.finish(outcome);
        }
    }

    /// Speech over the reply: long and sure enough, it stops the reply and becomes the next utterance.
    pub(super) fn replying_vad(&mut self, probability: f32, audio: Millis, frame_ms: u64, now: Millis) {
        let (threshold, needed) = (self.config.barge_in_threshold, self.config.barge_in_ms);
        let State::Replying(reply) = &mut self.state else {
            return;
        };
        if needed == 0 || !reply.sounding || self.called_by_name {
            return;
        }
        if probability < threshold {
            reply.speech_over = None;
            return;
        }
        let from = *reply.speech_over.get_or_insert(audio - frame_ms);
        if audio.since(from) >= needed {
            self.interrupt();
            self.listen_to_speech(Trigger::Speech, from, audio, now);
        }
    }

    pub(super) fn reply_timed_out(&mut self, now: Millis) {
        let turn_id = self.turn_id;
        let State::Replying(reply) = &mut self.state else {
            return;
        };
        // The endpoint never said that it finished, but it must have.
        if reply.audio_done && reply.first_audio_at.is_some() {
            return self.reply_over(now);
        }
        self.outputs.push_back(Output::CancelReply { turn_id });
        if reply.text_done {
            // Text, but no sound came of it: nothing can be said about that either.
            self.outputs.push_back(Output::StopPlayback { turn_id });
            self.finish(Outcome::Failed);
        } else {
            self.fail(ErrorCode::TurnTimeout, now);
        }
    }
}
