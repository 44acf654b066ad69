//! What iwd is asked over D-Bus, through systemd's `busctl`, and what its answers mean. No password goes this way: iwd reads them
//! from its files.

use rosie_core::network::{Security, SeenNetwork};
use serde_json::Value;
use std::{collections::BTreeMap, process::Command, time::Duration};

const SERVICE: &str = "net.connman.iwd";
/// For what is answered at once.
const SOON: Duration = Duration::from_secs(10);

/// What iwd knows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct View {
    pub radio: Option<Radio>,
    /// Networks that it would join by itself.
    pub known: usize,
    networks: BTreeMap<String, (String, Security)>,
}

/// The first radio; another one is left alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Radio {
    pub path: String,
    pub interface: String,
    /// Its access point works.
    pub open: bool,
    /// It can look for networks and join one.
    pub station: bool,
    /// It looks for networks just now.
    pub scanning: bool,
    /// Name of the network that it is in.
    pub ssid: Option<String>,
}

/// A network that the radio sees.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub path: String,
    pub seen: SeenNetwork,
}

fn property<'a>(interfaces: &'a Value, interface: &str, name: &str) -> Option<&'a Value> {
    interfaces.get(format!("{SERVICE}.{interface}"))?.get(name)?.get("data")
}

impl View {
    /// Of an answer of `GetManagedObjects`.
    fn read(answer: &str) -> Option<Self> {
        let answer: Value = serde_json::from_str(answer).ok()?;
        let objects = answer.get("data")?.get(0)?.as_object()?;
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let is = |value: Option<&Value>| value.and_then(Value::as_bool) == Some(true);
        let mut view = Self::default();
        for (path, of) in objects {
            if of.get(format!("{SERVICE}.KnownNetwork")).is_some() && is(property(of, "KnownNetwork", "AutoConnect")) {
                view.known += 1;
            }
            if let Some(name) = text(property(of, "Network", "Name")) {
                let security = match property(of, "Network", "Type").and_then(Value::as_str) {
                    Some("open") => Security::Open,
                    Some("psk") => Security::Password,
                    _ => Security::Unsupported,
                };
                view.networks.insert(path.clone(), (name, security));
            }
        }
        let mut devices: Vec<_> = objects
            .iter()
            .filter_map(|(path, of)| Some((path, of, text(property(of, "Device", "Name"))?)))
            .collect();
        devices.sort_by_key(|(path, ..)| *path);
        view.radio = devices.into_iter().next().map(|(path, of, interface)| Radio {
            path: path.clone(),
            interface,
            open: is(property(of, "AccessPoint", "Started")),
            station: property(of, "Station", "State").is_some(),
            scanning: is(property(of, "Station", "Scanning")),
            ssid: text(property(of, "Station", "ConnectedNetwork"))
                .filter(|_| property(of, "Station", "State").and_then(Value::as_str) == Some("connected"))
                .and_then(|network| view.networks.get(&network).map(|(name, _)| name.clone())),
        });
        Some(view)
    }

    /// Of an answer of `GetOrderedNetworks`, the strongest first.
    fn found(&self, answer: &str) -> Option<Vec<Found>> {
        let answer: Value = serde_json::from_str(answer).ok()?;
        let ordered = answer.get("data")?.get(0)?.as_array()?;
        let found = ordered.iter().filter_map(|one| {
            let (path, hundredths) = (one.get(0)?.as_str()?, one.get(1)?.as_i64()?);
            let (ssid, security) = self.networks.get(path)?.clone();
            // From -100 dBm, where nothing works, to -50, where nothing gets better.
            let strength = ((hundredths / 100 + 100) * 2).clamp(0, 100) as u8;
            let seen = SeenNetwork {
                ssid,
                strength,
                security,
            };
            Some(Found {
                path: path.to_owned(),
                seen,
            })
        });
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(|found| std::cmp::Reverse(found.seen.strength));
        Some(found)
    }
}

/// iwd's refusals, as far as they differ for her.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It does something else just now.
    Busy,
    /// The other side, or iwd itself, said no.
    Failed,
}

impl Refusal {
    fn read(said: &str) -> Self {
        let busy = [
            "in progress",
            "aborted",
            "not available",
            "No Agent",
            "Unknown",
            "No such",
            "not found",
        ];
        if busy.iter().any(|word| said.contains(word)) {
            Self::Busy
        } else {
            Self::Failed
        }
    }
}

/// One call; what it prints.
fn busctl(limit: Duration, words: &[&str]) -> Result<String, Refusal> {
    let done = Command::new("busctl")
        .args(["--json=short", &format!("--timeout={}", limit.as_secs())])
        .args(words)
        .output();
    let done = done.map_err(|error| {
        tracing::warn!(%error, "busctl cannot be started");
        Refusal::Failed
    })?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    tracing::debug!(call = words.join(" "), said = said.trim(), "iwd refused");
    Err(Refusal::read(&said))
}

fn call(limit: Duration, path: &str, interface: &str, words: &[&str]) -> Result<String, Refusal> {
    let interface = format!("{SERVICE}.{interface}");
    busctl(limit, &[&["call", SERVICE, path, &interface], words].concat())
}

/// Nothing where iwd does not run.
pub fn look() -> View {
    let objects = [
        "call",
        SERVICE,
        "/",
        "org.freedesktop.DBus.ObjectManager",
        "GetManagedObjects",
    ];
    let answer = busctl(SOON, &objects).ok();
    answer.and_then(|answer| View::read(&answer)).unwrap_or_default()
}

/// What the radio sees, without looking anew.
pub fn found(view: &View) -> Vec<Found> {
    let Some(radio) = view.radio.as_ref().filter(|radio| radio.station) else {
        return vec![];
    };
    let answer = call(SOON, &radio.path, "Station", &["GetOrderedNetworks"]).ok();
    answer.and_then(|answer| view.found(&answer)).unwrap_or_default()
}

pub fn scan(radio: &Radio) -> Result<(), Refusal> {
    call(SOON, &radio.path, "Station", &["Scan"]).map(|_| ())
}

/// Returns when the network is joined, or not.
pub fn connect(network: &Found, limit: Duration) -> Result<(), Refusal> {
    call(limit, &network.path, "Network", &["Connect"]).map(|_| ())
}

/// `station` or `ap`.
pub fn set_mode(radio: &Radio, mode: &str) -> Result<(), Refusal> {
    let device = format!("{SERVICE}.Device");
    busctl(
        SOON,
        &["set-property", SERVICE, &radio.path, &device, "Mode", "s", mode],
    )
    .map(|_| ())
}

/// Opens the access point; its password is no secret.
pub fn start(radio: &Radio, ssid: &str, password: &str) -> Result<(), Refusal> {
    call(SOON, &radio.path, "AccessPoint", &["Start", "ss", ssid, password]).map(|_| ())
}

/// Whether somebody is at the access point.
pub fn guests(radio: &Radio) -> bool {
    let answer = call(SOON, &radio.path, "AccessPointDiagnostic", &["GetDiagnostics"]).ok();
    answer.is_some_and(|answer| has_guests(&answer))
}

fn has_guests(answer: &str) -> bool {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    answer["data"][0]
        .as_array()
        .is_some_and(|stations| !stations.is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(device: Value) -> String {
        json!({"type": "a{oa{sa{sv}}}", "data": [{
            "/net/connman/iwd/0": {"net.connman.iwd.Adapter": {"Powered": {"type": "b", "data": true}}},
            "/net/connman/iwd/0/7": device,
            "/net/connman/iwd/1/9": {"net.connman.iwd.Device": {"Name": {"type": "s", "data": "wlan1"}}},
            "/net/connman/iwd/0/7/a_psk": {"net.connman.iwd.Network": {
                "Name": {"type": "s", "data": "Café \u{1f600}"}, "Type": {"type": "s", "data": "psk"}}},
            "/net/connman/iwd/0/7/b_open": {"net.connman.iwd.Network": {
                "Name": {"type": "s", "data": "Guests"}, "Type": {"type": "s", "data": "open"}}},
            "/net/connman/iwd/0/7/c_8021x": {"net.connman.iwd.Network": {
                "Name": {"type": "s", "data": "Office"}, "Type": {"type": "s", "data": "8021x"}}},
            "/net/connman/iwd/a_psk": {"net.connman.iwd.KnownNetwork": {
                "Name": {"type": "s", "data": "Café \u{1f600}"}, "AutoConnect": {"type": "b", "data": true}}},
            "/net/connman/iwd/d_psk": {"net.connman.iwd.KnownNetwork": {
                "Name": {"type": "s", "data": "Old"}, "AutoConnect": {"type": "b", "data": false}}},
        }]})
        .to_string()
    }

    fn device(state: &str) -> Value {
        json!({
            "net.connman.iwd.Device": {"Name": {"type": "s", "data": "wlan0"}, "Mode": {"type": "s", "data": "station"}},
            "net.connman.iwd.Station": {
                "State": {"type": "s", "data": state}, "Scanning": {"type": "b", "data": false},
                "ConnectedNetwork": {"type": "o", "data": "/net/connman/iwd/0/7/a_psk"}},
        })
    }

    #[test]
    fn the_first_radio_and_the_network_it_is_in() {
        let view = View::read(&answer(device("connected"))).unwrap();
        let radio = view.radio.as_ref().unwrap();
        assert_eq!((&*radio.path, &*radio.interface), ("/net/connman/iwd/0/7", "wlan0"));
        assert_eq!(radio.ssid.as_deref(), Some("Café \u{1f600}"));
        assert!(radio.station && !radio.open && !radio.scanning);
        assert_eq!(view.known, 1, "one that is not joined by itself does not count");
        // On its way into a network is not in it.
        let view = View::read(&answer(device("connecting"))).unwrap();
        assert_eq!(view.radio.unwrap().ssid, None);
    }

    #[test]
    fn an_access_point_is_no_station() {
        let open = json!({
            "net.connman.iwd.Device": {"Name": {"type": "s", "data": "wlan0"}},
            "net.connman.iwd.AccessPoint": {"Started": {"type": "b", "data": true}},
        });
        let radio = View::read(&answer(open)).unwrap().radio.unwrap();
        assert!(radio.open && !radio.station);
    }

    #[test]
    fn networks_the_strongest_first() {
        let view = View::read(&answer(device("disconnected"))).unwrap();
        let ordered = json!({"type": "a(on)", "data": [[
            ["/net/connman/iwd/0/7/b_open", -9900], ["/net/connman/iwd/0/7/a_psk", -4000],
            ["/net/connman/iwd/0/7/c_8021x", -7000], ["/net/connman/iwd/0/7/gone", -7000],
        ]]});
        let found = view.found(&ordered.to_string()).unwrap();
        let told: Vec<_> = found
            .iter()
            .map(|one| (&*one.seen.ssid, one.seen.strength, one.seen.security))
            .collect();
        let expected = [
            ("Café \u{1f600}", 100, Security::Password),
            ("Office", 60, Security::Unsupported),
            ("Guests", 2, Security::Open),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_not_understood_is_nothing() {
        for text in ["", "{}", "[]", "{\"data\": [7]}", "Call failed: no iwd"] {
            assert_eq!(View::read(text), None, "{text}");
            assert_eq!(View::default().found(text), None, "{text}");
            assert!(!has_guests(text));
        }
        assert!(has_guests(
            "{\"type\":\"aa{sv}\",\"data\":[[{\"Address\":{\"type\":\"s\",\"data\":\"02:00\"}}]]}"
        ));
        assert!(!has_guests("{\"type\":\"aa{sv}\",\"data\":[[]]}"));
    }

    #[test]
    fn refusals() {
        assert_eq!(
            Refusal::read("Call failed: Operation already in progress"),
            Refusal::Busy
        );
        assert_eq!(Refusal::read("Call failed: Operation failed"), Refusal::Failed);
    }
}
