//! A turn that the pipeline answers to which its room is lent: what is said goes there, and what comes back is the turn's
//! transcript and reply. The turn stays the session's: its microphone, its endpointer, its deadlines.

use super::{actor::Actor, lending::Loan, voice::Voice};
use rosie_core::{
    AudioFrame, ErrorCode, Millis, SampleRate, TurnId,
    dialog::Tier,
    engine::SttPriority,
    lending::{FromBorrower, ToBorrower},
    record::TurnFact,
    session::SessionEvent,
    turn::{Heard, Input, ReplyEnd},
};
use std::{collections::HashMap, sync::Arc};

/// Sounds that may wait to be announced at an endpoint, as many as the turn engine holds.
const SOUNDS: usize = 8;

/// What a session has to do with those who borrow its room.
#[derive(Default)]
pub(super) struct Lending {
    /// The turn, where a pipeline answers it.
    pub turn: Option<LentTurn>,
    sounds: Sounds,
    /// The turn sounds one of the pipeline's.
    plays: bool,
    /// Audio time before which nothing belongs to the turn.
    pub from: Millis,
}

/// A turn that the pipeline answers.
pub(super) struct LentTurn {
    loan: Arc<Loan>,
    turn_id: TurnId,
    /// Audio time up to which it was sent.
    sent: Millis,
    /// All of the utterance was sent.
    ended: bool,
    /// The attempt that waits for its words.
    attempt: Option<u32>,
    /// They came before anybody waited for them.
    heard: Option<Result<String, ErrorCode>>,
    /// Its whole reply is there.
    replied: bool,
}

impl Drop for LentTurn {
    fn drop(&mut self) {
        *self.loan.taken() = None;
        (self.loan.sink)(match self.replied {
            true => ToBorrower::Played,
            false => ToBorrower::Cancel,
        });
    }
}

/// Sounds that wait until they may be announced.
#[derive(Default)]
pub(super) struct Sounds {
    /// With whether it is the pipeline's.
    waiting: HashMap<u64, (Arc<AudioFrame>, bool)>,
    last: u64,
}

impl Sounds {
    /// Keeps a sound; the oldest goes when there are too many.
    fn keep(&mut self, sound: Arc<AudioFrame>, lent: bool) -> u64 {
        self.last += 1;
        self.waiting.retain(|&number, _| number + (SOUNDS as u64) > self.last);
        self.waiting.insert(self.last, (sound, lent));
        self.last
    }
}

impl Actor {
    fn lent_now(&mut self, turn_id: TurnId) -> Option<&mut LentTurn> {
        self.lending.turn.as_mut().filter(|lent| lent.turn_id == turn_id)
    }

    pub(super) fn is_lent(&self, turn_id: TurnId) -> bool {
        self.lending.turn.as_ref().is_some_and(|lent| lent.turn_id == turn_id)
    }

    /// Somebody speaks: where the room is on loan, the turn is the pipeline's from here on.
    pub(super) fn lend_turn(&mut self, turn_id: TurnId) {
        let Some(loan) = self.house.lent.of(&self.shared.room()) else {
            return;
        };
        if !self.may_answer(turn_id) {
            return;
        }
        let place = self.shared.place();
        let mut taken = loan.taken();
        if taken.is_some() {
            // The same words, heard twice, must not be done twice.
            drop(taken);
            let language = self.recorder.as_ref().map(|r| r.language().clone()).unwrap_or_default();
            let (code, detail) = (
                ErrorCode::Busy,
                "another endpoint of this room is being heard".to_owned(),
            );
            let sentence = code.spoken(&language).to_owned();
            self.send(SessionEvent::Failed {
                turn_id: Some(turn_id),
                code,
                sentence,
                detail,
            });
            let now = self.now();
            return self.turn.handle_input(Input::Cancel, now);
        }
        let turn = self.house.config().turn();
        let speech_from = self.audio_now - turn.pre_roll_ms - turn.barge_in_ms.max(turn.endpointer.min_speech_ms);
        // Nothing of what was said before the button.
        let speech_from = speech_from.max(self.lending.from);
        *taken = Some((place.session, self.shared.messages.clone()));
        drop(taken);
        (loan.sink)(ToBorrower::Begin);
        let now = self.now();
        if let Some(recorder) = &mut self.recorder {
            let reason = "this room is lent to another pipeline".to_owned();
            recorder.tier(Tier::Network, "wyoming".to_owned(), reason, now);
        }
        self.lending.turn = Some(LentTurn {
            loan,
            turn_id,
            sent: speech_from,
            ended: false,
            attempt: None,
            heard: None,
            replied: false,
        });
        self.send_speech();
    }

    /// What was said since the last time.
    pub(super) fn send_speech(&mut self) {
        let (ears, to) = (self.shared.ears.clone(), self.audio_now);
        if let Some(lent) = self.lending.turn.as_mut().filter(|lent| !lent.ended && lent.sent < to) {
            let samples = ears.slice(lent.sent, to);
            lent.sent = to;
            (lent.loan.sink)(ToBorrower::Audio(AudioFrame::mono(samples, SampleRate::HEARING)));
        }
    }

    pub(super) fn end_speech(&mut self) {
        self.send_speech();
        if let Some(lent) = self.lending.turn.as_mut().filter(|lent| !lent.ended) {
            lent.ended = true;
            (lent.loan.sink)(ToBorrower::End);
        }
    }

    /// The words are wanted; they come from the pipeline, whenever it has them.
    pub(super) fn await_words(&mut self, turn_id: TurnId, attempt: u32, priority: SttPriority) {
        // It tells no parts of them.
        if priority == SttPriority::Partial {
            return;
        }
        let Some(lent) = self.lent_now(turn_id) else { return };
        lent.attempt = Some(attempt);
        self.give_words();
    }

    pub(super) fn words_unwanted(&mut self, attempt: u32) {
        if let Some(lent) = self.lending.turn.as_mut().filter(|lent| lent.attempt == Some(attempt)) {
            lent.attempt = None;
        }
    }

    fn give_words(&mut self) {
        let Some(lent) = &mut self.lending.turn else { return };
        let (Some(attempt), Some(result)) = (lent.attempt, lent.heard.clone()) else {
            return;
        };
        let turn_id = lent.turn_id;
        lent.attempt = None;
        let language = self.recorder.as_ref().map(|r| r.language().clone()).unwrap_or_default();
        let result = result.map(|text| Heard { text, language });
        let now = self.now();
        self.turn.handle_input(
            Input::Transcript {
                turn_id,
                attempt,
                result,
            },
            now,
        );
    }

    fn words(&mut self, result: Result<String, ErrorCode>) {
        let Some(lent) = &mut self.lending.turn else { return };
        lent.heard = Some(result);
        let turn_id = lent.turn_id;
        self.give_words();
        // It has heard the end, where Rosie has not.
        let now = self.now();
        self.turn.handle_input(Input::SpeechEnded { turn_id }, now);
    }

    pub(super) fn on_borrower(&mut self, what: FromBorrower) -> bool {
        let now = self.now();
        let Some(turn_id) = self.lending.turn.as_ref().map(|lent| lent.turn_id) else {
            return true;
        };
        match what {
            FromBorrower::SpeechEnded => self.turn.handle_input(Input::SpeechEnded { turn_id }, now),
            FromBorrower::Transcript(text) => self.words(Ok(text)),
            FromBorrower::Reply(text) => self.show_reply(turn_id, text, now),
            FromBorrower::Audio(frame) => {
                self.turn.handle_input(Input::ReplyGrew { turn_id }, now);
                if self.shared.spec.wants_audio {
                    self.voice_of(turn_id).play([frame], now);
                }
            }
            FromBorrower::AudioDone => self.reply_sent(turn_id, now),
            FromBorrower::Failed { code, detail } => self.borrower_failed(turn_id, code, detail, now),
            FromBorrower::Dropped => self.turn.handle_input(Input::Cancel, now),
            // Not of a turn: done by the one who lends.
            FromBorrower::Announce(_)
            | FromBorrower::Listen
            | FromBorrower::Mute(_)
            | FromBorrower::TimerFinished { .. } => {}
        }
        true
    }

    fn show_reply(&mut self, turn_id: TurnId, text: String, now: Millis) {
        if let Some(recorder) = &mut self.recorder {
            recorder.reply_grew(now);
            recorder.reply_done(&text, now);
        }
        self.turn.handle_input(Input::ReplyGrew { turn_id }, now);
        self.reply.text.clone_from(&text);
        self.last_reply.clone_from(&text);
        self.send(SessionEvent::ReplyDelta {
            turn_id,
            text: text.clone(),
        });
        self.send(SessionEvent::ReplyFinished { turn_id, text });
    }

    fn reply_sent(&mut self, turn_id: TurnId, now: Millis) {
        if let Some(lent) = &mut self.lending.turn {
            lent.replied = true;
        }
        let result = Ok(ReplyEnd::default());
        self.turn.handle_input(Input::ReplyDone { turn_id, result }, now);
        self.sound_is_whole(turn_id, now);
    }

    /// No more sound comes for the turn.
    fn sound_is_whole(&mut self, turn_id: TurnId, now: Millis) {
        match self.voice.as_mut().filter(|voice| voice.turn_id() == turn_id) {
            Some(voice) => voice.text_done(),
            None => return self.turn.handle_input(Input::AudioDone { turn_id, total_ms: 0 }, now),
        }
        self.pump_voice(now);
    }

    fn borrower_failed(&mut self, turn_id: TurnId, code: ErrorCode, detail: String, now: Millis) {
        if let Some(recorder) = &mut self.recorder {
            recorder.fact(TurnFact::Failed { code, detail }, now);
        }
        self.words(Err(code));
        self.turn.handle_input(
            Input::ReplyDone {
                turn_id,
                result: Err(code),
            },
            now,
        );
    }

    /// Keeps a sound until the turn engine has time for it.
    pub(super) fn announce_sound(&mut self, sound: Arc<AudioFrame>, lent: bool) -> bool {
        let (number, now) = (self.lending.sounds.keep(sound, lent), self.now());
        self.turn.handle_input(Input::AnnounceSound(number), now);
        true
    }

    pub(super) fn play(&mut self, turn_id: TurnId, sound: u64, now: Millis) {
        let Some((sound, lent)) = self.lending.sounds.waiting.remove(&sound) else {
            return self.turn.handle_input(Input::AudioDone { turn_id, total_ms: 0 }, now);
        };
        // In pieces of a second: what is not wanted any more is not sent.
        let piece = (sound.rate.0 as usize * usize::from(sound.channels.max(1))).max(1);
        let (rate, channels) = (sound.rate, sound.channels);
        let frames = sound.samples.chunks(piece).map(|samples| AudioFrame {
            samples: samples.to_vec(),
            rate,
            channels,
        });
        self.lending.plays |= lent;
        self.voice_of(turn_id).play(frames, now);
        self.sound_is_whole(turn_id, now);
    }

    /// The turn is over: who borrowed the room is told how far it came.
    pub(super) fn end_lending(&mut self) {
        self.lending.turn = None;
        if std::mem::take(&mut self.lending.plays)
            && let Some(loan) = self.house.lent.of(&self.shared.room())
        {
            (loan.sink)(ToBorrower::Played);
        }
    }

    fn voice_of(&mut self, turn_id: TurnId) -> &mut Voice {
        let there = self.voice.take().filter(|voice| voice.turn_id() == turn_id);
        let voice = there.unwrap_or_else(|| self.new_voice(turn_id));
        self.voice.insert(voice)
    }
}
