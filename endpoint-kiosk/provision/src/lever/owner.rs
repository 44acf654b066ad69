//! The device owner: Android lets it keep the device as it is, and takes one only where nobody's account is.

use super::{Reading, Trouble, app, must};
use crate::adb::{AdbError, Device};

pub fn owner(device: &Device) -> Result<Reading, AdbError> {
    let output = device.shell("dumpsys device_policy")?;
    Ok(match owner_of(&output.text) {
        Some(component) => Reading::Is(component),
        None => Reading::Absent,
    })
}

/// `Device Owner:` and, below it, `admin=ComponentInfo{a.b/a.b.C}`.
fn owner_of(said: &str) -> Option<String> {
    let mut lines = said.lines().map(str::trim);
    lines.find(|line| line.starts_with("Device Owner"))?;
    let admin = lines.next()?.strip_prefix("admin=ComponentInfo{")?;
    Some(app::whole(admin.strip_suffix('}')?))
}

pub fn set_owner(device: &Device, package: &str, to: Option<&str>) -> Result<(), Trouble> {
    match to {
        Some(component) => match must(device, format!("dpm set-device-owner {component}")) {
            Err(Trouble::Device(said)) => Err(Trouble::Device(why_not(&said))),
            done => done.map(drop),
        },
        // Only the owner itself can let go.
        None => must(device, app::command_to(package, "release")).map(drop),
    }
}

fn why_not(said: &str) -> String {
    let sentence = if said.contains("account") {
        "Android takes a device owner only where there is no account: remove all in Settings → Accounts, and run this again"
    } else if said.contains("users") {
        "Android takes a device owner only where there is one user: remove the others, and run this again"
    } else if said.contains("already set") {
        "another app is the device owner already"
    } else {
        return said.to_owned();
    };
    sentence.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_found_and_no_other_administrator() {
        let with = "Current Device Policy Manager state:\n  Device Owner: \n    admin=ComponentInfo{house.rosie.kiosk/house.rosie.kiosk.AdminReceiver}\n    name=\n";
        assert_eq!(
            owner_of(with).as_deref(),
            Some("house.rosie.kiosk/house.rosie.kiosk.AdminReceiver")
        );
        let without =
            "Current Device Policy Manager state:\n  Enabled Device Admins (User 0):\n    admin=ComponentInfo{a/a.B}\n";
        assert_eq!(owner_of(without), None);
    }
}
