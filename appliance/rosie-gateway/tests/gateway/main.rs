//! The gateway over real sockets, before a fake appliance.

#![allow(clippy::unwrap_used)]

mod api;
mod client;
mod document;
mod fake;
mod hostile;
mod http_limits;
mod openapi;
mod property;
mod shutdown;
mod slow;
mod sound;
mod stream;
