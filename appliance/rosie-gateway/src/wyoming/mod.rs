//! Wyoming both ways: a server whose parts Home Assistant's pipelines use, and a client of satellites, which become
//! endpoints. docs/wyoming.md is for people.
//!
//! The protocol knows no passwords. So it is off until an address is named, and only home networks get in.

mod asking;
mod audio;
mod borrower;
mod info;
mod link;
mod network;
mod offering;
mod recognizing;
mod satellite;
mod service;
mod speaking;
mod told;
mod waking;

use crate::{GatewayError, server};
use asking::Asking;
use offering::Offer;
pub use offering::OfferedRoom;
use rosie_core::{RoomId, appliance::Appliance};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Connections at once, to each address: who fills one does not shut the others.
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
    /// Rooms that Home Assistant may have as its satellites.
    pub offered: Vec<OfferedRoom>,
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
}

/// Server and satellites; listening, but not accepting yet.
pub struct Wyoming {
    shared: Arc<Shared>,
    listeners: Vec<TcpListener>,
    offered: Vec<(TcpListener, Arc<Offer>)>,
}

impl Wyoming {
    /// Opens the listening sockets.
    ///
    /// # Errors
    /// An address that cannot be listened on, and what to do about it.
    pub fn bind(config: WyomingConfig, appliance: Arc<dyn Appliance>) -> Result<Wyoming, GatewayError> {
        let open = |address| {
            server::open(address, &config.listen).map_err(|error| GatewayError::listen(address, "wyoming", error))
        };
        let listeners = config
            .listen
            .iter()
            .map(|&address| open(address))
            .collect::<Result<Vec<_>, _>>()?;
        let offer = |one: &OfferedRoom| Ok((open(one.listen)?, Offer::new(one.room.clone())));
        let offered = config
            .offered
            .iter()
            .map(offer)
            .collect::<Result<Vec<_>, GatewayError>>()?;
        let shared = Arc::new(Shared {
            config,
            appliance,
            asking: Asking::default(),
        });
        Ok(Wyoming {
            shared,
            listeners,
            offered,
        })
    }

    /// The addresses that are really listened on.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listeners.iter().filter_map(|l| l.local_addr().ok()).collect()
    }

    /// Rooms and the addresses at which they are offered.
    pub fn rooms(&self) -> Vec<(RoomId, SocketAddr)> {
        let address =
            |(listener, offer): &(TcpListener, Arc<Offer>)| Some((offer.room.clone(), listener.local_addr().ok()?));
        self.offered.iter().filter_map(address).collect()
    }

    /// What the network is told of: names and addresses.
    fn services(&self) -> Vec<(Option<String>, SocketAddr)> {
        let rooms = self.offered.iter().filter_map(|(listener, offer)| {
            let (name, _) = offer.names(&self.shared);
            Some((Some(name), listener.local_addr().ok()?))
        });
        let services = self.addresses().into_iter().map(|address| (None, address));
        services.chain(rooms).collect()
    }

    /// Serves until `shutdown`; connections and satellites end with it.
    pub async fn serve(self, shutdown: CancellationToken) {
        let tracker = TaskTracker::new();
        for satellite in self.shared.config.satellites.clone() {
            let keep = satellite::keep(satellite, self.shared.appliance.clone());
            let shutdown = shutdown.clone();
            tracker.spawn(async move { shutdown.run_until_cancelled(keep).await });
        }
        let services = self.services();
        let network = network::be_found_and_find(self.shared.clone(), services, tracker.clone(), shutdown.clone());
        tracker.spawn(network);
        let services = self.listeners.into_iter().map(|listener| (listener, None));
        let rooms = self
            .offered
            .into_iter()
            .map(|(listener, offer)| (listener, Some(offer)));
        for (listener, offer) in services.chain(rooms) {
            let (shared, tracker, shutdown) = (self.shared.clone(), tracker.clone(), shutdown.clone());
            tracker
                .clone()
                .spawn(accept(listener, shared, offer, tracker, shutdown));
        }
        shutdown.cancelled().await;
        tracker.close();
        tracker.wait().await;
    }
}

/// What is asked of Rosie; with an offer, what is asked of that room.
async fn accept(
    listener: TcpListener,
    shared: Arc<Shared>,
    offer: Option<Arc<Offer>>,
    tracker: TaskTracker,
    shutdown: CancellationToken,
) {
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
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
        let Ok(permit) = connections.clone().try_acquire_owned() else {
            tracing::warn!(%peer, limit = CONNECTIONS, "too many Wyoming connections: one was closed");
            continue;
        };
        let (shared, offer, shutdown) = (shared.clone(), offer.clone(), shutdown.clone());
        tracker.spawn(async move {
            let _permit = permit;
            match offer {
                None => shutdown.run_until_cancelled(service::serve(stream, peer, shared)).await,
                Some(offer) => {
                    shutdown
                        .run_until_cancelled(offering::serve(stream, peer, shared, offer))
                        .await
                }
            };
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
