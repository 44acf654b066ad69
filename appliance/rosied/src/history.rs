//! The last turns, in memory only.

use rosie_core::record::{TurnFact, TurnObserver, TurnRecord};
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// Intents by which something is forgotten.
const FORGETTING: &str = "RosieForget";
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
        // Which turns told what is to be forgotten, only the memory knew: none keeps its words.
        if record
            .intent
            .as_ref()
            .is_some_and(|intent| intent.starts_with(FORGETTING))
        {
            turns.iter_mut().for_each(without_words);
        }
    }
}

fn without_words(turn: &mut TurnRecord) {
    for event in &mut turn.events {
        if let TurnFact::Partial { text } | TurnFact::Transcript { text, .. } | TurnFact::ReplyFinished { text } =
            &mut event.what
        {
            *text = None;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use rosie_core::{
        Language, TurnId,
        record::{Outcome, Trigger, TurnEvent},
    };

    fn turn(intent: &str, text: &str) -> TurnRecord {
        let said = TurnFact::Transcript {
            text: Some(text.into()),
            language: Language::new("en"),
        };
        TurnRecord {
            turn_id: TurnId(1),
            session: "1".into(),
            endpoint: "kitchen-tablet".into(),
            room: "kitchen".into(),
            language: Language::new("en"),
            started_unix_ms: 0,
            trigger: Trigger::Text,
            outcome: Outcome::Answered,
            tier: None,
            intent: Some(intent.into()),
            person: None,
            stages: Vec::new(),
            events: vec![TurnEvent { at_ms: 0, what: said }],
        }
    }

    #[test]
    fn what_was_said_is_gone_when_something_is_forgotten() {
        let history = History::default();
        let words = || serde_json::to_string(&history.turns()).unwrap();
        history.turn_finished(&turn("RosieRemember", "the code is 4711"));
        assert!(words().contains("4711"));
        history.turn_finished(&turn("RosieForgetAbout", "forget the code 4711"));
        assert!(!words().contains("4711"), "{}", words());
        assert_eq!(history.turns().len(), 2);
    }
}
