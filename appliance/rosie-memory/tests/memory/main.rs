//! The memory as a turn and the owner use it.
#![allow(clippy::unwrap_used)]

mod support;
mod turn;
