//! What was done in the house.

use super::{
    ApiError,
    respond::{Answer, json},
};
use crate::server::Shared;
use http::StatusCode;
use rosie_core::{ErrorCode, audit::Deed};
use serde::Serialize;

/// Deeds of an answer where nothing else is asked for, and at most.
const PAGE: usize = 100;
const MAX_PAGE: usize = 1000;

#[derive(Serialize)]
struct Deeds {
    deeds: Vec<Deed>,
}

/// `limit=20&before_unix_ms=1700000000000`, both optional.
pub(super) async fn deeds(shared: &Shared, query: Option<&str>) -> Result<Answer, ApiError> {
    let (mut limit, mut before) = (PAGE, u64::MAX);
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let number = value.parse::<u64>().ok();
        match (&*name, number) {
            ("limit", Some(number)) if (1..=MAX_PAGE as u64).contains(&number) => limit = number as usize,
            ("before_unix_ms", Some(number)) => before = number,
            _ => {
                return Err(ApiError::new(
                    StatusCode::BAD_REQUEST,
                    ErrorCode::BadRequest.as_str(),
                    "that cannot be asked of the list of deeds",
                    "limit is a number from 1 to 1000, before_unix_ms one of milliseconds since 1970; nothing else is known",
                ));
            }
        }
    }
    let deeds = shared.appliance.deeds(limit, before).await;
    let deeds = deeds.map_err(|failure| ApiError::from_failure(failure, "look at audit.jsonl in the data folder"))?;
    json(StatusCode::OK, &Deeds { deeds })
}
