//! From what the server's messages say to what the microphone, the loudspeaker and the LEDs are told.

use rosie_core::{
    ErrorCode, TurnId,
    session::{SessionEvent, TurnState},
};
use rosie_proto::{ServerMessage, TurnState as OnTheWire};

pub fn state(state: OnTheWire) -> TurnState {
    match state {
        OnTheWire::Idle => TurnState::Idle,
        OnTheWire::Listening => TurnState::Listening,
        OnTheWire::Thinking => TurnState::Thinking,
        OnTheWire::Speaking => TurnState::Speaking,
        OnTheWire::FollowUp => TurnState::FollowUp,
    }
}

/// `None`: nothing here shows or sounds it.
pub fn event(message: ServerMessage) -> Option<SessionEvent> {
    use ServerMessage as M;
    use SessionEvent as E;
    Some(match message {
        M::State { turn, state: told } => E::State {
            turn_id: TurnId(turn),
            state: state(told),
        },
        M::AudioStart { turn, format, .. } => E::PlaybackStarted {
            turn_id: TurnId(turn),
            rate: format.rate,
            channels: format.channels,
        },
        M::AudioEnd { turn } => E::AudioFinished { turn_id: TurnId(turn) },
        M::StopPlayback { turn } => E::StopPlayback { turn_id: TurnId(turn) },
        M::Error {
            turn,
            code,
            sentence,
            detail,
        } => E::Failed {
            turn_id: turn.map(TurnId),
            code: code_of(&code),
            sentence,
            detail,
        },
        M::Volume { percent } => E::Volume { percent },
        M::Muted { on } => E::Muted { on },
        M::TimerRinging { id, name } => E::TimerRinging { id, name },
        M::TimerStopped { id } => E::TimerStopped { id },
        _ => return None,
    })
}

/// A newer server may have codes that are not known here.
fn code_of(code: &str) -> ErrorCode {
    let mut known = ErrorCode::ALL.iter();
    *known
        .find(|known| known.as_str() == code)
        .unwrap_or(&ErrorCode::Internal)
}
