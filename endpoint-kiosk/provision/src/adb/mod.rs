//! Devices as the adb server has them. The server is spoken to directly (docs/decisions/0078-kiosk-provisioner.md); every call ends
//! in time, and every error is a sentence.

mod device;
mod link;
mod server;
mod sync;

pub use device::{Command, Device, Output};
pub use server::{Listed, Server};

use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum AdbError {
    #[error("the adb server at port {port} is not there and could not be started: {why}")]
    NoServer { port: u16, why: String },
    #[error(
        "{0} is not there: is it on, and is the cable or the network connected? `rosie-kiosk devices` lists what is"
    )]
    NotThere(String),
    #[error(
        "{0} does not know this computer yet: accept its question \"Allow USB debugging?\" on its screen, with \"Always allow\", and run this again"
    )]
    Unauthorized(String),
    #[error("{serial} is {state}: pull the cable out and put it back, or restart the device")]
    State { serial: String, state: String },
    #[error(
        "{0} may not be opened by this computer: its user needs the right (Debian: the package android-sdk-platform-tools-common)"
    )]
    NoPermission(String),
    #[error("the connection was cut while waiting for `{0}`")]
    Cut(String),
    #[error("no answer within {} s to `{what}`", within.as_secs())]
    Hung { what: String, within: Duration },
    #[error("`{what}` was refused: {said}")]
    Refused { what: String, said: String },
    #[error("`{what}` was answered with something that is not adb: {said}")]
    Strange { what: String, said: String },
}

impl AdbError {
    /// The device is gone or does not answer: there is no use in asking it more.
    pub fn is_gone(&self) -> bool {
        !matches!(self, Self::Refused { .. } | Self::Strange { .. })
    }
}
