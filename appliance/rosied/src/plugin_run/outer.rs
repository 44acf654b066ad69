//! The outer process: namespaces and mounts, then it waits, and ends the plugin when that takes too much memory.

use super::{Args, Bounds, SEEN_AS, watch};
use anyhow::{Context, Result};
use nix::{
    fcntl::{OFlag, open},
    mount::{MsFlags, mount},
    sched::{CloneFlags, unshare},
    sys::{prctl, signal::Signal, stat::Mode},
    unistd::{dup2_stdin, dup2_stdout, getgid, getuid},
};
use std::{
    fs,
    os::{fd::AsRawFd, unix::process::ExitStatusExt},
    path::Path,
    process::{Command, ExitCode},
};

const NOTHING: Option<&str> = None;
/// Of the plugin's own `/tmp`; what lies there is memory.
const SCRATCH: &str = "size=32m,mode=1777";
/// Of `/dev/shm`.
const SHARED: &str = "size=8m,mode=1777";

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    let made = match getuid().is_root() {
        true => {
            separate(args).context("as root all bounds must hold, and one does not")?;
            Made {
                mounts: true,
                processes: true,
                network: true,
            }
        }
        false => as_anybody(args),
    };
    let mut inner = Command::new("/proc/self/exe");
    inner.args(std::env::args_os().skip(1).take(1));
    inner
        .arg("--inner")
        .arg(serde_json::to_string(&made)?)
        .args(std::env::args_os().skip(2));
    let mut inner = inner.spawn().context("the plugin cannot be started")?;
    let nothing = open("/dev/null", OFlag::O_RDWR, Mode::empty())?;
    // What the plugin closes has to be seen as closed.
    dup2_stdin(&nothing)?;
    dup2_stdout(&nothing)?;
    let status = watch::until_end(&mut inner, args.memory_mb)?;
    let code = status
        .code()
        .or(status.signal().map(|signal| 128 + signal))
        .unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// What the outer process could do.
#[derive(Debug, Clone, Copy, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Made {
    pub mounts: bool,
    pub processes: bool,
    pub network: bool,
}

/// Without root: in a user namespace, where the system lets anybody have one.
fn as_anybody(args: &Args) -> Made {
    let (user, group) = (getuid(), getgid());
    let mapped = unshare(CloneFlags::CLONE_NEWUSER).is_ok()
        && fs::write("/proc/self/setgroups", "deny").is_ok()
        && fs::write("/proc/self/uid_map", format!("{user} {user} 1")).is_ok()
        && fs::write("/proc/self/gid_map", format!("{group} {group} 1")).is_ok();
    match mapped && separate(args).is_ok() {
        true => Made {
            mounts: true,
            processes: true,
            network: true,
        },
        false => Made::default(),
    }
}

/// Namespaces of its own, a `/tmp` of its own with the plugin's folder in it, and nothing where Rosie keeps hers.
fn separate(args: &Args) -> Result<()> {
    let mut flags =
        CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWIPC | CloneFlags::CLONE_NEWUTS;
    if !args.network {
        flags |= CloneFlags::CLONE_NEWNET;
    }
    unshare(flags).context("no namespaces can be made")?;
    mount(NOTHING, "/", NOTHING, MsFlags::MS_REC | MsFlags::MS_PRIVATE, NOTHING).context("/ stays shared")?;
    let folder = open(&args.folder, OFlag::O_PATH | OFlag::O_DIRECTORY, Mode::empty())
        .with_context(|| format!("{} cannot be opened", args.folder.display()))?;
    cover(Path::new("/tmp"), SCRATCH)?;
    fs::create_dir(SEEN_AS)?;
    let source = format!("/proc/self/fd/{}", folder.as_raw_fd());
    mount(Some(source.as_str()), SEEN_AS, NOTHING, MsFlags::MS_BIND, NOTHING).context("its folder cannot be shown")?;
    let bare = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY | MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    mount(NOTHING, SEEN_AS, NOTHING, bare, NOTHING).context("its folder stays writable")?;
    if Path::new("/dev/shm").is_dir() {
        cover(Path::new("/dev/shm"), SHARED)?;
    }
    if !args.network && Path::new("/run").is_dir() {
        cover(Path::new("/run"), "size=1m,mode=0755")?;
    }
    for hidden in &args.hide {
        hide(hidden)?;
    }
    Ok(())
}

fn cover(folder: &Path, options: &str) -> Result<()> {
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    mount(Some("tmpfs"), folder, Some("tmpfs"), flags, Some(options))
        .with_context(|| format!("{} cannot be covered", folder.display()))
}

fn hide(hidden: &Path) -> Result<()> {
    match fs::metadata(hidden) {
        Ok(found) if found.is_dir() => cover(hidden, "size=4k,mode=0000"),
        Ok(_) => mount(Some("/dev/null"), hidden, NOTHING, MsFlags::MS_BIND, NOTHING)
            .with_context(|| format!("{} cannot be hidden", hidden.display())),
        // Not there, or under /tmp and covered already.
        Err(_) => Ok(()),
    }
}

impl Made {
    /// Which bounds hold with it, `landlock` and `root` considered.
    pub fn bounds(self, root: bool, landlock: bool) -> Bounds {
        Bounds {
            user: root,
            files: landlock || (root && self.mounts),
            processes: self.processes && (root || landlock),
            network: self.network,
            memory: self.processes,
        }
    }
}
