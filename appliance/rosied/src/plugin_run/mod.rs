//! `rosied plugin-run`: what stands between the daemon and a plugin's process. It drops every right, and then becomes the
//! plugin. Two processes: the outer one makes namespaces, waits and watches the memory; the inner one is the plugin.
//!
//! As root every bound must hold, or nothing is started. Without root those hold that the system lets anybody set; the daemon
//! asks with `--probe` and tells the owner which do not (decision 0038).

mod inner;
mod outer;
mod watch;

use clap::{Args as _, FromArgMatches};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, process::ExitCode};

/// First argument that makes a process of `rosied` one of these.
pub const COMMAND: &str = "plugin-run";
/// The environment could not be made as it has to be.
const EXIT_UNBOUND: u8 = 125;

/// Where the plugin sees its own folder.
const SEEN_AS: &str = "/tmp/plugin";

#[derive(clap::Args, Debug, Clone)]
struct Args {
    /// The plugin's folder.
    #[arg(long)]
    folder: PathBuf,
    /// User that the plugin runs as, where this process may choose.
    #[arg(long)]
    user: u32,
    /// Memory of one process; all together may have a quarter more.
    #[arg(long)]
    memory_mb: u64,
    /// The network may be used.
    #[arg(long)]
    network: bool,
    /// Files and folders that must not be seen.
    #[arg(long)]
    hide: Vec<PathBuf>,
    /// Tells which bounds hold on this machine, as JSON, and starts nothing.
    #[arg(long)]
    probe: bool,
    /// This is the inner process; what the outer one could do.
    #[arg(long)]
    inner: Option<String>,
    /// Program and arguments.
    #[arg(last = true)]
    command: Vec<String>,
}

/// Which bounds hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// It runs as another user.
    pub user: bool,
    /// It sees its own folder and the system's programs, and nothing else that was kept.
    pub files: bool,
    /// It sees no process but its own.
    pub processes: bool,
    /// Without the permission there is no network.
    pub network: bool,
    /// The memory of all of its processes is bounded.
    pub memory: bool,
}

pub fn main() -> ExitCode {
    let command = Args::augment_args(clap::Command::new("rosied plugin-run"));
    let matches = command.get_matches_from(std::env::args_os().skip(1));
    let done = Args::from_arg_matches(&matches)
        .map_err(anyhow::Error::from)
        .and_then(|args| match &args.inner {
            Some(made) => inner::run(&args, serde_json::from_str(made)?),
            None => outer::run(&args),
        });
    done.unwrap_or_else(|error| {
        eprintln!("rosied plugin-run: {error:#}");
        ExitCode::from(EXIT_UNBOUND)
    })
}
