//! The crate as others use it: fetching from a local server and a stand-in for pip, verifying, resolving, converting.

#![allow(clippy::unwrap_used)]

mod convert;
mod dynamic;
mod http;
mod manifest;
mod passing;
mod pip;
mod resolve;
mod support;
mod voice;
