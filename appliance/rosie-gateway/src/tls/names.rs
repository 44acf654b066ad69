//! Under which names and addresses this machine is reached, as a certificate lists them.

use crate::http::HOME_SUFFIXES;
use std::{collections::BTreeSet, net::IpAddr};

/// Names and addresses in one form, as text.
pub(super) type Names = BTreeSet<String>;

/// Names that every Rosie answers to.
const ALWAYS: &[&str] = &["localhost", "127.0.0.1", "::1", "rosie", "rosie.local"];

/// As they are now; `allowed`: those of the configuration besides.
pub(super) fn of_machine(allowed: &[String]) -> Names {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "the addresses of this machine cannot be read");
        Vec::new()
    });
    collect(&host, interfaces.iter().map(if_addrs::Interface::ip), allowed)
}

fn collect(host: &str, addresses: impl Iterator<Item = IpAddr>, allowed: &[String]) -> Names {
    let host = host.to_ascii_lowercase();
    let short = host.split('.').next().unwrap_or_default();
    let at_home = HOME_SUFFIXES.iter().map(|suffix| format!("{short}{suffix}"));
    let named = ALWAYS.iter().map(|name| (*name).to_owned());
    let named = named.chain([host.clone(), short.to_owned()]);
    let named = named.chain(at_home.filter(|_| short != "localhost"));
    let named = named.chain(allowed.iter().map(|name| name.to_ascii_lowercase()));
    let mut names: Names = named.filter(|name| is_name(name)).collect();
    names.extend(addresses.filter(leads_here).map(|address| address.to_string()));
    names
}

/// An address that browsers can be given. Those of IPv6 that hold on one link only need the interface's name beside them.
fn leads_here(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !address.is_unspecified(),
        IpAddr::V6(address) => !address.is_unspecified() && !address.is_unicast_link_local(),
    }
}

/// A host name or an address; what else a configuration may hold is in no certificate.
fn is_name(name: &str) -> bool {
    let of_label = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let label = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(of_label) && !label.starts_with('-');
    name.parse::<IpAddr>().is_ok() || (name.len() <= 253 && name.split('.').all(label))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_way_to_a_machine_is_named() {
        let addresses = ["192.168.1.7", "fe80::1", "fd00::7", "0.0.0.0", "127.0.0.1"].map(|a| a.parse().unwrap());
        let allowed = ["Rosie.Example.org".to_owned(), "no name".to_owned(), "".to_owned()];
        let names = collect("Kitchen-Pi.example.net", addresses.into_iter(), &allowed);
        for wanted in [
            "localhost",
            "127.0.0.1",
            "::1",
            "rosie.local",
            "kitchen-pi",
            "kitchen-pi.local",
            "kitchen-pi.lan",
            "kitchen-pi.example.net",
            "rosie.example.org",
            "192.168.1.7",
            "fd00::7",
        ] {
            assert!(names.contains(wanted), "{wanted} is missing in {names:?}");
        }
        for unwanted in ["fe80::1", "0.0.0.0", "no name", ""] {
            assert!(!names.contains(unwanted), "{unwanted:?} is in {names:?}");
        }
    }

    #[test]
    fn a_machine_without_a_name_is_still_found() {
        for host in ["", "localhost", "ro sie"] {
            let names = collect(host, std::iter::empty(), &[]);
            assert_eq!(
                names,
                ALWAYS.iter().map(|name| (*name).to_owned()).collect(),
                "{host:?}"
            );
        }
    }

    #[test]
    fn this_machine_has_an_address() {
        let names = of_machine(&[]);
        let addresses = names.iter().filter(|name| name.parse::<IpAddr>().is_ok());
        assert!(addresses.count() >= 2, "{names:?}");
    }
}
