//! What was asked for last at an endpoint: "and the hall too" goes on from it, for a short time.

use rosie_core::{EndpointId, Intent};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Who says "turn it off again" later than this may mean anything.
const SHORT: Duration = Duration::from_secs(30);

#[derive(Default)]
pub(crate) struct Preceding(Mutex<HashMap<EndpointId, (Instant, Vec<Intent>)>>);

impl Preceding {
    /// Empty when it was too long ago.
    pub(crate) fn at(&self, endpoint: &EndpointId) -> Vec<Intent> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = known.get(endpoint).filter(|(since, _)| since.elapsed() < SHORT);
        last.map(|(_, intents)| intents.clone()).unwrap_or_default()
    }

    /// Nothing, where what was asked for is nothing that one can go on from.
    pub(crate) fn keep(&self, endpoint: &EndpointId, intents: Vec<Intent>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (since, _)| since.elapsed() < SHORT);
        if intents.is_empty() {
            known.remove(endpoint);
        } else {
            known.insert(endpoint.clone(), (Instant::now(), intents));
        }
    }
}
