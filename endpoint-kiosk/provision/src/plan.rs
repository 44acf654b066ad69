//! What would be done to a device, and what keeps it from being done. Pure: facts, readings and the journal's records go in.

use crate::{
    facts::Facts,
    journal::Record,
    lever::{Lever, Reading},
    models::{self, Model},
    steps::{Step, Wish, steps},
    values::HomeApp,
};

/// The app and its page take 5 MB; Android itself is unwell with less than this.
const FREE_KIB: u64 = 100 * 1024;
const OLDEST_SDK: u32 = 23;
/// From Android 12 on names that end in .local are found.
const FINDS_LOCAL: u32 = 31;
const OLDEST_CHROME: u32 = 61;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Done,
    ToDo,
    /// What a person has to do, and why it is theirs.
    ByHand(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub step: Step,
    pub now: Reading,
    pub standing: Standing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What must be mended before anything is touched.
    pub missing: Vec<String>,
    /// What a person should know, or do beside it.
    pub notes: Vec<String>,
    pub steps: Vec<Planned>,
}

/// The steps for a device, without their standing yet: their levers are to be read.
pub fn wanted(facts: &Facts, wish: &Wish) -> Vec<Step> {
    steps(facts, &models::find(&facts.codename), wish)
}

/// `readings` is what the levers of `wanted` stand at, in their order.
pub fn plan(facts: &Facts, wish: &Wish, wanted: Vec<Step>, readings: Vec<Reading>, records: &[Record]) -> Plan {
    let model = models::find(&facts.codename);
    let steps = wanted
        .into_iter()
        .zip(readings)
        .map(|(step, now)| {
            let standing = standing(&step, &now, records);
            Planned { step, now, standing }
        })
        .collect();
    Plan {
        missing: missing(facts, &model, wish),
        notes: notes(facts, &model, wish),
        steps,
    }
}

fn standing(step: &Step, now: &Reading, records: &[Record]) -> Standing {
    let was_set = || {
        records
            .iter()
            .any(|record| record.lever == step.lever && record.holds())
    };
    match now {
        _ if step.lever.is_at(now, Some(&step.want)) => Standing::Done,
        _ if step.once && was_set() => Standing::Done,
        // An app that is to be replaced anyway tells nothing yet.
        Reading::Unknown(_) if matches!(step.lever, Lever::Setup { .. }) => Standing::ToDo,
        Reading::Unknown(why) => Standing::ByHand(format!("{} ({why})", step.by_hand)),
        Reading::Is(_) | Reading::Absent => Standing::ToDo,
    }
}

fn missing(facts: &Facts, model: &Model, wish: &Wish) -> Vec<String> {
    let mut missing = Vec::new();
    if facts.is_fire_os() {
        let what = if model.amazon {
            model.name.as_str()
        } else {
            "This device"
        };
        missing.push(format!(
            "{what} runs Amazon's own system, which takes no home app. It needs LineageOS first: docs/kiosk.md says how its boot loader \
             is unlocked and LineageOS flashed. You do that; it deletes everything on it"
        ));
    } else if facts.sdk < OLDEST_SDK {
        missing.push(match facts.sdk {
            0 => "it does not say which Android it has".to_owned(),
            _ => format!(
                "Android {} is too old: the kiosk app needs Android 6 or later",
                facts.android
            ),
        });
    }
    if let Some(free) = facts.free_kib.filter(|free| *free < FREE_KIB) {
        missing.push(format!(
            "only {} MB of storage are free, and {} are needed: remove something from it (Settings → Storage)",
            free / 1024,
            FREE_KIB / 1024
        ));
    }
    if wish.home == HomeApp::Fully && !facts.homes.iter().any(|home| home.starts_with("de.ozerov.fully")) {
        missing.push(
            "Fully Kiosk Browser is not on it: install it, or use Rosie's own app with --home-app kiosk".to_owned(),
        );
    }
    missing
}

fn notes(facts: &Facts, model: &Model, wish: &Wish) -> Vec<String> {
    let mut notes: Vec<String> = model
        .known
        .iter()
        .map(|known| format!("{}: {known}", model.name))
        .collect();
    let host = &wish.server.host;
    if host.ends_with(".local") && facts.sdk < FINDS_LOCAL {
        notes.push(format!(
            "Android {} does not find names that end in .local. If the app says that it does not reach Rosie, run this again with \
             her address in the place of {host}, and have the router give her always the same one",
            facts.android
        ));
    }
    if facts.reaches == Some(false) {
        notes.push(format!(
            "The device does not reach {host} now. Is it in the same network? --wifi joins one"
        ));
    }
    match facts.chrome() {
        None => notes.push("It does not say which WebView it has. Without one of Chrome 61 or later it shows no page; the app hears and speaks all the same".to_owned()),
        Some(chrome) if chrome < OLDEST_CHROME => notes.push(format!(
            "Its WebView is Chrome {chrome}; the page needs {OLDEST_CHROME}. The app hears and speaks all the same; \
             Settings → Apps, or a newer WebView's APK, brings it"
        )),
        Some(_) => {}
    }
    if !wish.server.secure {
        notes.push("Over http everybody in the network can listen; https://…:8443 is there too".to_owned());
    }
    if let Some(authority) = &wish.authority {
        notes.push(format!(
            "Rosie's certificate authority is pinned. Its SHA-256, to compare with what her page /certificate shows: {}",
            authority.fingerprint()
        ));
    }
    if wish.home == HomeApp::Fully {
        notes.push(format!(
            "In Fully: Web Content Settings → Start URL {}; Web Content → Enable Microphone Access",
            wish.server
        ));
        if wish.authority.is_some() && !facts.root {
            notes.push(format!(
                "adb is not root on it, so the system's store of authorities cannot be written: open {}/certificate on it and \
                 install the authority there",
                wish.server
            ));
        }
    }
    notes
}
