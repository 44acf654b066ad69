//! Settings of the process that must be in force before the first thread and the first library call.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;

/// GNU OpenMP, which whisper.cpp computes with, reads its settings from the environment once, when the program is
/// loaded: before `main`. Its default is to burn a core while waiting for the other threads, which starves a machine
/// with few cores; `passive` sleeps instead.
///
/// glibc gives each thread a heap of its own; what loading a model leaves behind in them is never used again. Two are
/// enough here, and large buffers go back to the system when they are freed: together that spares some 60 MB.
const SETTINGS: [(&str, &str); 4] = [
    ("OMP_WAIT_POLICY", "passive"),
    ("OMP_DYNAMIC", "false"),
    ("MALLOC_ARENA_MAX", "2"),
    ("MALLOC_MMAP_THRESHOLD_", "262144"),
];

/// Starts the program again with the right environment, if it is not in force yet; returns when it is.
///
/// Call it first thing in `main`. On failure it returns as well: the program works, only less well, and says so once
/// logging is up (the return value).
#[must_use = "tell the owner when the settings could not be put in force"]
pub fn prepare_process() -> Result<(), std::io::Error> {
    if SETTINGS.iter().all(|(name, _)| std::env::var_os(name).is_some()) {
        return Ok(());
    }
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("/proc/self/exe"));
    let mut arguments = std::env::args_os();
    let name: OsString = arguments.next().unwrap_or_else(|| program.clone().into_os_string());
    let mut command = std::process::Command::new(program);
    command.arg0(name).args(arguments);
    for (name, value) in SETTINGS {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    Err(command.exec())
}

/// Gives memory back to the system that is not needed at rest: what loading models left unused, and code that ran once.
/// Worth calling when engines have settled.
pub fn release_unused_memory() {
    trim();
    for (start, length) in std::fs::read_to_string("/proc/self/maps")
        .unwrap_or_default()
        .lines()
        .filter_map(code)
    {
        unmap(start, length);
    }
}

#[allow(unsafe_code)]
fn trim() {
    // SAFETY: a glibc call without preconditions; it only looks at the allocator's own free lists.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Where code of a file is mapped: start and length, from a line of `/proc/self/maps` (proc_pid_maps(5)). Nobody writes
/// there, and neither x86-64 nor aarch64 relocates code, so its pages are the file's own.
fn code(line: &str) -> Option<(usize, usize)> {
    let mut fields = line.split_whitespace();
    let (range, access, file) = (fields.next()?, fields.next()?, fields.nth(3)?);
    if access != "r-xp" || !file.starts_with('/') {
        return None;
    }
    let (start, end) = range.split_once('-')?;
    let (start, end) = (
        usize::from_str_radix(start, 16).ok()?,
        usize::from_str_radix(end, 16).ok()?,
    );
    Some((start, end.checked_sub(start)?))
}

/// The pages stay in the page cache while nobody else needs the room, and are mapped again sixteen at a time where code
/// runs: some hundred soft faults, less than a millisecond of a turn.
#[allow(unsafe_code)]
fn unmap(start: usize, length: usize) {
    // SAFETY: the range is a read-only private mapping of a file that was not written to ([`code`]): dropping its pages
    // changes no content, the next access maps the same ones. A failure leaves them where they are.
    unsafe {
        libc::madvise(start as *mut libc::c_void, length, libc::MADV_DONTNEED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_of_files_is_let_go_of() {
        let code_of = |line: &str| code(line).is_some();
        assert_eq!(
            code("55acd6263000-55acd6264000 r-xp 00876000 fe:00 1234                       /usr/bin/rosied"),
            Some((0x55ac_d626_3000, 0x1000))
        );
        assert!(!code_of(
            "55acd59ed000-55acd6263000 r--p 00000000 fe:00 1234           /usr/bin/rosied"
        ));
        assert!(!code_of(
            "7ffd2a5f0000-7ffd2a5f2000 r-xp 00000000 00:00 0              [vdso]"
        ));
        assert!(!code_of("7f4ec8000000-7f4ec9ba3000 rw-p 00000000 00:00 0"));
        assert!(!code_of("nonsense"));
    }

    #[test]
    fn code_runs_on_after_its_pages_were_let_go_of() {
        let sum = |n: u64| (1..=n).map(|x| x.wrapping_mul(x)).fold(0u64, u64::wrapping_add);
        let before = sum(1000);
        for _ in 0..50 {
            release_unused_memory();
            assert_eq!(sum(1000), before);
        }
    }
}
