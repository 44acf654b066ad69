//! What a person may write on the command line, checked before any device is asked anything. Errors say what to write instead.

use std::{fmt, str::FromStr};

/// Where Rosie is, as her kiosk app takes it: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress {
    pub secure: bool,
    pub host: String,
    pub port: u16,
}

impl FromStr for ServerAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "\"{text}\" is no address of Rosie: write https://rosie.local:8443, or http://192.168.1.5:8000, without a path"
            )
        };
        let (secure, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            _ => return Err(wrong()),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        // A colon inside brackets is IPv6's.
        let colon = rest.rfind(':').filter(|at| rest.rfind(']').is_none_or(|end| end < *at));
        let (host, port) = match colon {
            Some(at) => {
                let port = rest[at + 1..].parse().ok().filter(|port| *port > 0);
                (&rest[..at], port.ok_or_else(wrong)?)
            }
            None => (rest, if secure { 443 } else { 80 }),
        };
        let name = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let good = match name {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => {
                !host.is_empty()
                    && host.len() <= 253
                    && host.split('.').all(|label| {
                        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
                    })
            }
        };
        if !good {
            return Err(wrong());
        }
        Ok(Self {
            secure,
            host: host.to_ascii_lowercase(),
            port,
        })
    }
}

impl fmt::Display for ServerAddress {
    /// As a browser writes an origin, and as the app gives it back.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host)?;
        match (self.secure, self.port) {
            (true, 443) | (false, 80) => Ok(()),
            (_, port) => write!(f, ":{port}"),
        }
    }
}

/// What stands on the home button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum HomeApp {
    /// Rosie's kiosk app: it is there after a start, and nothing else is.
    Kiosk,
    /// Fully Kiosk Browser, which you installed.
    Fully,
    /// What is there today stays; the kiosk app is one app among others.
    None,
}

pub fn serial(text: &str) -> Result<String, String> {
    // What adb itself takes for a serial number or an address; it becomes a part of requests.
    let good = |c: char| c.is_ascii_alphanumeric() || "._:-[]%".contains(c);
    match !text.is_empty() && text.len() <= 128 && text.chars().all(good) {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "\"{text}\" is no serial number: `rosie-kiosk devices` lists them"
        )),
    }
}

pub fn room(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match !text.is_empty() && text.len() <= 64 && text.chars().all(good) {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "\"{text}\" is no room's id: it is `id` under `rooms` in Rosie's configuration, as in living_room"
        )),
    }
}

/// The name of an endpoint, as the app takes it.
pub fn name(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    match !text.is_empty() && text.len() <= 64 && text.chars().all(good) {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "\"{text}\" is no name of an endpoint: 1 to 64 of a-z A-Z 0-9 . _ -"
        )),
    }
}

/// What pairing gave; never shown, so the message has it not.
pub fn pairing_key(text: &str) -> Result<String, String> {
    let good = !text.is_empty() && text.len() <= 128 && text.chars().all(|c| c.is_ascii_graphic());
    if text.len() == 6 && text.chars().all(|c| c.is_ascii_digit()) {
        return Err(
            "six digits are the code that is typed on Rosie's page; --pair takes the key that pairing gives".to_owned(),
        );
    }
    match good {
        true => Ok(text.to_owned()),
        false => Err("this is no key of a paired endpoint: 1 to 128 characters without a space".to_owned()),
    }
}

/// A network's name: up to 32 bytes, nothing that is not shown.
pub fn ssid(text: &str) -> Result<String, String> {
    match !text.is_empty() && text.len() <= 32 && !text.chars().any(char::is_control) {
        true => Ok(text.to_owned()),
        false => Err(format!("\"{text}\" is no Wi-Fi name: 1 to 32 bytes")),
    }
}

/// A WPA passphrase; never shown, so the message has it not.
pub fn wifi_password(text: &str) -> Result<String, String> {
    let shown = text.chars().all(|c| (' '..='~').contains(&c));
    match (8..=63).contains(&text.len()) && shown {
        true => Ok(text.to_owned()),
        false => Err("the Wi-Fi password must be 8 to 63 plain characters".to_owned()),
    }
}

pub fn time_zone(text: &str) -> Result<String, String> {
    match jiff::tz::TimeZone::get(text) {
        Ok(zone) => Ok(zone.iana_name().unwrap_or(text).to_owned()),
        Err(_) => Err(format!("\"{text}\" is no time zone: write one as Europe/Berlin")),
    }
}

/// A SHA-256, with or without colons, in small letters.
pub fn digest(text: &str) -> Result<String, String> {
    let plain: String = text.trim().chars().filter(|c| *c != ':').collect();
    match plain.len() == 64 && plain.chars().all(|c| c.is_ascii_hexdigit()) {
        true => Ok(plain.to_ascii_lowercase()),
        false => Err(format!(
            "\"{text}\" is no SHA-256 of a certificate: 64 hexadecimal digits, as `apksigner verify --print-certs` prints them"
        )),
    }
}

/// For a POSIX shell, whatever is in it.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn addresses() {
        for (written, is) in [
            ("https://rosie.local:8443", "https://rosie.local:8443"),
            ("https://Rosie.local:443/", "https://rosie.local"),
            ("http://192.168.1.5:8000", "http://192.168.1.5:8000"),
            ("http://rosie", "http://rosie"),
            ("https://[fd00::5]:8443", "https://[fd00::5]:8443"),
        ] {
            assert_eq!(written.parse::<ServerAddress>().unwrap().to_string(), is);
        }
        for wrong in [
            "",
            "rosie.local",
            "ftp://rosie.local",
            "https://",
            "https://a:0",
            "https://a:70000",
            "https://a:b",
            "https://a/path",
            "https://user@rosie.local",
            "https://ro sie",
            "https://[fd00::5",
            "https://a..b",
            "https://a;reboot",
        ] {
            let said = wrong.parse::<ServerAddress>().unwrap_err();
            assert!(said.contains("https://rosie.local:8443"), "{said}");
        }
    }

    #[test]
    fn what_would_not_fit_a_request_or_a_shell_is_refused() {
        assert!(serial("192.168.1.9:5555").is_ok() && serial("G0W1;reboot").is_err() && serial("").is_err());
        assert!(room("living_room").is_ok() && room("Living room").is_err() && room("$(reboot)").is_err());
        assert!(name("kitchen-show").is_ok() && name("küche").is_err() && name(&"a".repeat(65)).is_err());
        assert!(ssid("My House's Wi-Fi").is_ok() && ssid("").is_err() && ssid(&"ü".repeat(17)).is_err());
        assert!(time_zone("Europe/Berlin").is_ok() && time_zone("Mars/Base").is_err() && time_zone("").is_err());
        assert!(digest(&"aB".repeat(32)).is_ok() && digest("ab:cd").is_err());
    }

    #[test]
    fn a_wrong_secret_is_not_repeated() {
        assert!(pairing_key("rk_aB3-").is_ok() && pairing_key("123456").unwrap_err().contains("the code"));
        assert!(!pairing_key("a secret").unwrap_err().contains("secret"));
        assert!(wifi_password("correct horse").is_ok());
        assert!(!wifi_password("short").unwrap_err().contains("short"));
    }

    #[test]
    fn quoting_leaves_nothing_to_the_shell() {
        assert_eq!(
            quoted("house.rosie.kiosk/.MainActivity"),
            "house.rosie.kiosk/.MainActivity"
        );
        assert_eq!(quoted("a'b $(c)"), "'a'\\''b $(c)'");
        assert_eq!(quoted(""), "''");
    }
}
