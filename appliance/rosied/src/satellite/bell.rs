//! Timers that the server told of: they ring here when the server is away.

use rosie_core::Millis;
use std::collections::{BTreeMap, BTreeSet};

/// What nobody stops rings for so long.
const RINGS_MS: u64 = 10 * 60_000;
/// The server rings what was due longer ago by itself.
const LATE_MS: u64 = 3_000;

#[derive(Default)]
pub struct Bell {
    counting: BTreeMap<u64, Counting>,
    /// Since when.
    ringing: BTreeMap<u64, Millis>,
    /// Stopped here while the server was away: it does not know yet.
    stopped: BTreeSet<u64>,
}

struct Counting {
    name: Option<String>,
    due: Millis,
    held: bool,
}

impl Bell {
    /// A timer was begun, or changed.
    pub fn counts(&mut self, id: u64, name: Option<String>, due: Millis, active: bool) {
        let before = self.counting.remove(&id).and_then(|counting| counting.name);
        let counting = Counting {
            name: name.or(before),
            due,
            held: !active,
        };
        self.counting.insert(id, counting);
    }

    /// The server rings it. False: it was stopped here already.
    pub fn rings(&mut self, id: u64, now: Millis) -> bool {
        self.counting.remove(&id);
        if self.stopped.remove(&id) {
            return false;
        }
        self.ringing.entry(id).or_insert(now);
        true
    }

    /// It rings no more, and counts no more.
    pub fn is_over(&mut self, id: u64) {
        self.counting.remove(&id);
        self.ringing.remove(&id);
    }

    /// Without a server: those that begin to ring now, with their names.
    pub fn due(&mut self, now: Millis) -> Vec<(u64, Option<String>)> {
        let begun: Vec<(u64, Option<String>)> = self
            .counting
            .extract_if(.., |_, counting| !counting.held && counting.due <= now)
            .map(|(id, counting)| (id, counting.name))
            .collect();
        self.ringing.extend(begun.iter().map(|(id, _)| (*id, now)));
        begun
    }

    /// With a server, which sees to those that are due.
    pub fn leave(&mut self, now: Millis) {
        self.counting
            .retain(|_, counting| counting.held || now.since(counting.due) <= LATE_MS);
    }

    pub fn is_ringing(&mut self, now: Millis) -> bool {
        self.ringing.retain(|_, since| now.since(*since) <= RINGS_MS);
        !self.ringing.is_empty()
    }

    /// Somebody stops all that ring, without the server. Gives which.
    pub fn silence(&mut self) -> Vec<u64> {
        let all: Vec<u64> = std::mem::take(&mut self.ringing).into_keys().collect();
        self.stopped.extend(&all);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_without_a_server_rings_until_it_is_stopped() {
        let mut bell = Bell::default();
        bell.counts(1, Some("tea".into()), Millis(5_000), true);
        bell.counts(2, None, Millis(5_000), true);
        bell.counts(2, None, Millis(6_000), false);
        assert_eq!(bell.due(Millis(4_999)), []);
        assert_eq!(
            bell.due(Millis(6_000)),
            [(1, Some("tea".to_owned()))],
            "the other one is held"
        );
        assert!(bell.due(Millis(6_000)).is_empty() && bell.is_ringing(Millis(7_000)));
        // Changed without its name.
        bell.counts(2, None, Millis(9_000), true);
        assert_eq!(bell.due(Millis(9_000)), [(2, None)]);
        assert_eq!(bell.silence(), [1, 2]);
        assert!(!bell.is_ringing(Millis(9_000)));
        // The server comes back and rings what was stopped.
        assert!(!bell.rings(1, Millis(10_000)));
        assert!(bell.rings(1, Millis(20_000)), "the next time it means it");
        bell.is_over(1);
        assert!(!bell.is_ringing(Millis(20_000)));
    }

    #[test]
    fn what_the_server_sees_to_does_not_ring_later() {
        let mut bell = Bell::default();
        bell.counts(1, None, Millis(1_000), true);
        bell.leave(Millis(4_000));
        bell.counts(2, None, Millis(3_000), true);
        assert_eq!(bell.due(Millis(4_000)), [(1, None), (2, None)], "it was due just now");
        bell.counts(3, None, Millis(1_000), true);
        bell.leave(Millis(4_001));
        assert_eq!(bell.due(Millis(4_001)), []);
        // Nobody is there for ten minutes.
        assert!(bell.is_ringing(Millis(4_000 + RINGS_MS)) && !bell.is_ringing(Millis(4_001 + RINGS_MS)));
    }
}
