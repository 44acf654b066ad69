//! `rosied models …`: what models there are, which are here, and bringing them here.

use super::{CliError, CliResult, Common};
use rosie_models::{FetchOptions, Manifest, ModelState, Terminal, render};
use std::{path::Path, process::ExitCode, sync::Arc};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Bring models here: those of a profile, or the named ones.
    Fetch {
        /// `small` fits a test machine, `standard` is for a Pi 5 or a mini PC; without it the configuration's.
        #[arg(long)]
        profile: Option<String>,
        /// Model ids instead of a profile.
        #[arg(value_name = "MODEL")]
        ids: Vec<String>,
        /// Read every byte of what is already here.
        #[arg(long)]
        thorough: bool,
    },
    /// List all models, what they are for, and whether they are here.
    List,
    /// Read every byte of what is here and compare it with its checksum.
    Verify {
        /// Model ids; all that are here when none is named.
        #[arg(value_name = "MODEL")]
        ids: Vec<String>,
    },
    /// Have the Ollama of a tier (`llm.local`, `llm.network`) fetch that tier's language model.
    Pull {
        /// Which tier; needed only when both are an Ollama's.
        tier: Option<super::tiers::PullTier>,
    },
}

pub fn main(common: &Common, command: Command) -> CliResult {
    let (_, config) = common.load()?;
    let dir = common.models_dir(&config);
    let manifest = Manifest::embedded().map_err(anyhow::Error::from)?;
    match command {
        Command::Fetch { profile, ids, thorough } => {
            let profile = profile.unwrap_or(config.models.profile);
            fetch(common, &manifest, &dir, &profile, &ids, thorough)
        }
        Command::Pull { tier } => super::tiers::pull(common, &config, tier),
        Command::List => {
            let reports = rosie_models::list(&manifest, &dir);
            print(common, &reports, || render::list(&reports));
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify { ids } => {
            let reports = rosie_models::verify(&manifest, &dir, &ids).map_err(anyhow::Error::from)?;
            print(common, &reports, || render::verify(&reports));
            // A model that nobody fetched is no damage, unless it was asked for.
            let bad = |state: &ModelState| match state {
                ModelState::Ready => false,
                ModelState::Absent => !ids.is_empty(),
                ModelState::Incomplete => true,
            };
            Ok(if reports.iter().any(|r| bad(&r.state)) {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            })
        }
    }
}

fn print<T: serde::Serialize>(common: &Common, value: &T, human: impl FnOnce() -> String) {
    let text = if common.json {
        serde_json::to_string_pretty(value).unwrap_or_default()
    } else {
        human()
    };
    println!("{}", text.trim_end());
}

fn fetch(common: &Common, manifest: &Manifest, dir: &Path, profile: &str, ids: &[String], thorough: bool) -> CliResult {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)?;
    let progress = Arc::new(Terminal::new());
    let options = FetchOptions {
        thorough,
        ..FetchOptions::default()
    };
    let report = runtime.block_on(async {
        if ids.is_empty() {
            rosie_models::fetch_profile(manifest, profile, dir, &options, progress).await
        } else {
            rosie_models::fetch(manifest, ids, dir, &options, progress).await
        }
    });
    let report = report.map_err(anyhow::Error::from)?;
    print(common, &report, || {
        format!("{} files in place in {}", report.files.len(), dir.display())
    });
    if report.failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let failed: Vec<String> = report
        .failed
        .iter()
        .map(|f| format!("{}: {}", f.model, f.error))
        .collect();
    Err(CliError::Other(anyhow::anyhow!(
        "{} could not be had\n{}",
        report.failed.len(),
        failed.join("\n")
    )))
}
