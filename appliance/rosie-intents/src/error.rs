//! What can be wrong with templates and responses, said so that the person who wrote them can mend it.

use rosie_core::{ErrorCode, Failure};

/// Everything here names the file (as given to the builder) and the place in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntentsError {
    #[error("{file}: not readable as intents: {what}")]
    Unreadable { file: String, what: String },
    #[error("{file}: {place}: `{template}`: {what}")]
    Template {
        file: String,
        place: String,
        template: String,
        what: String,
    },
    #[error("{file}: {place}: {what}")]
    Data { file: String, place: String, what: String },
    #[error("response `{key}` of {intent} ({language}): {what}")]
    Response {
        language: String,
        intent: String,
        key: String,
        what: String,
    },
}

impl From<IntentsError> for Failure {
    fn from(error: IntentsError) -> Self {
        Failure::new(ErrorCode::Internal, error.to_string())
    }
}
