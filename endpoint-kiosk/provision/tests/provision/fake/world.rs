//! What the fake device is: everything on it that a provisioner reads or changes.

use std::collections::{BTreeMap, BTreeSet};

pub const KIOSK: &str = "house.rosie.kiosk";
pub const LAUNCHER: &str = "com.android.launcher3/com.android.launcher3.Launcher";

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct App {
    pub apk: Vec<u8>,
    pub granted: BTreeSet<String>,
    pub ops: BTreeMap<String, String>,
    pub disabled: bool,
    /// What the kiosk app is set up as.
    pub setup: BTreeMap<String, String>,
    /// One of before the app could tell how it is set up.
    pub old: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    pub authorised: bool,
    pub sdk: u32,
    pub properties: BTreeMap<String, String>,
    pub features: &'static str,
    pub webview: &'static str,
    pub root: bool,
    pub free_kib: u64,
    /// The installer's own opinion of the storage.
    pub full: bool,
    pub size: (u32, u32),
    pub density: u32,
    pub density_override: Option<u32>,
    /// Accounts by kind.
    pub accounts: Vec<&'static str>,
    pub settings: BTreeMap<(String, String), String>,
    pub apps: BTreeMap<String, App>,
    pub files: BTreeMap<String, Vec<u8>>,
    pub home: String,
    pub owner: Option<String>,
    pub exempt: BTreeSet<String>,
    /// None where there is no command for it.
    pub lock_off: Option<bool>,
    pub volume: u32,
    pub wifi: Option<String>,
    pub wifi_password: Option<String>,
    pub reachable: bool,
}

impl World {
    /// An Echo Show 5 with LineageOS 18.1, adb not root.
    pub fn eleven() -> Self {
        let properties = [
            ("ro.serialno", "G0W1CKXX12345"),
            ("ro.product.device", "checkers"),
            ("ro.product.model", "Echo Show 5"),
            ("ro.product.manufacturer", "Amazon"),
            ("ro.build.version.release", "11"),
            ("ro.build.version.sdk", "30"),
            ("ro.lineage.build.version", "18.1"),
            ("ro.debuggable", "1"),
            ("persist.sys.timezone", "America/New_York"),
        ];
        let settings = [
            ("global", "stay_on_while_plugged_in", "0"),
            ("global", "device_provisioned", "1"),
            ("secure", "user_setup_complete", "1"),
            ("system", "screen_brightness_mode", "0"),
            ("system", "accelerometer_rotation", "1"),
        ];
        let app = |name: &str| (name.to_owned(), App::default());
        Self {
            authorised: true,
            sdk: 30,
            properties: properties.map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
            features: "shell_v2,cmd,stat_v2,ls_v2,fixed_push_mkdir,apex,abb,fixed_push_symlink_timestamp,abb_exec",
            webview: "106.0.5249.126",
            root: false,
            free_kib: 3_259_076,
            full: false,
            size: (480, 960),
            density: 213,
            density_override: None,
            accounts: Vec::new(),
            settings: settings
                .map(|(table, key, value)| ((table.to_owned(), key.to_owned()), value.to_owned()))
                .into(),
            apps: [
                app("com.android.launcher3"),
                app("org.lineageos.setupwizard"),
                app("com.android.webview"),
            ]
            .into(),
            files: BTreeMap::new(),
            home: LAUNCHER.to_owned(),
            owner: None,
            exempt: BTreeSet::new(),
            lock_off: Some(false),
            volume: 5,
            wifi: None,
            wifi_password: None,
            reachable: true,
        }
    }

    /// An Echo Show 8 with the port of LineageOS 14.1, which asks who may see it as root.
    pub fn seven() -> Self {
        let mut world = Self::eleven();
        for (name, value) in [
            ("ro.serialno", "G0W2"),
            ("ro.product.device", "crown"),
            ("ro.product.model", "Echo Show 8"),
            ("ro.build.version.release", "7.1.2"),
            ("ro.build.version.sdk", "25"),
            ("ro.cm.build.version", "14.1"),
        ] {
            world.properties.insert(name.to_owned(), value.to_owned());
        }
        world.properties.remove("ro.lineage.build.version");
        world.sdk = 25;
        world.features = "shell_v2,cmd";
        world.webview = "119.0.6045.193";
        world.root = true;
        world.size = (1280, 800);
        world.density = 160;
        world.lock_off = None;
        world
            .settings
            .remove(&("global".to_owned(), "stay_on_while_plugged_in".to_owned()));
        world
    }

    /// A tablet with Android 6: no exit statuses, no WebView service, an owner with an account.
    pub fn six() -> Self {
        let mut world = Self::seven();
        for (name, value) in [
            ("ro.serialno", "R52"),
            ("ro.product.device", "gtel"),
            ("ro.product.model", "SM-T560"),
            ("ro.product.manufacturer", "samsung"),
            ("ro.build.version.release", "6.0.1"),
            ("ro.build.version.sdk", "23"),
        ] {
            world.properties.insert(name.to_owned(), value.to_owned());
        }
        world.properties.remove("ro.cm.build.version");
        world.sdk = 23;
        world.features = "";
        world.webview = "";
        world.root = false;
        world.accounts = vec!["com.google"];
        world
    }

    pub fn banner(&self) -> String {
        let property = |name: &str| self.properties.get(name).cloned().unwrap_or_default();
        let mut banner = format!(
            "device::ro.product.name={0};ro.product.model={1};ro.product.device={0};",
            property("ro.product.device"),
            property("ro.product.model")
        );
        if !self.features.is_empty() {
            banner.push_str(&format!("features={}", self.features));
        }
        banner
    }

    /// Files, and APKs where `pm path` says they are.
    pub fn file(&self, path: &str) -> Option<Vec<u8>> {
        let installed = path
            .strip_prefix("/data/app/")
            .and_then(|rest| rest.strip_suffix("-1/base.apk"));
        match installed {
            Some(package) => self.apps.get(package).map(|app| app.apk.clone()),
            None => self.files.get(path).cloned(),
        }
    }

    pub fn kiosk(&self) -> Option<&App> {
        self.apps.get(KIOSK)
    }

    pub fn setting(&self, table: &str, key: &str) -> Option<&str> {
        self.settings
            .get(&(table.to_owned(), key.to_owned()))
            .map(String::as_str)
    }
}
