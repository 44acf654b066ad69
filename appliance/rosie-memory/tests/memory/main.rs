//! The memory as a turn and the owner use it.
#![allow(clippy::unwrap_used)]

mod admin;
mod documents;
mod facts;
mod failing;
mod fuzzed;
mod meaning;
mod old_file;
mod reading;
mod rewriting;
mod support;
mod turn;
