//! Updates of the system that Rosie is part of, as her owner sees them: the seam between those who ask and the daemon.

use crate::Failure;
use serde::{Deserialize, Serialize};

/// What is done with a newer system that the channel has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateMode {
    #[default]
    Off,
    /// It is told, every night anew.
    Notify,
    /// It is taken in the night.
    Automatic,
}

impl UpdateMode {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Notify => "notify",
            Self::Automatic => "automatic",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateStep {
    /// Asked for, and not begun yet.
    Waiting,
    Looking,
    Fetching,
    Installing,
    Restarting,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateOutcome {
    /// The new system found itself well, and is kept.
    Updated,
    /// It was taken back; `reason` says why.
    Returned,
}

/// A newer system in the channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpdateOffer {
    pub version: String,
    pub bytes: u64,
    /// What is new, in a line; may be empty.
    pub notes: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpdateProgress {
    pub step: UpdateStep,
    /// Of this step; `None` where it is not known.
    pub percent: Option<u8>,
    /// The one that is taken; empty while it is looked for.
    pub version: String,
}

/// What came of the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpdateResult {
    pub outcome: UpdateOutcome,
    pub version: String,
    /// The one that ran before.
    pub before: String,
    /// Why it was taken back; empty where it was not.
    pub reason: String,
}

/// The system that does not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtherSlot {
    pub slot: String,
    /// `None`: nothing was ever installed there.
    pub version: Option<String>,
    /// It is installed, and starts at the next restart.
    pub waits: bool,
    /// It was tried, and was not well.
    pub taken_back: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct UpdateState {
    /// This Rosie was started from her image, which can update itself. Else nothing but `version` is known.
    pub managed: bool,
    /// The one that runs.
    pub version: String,
    pub board: String,
    /// `A` or `B`; empty where it is not known.
    pub slot: String,
    pub other: Option<OtherSlot>,
    pub mode: UpdateMode,
    /// `https://…`; empty: none.
    pub channel: String,
    pub available: Option<UpdateOffer>,
    /// `None` while nothing is done.
    pub running: Option<UpdateProgress>,
    /// When it was looked for the last time.
    pub looked_unix_ms: Option<u64>,
    /// Why that look, or the install after it, came to nothing.
    pub problem: Option<String>,
    pub last: Option<UpdateResult>,
}

impl UpdateState {
    /// The newest version that is known of.
    pub fn latest(&self) -> &str {
        self.available.as_ref().map_or(&self.version, |offer| &offer.version)
    }
}

/// What the owner may do with updates. What is refused is [`crate::ErrorCode::BadRequest`] or [`crate::ErrorCode::Busy`], and
/// says what to do. Reads and writes small files. What is asked for happens a moment later; [`Self::state`] tells how far it is.
pub trait UpdateAdmin: Send + Sync {
    fn state(&self) -> UpdateState;
    /// Looks into the channel now.
    fn look(&self) -> Result<(), Failure>;
    /// Fetches and installs the version that the channel has, and restarts the machine with it.
    fn install(&self, version: &str) -> Result<(), Failure>;
    fn set(&self, mode: UpdateMode, channel: &str) -> Result<(), Failure>;
}
