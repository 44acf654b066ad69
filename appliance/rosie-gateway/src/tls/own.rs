//! A certificate of the owner's instead of one of Rosie's: two files, and what is wrong with them in words.

use super::pair::{Pair, PairError};
use crate::clock;
use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// The owner's certificate, with those that signed it, and its key; both PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// What is wrong with one of the two.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct OwnFault {
    /// `certificate` or `key`.
    pub field: &'static str,
    pub message: String,
}

impl OwnFiles {
    /// Whether they can be served now.
    ///
    /// # Errors
    /// What is wrong, in which of the two, and what to do.
    pub fn check(&self) -> Result<(), OwnFault> {
        self.read(clock::now()).map(drop)
    }

    pub(super) fn read(&self, now: u64) -> Result<Pair, OwnFault> {
        let certificate = read(&self.certificate).map_err(|message| OwnFault {
            field: "certificate",
            message,
        })?;
        let key = read(&self.key).map_err(|message| OwnFault { field: "key", message })?;
        let pair = Pair::read(&certificate, &key).map_err(|error| self.fault(&error))?;
        if pair.facts.not_after <= now {
            return Err(
                self.of_certificate("it has ended: renew it where it came from, and put the new one in its place")
            );
        }
        if pair.facts.names.is_empty() {
            return Err(self.of_certificate(
                "it names no host (subjectAltName), and browsers want that: have it made anew with the name that Rosie is reached by",
            ));
        }
        Ok(pair)
    }

    fn fault(&self, error: &PairError) -> OwnFault {
        match error {
            PairError::NoCertificate => self.of_certificate(&format!(
                "{error}: give the file with the certificate and those that signed it, often called fullchain.pem"
            )),
            PairError::BadCertificate(_) => self.of_certificate(&error.to_string()),
            PairError::NoKey | PairError::BadKey => self.of_key(&error.to_string()),
            PairError::NoPair => self.of_key(&format!(
                "{error} in {}: give the key that it was made with",
                self.certificate.display()
            )),
        }
    }

    fn of_certificate(&self, what: &str) -> OwnFault {
        OwnFault {
            field: "certificate",
            message: format!("{}: {what}", self.certificate.display()),
        }
    }

    fn of_key(&self, what: &str) -> OwnFault {
        OwnFault {
            field: "key",
            message: format!("{}: {what}", self.key.display()),
        }
    }

    /// Changes when one of the files does.
    pub(super) fn stamp(&self) -> [Option<(SystemTime, u64)>; 2] {
        [&self.certificate, &self.key].map(|path| {
            let found = fs::metadata(path).ok()?;
            Some((found.modified().ok()?, found.len()))
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| {
        format!(
            "{} cannot be read ({error}): give a file that Rosie's user may read",
            path.display()
        )
    })
}

#[cfg(test)]
#[path = "own_tests.rs"]
mod tests;
