//! `rosie.yaml`, the file that somebody puts on the boot partition before the first start: read, checked whole, and turned
//! into the files of the machine.

mod files;

use serde::Deserialize;

pub use files::{replace, write};

/// What may stand in the file. Everything may be left out.
#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Card {
    /// The machine's name: `rosie` is found as `rosie.local`.
    pub name: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// Two letters; which radio channels are allowed depends on it.
    pub country: Option<String>,
    pub wifi: Option<Wifi>,
    /// Who may log in. Without any, nobody may.
    pub ssh_keys: Vec<String>,
    /// Where newer systems are looked for. Left out: nowhere.
    pub updates: Option<Updates>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Updates {
    /// A folder on a web server, `https://…`.
    pub channel: String,
    #[serde(default)]
    pub mode: UpdateMode,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum UpdateMode {
    Off,
    /// Says that there is one.
    #[default]
    Notify,
    /// Takes it at night.
    Automatic,
}

impl UpdateMode {
    fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Notify => "notify",
            Self::Automatic => "automatic",
        }
    }
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Wifi {
    /// As its owner named it, up to 32 bytes.
    pub network: String,
    /// 8 to 63 characters, or the key itself as 64 hexadecimal digits; left out for an open network.
    #[serde(default)]
    pub password: Option<String>,
    /// It does not tell its name.
    #[serde(default)]
    pub hidden: bool,
    /// It is only tried: nothing joins it by itself.
    #[serde(skip)]
    pub tried: bool,
}

const KINDS_OF_KEYS: [&str; 6] = [
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
];

impl Card {
    /// # Errors
    /// Every mistake, one line each, with what would be right. None quotes a password.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let text = text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        // Its report quotes the line, which may be the one with the password.
        let card: Self = serde_saphyr::from_str(text).map_err(|error| {
            let place = error.location();
            let place = place.map_or(String::new(), |place| format!(" at line {}", place.line()));
            vec![format!(
                "the file is not understood{place}: it may have name, time_zone, country, wifi (network, password, hidden), \
                 ssh_keys and updates (channel, mode: off, notify or automatic), and text with special characters belongs in quotes"
            )]
        })?;
        let mistakes = card.mistakes();
        if mistakes.is_empty() { Ok(card) } else { Err(mistakes) }
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = vec![];
        let name_is_good = |name: &String| {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
            (1..=63).contains(&name.len()) && name.chars().all(plain) && !name.starts_with('-') && !name.ends_with('-')
        };
        if self.name.as_ref().is_some_and(|name| !name_is_good(name)) {
            mistakes.push("name: letters, digits and hyphens, at most 63, as in \"rosie-kitchen\"".into());
        }
        let zone_is_good = |zone: &String| jiff::tz::TimeZone::get(zone).is_ok();
        if self.time_zone.as_ref().is_some_and(|zone| !zone_is_good(zone)) {
            mistakes.push("time_zone: a name like \"Europe/Berlin\"".into());
        }
        if self.country.as_ref().is_some_and(|code| !is_country(code)) {
            mistakes.push("country: two capital letters like \"DE\"".into());
        }
        if let Some(wifi) = &self.wifi {
            mistakes.extend(wifi.mistakes());
            if self.country.is_none() {
                mistakes.push("country: is needed with wifi; two capital letters like \"DE\"".into());
            }
        }
        let plain = |c: char| c.is_ascii_graphic() && !"\"'<>\\`".contains(c);
        let channel_is_good =
            |channel: &String| channel.starts_with("https://") && channel.len() > 8 && channel.chars().all(plain);
        if self
            .updates
            .as_ref()
            .is_some_and(|updates| !channel_is_good(&updates.channel))
        {
            mistakes.push("updates.channel: an address like \"https://updates.example.org/rosie\"".into());
        }
        for (index, key) in self.ssh_keys.iter().enumerate() {
            if !is_public_key(key) {
                let number = index + 1;
                mistakes.push(format!(
                    "ssh_keys: number {number} is no public key; one line as in a .pub file, beginning with ssh-ed25519"
                ));
            }
        }
        mistakes
    }
}

impl Wifi {
    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = vec![];
        if !is_network_name(&self.network) {
            mistakes.push("wifi.network: the network's name, 1 to 32 bytes".into());
        }
        if self.password.as_ref().is_some_and(|password| !is_password(password)) {
            mistakes.push("wifi.password: 8 to 63 printable ASCII characters, or 64 hexadecimal digits".into());
        }
        mistakes
    }
}

pub fn is_country(code: &str) -> bool {
    code.len() == 2 && code.chars().all(|c| c.is_ascii_uppercase())
}

pub fn is_network_name(name: &str) -> bool {
    (1..=32).contains(&name.len()) && !name.chars().any(char::is_control)
}

pub fn is_password(password: &str) -> bool {
    let printable = password.chars().all(|c| (' '..='~').contains(&c));
    (8..=63).contains(&password.len()) && printable || is_raw_key(password)
}

fn is_raw_key(password: &str) -> bool {
    password.len() == 64 && password.chars().all(|c| c.is_ascii_hexdigit())
}

/// A line of `authorized_keys` without options: those could run commands.
fn is_public_key(key: &str) -> bool {
    let mut words = key.split(' ');
    let kind = words.next().is_some_and(|kind| KINDS_OF_KEYS.contains(&kind));
    let base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let body = words
        .next()
        .is_some_and(|body| body.len() >= 50 && body.chars().all(base64));
    kind && body && !key.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;
