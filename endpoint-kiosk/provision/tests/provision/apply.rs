//! From a device that knows nothing to a kiosk, and back.

use crate::fake::{
    Adb, Device, World,
    apk::Signer,
    world::{App, KIOSK, LAUNCHER},
};
use serde_json::Value;
use std::{fs, path::Path, process::Output};
use tempfile::TempDir;

pub const ADDRESS: &str = "https://rosie.local:8443";

/// A folder with an app, the digest of its signer, an authority, and room for journals.
pub struct Bench {
    pub folder: TempDir,
    pub signer: Signer,
}

impl Bench {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let signer = Signer::new();
        // Longer than a piece of a push, and than a piece that is summed.
        fs::write(folder.path().join("kiosk.apk"), signer.sign(&[b'a'; 1_200_000])).unwrap();
        fs::write(folder.path().join("signer.sha256"), signer.digest() + "\n").unwrap();
        fs::write(folder.path().join("ca.crt"), crate::authority::authority().1).unwrap();
        Self { folder, signer }
    }

    pub fn state(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// `plan` or `apply`, with what it needs and these besides.
    pub fn set_up(&self, adb: &Adb, command: &str, more: &[&str]) -> Output {
        let (apk, ca) = (self.file("kiosk.apk"), self.file("ca.crt"));
        let usual = [
            "--json",
            command,
            "--server",
            ADDRESS,
            "--apk",
            &apk,
            "--ca",
            &ca,
            "--time-zone",
            "Europe/Berlin",
        ];
        adb.kiosk(self.state(), &[&usual, more].concat())
    }
}

/// The reports of a run.
pub fn reports(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let told: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {output:?}"));
    told["devices"].as_array().unwrap().clone()
}

pub fn state_of(report: &Value, step: &str) -> String {
    let steps = report["steps"].as_array().unwrap();
    let found = steps.iter().find(|one| one["id"] == step);
    found
        .map_or("no such step", |one| one["state"].as_str().unwrap())
        .to_owned()
}

fn is_kiosk(world: &World, apk: &[u8]) {
    let app = world.kiosk().unwrap();
    assert!(app.apk == apk, "the app is whole");
    assert_eq!(app.setup["address"], ADDRESS);
    assert_eq!(app.setup["room"], "kitchen");
    assert!(app.setup["ca"].len() > 300);
    assert!(app.granted.contains("android.permission.RECORD_AUDIO"));
    assert_eq!(app.ops["SYSTEM_ALERT_WINDOW"], "allow");
    assert!(world.exempt.contains(KIOSK));
    assert_eq!(world.setting("global", "stay_on_while_plugged_in"), Some("7"));
    assert_eq!(world.setting("system", "screen_brightness_mode"), Some("1"));
    assert_eq!(world.properties["persist.sys.timezone"], "Europe/Berlin");
    assert_eq!(world.volume, 10);
    assert!(
        !world.files.contains_key("/data/local/tmp/rosie-kiosk.apk"),
        "what was uploaded is removed"
    );
}

#[test]
fn an_echo_show_with_eleven_becomes_a_kiosk_and_is_as_it_was_after_undo() {
    let (adb, bench, device) = (Adb::start(), Bench::new(), Device::new(World::eleven()));
    adb.join(&device, "device");
    let before = device.world();

    let planned = bench.set_up(&adb, "plan", &["--room", "kitchen"]);
    assert!(planned.status.success(), "{planned:?}");
    assert_eq!(device.world(), before, "a plan touches nothing");
    assert_eq!(state_of(&reports(&planned)[0], "app"), "to_do");

    let applied = bench.set_up(&adb, "apply", &["--room", "kitchen"]);
    assert!(applied.status.success(), "{applied:?}");
    let report = &reports(&applied)[0];
    assert_eq!(report["outcome"], "done", "{report:#}");
    assert!(
        report["steps"]
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["state"] != "by_hand"),
        "{report:#}"
    );
    let world = device.world();
    is_kiosk(&world, &fs::read(bench.file("kiosk.apk")).unwrap());
    assert_eq!(world.home, "house.rosie.kiosk/house.rosie.kiosk.MainActivity");
    assert_eq!(
        world.owner.as_deref(),
        Some("house.rosie.kiosk/house.rosie.kiosk.AdminReceiver")
    );
    assert_eq!(
        world.setting("system", "user_rotation"),
        Some("1"),
        "the panel is built in upright"
    );
    assert_eq!((world.density_override, world.lock_off), (Some(160), Some(true)));
    assert!(world.apps["org.lineageos.setupwizard"].disabled);
    assert_eq!(world.kiosk().unwrap().setup["name"], "kitchen-checkers-2345");

    let again = bench.set_up(&adb, "apply", &["--room", "kitchen"]);
    let report = &reports(&again)[0];
    assert!(
        report["steps"]
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["state"] == "already"),
        "{report:#}"
    );
    assert_eq!(device.world(), world, "a second time changes nothing");

    let status = adb.kiosk(bench.state(), &["--json", "status"]);
    assert!(
        reports(&status)[0]["said"]
            .as_str()
            .unwrap()
            .contains("as it was set up"),
        "{status:?}"
    );
    let logs = adb.kiosk(bench.state(), &["logs"]);
    assert!(String::from_utf8(logs.stdout).unwrap().lines().count() > 10);

    // Another computer knows it from the device's own copy.
    let elsewhere = tempfile::tempdir().unwrap();
    let undone = adb.kiosk(elsewhere.path(), &["--json", "undo"]);
    assert!(undone.status.success(), "{undone:?}");
    assert_eq!(device.world(), before);
}

#[test]
fn android_seven_says_what_it_cannot_and_does_the_rest() {
    let (adb, bench, device) = (Adb::start(), Bench::new(), Device::new(World::seven()));
    adb.join(&device, "device");
    let before = device.world();
    let applied = bench.set_up(&adb, "apply", &["--room", "kitchen"]);
    assert!(applied.status.success(), "{applied:?}");
    let report = &reports(&applied)[0];
    assert_eq!(state_of(report, "lock"), "by_hand");
    assert_eq!(state_of(report, "density"), "no such step", "its own is right");
    is_kiosk(&device.world(), &fs::read(bench.file("kiosk.apk")).unwrap());
    assert_eq!(
        device.world().setting("system", "user_rotation"),
        Some("0"),
        "the panel is built in lying"
    );
    let undone = adb.kiosk(bench.state(), &["--json", "undo"]);
    assert!(undone.status.success(), "{undone:?}");
    assert_eq!(device.world(), before);
    let status = adb.kiosk(bench.state(), &["--json", "status"]);
    assert!(
        reports(&status)[0]["said"]
            .as_str()
            .unwrap()
            .contains("has not been set up")
    );
}

#[test]
fn a_tablet_with_six_and_an_account_is_a_kiosk_without_an_owner() {
    let (adb, bench, device) = (Adb::start(), Bench::new(), Device::new(World::six()));
    adb.join(&device, "device");
    let before = device.world();
    let applied = bench.set_up(&adb, "apply", &["--room", "kitchen"]);
    assert!(applied.status.success(), "{applied:?}");
    let report = &reports(&applied)[0];
    assert_eq!(
        (state_of(report, "owner"), state_of(report, "home")),
        ("by_hand".to_owned(), "by_hand".to_owned())
    );
    assert!(report.to_string().contains("Settings → Accounts"), "{report:#}");
    assert!(report["notes"].to_string().contains("which WebView"), "{report:#}");
    is_kiosk(&device.world(), &fs::read(bench.file("kiosk.apk")).unwrap());
    let undone = adb.kiosk(bench.state(), &["--json", "undo"]);
    assert!(undone.status.success(), "{undone:?}");
    assert_eq!(device.world(), before);
}

#[test]
fn what_is_missing_is_said_before_anything_is_touched() {
    let mut amazon = World::eleven();
    amazon.properties.remove("ro.lineage.build.version");
    amazon
        .properties
        .insert("ro.build.version.fireos".to_owned(), "6.5.6.2".to_owned());
    let mut full = World::eleven();
    full.free_kib = 50 * 1024;
    let mut ancient = World::six();
    ancient
        .properties
        .insert("ro.build.version.sdk".to_owned(), "19".to_owned());
    let adb = Adb::start();
    let bench = Bench::new();
    for (number, (mut world, says)) in [(amazon, "LineageOS first"), (full, "50 MB"), (ancient, "too old")]
        .into_iter()
        .enumerate()
    {
        world.properties.insert("ro.serialno".to_owned(), format!("N{number}"));
        let device = Device::new(world.clone());
        adb.join(&device, "device");
        let applied = bench.set_up(&adb, "apply", &["--device", &device.serial()]);
        assert_eq!(applied.status.code(), Some(1));
        let report = &reports(&applied)[0];
        assert_eq!(report["outcome"], "missing");
        assert!(report["missing"].to_string().contains(says), "{report:#}");
        assert_eq!(device.world(), world);
    }
}

#[test]
fn an_app_that_was_there_keeps_its_set_up_after_undo() {
    let (adb, bench) = (Adb::start(), Bench::new());
    let apk = fs::read(bench.file("kiosk.apk")).unwrap();
    let setup = [
        ("address", "http://192.168.1.5:8000"),
        ("room", "office"),
        ("name", "desk"),
        ("ca", ""),
        ("audio", "page"),
        ("key", ""),
    ];
    let app = App {
        apk,
        setup: setup.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        ..App::default()
    };
    let mut world = World::eleven();
    world.apps.insert(KIOSK.to_owned(), app);
    let device = Device::new(world.clone());
    adb.join(&device, "device");
    let applied = bench.set_up(&adb, "apply", &["--home-app", "none"]);
    assert!(applied.status.success(), "{applied:?}");
    let setup = &device.world().kiosk().unwrap().setup.clone();
    assert_eq!(
        (&*setup["address"], &*setup["room"], &*setup["audio"]),
        (ADDRESS, "office", "page"),
        "what was not named stays"
    );
    assert_eq!((&*device.world().home, device.world().owner), (LAUNCHER, None));
    let undone = adb.kiosk(bench.state(), &["--json", "undo"]);
    assert!(undone.status.success(), "{undone:?}");
    assert_eq!(device.world(), world);
}

#[test]
fn fully_gets_the_authority_into_the_system_where_adb_is_root() {
    let (adb, bench) = (Adb::start(), Bench::new());
    let mut world = World::seven();
    world.apps.insert("de.ozerov.fully".to_owned(), App::default());
    let device = Device::new(world.clone());
    adb.join(&device, "device");
    let applied = bench.set_up(&adb, "apply", &["--home-app", "fully"]);
    assert!(applied.status.success(), "{applied:?}");
    let report = &reports(&applied)[0];
    assert!(
        report["notes"]
            .to_string()
            .contains("Start URL https://rosie.local:8443"),
        "{report:#}"
    );
    let after = device.world();
    assert_eq!(after.home, "de.ozerov.fully/de.ozerov.fully.MainActivity");
    let in_store = after
        .files
        .iter()
        .find(|(path, _)| path.starts_with("/system/etc/security/cacerts/"));
    let (path, pem) = in_store.unwrap();
    assert!(
        path.ends_with(".0") && pem.starts_with(b"-----BEGIN CERTIFICATE-----\n"),
        "{path}"
    );
    assert!(
        after.apps["de.ozerov.fully"]
            .granted
            .contains("android.permission.RECORD_AUDIO")
    );
    assert_eq!((after.kiosk(), &after.owner), (None, &None));
    let undone = adb.kiosk(bench.state(), &["--json", "undo"]);
    assert!(undone.status.success(), "{undone:?}");
    assert_eq!(device.world(), world);
}

#[test]
fn what_the_device_refuses_is_said_in_its_own_words() {
    let (adb, bench) = (Adb::start(), Bench::new());
    // The app by another key.
    let mut world = World::eleven();
    let other = App {
        apk: Signer::new().sign(b"old"),
        ..App::default()
    };
    world.apps.insert(KIOSK.to_owned(), other);
    let device = Device::new(world);
    adb.join(&device, "device");
    let applied = bench.set_up(&adb, "apply", &[]);
    let report = &reports(&applied)[0];
    assert_eq!(
        (applied.status.code(), state_of(report, "app")),
        (Some(1), "failed".to_owned())
    );
    assert!(
        report["said"].as_str().unwrap().contains("by another key"),
        "{report:#}"
    );
    assert_eq!(state_of(report, "microphone"), "not_tried");

    // No room for it, and a room that the app does not take.
    let mut world = World::eleven();
    world.properties.insert("ro.serialno".to_owned(), "G2".to_owned());
    world.full = true;
    let device = Device::new(world);
    adb.join(&device, "device");
    let serial = device.serial();
    let applied = bench.set_up(&adb, "apply", &["--device", &serial]);
    assert!(
        reports(&applied)[0]["said"]
            .as_str()
            .unwrap()
            .contains("not enough storage"),
        "{applied:?}"
    );
    device.shared.lock().unwrap().world.full = false;
    let applied = bench.set_up(&adb, "apply", &["--device", &serial, "--room", "attic"]);
    assert!(
        reports(&applied)[0]["said"]
            .as_str()
            .unwrap()
            .contains("there is no attic"),
        "{applied:?}"
    );
    let applied = bench.set_up(&adb, "apply", &["--device", &serial, "--room", "kitchen"]);
    assert!(applied.status.success(), "mended, it goes on: {applied:?}");
}

#[test]
fn several_devices_at_once_each_with_a_report_of_its_own() {
    let (adb, bench) = (Adb::start(), Bench::new());
    let devices = [Device::new(World::eleven()), Device::new(World::seven())];
    for device in &devices {
        adb.join(device, "device");
    }
    let which = bench.set_up(&adb, "apply", &[]);
    assert_eq!(which.status.code(), Some(1));
    assert!(
        String::from_utf8(which.stderr).unwrap().contains("--device"),
        "it is not guessed"
    );
    let serials = devices.each_ref().map(Device::serial);
    let applied = bench.set_up(
        &adb,
        "apply",
        &["--device", &serials[0], "--device", &serials[1], "--device", "gone"],
    );
    assert_eq!(applied.status.code(), Some(1), "one of them is not there");
    let outcomes: Vec<(String, String)> = reports(&applied)
        .iter()
        .map(|report| {
            (
                report["serial"].as_str().unwrap().to_owned(),
                report["outcome"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    for serial in &serials {
        assert!(outcomes.contains(&(serial.clone(), "done".to_owned())), "{outcomes:?}");
    }
    assert!(outcomes.contains(&("gone".to_owned(), "stopped".to_owned())));
}
