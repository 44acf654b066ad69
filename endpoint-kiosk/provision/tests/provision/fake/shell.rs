//! The commands of Android that are asked of the fake device, with the words of Android's answers.

use super::{
    packages::{home, packages},
    world::{KIOSK, World},
};
use std::collections::BTreeMap;

pub type Answer = (String, u8);

pub fn run(world: &mut World, line: &str) -> Answer {
    // Where there are no exit statuses, they are printed.
    if let Some(line) = line.strip_suffix("; echo rosie-status=$?") {
        let (said, status) = run(world, line);
        return (format!("{said}rosie-status={status}\n"), 0);
    }
    let words = words(line);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["getprop"] => said(
            world
                .properties
                .iter()
                .map(|(name, value)| format!("[{name}]: [{value}]\n"))
                .collect::<String>(),
        ),
        ["getprop", name] => said(format!(
            "{}\n",
            world.properties.get(*name).cloned().unwrap_or_default()
        )),
        ["id", "-u"] => said(if world.root { "0\n" } else { "2000\n" }),
        ["df", "/data"] => said(format!(
            "Filesystem      1K-blocks    Used Available Use% Mounted on\n/dev/block/dm-0   5079888 1804428 {} 36% /data\n",
            world.free_kib
        )),
        ["ping", ..] => (String::new(), u8::from(!world.reachable)),
        ["rm", "-f", path] => {
            world.files.remove(*path);
            said("")
        }
        // The system is one disk of its own until Android 9, and a part of the root after.
        ["mount", "-o", "rw,remount", place] => {
            let there = (*place == "/system") == (world.sdk < 29);
            (String::new(), u8::from(!world.root || !there))
        }
        ["ls", path] => (String::new(), u8::from(world.file(path).is_none())),
        ["chmod", "644", _] => said(""),
        ["logcat", ..] => said(
            world
                .files
                .get("log")
                .map_or(String::new(), |log| String::from_utf8(log.clone()).unwrap()),
        ),
        ["settings", rest @ ..] => settings(world, rest),
        ["wm", "size"] => said(format!("Physical size: {}x{}\n", world.size.0, world.size.1)),
        ["wm", "density", rest @ ..] => density(world, rest),
        ["media", "volume", "--stream", "3", rest @ ..] => volume(world, rest),
        ["locksettings", rest @ ..] => lock(world, rest),
        ["service", "call", "alarm", "3", "s16", zone] => {
            world
                .properties
                .insert("persist.sys.timezone".to_owned(), (*zone).to_owned());
            said("Result: Parcel(00000000    '....')\n")
        }
        ["dumpsys", rest @ ..] => dumpsys(world, rest),
        ["appops", rest @ ..] => ops(world, rest),
        ["pm", rest @ ..] => packages(world, rest),
        ["cmd", "package", rest @ ..] => home(world, rest),
        ["cmd", "wifi", rest @ ..] if world.sdk >= 30 => wifi(world, rest),
        ["cmd", service, ..] => (format!("cmd: Can't find service: {service}\n"), 20),
        ["dpm", "set-device-owner", component] => owner(world, component),
        ["am", "start", "-n", component, extras @ ..] => start(world, component, extras),
        [
            "am",
            "broadcast",
            "--include-stopped-packages",
            "-n",
            component,
            "--es",
            "do",
            what,
        ] => broadcast(world, component, what),
        [command, ..] => (format!("/system/bin/sh: {command}: not found\n"), 127),
        [] => said(""),
    }
}

pub fn said(text: impl Into<String>) -> Answer {
    (text.into(), 0)
}

/// As a POSIX shell splits a line, of which single quotes are used here.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            '\\' if !quoted => word.get_or_insert_default().extend(characters.next()),
            ' ' if !quoted => words.extend(word.take()),
            '$' | '`' | ';' | '|' | '&' | '<' | '>' | '*' | '?' if !quoted => {
                panic!("{c} is left to the shell in: {line}")
            }
            _ => word.get_or_insert_default().push(c),
        }
    }
    assert!(!quoted, "an open quote in: {line}");
    words.extend(word);
    words
}

fn settings(world: &mut World, words: &[&str]) -> Answer {
    let key = |table: &str, key: &str| (table.to_owned(), key.to_owned());
    match *words {
        ["get", table, name] => said(format!("{}\n", world.setting(table, name).unwrap_or("null"))),
        ["put", table, name, value] => {
            world.settings.insert(key(table, name), value.to_owned());
            said("")
        }
        ["delete", table, name] => {
            let gone = world.settings.remove(&key(table, name));
            said(format!("Deleted {} rows\n", usize::from(gone.is_some())))
        }
        _ => ("Error: unknown command\n".to_owned(), 1),
    }
}

fn density(world: &mut World, words: &[&str]) -> Answer {
    match *words {
        [] => {
            let over = world
                .density_override
                .map(|density| format!("Override density: {density}\n"));
            said(format!(
                "Physical density: {}\n{}",
                world.density,
                over.unwrap_or_default()
            ))
        }
        ["reset"] => {
            world.density_override = None;
            said("")
        }
        [number] => {
            // Android forgets an override that is what the panel has.
            world.density_override = Some(number.parse().unwrap()).filter(|density| *density != world.density);
            said("")
        }
        _ => ("Error: bad number\n".to_owned(), 1),
    }
}

fn volume(world: &mut World, words: &[&str]) -> Answer {
    match *words {
        ["--get"] => said(format!(
            "[v] will control stream=3 (STREAM_MUSIC)\n[v] will get volume\n[v] Connecting to AudioService\n[v] volume is {} in range [0..15]\n",
            world.volume
        )),
        ["--set", number] => {
            world.volume = number.parse().unwrap();
            said(format!("[v] will set volume to index={number}\n"))
        }
        _ => ("Error: unknown option\n".to_owned(), 1),
    }
}

fn lock(world: &mut World, words: &[&str]) -> Answer {
    match (words, world.lock_off) {
        (["get-disabled"], Some(off)) => said(format!("{off}\n")),
        (["set-disabled", off], Some(_)) => {
            world.lock_off = Some(*off == "true");
            said(format!("Lock screen disabled set to {off}\n"))
        }
        ([what, ..], _) => (format!("Unknown command: {what}\n"), 255),
        ([], _) => said(""),
    }
}

fn dumpsys(world: &mut World, words: &[&str]) -> Answer {
    match *words {
        ["webviewupdate"] if world.webview.is_empty() => said("Can't find service: webviewupdate\n"),
        ["webviewupdate"] => said(format!(
            "Current WebView Update Service state\n  Current WebView package (name, version): (com.android.webview, {})\n",
            world.webview
        )),
        ["account"] => {
            let lines = world
                .accounts
                .iter()
                .map(|kind| format!("    Account {{name=somebody, type={kind}}}\n"));
            said(format!(
                "User UserInfo{{0:Owner:13}}:\n  Accounts: {}\n{}",
                world.accounts.len(),
                lines.collect::<String>()
            ))
        }
        ["device_policy"] => {
            let owner = world.owner.as_ref().map(|owner| {
                format!("  Device Owner: \n    admin=ComponentInfo{{{owner}}}\n    name=\n    User ID: 0\n")
            });
            said(format!(
                "Current Device Policy Manager state:\n{}",
                owner.unwrap_or_default()
            ))
        }
        ["deviceidle", "whitelist"] => {
            let users = world.exempt.iter().map(|package| format!("user,{package},10123\n"));
            said(format!(
                "system,com.android.providers.downloads,10005\n{}",
                users.collect::<String>()
            ))
        }
        ["deviceidle", "whitelist", change] => {
            let (sign, package) = change.split_at(1);
            match (sign, world.apps.contains_key(package)) {
                ("+", true) => drop(world.exempt.insert(package.to_owned())),
                ("+", false) => return said(format!("Unknown package: {package}\n")),
                _ => drop(world.exempt.remove(package)),
            }
            said(format!(
                "{}: {package}\n",
                if sign == "+" { "Added" } else { "Removed" }
            ))
        }
        ["package", package] => match world.apps.get(package) {
            Some(app) => {
                let granted = app.granted.contains("android.permission.RECORD_AUDIO");
                said(format!(
                    "Packages:\n  Package [{package}] (1a2b3c):\n    User 0: stopped=false\n      runtime permissions:\n        \
                     android.permission.RECORD_AUDIO: granted={granted}, flags=[ USER_SENSITIVE_WHEN_GRANTED ]\n"
                ))
            }
            None => said(format!("Unable to find package: {package}\n")),
        },
        [service, ..] => said(format!("Can't find service: {service}\n")),
        [] => said(""),
    }
}

fn ops(world: &mut World, words: &[&str]) -> Answer {
    let package = words.get(1).copied().unwrap_or_default();
    let Some(app) = world.apps.get_mut(package) else {
        return (format!("Error: No UID for {package} in user 0\n"), 255);
    };
    match *words {
        ["get", _, op] => said(match app.ops.get(op) {
            Some(mode) => format!("{op}: {mode}; time=+1m2s ago\n"),
            None => "No operations.\n".to_owned(),
        }),
        ["set", _, op, "default"] => {
            app.ops.remove(op);
            said("")
        }
        ["set", _, op, mode] => {
            app.ops.insert(op.to_owned(), mode.to_owned());
            said("")
        }
        _ => ("Error: unknown command\n".to_owned(), 255),
    }
}

fn wifi(world: &mut World, words: &[&str]) -> Answer {
    match *words {
        ["status"] => said(match &world.wifi {
            Some(name) => format!("Wifi is enabled\nWifi is connected to \"{name}\"\n"),
            None => "Wifi is enabled\nWifi is not connected\n".to_owned(),
        }),
        ["connect-network", name, "wpa2", password] => {
            world.wifi = Some(name.to_owned());
            world.wifi_password = Some(password.to_owned());
            said("Connection initiated\n")
        }
        _ => ("Invalid args\n".to_owned(), 255),
    }
}

fn owner(world: &mut World, component: &str) -> Answer {
    let wrong = |why: &str| (format!("java.lang.IllegalStateException: {why}\n"), 255);
    if !world.accounts.is_empty() {
        return wrong("Not allowed to set the device owner because there are already some accounts on the device");
    }
    if !world.apps.contains_key(component.split('/').next().unwrap()) {
        return wrong("Unknown admin");
    }
    world.owner = Some(component.to_owned());
    said(format!("Success: Device owner set to package {component}\n"))
}

fn start(world: &mut World, component: &str, extras: &[&str]) -> Answer {
    let Some(app) = world.apps.get_mut(KIOSK) else {
        return (
            format!("Error type 3\nError: Activity class {{{component}}} does not exist.\n"),
            1,
        );
    };
    assert_eq!(component, "house.rosie.kiosk/.ProvisionActivity");
    let extras: BTreeMap<String, String> = extras
        .chunks(3)
        .map(|extra| (extra[1].to_owned(), extra[2].to_owned()))
        .collect();
    if extras.get("room").is_some_and(|room| room == "attic") {
        let log = b"E/RosieProvision( 4242): refused: room: there is no attic\n".to_vec();
        world.files.insert("log".to_owned(), log);
    } else {
        app.setup.extend(extras);
    }
    said(format!("Starting: Intent {{ cmp={component} (has extras) }}\n"))
}

fn broadcast(world: &mut World, component: &str, what: &str) -> Answer {
    assert_eq!(component, "house.rosie.kiosk/.CommandReceiver");
    let head = "Broadcasting: Intent { flg=0x400020 cmp=house.rosie.kiosk/.CommandReceiver (has extras) }\nBroadcast completed: result=0";
    let Some(app) = world.apps.get(KIOSK) else {
        return said(format!("{head}\n"));
    };
    let data = match what {
        _ if app.old => "unknown: reload, restart, screen_on, screen_off or mute".to_owned(),
        "settings" => {
            let part = |name: &str| app.setup.get(name).cloned().unwrap_or_default();
            let address = app.setup.get("address");
            let audio = app.setup.get("audio").map_or("native", String::as_str);
            let sum = rosie_kiosk::lever::key_sum(&part("key"));
            let (room, name, ca) = (part("room"), part("name"), part("ca"));
            serde_json::json!({ "address": address, "room": room, "name": name, "ca": ca, "audio": audio, "key_sha256": sum }).to_string()
        }
        "release" => {
            world.owner = None;
            "released".to_owned()
        }
        other => panic!("a command that the app does not know: {other}"),
    };
    said(format!("{head}, data=\"{data}\"\n"))
}
