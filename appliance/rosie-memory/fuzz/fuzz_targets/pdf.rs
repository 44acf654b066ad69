//! PDF: any bytes give text or an error within bounds of time and memory. The library underneath may panic, which the
//! memory catches (`documents::read`); it must not hang, overflow the stack or take gigabytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rosie_memory::documents::{Format, read_here};

fuzz_target!(
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| {
        let _ = std::panic::catch_unwind(|| drop(read_here(bytes, Format::Pdf)));
    }
);
