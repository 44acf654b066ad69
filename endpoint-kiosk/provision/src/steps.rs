//! The steps that make a device a kiosk, in their order: which lever, to what, and why. Pure: from facts and wishes alone.

use crate::{
    apk::Apk,
    authority::Authority,
    facts::Facts,
    lever::{self, Lever, Table},
    models::{Model, Orientation},
    values::{HomeApp, ServerAddress},
};
use serde_json::{Map, Value};

pub const KIOSK: &str = "house.rosie.kiosk";
const FULLY: &str = "de.ozerov.fully";
const WIZARDS: [&str; 3] = [
    "org.lineageos.setupwizard",
    "com.google.android.setupwizard",
    "com.android.provision",
];
/// On mains, on USB and on a wireless pad.
const EVERY_SUPPLY: &str = "7";

/// What was asked for on the command line, checked.
#[derive(Debug, Clone)]
pub struct Wish {
    pub server: ServerAddress,
    pub home: HomeApp,
    pub apk: Option<Apk>,
    pub authority: Option<Authority>,
    pub room: Option<String>,
    pub name: Option<String>,
    /// The sum of the key that pairing gave.
    pub key_sum: Option<String>,
    pub wifi: Option<String>,
    pub time_zone: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub id: &'static str,
    pub why: &'static str,
    pub lever: Lever,
    pub want: String,
    /// Without it there is no kiosk; what follows is not tried.
    pub essential: bool,
    /// Rosie or a person changes it later: set once, and then theirs.
    pub once: bool,
    /// What a person does where this device cannot be told.
    pub by_hand: &'static str,
}

impl Step {
    fn new(id: &'static str, lever: Lever, want: impl Into<String>, why: &'static str, by_hand: &'static str) -> Self {
        Self {
            id,
            why,
            lever,
            want: want.into(),
            essential: false,
            once: false,
            by_hand,
        }
    }

    fn essential(mut self) -> Self {
        self.essential = true;
        self
    }

    fn once(mut self) -> Self {
        self.once = true;
        self
    }
}

pub fn steps(facts: &Facts, model: &Model, wish: &Wish) -> Vec<Step> {
    let mut steps = Vec::new();
    if let Some(ssid) = &wish.wifi {
        steps.push(Step::new(
            "wifi",
            Lever::Wifi,
            ssid,
            "it reaches Rosie over this network",
            "Settings → Wi-Fi: join it there",
        ));
    }
    let package = match wish.home {
        HomeApp::Fully => FULLY,
        HomeApp::Kiosk | HomeApp::None => KIOSK,
    };
    if package == KIOSK {
        steps.extend(kiosk(facts, wish));
    } else if let (Some(authority), true) = (&wish.authority, facts.root) {
        let (file, sum) = authority.system_file();
        steps.push(Step::new(
            "authority",
            Lever::Authority { file },
            sum,
            "the browser believes Rosie's certificate",
            "open Rosie's page /certificate on it and follow what it says",
        ));
    }
    steps.extend(app(package));
    steps.extend(home(facts, wish));
    steps.extend(awake());
    steps.extend(screen(facts, model));
    if let Some((_, most)) = facts.volume {
        steps.push(
            Step::new(
                "volume",
                Lever::Volume,
                (most * 2).div_ceil(3).to_string(),
                "she is heard across a room",
                "set it with the volume keys",
            )
            .once(),
        );
    }
    if let Some(zone) = &wish.time_zone {
        steps.push(Step::new(
            "time_zone",
            Lever::TimeZone,
            zone,
            "the clock on its screen is right",
            "Settings → System → Date & time: set the time zone",
        ));
    }
    steps.extend(wizard(facts));
    steps
}

fn kiosk(facts: &Facts, wish: &Wish) -> Vec<Step> {
    let lever = || KIOSK.to_owned();
    let sum = wish.apk.as_ref().map(|apk| apk.sha256.clone()).unwrap_or_default();
    vec![
        Step::new(
            "app",
            Lever::App { package: lever() },
            sum,
            "Rosie's kiosk app is on it",
            "adb install -r rosie-kiosk.apk",
        )
        .essential(),
        Step::new(
            "setup",
            Lever::Setup { package: lever() },
            setup(facts, wish),
            "the app knows where Rosie is, believes only her authority, and knows its room",
            "open the app and type the address",
        )
        .essential(),
    ]
}

/// What the app is to be set up as; what is not named stays as it was.
fn setup(facts: &Facts, wish: &Wish) -> String {
    let mut parts = Map::new();
    let mut put = |key: &str, value: String| parts.insert(key.to_owned(), Value::from(value));
    put("address", wish.server.to_string());
    put("ca", wish.authority.as_ref().map(Authority::base64).unwrap_or_default());
    put(
        "name",
        wish.name
            .clone()
            .unwrap_or_else(|| made_name(facts, wish.room.as_deref())),
    );
    if let Some(sum) = &wish.key_sum {
        put(lever::KEY, sum.clone());
    }
    if let Some(room) = &wish.room {
        put("room", room.clone());
    }
    Value::from(parts).to_string()
}

/// The same for the same device each time, and different for each.
fn made_name(facts: &Facts, room: Option<&str>) -> String {
    let good = |c: &char| c.is_ascii_alphanumeric();
    let serial: Vec<char> = facts.serial_number.chars().filter(good).collect();
    let last: String = serial[serial.len().saturating_sub(4)..].iter().collect();
    let device: String = facts.codename.chars().filter(good).take(20).collect();
    let parts = [room.unwrap_or("kiosk"), &device, &last.to_lowercase()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("-").chars().take(64).collect()
}

fn app(package: &str) -> Vec<Step> {
    let package = || package.to_owned();
    vec![
        Step::new(
            "microphone",
            Lever::Permission {
                package: package(),
                permission: "android.permission.RECORD_AUDIO".to_owned(),
            },
            "granted",
            "she can hear",
            "open the app and touch Allow",
        )
        .essential(),
        Step::new(
            "overlay",
            Lever::AppOp {
                package: package(),
                op: "SYSTEM_ALERT_WINDOW".to_owned(),
            },
            "allow",
            "the app may come to the front by itself",
            "Settings → Apps → Special access → Display over other apps",
        ),
        Step::new(
            "battery",
            Lever::Battery { package: package() },
            "exempt",
            "it listens while the screen is dark",
            "Settings → Apps → Special access → Battery optimisation: don't optimise",
        ),
    ]
}

fn home(facts: &Facts, wish: &Wish) -> Vec<Step> {
    let by_hand = "press the home button, choose it, and choose Always";
    let why = "it is there after every start, and the home button leads nowhere else";
    let component = match wish.home {
        HomeApp::None => return Vec::new(),
        HomeApp::Kiosk => format!("{KIOSK}/{KIOSK}.MainActivity"),
        HomeApp::Fully => match facts.homes.iter().find(|home| home.starts_with(FULLY)) {
            Some(home) => home.clone(),
            None => return Vec::new(),
        },
    };
    let mut steps = vec![Step::new("home", Lever::Home, component, why, by_hand)];
    if wish.home == HomeApp::Kiosk {
        steps.push(Step::new(
            "owner",
            Lever::Owner {
                package: KIOSK.to_owned(),
            },
            format!("{KIOSK}/{KIOSK}.AdminReceiver"),
            "Android leaves the app running, and it may switch the screen off",
            "remove all accounts in Settings → Accounts, and run this again; it is a kiosk without this too",
        ));
    }
    steps
}

fn awake() -> Vec<Step> {
    vec![
        setting(
            "stay_awake",
            Table::Global,
            "stay_on_while_plugged_in",
            EVERY_SUPPLY,
            "the screen stays on while it has power",
            "Settings → Developer options → Stay awake",
        ),
        Step::new(
            "lock",
            Lever::LockOff,
            "true",
            "no lock screen stands before Rosie",
            "Settings → Security → Screen lock → None",
        ),
    ]
}

fn screen(facts: &Facts, model: &Model) -> Vec<Step> {
    let mut steps = vec![setting(
        "brightness",
        Table::System,
        "screen_brightness_mode",
        "1",
        "the screen is as bright as the room",
        "Settings → Display → Adaptive brightness",
    )];
    if let (Some(orientation), Some((width, height))) = (model.orientation, facts.size) {
        let lying = width >= height;
        let turned = match orientation {
            Orientation::Landscape => !lying,
            Orientation::Portrait => lying,
        };
        let by_hand = "Settings → Display → Auto-rotate: off";
        steps.push(setting(
            "turning",
            Table::System,
            "accelerometer_rotation",
            "0",
            "it stands, so it does not turn",
            by_hand,
        ));
        steps.push(setting(
            "orientation",
            Table::System,
            "user_rotation",
            if turned { "1" } else { "0" },
            "the picture stands as the device does",
            by_hand,
        ));
    }
    // One that has it by itself needs nothing said.
    let wanted = model
        .density
        .filter(|wanted| facts.density_override.is_some() || facts.density != Some(*wanted));
    if let Some(density) = wanted {
        steps.push(Step::new(
            "density",
            Lever::Density,
            density.to_string(),
            "a pixel of the page is a pixel of the panel",
            "Settings → Display → Display size",
        ));
    }
    steps
}

fn wizard(facts: &Facts) -> Vec<Step> {
    let why = "no set-up assistant asks anything";
    let by_hand = "go through the assistant once";
    let mut steps = vec![
        setting("provisioned", Table::Global, "device_provisioned", "1", why, by_hand),
        setting("set_up", Table::Secure, "user_setup_complete", "1", why, by_hand),
    ];
    for package in WIZARDS.into_iter().filter(|package| facts.packages.contains(*package)) {
        steps.push(Step::new(
            "wizard",
            Lever::Enabled {
                package: package.to_owned(),
            },
            "disabled",
            why,
            by_hand,
        ));
    }
    steps
}

fn setting(id: &'static str, table: Table, key: &str, want: &str, why: &'static str, by_hand: &'static str) -> Step {
    Step::new(
        id,
        Lever::Setting {
            table,
            key: key.to_owned(),
        },
        want,
        why,
        by_hand,
    )
}
