//! How patient a turn is.

use crate::endpointer::EndpointerConfig;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnConfig {
    pub endpointer: EndpointerConfig,
    /// Audio kept from before the first word (or the press), in milliseconds.
    pub pre_roll_ms: u64,
    /// Audio kept from before the end of the wake word, so that the recogniser hears the whole of it; in milliseconds.
    pub wake_word_ms: u64,
    /// A press shorter than this is a tap: listening goes on until silence or the next tap.
    pub tap_ms: u64,
    /// Partial transcripts while the person speaks, at most one in this time; 0 turns them off.
    pub partial_every_ms: u64,
    /// Speech over a reply that lasts so long stops it; 0 turns barge-in off.
    pub barge_in_ms: u64,
    /// Speech probability that counts as barging in.
    pub barge_in_threshold: f32,
    /// Listening again after a reply that asks something.
    pub follow_up_ms: u64,
    /// The longest wait for a transcript.
    pub transcript_deadline_ms: u64,
    /// The longest wait for the next sign of life from whoever answers or synthesises.
    pub reply_stall_ms: u64,
    /// The longest a whole reply may take to be made.
    pub reply_deadline_ms: u64,
    /// Grace after the time that the sent audio takes to sound.
    pub playback_grace_ms: u64,
}

impl Default for TurnConfig {
    fn default() -> Self {
        Self {
            endpointer: EndpointerConfig::default(),
            pre_roll_ms: 320,
            wake_word_ms: 1_500,
            tap_ms: 350,
            partial_every_ms: 700,
            barge_in_ms: 288,
            barge_in_threshold: 0.8,
            follow_up_ms: 6_000,
            transcript_deadline_ms: 12_000,
            reply_stall_ms: 20_000,
            reply_deadline_ms: 90_000,
            playback_grace_ms: 3_000,
        }
    }
}
