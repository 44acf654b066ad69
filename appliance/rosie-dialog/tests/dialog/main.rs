//! The crate from outside: questions in, replies out, against servers and hubs that do as told.
#![allow(clippy::unwrap_used)]

mod common;
mod doubt;
mod explained;
mod llama_server;
mod models;
mod private;
mod reading;
mod sentences;
