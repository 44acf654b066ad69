//! How often one may ask: everything together of an address and of a key, and much less where somebody may be guessing.

use super::{ApiError, routes::Operation};
use crate::{access::Need, config::Limits};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use std::{num::NonZeroU32, time::Duration};

/// Kept at once before those that are forgiven are forgotten.
const MANY: usize = 1024;

pub(crate) struct Rates {
    requests: DefaultKeyedRateLimiter<String>,
    knocks: DefaultKeyedRateLimiter<String>,
}

impl Rates {
    pub fn new(limits: &Limits) -> Self {
        let least = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let requests = Quota::per_second(least(limits.requests_per_s)).allow_burst(least(limits.request_burst));
        let knocks = Quota::per_minute(least(limits.knocks_per_minute));
        Self {
            requests: RateLimiter::keyed(requests),
            knocks: RateLimiter::keyed(knocks),
        }
    }

    /// A request of an address, or of somebody who is known by now.
    pub fn request(&self, of: &str) -> Result<(), ApiError> {
        take(&self.requests, of.to_owned())
    }

    /// A try at something that is given to whom nobody knows yet.
    pub fn knock(&self, operation: &Operation, address: &str) -> Result<(), ApiError> {
        let changes = operation.method != http::Method::GET;
        match operation.need == Need::Anyone && changes && operation.is_door() {
            true => take(&self.knocks, format!("{} {address}", operation.id)),
            false => Ok(()),
        }
    }
}

fn take(limiter: &DefaultKeyedRateLimiter<String>, key: String) -> Result<(), ApiError> {
    if limiter.len() > MANY {
        limiter.retain_recent();
    }
    limiter.check_key(&key).map_err(|not_yet| {
        let wait = not_yet.wait_time_from(limiter.clock().now());
        ApiError::later(
            "too-many-requests",
            "that is too often",
            wait.max(Duration::from_secs(1)),
        )
    })
}
