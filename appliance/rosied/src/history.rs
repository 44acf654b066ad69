//! The last turns, in memory only.

use rosie_core::record::{TurnObserver, TurnRecord};
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// Turns that are kept.
const KEEP: usize = 50;

#[derive(Default)]
pub struct History(Mutex<VecDeque<TurnRecord>>);

impl History {
    /// Newest first.
    pub fn turns(&self) -> Vec<TurnRecord> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .rev()
            .cloned()
            .collect()
    }
}

impl TurnObserver for History {
    fn turn_finished(&self, record: &TurnRecord) {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() == KEEP {
            turns.pop_front();
        }
        turns.push_back(record.clone());
    }
}
