//! The memory as a turn and the owner use it.
#![allow(clippy::unwrap_used)]

mod admin;
mod documents;
mod facts;
mod failing;
mod meaning;
mod support;
mod turn;
