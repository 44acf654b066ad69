//! The Wyoming section: what Rosie offers to Home Assistant's pipelines, and her satellites.

use super::{Config, validate::Findings};
use rosie_core::RoomId;
use rosie_gateway::{OfferedRoom, SatelliteConfig, WyomingConfig};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// Rosie in Home Assistant's own voice pipelines, and Wyoming satellites as her endpoints: docs/wyoming.md. The protocol
/// knows no passwords, so only home networks get in, and without an address the server is off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Wyoming {
    /// Addresses and ports to listen on ("0.0.0.0:10600").
    pub listen: Vec<String>,
    /// Take sentences too: who reaches the port can then ask and command like somebody in the room.
    pub answer: bool,
    /// Addresses that may connect ("192.168.1.5"); empty: every address of a home network.
    pub allow: Vec<String>,
    /// Id of the room that sentences come from; empty: the first.
    pub room: String,
    /// Tell the home's network by mDNS that Rosie is there, so that Home Assistant finds her.
    pub announce: bool,
    /// Connect to satellites that are found on the home's network, where their area is one of `rooms`. A satellite serves one
    /// house at a time: this takes them from Home Assistant.
    pub discover: bool,
    /// Satellites that Rosie connects to.
    pub satellites: Vec<WyomingSatellite>,
    /// Rooms that Home Assistant may have as its satellites: while it is connected, its voice pipeline answers what is said
    /// there, and not Rosie.
    pub offered_rooms: Vec<WyomingRoom>,
}

/// A satellite in a room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WyomingSatellite {
    /// Host name or address, and port ("192.168.1.20:10700").
    pub address: String,
    /// Id of the room it stands in.
    pub room: String,
}

/// A room that is offered to Home Assistant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WyomingRoom {
    /// Id of the room.
    pub room: String,
    /// Address and port of its own to listen on ("0.0.0.0:10700").
    pub listen: String,
}

impl Default for Wyoming {
    fn default() -> Self {
        Self {
            listen: Vec::new(),
            answer: true,
            allow: Vec::new(),
            room: String::new(),
            announce: true,
            discover: false,
            satellites: Vec::new(),
            offered_rooms: Vec::new(),
        }
    }
}

impl Wyoming {
    /// As the gateway wants it; of a configuration that was checked.
    pub fn settings(&self) -> WyomingConfig {
        let room = |id: &str| (!id.is_empty()).then(|| RoomId(id.to_owned()));
        let satellite = |one: &WyomingSatellite| SatelliteConfig {
            address: one.address.clone(),
            room: room(&one.room),
            found: false,
        };
        let offered = |one: &WyomingRoom| {
            Some(OfferedRoom {
                room: RoomId(one.room.clone()),
                listen: one.listen.parse().ok()?,
            })
        };
        WyomingConfig {
            listen: self.listen.iter().filter_map(|a| a.parse().ok()).collect(),
            answers: self.answer,
            allow: self.allow.iter().filter_map(|a| a.parse().ok()).collect(),
            room: room(&self.room),
            satellites: self.satellites.iter().map(satellite).collect(),
            offered: self.offered_rooms.iter().filter_map(offered).collect(),
            announces: self.announce,
            discovers: self.discover,
        }
    }
}

pub(super) fn check(config: &Config, found: &mut Findings) {
    let wyoming = &config.wyoming;
    for (i, address) in wyoming.listen.iter().enumerate() {
        if address.parse::<SocketAddr>().is_err() {
            let message = format!("\"{address}\" is not an address like 0.0.0.0:10600");
            found.add(format!("wyoming.listen.{i}"), message);
        }
    }
    for (i, address) in wyoming.allow.iter().enumerate() {
        if address.parse::<IpAddr>().is_err() {
            let message = format!("\"{address}\" is not an address like 192.168.1.5");
            found.add(format!("wyoming.allow.{i}"), message);
        }
    }
    let mut room = |key: String, id: &str| {
        if !config.rooms.iter().any(|room| room.id == id) {
            found.add(key, format!("there is no room \"{id}\"; name one of `rooms` by its id"));
        }
    };
    if !wyoming.room.is_empty() {
        room("wyoming.room".to_owned(), &wyoming.room);
    }
    for (i, satellite) in wyoming.satellites.iter().enumerate() {
        room(format!("wyoming.satellites.{i}.room"), &satellite.room);
    }
    for (i, offered) in wyoming.offered_rooms.iter().enumerate() {
        room(format!("wyoming.offered_rooms.{i}.room"), &offered.room);
    }
    for (i, offered) in wyoming.offered_rooms.iter().enumerate() {
        check_offered(wyoming, i, offered, found);
    }
    for (i, satellite) in wyoming.satellites.iter().enumerate() {
        let port = satellite
            .address
            .rsplit_once(':')
            .map(|(host, port)| (host, port.parse::<u16>()));
        if !matches!(port, Some((host, Ok(1..))) if !host.trim().is_empty()) {
            let message = format!(
                "\"{}\" is not a host and port like 192.168.1.20:10700",
                satellite.address
            );
            found.add(format!("wyoming.satellites.{i}.address"), message);
        }
    }
}

/// A port of its own, and a room that is offered once.
fn check_offered(wyoming: &Wyoming, i: usize, offered: &WyomingRoom, found: &mut Findings) {
    let key = |name: &str| format!("wyoming.offered_rooms.{i}.{name}");
    let before = &wyoming.offered_rooms[..i];
    if before.iter().any(|other| other.room == offered.room) {
        found.add(key("room"), format!("\"{}\" is offered already", offered.room));
    }
    match offered.listen.parse::<SocketAddr>() {
        Err(_) => {
            let message = format!("\"{}\" is not an address like 0.0.0.0:10700", offered.listen);
            found.add(key("listen"), message);
        }
        Ok(address) => {
            let others = before.iter().map(|other| &other.listen).chain(&wyoming.listen);
            let mut ports = others
                .filter_map(|other| other.parse::<SocketAddr>().ok())
                .map(|other| other.port());
            if address.port() != 0 && ports.any(|port| port == address.port()) {
                let message = format!(
                    "port {} is taken by another of Rosie's: each room needs one of its own",
                    address.port()
                );
                found.add(key("listen"), message);
            }
        }
    }
}
