//! What can go wrong in an engine, in words that say what to do.

use rosie_core::{ErrorCode, Failure};
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum SpeechError {
    #[error("{what} is missing: {} does not exist; run `rosied models fetch`, or correct the path in the configuration", path.display())]
    Missing { what: &'static str, path: PathBuf },
    #[error("{what} cannot be used: {}: {reason}; run `rosied models verify` and fetch it again", path.display())]
    Damaged {
        what: &'static str,
        path: PathBuf,
        reason: String,
    },
    #[error("ONNX Runtime cannot be loaded from {}: {reason}; run `rosied models fetch` or set its path", path.display())]
    Runtime { path: PathBuf, reason: String },
    /// The library was loaded, but a call into it failed.
    #[error("{what} failed: {reason}")]
    Inference { what: &'static str, reason: String },
    #[error("{what}: {reason}")]
    Config { what: &'static str, reason: String },
}

impl SpeechError {
    /// The failure a person meets when this error is the reason why `code`'s engine does not serve.
    pub fn failure(&self, code: ErrorCode) -> Failure {
        Failure::new(code, self.to_string())
    }

    /// `Missing` when there is no such file, so that the reason never reads like a corrupt model.
    pub fn require(what: &'static str, path: &Path) -> Result<(), SpeechError> {
        if path.is_file() {
            Ok(())
        } else {
            Err(SpeechError::Missing {
                what,
                path: path.to_path_buf(),
            })
        }
    }
}
