//! What an endpoint may control, and who is a child or a guest: the hub asks, the gateway knows.

use rosie_core::{EndpointId, RoomId, UserId};
use rosie_gateway::Pairings;
use rosie_hub::Permissions;
use std::sync::OnceLock;

/// Empty until the gateway has read its file, which is before anybody can speak. What was planned before was held to it when it was
/// planned, and a command of the command line comes from whoever owns the machine.
#[derive(Default)]
pub struct Allowed(OnceLock<Pairings>);

impl Allowed {
    /// Told once, when the gateway is there.
    pub fn join(&self, pairings: Pairings) {
        let _ = self.0.set(pairings);
    }
}

impl Permissions for Allowed {
    fn rooms(&self, endpoint: &EndpointId) -> Option<Vec<RoomId>> {
        let rooms = self.0.get()?.may_control(endpoint.as_str())?;
        Some(rooms.into_iter().map(RoomId).collect())
    }

    fn is_minor(&self, person: &UserId) -> bool {
        self.0.get().is_some_and(|pairings| pairings.is_minor(person.as_str()))
    }
}
