//! What this machine is, and the section of a satellite: whose it is.

use super::{Config, validate::Findings};
use clap::ValueEnum;
use rosie_gateway::ServerAddress;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    // A Rosie of her own.
    Server,
    // Ears and voice of another one.
    Satellite,
}

section! {
    /// This machine as a satellite, with `role: satellite`: it listens for the wake word and plays what is said, and another Rosie
    /// understands and answers. Its microphone and loudspeaker are those of `device`: docs/satellite.md.
    Satellite {
        /// Address of that Rosie: "rosie.local", "192.168.1.7:8443"; "http://rosie.local:8000" where nothing is to be encrypted. Empty:
        /// the one that tells of herself on the network.
        server: String = String::new(),
        /// What it is called there; it is paired under this name. 1 to 64 of `a-z A-Z 0-9 . _ -`. Empty: `satellite-` and the name of
        /// this machine.
        name: String = String::new(),
        /// PEM file with who signed that Rosie's certificate. Empty: the authority that she shows at the first connection is kept, and
        /// nobody else is taken for her from then on.
        authority: String = String::new(),
    }
}

/// The longest name of an endpoint.
const LONGEST: usize = 64;

impl Satellite {
    /// `None`: looked for on the network.
    pub fn address(&self) -> Option<ServerAddress> {
        self.server.trim().parse().ok()
    }

    pub fn authority(&self) -> Option<PathBuf> {
        let path = self.authority.trim();
        (!path.is_empty()).then(|| path.into())
    }

    /// On a machine that is called `host`.
    pub fn name(&self, host: &str) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        let plain = |c: char| if is_of_name(c) { c } else { '-' };
        let name = format!("satellite-{}", host.trim());
        name.chars().map(plain).take(LONGEST).collect()
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

pub(super) fn check(config: &Config, found: &mut Findings) {
    let Satellite { server, name, .. } = &config.satellite;
    if !server.trim().is_empty()
        && let Err(error) = server.parse::<ServerAddress>()
    {
        found.add("satellite.server", error.to_string());
    }
    if name.len() > LONGEST || !name.chars().all(is_of_name) {
        let message = format!("\"{name}\" is no name of an endpoint: 1 to 64 of a-z A-Z 0-9 . _ -");
        found.add("satellite.name", message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_satellite_is_called_as_its_machine_unless_it_has_a_name() {
        let named = |name: &str, host: &str| {
            let name = name.to_owned();
            let satellite = Satellite {
                name,
                ..Satellite::default()
            };
            satellite.name(host)
        };
        assert_eq!(named("", "kitchen-pi\n"), "satellite-kitchen-pi");
        assert_eq!(named("", "küche"), "satellite-k-che");
        assert_eq!(named("", &"x".repeat(99)).len(), LONGEST);
        assert_eq!(named("hall", "kitchen-pi"), "hall");
    }
}
