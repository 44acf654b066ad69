//! From what a session tells to what an endpoint hears.

use super::outbox::{Outbox, Sound};
use rosie_core::{
    TurnId,
    record::{StageTiming, Trigger},
    session::{EndReason, SessionEvent, TimerCount, TurnState as CoreState},
};
use rosie_proto::{AudioFormat, Codec, ServerMessage, StageMs, TurnState};

/// Puts an event into the outbox, audio into its own lane. Called from any thread; never blocks.
pub(crate) fn deliver(event: SessionEvent, output: AudioFormat, outbox: &Outbox) {
    match event {
        SessionEvent::PlaybackStarted { turn_id, rate, .. } => {
            // PCM says the rate it really has; Opus is always encoded at the agreed one.
            let rate = if output.codec == Codec::PcmS16le {
                rate
            } else {
                output.rate
            };
            outbox.sound(Sound::Start {
                turn: turn_id.0,
                format: AudioFormat { rate, ..output },
            });
        }
        SessionEvent::Audio { turn_id, frame } => outbox.samples(turn_id.0, frame.rate, frame.to_mono()),
        SessionEvent::AudioFinished { turn_id } => outbox.sound(Sound::End { turn: turn_id.0 }),
        SessionEvent::StopPlayback { turn_id } => {
            outbox.silence(turn_id.0);
            outbox.control(ServerMessage::StopPlayback { turn: turn_id.0 });
        }
        other => {
            if let Some(message) = message(other) {
                outbox.control(message);
            }
        }
    }
}

fn message(event: SessionEvent) -> Option<ServerMessage> {
    use ServerMessage as M;
    use SessionEvent as E;
    Some(match event {
        E::State {
            turn_id: TurnId(turn),
            state,
        } => M::State {
            turn,
            state: turn_state(state),
        },
        E::TurnStarted {
            turn_id: TurnId(turn),
            trigger,
        } => M::TurnStarted {
            turn,
            trigger: trigger_name(trigger),
        },
        E::AnsweredElsewhere {
            turn_id: TurnId(turn),
            by,
            why,
        } => M::AnsweredElsewhere {
            turn,
            by: by.0,
            reason: why,
        },
        E::SpeechStarted { turn_id: TurnId(turn) } => M::SpeechStarted { turn },
        E::EndOfSpeech {
            turn_id: TurnId(turn),
            reason,
        } => M::EndOfSpeech {
            turn,
            reason: reason_name(reason),
        },
        E::Partial {
            turn_id: TurnId(turn),
            text,
        } => M::Partial { turn, text },
        E::Transcript {
            turn_id: TurnId(turn),
            text,
            language,
        } => M::Transcript {
            turn,
            text,
            language: language.tag().to_owned(),
        },
        E::IntentMatched {
            turn_id: TurnId(turn),
            name,
        } => M::Intent { turn, name },
        E::ReplyDelta {
            turn_id: TurnId(turn),
            text,
        } => M::ReplyDelta { turn, text },
        E::ReplyFinished {
            turn_id: TurnId(turn),
            text,
        } => M::Reply { turn, text },
        E::TurnFinished {
            turn_id: TurnId(turn),
            outcome,
            stages,
        } => M::Timings {
            turn,
            outcome: outcome.as_str().to_owned(),
            stages: stages.iter().map(stage_ms).collect(),
        },
        E::Failed {
            turn_id,
            code,
            sentence,
            detail,
        } => M::Error {
            turn: turn_id.map(|turn| turn.0),
            code: code.as_str().to_owned(),
            sentence,
            detail,
        },
        E::Volume { percent } => M::Volume { percent },
        E::Brightness { percent } => M::Brightness { percent },
        E::Muted { on } => M::Muted { on },
        E::TimerRinging { id, name } => M::TimerRinging { id, name },
        E::TimerStopped { id } => M::TimerStopped { id },
        E::PlaybackStarted { .. }
        | E::Audio { .. }
        // `turn_started` says what began it.
        | E::WakeHeard { .. }
        | E::AudioFinished { .. }
        | E::StopPlayback { .. } => return None,
        E::TimerCounts { id, how } => timer(id, how),
    })
}

fn timer(id: u64, how: TimerCount) -> ServerMessage {
    let (name, seconds_left, active) = match how {
        TimerCount::Begun { name, seconds } => (name, seconds, true),
        TimerCount::Changed { seconds_left, active } => (None, seconds_left, active),
        TimerCount::Cancelled => return ServerMessage::TimerCancelled { id },
    };
    ServerMessage::TimerCounts {
        id,
        name,
        seconds_left,
        active,
    }
}

fn stage_ms(timing: &StageTiming) -> StageMs {
    StageMs {
        stage: timing.stage.as_str().to_owned(),
        ms: timing.duration_ms,
    }
}

fn turn_state(state: CoreState) -> TurnState {
    match state {
        CoreState::Idle => TurnState::Idle,
        CoreState::Listening => TurnState::Listening,
        CoreState::Thinking => TurnState::Thinking,
        CoreState::Speaking => TurnState::Speaking,
        CoreState::FollowUp => TurnState::FollowUp,
    }
}

fn trigger_name(trigger: Trigger) -> String {
    match trigger {
        Trigger::WakeWord => "wake_word",
        Trigger::PushToTalk => "push_to_talk",
        Trigger::Speech => "speech",
        Trigger::Text => "text",
        Trigger::FollowUp => "follow_up",
        Trigger::Announcement => "announcement",
    }
    .to_owned()
}

fn reason_name(reason: EndReason) -> String {
    match reason {
        EndReason::Silence => "silence",
        EndReason::Released => "released",
        EndReason::MaxLength => "max_length",
        EndReason::NoSpeech => "no_speech",
    }
    .to_owned()
}
