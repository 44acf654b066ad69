//! Matching one text: first where each expression can end (sets of places, each tried once), then, for the sentences
//! that reach the end, how (their slots), best reading first.

mod hits;
mod reach;
mod readings;

pub use hits::{Hit, HitValue};
pub use reach::{Matching, Tools, Wild};
pub use readings::{Known, Reading, SlotHit};

/// A place between two letters, and whether a word may begin there (then spaces do not matter).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State(u16);

impl State {
    pub fn new(at: usize, word_start: bool) -> Self {
        Self(((at as u16) << 1) | u16::from(word_start))
    }

    pub fn at(self) -> usize {
        (self.0 >> 1) as usize
    }

    pub fn word_start(self) -> bool {
        self.0 & 1 == 1
    }
}
