//! What of the microphone goes to the server: nothing until somebody calls, then everything until the turn is over.

use rosie_core::{SampleRate, preroll::PreRoll, session::TurnState};

/// What was heard is kept for so long.
const KEEP_MS: u64 = 6_000;
/// A server that begins no turn within so long of a call does not hear it.
const PATIENCE_MS: u64 = 4_000;

pub struct Gate {
    kept: PreRoll,
    /// All before this sample was sent, or will not be.
    sent_to: u64,
    connected: bool,
    state: TurnState,
    /// Speech over a reply stops it: the loudspeaker is taken out of what is heard.
    interrupts: bool,
    /// Where somebody called, and the server has begun no turn yet.
    called_at: Option<u64>,
}

impl Gate {
    pub fn new() -> Self {
        Self {
            kept: PreRoll::new(SampleRate::HEARING, KEEP_MS),
            sent_to: 0,
            connected: false,
            state: TurnState::Idle,
            interrupts: false,
            called_at: None,
        }
    }

    /// Samples heard so far, 16 kHz.
    pub fn end(&self) -> u64 {
        self.kept.end()
    }

    pub fn is_connected(&self) -> bool {
        self.connected
    }

    pub fn is_open(&self) -> bool {
        self.connected
            && match self.state {
                TurnState::Listening | TurnState::FollowUp | TurnState::Thinking => true,
                TurnState::Speaking => self.interrupts || self.called_at.is_some(),
                TurnState::Idle => self.called_at.is_some(),
            }
    }

    /// Takes what is heard; true: it is to be sent.
    pub fn hear(&mut self, samples: &[i16]) -> bool {
        self.kept.push(samples);
        let open = self.is_open();
        if open {
            self.sent_to = self.kept.end();
        }
        open
    }

    /// Somebody called: gives what was heard from `before_ms` before sample `at` on, and was not sent. From now on all is.
    pub fn call(&mut self, at: u64, before_ms: u64) -> Vec<i16> {
        if self.state != TurnState::Listening {
            self.called_at = Some(self.kept.end());
        }
        let from = at.saturating_sub(SampleRate::HEARING.samples(before_ms) as u64);
        let missed = self.kept.slice(from.max(self.sent_to), self.kept.end());
        self.sent_to = self.kept.end();
        missed
    }

    /// What was heard in the time before sample `at`.
    pub fn before(&self, at: u64, ms: u64) -> Vec<i16> {
        let from = at.saturating_sub(SampleRate::HEARING.samples(ms) as u64);
        self.kept.slice(from, at)
    }

    /// Nothing comes of the call here. True: what is heard next is not sent.
    pub fn stand_down(&mut self) -> bool {
        let open = self.is_open();
        self.called_at = None;
        open && !self.is_open()
    }

    pub fn connect(&mut self, connected: bool) {
        (self.connected, self.state, self.called_at) = (connected, TurnState::Idle, None);
    }

    pub fn interrupts(&mut self, on: bool) {
        self.interrupts = on;
    }

    /// The server says how the turn is. True: what is heard next is not sent.
    pub fn turn(&mut self, state: TurnState) -> bool {
        let open = self.is_open();
        self.state = state;
        if state != TurnState::Idle {
            self.called_at = None;
        }
        open && !self.is_open()
    }

    /// What was heard is forgotten.
    pub fn forget(&mut self) {
        self.kept.clear();
        self.called_at = None;
    }

    /// Told once: the server did nothing of the last call.
    pub fn is_ignored(&mut self) -> bool {
        let patience = SampleRate::HEARING.samples(PATIENCE_MS) as u64;
        let end = self.kept.end();
        self.called_at.take_if(|at| end - *at > patience).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: usize = 16_000;

    #[test]
    fn nothing_is_sent_until_somebody_calls_and_then_with_what_came_before() {
        let mut gate = Gate::new();
        assert!(!gate.hear(&[1; SECOND]));
        gate.connect(true);
        assert!(!gate.hear(&[2; 3 * SECOND]));
        // The word ended half a second ago.
        let missed = gate.call(gate.end() - 8_000, 1_000);
        assert_eq!(missed, [2; 24_000]);
        assert!(gate.hear(&[3; 320]));
        assert!(!gate.turn(TurnState::Listening) && gate.hear(&[3; 320]));
        // Once more: nothing is sent twice.
        assert!(gate.call(gate.end(), 1_000).is_empty());
        assert!(!gate.turn(TurnState::Thinking));
        assert!(gate.turn(TurnState::Speaking) && !gate.hear(&[4; 320]));
        assert_eq!(gate.call(gate.end(), 1_000), [4; 320], "over the reply");
        assert!(gate.hear(&[5; 320]));
        assert!(!gate.turn(TurnState::Listening));
        assert!(gate.turn(TurnState::Idle) && !gate.hear(&[6; 320]));
    }

    #[test]
    fn over_a_reply_all_is_sent_where_the_loudspeaker_is_taken_out() {
        let mut gate = Gate::new();
        gate.connect(true);
        gate.interrupts(true);
        gate.call(0, 0);
        gate.turn(TurnState::Thinking);
        assert!(!gate.turn(TurnState::Speaking) && gate.hear(&[1; 320]));
        gate.connect(false);
        assert!(!gate.hear(&[1; 320]));
    }

    #[test]
    fn a_server_that_does_nothing_of_a_call_is_noticed_once() {
        let mut gate = Gate::new();
        gate.connect(true);
        gate.call(0, 0);
        assert!(gate.hear(&[0; 4 * SECOND]) && !gate.is_ignored());
        gate.hear(&[0; 1]);
        assert!(gate.is_ignored() && !gate.is_ignored());
        assert!(!gate.hear(&[0; 320]));
        // Answered by another endpoint: that is no fault of the server's.
        gate.call(0, 0);
        assert!(gate.hear(&[0; 320]) && gate.stand_down() && !gate.hear(&[0; 320]));
        gate.hear(&[0; 5 * SECOND]);
        assert!(!gate.is_ignored());
        gate.call(0, 0);
        gate.turn(TurnState::Listening);
        gate.hear(&[0; 5 * SECOND]);
        assert!(!gate.is_ignored());
    }
}
