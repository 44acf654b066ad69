//! `rosied network`: the image's service that looks after the network.

use super::CliResult;
use crate::{
    config::{LogFormat, Logging},
    network, telemetry,
};
use anyhow::Context;
use std::process::ExitCode;

pub fn main() -> CliResult {
    telemetry::install(&Logging {
        filter: "info".into(),
        format: LogFormat::Auto,
    });
    network::keep().context("what is known of the network cannot be written into /run/rosie/network")?;
    Ok(ExitCode::SUCCESS)
}
