//! The table: weight, permission, reach → tiers in the order they are asked.

use super::{Complexity, PrivateTopic, Weight};
use rosie_core::dialog::{Fault, Tier};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a room or a person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// Nothing but this machine.
    AlwaysLocal,
    /// The house's own server before this machine, whatever the weight; never the cloud.
    PreferNetwork,
    /// The table, with the cloud.
    CloudAllowed,
}

impl Preference {
    /// Of a room's and a person's wish the stricter holds.
    pub fn stricter(room: Option<Self>, person: Option<Self>) -> Option<Self> {
        match (room, person) {
            (Some(room), Some(person)) => Some(room.min(person)),
            (one, other) => one.or(other),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::AlwaysLocal => "always_local",
            Self::PreferNetwork => "prefer_network",
            Self::CloudAllowed => "cloud_allowed",
        }
    }
}

/// What can be asked now. A tier that is not configured is not reachable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Availability {
    pub local: bool,
    pub network: bool,
    pub cloud: bool,
}

impl Availability {
    pub fn set(&mut self, tier: Tier) {
        match tier {
            Tier::Local => self.local = true,
            Tier::Network => self.network = true,
            Tier::Cloud => self.cloud = true,
        }
    }

    fn of(self, tier: Tier) -> bool {
        match tier {
            Tier::Local => self.local,
            Tier::Network => self.network,
            Tier::Cloud => self.cloud,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct RouteRequest {
    pub weight: Weight,
    pub topics: BTreeSet<PrivateTopic>,
    /// `None`: nobody said; the house's switch decides about the cloud.
    pub preference: Option<Preference>,
    /// The house's switch (`privacy.cloud_allowed`).
    pub cloud_enabled: bool,
    /// Private questions may go to the cloud too.
    pub private_to_cloud: bool,
    pub configured: Availability,
    pub reachable: Availability,
}

/// Tiers to ask, best first, and why. Empty where none may be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Route {
    pub order: Vec<Tier>,
    pub grounds: Vec<Ground>,
}

impl Route {
    /// The grounds for the owner, in one line.
    pub fn reason(&self) -> String {
        let grounds: Vec<String> = self.grounds.iter().map(ToString::to_string).collect();
        grounds.join("; ")
    }
}

/// One reason for a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    Weight(Weight),
    Preference(Preference),
    CloudOff,
    Private(BTreeSet<PrivateTopic>),
    /// It did not serve when last heard of, so it is asked last.
    PutLast(Tier),
    /// Asked, and gave no whole answer; for a person, and for the owner.
    Failed(Tier, Fault, String),
}

impl std::fmt::Display for Ground {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Weight(weight) => write!(f, "{} question: {}", weight.complexity.as_str(), weight.why),
            Self::Preference(preference) => write!(f, "preference {}", preference.as_str()),
            Self::CloudOff => f.write_str("the cloud is switched off"),
            Self::Private(topics) => {
                let topics: Vec<&str> = topics.iter().map(|topic| topic.as_str()).collect();
                write!(f, "private ({}), so it stays in the house", topics.join(", "))
            }
            Self::PutLast(tier) => write!(
                f,
                "{} was slow or not ready a moment ago, so it is asked last",
                name(*tier)
            ),
            Self::Failed(tier, Fault::Slow, _) => write!(f, "{} was too slow", name(*tier)),
            Self::Failed(tier, _, detail) => write!(f, "{} failed: {detail}", name(*tier)),
        }
    }
}

/// Decides. Tiers that seem unreachable come last rather than never: health is seconds old, and asking costs little.
pub fn decide(request: &RouteRequest) -> Route {
    let mut grounds = vec![Ground::Weight(request.weight.clone())];
    let wanted: &[Tier] = match (request.preference, request.weight.complexity) {
        (Some(Preference::AlwaysLocal), _) => &[Tier::Local],
        (Some(Preference::PreferNetwork), _) => &[Tier::Network, Tier::Local],
        (_, Complexity::Simple) => &[Tier::Local, Tier::Network, Tier::Cloud],
        (_, Complexity::Medium) => &[Tier::Network, Tier::Local, Tier::Cloud],
        (_, Complexity::Complex) => &[Tier::Cloud, Tier::Network, Tier::Local],
    };
    grounds.extend(request.preference.map(Ground::Preference));
    let cloud = may_use_cloud(request, &mut grounds);
    let allowed = wanted.iter().copied().filter(|tier| *tier != Tier::Cloud || cloud);
    let configured: Vec<Tier> = allowed.filter(|tier| request.configured.of(*tier)).collect();
    let (mut order, late): (Vec<Tier>, Vec<Tier>) = configured.iter().partition(|tier| request.reachable.of(**tier));
    grounds.extend(
        configured
            .first()
            .filter(|first| late.contains(first))
            .copied()
            .map(Ground::PutLast),
    );
    order.extend(late);
    Route { order, grounds }
}

fn may_use_cloud(request: &RouteRequest, grounds: &mut Vec<Ground>) -> bool {
    let asked = request.preference.is_none_or(|p| p == Preference::CloudAllowed);
    if !request.configured.cloud || !asked {
        return false;
    }
    if !request.cloud_enabled {
        grounds.push(Ground::CloudOff);
        return false;
    }
    if !request.topics.is_empty() && !request.private_to_cloud {
        grounds.push(Ground::Private(request.topics.clone()));
        return false;
    }
    true
}

fn name(tier: Tier) -> &'static str {
    match tier {
        Tier::Local => "the local model",
        Tier::Network => "the network model",
        Tier::Cloud => "the cloud model",
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
