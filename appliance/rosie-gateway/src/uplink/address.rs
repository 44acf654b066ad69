//! The address of a server as its owner writes it.

use http::uri::Authority;
use std::{fmt, net::IpAddr, str::FromStr};

/// Where a Rosie serves https and plain HTTP when nobody said otherwise.
const SECURE_PORT: u16 = 8443;
const PLAIN_PORT: u16 = 8000;

/// Where a Rosie is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress {
    /// Over TLS.
    pub secure: bool,
    /// A name, or an address; one of IPv6 without its brackets.
    pub host: String,
    pub port: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no address of a Rosie: write rosie.local, 192.168.1.7, rosie.local:8443, or http://rosie.local:8000 where nothing is \
     to be encrypted"
)]
pub struct AddressError(String);

impl FromStr for ServerAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError(text.to_owned());
        let trimmed = text.trim();
        let (secure, rest) = match trimmed.split_once("://") {
            None => (true, trimmed),
            Some(("https" | "wss", rest)) => (true, rest),
            Some(("http" | "ws", rest)) => (false, rest),
            Some(_) => return Err(wrong()),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let own = if secure { SECURE_PORT } else { PLAIN_PORT };
        if let Ok(address) = rest.parse::<IpAddr>() {
            return Ok(Self {
                secure,
                host: address.to_string(),
                port: own,
            });
        }
        let authority: Authority = rest.parse().map_err(|_| wrong())?;
        let port = match authority.as_str().rsplit_once(':') {
            Some((_, digits)) if !digits.ends_with(']') => digits.parse().map_err(|_| wrong())?,
            _ => own,
        };
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        match host.is_empty() || port == 0 || rest.contains('@') {
            true => Err(wrong()),
            false => Ok(Self {
                secure,
                host: host.to_ascii_lowercase(),
                port,
            }),
        }
    }
}

impl ServerAddress {
    /// Host and port, as in a `Host` header.
    pub fn authority(&self) -> String {
        match self.host.contains(':') {
            true => format!("[{}]:{}", self.host, self.port),
            false => format!("{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_encrypted_unless_it_says_otherwise() {
        for (written, meant) in [
            ("rosie.local", "https://rosie.local:8443"),
            (" Rosie.local/ ", "https://rosie.local:8443"),
            ("rosie.local:443", "https://rosie.local:443"),
            ("192.168.1.7", "https://192.168.1.7:8443"),
            ("fd00::7", "https://[fd00::7]:8443"),
            ("[fd00::7]", "https://[fd00::7]:8443"),
            ("[fd00::7]:9000", "https://[fd00::7]:9000"),
            ("https://rosie.lan", "https://rosie.lan:8443"),
            ("wss://rosie.lan:1", "https://rosie.lan:1"),
            ("http://rosie.local", "http://rosie.local:8000"),
            ("http://127.0.0.1:41234", "http://127.0.0.1:41234"),
        ] {
            let address: ServerAddress = written.parse().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(address.to_string(), meant, "{written}");
        }
        for wrong in [
            "",
            " ",
            "ftp://rosie",
            "rosie.local/page",
            "rosie:port",
            "rosie:0",
            "me@rosie",
            "ro sie",
        ] {
            let error = wrong.parse::<ServerAddress>().unwrap_err();
            assert!(error.to_string().contains("write rosie.local"), "{error}");
        }
    }
}
