//! The endpoint's hold on its session.

use super::{Message, actor::Shared};
use rosie_core::{
    Failure,
    session::{SessionInput, SessionOpened, SessionPort},
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

pub struct Port {
    shared: Arc<Shared>,
    opened: SessionOpened,
    /// Which connection this is: an old one that goes away late must not detach its successor.
    connection: u64,
}

static CONNECTIONS: AtomicU64 = AtomicU64::new(1);

impl Port {
    pub fn attach(shared: Arc<Shared>, opened: SessionOpened) -> Self {
        let connection = CONNECTIONS.fetch_add(1, Ordering::Relaxed);
        shared.connection.store(connection, Ordering::Release);
        Self {
            shared,
            opened,
            connection,
        }
    }
}

impl SessionPort for Port {
    fn opened(&self) -> SessionOpened {
        self.opened.clone()
    }

    fn input(&self, input: SessionInput) -> Result<(), Failure> {
        let ears = &self.shared.ears;
        let message = match input {
            SessionInput::Audio(frame) => return ears.hear(&frame),
            SessionInput::PushToTalk { pressed: true } => Message::Press { audio: ears.now() },
            SessionInput::PushToTalk { pressed: false } => Message::Release { audio: ears.now() },
            SessionInput::HandsFree(on) => Message::HandsFree(on),
            SessionInput::WakeWord(on) => {
                ears.listen_for_wake_word(on);
                Message::CalledByName(on)
            }
            SessionInput::WakeHeard { word, ago_ms, hearing } => Message::WakeHeard {
                word,
                audio: ears.now() - ago_ms,
                hearing,
            },
            SessionInput::InterruptedBySpeech(on) => Message::InterruptedBySpeech(on),
            SessionInput::Text(text) => Message::Text(text),
            SessionInput::Cancel => Message::Cancel,
            SessionInput::PlaybackFinished { turn_id } => Message::PlaybackFinished { turn_id },
            SessionInput::Mute(on) => return self.shared.mute(on),
            SessionInput::SetLanguage(language) => Message::Language(language),
            SessionInput::Bye => Message::End,
        };
        self.shared.tell(message)
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        if self.shared.connection.load(Ordering::Acquire) == self.connection {
            self.shared.outlet.detach();
            let _ = self.shared.messages.try_send(Message::Detached);
        }
    }
}
