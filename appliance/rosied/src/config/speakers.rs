//! Whether people are told apart by their voices.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

section! {
    /// Knowing by voice who speaks. Off: nothing is listened for in a voice. On: who says "learn my voice" and then three sentences is
    /// known from then on, and what they tell is theirs. It is a convenience and no lock: voices can be imitated.
    Speakers {
        /// Tell people apart by their voices. What was learnt is kept where this is switched off, until it is forgotten.
        enabled: bool = false,
        /// Model id of the manifest, or a path to an ONNX file.
        model: String = "resemblyzer".into(),
    }
}
