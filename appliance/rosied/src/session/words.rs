//! The words that a session hears: the one that calls, and what the recogniser makes of the rest.

use super::{
    Message,
    actor::{Actor, Shared},
    registry::House,
    waking::{OnWake, WakeThere, Waking},
};
use rosie_core::{
    Completeness, ErrorCode, Failure, Millis, TurnId,
    arbiter::Hearing,
    audio::to_f32,
    engine::{Detection, SttPriority, Transcript, WakeSettings},
    record::Trigger,
    turn::{Heard, Input},
    wake::after_wake_word,
};
use rosie_hub::household::Happening;
use std::sync::{
    Arc, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::mpsc;

/// Listens for the wake words of an endpoint, once it is asked to; the session is told.
pub(super) fn waking(house: &House, settings: WakeSettings, to_session: mpsc::Sender<Message>) -> Waking {
    let warned = AtomicBool::new(false);
    let on_wake: OnWake = Arc::new(move |event: Result<(Detection, Millis), Failure>| match event {
        Ok((detection, audio)) => {
            let hearing = Hearing {
                score: Some(detection.score),
                ..Hearing::default()
            };
            let word = detection.word;
            let _ = to_session.try_send(Message::WakeHeard { word, audio, hearing });
        }
        // The part `wake` of the health says it all the time.
        Err(failure) if !warned.swap(true, Ordering::Relaxed) => {
            tracing::warn!(detail = %failure.detail, "no wake word can be heard");
        }
        Err(_) => {}
    });
    Waking::new(house.engines().wake.clone(), settings, on_wake)
}

impl Shared {
    pub(super) fn wake(&self) -> MutexGuard<'_, WakeThere> {
        self.wake.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How she listens for it there.
    pub(super) fn wake_settings(&self, house: &House) -> WakeSettings {
        let set = self.wake().set.clone();
        set.over(house.config().wake_word.settings(&self.spec.endpoint))
    }

    /// Listens from now on as it is set.
    pub(super) fn listen_as_set(&self, house: &House) {
        let settings = self.wake_settings(house);
        self.ears.use_wake_engine(house.engines().wake.clone(), settings);
    }
}

impl Actor {
    /// The endpoint says whether Rosie shall listen for the wake word there.
    pub(super) fn called_by_name(&self, on: bool) -> Input {
        let before = self.shared.wake().listens.replace(on);
        if before != Some(on) {
            self.house.happens(Happening::Endpoints);
        }
        Input::CalledByName(on)
    }

    /// Words that are likely to be said.
    pub(super) fn bias(&self) -> Arc<[String]> {
        let names = self.house.bias(&self.shared.room());
        match self.is_called() {
            true => names.iter().chain([&self.called_by.0]).cloned().collect(),
            false => names,
        }
    }

    pub(super) fn is_called(&self) -> bool {
        self.recorder
            .as_ref()
            .is_some_and(|recorder| recorder.trigger() == Trigger::WakeWord)
    }

    /// What was asked, without the wake word that began it; `None` where that was not said after all: somebody speaks, and to
    /// nobody here.
    fn asked(&mut self, text: String, priority: SttPriority) -> Option<String> {
        let (phrase, said_at) = &self.called_by;
        if !self.is_called() || self.begins_at > *said_at {
            return Some(text);
        }
        let asked = after_wake_word(&text, phrase);
        self.called |= asked.len() < text.len();
        let few = text.split_whitespace().count() <= phrase.split_whitespace().count() + 1;
        match (self.called, self.house.config().wake_word.confirm) {
            (true, _) => Some(asked.to_owned()),
            // The wake word alone is easily misread.
            (false, true) if few => Some(String::new()),
            (false, true) if priority != SttPriority::Partial => None,
            (false, _) => Some(text),
        }
    }

    /// Asks whether the person has finished, by how it was said; a pipeline that the room is lent to decides by itself.
    pub(super) fn judge(&self, turn_id: TurnId, attempt: u32, from: Millis, to: Millis) {
        let engines = self.house.engines();
        let Some(engine) = engines.turn_end.as_ref().filter(|_| !self.is_lent(turn_id)) else {
            return;
        };
        let messages = self.shared.messages.clone();
        let done = move |judged: Option<f32>| {
            if let Some(finished) = judged {
                // Lost where the queue is full: the silence ends the turn as without it.
                let _ = messages.try_send(Message::Judged {
                    turn_id,
                    attempt,
                    finished,
                });
            }
        };
        let audio = to_f32(&self.shared.ears.slice(from, to));
        engine.judge(audio.into(), Box::new(done));
    }

    pub(super) fn on_transcript(&mut self, turn_id: TurnId, attempt: u32, result: Result<Transcript, Failure>) -> bool {
        let now = self.now();
        let Some((priority, _)) = self.transcriptions.remove(&attempt) else {
            return true;
        };
        let result = match result {
            Ok(transcript) => {
                self.compute_ms = transcript.compute_ms;
                let Some(text) = self.asked(transcript.text, priority) else {
                    tracing::info!("something was taken for the wake word");
                    self.turn.handle_input(Input::Cancel, now);
                    return true;
                };
                // Only called so far.
                let completeness = match text.is_empty() {
                    true => Completeness::Dangling,
                    false => self.house.dialog().completeness(&text, &transcript.language),
                };
                let heard = Heard {
                    text,
                    language: transcript.language,
                };
                let heard = Input::Transcript {
                    turn_id,
                    attempt,
                    result: Ok(heard),
                };
                self.turn.handle_input(heard, now);
                self.drain();
                self.turn.handle_input(
                    Input::Sounds {
                        turn_id,
                        attempt,
                        completeness,
                    },
                    now,
                );
                return true;
            }
            Err(failure) => {
                if failure.code != ErrorCode::SttNoTextRecognized {
                    tracing::warn!(code = failure.code.as_str(), detail = %failure.detail, "transcription failed");
                }
                Err(failure.code)
            }
        };
        self.turn.handle_input(
            Input::Transcript {
                turn_id,
                attempt,
                result,
            },
            now,
        );
        true
    }
}
