//! `rosied secrets …`: keys for the configuration's `${NAME}`, kept apart from it.

use super::{CliError, CliResult, Common};
use crate::secrets::Secrets;
use std::{
    io::{BufRead, IsTerminal, Write},
    process::{Command as Program, ExitCode},
};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Keep a key; it is read from the terminal or from stdin, so that it is in no history.
    Set {
        /// As in the configuration's `${NAME}`.
        name: String,
    },
    /// The names of those that are kept.
    List,
    /// Forget a key.
    Remove { name: String },
}

pub fn main(common: &Common, command: Command) -> CliResult {
    let secrets = Secrets::of(&common.data);
    match command {
        Command::Set { name } => {
            check(&name)?;
            let value = asked(&name)?;
            secrets.set(&name, Some(&value)).map_err(anyhow::Error::from)?;
            println!("{name} is kept. A running Rosie takes it with the next change of her configuration.");
        }
        Command::List => {
            let names = secrets.names().map_err(anyhow::Error::from)?;
            match common.json {
                true => println!("{}", serde_json::json!(names)),
                false => names.iter().for_each(|name| println!("{name}")),
            }
        }
        Command::Remove { name } => {
            let known = secrets.names().map_err(anyhow::Error::from)?.contains(&name);
            if !known {
                return Err(
                    anyhow::anyhow!("there is no key {name}; `rosied secrets list` shows those there are").into(),
                );
            }
            secrets.set(&name, None).map_err(anyhow::Error::from)?;
            println!("{name} is forgotten.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn check(name: &str) -> Result<(), CliError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    match !name.is_empty() && name.len() <= 100 && name.chars().all(plain) {
        true => Ok(()),
        false => Err(anyhow::anyhow!("\"{name}\" is not a name like HA_TOKEN: letters, digits, and _ . -").into()),
    }
}

/// One line, not shown while it is typed.
pub(super) fn asked(name: &str) -> Result<String, CliError> {
    let terminal = std::io::stdin().is_terminal();
    if terminal {
        eprint!("{name}: ");
        let _ = std::io::stderr().flush();
        // Where there is no `stty` it is shown; that is no reason to refuse.
        let _ = Program::new("stty").arg("-echo").status();
    }
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    if terminal {
        let _ = Program::new("stty").arg("echo").status();
        eprintln!();
    }
    read.map_err(anyhow::Error::from)?;
    match line.trim() {
        "" => Err(anyhow::anyhow!("no key came: type it, or send it by stdin").into()),
        value => Ok(value.to_owned()),
    }
}
