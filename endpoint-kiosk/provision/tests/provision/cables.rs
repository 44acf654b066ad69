//! Cables that are pulled, computers that are not known, devices that hang.

use crate::{
    apply::{ADDRESS, Bench, reports, state_of},
    fake::{Adb, Cut, Device, World},
};
use std::{fs, process::Output};

/// Each run is cut at its first change, by turns before and after it is done, so that every change is, once each way.
#[test]
fn a_cable_pulled_at_every_step_and_apply_goes_on_and_undo_too() {
    pulled_all_the_way(World::eleven(), 60, |cuts| Cut {
        at: 1,
        after: cuts % 2 == 1,
    });
}

/// Further into a run, where what was done in the same run is not written to the device yet.
#[test]
fn a_cable_pulled_now_and_then() {
    pulled_all_the_way(World::seven(), 15, |cuts| Cut {
        at: 1 + cuts % 4,
        after: cuts % 2 == 1,
    });
}

fn pulled_all_the_way(world: World, at_least: usize, cut: impl Fn(usize) -> Cut) {
    let (adb, bench, device) = (Adb::start(), Bench::new(), Device::new(world));
    adb.join(&device, "device");
    let before = device.world();

    let cuts = cut_until_done(&adb, &device, &cut, || {
        bench.set_up(&adb, "apply", &["--room", "kitchen"])
    });
    assert!(cuts >= at_least, "{cuts} cuts");
    let applied = device.world();
    assert!(
        applied
            .kiosk()
            .unwrap()
            .granted
            .contains("android.permission.RECORD_AUDIO")
    );
    assert_eq!(applied.setting("global", "stay_on_while_plugged_in"), Some("7"));

    cut_until_done(&adb, &device, &cut, || adb.kiosk(bench.state(), &["--json", "undo"]));
    assert_eq!(device.world(), before);
}

/// How often it was cut.
fn cut_until_done(adb: &Adb, device: &Device, cut: impl Fn(usize) -> Cut, run: impl Fn() -> Output) -> usize {
    for cuts in 0..300 {
        device.cut(Some(cut(cuts)));
        let output = run();
        let report = &reports(&output)[0];
        if !device.was_cut() {
            device.cut(None);
            assert_eq!(
                (output.status.code(), &report["outcome"]),
                (Some(0), &"done".into()),
                "{report:#}"
            );
            return cuts;
        }
        assert_eq!(output.status.code(), Some(1), "{report:#}");
        assert_eq!(report["outcome"], "stopped", "{report:#}");
        assert!(report["said"].as_str().unwrap().starts_with("It stopped"), "{report:#}");
        adb.join(device, "device");
    }
    panic!("it does not get on");
}

#[test]
fn a_device_that_does_not_know_this_computer_says_what_to_touch() {
    let mut world = World::eleven();
    world.authorised = false;
    let (adb, bench, device) = (Adb::start(), Bench::new(), Device::new(world));
    adb.join(&device, "unauthorized");
    let listed = adb.kiosk(bench.state(), &["--json", "devices"]);
    assert_eq!(reports(&listed)[0]["state"], "unauthorized");
    let applied = bench.set_up(&adb, "apply", &[]);
    let report = &reports(&applied)[0];
    assert_eq!(
        (applied.status.code(), &report["outcome"]),
        (Some(1), &"stopped".into())
    );
    assert!(
        report["said"].as_str().unwrap().contains("Allow USB debugging?"),
        "{report:#}"
    );
    device.allow();
    adb.join(&device, "device");
    let applied = bench.set_up(&adb, "apply", &[]);
    assert!(applied.status.success(), "{applied:?}");
}

#[test]
fn a_device_that_hangs_ends_in_a_sentence() {
    let (adb, bench, device) = (Adb::start(), Bench::new(), Device::new(World::eleven()));
    adb.join(&device, "device");
    device.shared.lock().unwrap().hangs_on = Some("settings put".to_owned());
    let applied = bench.set_up(&adb, "apply", &["--timeout", "8"]);
    let report = &reports(&applied)[0];
    assert_eq!(applied.status.code(), Some(1));
    let said = report["said"].as_str().unwrap();
    assert!(
        said.contains("no answer within 8 s") && said.contains("stay_on_while_plugged_in"),
        "{said}"
    );
    assert_eq!(
        (state_of(report, "app"), state_of(report, "brightness")),
        ("done".to_owned(), "not_tried".to_owned())
    );
    device.shared.lock().unwrap().hangs_on = None;
    let applied = bench.set_up(&adb, "apply", &[]);
    assert!(applied.status.success(), "{applied:?}");
}

#[test]
fn a_wifi_password_and_a_key_reach_the_device_and_nothing_else() {
    let (adb, bench, device) = (Adb::start(), Bench::new(), Device::new(World::eleven()));
    adb.join(&device, "device");
    let password = "it's a $ecret; really";
    let (apk, ca) = (bench.file("kiosk.apk"), bench.file("ca.crt"));
    let run = |timeout: &str| {
        let line = [
            "--timeout",
            timeout,
            "apply",
            "--server",
            ADDRESS,
            "--apk",
            &apk,
            "--ca",
            &ca,
            "--wifi",
            "Our Wi-Fi",
            "--pair",
            "rk_ecretkey",
        ];
        adb.kiosk_with(bench.state(), &line, &[("ROSIE_KIOSK_WIFI_PASSWORD", password)])
    };
    device.shared.lock().unwrap().hangs_on = Some("cmd wifi connect".to_owned());
    let hung = run("4");
    assert_eq!(hung.status.code(), Some(1));
    device.shared.lock().unwrap().hangs_on = None;
    let applied = run("20");
    assert!(applied.status.success(), "{applied:?}");
    assert_eq!(device.world().wifi.as_deref(), Some("Our Wi-Fi"));
    assert_eq!(device.world().wifi_password.as_deref(), Some(password));
    assert_eq!(device.world().kiosk().unwrap().setup["key"], "rk_ecretkey");
    let undone = adb.kiosk(bench.state(), &["--json", "undo"]);
    assert!(undone.status.success(), "{undone:?}");
    assert_eq!(
        state_of(&reports(&undone)[0], "wifi"),
        "left",
        "who is joined over it would be cut off"
    );
    assert_eq!(device.world().kiosk(), None);
    let mut told = [hung.stdout, hung.stderr, applied.stdout, applied.stderr].concat();
    for entry in fs::read_dir(bench.state()).unwrap() {
        told.extend(fs::read(entry.unwrap().path()).unwrap());
    }
    told.extend(device.world().files.values().flatten());
    assert!(!String::from_utf8_lossy(&told).contains("ecret"), "it stands somewhere");
}
