//! What microphone, button and loudspeaker say to their session, sorted: what is done here, and what the server is told.

use super::seat::{OWN, Seat};
use rosie_core::{
    Failure, SessionId,
    arbiter::Hearing,
    engine::WakeWord,
    session::{SessionInput, SessionOpened, SessionPort},
};
use rosie_proto::ClientMessage;
use std::sync::Arc;

/// The wake word was heard here.
pub fn wake_heard(word: WakeWord, ago_ms: u64, hearing: Hearing) -> ClientMessage {
    ClientMessage::WakeHeard {
        word: word.name,
        phrase: word.phrase,
        ago_ms,
        score: hearing.score,
        level_db: hearing.level_db,
        noise_db: hearing.noise_db,
    }
}

/// The hold of microphone and loudspeaker on it; with it the line to the server ends.
pub struct Port(Arc<Seat>);

impl Port {
    pub fn new(seat: Arc<Seat>) -> Self {
        Self(seat)
    }
}

impl SessionPort for Port {
    fn opened(&self) -> SessionOpened {
        let Seat { parts, spec, .. } = &*self.0;
        SessionOpened {
            session: SessionId("satellite".to_owned()),
            room: spec.room.clone().unwrap_or_else(|| "".into()),
            language: parts.language(),
            resume_token: String::new(),
            resumed: false,
            volume_percent: parts.config.audio.volume_percent,
            brightness_percent: 100,
        }
    }

    fn input(&self, input: SessionInput) -> Result<(), Failure> {
        let seat = &self.0;
        let message = match input {
            SessionInput::Audio(frame) => return seat.hear(&frame),
            SessionInput::PushToTalk { pressed } => {
                seat.press(pressed);
                return Ok(());
            }
            SessionInput::WakeWord(on) => {
                seat.listen_for_wake_word(on);
                return Ok(());
            }
            SessionInput::InterruptedBySpeech(on) => {
                seat.interrupts(on);
                return Ok(());
            }
            // Its own; the line takes leave when it ends.
            SessionInput::PlaybackFinished { turn_id: OWN } | SessionInput::Bye => return Ok(()),
            SessionInput::PlaybackFinished { turn_id } => ClientMessage::PlaybackFinished { turn: turn_id.0 },
            SessionInput::Mute(on) => {
                seat.mute(on);
                ClientMessage::Mute { on }
            }
            SessionInput::Cancel => {
                seat.stop();
                ClientMessage::Cancel
            }
            SessionInput::HandsFree(on) => ClientMessage::HandsFree { on },
            SessionInput::Text(text) => ClientMessage::Text { text },
            SessionInput::SetLanguage(language) => ClientMessage::Language {
                language: language.map(|language| language.tag().to_owned()),
            },
            SessionInput::WakeHeard { word, ago_ms, hearing } => wake_heard(word, ago_ms, hearing),
        };
        seat.say(message);
        Ok(())
    }
}
