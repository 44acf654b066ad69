//! rosie-kiosk with the real adb of Debian, against devices that are not there.
#![allow(clippy::unwrap_used)]

mod apply;
mod authority;
mod cables;
mod fake;
mod input;
mod planner;
mod signature;
