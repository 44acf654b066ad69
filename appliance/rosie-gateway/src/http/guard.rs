//! Who may ask: the defence against pages of the internet that use a visitor's browser to reach the appliance.
//!
//! Two roads are closed. A page on another site may send requests, but the browser adds its `Origin`: what changes
//! anything, and the stream, want our own or an allowed one. A page may also point its own name at this machine (DNS
//! rebinding) and is then "same origin": so the `Host` must be an address or a name that no such page can have.

use super::ApiError;
use crate::GatewayConfig;
use http::{HeaderMap, StatusCode, header, uri::Authority};
use std::net::IpAddr;

/// Endings of names that only exist in a home.
pub(crate) const HOME_SUFFIXES: &[&str] = &[
    ".local",
    ".lan",
    ".home",
    ".home.arpa",
    ".internal",
    ".localhost",
    ".fritz.box",
];

/// Refuses a `Host` under which this appliance cannot rightly be reached. A request without one is no browser's.
pub(crate) fn check_host(headers: &HeaderMap, config: &GatewayConfig) -> Result<(), ApiError> {
    let Some(value) = headers.get(header::HOST) else {
        return Ok(());
    };
    let host = value.to_str().ok().and_then(|text| text.parse::<Authority>().ok());
    let Some(host) = host.as_ref().map(|authority| authority.host()) else {
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "bad-host",
            "the Host header is not a host name",
            "send the name or the address the appliance is reached by",
        ));
    };
    if is_home_name(host)
        || config
            .allowed_hosts
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(host))
    {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::MISDIRECTED_REQUEST,
        "host-not-allowed",
        format!("this appliance is not served under the name `{host}`"),
        "use its address or its .local name, or add the name to server.allowed_hosts",
    ))
}

fn is_home_name(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let address = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    let lower = host.to_ascii_lowercase();
    address.parse::<IpAddr>().is_ok() || !lower.contains('.') || HOME_SUFFIXES.iter().any(|s| lower.ends_with(s))
}

/// Refuses what a page of another site sends. Without an `Origin` it is no page (a program, the command line).
pub(crate) fn check_origin(headers: &HeaderMap, config: &GatewayConfig) -> Result<(), ApiError> {
    let refused = |origin: &str| {
        ApiError::new(
            StatusCode::FORBIDDEN,
            "origin-not-allowed",
            format!("pages of `{origin}` may not do this"),
            "open the page from the appliance itself, or add the origin to server.allowed_origins",
        )
    };
    let Some(origin) = headers.get(header::ORIGIN) else {
        return match headers.get("sec-fetch-site").map(|v| v.as_bytes()) {
            Some(b"cross-site") => Err(refused("another site")),
            _ => Ok(()),
        };
    };
    let origin = origin.to_str().map_err(|_| refused("an unreadable origin"))?;
    if is_allowed_origin(origin, config) || is_same_origin(origin, headers) {
        return Ok(());
    }
    Err(refused(origin))
}

pub(crate) fn is_allowed_origin(origin: &str, config: &GatewayConfig) -> bool {
    config
        .allowed_origins
        .iter()
        .any(|allowed| allowed.trim_end_matches('/').eq_ignore_ascii_case(origin))
}

/// Compares host and port. The scheme is left out: behind a proxy that ends TLS we do not know our own.
fn is_same_origin(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok());
    let (Some((scheme, theirs)), Some(ours)) = (origin.split_once("://"), host) else {
        return false;
    };
    let default_port = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return false,
    };
    let (Ok(theirs), Ok(ours)) = (theirs.parse::<Authority>(), ours.parse::<Authority>()) else {
        return false;
    };
    theirs.host().eq_ignore_ascii_case(ours.host())
        && theirs.port_u16().unwrap_or(default_port) == ours.port_u16().unwrap_or(default_port)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(k, v)| (k.parse::<http::HeaderName>().unwrap(), v.parse().unwrap()))
            .collect()
    }

    #[test]
    fn names_that_only_a_home_has() {
        for host in [
            "127.0.0.1:8000",
            "[::1]:8000",
            "192.168.1.7",
            "localhost:8000",
            "rosie",
            "rosie.local:8000",
            "Pi.LAN",
        ] {
            assert!(
                check_host(&headers(&[("host", host)]), &GatewayConfig::default()).is_ok(),
                "{host}"
            );
        }
        for host in [
            "evil.example:8000",
            "local.evil.com",
            "rosie.local.evil.com",
            "127.0.0.1.nip.io",
            "a b",
        ] {
            assert!(
                check_host(&headers(&[("host", host)]), &GatewayConfig::default()).is_err(),
                "{host}"
            );
        }
        let config = GatewayConfig {
            allowed_hosts: vec!["Rosie.example.org".into()],
            ..Default::default()
        };
        assert!(check_host(&headers(&[("host", "rosie.example.org")]), &config).is_ok());
    }

    #[test]
    fn origins() {
        let config = GatewayConfig {
            allowed_origins: vec!["https://ha.example:8123/".into()],
            ..Default::default()
        };
        let ok = |pairs: &[(&str, &str)]| check_origin(&headers(pairs), &config).is_ok();
        assert!(ok(&[("host", "rosie:8000")]));
        assert!(ok(&[("host", "rosie:8000"), ("origin", "http://rosie:8000")]));
        assert!(ok(&[("host", "rosie"), ("origin", "http://rosie:80")]));
        assert!(ok(&[("host", "rosie"), ("origin", "https://rosie")]));
        assert!(ok(&[("host", "rosie"), ("origin", "https://ha.example:8123")]));
        assert!(!ok(&[("host", "rosie:8000"), ("origin", "http://rosie:8001")]));
        assert!(!ok(&[("host", "rosie:8000"), ("origin", "http://evil.example")]));
        assert!(!ok(&[("host", "rosie:8000"), ("origin", "null")]));
        assert!(!ok(&[("host", "rosie:8000"), ("origin", "file://")]));
        assert!(!ok(&[("host", "rosie:8000"), ("sec-fetch-site", "cross-site")]));
    }
}
