//! Which endpoint answers where several heard the same wake word: claims in, rulings out, time passed in.
//!
//! The first that claims goes on without waiting. One that hears clearly better takes over while the window is open and nobody was
//! answered yet. All others stand by until the window closes, silently, so that one of them goes on where the one that has the turn
//! vanishes; then they go dark.

mod hearing;
mod round;

pub use hearing::{Hearing, LOOKED_AT_MS};

use crate::{EndpointId, Millis, RoomId, SessionId};
use round::Round;

/// A claim that comes later than this is of a call of its own: endpoints tell of no older word.
const KEPT_MS: u64 = 6_000;

/// An endpoint heard the wake word.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    pub session: SessionId,
    pub endpoint: EndpointId,
    /// Compared only with claims of the same: a room out of earshot of the others. `None`: the rest of the house.
    pub within: Option<RoomId>,
    /// When the word had been said, as far as this is known.
    pub said_at: Millis,
    pub hearing: Hearing,
    pub standing: Standing,
}

/// What an endpoint does when it hears the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    #[default]
    Free,
    /// It is in a turn already: who interrupts it is often meant by nobody else, and hard to hear over its own voice.
    Busy,
    /// It listens because its button was pressed, and never loses.
    Pressed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// The turn is yours.
    GoOn,
    /// The turn stays yours.
    Keep,
    /// Show nothing, keep what is heard, and ask again then.
    StandBy { until: Millis },
    /// Another answers: begin nothing.
    GoDark { by: EndpointId },
    /// Another takes over: end the turn that was begun, silently.
    Yield { to: EndpointId },
}

/// What one of them has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    pub to: SessionId,
    pub order: Order,
    /// `heard by kitchen and hall; kitchen was louder by 9 dB`. Empty where only one heard it.
    pub why: String,
}

/// All calls of the house.
#[derive(Debug, Default)]
pub struct Arbiter {
    rounds: Vec<Round>,
}

impl Arbiter {
    /// Somebody claims a turn. The first ruling is theirs.
    pub fn claim(&mut self, claim: Claim, window_ms: u64, now: Millis) -> Vec<Ruling> {
        self.rounds.retain(|round| round.is_needed(now));
        match self
            .rounds
            .iter()
            .position(|round| round.is_same_call(&claim, window_ms))
        {
            Some(at) => self.rounds[at].join(claim, now),
            None => {
                self.withdraw(&claim.session);
                let ruling = Ruling {
                    to: claim.session.clone(),
                    order: Order::GoOn,
                    why: String::new(),
                };
                self.rounds.push(Round::open(claim, now, window_ms));
                vec![ruling]
            }
        }
    }

    /// One that stands by asks again. `None`: it claims nothing any more.
    pub fn look(&mut self, session: &SessionId, now: Millis) -> Option<Ruling> {
        self.rounds.iter_mut().find_map(|round| round.look(session, now))
    }

    /// The turn of whoever claimed it is about to be answered, or is over: from now on nobody takes it over. False: somebody has.
    pub fn settle(&mut self, session: &SessionId) -> bool {
        let mut held = false;
        for round in self.rounds.iter_mut().filter(|round| round.is_held_by(session)) {
            round.settle();
            held = true;
        }
        held
    }

    /// It claims nothing any more where it stands by.
    pub fn withdraw(&mut self, session: &SessionId) {
        self.rounds.iter_mut().for_each(|round| round.withdraw(session));
    }

    /// Its connection is gone. What it had and was not answered yet is left to the next best.
    pub fn vanish(&mut self, session: &SessionId, now: Millis) -> Vec<Ruling> {
        self.withdraw(session);
        let left = self.rounds.iter_mut().filter_map(|round| round.vanish(session, now));
        left.collect()
    }
}
