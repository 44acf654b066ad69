//! The command line: one file a command. Results go to stdout, errors with their code to stderr.

mod access;
mod ask;
mod audio;
mod backup;
mod bench;
mod card;
mod check;
mod models;
mod network;
mod offline;
mod reference;
mod run;
mod satellite;
mod say;
mod secrets;
mod tiers;
mod transcribe;
mod turn;
mod wav;

use crate::config::{self, BadConfig, Config, Layers, Role};
use clap::{CommandFactory, Parser, Subcommand, error::ErrorKind};
use rosie_core::{Failure, appliance::ConfigMistake};
use rosie_gateway::ServerAddress;
use std::{path::PathBuf, process::ExitCode};

/// Exit status of a bad configuration (EX_CONFIG's older sibling EX_USAGE).
const EXIT_BAD_CONFIG: u8 = 64;

/// Rosie, a voice assistant that stays in the house.
#[derive(Parser)]
#[command(name = "rosied", version, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(clap::Args, Clone)]
pub struct Common {
    /// Folder for everything Rosie keeps.
    #[arg(long, global = true, env = "ROSIE_DATA", default_value = "./data")]
    pub data: PathBuf,
    /// Configuration file; without it `<data>/config.yaml`, or the defaults.
    #[arg(long, global = true, env = "ROSIE_CONFIG")]
    pub config: Option<PathBuf>,
    /// Folder of the models; without it the configuration's.
    #[arg(long, global = true, env = "ROSIE_MODELS")]
    pub models: Option<PathBuf>,
    /// Write what a program would read.
    #[arg(long, global = true)]
    pub json: bool,
    /// What this machine is; without it `role` of the configuration.
    #[arg(long, global = true, value_enum)]
    pub role: Option<Role>,
    /// Of a satellite: the Rosie whose it is (`rosie.local`); without it `satellite.server` of the configuration.
    #[arg(long, global = true)]
    pub server: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Start the daemon.
    Run(run::Args),
    /// Check configuration, models and devices, and tell all findings at once.
    Check,
    /// Check the `rosie.yaml` of a boot partition, and write what it says for the machine.
    Card(card::Args),
    /// Look after the network, as root; for the image (docs/flashing.md).
    Network,
    /// Fetch, list or verify models, or have an Ollama pull one.
    #[command(subcommand)]
    Models(models::Command),
    /// Keep keys for the configuration, list their names, or forget them.
    #[command(subcommand)]
    Secrets(secrets::Command),
    /// Find the way in again after a password was lost.
    #[command(subcommand)]
    Access(access::Command),
    /// Make, list, verify or bring back backups.
    #[command(subcommand)]
    Backup(backup::Command),
    /// Try the microphone and the loudspeaker of this machine.
    #[command(subcommand)]
    Audio(audio::Command),
    /// Write down what is said in recordings.
    Transcribe(transcribe::Args),
    /// Say a text, into a WAV file.
    Say(say::Args),
    /// Answer a typed question.
    Ask(ask::Args),
    /// A whole turn from a recording: transcript, reply, timings, and the reply's audio.
    Turn(turn::Args),
    /// Time each engine on this machine.
    Bench(bench::Args),
    /// Print the commented default configuration, or its reference page.
    Config(reference::Args),
}

/// What went wrong, and the exit status that says so.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error(transparent)]
    Config(#[from] BadConfig),
    #[error("{0}")]
    Failed(Failure),
    #[error("{0:#}")]
    Other(#[from] anyhow::Error),
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

pub type CliResult = Result<ExitCode, CliError>;

impl Common {
    pub fn load(&self) -> Result<(Layers, Config), BadConfig> {
        let (layers, mut config) = config::load(self.config.as_deref(), &self.data)?;
        config.role = self.role.unwrap_or(config.role);
        if let Some(server) = &self.server {
            config.satellite.server.clone_from(server);
        }
        let mistake = match &self.server {
            Some(_) if config.role != Role::Satellite => "only a satellite has one: add --role satellite".to_owned(),
            Some(server) => match server.parse::<ServerAddress>() {
                Ok(_) => return Ok((layers, config)),
                Err(error) => error.to_string(),
            },
            None => return Ok((layers, config)),
        };
        Err(BadConfig {
            file: "the command line".to_owned(),
            mistakes: vec![ConfigMistake {
                key: "--server".to_owned(),
                message: mistake,
            }],
        })
    }

    /// Where models are: `--models` or `$ROSIE_MODELS`, the configuration's folder, `<data>/models`, or where
    /// `make models` puts them.
    pub fn models_dir(&self, config: &Config) -> PathBuf {
        match (&self.models, config.models.folder.as_str()) {
            (Some(dir), _) => dir.clone(),
            (None, "") => {
                let (own, shared) = (self.data.join("models"), rosie_models::default_models_dir());
                if own.exists() || !shared.exists() { own } else { shared }
            }
            (None, folder) => PathBuf::from(folder),
        }
    }
}

pub fn main() -> ExitCode {
    let Cli { common, command } = Cli::parse();
    let json = common.json;
    let command = command.unwrap_or_else(|| match common.role {
        // `rosied --role satellite --server rosie.local` is all that is typed on a satellite.
        Some(_) => Command::Run(run::Args::default()),
        None => Cli::command()
            .error(
                ErrorKind::MissingSubcommand,
                "say what to do, for example `rosied run`; `rosied help` lists it all",
            )
            .exit(),
    });
    let result = match command {
        Command::Run(args) => run::main(&common, args),
        Command::Check => check::main(&common),
        Command::Card(args) => card::main(&common, &args),
        Command::Network => network::main(),
        Command::Models(command) => models::main(&common, command),
        Command::Secrets(command) => secrets::main(&common, command),
        Command::Access(command) => access::main(&common, command),
        Command::Backup(command) => backup::main(&common, command),
        Command::Audio(command) => audio::main(&common, command),
        Command::Transcribe(args) => transcribe::main(&common, &args),
        Command::Say(args) => say::main(&common, args),
        Command::Ask(args) => ask::main(&common, args),
        Command::Turn(args) => turn::main(&common, args),
        Command::Bench(args) => bench::main(&common, &args),
        Command::Config(args) => reference::main(&args),
    };
    result.unwrap_or_else(|error| report(&error, json))
}

fn report(error: &CliError, json: bool) -> ExitCode {
    let (code, exit) = match error {
        CliError::Config(_) => ("bad-configuration", EXIT_BAD_CONFIG),
        CliError::Failed(failure) => (failure.code.as_str(), 1),
        CliError::Other(_) => ("error", 1),
    };
    let detail = match error {
        CliError::Failed(failure) => failure.detail.clone(),
        other => other.to_string(),
    };
    if json {
        let mistakes = match error {
            CliError::Config(bad) => serde_json::to_value(&bad.mistakes).unwrap_or_default(),
            _ => serde_json::Value::Null,
        };
        eprintln!(
            "{}",
            serde_json::json!({ "error": code, "detail": detail, "mistakes": mistakes })
        );
    } else {
        eprintln!("rosied: {code}: {detail}");
    }
    ExitCode::from(exit)
}
