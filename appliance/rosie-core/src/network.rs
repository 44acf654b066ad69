//! How Rosie is connected, and what her owner may do about it: the seam between those who ask and the daemon.

use crate::Failure;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};

/// Hers while her access point is open. It stands in the image's files, too (access-point.conf, 25-access-point.network).
pub const DOOR: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 42, 0, 1));
/// The access point's. iwd opens none without a password, and nobody could be told a secret one: this one is in the guide.
pub const DOOR_PASSWORD: &str = "hellorosie";

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Not connected, and no access point is open (yet).
    #[default]
    None,
    Wired,
    Wifi,
    /// A Wi-Fi network that the owner named is tried.
    Joining,
    AccessPoint,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    Open,
    Password,
    /// One that wants a user's name or a certificate, or an outdated one.
    Unsupported,
}

/// A Wi-Fi network that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenNetwork {
    pub ssid: String,
    /// 0 to 100.
    pub strength: u8,
    pub security: Security,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinFault {
    WrongPassword,
    NotFound,
    NeedsPassword,
    NeedsNoPassword,
    Unsupported,
    Refused,
    NoAddress,
    /// Something here, not in the house: the message says what.
    System,
}

/// Why the last network that was named could not be joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinProblem {
    pub fault: JoinFault,
    pub ssid: String,
    /// In plain words.
    pub message: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NetworkState {
    /// This Rosie was started from her image, which looks after the network. Else nothing is known, and nothing can be done.
    pub managed: bool,
    /// Hers: she is found as `http://NAME.local`.
    pub name: String,
    pub link: Link,
    /// There is a Wi-Fi radio.
    pub wifi: bool,
    /// Of the Wi-Fi network she is in or tries, or of her access point; empty without either.
    pub ssid: String,
    /// Hers in that network.
    pub address: Option<IpAddr>,
    /// Of the Wi-Fi network she is in, 0 to 100.
    pub strength: Option<u8>,
    /// Two letters; empty: not set, and the radio keeps to what is allowed everywhere.
    pub country: String,
    /// Strongest first. While the access point is open: as they were before.
    pub seen: Vec<SeenNetwork>,
    pub problem: Option<JoinProblem>,
}

/// A Wi-Fi network to join. It has no `Debug`: there is a password in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinNetwork {
    pub ssid: String,
    /// Empty: the network has none.
    #[serde(default)]
    pub password: String,
    pub country: String,
    /// It does not tell its name.
    #[serde(default)]
    pub hidden: bool,
}

/// What the owner may do about the network. What is refused is [`crate::ErrorCode::BadRequest`] or [`crate::ErrorCode::Busy`],
/// and says what to do. Reads and writes small files.
pub trait NetworkAdmin: Send + Sync {
    fn state(&self) -> NetworkState;
    /// Is tried a moment later; [`Self::state`] tells what came of it. Where it fails, all is as it was.
    fn join(&self, wanted: &JoinNetwork) -> Result<(), Failure>;
}
