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

/// Gives memory that loading models left unused back to the system. Worth calling once engines have settled.
#[allow(unsafe_code)]
pub fn release_unused_memory() {
    // SAFETY: a glibc call without preconditions; it only looks at the allocator's own free lists.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::malloc_trim(0);
    }
}
