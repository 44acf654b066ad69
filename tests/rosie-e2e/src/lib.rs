//! What the end-to-end tests share: a real daemon in a folder of its own, an endpoint that speaks its protocol, and
//! speech to say to it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod daemon;
mod endpoint;
mod home;
pub mod sentences;
mod speech;
pub mod spoken;

pub use daemon::{Daemon, models, rosied, rosied_json};
pub use endpoint::{Endpoint, Turn};
pub use home::Home;
pub use speech::{recording, spoken, transcribed};
