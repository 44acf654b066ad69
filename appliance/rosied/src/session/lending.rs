//! Rooms on loan: what is said in them goes to somebody else's pipeline, and what comes back from it is the turn's transcript
//! and reply. The turn stays the session's: its microphone, its endpointer, its deadlines.

use super::{Message, Sessions, actor::Actor, voice::Voice};
use rosie_core::{
    AudioFrame, ErrorCode, Failure, Millis, RoomId, SampleRate, SessionId, TurnId,
    dialog::Tier,
    engine::SttPriority,
    lending::{BorrowerSink, FromBorrower, LentRoom, ToBorrower},
    record::TurnFact,
    session::SessionEvent,
    turn::{Heard, Input, ReplyEnd},
};
use rosie_hub::{RingingTimer, household::Reach};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak},
};
use tokio::sync::mpsc;

/// Sounds that may wait to be announced at an endpoint, as many as the turn engine holds.
const SOUNDS: usize = 8;

/// All rooms on loan.
#[derive(Default)]
pub struct Lent(RwLock<HashMap<RoomId, Arc<Loan>>>);

/// One room on loan.
pub struct Loan {
    sink: BorrowerSink,
    /// Whose turn is under way in it.
    taken: Mutex<Option<(SessionId, mpsc::Sender<Message>)>>,
}

impl Lent {
    fn of(&self, room: &RoomId) -> Option<Arc<Loan>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(room).cloned()
    }

    fn put(&self, room: RoomId, loan: Arc<Loan>) {
        let before = self
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(room, loan);
        if let Some(before) = before {
            before.lost();
        }
    }

    /// Unless somebody else has it by now.
    fn take_back(&self, room: &RoomId, loan: &Arc<Loan>) {
        let mut rooms = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if rooms.get(room).is_some_and(|held| Arc::ptr_eq(held, loan)) {
            rooms.remove(room);
        }
    }
}

impl Loan {
    fn taken(&self) -> MutexGuard<'_, Option<(SessionId, mpsc::Sender<Message>)>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// To the session whose turn is under way. A full queue is far behind; the turn's deadline speaks then.
    fn pass_on(&self, what: FromBorrower) {
        if let Some((_, messages)) = &*self.taken() {
            let _ = messages.try_send(Message::Borrower(what));
        }
    }

    fn lost(&self) {
        self.pass_on(FromBorrower::Failed {
            code: ErrorCode::HomeUnavailable,
            detail: "the pipeline that this room is lent to went away".to_owned(),
        });
    }
}

/// The borrower's hold on its room.
pub struct Borrowed {
    sessions: Weak<Sessions>,
    room: RoomId,
    loan: Arc<Loan>,
}

impl Sessions {
    pub fn lend(self: &Arc<Self>, room: RoomId, sink: BorrowerSink) -> Result<Box<dyn LentRoom>, Failure> {
        if !self.house.config().rooms.iter().any(|known| known.id == room.0) {
            return Err(Failure::new(
                ErrorCode::BadRequest,
                format!("there is no room \"{room}\""),
            ));
        }
        let loan = Arc::new(Loan {
            sink,
            taken: Mutex::default(),
        });
        self.house.lent.put(room.clone(), loan.clone());
        Ok(Box::new(Borrowed {
            sessions: Arc::downgrade(self),
            room,
            loan,
        }))
    }
}

impl LentRoom for Borrowed {
    fn tell(&self, what: FromBorrower) {
        let Some(sessions) = self.sessions.upgrade() else {
            return;
        };
        let here = Reach::Room(self.room.clone());
        match what {
            FromBorrower::Announce(sound) => {
                if sessions.sound(&here, &Arc::new(sound)) == 0 {
                    // Nobody is there, or nobody to be disturbed.
                    (self.loan.sink)(ToBorrower::Played);
                }
            }
            FromBorrower::Listen => {
                sessions.listen(&here);
            }
            FromBorrower::Mute(on) => {
                let endpoints = sessions.seats().into_iter().filter(|seat| seat.room == self.room);
                for seat in endpoints {
                    sessions.set_muted(&seat.endpoint, on);
                }
            }
            FromBorrower::TimerFinished { name, total_seconds } => {
                let language = sessions.house.languages().into_iter().next().unwrap_or_default();
                let done = RingingTimer::elsewhere(name, total_seconds, self.room.clone(), language);
                let sentence = sessions.house.dialog();
                let sentence = sentence.announcement(RingingTimer::INTENT, &done.result(), &done.language);
                sessions.announce(&done.endpoint, &self.room, &sentence, None);
            }
            turn => self.loan.pass_on(turn),
        }
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if let Some(sessions) = self.sessions.upgrade() {
            sessions.house.lent.take_back(&self.room, &self.loan);
        }
        self.loan.lost();
    }
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
    waiting: HashMap<u64, Arc<AudioFrame>>,
    last: u64,
}

impl Sounds {
    /// Keeps a sound; the oldest goes when there are too many.
    fn keep(&mut self, sound: Arc<AudioFrame>) -> u64 {
        self.last += 1;
        self.waiting.retain(|&number, _| number + (SOUNDS as u64) > self.last);
        self.waiting.insert(self.last, sound);
        self.last
    }
}

impl Actor {
    fn lent_now(&mut self, turn_id: TurnId) -> Option<&mut LentTurn> {
        self.lent.as_mut().filter(|lent| lent.turn_id == turn_id)
    }

    pub(super) fn is_lent(&self, turn_id: TurnId) -> bool {
        self.lent.as_ref().is_some_and(|lent| lent.turn_id == turn_id)
    }

    /// Somebody speaks: where the room is on loan, the turn is the pipeline's from here on.
    pub(super) fn lend_turn(&mut self, turn_id: TurnId) {
        let Some(loan) = self.house.lent.of(&self.shared.room()) else {
            return;
        };
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
        let speech_from = speech_from.max(self.turn_from);
        *taken = Some((place.session, self.shared.messages.clone()));
        drop(taken);
        (loan.sink)(ToBorrower::Begin);
        let now = self.now();
        if let Some(recorder) = &mut self.recorder {
            let reason = "this room is lent to another pipeline".to_owned();
            recorder.tier(Tier::Network, "wyoming".to_owned(), reason, now);
        }
        self.lent = Some(LentTurn {
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
        if let Some(lent) = self.lent.as_mut().filter(|lent| !lent.ended && lent.sent < to) {
            let samples = ears.slice(lent.sent, to);
            lent.sent = to;
            (lent.loan.sink)(ToBorrower::Audio(AudioFrame::mono(samples, SampleRate::HEARING)));
        }
    }

    pub(super) fn end_speech(&mut self) {
        self.send_speech();
        if let Some(lent) = self.lent.as_mut().filter(|lent| !lent.ended) {
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
        if let Some(lent) = self.lent.as_mut().filter(|lent| lent.attempt == Some(attempt)) {
            lent.attempt = None;
        }
    }

    fn give_words(&mut self) {
        let Some(lent) = &mut self.lent else { return };
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
        let Some(lent) = &mut self.lent else { return };
        lent.heard = Some(result);
        let turn_id = lent.turn_id;
        self.give_words();
        // It has heard the end, where Rosie has not.
        let now = self.now();
        self.turn.handle_input(Input::SpeechEnded { turn_id }, now);
    }

    pub(super) fn on_borrower(&mut self, what: FromBorrower) -> bool {
        let now = self.now();
        let Some(turn_id) = self.lent.as_ref().map(|lent| lent.turn_id) else {
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
        if let Some(lent) = &mut self.lent {
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
    pub(super) fn announce_sound(&mut self, sound: Arc<AudioFrame>) {
        let (number, now) = (self.sounds.keep(sound), self.now());
        self.turn.handle_input(Input::AnnounceSound(number), now);
    }

    pub(super) fn play(&mut self, turn_id: TurnId, sound: u64, now: Millis) {
        let Some(sound) = self.sounds.waiting.remove(&sound) else {
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
        self.plays_sound = true;
        self.voice_of(turn_id).play(frames, now);
        self.sound_is_whole(turn_id, now);
    }

    /// An announcement of a borrower's has sounded.
    pub(super) fn sounded(&self) {
        if let Some(loan) = self.house.lent.of(&self.shared.room()) {
            (loan.sink)(ToBorrower::Played);
        }
    }

    fn voice_of(&mut self, turn_id: TurnId) -> &mut Voice {
        let there = self.voice.take().filter(|voice| voice.turn_id() == turn_id);
        let voice = there.unwrap_or_else(|| self.new_voice(turn_id));
        self.voice.insert(voice)
    }
}
