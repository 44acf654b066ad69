//! Plain text: any bytes give blocks that can be cut, and never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rosie_memory::documents::{Format, fuzzing::read_and_cut};

fuzz_target!(|bytes: &[u8]| read_and_cut(bytes, Format::Text));
