//! What the end-to-end tests share: a real daemon in a folder of its own, an endpoint that speaks its protocol, and
//! speech to say to it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod broker;
mod certificates;
mod daemon;
mod days;
mod endpoint;
mod home;
pub mod mock;
mod relay;
mod satellite;
pub mod sentences;
mod sound_card;
mod speech;
pub mod spoken;
pub mod wyoming;

pub use broker::{Broker, Heard, Listener, free_port};
pub use certificates::certificates;
pub use daemon::{Daemon, mcp_python, models, rosied, rosied_json};
pub use days::{day, weekday};
pub use endpoint::{Endpoint, Turn};
pub use home::Home;
pub use relay::Relay;
pub use satellite::quiet_satellite;
pub use sound_card::{Person, SoundCard};
pub use speech::{assert_heard, assert_says, at_16_khz, plain, recording, spoken, transcribed};
