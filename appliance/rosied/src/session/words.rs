//! The words that a session hears: the one that calls, and what the recogniser makes of the rest.

use super::{
    Message,
    actor::Actor,
    recorder::Recorder,
    registry::House,
    waking::{OnWake, Waking},
};
use rosie_core::{
    Completeness, EndpointId, ErrorCode, Failure, Millis, TurnId,
    engine::{Detection, Transcript, WakeWord},
    record::Trigger,
    session::SessionEvent,
    turn::{Heard, Input},
    wake::after_wake_word,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::mpsc;

/// Listens for the wake words of an endpoint, once it is asked to; the session is told.
pub(super) fn waking(house: &House, endpoint: &EndpointId, to_session: mpsc::Sender<Message>) -> Waking {
    let warned = AtomicBool::new(false);
    let on_wake: OnWake = Arc::new(move |event: Result<(Detection, Millis), Failure>| match event {
        Ok((detection, audio)) => {
            let word = detection.word;
            let _ = to_session.try_send(Message::WakeHeard { word, audio });
        }
        // The part `wake` of the health says it all the time.
        Err(failure) if !warned.swap(true, Ordering::Relaxed) => {
            tracing::warn!(detail = %failure.detail, "no wake word can be heard");
        }
        Err(_) => {}
    });
    let settings = house.config().wake_word.settings(endpoint);
    Waking::new(house.engines().wake.clone(), settings, on_wake)
}

impl Actor {
    pub(super) fn on_wake_word(&mut self, word: WakeWord, audio: Millis) -> bool {
        let (before, now) = (self.turn.turn_id(), self.now());
        self.turn.handle_input(Input::Wake { audio }, now);
        let turn_id = self.turn.turn_id();
        // Muted, or listening already: it begins nothing.
        if turn_id != before {
            self.send(SessionEvent::WakeHeard {
                turn_id,
                word: word.name,
            });
            self.called_by = word.phrase;
        }
        true
    }

    /// What was asked, without the wake word that began it.
    fn asked(&self, text: String) -> String {
        match self.recorder.as_ref().map(Recorder::trigger) {
            Some(Trigger::WakeWord) => after_wake_word(&text, &self.called_by).to_owned(),
            _ => text,
        }
    }

    pub(super) fn on_transcript(&mut self, turn_id: TurnId, attempt: u32, result: Result<Transcript, Failure>) -> bool {
        let now = self.now();
        if self.transcriptions.remove(&attempt).is_none() {
            return true;
        }
        let result = match result {
            Ok(transcript) => {
                self.compute_ms = transcript.compute_ms;
                let text = self.asked(transcript.text);
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
