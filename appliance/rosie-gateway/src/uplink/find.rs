//! Finding the server on the home's network, by mDNS: `_rosie._tcp`, and names that end with `.local`.

use super::{ServerAddress, dial::Fault};
use mdns_sd::{HostnameResolutionEvent, ServiceDaemon, ServiceEvent};
use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};
use tokio::time::timeout;

const SERVICE: &str = "_rosie._tcp.local.";
/// How long is waited for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The first Rosie that tells of herself.
pub(super) async fn server() -> Result<ServerAddress, Fault> {
    of(SERVICE).await
}

async fn of(service: &str) -> Result<ServerAddress, Fault> {
    let network = ServiceDaemon::new().map_err(|error| Fault::Broken(error.to_string()))?;
    let looking = async {
        let events = network.browse(service).ok()?;
        while let Ok(event) = events.recv_async().await {
            let ServiceEvent::ServiceResolved(service) = event else {
                continue;
            };
            let addresses = service.addresses.iter().map(mdns_sd::ScopedIp::to_ip_addr);
            if let Some(address) = easiest(addresses) {
                return Some(ServerAddress {
                    secure: true,
                    host: address.to_string(),
                    port: service.port,
                });
            }
        }
        None
    };
    let found = timeout(PATIENCE, looking).await.ok().flatten();
    let _ = network.shutdown();
    found.ok_or(Fault::NotFound)
}

/// Where a server is; a name of the home is asked for on the network where the system does not know it.
pub(super) async fn places(address: &ServerAddress) -> Result<Vec<SocketAddr>, String> {
    if let Ok(ip) = address.host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, address.port)]);
    }
    match tokio::net::lookup_host((address.host.as_str(), address.port)).await {
        Ok(found) => Ok(found.collect()),
        Err(error) if address.host.ends_with(".local") => match local(&address.host).await {
            Some(ip) => Ok(vec![SocketAddr::new(ip, address.port)]),
            None => Err(error.to_string()),
        },
        Err(error) => Err(error.to_string()),
    }
}

async fn local(host: &str) -> Option<IpAddr> {
    let network = ServiceDaemon::new().ok()?;
    let looking = async {
        let limit = PATIENCE.as_millis() as u64;
        let events = network.resolve_hostname(&format!("{host}."), Some(limit)).ok()?;
        while let Ok(event) = events.recv_async().await {
            if let HostnameResolutionEvent::AddressesFound(_, addresses) = event {
                return easiest(addresses.iter().map(mdns_sd::ScopedIp::to_ip_addr));
            }
        }
        None
    };
    let found = timeout(PATIENCE, looking).await.ok().flatten();
    let _ = network.shutdown();
    found
}

/// IPv4 where there is one: addresses of IPv6 on a home's network need the interface's name.
fn easiest(addresses: impl Iterator<Item = IpAddr>) -> Option<IpAddr> {
    addresses.min_by_key(|address| !address.is_ipv4())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use mdns_sd::ServiceInfo;

    /// Under a name of this process's own: others may test at the same time on the same network.
    #[tokio::test]
    async fn who_tells_of_herself_is_found() {
        let kind = format!("_r{}._tcp.local.", std::process::id());
        let network = ServiceDaemon::new().unwrap();
        let host = format!("rosie-{}.local.", std::process::id());
        let service = ServiceInfo::new(&kind, "Rosie in a test", &host, "", 8443, None).unwrap();
        network.register(service.enable_addr_auto()).unwrap();
        let looking = async {
            loop {
                if let Ok(found) = of(&kind).await {
                    return found;
                }
            }
        };
        let found = timeout(4 * PATIENCE, looking).await.unwrap();
        assert_eq!((found.secure, found.port), (true, 8443));
        assert!(found.host.parse::<IpAddr>().is_ok(), "{found}");
        let _ = network.shutdown();
    }
}
