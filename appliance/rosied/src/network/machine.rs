//! What the kernel says of its network interfaces.

use std::{
    fs,
    net::IpAddr,
    path::{Path, PathBuf},
};

/// Addresses that lead somewhere, with the interface of each.
pub struct Addresses {
    classes: PathBuf,
    all: Vec<(String, IpAddr)>,
}

impl Addresses {
    pub fn read() -> Self {
        let all = if_addrs::get_if_addrs().unwrap_or_default();
        let pair = |one: if_addrs::Interface| {
            let address = one.ip();
            (one.name, address)
        };
        Self::of("/sys/class/net", all.into_iter().map(pair).collect())
    }

    fn of(classes: impl AsRef<Path>, mut all: Vec<(String, IpAddr)>) -> Self {
        all.retain(|(_, address)| match address {
            IpAddr::V4(address) => !address.is_loopback() && !address.is_link_local(),
            IpAddr::V6(address) => !address.is_loopback() && !address.is_unicast_link_local(),
        });
        // One that a person can read is told first.
        all.sort_by_key(|(_, address)| address.is_ipv6());
        Self {
            classes: classes.as_ref().to_owned(),
            all,
        }
    }

    pub fn at(&self, interface: &str) -> Option<IpAddr> {
        let mut there = self.all.iter().filter(|(name, _)| name == interface);
        there.next().map(|(_, address)| *address)
    }

    /// Of a device that is no radio; bridges and tunnels are no devices.
    pub fn wired(&self) -> Option<IpAddr> {
        let wired = |name: &str| {
            let class = self.classes.join(name);
            class.join("device").exists() && !class.join("phy80211").exists()
        };
        self.all
            .iter()
            .find(|(name, _)| wired(name))
            .map(|(_, address)| *address)
    }
}

/// `Rosie-` and the end of the radio's address, so that two in one house have two names.
pub fn access_point_name(interface: &str) -> String {
    let address = fs::read_to_string(format!("/sys/class/net/{interface}/address")).unwrap_or_default();
    name_of(&address)
}

fn name_of(address: &str) -> String {
    let digits: String = address.chars().filter(char::is_ascii_hexdigit).collect();
    let end = digits.len().saturating_sub(4);
    format!("Rosie-{}", digits[end..].to_uppercase())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_a_device_without_a_radio_is_a_cable() {
        let classes = tempfile::tempdir().unwrap();
        for place in ["lo", "eth0/device", "wlan0/device", "wlan0/phy80211", "docker0"] {
            fs::create_dir_all(classes.path().join(place)).unwrap();
        }
        let of = |all: &[(&str, &str)]| {
            let all = all
                .iter()
                .map(|(name, address)| ((*name).to_owned(), address.parse().unwrap()));
            Addresses::of(classes.path(), all.collect())
        };
        let none = of(&[
            ("lo", "127.0.0.1"),
            ("eth0", "169.254.3.4"),
            ("eth0", "fe80::1"),
            ("docker0", "172.17.0.1"),
            ("wlan0", "192.168.1.7"),
        ]);
        assert_eq!(none.wired(), None);
        assert_eq!(none.at("wlan0"), Some([192, 168, 1, 7].into()));
        assert_eq!(none.at("eth0"), None);
        let both = of(&[("eth0", "2001:db8::5"), ("eth0", "192.168.1.5")]);
        assert_eq!(both.wired(), Some([192, 168, 1, 5].into()));
        assert!(of(&[("eth0", "2001:db8::5")]).wired().is_some());
    }

    #[test]
    fn names() {
        assert_eq!(name_of("d8:3a:dd:01:ab:cd\n"), "Rosie-ABCD");
        assert_eq!(name_of(""), "Rosie-");
    }
}
