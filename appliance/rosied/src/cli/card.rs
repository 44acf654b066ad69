//! `rosied card FILE --to FOLDER`: what somebody wrote on the boot partition, for the image's first start.

use super::{CliResult, Common};
use crate::card::{self, Card};
use anyhow::Context;
use std::{path::PathBuf, process::ExitCode};

#[derive(clap::Args)]
pub struct Args {
    /// The `rosie.yaml` to read.
    file: PathBuf,
    /// Folder in which the machine's settings are kept; without it the file is only checked.
    #[arg(long)]
    to: Option<PathBuf>,
}

pub fn main(common: &Common, args: &Args) -> CliResult {
    let file = args.file.display();
    let text = std::fs::read_to_string(&args.file).with_context(|| format!("{file} cannot be read as text"))?;
    let parsed = Card::parse(&text).map_err(|mistakes| anyhow::anyhow!("{file}:\n{}", mistakes.join("\n")))?;
    let written = match &args.to {
        Some(folder) => {
            card::write(&parsed, folder).with_context(|| format!("{} cannot be written", folder.display()))?
        }
        None => vec![],
    };
    match common.json {
        true => println!("{}", serde_json::json!({ "written": written })),
        false if args.to.is_none() => println!("{file} is right."),
        false => written.iter().for_each(|name| println!("{name}")),
    }
    Ok(ExitCode::SUCCESS)
}
