//! Wyoming both ways: a server whose parts Home Assistant's pipelines use, and a client of satellites, which become
//! endpoints. docs/wyoming.md is for people.
//!
//! The protocol knows no passwords. So it is off until an address is named, and only home networks get in.

mod asking;
mod audio;
mod info;
mod link;
mod network;
mod satellite;
mod service;
mod speaking;
mod told;

use crate::{GatewayError, server};
use asking::Asking;
use rosie_core::{RoomId, appliance::Appliance};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Connections at once.
const CONNECTIONS: usize = 64;

/// What the owner can set about Wyoming.
#[derive(Debug, Clone, Default)]
pub struct WyomingConfig {
    /// Addresses to listen on; none: the server is off.
    pub listen: Vec<SocketAddr>,
    /// Whether sentences are taken (`handle`): whoever reaches the port can then control the house.
    pub answers: bool,
    /// Who may connect; empty: every address of a home network.
    pub allow: Vec<IpAddr>,
    /// Where sentences come from; `None`: the first room.
    pub room: Option<RoomId>,
    pub satellites: Vec<SatelliteConfig>,
    /// Tell the network by mDNS that the server is there.
    pub announces: bool,
    /// Connect to satellites that the network tells of, where their area is a room of this house.
    pub discovers: bool,
}

/// A satellite that Rosie connects to.
#[derive(Debug, Clone, PartialEq)]
pub struct SatelliteConfig {
    /// Host name or address, and port.
    pub address: String,
    /// `None`: the first room.
    pub room: Option<RoomId>,
    /// The network told of it: it is taken where its area names a room.
    pub found: bool,
}

struct Shared {
    config: WyomingConfig,
    appliance: Arc<dyn Appliance>,
    asking: Asking,
    connections: Arc<Semaphore>,
}

/// Server and satellites; listening, but not accepting yet.
pub struct Wyoming {
    shared: Arc<Shared>,
    listeners: Vec<TcpListener>,
}

impl Wyoming {
    /// Opens the listening sockets.
    ///
    /// # Errors
    /// An address that cannot be listened on, and what to do about it.
    pub fn bind(config: WyomingConfig, appliance: Arc<dyn Appliance>) -> Result<Wyoming, GatewayError> {
        let open =
            |&address| server::open(address, &config.listen).map_err(|error| GatewayError::listen(address, error));
        let listeners = config.listen.iter().map(open).collect::<Result<Vec<_>, _>>()?;
        let shared = Arc::new(Shared {
            config,
            appliance,
            asking: Asking::default(),
            connections: Arc::new(Semaphore::new(CONNECTIONS)),
        });
        Ok(Wyoming { shared, listeners })
    }

    /// The addresses that are really listened on.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listeners.iter().filter_map(|l| l.local_addr().ok()).collect()
    }

    /// Serves until `shutdown`; connections and satellites end with it.
    pub async fn serve(self, shutdown: CancellationToken) {
        let tracker = TaskTracker::new();
        for satellite in self.shared.config.satellites.clone() {
            let keep = satellite::keep(satellite, self.shared.appliance.clone());
            let shutdown = shutdown.clone();
            tracker.spawn(async move { shutdown.run_until_cancelled(keep).await });
        }
        let addresses = self.addresses();
        let network = network::be_found_and_find(self.shared.clone(), addresses, tracker.clone(), shutdown.clone());
        tracker.spawn(network);
        for listener in self.listeners {
            tracker.spawn(accept(listener, self.shared.clone(), tracker.clone(), shutdown.clone()));
        }
        shutdown.cancelled().await;
        tracker.close();
        tracker.wait().await;
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, tracker: TaskTracker, shutdown: CancellationToken) {
    loop {
        let Some(accepted) = shutdown.run_until_cancelled(listener.accept()).await else {
            return;
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a Wyoming connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        if !may_enter(peer.ip(), &shared.config.allow) {
            tracing::warn!(%peer, "a Wyoming connection from an address that is not allowed was closed");
            continue;
        }
        let Ok(permit) = shared.connections.clone().try_acquire_owned() else {
            tracing::warn!(%peer, limit = CONNECTIONS, "too many Wyoming connections: one was closed");
            continue;
        };
        let serve = service::serve(stream, peer, shared.clone());
        let shutdown = shutdown.clone();
        tracker.spawn(async move {
            let _permit = permit;
            shutdown.run_until_cancelled(serve).await;
        });
    }
}

/// Those named; or where none is, addresses that only a home network has.
fn may_enter(peer: IpAddr, allow: &[IpAddr]) -> bool {
    let peer = peer.to_canonical();
    if !allow.is_empty() {
        return allow.iter().any(|allowed| allowed.to_canonical() == peer);
    }
    match peer {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_home_networks_get_in_or_those_who_are_named() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap_or(IpAddr::from([0; 4]));
        for home in [
            "127.0.0.1",
            "192.168.1.9",
            "10.2.3.4",
            "172.20.0.1",
            "169.254.1.1",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:192.168.1.9",
        ] {
            assert!(may_enter(address(home), &[]), "{home}");
        }
        for far in ["8.8.8.8", "172.32.0.1", "2001:4860:4860::8888", "::ffff:8.8.8.8"] {
            assert!(!may_enter(address(far), &[]), "{far}");
        }
        let named = [address("192.168.1.5")];
        assert!(may_enter(address("::ffff:192.168.1.5"), &named) && !may_enter(address("127.0.0.1"), &named));
    }
}
