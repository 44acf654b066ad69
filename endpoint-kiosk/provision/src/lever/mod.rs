//! A lever is one thing of a device that has a value, can be read, and can be set: a setting, an app, a permission. All that is done to
//! a device is levers being set, so a step is checked, done, verified and taken back the same way, whatever it is about.

mod app;
mod owner;
mod system;

use crate::{
    adb::{AdbError, Device},
    apk::Apk,
};
use serde::{Deserialize, Serialize};

pub use app::{KEY, key_sum, tidy, whole};
pub use system::{number_after, volume_of};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    Global,
    Secure,
    System,
}

/// As it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Lever {
    /// Android's own settings.
    Setting {
        table: Table,
        key: String,
    },
    /// An app; its value is the SHA-256 of its APK.
    App {
        package: String,
    },
    /// What the kiosk app is set up as, in JSON; a value may name a part of it.
    Setup {
        package: String,
    },
    /// `granted` or `denied`.
    Permission {
        package: String,
        permission: String,
    },
    /// `allow`, `default`, …
    AppOp {
        package: String,
        op: String,
    },
    /// Of battery optimisation: `exempt` or `optimised`.
    Battery {
        package: String,
    },
    /// What the home button shows: a component, or `chooser`.
    Home,
    /// The device owner: a component.
    Owner {
        package: String,
    },
    /// No lock screen: `true` or `false`.
    LockOff,
    /// Of media, in Android's own steps.
    Volume,
    TimeZone,
    /// What was set over the panel's own.
    Density,
    /// `enabled` or `disabled`.
    Enabled {
        package: String,
    },
    /// The network that the device is in.
    Wifi,
    /// A file of the system's own authorities; its value is its SHA-256.
    Authority {
        file: String,
    },
}

/// What a lever stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    Is(String),
    Absent,
    /// This device does not tell, and why.
    Unknown(String),
}

impl Reading {
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Is(value) => Some(value),
            Self::Absent | Self::Unknown(_) => None,
        }
    }
}

/// Why a lever could not be set.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error(transparent)]
    Adb(#[from] AdbError),
    #[error("{0}")]
    Device(String),
}

/// What setting needs and no journal holds.
#[derive(Debug, Clone, Default)]
pub struct Hand {
    pub apk: Option<Apk>,
    pub wifi_password: Option<String>,
    /// What pairing gave the endpoint.
    pub key: Option<String>,
    /// For the system's store of authorities, in PEM.
    pub authority: Option<Vec<u8>>,
}

impl Lever {
    pub fn read(&self, device: &Device) -> Result<Reading, AdbError> {
        match self {
            Self::Setting { table, key } => system::setting(device, *table, key),
            Self::App { package } => app::installed(device, package),
            Self::Setup { package } => app::setup(device, package),
            Self::Permission { package, permission } => app::permission(device, package, permission),
            Self::AppOp { package, op } => app::op(device, package, op),
            Self::Battery { package } => app::battery(device, package),
            Self::Home => app::home(device),
            Self::Owner { .. } => owner::owner(device),
            Self::LockOff => system::lock_off(device),
            Self::Volume => system::volume(device),
            Self::TimeZone => system::time_zone(device),
            Self::Density => system::density(device),
            Self::Enabled { package } => system::enabled(device, package),
            Self::Wifi => system::wifi(device),
            Self::Authority { file } => system::authority(device, file),
        }
    }

    /// Sets it to a value, or to having none.
    pub fn write(&self, device: &Device, to: Option<&str>, hand: &Hand) -> Result<(), Trouble> {
        match self {
            Self::Setting { table, key } => system::set_setting(device, *table, key, to),
            Self::App { package } => app::install(device, package, to, hand.apk.as_ref()),
            Self::Setup { package } => app::set_up(device, package, to, hand.key.as_deref()),
            Self::Permission { package, permission } => app::grant(device, package, permission, to),
            Self::AppOp { package, op } => app::set_op(device, package, op, to),
            Self::Battery { package } => app::set_battery(device, package, to),
            Self::Home => app::set_home(device, to),
            Self::Owner { package } => owner::set_owner(device, package, to),
            Self::LockOff => system::set_lock_off(device, to),
            Self::Volume => system::set_volume(device, to),
            Self::TimeZone => system::set_time_zone(device, to),
            Self::Density => system::set_density(device, to),
            Self::Enabled { package } => system::set_enabled(device, package, to),
            Self::Wifi => system::set_wifi(device, to, hand.wifi_password.as_deref()),
            Self::Authority { file } => system::set_authority(device, file, to, hand.authority.as_deref()),
        }
    }

    /// Whether a value cannot be put back by itself, and is when the app of [`Lever::App`] goes.
    pub fn goes_with_the_app(&self, before: Option<&str>) -> bool {
        match self {
            Self::Setup { .. } | Self::Permission { .. } | Self::AppOp { .. } => before.is_none(),
            Self::Home => before.is_none_or(|before| before == "chooser"),
            _ => false,
        }
    }

    /// What nobody takes back, and why.
    pub fn stays(&self, before: Option<&str>) -> Option<&'static str> {
        match self {
            Self::Wifi => Some("a Wi-Fi that was joined stays: take it out in Settings → Wi-Fi"),
            Self::App { .. } if before.is_some() => Some("the version before was not kept: the newer one stays"),
            _ => None,
        }
    }

    /// How often, half a second apart, it is looked at until it is as it was set.
    pub fn patience(&self) -> u32 {
        match self {
            Self::Wifi => 60,
            _ => 6,
        }
    }

    /// Whether what was read is what is wanted. Of a set-up only what is named counts.
    pub fn is_at(&self, reading: &Reading, want: Option<&str>) -> bool {
        match (self, reading, want) {
            (Self::Setup { .. }, Reading::Is(now), Some(want)) => app::includes(now, want),
            (_, Reading::Is(now), Some(want)) => now == want,
            (_, Reading::Absent, None) => true,
            _ => false,
        }
    }
}

/// Runs a command that changes something; its words when it did not work.
fn must(device: &Device, command: impl Into<crate::adb::Command>) -> Result<crate::adb::Output, Trouble> {
    let output = device.shell(command)?;
    // Many of Android's commands end with 0 whatever happened.
    let said = &output.text;
    let failed = ["Error:", "Exception", "Failure", "Unknown command", "not found"]
        .iter()
        .any(|word| said.contains(word));
    match output.succeeded() && !failed {
        true => Ok(output),
        false => Err(Trouble::Device(reason(said))),
    }
}

/// The line of an answer that says what is wrong.
fn reason(said: &str) -> String {
    let telling = said.lines().map(str::trim).find(|line| {
        ["Error", "Exception", "Failure", "ailed", "denied", "not "]
            .iter()
            .any(|word| line.contains(word))
    });
    let last = said.lines().map(str::trim).rfind(|line| !line.is_empty());
    let line: String = telling
        .or(last)
        .unwrap_or("the device gave no reason")
        .chars()
        .take(300)
        .collect();
    format!("the device says: {line}")
}
