//! How the daemon starts the process of a plugin: through `rosied plugin-run`, with an environment of its own.

use crate::plugin_run::{Bounds, COMMAND};
use rosie_hub::plugins::{Launch, Manifest, Place};
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// Memory of one process of a plugin; all of them together may have a quarter more.
const MEMORY_MB: u64 = 256;
/// Users of plugins: a range that neither people nor services get.
const FIRST_USER: u32 = 0x0052_0000;
const USERS: u32 = 0xffff;

pub struct Bounded {
    /// This program.
    program: PathBuf,
    hidden: Vec<PathBuf>,
    bounds: OnceLock<Bounds>,
}

impl Bounded {
    /// `hidden`: what of Rosie's no plugin may see.
    pub fn new(hidden: Vec<PathBuf>) -> Self {
        let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("rosied"));
        let whole = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        Self {
            program,
            hidden: hidden.into_iter().map(whole).collect(),
            bounds: OnceLock::new(),
        }
    }

    fn bare(&self, name: &str, network: bool, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", "/tmp")
            .env("LANG", "C.UTF-8")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONUNBUFFERED", "1")
            .current_dir("/")
            .args([COMMAND, "--user", &user(name).to_string()])
            .args(["--memory-mb", &MEMORY_MB.to_string()])
            .arg("--folder")
            .arg(folder);
        if network {
            command.arg("--network");
        }
        for hidden in &self.hidden {
            command.arg("--hide").arg(hidden);
        }
        command
    }

    /// What holds on this machine; found out once, in some milliseconds.
    pub fn bounds(&self) -> Bounds {
        *self.bounds.get_or_init(|| {
            let output = self.bare("probe", false, Path::new("/")).arg("--probe").output();
            let told = output
                .ok()
                .and_then(|output| serde_json::from_slice(&output.stdout).ok());
            told.unwrap_or_default()
        })
    }
}

pub fn is_of_a_plugin(user: u32) -> bool {
    (FIRST_USER..FIRST_USER + USERS).contains(&user)
}

/// The same at every start, and hardly ever another plugin's.
fn user(name: &str) -> u32 {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    FIRST_USER + hash % USERS
}

impl Launch for Bounded {
    fn command(&self, manifest: &Manifest, command: &[String], folder: &Path) -> Command {
        let mut bounded = self.bare(&manifest.name, manifest.network, folder);
        bounded.arg("--").args(command);
        bounded
    }

    fn doubt(&self, manifest: &Manifest) -> Option<String> {
        if matches!(manifest.place, Place::Url(_)) {
            return None;
        }
        let holds = self.bounds();
        let missing: Vec<&str> = [
            (holds.user, "another user"),
            (holds.files, "no sight of Rosie's files"),
            (holds.processes, "no sight of other processes"),
            (holds.network || manifest.network, "no network"),
            (holds.memory, "a bound on its memory as a whole"),
        ]
        .into_iter()
        .filter_map(|(holds, what)| (!holds).then_some(what))
        .collect();
        (!missing.is_empty()).then(|| {
            format!(
                "it works, but this machine cannot give it {}: run rosied as root",
                missing.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_of_no_people() {
        assert_ne!(user("bins"), user("weather"));
        assert!(is_of_a_plugin(user("x")) && !is_of_a_plugin(0) && !is_of_a_plugin(1000));
    }
}
