//! Whose voices are known: their names, and forgetting one. A voice itself is given to nobody.

use super::{
    ApiError,
    respond::{Answer, json},
};
use crate::server::Shared;
use http::StatusCode;
use rosie_core::{UserId, speakers::KnownVoice};
use serde::Serialize;

/// What a route of the voices does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpeakerAction {
    All,
    Forget,
}

#[derive(Serialize)]
struct Known {
    enabled: bool,
    voices: Vec<KnownVoice>,
}

#[derive(Serialize)]
struct Forgotten<'a> {
    removed: &'a str,
}

pub(super) async fn run(shared: &Shared, action: SpeakerAction, name: &str) -> Result<Answer, ApiError> {
    let speakers = shared.appliance.speakers().ok_or_else(ApiError::internal)?;
    match action {
        SpeakerAction::All => json(
            StatusCode::OK,
            &Known {
                enabled: speakers.is_on(),
                voices: speakers.people(),
            },
        ),
        SpeakerAction::Forget => {
            let hint = "the data folder must be writable; the log tells more";
            let gone = speakers.forget(UserId(name.to_owned())).await;
            match gone.map_err(|failure| ApiError::from_failure(failure, hint))? {
                true => json(StatusCode::OK, &Forgotten { removed: name }),
                false => Err(ApiError::new(
                    StatusCode::NOT_FOUND,
                    "unknown-voice",
                    "no voice of this name is known",
                    "GET /api/v1/speakers lists those that are",
                )),
            }
        }
    }
}
