//! Being found and finding on the home's network, by mDNS: `_wyoming._tcp`.

use super::{SatelliteConfig, Shared, satellite};
use mdns_sd::{IfKind, ResolvedService, ServiceDaemon, ServiceEvent, ServiceInfo};
use std::{collections::HashSet, net::SocketAddr, sync::Arc, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const SERVICE: &str = "_wyoming._tcp.local.";
/// Found satellites that are connected to, at most.
const FOUND: usize = 32;
/// For the last words on the network: that Rosie is gone.
const GOODBYE: Duration = Duration::from_secs(1);

/// Tells the network of these services (their names, where they have one of their own, and addresses) and looks for satellites, as configured, until `shutdown`.
pub(super) async fn be_found_and_find(
    shared: Arc<Shared>,
    services: Vec<(Option<String>, SocketAddr)>,
    tracker: TaskTracker,
    shutdown: CancellationToken,
) {
    let config = &shared.config;
    let addresses: Vec<SocketAddr> = services.iter().map(|(_, address)| *address).collect();
    let announces = config.announces && !addresses.is_empty();
    if !announces && !config.discovers {
        return;
    }
    let network = match ServiceDaemon::new() {
        Ok(network) => network,
        Err(error) => {
            tracing::warn!(%error, "Wyoming is not announced: give Home Assistant the address by hand");
            return;
        }
    };
    // Others must not be told to look for Rosie on their own machine.
    if addresses.iter().any(|address| !address.ip().is_loopback()) {
        let _ = network.disable_interface(vec![IfKind::LoopbackV4, IfKind::LoopbackV6]);
    }
    let mut told = HashSet::new();
    for (name, address) in services.iter().filter(|_| announces) {
        // One name a port: 0.0.0.0 and [::] are one service.
        if told.insert(address.port())
            && let Err(error) = announce(&network, name.as_deref(), *address)
        {
            tracing::warn!(%address, %error, "Wyoming is not announced: give Home Assistant the address by hand");
        }
    }
    if config.discovers {
        find(&network, &shared, &addresses, &tracker, &shutdown).await;
    } else {
        shutdown.cancelled().await;
    }
    if let Ok(ended) = network.shutdown() {
        let _ = tokio::time::timeout(GOODBYE, ended.recv_async()).await;
    }
}

fn announce(network: &ServiceDaemon, name: Option<&str>, address: SocketAddr) -> Result<(), mdns_sd::Error> {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let host = host.split('.').next().unwrap_or("rosie").to_ascii_lowercase();
    let name = name.map_or_else(|| format!("Rosie on {host}"), |name| format!("{name} ({host})"));
    // A name of her own: another service of this machine may announce it under its plain name, and names must not clash.
    let own = format!("rosie-wyoming-{host}.local.");
    let ip = match address.ip().is_unspecified() {
        true => String::new(),
        false => address.ip().to_string(),
    };
    let service = ServiceInfo::new(
        SERVICE,
        &name,
        &own,
        ip.as_str(),
        address.port(),
        &[("server", "rosie")][..],
    )?;
    network.register(match address.ip().is_unspecified() {
        true => service.enable_addr_auto(),
        false => service,
    })
}

/// Connects to what is found and is a satellite with a room of this house.
async fn find(
    network: &ServiceDaemon,
    shared: &Arc<Shared>,
    own: &[SocketAddr],
    tracker: &TaskTracker,
    shutdown: &CancellationToken,
) {
    let events = match network.browse(SERVICE) {
        Ok(events) => events,
        Err(error) => {
            tracing::warn!(%error, "satellites are not looked for: name them in the configuration");
            shutdown.cancelled().await;
            return;
        }
    };
    let mut known: HashSet<String> = shared.config.satellites.iter().map(|one| one.address.clone()).collect();
    let most = known.len() + FOUND;
    while let Some(Ok(event)) = shutdown.run_until_cancelled(events.recv_async()).await {
        let ServiceEvent::ServiceResolved(service) = event else {
            continue;
        };
        let Some(address) = address_of(&service) else { continue };
        let is_own = own.iter().any(|own| own.port() == service.port) && service.txt_properties.get("server").is_some();
        if is_own || known.len() >= most || !known.insert(address.clone()) {
            continue;
        }
        tracing::info!(address, "something that speaks Wyoming was found");
        let found = SatelliteConfig {
            address,
            room: None,
            found: true,
        };
        let keep = satellite::keep(found, shared.appliance.clone());
        let shutdown = shutdown.clone();
        tracker.spawn(async move { shutdown.run_until_cancelled(keep).await });
    }
}

/// IPv4 where there is one: addresses of IPv6 on a home's network need the interface's name.
fn address_of(service: &ResolvedService) -> Option<String> {
    let v4 = service.addresses.iter().find(|address| address.is_ipv4());
    let address = v4.or_else(|| service.addresses.iter().next())?;
    Some(SocketAddr::new(address.to_ip_addr(), service.port).to_string())
}
