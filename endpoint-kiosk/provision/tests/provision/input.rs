//! What a person may type wrong: each is refused before a device is asked, with what to type instead.

use crate::{
    apply::{ADDRESS, Bench},
    fake::{Adb, apk::Signer},
};
use std::{fs, path::Path, process::Command};

#[test]
fn each_wrong_value_is_refused_with_what_to_write() {
    let (adb, bench) = (Adb::start(), Bench::new());
    let (apk, ca) = (bench.file("kiosk.apk"), bench.file("ca.crt"));
    fs::write(bench.file("text.apk"), "no zip").unwrap();
    fs::create_dir(bench.file("other")).unwrap();
    fs::write(bench.file("other/kiosk.apk"), Signer::new().sign(b"by another")).unwrap();
    fs::write(bench.file("other/signer.sha256"), bench.signer.digest()).unwrap();
    fs::create_dir(bench.file("alone")).unwrap();
    fs::copy(&apk, bench.file("alone/kiosk.apk")).unwrap();
    let (text, other, alone) = (
        bench.file("text.apk"),
        bench.file("other/kiosk.apk"),
        bench.file("alone/kiosk.apk"),
    );
    for (arguments, code, says) in [
        (vec!["apply"], 2, "--server"),
        (vec!["aply"], 2, "apply"),
        (vec!["plan", "--server", "rosie"], 2, "https://rosie.local:8443"),
        (
            vec!["plan", "--server", ADDRESS, "--device", "a b"],
            2,
            "rosie-kiosk devices",
        ),
        (
            vec!["plan", "--server", ADDRESS, "--room", "the kitchen"],
            2,
            "living_room",
        ),
        (vec!["plan", "--server", ADDRESS, "--name", "küche"], 2, "1 to 64"),
        (
            vec!["plan", "--server", ADDRESS, "--home-app", "chrome"],
            2,
            "kiosk, fully, none",
        ),
        (
            vec!["plan", "--server", ADDRESS, "--time-zone", "CEST"],
            2,
            "Europe/Berlin",
        ),
        (
            vec!["plan", "--server", ADDRESS, "--signer", "abc"],
            2,
            "64 hexadecimal digits",
        ),
        (vec!["plan", "--server", ADDRESS, "--wifi", ""], 2, "1 to 32"),
        (vec!["plan", "--server", ADDRESS, "--timeout", "0"], 2, "1..=600"),
        (vec!["plan", "--server", ADDRESS], 1, "make kiosk-app"),
        (
            vec!["plan", "--server", ADDRESS, "--apk", "/nowhere.apk"],
            1,
            "cannot be read",
        ),
        (vec!["plan", "--server", ADDRESS, "--apk", &text], 1, "no zip"),
        (vec!["plan", "--server", ADDRESS, "--apk", &other], 1, "another key"),
        (vec!["plan", "--server", ADDRESS, "--apk", &alone], 1, "--signer"),
        (
            vec!["plan", "--server", ADDRESS, "--apk", &apk, "--ca", &apk],
            1,
            "no certificate authority",
        ),
        (
            vec!["plan", "--server", "https://127.0.0.1:9", "--apk", &apk],
            1,
            "--ca FILE",
        ),
        (
            vec!["plan", "--server", ADDRESS, "--apk", &apk, "--ca", &ca],
            1,
            "adb sees no device",
        ),
        (vec!["status"], 1, "adb sees no device"),
    ] {
        let output = adb.kiosk(bench.state(), &arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
    let listed = adb.kiosk(bench.state(), &["devices"]);
    assert!(listed.status.success() && String::from_utf8(listed.stdout).unwrap().contains("USB debugging"));
    let short = [("ROSIE_KIOSK_WIFI_PASSWORD", "short!")];
    let line = [
        "plan", "--server", ADDRESS, "--apk", &apk, "--ca", &ca, "--wifi", "Ours",
    ];
    let said = String::from_utf8(adb.kiosk_with(bench.state(), &line, &short).stderr).unwrap();
    assert!(said.contains("8 to 63") && !said.contains("short!"), "{said}");
}

#[test]
fn a_computer_without_adb_is_told_how_to_get_it() {
    let run = |port: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_rosie-kiosk"))
            .args(["devices"])
            .env("PATH", Path::new("/nowhere"))
            .env("ANDROID_ADB_SERVER_PORT", port)
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    // Nothing listens at the port of a server that has no program.
    assert!(run("9").contains("apt install adb"));
    assert!(run("99999").contains("ANDROID_ADB_SERVER_PORT"));
}
