//! `rosied access …`: for whoever lost the way in and may write to the data folder.

use super::{CliResult, Common, secrets::asked};
use crate::config::ACCESS_FOLDER;
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Make an owner, or give one another password; it is read from the terminal or from stdin. Stop Rosie before, and start her after.
    ResetOwner {
        /// The name to sign in with.
        name: String,
    },
}

pub fn main(common: &Common, command: Command) -> CliResult {
    let Command::ResetOwner { name } = command;
    let password = asked("New password")?;
    let folder = common.data.join(ACCESS_FOLDER);
    let known = rosie_gateway::reset_owner(&folder, &name, &password).map_err(anyhow::Error::from)?;
    match known {
        true => println!("{name} has another password, is an owner, and is signed out everywhere."),
        false => println!("{name} was made an owner."),
    }
    Ok(ExitCode::SUCCESS)
}
