//! What can be set about answering.

use crate::routing::Preference;
use rosie_core::{RoomId, UserId, dialog::Tier};
use std::{collections::BTreeMap, time::Duration};

#[derive(Debug, Clone)]
pub struct DialogConfig {
    pub routing: Routing,
    /// Tokens a model reads for one question, the tools not counted.
    pub prompt_tokens: usize,
    /// Tools, entities and memories that a question gets at most.
    pub tools: usize,
    pub entities: usize,
    pub memories: usize,
    /// The local model is a small one: tools are offered to it by a form, and only those that a question wants.
    pub guided_local: bool,
    /// Silence after which Rosie asks for a moment.
    pub patience: Duration,
}

impl Default for DialogConfig {
    fn default() -> Self {
        Self {
            routing: Routing::default(),
            prompt_tokens: 1_500,
            tools: 8,
            entities: 12,
            memories: 5,
            guided_local: true,
            patience: Duration::from_millis(1_500),
        }
    }
}

/// Who may be asked.
#[derive(Debug, Clone, Default)]
pub struct Routing {
    /// The house's switch: without it nothing leaves the house.
    pub cloud_enabled: bool,
    /// Private questions may go to the cloud too.
    pub private_to_cloud: bool,
    /// For rooms and people without a preference of their own.
    pub preference: Option<Preference>,
    pub rooms: BTreeMap<RoomId, Preference>,
    pub people: BTreeMap<UserId, Preference>,
    pub budgets: Budgets,
}

/// From the request to a model's first word; slower, and the next tier is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budgets {
    pub local: Duration,
    pub network: Duration,
    pub cloud: Duration,
}

impl Default for Budgets {
    fn default() -> Self {
        Self {
            local: Duration::from_secs(1),
            network: Duration::from_secs(3),
            cloud: Duration::from_secs(5),
        }
    }
}

impl Routing {
    pub(crate) fn budget(&self, tier: Tier) -> Duration {
        match tier {
            Tier::Local => self.budgets.local,
            Tier::Network => self.budgets.network,
            Tier::Cloud => self.budgets.cloud,
        }
    }

    /// The stricter of what the room and the person want; the house's where neither wants anything.
    pub(crate) fn preference(&self, room: &RoomId, person: Option<&UserId>) -> Option<Preference> {
        let person = person.and_then(|person| self.people.get(person));
        Preference::stricter(self.rooms.get(room).copied(), person.copied()).or(self.preference)
    }
}
