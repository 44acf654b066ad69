//! What a person said, played to others in that person's own voice: a slice of what the ears keep anyhow, cut while its turn goes
//! on, and gone when it has sounded.

use super::{
    Message, Sessions,
    actor::{Actor, Shared},
};
use crate::config::BroadcastVoice;
use rosie_core::{AudioFrame, EndpointId, Millis, SampleRate, TurnId};
use rosie_hub::household::{Reach, Said};
use std::sync::{Arc, MutexGuard, PoisonError};

/// Pieces in which loudness is measured: 20 ms.
const PIECE: usize = 320;
/// So many of them stay at either end: a word begins and ends softly.
const MARGIN: usize = 5;
/// A piece that is so many times softer than the loudest one is silence.
const SOFTER: u64 = 12;
/// So is one whose mean level is below this, whatever the others are.
const FLOOR: u64 = 30;

/// Where the ears have what was said in a turn, as long as it goes on.
#[derive(Debug, Clone, Copy)]
pub struct Utterance {
    turn_id: TurnId,
    from: Millis,
    to: Millis,
}

impl Shared {
    pub(super) fn utterance(&self) -> MutexGuard<'_, Option<Utterance>> {
        self.utterance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sound of what was said in a turn; `None` where there is none.
    fn sound_of(&self, turn_id: TurnId) -> Option<AudioFrame> {
        let utterance = self.utterance().filter(|said| said.turn_id == turn_id)?;
        let samples = self.ears.slice(utterance.from, utterance.to);
        let samples = trimmed(&samples);
        (!samples.is_empty()).then(|| AudioFrame::mono(samples.to_vec(), SampleRate::HEARING))
    }
}

impl Actor {
    /// What was transcribed last is what this turn's answer is for.
    pub(super) fn keep_utterance(&mut self, turn_id: TurnId) {
        let (called, said_at) = (self.is_called(), self.called_by.1);
        let utterance = self.heard.take().map(|(from, to)| Utterance {
            turn_id,
            // Without the word that called.
            from: if called { from.max(said_at) } else { from },
            to,
        });
        *self.shared.utterance() = utterance;
    }
}

impl Sessions {
    /// Plays what was said in a turn at an endpoint; `text` is said where that cannot be heard.
    pub fn pass_on(&self, (endpoint, turn_id): (&EndpointId, TurnId), to: &Reach, text: &str) -> Said {
        let there = self.reached(&Reach::Endpoint(endpoint.clone()));
        let own = self.house.config().audio.broadcast_voice == BroadcastVoice::Own;
        let sound = there.iter().filter(|_| own).find_map(|shared| shared.sound_of(turn_id));
        let sound = sound.map(Arc::new);
        self.give(to, false, |shared| match &sound {
            Some(sound) if shared.spec.wants_audio => Message::AnnounceSound {
                sound: sound.clone(),
                lent: false,
            },
            _ => Message::Announce(text.to_owned()),
        })
    }
}

/// Without silence at both ends; nothing where all of it is silence.
fn trimmed(samples: &[i16]) -> &[i16] {
    let level = |piece: &[i16]| {
        let sum: u64 = piece.iter().map(|sample| u64::from(sample.unsigned_abs())).sum();
        sum / piece.len() as u64
    };
    let levels: Vec<u64> = samples.chunks(PIECE).map(level).collect();
    let loudest = levels.iter().copied().max().unwrap_or_default();
    let sounds = |level: &u64| *level >= FLOOR.max(loudest / SOFTER);
    let (Some(first), Some(last)) = (levels.iter().position(sounds), levels.iter().rposition(sounds)) else {
        return &[];
    };
    let from = first.saturating_sub(MARGIN) * PIECE;
    let to = ((last + 1 + MARGIN) * PIECE).min(samples.len());
    &samples[from..to]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_goes_at_both_ends_and_pauses_stay() {
        let level = |value: i16, pieces: usize| vec![value; pieces * PIECE];
        // A room is never quite silent.
        let said = [
            level(20, 50),
            level(4_000, 30),
            level(20, 40),
            level(-2_000, 10),
            level(20, 60),
        ]
        .concat();
        let (from, to) = ((50 - MARGIN) * PIECE, (130 + MARGIN) * PIECE);
        assert_eq!(trimmed(&said), &said[from..to]);
        let tight = level(4_000, 3);
        assert_eq!(trimmed(&tight), &tight[..]);
        assert!(trimmed(&level(20, 50)).is_empty() && trimmed(&[]).is_empty());
    }
}
