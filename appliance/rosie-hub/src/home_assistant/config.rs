//! Where Home Assistant is, and what opens it.

use crate::{HubError, Rooms, clock::zone};
use jiff::tz::TimeZone;
use reqwest::Url;
use std::fmt;

/// A key. Shows itself to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into().trim().to_owned())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct HomeAssistantConfig {
    pub(super) url: Url,
    pub(super) token: Token,
    pub(super) rooms: Rooms,
    pub(super) conversation: bool,
    pub(super) zone: TimeZone,
    pub(super) ca_file: String,
}

impl HomeAssistantConfig {
    /// `url`: as in a browser (`http://homeassistant.local:8123`). `rooms`: Rosie's own; one that has the name of an area
    /// is that area.
    pub fn new(url: &str, token: Token, rooms: Rooms) -> Result<Self, HubError> {
        let bad = || HubError::HomeAddress(url.to_owned());
        let mut parsed = Url::parse(url.trim()).map_err(|_| bad())?;
        let web = matches!(parsed.scheme(), "http" | "https") && parsed.host_str().is_some();
        if !web || !parsed.username().is_empty() || parsed.password().is_some() {
            return Err(bad());
        }
        // `join` replaces what follows the last slash.
        if !parsed.path().ends_with('/') {
            parsed.set_path(&format!("{}/", parsed.path()));
        }
        parsed.set_query(None);
        parsed.set_fragment(None);
        Ok(Self {
            url: parsed,
            token,
            rooms,
            conversation: false,
            zone: TimeZone::system(),
            ca_file: String::new(),
        })
    }

    /// Whether Home Assistant's own conversation agent gets the sentences that Rosie does not understand.
    pub fn with_conversation(mut self, wanted: bool) -> Self {
        self.conversation = wanted;
        self
    }

    /// PEM file of the authority that signed its certificate; empty: whom this system trusts.
    pub fn trusting(mut self, ca_file: &str) -> Self {
        self.ca_file = ca_file.to_owned();
        self
    }

    /// The house's, as an IANA name; empty takes the machine's.
    pub fn in_zone(mut self, name: &str) -> Result<Self, HubError> {
        if !name.is_empty() {
            self.zone = zone(Some(name))?;
        }
        Ok(self)
    }

    /// As it may be shown.
    pub fn address(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn addresses_as_people_write_them() {
        let address = |url: &str| {
            let config = HomeAssistantConfig::new(url, Token::new("secret"), Rooms::default());
            config.map(|config| config.url.join("api/websocket").unwrap().to_string())
        };
        assert_eq!(
            address("http://homeassistant.local:8123").unwrap(),
            "http://homeassistant.local:8123/api/websocket"
        );
        assert_eq!(
            address(" https://example.org/ha?x#y").unwrap(),
            "https://example.org/ha/api/websocket"
        );
        for bad in ["", "homeassistant.local", "ws://ha:8123", "http://me:pw@ha:8123"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_token_is_shown_to_nobody() {
        let config = HomeAssistantConfig::new("http://ha", Token::new("secret"), Rooms::default()).unwrap();
        assert!(!format!("{config:?}").contains("secret"));
    }
}
