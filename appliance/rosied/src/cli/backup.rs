//! `rosied backup …`: for a Rosie that does not run. One that runs makes and brings back backups over her API
//! (docs/backup.md).

use super::{CliError, CliResult, Common};
use crate::backup::{self, BackupError, Backups};
use rosie_core::backup::{BackupContents, BackupInfo, BackupPart};
use rosie_memory::Store;
use std::{
    fs::File,
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Make one of the data folder, and read it back.
    Create {
        /// Folder to keep it in, instead of the configuration's.
        #[arg(long)]
        to: Option<PathBuf>,
        /// Leave out keys and tokens.
        #[arg(long)]
        without_keys: bool,
    },
    /// Those that there are, newest first.
    List,
    /// Read every byte of one, and tell what is in it.
    Verify { file: PathBuf },
    /// Bring one back; what it replaces is kept in `before-restore` of the data folder.
    Restore {
        file: PathBuf,
        /// Only these parts: memory, configuration, keys, deeds, plugins, sentences.
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
        /// Really replace what is there.
        #[arg(long)]
        yes: bool,
    },
}

pub fn main(common: &Common, command: Command) -> CliResult {
    match command {
        Command::Create { to, without_keys } => {
            let (_, config) = common.load()?;
            let folder = to.map_or(config.backup.folder, |to| to.display().to_string());
            let backups = Backups::of(&folder, &common.data);
            if Store::is_in_use(&common.data) {
                return Err(anyhow::anyhow!(
                    "Rosie runs on {}: have her make it, on her page /backups or by POST /api/v1/backups",
                    common.data.display()
                )
                .into());
            }
            let store = Store::open(&common.data).map_err(BackupError::from).map_err(failed)?;
            let from = (&*common.data, &store);
            let choice = (!without_keys, config.backup.keep as usize);
            let passphrase = config.backup.passphrase;
            let made = backups.make(from, &passphrase, choice, backup::QUIET).map_err(failed)?;
            match common.json {
                true => println!("{}", serde_json::json!(made)),
                false => println!(
                    "{} ({} bytes), read back",
                    backups.folder().join(&made.name).display(),
                    made.bytes
                ),
            }
        }
        Command::List => {
            let (_, config) = common.load()?;
            let backups = Backups::of(&config.backup.folder, &common.data);
            let list = backups.list().map_err(failed)?;
            match common.json {
                true => println!("{}", serde_json::json!(list)),
                false if list.is_empty() => println!("There is no backup in {}.", backups.folder().display()),
                false => list
                    .iter()
                    .for_each(|file| println!("{}  {} bytes", file.name, file.bytes)),
            }
        }
        Command::Verify { file } => {
            told(&opened(common, &file)?.0, common.json);
        }
        Command::Restore { file, only, yes } => restore(common, &file, &only, yes)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn restore(common: &Common, path: &PathBuf, only: &[String], yes: bool) -> Result<(), CliError> {
    let parts = wanted(only)?;
    let (info, passphrase) = opened(common, path)?;
    if !yes {
        told(&info, common.json);
        if common.data.join(rosie_memory::FILE_NAME).exists() && !Store::is_in_use(&common.data) {
            let here = Store::open(&common.data).and_then(|store| store.contents());
            match here {
                Ok(here) => eprintln!("Here are {} now.", counted(here)),
                Err(error) => eprintln!("What is here now cannot be read: {error}"),
            }
        }
        eprintln!(
            "Nothing was changed. With --yes it takes the place of what is in {}.",
            common.data.display()
        );
        return Ok(());
    }
    std::fs::create_dir_all(&common.data).map_err(anyhow::Error::from)?;
    let file = File::open(path).map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))?;
    let info = backup::stage(file, &passphrase, &parts, &common.data, backup::QUIET).map_err(failed)?;
    let taken = backup::take(&common.data).map_err(failed)?;
    told(&info, common.json);
    match taken {
        Some(_) => eprintln!(
            "Brought back. What was there before is in {}/before-restore.",
            common.data.display()
        ),
        None => eprintln!("Rosie runs: it is brought back when she is started again."),
    }
    Ok(())
}

fn wanted(only: &[String]) -> Result<Vec<BackupPart>, CliError> {
    if only.is_empty() {
        return Ok(BackupPart::ALL.to_vec());
    }
    let named = |name: &String| {
        let part = BackupPart::ALL.into_iter().find(|part| part.as_str() == name);
        part.ok_or_else(|| {
            let all = BackupPart::ALL.map(BackupPart::as_str).join(", ");
            anyhow::anyhow!("there is no part \"{name}\"; the parts are {all}").into()
        })
    };
    only.iter().map(named).collect()
}

/// What is in it, and the passphrase that opens it: the configuration's, or one that is asked for, where there is none or it
/// was made elsewhere.
fn opened(common: &Common, path: &Path) -> Result<(BackupInfo, String), CliError> {
    let kept = common.load().map(|(_, config)| config.backup.passphrase);
    let kept = kept.unwrap_or_default();
    if !kept.is_empty() {
        match backup::verify(path, &kept, backup::QUIET) {
            Ok(read) => return Ok((read.info(), kept)),
            Err(BackupError::OtherPassphrase) => eprintln!("It was not made with the passphrase that is kept here."),
            Err(error) => return Err(failed(error)),
        }
    }
    let asked = super::secrets::asked("passphrase of the backup")?;
    let read = backup::verify(path, &asked, backup::QUIET).map_err(failed)?;
    Ok((read.info(), asked))
}

fn told(info: &BackupInfo, json: bool) {
    if json {
        return println!("{}", serde_json::json!(info));
    }
    let parts: Vec<_> = info.parts.iter().map(|part| part.as_str()).collect();
    println!(
        "made by Rosie {} on {}, {} bytes: {}",
        info.rosie,
        info.machine,
        info.bytes,
        parts.join(", ")
    );
    println!("{}", counted(info.contents));
}

fn counted(held: BackupContents) -> String {
    format!(
        "{} messages, {} facts, {} documents, {} timers",
        held.messages, held.facts, held.documents, held.timers
    )
}

fn failed(error: BackupError) -> CliError {
    CliError::Failed(error.into())
}
