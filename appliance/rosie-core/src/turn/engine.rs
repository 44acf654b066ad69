//! The machine's frame: its state, the dispatch of inputs, starting and finishing turns, deadlines.

use super::{Input, Output, TurnConfig, listening::Listening, thinking::Reply};
use crate::{
    ErrorCode, Millis, TurnId,
    endpointer::{Endpointer, EndpointerEvent},
    record::{Outcome, Trigger},
    session::TurnState,
};
use std::collections::VecDeque;

/// Announcements that may wait; more push the oldest out.
const MAX_ANNOUNCEMENTS: usize = 8;
/// Ten seconds.
const KEPT_FRAMES: usize = 320;

pub(super) enum State {
    /// `ears` are pricked while hands-free.
    Idle {
        ears: Option<Endpointer>,
    },
    Listening(Listening),
    /// Waiting for the final transcript.
    Transcribing {
        attempt: u32,
        trigger: Trigger,
        deadline: Millis,
    },
    /// Answering and speaking overlap: sentences are spoken while the rest is made.
    Replying(Reply),
    FollowUp {
        ears: Endpointer,
        deadline: Millis,
    },
}

/// Something of Rosie's own that waits to be heard.
enum Announcement {
    Text(String),
    Sound(u64),
}

/// The turn of one session. See the module's page for the rules.
pub struct TurnEngine {
    pub(super) config: TurnConfig,
    pub(super) state: State,
    pub(super) turn_id: TurnId,
    pub(super) attempts: u32,
    pub(super) outputs: VecDeque<Output>,
    hands_free: bool,
    pub(super) called_by_name: bool,
    muted: bool,
    announcements: VecDeque<Announcement>,
    told_deadline: Option<Millis>,
    /// The frames of late: a wake word is told of after it was said, and what came meanwhile is listened to then.
    pub(super) frames: VecDeque<(f32, Millis, u64)>,
    /// Audio time at which the last utterance ended.
    pub(super) ended_at: Millis,
    /// In this turn only the wake word was said at first.
    pub(super) listened_on: bool,
    /// Audio time of the newest frame.
    pub(super) audio_now: Millis,
}

impl TurnEngine {
    /// Turn ids begin after `last_turn`.
    pub fn new(config: TurnConfig, last_turn: TurnId) -> Self {
        Self {
            config,
            state: State::Idle { ears: None },
            turn_id: last_turn,
            attempts: 0,
            outputs: VecDeque::new(),
            hands_free: false,
            called_by_name: false,
            muted: false,
            announcements: VecDeque::new(),
            told_deadline: None,
            frames: VecDeque::new(),
            ended_at: Millis(0),
            listened_on: false,
            audio_now: Millis(0),
        }
    }

    pub fn state(&self) -> TurnState {
        match &self.state {
            State::Idle { .. } => TurnState::Idle,
            State::Listening(_) => TurnState::Listening,
            State::Transcribing { .. } => TurnState::Thinking,
            State::Replying(reply) if reply.sounding => TurnState::Speaking,
            State::Replying(_) => TurnState::Thinking,
            State::FollowUp { .. } => TurnState::FollowUp,
        }
    }

    /// The turn in progress, or the last one.
    pub fn turn_id(&self) -> TurnId {
        self.turn_id
    }

    /// When `handle_timeout` is due; `None` in Idle.
    pub fn deadline(&self) -> Option<Millis> {
        match &self.state {
            State::Idle { .. } => None,
            State::Listening(listening) => Some(listening.deadline),
            State::Transcribing { deadline, .. } | State::FollowUp { deadline, .. } => Some(*deadline),
            State::Replying(reply) => Some(reply.deadline()),
        }
    }

    /// The next order, or `None` when there is nothing to do until the next input or timeout.
    pub fn poll_output(&mut self) -> Option<Output> {
        if let Some(output) = self.outputs.pop_front() {
            return Some(output);
        }
        let deadline = self.deadline();
        (deadline != self.told_deadline).then(|| {
            self.told_deadline = deadline;
            Output::Timeout(deadline)
        })
    }

    /// Takes one fact. `now` must not go back.
    pub fn handle_input(&mut self, input: Input, now: Millis) {
        match input {
            Input::Wake { audio } => self.on_wake(audio, now),
            Input::Press { audio } => self.on_press(audio, now),
            Input::Release { audio } => self.on_release(audio, now),
            Input::HandsFree(on) => self.on_hands_free(on),
            Input::CalledByName(on) => self.called_by_name = on,
            Input::Mute(on) => self.on_mute(on),
            Input::Text(text) => self.on_text(text, now),
            Input::Announce(text) => self.on_announce(Announcement::Text(text)),
            Input::AnnounceSound(sound) => self.on_announce(Announcement::Sound(sound)),
            Input::SpeechEnded { turn_id } if turn_id == self.turn_id => self.on_speech_ended(now),
            Input::Vad {
                probability,
                audio,
                frame_ms,
            } => self.on_vad(probability, audio, frame_ms, now),
            Input::Transcript {
                turn_id,
                attempt,
                result,
            } if turn_id == self.turn_id => {
                self.on_transcript(attempt, result, now);
            }
            Input::Sounds {
                turn_id,
                attempt,
                completeness,
            } if turn_id == self.turn_id => {
                self.on_sounds(attempt, completeness);
            }
            Input::Judged {
                turn_id,
                attempt,
                finished,
            } if turn_id == self.turn_id => self.on_judged(attempt, finished),
            Input::ReplyGrew { turn_id } if turn_id == self.turn_id => self.on_reply_grew(now),
            Input::ReplyDone { turn_id, result } if turn_id == self.turn_id => self.on_reply_done(result, now),
            Input::AudioSent { turn_id, total_ms } if turn_id == self.turn_id => self.on_audio(total_ms, false, now),
            Input::AudioDone { turn_id, total_ms } if turn_id == self.turn_id => self.on_audio(total_ms, true, now),
            Input::PlaybackFinished { turn_id } if turn_id == self.turn_id => self.on_playback_finished(now),
            Input::Cancel => self.end_turn(Outcome::Cancelled),
            // Stale: belongs to a turn that is over.
            Input::Transcript { .. }
            | Input::SpeechEnded { .. }
            | Input::Sounds { .. }
            | Input::Judged { .. }
            | Input::ReplyGrew { .. }
            | Input::ReplyDone { .. }
            | Input::AudioSent { .. }
            | Input::AudioDone { .. }
            | Input::PlaybackFinished { .. } => {}
        }
        self.announce_when_idle(now);
    }

    /// Call when the time of the last [`Output::Timeout`] has come; harmless when called early.
    pub fn handle_timeout(&mut self, now: Millis) {
        if self.deadline().is_none_or(|at| now < at) {
            return;
        }
        match &self.state {
            State::Idle { .. } => {}
            State::Listening(_) => self.listening_timed_out(now),
            State::Transcribing { attempt, .. } => {
                let attempt = *attempt;
                self.drop_attempts([attempt]);
                self.fail(ErrorCode::SttTimeout, now);
            }
            State::Replying(_) => self.reply_timed_out(now),
            State::FollowUp { .. } => self.go_idle(),
        }
        self.announce_when_idle(now);
    }

    fn on_wake(&mut self, audio: Millis, now: Millis) {
        if self.muted || matches!(self.state, State::Listening(_)) {
            return;
        }
        self.interrupt();
        self.listen(Trigger::WakeWord, audio, now);
        self.catch_up(audio, now);
    }

    fn on_text(&mut self, text: String, now: Millis) {
        self.interrupt();
        self.start_turn(Trigger::Text);
        self.answer(text, None, Trigger::Text, now);
    }

    fn on_announce(&mut self, what: Announcement) {
        if self.announcements.len() == MAX_ANNOUNCEMENTS {
            self.announcements.pop_front();
        }
        self.announcements.push_back(what);
    }

    fn announce_when_idle(&mut self, now: Millis) {
        if !matches!(self.state, State::Idle { .. }) {
            return;
        }
        if let Some(what) = self.announcements.pop_front() {
            let turn_id = self.start_turn(Trigger::Announcement);
            self.outputs.push_back(match what {
                Announcement::Text(text) => Output::Say { turn_id, text },
                Announcement::Sound(sound) => Output::Play { turn_id, sound },
            });
            self.replying(Trigger::Announcement, now);
            self.reply_text_is_whole();
        }
    }

    fn on_hands_free(&mut self, on: bool) {
        self.hands_free = on;
        if let State::Idle { ears } = &mut self.state {
            *ears = None;
            self.prick_ears();
        }
    }

    fn on_mute(&mut self, on: bool) {
        self.muted = on;
        if on && matches!(self.state, State::Listening(_) | State::FollowUp { .. }) {
            self.end_turn(Outcome::Cancelled);
        }
        if let State::Idle { .. } = self.state {
            self.go_idle();
        }
    }

    fn on_vad(&mut self, probability: f32, audio: Millis, frame_ms: u64, now: Millis) {
        self.audio_now = audio;
        if self.muted {
            return;
        }
        self.frames.push_back((probability, audio, frame_ms));
        self.frames.drain(..self.frames.len().saturating_sub(KEPT_FRAMES));
        self.take_frame(probability, audio, frame_ms, now);
    }

    fn take_frame(&mut self, probability: f32, audio: Millis, frame_ms: u64, now: Millis) {
        match &mut self.state {
            State::Listening(_) => self.listening_vad(probability, audio, frame_ms, now),
            State::Replying(_) => self.replying_vad(probability, audio, frame_ms, now),
            State::Transcribing { .. } => {}
            State::Idle { ears: None } => {}
            State::Idle { ears: Some(ears) } | State::FollowUp { ears, .. } => {
                match ears.push(probability, audio, frame_ms) {
                    Some(EndpointerEvent::SpeechStarted { from }) => {
                        let follow_up = matches!(self.state, State::FollowUp { .. });
                        let trigger = if follow_up { Trigger::FollowUp } else { Trigger::Speech };
                        self.listen_to_speech(trigger, from, audio, now);
                    }
                    // Ears that waited too long for a word are pricked anew.
                    Some(_) => *ears = Endpointer::new(self.config.endpointer.clone(), audio),
                    None => {}
                }
            }
        }
    }

    pub(super) fn start_turn(&mut self, trigger: Trigger) -> TurnId {
        self.turn_id = TurnId(self.turn_id.0 + 1);
        self.listened_on = false;
        self.outputs.push_back(Output::TurnStarted {
            turn_id: self.turn_id,
            trigger,
        });
        self.turn_id
    }

    pub(super) fn tell_state(&mut self) {
        self.outputs.push_back(Output::State {
            turn_id: self.turn_id,
            state: self.state(),
        });
    }

    /// Ends whatever is in progress because something newer begins.
    pub(super) fn interrupt(&mut self) {
        let outcome = match self.state() {
            TurnState::Speaking => Outcome::BargedIn,
            _ => Outcome::Cancelled,
        };
        self.end_turn(outcome);
    }

    /// Stops all work of the turn in progress and goes idle. Nothing to do in Idle.
    pub(super) fn end_turn(&mut self, outcome: Outcome) {
        let turn_id = self.turn_id;
        match &self.state {
            State::Idle { .. } => return,
            State::FollowUp { .. } => return self.go_idle(),
            State::Listening(listening) => {
                let attempts: Vec<u32> = listening.attempts().collect();
                self.drop_attempts(attempts);
            }
            State::Transcribing { attempt, .. } => {
                let attempt = *attempt;
                self.drop_attempts([attempt]);
            }
            State::Replying(_) => {
                self.outputs.push_back(Output::CancelReply { turn_id });
                self.outputs.push_back(Output::StopPlayback { turn_id });
            }
        }
        self.finish(outcome);
    }

    pub(super) fn drop_attempts(&mut self, attempts: impl IntoIterator<Item = u32>) {
        let turn_id = self.turn_id;
        self.outputs.extend(
            attempts
                .into_iter()
                .map(|attempt| Output::DropTranscription { turn_id, attempt }),
        );
    }

    /// The turn is over: tell how it went, go idle.
    pub(super) fn finish(&mut self, outcome: Outcome) {
        self.outputs.push_back(Output::TurnFinished {
            turn_id: self.turn_id,
            outcome,
        });
        self.go_idle();
    }

    pub(super) fn go_idle(&mut self) {
        let was_idle = matches!(self.state, State::Idle { .. });
        self.state = State::Idle { ears: None };
        self.prick_ears();
        if !was_idle {
            self.tell_state();
        }
    }

    pub(super) fn go_follow_up(&mut self, now: Millis) {
        if self.muted {
            return self.go_idle();
        }
        let ears = Endpointer::new(self.config.endpointer.clone(), self.audio_now);
        self.state = State::FollowUp {
            ears,
            deadline: now + self.config.follow_up_ms,
        };
        self.tell_state();
    }

    fn prick_ears(&mut self) {
        let pricked = self.hands_free && !self.muted;
        if let (State::Idle { ears }, true) = (&mut self.state, pricked) {
            *ears = Some(Endpointer::new(self.config.endpointer.clone(), self.audio_now));
        }
    }

    pub(super) fn muted(&self) -> bool {
        self.muted
    }
}
