//! Watches what the processes of a plugin hold in memory together: limits of single processes do not bound their sum.

use anyhow::Result;
use std::{
    fs,
    path::Path,
    process::{Child, ExitStatus},
    time::Duration,
};

const EVERY: Duration = Duration::from_millis(500);
const KIB: u64 = 1024;

/// Waits for the end, and brings it about where too much is held.
pub(super) fn until_end(inner: &mut Child, memory_mb: u64) -> Result<ExitStatus> {
    // One process is held back by its own limit first, and hears of it; this is for several, and for what they share.
    let together_mb = memory_mb * 5 / 4;
    let space = |pid: u32| fs::read_link(format!("/proc/{pid}/ns/pid")).ok();
    let (theirs, mine) = (space(inner.id()), space(std::process::id()));
    loop {
        if let Some(status) = inner.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(EVERY);
        let held = match &theirs {
            Some(theirs) if Some(theirs) != mine.as_ref() => held_in(theirs),
            _ => held_by(inner.id()).unwrap_or(0),
        };
        if held > together_mb * KIB {
            // Ended first: whoever reads what is said here may be busy.
            inner.kill()?;
            let status = inner.wait()?;
            eprintln!("rosied plugin-run: it held more than {together_mb} MB of memory and was ended");
            return Ok(status);
        }
    }
}

/// Of all processes of a process namespace, in KiB.
fn held_in(space: &Path) -> u64 {
    let Ok(entries) = fs::read_dir("/proc") else { return 0 };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| fs::read_link(format!("/proc/{pid}/ns/pid")).is_ok_and(|theirs| theirs == space))
        .filter_map(held_by)
        .sum()
}

/// What is in memory or was swapped out, in KiB.
fn held_by(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    Some(field("VmRSS:")? + field("VmSwap:").unwrap_or(0))
}
