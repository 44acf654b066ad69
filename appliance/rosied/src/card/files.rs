//! The files that a [`Card`] becomes, in one folder that the image's units read: `name`, `time-zone`, `country`,
//! `authorized_keys`, `updates`, and in `iwd/` the network as iwd keeps it (man iwd.network).

use super::{Card, Wifi, is_raw_key};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// Writes what the card says into `folder`; what it does not say stays as it is there. All of it is on the disk when this
/// returns.
///
/// # Errors
/// What the disk says.
pub fn write(card: &Card, folder: &Path) -> io::Result<Vec<String>> {
    let mut written = vec![];
    fs::create_dir_all(folder.join("iwd"))?;
    let mut keep = |name: &str, text: String| {
        written.push(name.to_owned());
        replace(&folder.join(name), text.as_bytes())
    };
    for (name, value) in [
        ("name", &card.name),
        ("time-zone", &card.time_zone),
        ("country", &card.country),
    ] {
        if let Some(value) = value {
            keep(name, format!("{value}\n"))?;
        }
    }
    if !card.ssh_keys.is_empty() {
        keep("authorized_keys", card.ssh_keys.join("\n") + "\n")?;
    }
    if let Some(updates) = &card.updates {
        let channel = updates.channel.trim_end_matches('/');
        keep(
            "updates",
            format!("channel={channel}\nmode={}\n", updates.mode.as_str()),
        )?;
    }
    if let Some(wifi) = &card.wifi {
        keep(&format!("iwd/{}", wifi.file_name()), profile(wifi))?;
    }
    File::open(folder.join("iwd"))?.sync_all()?;
    File::open(folder)?.sync_all()?;
    Ok(written)
}

/// Nobody but the owner reads it, and it is whole or as it was.
///
/// # Errors
/// What the disk says.
pub fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let scratch = path.with_added_extension("new");
    match fs::remove_file(&scratch) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&scratch)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&scratch, path)
}

impl Wifi {
    /// iwd takes a name of letters, digits, spaces, `_` and `-` as it is, any other as `=` and its bytes in hexadecimal.
    pub fn file_name(&self) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || " _-".contains(c);
        let name = if self.network.chars().all(plain) {
            self.network.clone()
        } else {
            let digits: String = self.network.bytes().map(|byte| format!("{byte:02x}")).collect();
            format!("={digits}")
        };
        format!("{name}.{}", if self.password.is_some() { "psk" } else { "open" })
    }
}

fn profile(wifi: &Wifi) -> String {
    let hidden = if wifi.hidden { "Hidden=true\n" } else { "" };
    let settings = format!("[Settings]\nAutoConnect={}\n{hidden}", !wifi.tried);
    match &wifi.password {
        None => settings,
        Some(key) if is_raw_key(key) => format!("[Security]\nPreSharedKey={}\n\n{settings}", key.to_lowercase()),
        Some(password) => format!("[Security]\nPassphrase={}\n\n{settings}", escaped(password)),
    }
}

/// A value of ell's settings files: a backslash, and spaces at its edges, are written as escapes.
fn escaped(value: &str) -> String {
    let inner = value.trim_matches(' ');
    let before = value.len() - value.trim_start_matches(' ').len();
    let after = value.len() - before - inner.len();
    let (before, after) = ("\\s".repeat(before), "\\s".repeat(after));
    format!("{before}{}{after}", inner.replace('\\', "\\\\"))
}
