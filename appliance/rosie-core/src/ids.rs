//! Identities: small, typed, cheap to copy or clone, so that a turn is never mistaken for a session.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One turn of a session. Strictly increasing within the session; results that carry an older one are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TurnId(pub u64);

impl fmt::Display for TurnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(s: &str) -> Self {
                Self(s.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_type!(
    /// The connected life of one endpoint.
    SessionId
);
name_type!(
    /// What a person talks to; stable over reconnects and restarts.
    EndpointId
);
name_type!(
    /// Where an endpoint stands, as named in the configuration (`living_room`).
    RoomId
);
name_type!(
    /// A person of the house, once known.
    UserId
);
name_type!(
    /// Turns that share context.
    ConversationId
);
