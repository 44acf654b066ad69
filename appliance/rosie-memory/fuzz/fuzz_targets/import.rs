//! Import: any bytes are refused with words, or taken into the tables and given back as they were.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| rosie_memory::fuzzing::import(bytes));
