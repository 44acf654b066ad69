//! The table of who may know whom, read from every Cargo.toml.
#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// Crate → the crates of this workspace that it may depend on. `rosied` may know all but the testkit.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("rosie-core", &[]),
    ("rosie-proto", &[]),
    ("rosie-intents", &["rosie-core"]),
    ("rosie-models", &["rosie-core"]),
    ("rosie-speech", &["rosie-core"]),
    ("rosie-memory", &["rosie-core"]),
    ("rosie-dialog", &["rosie-core", "rosie-intents"]),
    ("rosie-hub", &["rosie-core"]),
    ("rosie-gateway", &["rosie-core", "rosie-proto"]),
    ("rosie-device", &["rosie-core"]),
    ("rosie-kiosk", &["rosie-proto"]),
    ("rosie-testkit", &["rosie-core", "rosie-proto"]),
];

/// Heavy dependency → the only crates that may name it.
const HEAVY: &[(&str, &[&str])] = &[
    ("ort", &["rosie-speech", "rosie-memory"]),
    ("whisper-rs", &["rosie-speech"]),
    ("redb", &["rosie-memory"]),
    ("hyper", &["rosie-gateway"]),
    ("webrtc", &["rosie-gateway"]),
    ("rtc", &["rosie-gateway"]),
    ("tokio-tungstenite", &["rosie-gateway", "rosie-hub"]),
    ("minijinja", &["rosie-intents", "rosie-hub"]),
    ("rumqttc", &["rosie-hub"]),
    (
        "reqwest",
        &["rosie-dialog", "rosie-hub", "rosie-models", "rosie-speech"],
    ),
    ("alsa", &["rosie-device"]),
    ("rppal", &["rosie-device"]),
    ("anyhow", &["rosied"]),
];

/// Crates without a runtime, a socket or a C toolchain.
const PURE: &[&str] = &["rosie-core", "rosie-proto", "rosie-intents"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The names in a manifest's `[dependencies]` (what ships, not what tests use).
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut inside = false;
    let mut names = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]") && !line.contains("dev-") && !line.contains("build-");
        } else if let (true, Some((name, _))) = (inside, line.split_once(['.', ' ', '='])) {
            names.insert(name.trim_matches('"').to_owned());
        }
    }
    names.remove("");
    names
}

/// The crates of the appliance by their folders, and the one beside it.
fn crates() -> BTreeMap<String, BTreeSet<String>> {
    let entries = std::fs::read_dir(root().join("appliance")).unwrap();
    let appliance = entries
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    let kiosk = ("rosie-kiosk".to_owned(), root().join("endpoint-kiosk/provision"));
    appliance
        .chain([kiosk])
        .filter_map(|(name, folder)| {
            let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
            Some((name, dependencies(&manifest)))
        })
        .collect()
}

#[test]
fn crates_know_only_whom_they_may() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    for (name, knows) in crates() {
        let ours: Vec<&String> = knows.iter().filter(|d| d.starts_with("rosie-")).collect();
        if name == "rosied" {
            assert!(
                !ours.iter().any(|d| *d == "rosie-testkit"),
                "the daemon must not ship test engines"
            );
            continue;
        }
        let allowed = allowed
            .get(name.as_str())
            .unwrap_or_else(|| panic!("{name} is not in the table of crates"));
        for dependency in ours {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{name} must not know {dependency}"
            );
        }
    }
}

#[test]
fn heavy_dependencies_stay_in_their_crates() {
    let crates = crates();
    for (heavy, homes) in HEAVY {
        for (name, knows) in &crates {
            assert!(
                !knows.contains(*heavy) || homes.contains(&name.as_str()),
                "{name} must not use {heavy}"
            );
        }
    }
    for pure in PURE {
        for forbidden in ["tokio", "reqwest", "ort", "libc", "whisper-rs", "hyper"] {
            assert!(
                !crates[*pure].contains(forbidden),
                "{pure} must stay without {forbidden}"
            );
        }
    }
}

#[test]
fn each_heavy_dependency_has_a_decision() {
    let decisions: String = std::fs::read_dir(root().join("docs/decisions"))
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    for name in [
        "whisper-rs",
        "ort",
        "redb",
        "hyper",
        "minijinja",
        "rumqttc",
        "espeak-ng",
        "Piper",
        "schemars",
        "alsa",
        "rppal",
    ] {
        assert!(decisions.contains(name), "docs/decisions does not say why {name}");
    }
}
