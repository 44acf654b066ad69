//! The section of backups.

use super::{Config, validate::Findings};
use crate::backup::{SHORTEST_PASSPHRASE, time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

section! {
    /// Backups of everything Rosie has of her own, encrypted: docs/backup.md.
    Backup {
        /// Folder that they are kept in, best on another disk, where you make it once. Empty: `<data>/backups`.
        folder: String = String::new(),
        /// Time of the day when one is made by itself ("03:30"). Empty: none is.
        at: String = String::new(),
        /// So many are kept; the oldest go.
        keep: u32 = 7,
        /// What they are encrypted with, 10 characters or more. Without it nobody can open a backup, not even you: write it down
        /// elsewhere.
        passphrase: String = String::new(),
    }
}

pub(super) fn check(config: &Config, found: &mut Findings) {
    let backup = &config.backup;
    found.range("backup.keep", backup.keep, 1..=365);
    if !backup.at.is_empty() && time(&backup.at).is_none() {
        found.add(
            "backup.at",
            format!("\"{}\" is not a time of the day like 03:30", backup.at),
        );
    }
    let length = backup.passphrase.chars().count();
    if length > 0 && length < SHORTEST_PASSPHRASE {
        found.add(
            "backup.passphrase",
            format!("a passphrase has {SHORTEST_PASSPHRASE} characters or more; a few words do"),
        );
    }
    if !backup.at.is_empty() && length == 0 {
        found.add(
            "backup.passphrase",
            "backups are encrypted: give a passphrase, best by `rosied secrets set backup.passphrase`",
        );
    }
}
