//! Levers of Android itself.

use super::{Reading, Table, Trouble, must, reason};
use crate::{
    adb::{AdbError, Command, Device},
    apk::hex,
    values::quoted,
};
use sha2::{Digest, Sha256};

/// Media, as Android numbers its streams.
const MUSIC: u32 = 3;
/// setTimeZone of IAlarmManager, the same from Android 6 to 14. There is no command for it.
const SET_TIME_ZONE: u32 = 3;

impl Table {
    fn word(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Secure => "secure",
            Self::System => "system",
        }
    }
}

pub fn setting(device: &Device, table: Table, key: &str) -> Result<Reading, AdbError> {
    let output = device.shell(format!("settings get {} {}", table.word(), quoted(key)))?;
    Ok(match output.text.trim() {
        _ if !output.succeeded() => Reading::Unknown(reason(&output.text)),
        said if said.contains("Exception") || said.starts_with("Error") => Reading::Unknown(reason(said)),
        "null" | "" => Reading::Absent,
        value => Reading::Is(value.to_owned()),
    })
}

pub fn set_setting(device: &Device, table: Table, key: &str, to: Option<&str>) -> Result<(), Trouble> {
    let (table, key) = (table.word(), quoted(key));
    match to {
        Some(value) => must(device, format!("settings put {table} {key} {}", quoted(value)))?,
        None => must(device, format!("settings delete {table} {key}"))?,
    };
    Ok(())
}

pub fn lock_off(device: &Device) -> Result<Reading, AdbError> {
    let output = device.shell("locksettings get-disabled")?;
    Ok(match output.text.trim() {
        said @ ("true" | "false") => Reading::Is(said.to_owned()),
        _ => Reading::Unknown("this Android has no command for it".to_owned()),
    })
}

pub fn set_lock_off(device: &Device, to: Option<&str>) -> Result<(), Trouble> {
    must(device, format!("locksettings set-disabled {}", to.unwrap_or("false"))).map(drop)
}

pub fn volume(device: &Device) -> Result<Reading, AdbError> {
    let output = device.shell(format!("media volume --stream {MUSIC} --get"))?;
    Ok(match volume_of(&output.text) {
        Some((now, _)) => Reading::Is(now.to_string()),
        None => Reading::Unknown("this Android does not tell its volume".to_owned()),
    })
}

/// `[v] volume is 5 in range [0..15]`: now, and the loudest.
pub fn volume_of(said: &str) -> Option<(u32, u32)> {
    let (_, rest) = said.split_once("volume is ")?;
    let (now, rest) = rest.split_once(" in range [")?;
    let (_, rest) = rest.split_once("..")?;
    let (most, _) = rest.split_once(']')?;
    Some((now.trim().parse().ok()?, most.trim().parse().ok()?))
}

pub fn set_volume(device: &Device, to: Option<&str>) -> Result<(), Trouble> {
    let to = to.ok_or_else(|| Trouble::Device("a volume cannot be taken away".to_owned()))?;
    must(device, format!("media volume --stream {MUSIC} --set {}", quoted(to))).map(drop)
}

pub fn time_zone(device: &Device) -> Result<Reading, AdbError> {
    let output = device.shell("getprop persist.sys.timezone")?;
    Ok(match output.text.trim() {
        "" => Reading::Absent,
        zone => Reading::Is(zone.to_owned()),
    })
}

pub fn set_time_zone(device: &Device, to: Option<&str>) -> Result<(), Trouble> {
    // A device without one shows Greenwich's.
    let zone = quoted(to.unwrap_or("GMT"));
    must(device, format!("service call alarm {SET_TIME_ZONE} s16 {zone}")).map(drop)
}

pub fn density(device: &Device) -> Result<Reading, AdbError> {
    let output = device.shell("wm density")?;
    Ok(match number_after(&output.text, "Override density:") {
        Some(density) => Reading::Is(density.to_string()),
        None if number_after(&output.text, "Physical density:").is_some() => Reading::Absent,
        None => Reading::Unknown(reason(&output.text)),
    })
}

pub fn number_after(said: &str, words: &str) -> Option<u32> {
    said.lines()
        .find_map(|line| line.trim().strip_prefix(words)?.trim().parse().ok())
}

pub fn set_density(device: &Device, to: Option<&str>) -> Result<(), Trouble> {
    must(device, format!("wm density {}", quoted(to.unwrap_or("reset")))).map(drop)
}

pub fn enabled(device: &Device, package: &str) -> Result<Reading, AdbError> {
    let list = |only: &str| -> Result<bool, AdbError> {
        let output = device.shell(format!("pm list packages {only}{}", quoted(package)))?;
        let line = format!("package:{package}");
        Ok(output.text.lines().any(|said| said.trim() == line))
    };
    Ok(match (list("-d ")?, list("")?) {
        (true, _) => Reading::Is("disabled".to_owned()),
        (false, true) => Reading::Is("enabled".to_owned()),
        (false, false) => Reading::Absent,
    })
}

pub fn set_enabled(device: &Device, package: &str, to: Option<&str>) -> Result<(), Trouble> {
    let package = quoted(package);
    match to {
        Some("disabled") => must(device, format!("pm disable-user --user 0 {package}")),
        _ => must(device, format!("pm enable {package}")),
    }
    .map(drop)
}

pub fn wifi(device: &Device) -> Result<Reading, AdbError> {
    let output = device.shell("cmd wifi status")?;
    let said = &output.text;
    if let Some((name, _)) = said
        .split_once("connected to \"")
        .and_then(|(_, rest)| rest.split_once("\"\n").or_else(|| rest.rsplit_once('"')))
    {
        return Ok(Reading::Is(name.to_owned()));
    }
    Ok(match said.contains("Wifi is ") {
        true => Reading::Absent,
        false => Reading::Unknown("Android before 11 cannot be told of a Wi-Fi over adb".to_owned()),
    })
}

pub fn set_wifi(device: &Device, to: Option<&str>, password: Option<&str>) -> Result<(), Trouble> {
    let name = to.ok_or_else(|| Trouble::Device("a Wi-Fi is not left over adb".to_owned()))?;
    let name = quoted(name);
    let join = match password {
        Some(password) => Command::secret(
            format!("cmd wifi connect-network {name} wpa2 {}", quoted(password)),
            format!("cmd wifi connect-network {name} wpa2 …"),
        ),
        None => Command::from(format!("cmd wifi connect-network {name} open")),
    };
    // The words of a failure may repeat what was typed: they are not shown.
    match must(device, join.slow(2)) {
        Err(Trouble::Device(_)) => Err(Trouble::Device(
            "the device did not take the Wi-Fi: are its name and password right?".to_owned(),
        )),
        done => done.map(drop),
    }
}

/// The system's store, from Android 4 to 13.
const STORE: &str = "/system/etc/security/cacerts";

pub fn authority(device: &Device, file: &str) -> Result<Reading, AdbError> {
    let path = format!("{STORE}/{file}");
    if !device.shell(format!("ls {}", quoted(&path)))?.succeeded() {
        return Ok(Reading::Absent);
    }
    Ok(Reading::Is(hex(&Sha256::digest(device.pull(&path)?))))
}

pub fn set_authority(device: &Device, file: &str, to: Option<&str>, pem: Option<&[u8]>) -> Result<(), Trouble> {
    let path = format!("{STORE}/{file}");
    // From Android 10 on /system is a part of the root.
    let writable =
        device.shell("mount -o rw,remount /system")?.succeeded() || device.shell("mount -o rw,remount /")?.succeeded();
    if !writable {
        return Err(Trouble::Device(
            "the system cannot be written to: run `adb root` and `adb disable-verity`, restart the device, and run this again"
                .to_owned(),
        ));
    }
    match (to, pem) {
        (None, _) => must(device, format!("rm -f {}", quoted(&path)))?,
        (Some(_), Some(pem)) => {
            device.push(pem, &path)?;
            must(device, format!("chmod 644 {}", quoted(&path)))?
        }
        (Some(_), None) => return Err(Trouble::Device("the authority before was not kept".to_owned())),
    };
    Ok(())
}
