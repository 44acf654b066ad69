//! The inner process: gives up what it may, and becomes the plugin.

use super::{Args, SEEN_AS, outer::Made};
use anyhow::{Context, Result, bail};
use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
    path_beneath_rules,
};
use nix::{
    mount::{MsFlags, mount},
    sched::{CloneFlags, CpuSet, sched_getaffinity, sched_setaffinity, unshare},
    sys::{
        prctl,
        resource::{Resource, setrlimit},
        signal::Signal,
    },
    unistd::{Gid, Pid, Uid, getuid, setgroups, setresgid, setresuid},
};
use std::{
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, ExitCode},
};

/// Processes and threads.
const PROCESSES: u64 = 64;
const OPEN_FILES: u64 = 128;
const FILE_BYTES: u64 = 16 * 1024 * 1024;
/// Below everything that Rosie does.
const NICE: i32 = 10;

/// What programs need of the system. Nothing of it belongs to Rosie or to the people of the house.
const READABLE: &[&str] = &[
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/opt",
    "/proc",
    "/sys/fs/cgroup",
    "/etc/alternatives",
    "/etc/group",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/resolv.conf",
    "/etc/ssl",
    "/etc/ca-certificates",
    "/etc/timezone",
    "/etc/python3",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
    SEEN_AS,
];
const WRITABLE: &[&str] = &["/tmp", "/dev/shm", "/dev/null"];

pub(super) fn run(args: &Args, made: Made) -> Result<ExitCode> {
    let root = getuid().is_root();
    if root {
        // Mounts of its own: the outer process goes on seeing the machine's processes, by which it watches this one.
        unshare(CloneFlags::CLONE_NEWNS).context("it cannot have mounts of its own")?;
        let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
        mount(Some("proc"), "/proc", Some("proc"), flags, None::<&str>).context("/proc stays the machine's")?;
    }
    one_processor()?;
    rustix::process::nice(NICE).context("its priority cannot be lowered")?;
    limits(args.memory_mb)?;
    if root {
        setgroups(&[]).context("its groups cannot be left")?;
        let (user, group) = (Uid::from_raw(args.user), Gid::from_raw(args.user));
        setresgid(group, group, group).context("its group cannot be changed")?;
        setresuid(user, user, user).context("its user cannot be changed")?;
        if getuid().is_root() {
            bail!("it would run as root");
        }
    }
    // After the change of the user, which takes it back.
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    prctl::set_no_new_privs()?;
    let folder = if made.mounts { Path::new(SEEN_AS) } else { &args.folder };
    std::env::set_current_dir(folder).context("its folder cannot be entered: may everybody read it?")?;
    let landlock = lock(args, root, folder)?;
    if args.probe {
        println!("{}", serde_json::to_string(&made.bounds(root, landlock))?);
        return Ok(ExitCode::SUCCESS);
    }
    let (program, arguments) = args.command.split_first().context("there is no command")?;
    let error = Command::new(program).args(arguments).exec();
    bail!("{program} cannot be started ({error}): is it installed, and not in somebody's home folder?")
}

/// One of those that this process may use.
fn one_processor() -> Result<()> {
    let allowed = sched_getaffinity(Pid::from_raw(0))?;
    let last = (0..CpuSet::count())
        .rev()
        .find(|cpu| allowed.is_set(*cpu).unwrap_or(false));
    let mut one = CpuSet::new();
    one.set(last.context("there is no processor")?)?;
    sched_setaffinity(Pid::from_raw(0), &one).context("it cannot be held to one processor")
}

fn limits(memory_mb: u64) -> Result<()> {
    let all = [
        (Resource::RLIMIT_DATA, memory_mb * 1024 * 1024),
        (Resource::RLIMIT_NPROC, PROCESSES),
        (Resource::RLIMIT_NOFILE, OPEN_FILES),
        (Resource::RLIMIT_FSIZE, FILE_BYTES),
        (Resource::RLIMIT_CORE, 0),
        (Resource::RLIMIT_MEMLOCK, 0),
        (Resource::RLIMIT_MSGQUEUE, 0),
    ];
    for (what, most) in all {
        // The user of the daemon has more processes than a plugin may have; there the number stays open.
        if what == Resource::RLIMIT_NPROC && !getuid().is_root() {
            continue;
        }
        setrlimit(what, most, most).with_context(|| format!("{what:?} cannot be set"))?;
    }
    Ok(())
}

/// Keeps it from every file but those it needs, for good. Returns whether the kernel knows how to.
fn lock(args: &Args, root: bool, folder: &Path) -> Result<bool> {
    let abi = ABI::V6;
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))?
        .scope(Scope::from_all(abi))?;
    if !args.network {
        rules = rules.handle_access(AccessNet::from_all(abi))?;
    }
    // Only here /proc shows nobody but the plugin.
    let readable = READABLE
        .iter()
        .map(Path::new)
        .filter(|path| root || *path != Path::new("/proc"));
    let own = [folder];
    let readable = readable.chain(own);
    let write = AccessFs::from_all(abi) & !(AccessFs::MakeBlock | AccessFs::MakeChar);
    // Where /tmp is the machine's own, it is not the plugin's.
    let writable: &[&str] = if folder == Path::new(SEEN_AS) {
        WRITABLE
    } else {
        &["/dev/null"]
    };
    let status = rules
        .create()?
        .add_rules(path_beneath_rules(readable, AccessFs::from_read(abi)))?
        .add_rules(path_beneath_rules(writable, write))?
        .restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}
