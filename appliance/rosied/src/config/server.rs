//! The section of what listens: plain HTTP, https, and whom both let in.

use super::{Config, validate::Findings};
use rosie_gateway::{GatewayConfig, OwnFiles, Plain, TlsConfig, WebRtc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, ops::RangeInclusive, path::Path, time::Duration};

section! {
    /// What listens on the network.
    Server {
        /// Addresses and ports to listen on for plain HTTP.
        listen: Vec<String> = vec!["0.0.0.0:8000".into()],
        /// What plain HTTP serves: `allow` everything; `redirect` only leads to https, besides /health and what a device needs to
        /// trust Rosie's certificate (/certificate, /ca.crt).
        plain: PlainHttp = PlainHttp::Allow,
        tls: Tls = Tls::default(),
        webrtc: WebRtcAudio = WebRtcAudio::default(),
        /// Endpoints connected at once.
        max_sessions: u32 = GatewayConfig::default().limits.max_streams as u32,
        /// A connection without any message for so long is closed; milliseconds.
        idle_timeout_ms: u64 = GatewayConfig::default().idle_timeout.as_millis() as u64,
        /// A session whose connection was lost can be resumed for so long; milliseconds.
        resume_ms: u64 = 120_000,
        /// Host names under which Rosie is reached, besides addresses, single words and names of home networks (.local,
        /// .lan, .home.arpa, .internal). Others are refused, so that no page of the internet can reach her. Her own certificate is
        /// for these names, too.
        allowed_hosts: Vec<String> = vec![],
        /// Pages of other origins that may connect ("https://panel.example"); Rosie's own page always may.
        allowed_origins: Vec<String> = vec![],
        /// Time for turns in progress to end at shutdown; milliseconds.
        shutdown_grace_ms: u64 = GatewayConfig::default().grace.as_millis() as u64,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PlainHttp {
    Allow,
    Redirect,
}

section! {
    /// https, which browsers want before they give a page the microphone. Without files of your own Rosie is her own certificate
    /// authority; http://rosie.local:8000/certificate says how devices are made to trust her.
    Tls {
        /// Addresses and ports to listen on; empty turns https off.
        listen: Vec<String> = vec!["0.0.0.0:8443".into()],
        /// PEM file with a certificate of your own, and those that signed it. It is read again when it changes.
        certificate: String = String::new(),
        /// PEM file with its private key, without a passphrase.
        key: String = String::new(),
    }
}

section! {
    /// Audio of pages over WebRTC instead of the WebSocket, which takes over by itself where it does not come about: better on a bad
    /// network, and a browser's echo cancellation works best with it.
    WebRtcAudio {
        /// Whether it is offered.
        enabled: bool = GatewayConfig::default().webrtc.enabled,
        /// The UDP ports it may use, like "40000-40100", one for each page; empty: any that are free.
        udp_ports: String = String::new(),
        /// STUN servers ("stun:stun.example.org:3478") that say under which address a page outside the home is reached; within it none
        /// is needed.
        stun: Vec<String> = vec![],
    }
}

impl WebRtcAudio {
    /// `None` where there is no range of ports in the setting, or none that is one.
    fn ports(&self) -> Option<RangeInclusive<u16>> {
        let (first, last) = self.udp_ports.split_once('-')?;
        let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        (0 < first && first <= last).then_some(first..=last)
    }
}

impl Tls {
    fn own(&self) -> Option<OwnFiles> {
        let set = !self.certificate.is_empty() && !self.key.is_empty();
        set.then(|| OwnFiles {
            certificate: self.certificate.clone().into(),
            key: self.key.clone().into(),
        })
    }
}

impl Server {
    /// As the gateway wants it; of a configuration that was checked. `data`: the data folder.
    pub fn settings(&self, data: &Path) -> GatewayConfig {
        let addresses = |all: &[String]| all.iter().filter_map(|address| address.parse().ok()).collect();
        let mut gateway = GatewayConfig {
            listen: addresses(&self.listen),
            plain: match self.plain {
                PlainHttp::Allow => Plain::Allow,
                PlainHttp::Redirect => Plain::Redirect,
            },
            tls: Some(TlsConfig {
                listen: addresses(&self.tls.listen),
                folder: data.join(super::TLS_FOLDER),
                own: self.tls.own(),
            }),
            webrtc: WebRtc {
                enabled: self.webrtc.enabled,
                udp_ports: self.webrtc.ports(),
                stun: self.webrtc.stun.clone(),
            },
            allowed_hosts: self.allowed_hosts.clone(),
            allowed_origins: self.allowed_origins.clone(),
            idle_timeout: Duration::from_millis(self.idle_timeout_ms),
            grace: Duration::from_millis(self.shutdown_grace_ms),
            ..GatewayConfig::default()
        };
        gateway.limits.max_streams = self.max_sessions as usize;
        gateway
    }
}

pub(super) fn check(config: &Config, found: &mut Findings) {
    let server = &config.server;
    if server.listen.is_empty() {
        found.add("server.listen", "give at least one address, like 0.0.0.0:8000");
    }
    for (key, listen, example) in [
        ("server.listen", &server.listen, "0.0.0.0:8000"),
        ("server.tls.listen", &server.tls.listen, "0.0.0.0:8443"),
    ] {
        for (i, address) in listen.iter().enumerate() {
            if address.parse::<SocketAddr>().is_err() {
                let message = format!("\"{address}\" is not an address like {example}");
                found.add(format!("{key}.{i}"), message);
            } else if key == "server.tls.listen" && server.listen.contains(address) {
                let message = format!("\"{address}\" stands in server.listen, too: https needs a port of its own");
                found.add(format!("{key}.{i}"), message);
            }
        }
    }
    check_tls(server, found);
    check_webrtc(&server.webrtc, found);
    found.range("server.max_sessions", server.max_sessions, 1..=1_000);
    found.range("server.idle_timeout_ms", server.idle_timeout_ms, 1_000..=3_600_000);
    found.range("server.resume_ms", server.resume_ms, 0..=3_600_000);
    found.range("server.shutdown_grace_ms", server.shutdown_grace_ms, 0..=60_000);
    for (i, origin) in server.allowed_origins.iter().enumerate() {
        found.url(&format!("server.allowed_origins.{i}"), origin);
    }
}

fn check_tls(server: &Server, found: &mut Findings) {
    let tls = &server.tls;
    if server.plain == PlainHttp::Redirect && tls.listen.is_empty() {
        found.add(
            "server.plain",
            "redirect leads to https, which is off: give server.tls.listen an address like 0.0.0.0:8443, or choose allow",
        );
    }
    match (tls.certificate.is_empty(), tls.key.is_empty()) {
        (false, true) => found.add(
            "server.tls.key",
            "a certificate without its key: name the PEM file with it, too",
        ),
        (true, false) => found.add(
            "server.tls.certificate",
            "a key without its certificate: name the PEM file with it, too",
        ),
        _ => {}
    }
    if let Some(Err(fault)) = tls.own().map(|own| own.check()) {
        found.add(format!("server.tls.{}", fault.field), fault.message);
    }
}

fn check_webrtc(webrtc: &WebRtcAudio, found: &mut Findings) {
    if !webrtc.udp_ports.is_empty() && webrtc.ports().is_none() {
        let message = format!("\"{}\" is no range of ports like 40000-40100", webrtc.udp_ports);
        found.add("server.webrtc.udp_ports", message);
    }
    for (i, server) in webrtc.stun.iter().enumerate() {
        if server.strip_prefix("stun:").is_none_or(str::is_empty) {
            let message = format!("\"{server}\" is no STUN server like stun:stun.example.org:3478");
            found.add(format!("server.webrtc.stun.{i}"), message);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{Document, TLS_FOLDER};
    use super::*;

    fn mistakes(yaml: &str) -> Vec<(String, String)> {
        let resolved = Document::parse(yaml).unwrap().resolve(|_| None, &Default::default());
        let mistakes = resolved.err().unwrap_or_default();
        mistakes
            .into_iter()
            .map(|mistake| (mistake.key, mistake.message))
            .collect()
    }

    #[test]
    fn https_is_on_and_plain_http_is_as_ever_where_nothing_is_said() {
        let settings = Config::default().server.settings(Path::new("/data/rosie"));
        let tls = settings.tls.unwrap();
        assert_eq!((settings.plain, tls.own), (Plain::Allow, None));
        assert_eq!(tls.listen, ["0.0.0.0:8443".parse::<SocketAddr>().unwrap()]);
        assert_eq!(tls.folder, Path::new("/data/rosie").join(TLS_FOLDER));
    }

    #[test]
    fn a_range_of_ports_is_two_numbers_in_order() {
        for right in ["40000-40100", "7-7"] {
            assert!(mistakes(&format!("server: {{webrtc: {{udp_ports: '{right}'}}}}")).is_empty());
        }
        for wrong in ["40000", "2-1", "0-9", "1-70000", "a-b"] {
            let found = mistakes(&format!("server: {{webrtc: {{udp_ports: '{wrong}'}}}}"));
            assert!(
                found.len() == 1 && found[0].0 == "server.webrtc.udp_ports",
                "{wrong}: {found:?}"
            );
        }
        let found = mistakes("server: {webrtc: {stun: ['stun.example.org']}}");
        assert!(found.len() == 1 && found[0].0 == "server.webrtc.stun.0", "{found:?}");
    }

    #[test]
    fn mistakes_of_https_say_what_would_be_right() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().display();
        for (yaml, key, message) in [
            (
                "server: {tls: {listen: ['8443']}}".to_owned(),
                "server.tls.listen.0",
                "like 0.0.0.0:8443",
            ),
            (
                "server: {tls: {listen: ['0.0.0.0:8000']}}".to_owned(),
                "server.tls.listen.0",
                "a port of its own",
            ),
            (
                "server: {plain: redirect, tls: {listen: []}}".to_owned(),
                "server.plain",
                "https, which is off",
            ),
            (
                "server: {tls: {certificate: /a.pem}}".to_owned(),
                "server.tls.key",
                "without its key",
            ),
            (
                "server: {tls: {key: /a.pem}}".to_owned(),
                "server.tls.certificate",
                "without its certificate",
            ),
            (
                "server: {tls: {certificate: /nowhere/a.pem, key: /nowhere/b.pem}}".to_owned(),
                "server.tls.certificate",
                "cannot be read",
            ),
            (
                format!("server: {{tls: {{certificate: '{path}', key: '{path}'}}}}"),
                "server.tls.certificate",
                "no certificate in PEM form",
            ),
        ] {
            let found = mistakes(&yaml);
            assert_eq!(found.len(), 1, "{yaml}: {found:?}");
            assert!(found[0].0 == key && found[0].1.contains(message), "{yaml}: {found:?}");
        }
        assert!(mistakes("server: {plain: redirect, tls: {listen: ['[::]:443']}}").is_empty());
    }
}
