//! Levers of apps, the kiosk app above all: its README says what it takes and answers.

use super::{Reading, Trouble, must, reason};
use crate::{
    adb::{AdbError, Command, Device},
    apk::{Apk, hex},
    values::quoted,
};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::{thread, time::Duration};

/// Where an APK lies until it is installed.
const UPLOAD: &str = "/data/local/tmp/rosie-kiosk.apk";
/// How often it is asked whether it is set up, and how long lies between.
const ASKS: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(300);
/// By which sum the app tells the key that pairing gave it.
pub const KEY: &str = "key_sha256";
/// What else a set-up is made of, in the order in which it is given.
const PARTS: [&str; 5] = ["address", "room", "name", "ca", "audio"];

pub fn installed(device: &Device, package: &str) -> Result<Reading, AdbError> {
    let output = device.shell(format!("pm path {}", quoted(package)))?;
    let path = output
        .text
        .lines()
        .find_map(|line| line.trim().strip_prefix("package:"));
    Ok(match path {
        Some(path) => Reading::Is(hex(&Sha256::digest(device.pull(path)?))),
        None => Reading::Absent,
    })
}

pub fn install(device: &Device, package: &str, to: Option<&str>, apk: Option<&Apk>) -> Result<(), Trouble> {
    let Some(to) = to else {
        return must(
            device,
            Command::from(format!("pm uninstall {}", quoted(package))).slow(3),
        )
        .map(drop);
    };
    let apk = apk.filter(|apk| apk.sha256 == to);
    let apk = apk.ok_or_else(|| Trouble::Device("the app to install is not at hand".to_owned()))?;
    device.push(&apk.bytes, UPLOAD)?;
    // Permissions are steps of their own, so that what was granted before is known.
    let output = device.shell(Command::from(format!("pm install -r {UPLOAD}")).slow(6))?;
    match output.text.contains("Success") {
        true => Ok(()),
        false => Err(Trouble::Device(why_not_installed(&output.text))),
    }
}

/// Away with what was uploaded, installed or not.
pub fn tidy(device: &Device) -> Result<(), AdbError> {
    device.shell(format!("rm -f {UPLOAD}")).map(drop)
}

fn why_not_installed(said: &str) -> String {
    for (code, sentence) in [
        (
            "INSUFFICIENT_STORAGE",
            "there is not enough storage: remove something from the device",
        ),
        (
            "UPDATE_INCOMPATIBLE",
            "an app of this name by another key is installed: `adb uninstall house.rosie.kiosk` removes it with its set-up, \
             or use an APK by the same key",
        ),
        ("VERSION_DOWNGRADE", "a newer version is installed"),
        ("OLDER_SDK", "this Android is too old for the app; it needs Android 6"),
        (
            "USER_RESTRICTED",
            "the device does not let apps be installed over USB: allow it in the developer options",
        ),
    ] {
        if said.contains(code) {
            return sentence.to_owned();
        }
    }
    reason(said)
}

/// What the app answers to `do settings`.
pub fn setup(device: &Device, package: &str) -> Result<Reading, AdbError> {
    let output = device.shell(command_to(package, "settings"))?;
    let data = output
        .text
        .split_once("data=\"")
        .and_then(|(_, rest)| rest.rsplit_once('"'));
    Ok(match data {
        None => Reading::Absent,
        Some((data, _)) => match serde_json::from_str::<Value>(data) {
            Ok(told @ Value::Object(_)) => Reading::Is(told.to_string()),
            _ => Reading::Unknown("the app that is installed is too old to tell".to_owned()),
        },
    })
}

pub fn command_to(package: &str, what: &str) -> String {
    format!("am broadcast --include-stopped-packages -n {package}/.CommandReceiver --es do {what}")
}

/// Whether all that is wanted is so.
pub fn includes(now: &str, want: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
    let now = read(now);
    read(want).iter().all(|(key, value)| now.get(key) == Some(value))
}

pub fn set_up(device: &Device, package: &str, to: Option<&str>, key: Option<&str>) -> Result<(), Trouble> {
    // The app goes with the step before this one, and its set-up with it.
    let Some(to) = to else { return Ok(()) };
    let parts: Map<String, Value> = serde_json::from_str(to).map_err(|error| Trouble::Device(error.to_string()))?;
    if parts.get("address").is_some_and(Value::is_null) {
        // It was there and not set up.
        return must(device, format!("pm clear {}", quoted(package))).map(drop);
    }
    let mut line = format!("am start -n {package}/.ProvisionActivity");
    for part in PARTS {
        if let Some(value) = parts.get(part).and_then(Value::as_str) {
            line.push_str(&format!(" --es {part} {}", quoted(value)));
        }
    }
    must(device, with_key(line, &parts, key)?)?;
    // The activity begins when the system gets to it.
    for _ in 0..ASKS {
        if let Reading::Is(now) = setup(device, package)?
            && includes(&now, to)
        {
            return Ok(());
        }
        thread::sleep(BETWEEN);
    }
    let log = device.shell("logcat -d -v brief -s RosieProvision:E")?;
    match log.text.lines().rev().find_map(|line| line.split_once("refused: ")) {
        Some((_, why)) => Err(Trouble::Device(format!("the app refused it: {why}"))),
        None => Err(Trouble::Device(
            "the app did not take it; `adb logcat -s RosieProvision` may say why".to_owned(),
        )),
    }
}

/// The key of pairing is known by its sum alone, except to who gives it.
fn with_key(line: String, parts: &Map<String, Value>, key: Option<&str>) -> Result<Command, Trouble> {
    let given = key.unwrap_or_default();
    match parts.get(KEY).and_then(Value::as_str) {
        None => Ok(Command::from(line)),
        Some(sum) if sum == key_sum(given) => {
            let shown = format!("{line} --es key …");
            Ok(Command::secret(format!("{line} --es key {}", quoted(given)), shown))
        }
        Some(_) => Err(Trouble::Device(
            "the key that it was paired with before is known to nobody: pair it again on Rosie's page".to_owned(),
        )),
    }
}

/// As the app tells which key it has.
pub fn key_sum(key: &str) -> String {
    match key {
        "" => String::new(),
        key => hex(&Sha256::digest(key)),
    }
}

pub fn permission(device: &Device, package: &str, permission: &str) -> Result<Reading, AdbError> {
    let output = device.shell(format!("dumpsys package {}", quoted(package)))?;
    let states: Vec<&str> = output
        .text
        .lines()
        .filter_map(|line| line.trim().strip_prefix(permission)?.strip_prefix(": granted="))
        .collect();
    Ok(match states.as_slice() {
        [] => Reading::Absent,
        some if some.iter().any(|state| state.starts_with("true")) => Reading::Is("granted".to_owned()),
        _ => Reading::Is("denied".to_owned()),
    })
}

pub fn grant(device: &Device, package: &str, permission: &str, to: Option<&str>) -> Result<(), Trouble> {
    let verb = if to == Some("granted") { "grant" } else { "revoke" };
    must(device, format!("pm {verb} {} {permission}", quoted(package))).map(drop)
}

pub fn op(device: &Device, package: &str, op: &str) -> Result<Reading, AdbError> {
    let output = device.shell(format!("appops get {} {op}", quoted(package)))?;
    let mark = format!("{op}: ");
    let mode = output
        .text
        .lines()
        .find_map(|line| line.split_once(&mark).map(|(_, mode)| mode));
    Ok(match mode {
        Some(mode) => Reading::Is(mode.split(';').next().unwrap_or(mode).trim().to_owned()),
        None if output.text.contains("No operations") => Reading::Is("default".to_owned()),
        None => Reading::Absent,
    })
}

pub fn set_op(device: &Device, package: &str, op: &str, to: Option<&str>) -> Result<(), Trouble> {
    must(
        device,
        format!("appops set {} {op} {}", quoted(package), to.unwrap_or("default")),
    )
    .map(drop)
}

pub fn battery(device: &Device, package: &str) -> Result<Reading, AdbError> {
    let output = device.shell("dumpsys deviceidle whitelist")?;
    let exempt = output
        .text
        .lines()
        .any(|line| line.trim().split(',').nth(1) == Some(package));
    Ok(match exempt {
        true => Reading::Is("exempt".to_owned()),
        false => Reading::Is("optimised".to_owned()),
    })
}

pub fn set_battery(device: &Device, package: &str, to: Option<&str>) -> Result<(), Trouble> {
    let sign = if to == Some("exempt") { '+' } else { '-' };
    must(device, format!("dumpsys deviceidle whitelist {sign}{package}")).map(drop)
}

pub fn home(device: &Device) -> Result<Reading, AdbError> {
    let output = device
        .shell("cmd package resolve-activity --brief -a android.intent.action.MAIN -c android.intent.category.HOME")?;
    let component = output
        .text
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| line.contains('/') && !line.contains(' '));
    Ok(match component {
        Some(one) if one.ends_with("ResolverActivity") => Reading::Is("chooser".to_owned()),
        Some(one) => Reading::Is(whole(one)),
        None => Reading::Unknown("this Android does not tell what its home app is".to_owned()),
    })
}

/// `a.b/.C` is `a.b/a.b.C`.
pub fn whole(component: &str) -> String {
    match component.split_once("/.") {
        Some((package, class)) => format!("{package}/{package}.{class}"),
        None => component.to_owned(),
    }
}

pub fn set_home(device: &Device, to: Option<&str>) -> Result<(), Trouble> {
    match to {
        Some(component) if component != "chooser" => {
            must(device, format!("cmd package set-home-activity {}", quoted(component))).map(drop)
        }
        // Nobody had been chosen; when the kiosk app goes, that is so again.
        _ => Ok(()),
    }
}
