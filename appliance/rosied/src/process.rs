//! This process's own use of the machine, from /proc.

use std::time::Duration;

/// Resident memory.
pub fn memory_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

/// Processor time since the start as a share of `uptime`, 100 for one whole processor.
pub fn cpu_percent(uptime: Duration) -> f32 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The command's name may hold spaces; fields are counted after its closing parenthesis.
    let after = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<u64> = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|f| f.parse().ok())
        .collect();
    // USER_HZ is 100 on every Linux that Rosie runs on.
    let seconds = fields.iter().sum::<u64>() as f32 / 100.0;
    seconds / uptime.as_secs_f32().max(0.001) * 100.0
}
