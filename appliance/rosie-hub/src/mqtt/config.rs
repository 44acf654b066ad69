//! Where the broker is, what opens it, and what the bridge does there.

use crate::{HubError, Rooms, home_assistant::Token, web::trusting};
use reqwest::Url;
use rustls::ClientConfig;
use std::sync::Arc;

/// Which MQTT is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 5 first, 3.1.1 with a broker that does not know it.
    Auto,
    V5,
    V311,
}

/// How Rosie shows herself to Home Assistant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discovery {
    /// One message a device: Home Assistant 2024.12 and later.
    Device,
    /// One message an entity.
    Entities,
    Off,
}

/// Where things of the home are learnt from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Devices {
    Off,
    /// From the discovery messages of other devices.
    Discovery,
    /// From Home Assistant's `mqtt_statestream` below this topic.
    Statestream(String),
}

#[derive(Debug, Clone)]
pub struct MqttConfig {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Option<Arc<ClientConfig>>,
    pub(super) username: String,
    pub(super) password: Token,
    pub(super) version: Version,
    /// First part of Rosie's own topics.
    pub(super) base: String,
    /// First part of Home Assistant's discovery topics.
    pub(super) prefix: String,
    pub(super) discovery: Discovery,
    pub(super) show_texts: bool,
    pub(super) devices: Devices,
    pub(super) rooms: Rooms,
}

/// What the owner wrote.
#[derive(Debug, Clone)]
pub struct MqttSettings<'a> {
    /// `mqtt://broker.local:1883`, or `mqtts://` for TLS.
    pub url: &'a str,
    pub username: &'a str,
    pub password: &'a str,
    /// PEM; empty: whom the system trusts.
    pub ca_file: &'a str,
    pub version: Version,
    pub base: &'a str,
    pub prefix: &'a str,
    pub discovery: Discovery,
    pub show_texts: bool,
    pub devices: Devices,
}

impl MqttConfig {
    /// Reads the CA file; everything else is only looked at.
    pub fn new(settings: MqttSettings<'_>, rooms: Rooms) -> Result<Self, HubError> {
        let (host, port, secure) = address(settings.url)?;
        let base = topic(settings.base)?;
        let prefix = topic(settings.prefix)?;
        let tls = secure.then(|| trusting(settings.ca_file)).transpose()?;
        let devices = match settings.devices {
            Devices::Statestream(base) => Devices::Statestream(topic(&base)?),
            other => other,
        };
        Ok(Self {
            host,
            port,
            tls: tls.map(Arc::new),
            username: settings.username.to_owned(),
            password: Token::new(settings.password),
            version: settings.version,
            base,
            prefix,
            discovery: settings.discovery,
            show_texts: settings.show_texts,
            devices,
            rooms,
        })
    }

    /// As it may be shown.
    pub fn address(&self) -> String {
        let scheme = if self.tls.is_some() { "mqtts" } else { "mqtt" };
        let host = match self.host.contains(':') {
            true => format!("[{}]", self.host),
            false => self.host.clone(),
        };
        format!("{scheme}://{host}:{}", self.port)
    }
}

/// Host, port, and whether TLS is spoken. Also what the configuration is checked with.
pub fn address(url: &str) -> Result<(String, u16, bool), HubError> {
    let bad = || HubError::BrokerAddress(without_password(url));
    let parsed = Url::parse(url.trim()).map_err(|_| bad())?;
    let (secure, usual) = match parsed.scheme() {
        "mqtt" | "tcp" => (false, 1883),
        "mqtts" | "ssl" => (true, 8883),
        _ => return Err(bad()),
    };
    let host = parsed.host_str().filter(|host| !host.is_empty()).ok_or_else(bad)?;
    let path = matches!(parsed.path(), "" | "/") && parsed.query().is_none();
    if !parsed.username().is_empty() || parsed.password().is_some() || !path {
        return Err(bad());
    }
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    Ok((host, parsed.port().unwrap_or(usual), secure))
}

/// A password that was put into the address is in no error.
fn without_password(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => url.to_owned(),
    }
}

/// A first part of topics: no wildcard, no empty level, not the broker's own.
pub fn topic(topic: &str) -> Result<String, HubError> {
    let topic = topic.trim();
    let level = |level: &str| !level.is_empty() && !level.contains(['+', '#']) && !level.chars().any(char::is_control);
    match topic.len() <= 100 && !topic.starts_with('$') && topic.split('/').all(level) {
        true => Ok(topic.to_owned()),
        false => Err(HubError::BadTopic(topic.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn addresses_as_people_write_them() {
        assert_eq!(
            address("mqtt://broker.local").unwrap(),
            ("broker.local".into(), 1883, false)
        );
        assert_eq!(
            address(" mqtts://10.0.0.2:9001/").unwrap(),
            ("10.0.0.2".into(), 9001, true)
        );
        assert_eq!(address("mqtt://[::1]:1884").unwrap(), ("::1".into(), 1884, false));
        for bad in [
            "",
            "broker",
            "http://b",
            "mqtt://",
            "mqtt://b/topic",
            "mqtt://me:secret@b",
            "mqtt://b:99999",
        ] {
            let told = address(bad).unwrap_err().to_string();
            assert!(told.contains("mqtt://") && !told.contains("secret"), "{bad}: {told}");
        }
    }

    #[test]
    fn first_parts_of_topics() {
        assert_eq!(topic(" home/rosie ").unwrap(), "home/rosie");
        for bad in ["", "/rosie", "rosie/", "a//b", "rosie/+", "#", "$SYS", "a\nb"] {
            assert!(topic(bad).is_err(), "{bad:?}");
        }
    }
}
