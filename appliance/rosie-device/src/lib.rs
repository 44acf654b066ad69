//! The local endpoint: the microphone, the loudspeaker, the LEDs and the button of the machine that Rosie runs on.
//!
//! It is an endpoint like any other: it opens a session, sends what the microphone hears and plays what it is told. One thread reads
//! the microphone and one feeds the loudspeaker, and neither of them allocates once it runs; a third joins them to the session and
//! looks after LEDs and button. A card that goes away is tried again until it is back.

#![forbid(unsafe_code)]

mod capture;
pub mod cards;
mod driver;
mod endpoint;
mod error;
pub mod front;
mod hat;
mod health;
mod inbox;
mod keeping;
mod pcm;
mod playback;
pub mod selftest;
mod sounding;

pub use endpoint::{DeviceConfig, ENDPOINT, LocalEndpoint, OpenSession};
pub use error::DeviceError;
pub use hat::HatChoice;
