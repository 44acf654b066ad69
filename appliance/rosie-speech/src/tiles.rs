//! Keeps ONNX Runtime off the processor's matrix tiles (Intel's AMX, in servers): its int8 kernel for them computes wrong numbers
//! (its issue 26324), so that the encoder of `whisper-base` loses words. It asks the kernel for the tiles once a process, with the
//! first memory that it takes, and does without where it gets none.

use std::{panic::resume_unwind, thread};

/// Runs `work` on a thread of its own, to which the kernel refuses the tiles.
pub fn without<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let worked = thread::scope(|scope| {
        let running = scope.spawn(|| {
            refuse();
            work()
        });
        running.join()
    });
    worked.unwrap_or_else(|panic| resume_unwind(panic))
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn refuse() {}

/// For this thread and those that it begins. Where the kernel cannot, nothing is refused.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[allow(unsafe_code)]
fn refuse() {
    use libc::{BPF_ABS, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W, sock_filter, sock_fprog};
    /// `ARCH_REQ_XCOMP_PERM`: asks for a part of the processor that is off until it is asked for.
    const ASKS: u32 = 0x1023;
    const AUDIT_ARCH_X86_64: u32 = 0xc000_003e;
    /// Where the kernel tells number, architecture and first argument of a call.
    const NUMBER: u32 = 0;
    const ARCHITECTURE: u32 = 4;
    const ARGUMENT: u32 = 16;
    let of = |code: u32, k: u32, jf: u8| sock_filter {
        code: code as u16,
        jt: 0,
        jf,
        k,
    };
    let read = |at: u32| of(BPF_LD | BPF_W | BPF_ABS, at, 0);
    let unless = |is: u32, skip: u8| of(BPF_JMP | BPF_JEQ | BPF_K, is, skip);
    let answer = |what: u32| of(BPF_RET | BPF_K, what, 0);
    let mut filter = [
        read(ARCHITECTURE),
        unless(AUDIT_ARCH_X86_64, 5),
        read(NUMBER),
        unless(libc::SYS_arch_prctl as u32, 3),
        read(ARGUMENT),
        unless(ASKS, 1),
        answer(libc::SECCOMP_RET_ERRNO | libc::EPERM as u32),
        answer(libc::SECCOMP_RET_ALLOW),
    ];
    let program = sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: the program and what it points to outlive the calls, which copy it; they change this thread alone.
    unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &program);
    }
}

#[cfg(all(test, target_os = "linux", target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[test]
    #[allow(unsafe_code)]
    fn the_tiles_are_refused_there_and_only_there() {
        let tile_data = 18;
        // SAFETY: a call that takes numbers and writes nothing.
        let ask = || match unsafe { libc::syscall(libc::SYS_arch_prctl, 0x1023, tile_data) } {
            0 => 0,
            _ => std::io::Error::last_os_error().raw_os_error().unwrap_or_default(),
        };
        assert_eq!(without(ask), libc::EPERM);
        // What this machine says by itself: granted, or that it has none.
        assert_ne!(ask(), libc::EPERM);
        assert_eq!(without(|| 7), 7);
    }
}
