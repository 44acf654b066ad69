//! What a device is, read before anything is planned. Reading changes nothing.

use crate::{
    adb::{AdbError, Command, Device},
    lever::{number_after, volume_of, whole},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// As adb names it.
    pub serial: String,
    /// As the device names itself, whatever it is connected by.
    pub serial_number: String,
    pub codename: String,
    pub model: String,
    pub android: String,
    pub sdk: u32,
    pub lineage: Option<String>,
    pub fire_os: Option<String>,
    pub webview: Option<String>,
    /// adb's shell is root now.
    pub root: bool,
    /// It could be made so.
    pub debuggable: bool,
    pub free_kib: Option<u64>,
    /// As the panel is built in, before anything is turned.
    pub size: Option<(u32, u32)>,
    pub density: Option<u32>,
    pub density_override: Option<u32>,
    pub accounts: Vec<String>,
    /// Media volume now, and its loudest.
    pub volume: Option<(u32, u32)>,
    pub packages: BTreeSet<String>,
    /// Components that can be the home app.
    pub homes: Vec<String>,
    /// Whether it reaches Rosie's host; none where that was not asked.
    pub reaches: Option<bool>,
}

impl Facts {
    pub fn read(device: &Device, host: Option<&str>) -> Result<Self, AdbError> {
        let ask = |command: &str| device.shell(command).map(|output| output.text);
        let properties = properties(&ask("getprop")?);
        let one = |names: &[&str]| {
            let found = names
                .iter()
                .filter_map(|name| properties.get(*name))
                .find(|value| !value.is_empty());
            found.cloned()
        };
        let density = ask("wm density")?;
        let reaches = match host {
            Some(host) => {
                let ping = format!(
                    "ping -c 1 -W 3 {}",
                    crate::values::quoted(host.trim_matches(['[', ']']))
                );
                Some(device.shell(Command::from(ping))?.succeeded())
            }
            None => None,
        };
        Ok(Self {
            serial: device.serial().to_owned(),
            serial_number: one(&["ro.serialno", "ro.boot.serialno"]).unwrap_or_else(|| device.serial().to_owned()),
            codename: one(&["ro.lineage.device", "ro.cm.device", "ro.product.device"]).unwrap_or_default(),
            model: one(&["ro.product.model"]).unwrap_or_default(),
            android: one(&["ro.build.version.release"]).unwrap_or_default(),
            sdk: one(&["ro.build.version.sdk"])
                .and_then(|sdk| sdk.parse().ok())
                .unwrap_or_default(),
            lineage: one(&[
                "ro.lineage.build.version",
                "ro.lineage.version",
                "ro.cm.build.version",
                "ro.cm.version",
            ]),
            fire_os: one(&["ro.build.version.fireos", "ro.build.mktg.fireos"]),
            webview: webview(&ask("dumpsys webviewupdate")?),
            root: device.shell("id -u")?.text.trim() == "0",
            debuggable: one(&["ro.debuggable"]).as_deref() == Some("1"),
            free_kib: free(&ask("df /data")?),
            size: size(&ask("wm size")?),
            density: number_after(&density, "Physical density:"),
            density_override: number_after(&density, "Override density:"),
            accounts: accounts(&ask("dumpsys account")?),
            volume: volume_of(&ask("media volume --stream 3 --get")?),
            packages: packages(&ask("pm list packages")?),
            homes: homes(&ask(
                "cmd package query-activities --brief -a android.intent.action.MAIN -c android.intent.category.HOME",
            )?),
            reaches,
        })
    }

    /// Amazon's own system, which has none of what a kiosk needs.
    pub fn is_fire_os(&self) -> bool {
        self.fire_os.is_some() && self.lineage.is_none()
    }

    /// The major version of Chrome that its WebView is.
    pub fn chrome(&self) -> Option<u32> {
        self.webview.as_deref()?.split('.').next()?.parse().ok()
    }

    /// In a few words, for the head of a report.
    pub fn title(&self) -> String {
        let mut title = if self.model.is_empty() {
            "a device".to_owned()
        } else {
            self.model.clone()
        };
        if !self.codename.is_empty() && self.codename != self.model {
            title.push_str(&format!(" ({})", self.codename));
        }
        if let Some(lineage) = &self.lineage {
            title.push_str(&format!(", LineageOS {lineage}"));
        }
        title.push_str(&format!(", Android {}", self.android));
        if let Some(webview) = &self.webview {
            title.push_str(&format!(", WebView {webview}"));
        }
        title.push_str(if self.root {
            ", root over adb"
        } else {
            ", no root over adb"
        });
        title
    }
}

/// `[ro.product.device]: [checkers]`, a line each.
fn properties(said: &str) -> BTreeMap<String, String> {
    let pairs = said.lines().filter_map(|line| {
        let (name, value) = line.trim().split_once("]: [")?;
        Some((name.strip_prefix('[')?.to_owned(), value.strip_suffix(']')?.to_owned()))
    });
    pairs.collect()
}

/// `Current WebView package (name, version): (com.android.webview, 106.0.5249.126)`.
fn webview(said: &str) -> Option<String> {
    let line = said.lines().find(|line| line.contains("Current WebView package"))?;
    let (_, last) = line.rsplit_once('(')?;
    let (_, version) = last.split_once(',')?;
    Some(version.trim().trim_end_matches(')').to_owned()).filter(|version| !version.is_empty())
}

/// The column of free space, in kibibytes; older ones write `1.2G`.
fn free(said: &str) -> Option<u64> {
    let mut lines = said.lines().filter(|line| !line.trim().is_empty());
    let head: Vec<&str> = lines.next()?.split_whitespace().collect();
    let column = head
        .iter()
        .position(|name| ["Available", "Avail", "Free"].contains(name))?;
    let row: Vec<&str> = lines.next_back()?.split_whitespace().collect();
    let text = row.get(column)?;
    let (number, unit) = match text.find(|c: char| c.is_ascii_alphabetic()) {
        Some(at) => (&text[..at], text[at..].to_ascii_uppercase()),
        None => (*text, "K".to_owned()),
    };
    let times = match unit.as_str() {
        "K" => 1.0,
        "M" => 1024.0,
        "G" => 1024.0 * 1024.0,
        _ => return None,
    };
    let kib = number.parse::<f64>().ok()? * times;
    // A disk has fewer kibibytes than a float counts exactly.
    Some(kib as u64)
}

/// `Physical size: 480x960`.
fn size(said: &str) -> Option<(u32, u32)> {
    let text = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("Physical size:"))?;
    let (width, height) = text.trim().split_once('x')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}

/// `Account {name=somebody@…, type=com.google}`: their types; names are nobody's business here.
fn accounts(said: &str) -> Vec<String> {
    let kinds = said.lines().filter_map(|line| {
        let (_, rest) = line.trim().strip_prefix("Account {")?.split_once("type=")?;
        Some(rest.trim_end_matches('}').to_owned())
    });
    kinds.collect::<BTreeSet<_>>().into_iter().collect()
}

fn packages(said: &str) -> BTreeSet<String> {
    said.lines()
        .filter_map(|line| line.trim().strip_prefix("package:").map(str::to_owned))
        .collect()
}

fn homes(said: &str) -> Vec<String> {
    said.lines()
        .map(str::trim)
        .filter(|line| line.contains('/') && !line.contains(' '))
        .map(whole)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_space_is_read_from_old_and_new_ones() {
        let new = "Filesystem      1K-blocks    Used Available Use% Mounted on\n/dev/block/dm-0   5079888 1804428   3259076  36% /data\n";
        assert_eq!(free(new), Some(3_259_076));
        let old = "Filesystem               Size     Used     Free   Blksize\n/data                    4.8G     1.7G     3.1G   4096\n";
        assert_eq!(free(old), Some(3_250_585));
        assert_eq!(free("df: /data: Permission denied\n"), None);
    }

    #[test]
    fn what_is_said_of_the_webview_in_two_ages() {
        let eleven = "Current WebView Update Service state\n  Fallback logic enabled: true\n  Current WebView package (name, version): (com.android.webview, 106.0.5249.126)\n";
        assert_eq!(webview(eleven).as_deref(), Some("106.0.5249.126"));
        assert_eq!(
            webview("Current WebView Update Service state\n  Current WebView package is null\n"),
            None
        );
        assert_eq!(webview("Can't find service: webviewupdate\n"), None);
    }

    #[test]
    fn accounts_without_their_names() {
        let said = "User UserInfo{0:Owner:13}:\n  Accounts: 2\n    Account {name=a@b.c, type=com.google}\n    Account {name=d, type=com.google}\n";
        assert_eq!(accounts(said), ["com.google"]);
    }
}
