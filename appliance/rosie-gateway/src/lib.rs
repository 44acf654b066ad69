//! Everything that listens: the HTTP API, the endpoint stream, the pages and the metrics.
//!
//! It knows the daemon behind it only as `rosie_core::appliance::Appliance`; no engine, no session logic lives here.

#![forbid(unsafe_code)]

mod access;
mod clock;
mod config;
mod connection;
mod crowd;
mod error;
mod folder;
mod http;
mod metrics;
mod rtc;
mod server;
mod stream;
mod tls;
mod uplink;
mod wyoming;

pub use access::{AccessConfig, AccessError, Pairings, ResetError, reset_owner};
pub use config::{GatewayConfig, Limits, Plain};
pub use error::GatewayError;
pub use metrics::{Metrics, Process};
pub use rtc::WebRtc;
pub use server::Gateway;
pub use tls::{OwnFault, OwnFiles, TlsConfig};
pub use uplink::{AddressError, Listener, Say, ServerAddress, Standing, Told, Uplink, UplinkConfig};
pub use wyoming::{OfferedRoom, SatelliteConfig, Wyoming, WyomingConfig};
